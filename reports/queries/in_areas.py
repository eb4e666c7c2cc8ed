"""What each area's days added, for the targets that hold in each area by itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Sum

from activities.models import ActivityQuerySet, Axis, Tally
from activities.tallies import BATCH
from promises.choices import TargetScope
from promises.models import Commitment
from reports.evaluation import DayCount


@dataclass
class OfArea:
    days: list[DayCount] = field(default_factory=list)
    batches: set[date] = field(default_factory=set)  # days of rows for several events, or for a whole month


def days_by_area(
    commitments: Iterable[Commitment], *, as_of: date, rows: ActivityQuerySet | None = None
) -> dict[tuple[int, int], OfArea]:
    """(commitment, area) -> its days in order. One query, and none where no target needs it.

    From the running totals, of any promises; where no total is kept, from ``rows``, of which none is later.
    """
    needing = [
        commitment.pk
        for commitment in commitments
        if any(target.scope == TargetScope.EACH_AREA for target in commitment.targets.all())
    ]
    found: dict[tuple[int, int], OfArea] = defaultdict(OfArea)
    if not needing:
        return found
    found_days = _stored(needing, as_of) if rows is None else _of_rows(rows, needing)
    for commitment, area, day, total, several in found_days:
        own = found[commitment, area]
        own.days.append(DayCount(day, total))
        if several:
            own.batches.add(day)
    return found


def _stored(commitments: list[int], as_of: date) -> Iterable[tuple[int, int, date, int, int]]:
    """Commitment, area, day, quantity and rows for several events, in order of day, from the running totals."""
    return (
        Tally.objects.filter(
            commitment__in=commitments, axis=Axis.AREA, member__gt=0, day__lte=as_of, rows__gt=0
        )
        .order_by("commitment", "day", "member")
        .values_list("commitment", "member", "day", "quantity", "batches")
    )


def _of_rows(rows: ActivityQuerySet, commitments: list[int]) -> Iterable[tuple[int, int, date, int, int]]:
    return (
        rows.filter(commitment__in=commitments, areas__isnull=False)
        .values_list("commitment", "areas", "occurred_on")
        .annotate(total=Sum("quantity"), several=Count("pk", filter=BATCH))
        .order_by("commitment", "occurred_on", "areas")
    )
