"""What counted rows add up to on a day: read from the running totals, or counted anew from single rows.

Both give the same numbers (docs/adr/0013). Rows are counted only where no total is kept: as it was known then.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet, Sum

from activities.models import MEASURES, MONTHS, ActivityQuerySet, Axis, Tally
from activities.tallies import counted_again

_BY_DAY = {month: day for day, month in MONTHS.items()}
Kept = QuerySet[Tally]
_BY_MEMBER = (Axis.AREA, Axis.KIND, Axis.PARTY, Axis.KNOWN)


@dataclass
class Totals:
    """Of several commitments, each named by its id; only what there are rows for. ``days`` is in order of day."""

    days: list[tuple[int, date, int, bool]] = field(default_factory=list)  # day, quantity, has batches
    in_all: dict[int, dict[str, int]] = field(default_factory=dict)  # one number for each of MEASURES
    members: list[tuple[int, str, int, int, int]] = field(
        default_factory=list
    )  # axis, member, quantity, rows
    visits: list[tuple[int, date, int, int | None, int]] = field(default_factory=list)
    """Day, class, pupils present where somebody wrote how many, meetings."""


def stored_totals(commitments: Iterable[int], *, with_visits: Iterable[int], as_of: date) -> Totals:
    """Four queries, whose cost follows days and months and not rows. ``with_visits``: whose classes are asked for."""
    kept = Tally.objects.filter(commitment__in=list(commitments), rows__gt=0).order_by()
    days = kept.filter(axis=Axis.ALL, day__lte=as_of).order_by("commitment", "day")
    visits = Tally.objects.filter(
        commitment__in=list(with_visits), axis=Axis.CLASS, day__lte=as_of, rows__gt=0
    ).values_list("commitment", "day", "member", "present", "rows")
    in_all: dict[int, Counter[str]] = {}
    whole, single = (
        part.values_list("commitment").annotate(**{f"{name}_": Sum(name) for name in MEASURES})
        for part in up_to(kept, as_of, Axis.ALL)
    )
    for commitment, *amounts in whole.union(single, all=True):
        in_all.setdefault(commitment, Counter()).update(dict(zip(MEASURES, amounts, strict=True)))
    members = _Members()
    whole, single = (
        part.values_list("commitment", "axis", "member").annotate(
            quantity_=Sum("quantity"), rows_=Sum("rows")
        )
        for part in up_to(kept, as_of, *_BY_MEMBER)
    )
    for commitment, axis, member, quantity, rows in whole.union(single, all=True):
        members.add(commitment, _BY_DAY.get(axis, axis), member, quantity, rows)
    return Totals(
        days=[
            (commitment, day, quantity, batches > 0)
            for commitment, day, quantity, batches in days.values_list(
                "commitment", "day", "quantity", "batches"
            )
        ],
        in_all={commitment: dict(measured) for commitment, measured in in_all.items()},
        members=members.lines(),
        visits=[
            (commitment, day, school_class, present or None, meetings)
            for commitment, day, school_class, present, meetings in visits
        ],
    )


def up_to(kept: Kept, as_of: date, *axes: Axis, first: date = date.min) -> tuple[Kept, Kept]:
    """The totals from the first day of a month on: those of whole months, and of the last month's days.

    Two, to be united: asked for with OR, SQLite reads every day.
    """
    month = as_of.replace(day=1)
    return (
        kept.filter(axis__in=[MONTHS[axis] for axis in axes], day__gte=first, day__lt=month),
        kept.filter(axis__in=axes, day__gte=max(first, month), day__lte=as_of),
    )


class _Members:
    """Totals by member, added up."""

    def __init__(self) -> None:
        self.quantity: Counter[tuple[int, str, int]] = Counter()
        self.rows: Counter[tuple[int, str, int]] = Counter()

    def add(self, commitment: int, axis: str, member: int, quantity: int, rows: int) -> None:
        self.quantity[commitment, axis, member] += quantity
        self.rows[commitment, axis, member] += rows

    def lines(self) -> list[tuple[int, str, int, int, int]]:
        return [(*key, quantity, self.rows[key]) for key, quantity in self.quantity.items()]


def totals_of_rows(rows: ActivityQuerySet, *, as_of: date) -> Totals:
    """The same from single rows, of which none is later than ``as_of``."""
    totals = Totals()
    in_all: dict[int, Counter[str]] = {}
    members = _Members()
    for key, amounts in sorted(counted_again(rows).items()):
        measured = dict(zip(MEASURES, amounts, strict=True))
        if key.day > as_of:  # only of KNOWN
            continue
        if key.axis == Axis.ALL:
            totals.days.append((key.commitment, key.day, measured["quantity"], measured["batches"] > 0))
            in_all.setdefault(key.commitment, Counter()).update(measured)
        elif key.axis == Axis.CLASS:
            totals.visits.append((key.commitment, key.day, key.member, key.present or None, measured["rows"]))
        elif key.axis in _BY_MEMBER:
            members.add(key.commitment, key.axis, key.member, measured["quantity"], measured["rows"])
    totals.in_all = {commitment: dict(measured) for commitment, measured in in_all.items()}
    totals.members = members.lines()
    return totals
