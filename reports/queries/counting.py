"""What counts on a day, added up by the database for each commitment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, Sum

from activities.choices import State
from activities.models import Activity, ActivityQuerySet
from promises.choices import TargetKind
from promises.models import Commitment, Promise
from reports.coverage import Attendance, ClassKey, Meeting
from reports.evaluation import CancelledLine, DayCount


def counted_by(promise: Promise, as_of: date, *, known_then: bool = False) -> ActivityQuerySet:
    """The rows that count on a day: done, valid, within the promise period and not after ``as_of``.

    ``known_then``: and logged, or marked as done, by the day's last minute.
    """
    last = min(as_of, promise.ends_on)
    rows = Activity.objects.filter(promise=promise, occurred_on__range=(promise.starts_on, last))
    if known_then:
        rows = rows.with_known_at().filter(known_at__date__lte=as_of)
    return rows.counted().order_by()


@dataclass
class Sums:
    """What the database added up for one commitment."""

    days: list[DayCount] = field(default_factory=list)
    batches: set[date] = field(default_factory=set)  # days of rows for several events, or for a whole month
    areas: dict[int, int] = field(default_factory=dict)
    without_area: int = 0
    kinds: dict[int, int] = field(default_factory=dict)
    overlapping: int = 0
    joint: int = 0
    done: int = 0
    minutes: int | None = None
    rows_with_minutes: int = 0
    persons_reached: int | None = None
    logged_late: int = 0
    planned: int = 0
    overdue: int = 0
    next_planned_on: date | None = None
    cancelled: list[CancelledLine] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)


def sums_of(
    promise: Promise,
    commitments: list[Commitment],
    *,
    as_of: date,
    sees_plans: bool,
    with_plans: bool,
    known_then: bool,
) -> dict[int, Sums]:
    sums: dict[int, Sums] = defaultdict(Sums)
    counted = counted_by(promise, as_of, known_then=known_then).filter(
        commitment__in=[row.pk for row in commitments]
    )
    _add_days(sums, counted)
    _add_areas_and_kinds(sums, counted)
    _add_totals(sums, counted, as_of=as_of)
    planned = _planned(promise, sees_plans=sees_plans) if with_plans else Activity.objects.none()
    if with_plans:
        _add_plans(sums, promise, as_of=as_of, sees_plans=sees_plans)
    _add_meetings(sums, promise, counted, planned=planned)
    return sums


def _add_days(sums: dict[int, Sums], counted: ActivityQuerySet) -> None:
    rows = counted.values_list("commitment", "occurred_on").annotate(
        total=Sum("quantity"), batches=Count("pk", filter=Q(quantity__gt=1) | Q(month_only=True))
    )
    for commitment, day, total, batches in rows.order_by("commitment", "occurred_on"):
        sums[commitment].days.append(DayCount(day, total))
        if batches:
            sums[commitment].batches.add(day)


def _add_areas_and_kinds(sums: dict[int, Sums], counted: ActivityQuerySet) -> None:
    by_area = counted.values_list("commitment", "areas").annotate(total=Sum("quantity"))
    for commitment, area, total in by_area:
        if area is None:
            sums[commitment].without_area = total
        else:
            sums[commitment].areas[area] = total
    by_kind = counted.exclude(kind=None).values_list("commitment", "kind").annotate(total=Sum("quantity"))
    for commitment, kind, total in by_kind:
        sums[commitment].kinds[kind] = total


def _add_totals(sums: dict[int, Sums], counted: ActivityQuerySet, *, as_of: date) -> None:
    totals = (
        counted.with_known_at()
        .values_list("commitment")
        .annotate(
            done=Count("pk", filter=Q(quantity__gt=0)),
            minutes_in_all=Sum("minutes"),
            with_minutes=Count("minutes"),
            reached=Sum("persons_reached"),
            late=Count("pk", filter=Q(known_at__date__gt=as_of)),
        )
    )
    for commitment, done, minutes, with_minutes, reached, late in totals:
        found = sums[commitment]
        found.done, found.minutes, found.rows_with_minutes = done, minutes, with_minutes
        found.persons_reached, found.logged_late = reached, late
    # One query for each: two joins in one would multiply the rows.
    for commitment, number in _rows_with_several(counted, "areas"):
        sums[commitment].overlapping = number
    for commitment, number in _rows_with_several(counted, "parties"):
        sums[commitment].joint = number


def _rows_with_several(counted: ActivityQuerySet, relation: str) -> Iterable[tuple[int, int]]:
    """(commitment, rows with two or more) for the commitments that have such rows."""
    several = counted.values("pk").annotate(n=Count(relation)).filter(n__gte=2).values("pk")
    return (
        Activity.objects.filter(pk__in=several).order_by().values_list("commitment").annotate(n=Count("pk"))
    )


def _add_plans(sums: dict[int, Sums], promise: Promise, *, as_of: date, sees_plans: bool) -> None:
    rows = Activity.objects.filter(
        promise=promise, occurred_on__range=(promise.starts_on, promise.ends_on)
    ).valid()
    if not sees_plans:
        rows = rows.open_to_both_parties()
    planned = rows.filter(state=State.PLANNED).values_list("commitment", "occurred_on")
    for commitment, day, number in planned.annotate(n=Count("pk")).order_by("occurred_on"):
        found = sums[commitment]
        found.planned += number
        if day < as_of:
            found.overdue += number
        elif found.next_planned_on is None:
            found.next_planned_on = day
    cancelled = rows.filter(state=State.CANCELLED, occurred_on__lte=as_of).order_by(
        "occurred_on", "logged_at", "pk"
    )
    for commitment, day, kind, reason in cancelled.values_list(
        "commitment", "occurred_on", "kind__name", "reason"
    ):
        sums[commitment].cancelled.append(CancelledLine(day, kind or "", reason))


def _planned(promise: Promise, *, sees_plans: bool) -> ActivityQuerySet:
    rows = Activity.objects.filter(
        promise=promise, state=State.PLANNED, occurred_on__range=(promise.starts_on, promise.ends_on)
    ).valid()
    return rows if sees_plans else rows.open_to_both_parties()


def _add_meetings(
    sums: dict[int, Sums], promise: Promise, counted: ActivityQuerySet, *, planned: ActivityQuerySet
) -> None:
    """The meetings of commitments that are judged by classes; a meeting that names none is still a report."""
    judged_by_classes = Commitment.objects.filter(promise=promise, targets__kind=TargetKind.COVERAGE)
    rows = Activity.objects.filter(commitment__in=judged_by_classes).filter(
        Q(pk__in=counted.values("pk")) | Q(pk__in=planned.values("pk"))
    )
    found: dict[int, tuple[int, date, bool, list[Attendance]]] = {}
    for pk, commitment, day, state, school, year, label, present in rows.order_by(
        "occurred_on", "logged_at", "pk"
    ).values_list(
        "pk",
        "commitment",
        "occurred_on",
        "state",
        "attendance__school_class__school__name",
        "attendance__school_class__school_year",
        "attendance__school_class__label",
        "attendance__pupils_present",
    ):
        *_, classes = found.setdefault(pk, (commitment, day, state == State.DONE, []))
        if label is not None:
            classes.append(Attendance(ClassKey(school, year, label), present))
    for commitment, day, done, classes in found.values():
        sums[commitment].meetings.append(Meeting(day, done, tuple(classes)))
