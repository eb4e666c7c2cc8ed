"""What counts on a day, added up for each commitment, and what is planned or cancelled beside it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Sum

from activities.choices import Review, State
from activities.models import Activity, ActivityQuerySet, Axis
from promises.choices import TargetKind
from promises.models import Commitment, Promise, SchoolClass
from reports.coverage import Attendance, Meeting
from reports.evaluation import CancelledLine, DayCount
from reports.queries.totals import Totals, stored_totals, totals_of_rows
from reports.register import ClassKey


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
    """What one commitment's rows add up to, by the ids of areas, kinds and parties."""

    days: list[DayCount] = field(default_factory=list)
    batches: set[date] = field(default_factory=set)  # days of rows for several events, or for a whole month
    rows: int = 0
    areas: dict[int, int] = field(default_factory=dict)
    without_area: int = 0
    kinds: dict[int, int] = field(default_factory=dict)
    parties: dict[int, int] = field(default_factory=dict)
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
    waiting: list[DayCount] = field(default_factory=list)
    rows_waiting: int = 0
    rows_returned: int = 0
    meetings: list[Meeting] = field(default_factory=list)


def sums_of(
    promise: Promise,
    commitments: list[Commitment],
    register: list[SchoolClass],
    *,
    as_of: date,
    sees_plans: bool,
    with_plans: bool,
    known_then: bool,
) -> dict[int, Sums]:
    """Commitment id -> what its rows add up to. ``register``: the classes of the whole promise."""
    ids = [row.pk for row in commitments]
    by_classes = [
        row.pk
        for row in commitments
        if any(target.kind == TargetKind.COVERAGE for target in row.targets.all())
    ]
    if known_then:  # no totals are kept of what was known on which day
        rows = counted_by(promise, as_of, known_then=True).filter(commitment__in=ids)
        totals = totals_of_rows(rows, as_of=as_of)
    else:
        totals = stored_totals(ids, with_visits=by_classes, as_of=as_of)
    sums: dict[int, Sums] = defaultdict(Sums)
    _add_days(sums, totals)
    _add_members(sums, totals)
    _add_in_all(sums, totals)
    _add_meetings(sums, totals, by_classes, register)
    _add_waiting(sums, promise, ids, by_classes, as_of=as_of, known_then=known_then)
    if with_plans:
        _add_plans(sums, promise, as_of=as_of, sees_plans=sees_plans)
        _add_bookings(sums, promise, by_classes, sees_plans=sees_plans)
    return sums


def _add_days(sums: dict[int, Sums], totals: Totals) -> None:
    for commitment, day, quantity, has_batches in totals.days:
        sums[commitment].days.append(DayCount(day, quantity))
        if has_batches:
            sums[commitment].batches.add(day)


def _add_members(sums: dict[int, Sums], totals: Totals) -> None:
    for commitment, axis, member, quantity, rows in totals.members:
        found = sums[commitment]
        if axis == Axis.KNOWN:
            found.logged_late -= rows  # from all rows, see below
        elif axis == Axis.AREA and not member:
            found.without_area = quantity
        elif axis == Axis.AREA:
            found.areas[member] = quantity
        elif axis == Axis.KIND:
            found.kinds[member] = quantity
        else:
            found.parties[member] = quantity


def _add_in_all(sums: dict[int, Sums], totals: Totals) -> None:
    for commitment, measured in totals.in_all.items():
        found = sums[commitment]
        found.rows = measured["rows"]
        found.done = measured["rows_done"]
        found.joint = measured["rows_joint"]
        found.overlapping = measured["rows_overlapping"]
        found.rows_with_minutes = measured["rows_with_minutes"]
        found.minutes = measured["minutes"] if measured["rows_with_minutes"] else None
        found.persons_reached = measured["reached"] if measured["rows_with_reached"] else None
        found.logged_late += measured["rows"]  # less those that were known by then


def _add_meetings(
    sums: dict[int, Sums], totals: Totals, by_classes: list[int], register: list[SchoolClass]
) -> None:
    """The meetings of commitments that are judged by classes; a meeting that names none is still a report."""
    keys = {row.pk: ClassKey(row.school.name, row.school_year, row.label) for row in register}
    for commitment in by_classes:
        sums[commitment].meetings += [Meeting(entry.day, True, ()) for entry in sums[commitment].days]
    for commitment, day, school_class, present, times in totals.visits:
        met = Attendance(keys[school_class], present)
        sums[commitment].meetings.append(Meeting(day, True, (met,), times=times))


def _add_waiting(
    sums: dict[int, Sums],
    promise: Promise,
    ids: list[int],
    by_classes: list[int],
    *,
    as_of: date,
    known_then: bool,
) -> None:
    """What is done and not approved now: read from its rows, for they are few (docs/adr/0016)."""
    last = min(as_of, promise.ends_on)
    rows = Activity.objects.filter(
        promise=promise, occurred_on__range=(promise.starts_on, last)
    ).not_approved()
    if known_then:
        rows = rows.with_known_at().filter(known_at__date__lte=as_of)
    by_day = rows.order_by("occurred_on").values_list("commitment", "occurred_on", "review")
    met = False
    for commitment, day, review, quantity, number in by_day.annotate(total=Sum("quantity"), n=Count("pk")):
        if commitment not in ids:  # asked of the database, it would read all rows of the commitment
            continue
        found = sums[commitment]
        if review == Review.WAITING:
            found.waiting.append(DayCount(day, quantity))
            found.rows_waiting += number
            met = met or commitment in by_classes
        else:
            found.rows_returned += number
    if met:
        of_classes = rows.filter(
            review=Review.WAITING, commitment__in=by_classes, attendance__isnull=False
        ).order_by("occurred_on", "pk")
        for commitment, meeting in _attended(of_classes, waiting=True):
            sums[commitment].meetings.append(meeting)


def _plans(promise: Promise, *, sees_plans: bool) -> ActivityQuerySet:
    rows = Activity.objects.filter(
        promise=promise, occurred_on__range=(promise.starts_on, promise.ends_on)
    ).not_done()
    return rows if sees_plans else rows.open_to_both_parties()


def _add_plans(sums: dict[int, Sums], promise: Promise, *, as_of: date, sees_plans: bool) -> None:
    rows = _plans(promise, sees_plans=sees_plans)
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


def _add_bookings(
    sums: dict[int, Sums], promise: Promise, by_classes: list[int], *, sees_plans: bool
) -> None:
    """The classes that somebody has booked a meeting with."""
    booked = _plans(promise, sees_plans=sees_plans).filter(
        state=State.PLANNED, commitment__in=by_classes, attendance__isnull=False
    )
    for commitment, meeting in _attended(booked.order_by()):
        sums[commitment].meetings.append(meeting)


def _attended(rows: ActivityQuerySet, *, waiting: bool = False) -> Iterator[tuple[int, Meeting]]:
    """(commitment, meeting) for each class that the rows name."""
    for commitment, day, school, year, label, present in rows.values_list(
        "commitment",
        "occurred_on",
        "attendance__school_class__school__name",
        "attendance__school_class__school_year",
        "attendance__school_class__label",
        "attendance__pupils_present",
    ):
        met = Attendance(ClassKey(school, year, label), present)
        yield commitment, Meeting(day, False, (met,), waiting=waiting)
