"""The single rows of an evaluation, without notes and without who logged them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf

from activities.models import Activity, ActivityQuerySet
from promises.models import Commitment, Promise
from reports.evaluation import ActivityLine
from reports.queries.counting import counted_by

_AT_ONCE = 2_000
_ORDER = ("occurred_on", F("starts_at").asc(nulls_first=True), "logged_at", "pk")
_VALUES = (
    "pk", "occurred_on", "month_only", "starts_at", "kind__name", "quantity", "school__name", "persons_reached",
    "minutes",
)  # fmt: skip


def activity_lines(
    promise: Promise, commitments: list[Commitment], *, as_of: date, known_then: bool
) -> dict[int, list[ActivityLine]]:
    """Four queries for plain values: ten thousand model instances would take seconds."""
    counted = counted_by(promise, as_of, known_then=known_then).filter(
        commitment__in=[row.pk for row in commitments]
    )
    lines: dict[int, list[ActivityLine]] = defaultdict(list)
    rows = list(counted.order_by(*_ORDER).values_list("commitment", *_VALUES))
    for row, line in zip(rows, _lines((row[1:] for row in rows), counted), strict=True):
        lines[row[0]].append(line)
    return lines


class StreamedLines(Collection[ActivityLine]):
    """The rows of one commitment, read anew each time they are gone through and some thousand at a time: whoever
    goes through them holds no more than that, however many there are."""

    def __init__(self, promise: Promise, commitment: Commitment, *, as_of: date, known_then: bool) -> None:
        self.rows = counted_by(promise, as_of, known_then=known_then).filter(commitment=commitment)

    def __iter__(self) -> Iterator[ActivityLine]:
        rows = self.rows.order_by(*_ORDER).values_list(*_VALUES).iterator(chunk_size=_AT_ONCE)
        while some := list(islice(rows, _AT_ONCE)):
            yield from _lines(some, Activity.objects.filter(pk__in=[one[0] for one in some]).order_by())

    def __len__(self) -> int:
        return self.rows.count()

    def __contains__(self, line: object) -> bool:
        return any(one == line for one in self)


def _lines(values: Iterable[tuple[Any, ...]], rows: ActivityQuerySet) -> Iterator[ActivityLine]:
    """Three queries: ``values`` (_VALUES) of ``rows`` with the names of what they are related to."""
    areas = _names(rows, F("areas__name"), "areas__position", "areas__pk")
    parties = _names(
        rows, Coalesce(NullIf("parties__short_name", Value("")), "parties__name"), "parties__name"
    )
    classes = _names(rows, F("attendance__school_class__label"), "attendance__pk")
    for pk, day, month_only, at, kind, quantity, school, reached, minutes in values:
        yield ActivityLine(
            day=day,
            month_only=month_only,
            starts_at=at,
            kind=kind or "",
            areas=tuple(areas[pk]),
            quantity=quantity,
            parties=tuple(parties[pk]),
            school=school or "",
            classes=tuple(classes[pk]),
            persons_reached=reached,
            minutes=minutes,
        )


def _names(counted: ActivityQuerySet, name: Combinable, *order: str) -> dict[int, list[str]]:
    """One query: row -> the names of what it is related to, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = counted.annotate(text=name).order_by("pk", *order)
    for pk, text in rows.values_list("pk", "text"):
        if text is not None:
            found[pk].append(text)
    return found
