"""Which acts a reader may know of, page by page, and those that a filter or a text asks for.

A place in the log is the moment of an act, ``1588342800123456`` in the address (microseconds since 1970, UTC):
never its number, whose gaps would tell of acts that the reader may not know of. ``efter`` asks for the acts before
that moment, ``fore`` for those after it. Acts of one moment are never parted.

A filter is looked for among the next FILTERED acts, a text among the next SEARCHED; the page says how far it has
looked and leads on from there. Nothing is counted: a number would tell as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple, Self

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from activities.logbook.filters import LogFilter
from activities.logbook.words import ACTIVITY, Line, lines_of
from activities.models import Activity
from activities.trail import opening
from history.models import Change
from promises.permissions import Access

PER_PAGE = 50
FILTERED = 5_000
SEARCHED = 2_000
FEW = 1_000
_AT_ONCE = 500
_PLACE = re.compile(r"\d{1,16}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """A moment in the log."""

    at: datetime

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place that ``str`` wrote, None where the text is none."""
        if not _PLACE.fullmatch(text):
            return None
        try:
            return cls(_EPOCH + timedelta(microseconds=int(text)))
        except OverflowError:
            return None

    def __str__(self) -> str:
        return str((self.at - _EPOCH) // timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class LogPage:
    """``newer`` and ``older``: the places that the neighbours begin at, "" where there is none. ``searched_to``: the
    day up to which was looked, where the page is not full for that reason."""

    lines: list[Line]
    newer: str = ""
    older: str = ""
    searched_to: date | None = None

    @property
    def days(self) -> list[tuple[date, list[Line]]]:
        return [(day, list(lines)) for day, lines in groupby(self.lines, lambda one: one.at.date())]

    @property
    def first_day(self) -> date:
        return self.lines[0].at.date()

    @property
    def last_day(self) -> date:
        return self.lines[-1].at.date()


def visible_to(access: Access) -> QuerySet[Change]:
    """The acts of a promise that a person may know of; ``opens``: to them the row came into being by it.

    Of rows that are secret until done, others than the police know what happened from then on (OSL 18:1-2), as in
    ``activities.trail``. Whatever else stands beside activities is asked to be named here before it is shown to them.
    """
    acts = Change.objects.filter(promise_id=access.promise.pk)
    if access.is_police:
        return acts.annotate(opens=Q(pk__isnull=True))
    row = Activity.objects.open_to_both_parties().filter(pk=OuterRef("subject_id"))
    secret = Q(commitment__confidential_until_done=True)
    known = row.filter(~secret | Q(done_at=None) | Q(done_at__lte=OuterRef("at")))
    began = row.filter(secret, done_at=OuterRef("at"))
    of_rows = Q(subject=ACTIVITY) & Exists(known)
    return acts.filter(of_rows | ~Q(subject__startswith="activities.")).annotate(
        opens=Q(subject=ACTIVITY) & Exists(began)
    )


class Log:
    """The log of a promise through one filter, for one reader."""

    def __init__(self, access: Access, chosen: LogFilter) -> None:
        self.access = access
        self.text = chosen.text
        self.base = self._few(chosen, visible_to(access).filter(chosen.days()).select_related("by"))
        self.wanted = self.base.filter(chosen.condition()) if chosen.asks_for_acts else self.base
        self.most = SEARCHED if self.text else FILTERED
        self.is_bounded = bool(self.text) or chosen.asks_for_acts

    def page(self, *, after: Place | None = None, before: Place | None = None) -> LogPage:
        """The acts below ``after``, or above ``before``, or the newest."""
        place, downwards = (after, True) if before is None else (before, False)
        wanted, far = self._within_reach(place, downwards=downwards)
        lines = _first(self._lines(wanted, downwards=downwards))
        shown, full = lines[:PER_PAGE], len(lines) > PER_PAGE
        if full and lines[PER_PAGE].at == shown[-1].at:  # acts of one moment stay together
            at = shown[-1].at
            shown = [one for one in shown if one.at != at] or shown
            shown += [
                one for one in self._lines(wanted.filter(at=at), downwards=downwards) if one not in shown
            ]
        back = str(Place(shown[0].at)) if shown and place is not None else ""
        onwards = str(Place(shown[-1].at)) if full else str(far or "")
        searched_to = None if full or far is None else timezone.localtime(far.at).date()
        if downwards:
            return LogPage(shown, newer=back, older=onwards, searched_to=searched_to)
        return LogPage(shown[::-1], newer=onwards, older=back, searched_to=searched_to)

    @staticmethod
    def _few(chosen: LogFilter, acts: QuerySet[Change]) -> QuerySet[Change]:
        """Where it is asked for what happens now and then, those acts alone by their numbers: they need not be
        looked for among thousands of activities."""
        if not chosen.subjects:
            return acts
        pks = list(
            acts.filter(subject__in=chosen.subjects).order_by().values_list("pk", flat=True)[: FEW + 1]
        )
        return acts.filter(pk__in=pks) if len(pks) <= FEW else acts

    def every_line(self) -> Iterator[Line]:
        """The newest first, however many: for a file. Some hundred at a time are in memory."""
        return self._lines(self.wanted, downwards=True)

    def _within_reach(self, place: Place | None, *, downwards: bool) -> tuple[QuerySet[Change], Place | None]:
        """The wanted acts that one answer may look at, and the last place it looks at, None where that is all."""
        base, wanted = self.base, self.wanted
        if place is not None:
            beyond = Q(at__lt=place.at) if downwards else Q(at__gt=place.at)
            base, wanted = base.filter(beyond), wanted.filter(beyond)
        if not self.is_bounded:
            return wanted, None
        moments = base.order_by("-at" if downwards else "at").values_list("at", flat=True)
        ends = list(moments[self.most - 1 : self.most + 1])
        if len(ends) < 2:
            return wanted, None
        far = ends[0]
        return wanted.filter(at__gte=far) if downwards else wanted.filter(at__lte=far), Place(far)

    def _lines(self, acts: QuerySet[Change], *, downwards: bool) -> Iterator[Line]:
        """In order, those that have the text, read some hundred at a time."""
        acts = acts.order_by(*(("-at", "-pk") if downwards else ("at", "pk")))
        size = _AT_ONCE if self.text else PER_PAGE + 2
        start: datetime | None = None
        there_is_more = True
        while there_is_more:
            part = acts if start is None else acts.filter(Q(at__lt=start) if downwards else Q(at__gt=start))
            found = list(part[:size])
            there_is_more = len(found) == size
            if there_is_more:  # of the last moment there may be more: it is read with the next
                last = found[-1].at
                whole = [one for one in found if one.at != last]
                found = whole or list(part.filter(at=last))
            if not found:
                return
            self._begin_when_done(found)
            for line in lines_of(found, self.access):
                if not self.text or line.has(self.text):
                    yield line
            start, size = found[-1].at, _AT_ONCE

    def _begin_when_done(self, acts: list[Change]) -> None:
        """What made a secret plan known reads as if the row had been logged just then."""
        opened = {one.subject_id: one for one in acts if one.opens}  # type: ignore[attr-defined]  # annotated
        if not opened:
            return
        earlier = Change.objects.filter(subject=ACTIVITY, subject_id__in=opened).select_related("by")
        earlier = earlier.order_by("subject_id", "at", "pk")
        for subject_id, changes in groupby(earlier, lambda one: one.subject_id):
            began = opening(list(changes))
            if began is not None:
                known = opened[subject_id]
                known.action, known.values, known.reason = began.action, began.values, ""


def _first(lines: Iterator[Line]) -> list[Line]:
    """One more than a page holds."""
    found = []
    for line in lines:
        found.append(line)
        if len(found) > PER_PAGE:
            break
    return found
