"""What the page of plans reads: plans that are late, a month's plans and what was done in it, the classes left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Window, prefetch_related_objects
from django.db.models.functions import RowNumber

from activities.choices import State
from activities.locks import tell_locked
from activities.models import Activity, ActivityQuerySet
from promises.choices import TargetKind
from promises.models import Area, Commitment, Promise, Target
from promises.permissions import Access
from reports.evaluation import CommitmentLine
from reports.queries import load_evaluation

MOST_LATE = 50
MOST_PLANS = 500
MOST_DONE_A_DAY = 6
"""So many rows are read at most: late ones, a month's plans, and of what was done on each day."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the filter leaves: rows of some commitments (None: of all), in one area or anywhere."""

    commitments: Collection[int] | None = None
    area: Area | None = None

    def has(self, commitment: Commitment) -> bool:
        return self.commitments is None or commitment.pk in self.commitments

    def of(self, rows: ActivityQuerySet, *, few: bool = False) -> ActivityQuerySet:
        """``few``: the rows have an index of their own. Asked for the commitments themselves, SQLite, which has no
        statistics, would go through all rows of those; a number that is worked out has no index."""
        if self.commitments is not None and few:
            rows = rows.alias(of_commitment=F("commitment") + 0).filter(of_commitment__in=self.commitments)
        elif self.commitments is not None:
            rows = rows.filter(commitment__in=self.commitments)
        return rows if self.area is None else rows.filter(areas=self.area)


@dataclass(frozen=True, slots=True)
class PlannedMonth:
    """``late``: planned before today whatever month, the oldest first, and ``late_in_all`` how many there are.
    ``rows``: of the month, planned, cancelled and done, in the order of the day; of what was done no more than
    MOST_DONE_A_DAY a day, and ``done`` says how many there are: day -> number. ``left_out``: plans beyond MOST_PLANS.
    ``next_on``: the first day with a plan after the month, not before today.
    """

    late: list[Activity]
    late_in_all: int
    rows: list[Activity]
    done: dict[date, int]
    left_out: int
    next_on: date | None


def commitments_of(promise: Promise) -> list[Commitment]:
    return list(promise.commitments.select_related("responsible").order_by("number"))


def planned_month(access: Access, chosen: Chosen, *, first: date, last: date, today: date) -> PlannedMonth:
    """What the reader may know of, in a number of queries that does not depend on the rows."""
    rows = Activity.objects.visible_to(access).valid()
    few = chosen.of(rows.not_done(), few=True)
    planned = few.filter(state=State.PLANNED)
    late = planned.filter(occurred_on__lt=today)
    not_done = few.filter(state__in=[State.PLANNED, State.CANCELLED], occurred_on__range=(first, last))
    done = chosen.of(rows.filter(state=State.DONE, occurred_on__range=(first, last), month_only=False))
    a_day = done.annotate(place=Window(RowNumber(), F("occurred_on"), ["starts_at", "logged_at", "pk"]))
    found_late = list(_in_order(late)[:MOST_LATE])
    found_plans = list(_in_order(not_done)[: MOST_PLANS + 1])
    found_done = list(_in_order(a_day.filter(place__lte=MOST_DONE_A_DAY)))
    shown = found_plans[:MOST_PLANS]
    left_out = not_done.count() - MOST_PLANS if len(found_plans) > MOST_PLANS else 0
    prefetch_related_objects(
        [*found_late, *shown, *found_done], "areas", "attendance__school_class"
    )  # one query for all three
    tell_locked([*found_late, *shown], access)
    by_day = done.order_by("occurred_on").values_list("occurred_on").annotate(n=Count("pk"))
    ahead = planned.filter(occurred_on__gt=last, occurred_on__gte=today).order_by("occurred_on")
    return PlannedMonth(
        late=found_late,
        late_in_all=len(found_late) if len(found_late) < MOST_LATE else late.count(),
        rows=sorted([*shown, *found_done], key=_by_day),
        done=dict(by_day),
        left_out=left_out,
        next_on=ahead.values_list("occurred_on", flat=True).first(),
    )


def _in_order(rows: ActivityQuerySet) -> ActivityQuerySet:
    return rows.select_related("commitment", "kind", "school").order_by(
        "occurred_on", "starts_at", "logged_at", "pk"
    )


def _by_day(row: Activity) -> tuple[date, bool, str, int]:
    """By day; what has no time of day first."""
    at = row.starts_at.isoformat() if row.starts_at else ""
    return (row.occurred_on, row.state == State.DONE, at, row.pk)


def lines_by_classes(
    access: Access, commitments: Collection[Commitment], *, today: date
) -> list[CommitmentLine]:
    """Those of the commitments that are judged by the classes met, judged; none where there are none.

    As on the pages of the commitments: whose plans the reader may not know of says so in its ``process``.
    """
    targets = Target.objects.filter(commitment__in=[row.pk for row in commitments], kind=TargetKind.COVERAGE)
    by_classes = set(targets.values_list("commitment__number", flat=True))
    if not by_classes:
        return []
    evaluation = load_evaluation(
        access.promise,
        as_of=today,
        sees_plans=access.is_police,
        commitment_number=next(iter(by_classes)) if len(by_classes) == 1 else None,
    )
    return [line for line in evaluation.lines if line.number in by_classes]
