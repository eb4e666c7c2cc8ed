"""What each area's days added, for the targets that hold in each area by itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, Sum

from activities.models import ActivityQuerySet
from promises.choices import TargetScope
from promises.models import Commitment
from reports.evaluation import DayCount


@dataclass
class OfArea:
    days: list[DayCount] = field(default_factory=list)
    batches: set[date] = field(default_factory=set)  # days of rows for several events, or for a whole month


def days_by_area(
    counted: ActivityQuerySet, commitments: Iterable[Commitment]
) -> dict[tuple[int, int], OfArea]:
    """(commitment, area) -> its days in order. One query, and none where no target needs it."""
    needing = [
        commitment.pk
        for commitment in commitments
        if any(target.scope == TargetScope.EACH_AREA for target in commitment.targets.all())
    ]
    found: dict[tuple[int, int], OfArea] = defaultdict(OfArea)
    if not needing:
        return found
    rows = (
        counted.filter(commitment__in=needing, areas__isnull=False)
        .values_list("commitment", "areas", "occurred_on")
        .annotate(total=Sum("quantity"), several=Count("pk", filter=Q(quantity__gt=1) | Q(month_only=True)))
        .order_by("commitment", "areas", "occurred_on")
    )
    for commitment, area, day, total, several in rows:
        own = found[commitment, area]
        own.days.append(DayCount(day, total))
        if several:
            own.batches.add(day)
    return found
