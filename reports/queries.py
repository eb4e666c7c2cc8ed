"""From the database to an Evaluation: the one place that reads across the apps.

The number of queries depends neither on rows nor on commitments: what is added up is added up by the
database, grouped by commitment.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, Max, Prefetch, Q, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf

from activities.choices import State
from activities.models import Activity, ActivityQuerySet
from promises.choices import AreaRule, MeasurementRole, PartyRole, TargetKind
from promises.models import Area, Commitment, Effect, Measurement, Promise, SchoolClass, Target
from promises.permissions import Access
from reports.coverage import Attendance, ClassKey, Meeting, RegisterClass, assess_coverage
from reports.evaluation import (
    ActivityLine,
    AreaCount,
    CancelledLine,
    CommitmentLine,
    DayCount,
    EffectLine,
    Evaluation,
    IndicatorLine,
    KindCount,
    MeasurementLine,
    Process,
    PromiseInfo,
    TargetLine,
)
from reports.progress import TargetProgress, assess_count
from reports.status import Status, worst
from reports.windows import cut_windows


def load_evaluation(
    promise: Promise,
    *,
    as_of: date,
    sees_plans: bool,
    with_activities: bool = False,
    commitment_number: int | None = None,
) -> Evaluation:
    """The promise as it stands at the last minute of ``as_of``.

    ``sees_plans``: whether the reader may know what is planned under secrecy. A paper that both parties read
    takes False, whoever writes it. ``with_activities``: also the single rows. ``commitment_number``: that
    commitment only; ``lines`` is empty where there is none.
    """
    commitments = list(_commitments(promise, commitment_number))
    areas = list(promise.areas.all())
    sums = _sums(promise, commitments, as_of=as_of, sees_plans=sees_plans)
    register = list(SchoolClass.objects.filter(school__promise=promise).select_related("school"))
    rows = _activity_lines(promise, commitments, as_of=as_of) if with_activities else {}
    return Evaluation(
        promise=_promise_info(promise, areas),
        as_of=as_of,
        draft=True,
        lines=tuple(
            _line(
                commitment,
                promise=promise,
                areas=areas,
                register=register,
                sums=sums[commitment.pk],
                activities=tuple(rows.get(commitment.pk, ())),
                as_of=as_of,
                sees_plans=sees_plans,
            )
            for commitment in commitments
        ),
        effects=_effects(promise, as_of=as_of),
    )


def counted_by(promise: Promise, as_of: date) -> ActivityQuerySet:
    """The rows that count on a day: done, valid, within the promise period and not after ``as_of``."""
    last = min(as_of, promise.ends_on)
    rows = Activity.objects.filter(promise=promise, occurred_on__range=(promise.starts_on, last))
    return rows.counted().order_by()


@dataclass(frozen=True, slots=True)
class MonthAreaCount:
    """``area`` "" : rows that name none. ``month``: its first day."""

    number: int
    month: date
    area: str
    actual: int


def months_by_area(promise: Promise, *, year: int, as_of: date) -> tuple[MonthAreaCount, ...]:
    """One query: what each month of a year added to each commitment in each area."""
    rows = (
        counted_by(promise, as_of)
        .filter(occurred_on__year=year)
        .values_list("commitment__number", "occurred_on__month", "areas__name")
        .annotate(total=Sum("quantity"))
        .order_by("commitment__number", "occurred_on__month", "areas__name")
    )
    return tuple(
        MonthAreaCount(number, date(year, month, 1), area or "", total) for number, month, area, total in rows
    )


def last_logged_at(access: Access) -> datetime | None:
    """When the reader's promise last got a row that the reader may see."""
    latest: datetime | None = Activity.objects.visible_to(access).valid().aggregate(at=Max("logged_at"))["at"]
    return latest


def _commitments(promise: Promise, number: int | None) -> Iterable[Commitment]:
    rows = promise.commitments.select_related("responsible").prefetch_related(
        "partners", "kinds", Prefetch("targets", Target.objects.prefetch_related("schools"))
    )
    return rows.order_by("number") if number is None else rows.filter(number=number)


@dataclass
class _Sums:
    """What the database added up for one commitment."""

    days: list[DayCount] = field(default_factory=list)
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


def _sums(
    promise: Promise, commitments: list[Commitment], *, as_of: date, sees_plans: bool
) -> dict[int, _Sums]:
    sums: dict[int, _Sums] = defaultdict(_Sums)
    counted = counted_by(promise, as_of).filter(commitment__in=[row.pk for row in commitments])
    _add_days(sums, counted)
    _add_areas_and_kinds(sums, counted)
    _add_totals(sums, counted, as_of=as_of)
    _add_plans(sums, promise, as_of=as_of, sees_plans=sees_plans)
    _add_meetings(sums, promise, counted, sees_plans=sees_plans)
    return sums


def _add_days(sums: dict[int, _Sums], counted: ActivityQuerySet) -> None:
    rows = counted.values_list("commitment", "occurred_on").annotate(total=Sum("quantity"))
    for commitment, day, total in rows.order_by("commitment", "occurred_on"):
        sums[commitment].days.append(DayCount(day, total))


def _add_areas_and_kinds(sums: dict[int, _Sums], counted: ActivityQuerySet) -> None:
    by_area = counted.values_list("commitment", "areas").annotate(total=Sum("quantity"))
    for commitment, area, total in by_area:
        if area is None:
            sums[commitment].without_area = total
        else:
            sums[commitment].areas[area] = total
    by_kind = counted.exclude(kind=None).values_list("commitment", "kind").annotate(total=Sum("quantity"))
    for commitment, kind, total in by_kind:
        sums[commitment].kinds[kind] = total


def _add_totals(sums: dict[int, _Sums], counted: ActivityQuerySet, *, as_of: date) -> None:
    totals = counted.values_list("commitment").annotate(
        done=Count("pk", filter=Q(quantity__gt=0)),
        minutes_in_all=Sum("minutes"),
        with_minutes=Count("minutes"),
        reached=Sum("persons_reached"),
        late=Count("pk", filter=Q(logged_at__date__gt=as_of)),
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


def _add_plans(sums: dict[int, _Sums], promise: Promise, *, as_of: date, sees_plans: bool) -> None:
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
    cancelled = rows.filter(state=State.CANCELLED, occurred_on__lte=as_of).order_by("occurred_on", "pk")
    for commitment, day, kind, reason in cancelled.values_list(
        "commitment", "occurred_on", "kind__name", "reason"
    ):
        sums[commitment].cancelled.append(CancelledLine(day, kind or "", reason))


def _add_meetings(
    sums: dict[int, _Sums], promise: Promise, counted: ActivityQuerySet, *, sees_plans: bool
) -> None:
    """The meetings of commitments that are judged by classes; a meeting that names none is still a report."""
    planned = Activity.objects.filter(
        promise=promise, state=State.PLANNED, occurred_on__range=(promise.starts_on, promise.ends_on)
    ).valid()
    if not sees_plans:
        planned = planned.open_to_both_parties()
    judged_by_classes = Commitment.objects.filter(promise=promise, targets__kind=TargetKind.COVERAGE)
    rows = Activity.objects.filter(commitment__in=judged_by_classes).filter(
        Q(pk__in=counted.values("pk")) | Q(pk__in=planned.values("pk"))
    )
    found: dict[int, tuple[int, date, bool, list[Attendance]]] = {}
    for pk, commitment, day, state, school, year, label, present in rows.order_by(
        "occurred_on", "pk"
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


def _line(
    commitment: Commitment,
    *,
    promise: Promise,
    areas: list[Area],
    register: list[SchoolClass],
    sums: _Sums,
    activities: tuple[ActivityLine, ...],
    as_of: date,
    sees_plans: bool,
) -> CommitmentLine:
    targets = tuple(
        TargetLine(
            kind=target.kind,
            window=target.window,
            minimum=target.minimum,
            reading=target.reading,
            progress=_progress(target, promise=promise, register=register, sums=sums, as_of=as_of),
        )
        for target in commitment.targets.all()
    )
    has_areas = commitment.area_rule != AreaRule.NONE
    return CommitmentLine(
        number=commitment.number,
        title=commitment.title,
        short_title=commitment.short_title,
        wording=commitment.wording,
        unit_one=commitment.unit_one,
        unit_many=commitment.unit_many,
        form=commitment.form,
        confidential_until_done=commitment.confidential_until_done,
        responsible=commitment.responsible.name,
        partners=tuple(partner.name for partner in commitment.partners.all()),
        status=worst(target.progress.status for target in targets) if targets else Status.JUDGED,
        targets=targets,
        areas=tuple(AreaCount(area.name, sums.areas.get(area.pk, 0)) for area in areas) if has_areas else (),
        areas_overlap=sums.overlapping,
        without_area=sums.without_area if has_areas else 0,
        kinds=tuple(KindCount(kind.name, sums.kinds.get(kind.pk, 0)) for kind in commitment.kinds.all()),
        days=tuple(sums.days),
        activities=activities,
        process=_process(sums, open_plans=sees_plans or not commitment.confidential_until_done),
    )


def _process(sums: _Sums, *, open_plans: bool) -> Process:
    return Process(
        done=sums.done,
        planned=sums.planned if open_plans else None,
        overdue=sums.overdue if open_plans else None,
        next_planned_on=sums.next_planned_on if open_plans else None,
        cancelled=tuple(sums.cancelled) if open_plans else None,
        minutes=sums.minutes,
        rows_with_minutes=sums.rows_with_minutes,
        joint=sums.joint,
        persons_reached=sums.persons_reached,
        last_counted_on=sums.days[-1].day if sums.days else None,
        logged_late=sums.logged_late,
    )


def _progress(
    target: Target, *, promise: Promise, register: list[SchoolClass], sums: _Sums, as_of: date
) -> TargetProgress:
    windows = cut_windows(target.window, starts_on=promise.starts_on, ends_on=promise.ends_on)
    if target.kind == TargetKind.COUNT:
        days = [(entry.day, entry.actual) for entry in sums.days]
        return assess_count(windows, days, minimum=target.minimum, as_of=as_of)
    return assess_coverage(
        windows,
        [
            RegisterClass(row.school.name, row.label, row.school_year, row.pupils, row.closed_on)
            for row in register
            if row.grade == target.grade
        ],
        sums.meetings,
        schools=[school.name for school in target.schools.all()],
        times=target.minimum,
        as_of=as_of,
    )


def _activity_lines(
    promise: Promise, commitments: list[Commitment], *, as_of: date
) -> dict[int, list[ActivityLine]]:
    """Four queries for plain values: ten thousand model instances would take seconds."""
    counted = counted_by(promise, as_of).filter(commitment__in=[row.pk for row in commitments])
    rows = counted.order_by("occurred_on", F("starts_at").asc(nulls_first=True), "pk")
    areas = _names(counted, F("areas__name"), "areas__position", "areas__pk")
    parties = _names(
        counted, Coalesce(NullIf("parties__short_name", Value("")), "parties__name"), "parties__name"
    )
    classes = _names(counted, F("attendance__school_class__label"), "attendance__pk")
    lines: dict[int, list[ActivityLine]] = defaultdict(list)
    for pk, commitment, day, month_only, at, kind, quantity, school, reached, minutes in rows.values_list(
        "pk",
        "commitment",
        "occurred_on",
        "month_only",
        "starts_at",
        "kind__name",
        "quantity",
        "school__name",
        "persons_reached",
        "minutes",
    ):
        lines[commitment].append(
            ActivityLine(
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
        )
    return lines


def _names(counted: ActivityQuerySet, name: Combinable, *order: str) -> dict[int, list[str]]:
    """One query: row -> the names of what it is related to, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = counted.annotate(text=name).order_by("pk", *order)
    for pk, text in rows.values_list("pk", "text"):
        if text is not None:
            found[pk].append(text)
    return found


def _promise_info(promise: Promise, areas: list[Area]) -> PromiseInfo:
    parties = [(party.role, party.organisation) for party in promise.parties.select_related("organisation")]
    parties.sort(key=lambda party: not party[1].is_police)  # stable: within a kind as they were entered
    return PromiseInfo(
        slug=promise.slug,
        title=promise.title,
        wording=promise.wording,
        purpose=promise.purpose,
        basis=tuple(row.text for row in promise.basis.all()),
        follow_up=promise.follow_up,
        source=promise.source,
        starts_on=promise.starts_on,
        ends_on=promise.ends_on,
        follow_up_on=promise.follow_up_on,
        parties=tuple(organisation.name for role, organisation in parties if role == PartyRole.SIGNATORY),
        partners=tuple(organisation.name for role, organisation in parties if role == PartyRole.PARTNER),
        areas=tuple(area.full_name for area in areas),
        example_data=Activity.objects.filter(promise=promise, is_example=True).exists(),
    )


def _effects(promise: Promise, *, as_of: date) -> tuple[EffectLine, ...]:
    measured = Measurement.objects.filter(voided_on=None, measured_on__lte=as_of)
    effects = Effect.objects.filter(promise=promise).prefetch_related(
        "indicators", Prefetch("indicators__measurements", measured.select_related("area"))
    )
    return tuple(
        EffectLine(
            effect.wording,
            tuple(
                IndicatorLine(
                    name=indicator.name,
                    unit=indicator.unit,
                    better=indicator.better,
                    source=indicator.source,
                    baseline=_measurement(indicator.measurements.all(), MeasurementRole.BASELINE),
                    follow_up=_measurement(indicator.measurements.all(), MeasurementRole.FOLLOW_UP),
                )
                for indicator in effect.indicators.all()
            ),
        )
        for effect in effects
    )


def _measurement(rows: Iterable[Measurement], role: str) -> MeasurementLine | None:
    """The latest of its role; one for all areas together goes before one for a single area."""
    of_role = [row for row in rows if row.role == role]
    row = max(of_role, key=lambda row: (row.area_id is None, row.measured_on, row.pk), default=None)
    if row is None:
        return None
    return MeasurementLine(
        value=row.value,
        n=row.n,
        margin=row.margin,
        measured_on=row.measured_on,
        source=row.source,
        area=row.area.name if row.area else "",
    )
