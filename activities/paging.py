"""The list page by page, by key: a page costs the same wherever it lies, and stays where it is when rows are added.

A place in the list is the key of a row, ``2020-05-01.1588342800123456.812345678901234`` in the address: its day,
when it was logged (microseconds since 1970, UTC) and its number. ``efter`` asks for the rows below a place,
``fore`` for those above.

No answer reads more than SCANNED rows. A filter that an index serves needs no more than it shows; what no index
serves (text in notes, two filters at once) is looked for among the next SCANNED rows, and the page says how far it
has looked and leads on from there.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Self

from django.db.models import Count, Q, Sum
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from activities.models import COUNTED, Activity, ActivityQuerySet

PER_PAGE = 50
MOST_COUNTED = 1_000
"""So many rows are counted, and shown on one page at most; beyond, a number would cost more than it tells."""
SCANNED = 5_000

_FIELDS = ("occurred_on", "logged_at", "pk")
_NEWEST = ("-occurred_on", "-logged_at", "-pk")
_OLDEST = ("occurred_on", "logged_at", "pk")
_ROW = Tuple(*_FIELDS)
_PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,16})\.(\d{1,15})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Key(NamedTuple):
    """Where a row stands in the list."""

    occurred_on: date
    logged_at: datetime
    pk: int

    @classmethod
    def of(cls, row: Activity) -> Self:
        return cls(row.occurred_on, row.logged_at, row.pk)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The key that ``str`` wrote, None where the text is none."""
        found = _PLACE.fullmatch(text)
        if found is None:
            return None
        try:
            at = _EPOCH + timedelta(microseconds=int(found[2]))
            return cls(date.fromisoformat(found[1]), at, int(found[3]))
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.occurred_on.isoformat()}.{(self.logged_at - _EPOCH) // timedelta(microseconds=1)}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a filter leaves. ``indexed``: the rows that one index gives in order; ``wanted``: those of them that
    are meant, the same object where the index serves the whole filter."""

    indexed: ActivityQuerySet
    wanted: ActivityQuerySet

    @property
    def is_served(self) -> bool:
        return self.wanted is self.indexed


@dataclass(frozen=True, slots=True)
class Totals:
    """``rows`` up to MOST_COUNTED, and whether there are ``more``. ``searched``: only so many rows were looked
    through; None where it was all of them. ``voided`` and ``counted`` (the sum of what counts): of ``rows``."""

    rows: int
    more: bool
    voided: int
    counted: int
    searched: int | None

    @property
    def all_known(self) -> bool:
        return not self.more and self.searched is None


@dataclass(frozen=True, slots=True)
class ListPage:
    """``newer`` and ``older``: the places that the neighbours begin at, "" where there is none.
    ``searched_to``: the day up to which was looked, where the page is not full for that reason."""

    rows: list[Activity]
    newer: str = ""
    older: str = ""
    searched_to: date | None = None

    @property
    def first_day(self) -> str:
        return self.rows[0].when

    @property
    def last_day(self) -> str:
        return self.rows[-1].when

    @property
    def has_other_pages(self) -> bool:
        return bool(self.newer or self.older)


def totals_of(found: Found) -> Totals:
    wanted, far = _within_reach(found, downwards=True)
    sums = wanted.order_by(*_NEWEST)[: MOST_COUNTED + 1].aggregate(
        rows=Count("pk"),
        voided=Count("pk", filter=Q(voided_at__isnull=False)),
        counted=Sum("quantity", filter=COUNTED),
    )
    return Totals(
        rows=min(sums["rows"], MOST_COUNTED),
        more=sums["rows"] > MOST_COUNTED,
        voided=sums["voided"],
        counted=sums["counted"] or 0,
        searched=None if far is None else SCANNED,
    )


def page_of(found: Found, *, after: Key | None = None, before: Key | None = None) -> ListPage:
    """The rows below ``after``, or above ``before``, or the newest."""
    place, downwards = (after, True) if before is None else (before, False)
    wanted, far = _within_reach(found, place, downwards=downwards)
    rows = list(wanted.with_names().order_by(*(_NEWEST if downwards else _OLDEST))[: PER_PAGE + 1])
    shown, full = rows[:PER_PAGE], len(rows) > PER_PAGE
    back = str(Key.of(shown[0])) if shown and place is not None else ""
    onwards = str(Key.of(shown[-1])) if full else str(far or "")
    searched_to = None if full or far is None else far.occurred_on
    if downwards:
        return ListPage(shown, newer=back, older=onwards, searched_to=searched_to)
    return ListPage(shown[::-1], newer=onwards, older=back, searched_to=searched_to)


def all_of(found: Found) -> ListPage:
    """Every row on one page; for at most MOST_COUNTED."""
    return ListPage(list(found.wanted.with_names().order_by(*_NEWEST)[:MOST_COUNTED]))


def _within_reach(
    found: Found, place: Key | None = None, *, downwards: bool
) -> tuple[ActivityQuerySet, Key | None]:
    """The wanted rows beyond ``place`` that one answer may look at, and the last place it looks at, None where
    that is all there are."""
    indexed, wanted = found.indexed, found.wanted
    if place is not None:
        beyond = _below(place) if downwards else _above(place)
        indexed, wanted = indexed.filter(beyond), wanted.filter(beyond)
    if found.is_served:
        return wanted, None
    ordered = indexed.order_by(*(_NEWEST if downwards else _OLDEST))
    ends = list(ordered.values_list(*_FIELDS)[SCANNED - 1 : SCANNED + 1])
    if len(ends) < 2:
        return wanted, None
    far = Key(*ends[0])
    return wanted.filter(_above(far, itself=True) if downwards else _below(far, itself=True)), far


def _below(key: Key, *, itself: bool = False) -> Q:
    lookup = TupleLessThanOrEqual if itself else TupleLessThan
    return Q(occurred_on__lte=key.occurred_on) & Q(lookup(_ROW, tuple(key)))


def _above(key: Key, *, itself: bool = False) -> Q:
    """The three columns are compared as one value, which PostgreSQL's index answers; SQLite's answers for the day."""
    lookup = TupleGreaterThanOrEqual if itself else TupleGreaterThan
    return Q(occurred_on__gte=key.occurred_on) & Q(lookup(_ROW, tuple(key)))
