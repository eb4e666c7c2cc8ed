"""What counted rows add up to on a day: read from the running totals, or counted anew from single rows.

Both give the same numbers (docs/adr/0013). Rows are counted only where no total is kept: as it was known then.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from activities.models import MEASURES, ActivityQuerySet, Axis, Tally
from activities.tallies import counted_again

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
    """Four queries, whose cost follows the days and not the rows. ``with_visits``: whose classes are asked for."""
    kept = Tally.objects.filter(commitment__in=list(commitments), day__lte=as_of, rows__gt=0).order_by()
    in_all = kept.filter(axis=Axis.ALL)
    days = in_all.order_by("commitment", "day").values_list("commitment", "day", "quantity", "batches")
    sums = in_all.values_list("commitment").annotate(**{f"{name}_": Sum(name) for name in MEASURES})
    members = kept.filter(axis__in=_BY_MEMBER).values_list("commitment", "axis", "member")
    visits = Tally.objects.filter(
        commitment__in=list(with_visits), axis=Axis.CLASS, day__lte=as_of, rows__gt=0
    ).values_list("commitment", "day", "member", "present", "rows")
    return Totals(
        days=[(commitment, day, quantity, batches > 0) for commitment, day, quantity, batches in days],
        in_all={commitment: dict(zip(MEASURES, amounts, strict=True)) for commitment, *amounts in sums},
        members=list(members.annotate(quantity_=Sum("quantity"), rows_=Sum("rows"))),
        visits=[
            (commitment, day, school_class, present or None, meetings)
            for commitment, day, school_class, present, meetings in visits
        ],
    )


def totals_of_rows(rows: ActivityQuerySet, *, as_of: date) -> Totals:
    """The same from single rows, of which none is later than ``as_of``."""
    totals = Totals()
    in_all: dict[int, Counter[str]] = {}
    members: Counter[tuple[int, str, int]] = Counter()
    numbers: Counter[tuple[int, str, int]] = Counter()
    for key, amounts in sorted(counted_again(rows).items()):
        measured = dict(zip(MEASURES, amounts, strict=True))
        if key.day > as_of:  # only of KNOWN
            continue
        if key.axis == Axis.ALL:
            totals.days.append((key.commitment, key.day, measured["quantity"], measured["batches"] > 0))
            in_all.setdefault(key.commitment, Counter()).update(measured)
        elif key.axis == Axis.CLASS:
            totals.visits.append((key.commitment, key.day, key.member, key.present or None, measured["rows"]))
        else:
            members[key.commitment, key.axis, key.member] += measured["quantity"]
            numbers[key.commitment, key.axis, key.member] += measured["rows"]
    totals.in_all = {commitment: dict(measured) for commitment, measured in in_all.items()}
    totals.members = [(*key, quantity, numbers[key]) for key, quantity in members.items()]
    return totals
