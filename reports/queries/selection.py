"""What a filter may choose from in a promise, and how much of each commitment it chooses."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from activities.models import Axis, Tally
from promises.choices import AreaRule
from promises.models import Area, Kind, Promise, Target
from reports.queries.counting import counted_by


@dataclass(frozen=True, slots=True)
class CommitmentTraits:
    """What a commitment can be found by. ``kinds``: (code, name). ``windows``: what its targets are judged for."""

    number: int
    responsible: str
    has_areas: bool
    kinds: tuple[tuple[str, str], ...]
    windows: frozenset[str]


def traits_of(promise: Promise) -> tuple[CommitmentTraits, ...]:
    """Three queries, however many commitments and kinds."""
    kinds: dict[int, list[tuple[str, str]]] = {}
    of_promise = Kind.objects.filter(commitment__promise=promise).order_by("position", "pk")
    for number, code, name in of_promise.values_list("commitment__number", "code", "name"):
        kinds.setdefault(number, []).append((code, name))
    windows: dict[int, set[str]] = {}
    of_targets = Target.objects.filter(commitment__promise=promise).order_by()
    for number, window in of_targets.values_list("commitment__number", "window"):
        windows.setdefault(number, set()).add(window)
    return tuple(
        CommitmentTraits(
            number=row.number,
            responsible=str(row.responsible),
            has_areas=row.area_rule != AreaRule.NONE,
            kinds=tuple(kinds.get(row.number, ())),
            windows=frozenset(windows.get(row.number, ())),
        )
        for row in promise.commitments.select_related("responsible").order_by("number")
    )


def areas_of(promise: Promise) -> tuple[Area, ...]:
    return tuple(promise.areas.all())


def counts_of(
    promise: Promise, *, area: Area | None, kind: str, first: date, last: date, as_of: date
) -> dict[int, int]:
    """One query: commitment number -> what counts of it between two days; only those that have a row.

    ``area`` None, ``kind`` (a code) "": all. Read from the running totals (docs/adr/0013); both together are in no
    total and are added up from the rows.
    """
    last = min(last, as_of)
    if area and kind:
        rows = counted_by(promise, as_of).filter(
            occurred_on__range=(first, last), areas=area, kind__code=kind
        )
        return dict(rows.values_list("commitment__number").annotate(total=Sum("quantity")))
    kept = Tally.objects.filter(commitment__promise=promise, day__range=(first, last), rows__gt=0).order_by()
    if area:
        kept = kept.filter(axis=Axis.AREA, member=area.pk)
    elif kind:
        kinds = Kind.objects.filter(commitment__promise=promise, code=kind).values("pk")
        kept = kept.filter(axis=Axis.KIND, member__in=kinds)
    else:
        kept = kept.filter(axis=Axis.ALL)
    return dict(kept.values_list("commitment__number").annotate(total=Sum("quantity")))
