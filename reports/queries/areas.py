"""What one area page needs beside the evaluation: when last, by kind, where they lie, what is planned there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from activities.choices import State
from activities.models import Activity, ActivityQuerySet
from promises import boundary
from promises.models import Area, AreaBoundary, Promise
from promises.permissions import Access
from reports.queries.counting import counted_by


@dataclass(frozen=True, slots=True)
class LastDay:
    """``month_only``: it is the number of a month, and ``day`` the month's first."""

    day: date
    month_only: bool


@dataclass(frozen=True, slots=True)
class Outline:
    area: str
    shape: boundary.Shape
    source: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a filter leaves of the rows: those of some commitments, between two days, of one kind ("" for all)."""

    numbers: frozenset[int]
    first: date
    last: date
    kind: str = ""

    def of(self, rows: ActivityQuerySet) -> ActivityQuerySet:
        found = rows.filter(commitment__number__in=self.numbers, occurred_on__range=(self.first, self.last))
        return found.filter(kind__code=self.kind) if self.kind else found


def sums_in_areas(promise: Promise, *, as_of: date, chosen: Chosen) -> dict[tuple[str, int], int]:
    """One query: (area, commitment's number) -> how many; only where there are rows."""
    rows = (
        chosen.of(counted_by(promise, as_of))
        .filter(areas__isnull=False)
        .values_list("areas__name", "commitment__number")
        .annotate(total=Sum("quantity"))
    )
    return {(area, number): total for area, number, total in rows}


def last_days(
    promise: Promise, *, as_of: date, numbers: Sequence[int], chosen: Chosen
) -> dict[tuple[str, int], LastDay]:
    """One query: (area, commitment's number) -> when something was last done there; zero reports are nothing."""
    rows = (
        chosen.of(counted_by(promise, as_of))
        .filter(commitment__number__in=numbers, quantity__gt=0, areas__isnull=False)
        .values_list("areas__name", "commitment__number", "month_only")
        .annotate(day=Max("occurred_on"))
        .order_by("day", "-month_only")  # of the same day, the one that names a day stands
    )
    return {(area, number): LastDay(day, month_only) for area, number, month_only, day in rows}


def kinds_in_area(
    promise: Promise, area: Area, *, as_of: date, chosen: Chosen
) -> tuple[tuple[int, str, int], ...]:
    """One query: (commitment's number, kind, how many) of what was done in an area, in the promise's order."""
    rows = (
        chosen.of(counted_by(promise, as_of))
        .filter(areas=area)
        .exclude(kind=None)
        .values_list("commitment__number", "kind__name")
        .annotate(total=Sum("quantity"))
        .order_by("commitment__number", "kind__position", "kind__pk")
    )
    return tuple((number, kind, total) for number, kind, total in rows)


def outlines(promise: Promise) -> tuple[Outline, ...]:
    """One query: the areas that have a boundary, in the promise's order."""
    rows = (
        AreaBoundary.objects.filter(area__promise=promise, shape__isnull=False)
        .select_related("area")
        .order_by("area__position", "area")
    )
    return tuple(
        Outline(row.area.name, boundary.from_json(row.shape), row.source) for row in rows if row.shape
    )


def rows_done(access: Access, area: Area, *, as_of: date, chosen: Chosen) -> ActivityQuerySet:
    """The rows that count in an area, the latest first."""
    return (
        chosen.of(counted_by(access.promise, as_of))
        .visible_to(access)
        .filter(areas=area)
        .with_names()
        .select_related("promise")
        .order_by("-occurred_on", "-logged_at", "-pk")
    )


def rows_planned(access: Access, area: Area, *, as_of: date, chosen: Chosen) -> ActivityQuerySet:
    """What the reader may know is planned in an area from a day on, the next first."""
    return (
        chosen.of(Activity.objects.visible_to(access).valid())
        .filter(areas=area, state=State.PLANNED, occurred_on__gte=as_of)
        .with_names()
        .select_related("promise")
        .order_by("occurred_on", "starts_at", "pk")
    )
