"""From the database to an Evaluation: the one place that reads across the apps.

The number of queries depends neither on rows nor on commitments: what is added up is added up by the
database, grouped by commitment.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Prefetch

from activities.models import Activity, Axis, Tally
from promises.choices import AreaRule, TargetKind, TargetScope
from promises.models import Area, Commitment, Promise, SchoolClass, Target
from promises.permissions import Access
from reports.amended import Decision, Original, Terms, due_by, minimum_by_window, told
from reports.calendars import EVEN, Calendar
from reports.coverage import assess_coverage
from reports.deliverable import assess_deliverable
from reports.effort import count_effort
from reports.evaluation import (
    ActivityLine,
    AreaCount,
    AreaDays,
    CommitmentLine,
    Evaluation,
    KindCount,
    OriginalTarget,
    PartyCount,
    Process,
    TargetLine,
    original_status,
)
from reports.progress import TargetProgress, assess_count, assess_each_area
from reports.queries.amendments import decisions_of
from reports.queries.calendars import calendars_of
from reports.queries.counting import Sums, counted_by, sums_of
from reports.queries.in_areas import OfArea, days_by_area
from reports.queries.promise import effects_of, locked_of, parties_of, promise_info
from reports.queries.requests import Found, requests_and_deliveries
from reports.queries.rows import StreamedLines, activity_lines
from reports.queries.totals import up_to
from reports.register import RegisterClass
from reports.requests import assess_requests
from reports.status import Status, of_commitment
from reports.windows import cut_windows

__all__ = ["MonthAreaCount", "counted_by", "last_logged_at", "load_evaluation", "months_by_area"]


def load_evaluation(
    promise: Promise,
    *,
    as_of: date,
    sees_plans: bool,
    with_plans: bool = True,
    known_then: bool = False,
    with_activities: bool = False,
    streamed: bool = False,
    commitment_number: int | None = None,
    proposed: Sequence[Decision] = (),
) -> Evaluation:
    """The promise as it stands at the last minute of ``as_of``.

    ``sees_plans``: whether the reader may know what is planned under secrecy. A paper that both parties read
    takes False, whoever writes it. ``with_plans``: False leaves out every plan and cancellation, secret or not:
    rows say what is planned now and not what was on a past day. ``known_then``: only rows that counted already
    then; what was corrected or voided since stays so. ``with_activities``: also the single rows;
    ``streamed``: not fetched now, but each time they are gone through, so that memory does not grow with them.
    ``commitment_number``: that commitment only; ``lines`` is empty where there is none. ``proposed``: decisions that
    are not stored yet, to show what they would change.
    """
    commitments = list(_commitments(promise, commitment_number))
    areas = list(promise.areas.all())
    found = requests_and_deliveries(commitments, known_by=as_of if known_then else None)
    parties = parties_of(promise)
    calendars = calendars_of(commitments)
    known_rows = counted_by(promise, as_of, known_then=True) if known_then else None
    in_areas = days_by_area(commitments, as_of=as_of, rows=known_rows)
    register = list(SchoolClass.objects.filter(school__promise=promise).select_related("school"))
    sums = sums_of(
        promise,
        commitments,
        register,
        as_of=as_of,
        sees_plans=sees_plans,
        with_plans=with_plans,
        known_then=known_then,
    )
    rows = _rows(promise, commitments, as_of, known_then, streamed=streamed) if with_activities else {}
    decisions = decisions_of(promise, as_of=as_of, known_then=known_then)
    for one in proposed:
        decisions[one.commitment] = sorted([*decisions.get(one.commitment, ()), one], key=_by_day)
    return Evaluation(
        promise=promise_info(promise, areas, parties),
        as_of=as_of,
        draft=True,
        lines=tuple(
            _line(
                commitment,
                promise=promise,
                areas=areas,
                parties=[(organisation.pk, organisation.name) for _role, organisation in parties],
                register=register,
                sums=sums[commitment.pk],
                found=found[commitment.pk],
                calendars=calendars,
                in_areas=[(area.name, in_areas.get((commitment.pk, area.pk), OfArea())) for area in areas],
                activities=rows.get(commitment.pk, ()),
                decisions=decisions.get(commitment.pk, ()),
                as_of=as_of,
                open_plans=with_plans and (sees_plans or not commitment.confidential_until_done),
            )
            for commitment in commitments
        ),
        effects=effects_of(promise, as_of=as_of),
        known_then=known_then,
        locked=locked_of(promise, as_of=as_of),
    )


def _rows(
    promise: Promise, commitments: list[Commitment], as_of: date, known_then: bool, *, streamed: bool
) -> Mapping[int, Collection[ActivityLine]]:
    if streamed:
        return {
            one.pk: StreamedLines(promise, one, as_of=as_of, known_then=known_then) for one in commitments
        }
    found = activity_lines(promise, commitments, as_of=as_of, known_then=known_then)
    return {commitment: tuple(lines) for commitment, lines in found.items()}


@dataclass(frozen=True, slots=True)
class MonthAreaCount:
    """``area`` "" : rows that name none. ``month``: its first day."""

    number: int
    month: date
    area: str
    actual: int


def months_by_area(promise: Promise, *, year: int, as_of: date) -> tuple[MonthAreaCount, ...]:
    """Two queries: what each month of a year added to each commitment in each area, by the running totals."""
    names = dict(promise.areas.values_list("pk", "name"))
    kept = Tally.objects.filter(commitment__promise=promise, rows__gt=0).order_by()
    whole, single = (
        part.values_list("commitment__number", "day", "member", "quantity")
        for part in up_to(kept, min(as_of, date(year, 12, 31)), Axis.AREA, first=date(year, 1, 1))
    )
    found: Counter[tuple[int, date, str]] = Counter()
    for number, day, area, quantity in whole.union(single, all=True):
        found[number, day.replace(day=1), names.get(area, "")] += quantity
    return tuple(MonthAreaCount(*key, total) for key, total in sorted(found.items()))


def last_logged_at(access: Access) -> datetime | None:
    """When the reader's promise last got a row that the reader may see, or one of its plans was done."""
    rows = Activity.objects.visible_to(access).valid().with_known_at()
    return rows.order_by("-known_at").values_list("known_at", flat=True).first()


def _commitments(promise: Promise, number: int | None) -> Iterable[Commitment]:
    rows = promise.commitments.select_related("responsible").prefetch_related(
        "partners", "kinds", Prefetch("targets", Target.objects.prefetch_related("schools"))
    )
    return rows.order_by("number") if number is None else rows.filter(number=number)


def _by_day(decision: Decision) -> date:
    return decision.decided_on


def _line(
    commitment: Commitment,
    *,
    promise: Promise,
    areas: list[Area],
    parties: list[tuple[int, str]],
    register: list[SchoolClass],
    sums: Sums,
    found: Found,
    calendars: dict[int, Calendar],
    in_areas: Sequence[tuple[str, OfArea]],
    activities: Collection[ActivityLine],
    decisions: Sequence[Decision],
    as_of: date,
    open_plans: bool,
) -> CommitmentLine:
    stored = list(commitment.targets.all())
    targets = target_lines(
        commitment,
        promise=promise,
        register=register,
        sums=sums,
        found=found,
        decisions=decisions,
        calendars=calendars,
        in_areas=in_areas,
        as_of=as_of,
    )
    amendments = told(
        Original(
            commitment.wording,
            tuple((row.pk, Terms(row.minimum, row.reading, row.due_on)) for row in stored),
        ),
        decisions,
    )
    wording = next((one.wording for one in reversed(decisions) if one.wording), commitment.wording)
    has_areas = commitment.area_rule != AreaRule.NONE
    return CommitmentLine(
        number=commitment.number,
        title=commitment.title,
        short_title=commitment.short_title,
        wording=wording,
        unit_one=commitment.unit_one,
        unit_many=commitment.unit_many,
        form=commitment.form,
        confidential_until_done=commitment.confidential_until_done,
        responsible=commitment.responsible.name,
        partners=tuple(partner.name for partner in commitment.partners.all()),
        status=status_of(targets),
        targets=targets,
        areas=tuple(AreaCount(area.name, sums.areas.get(area.pk, 0)) for area in areas) if has_areas else (),
        areas_overlap=sums.overlapping,
        without_area=sums.without_area if has_areas else 0,
        kinds=tuple(KindCount(kind.name, sums.kinds.get(kind.pk, 0)) for kind in commitment.kinds.all()),
        days=tuple(sums.days),
        activities=activities,
        process=_process(sums, open_plans=open_plans),
        rows=sums.rows,
        parties=tuple(PartyCount(name, sums.parties[pk]) for pk, name in parties if sums.parties.get(pk)),
        waiting=tuple(sums.waiting),
        original_wording=commitment.wording if any(one.wording for one in decisions) else "",
        original_status=original_status(targets),
        amendments=amendments,
    )


def target_lines(
    commitment: Commitment,
    *,
    promise: Promise,
    register: list[SchoolClass],
    sums: Sums,
    found: Found,
    decisions: Sequence[Decision],
    calendars: dict[int, Calendar],
    in_areas: Sequence[tuple[str, OfArea]],
    as_of: date,
) -> tuple[TargetLine, ...]:
    """What the commitment is judged by, judged. The overview judges many promises by the same (standings.py)."""
    return tuple(
        _target(
            target,
            [one for one in decisions if one.target == target.pk],
            promise=promise,
            register=register,
            sums=sums,
            found=found,
            calendar=calendars.get(target.pk, EVEN),
            in_areas=in_areas if target.scope == TargetScope.EACH_AREA else (),
            as_of=as_of,
        )
        for target in commitment.targets.all()
    )


def status_of(targets: Sequence[TargetLine]) -> Status:
    return of_commitment([target.progress.status for target in targets])


def _target(
    target: Target,
    decisions: Sequence[Decision],
    *,
    promise: Promise,
    register: list[SchoolClass],
    sums: Sums,
    found: Found,
    calendar: Calendar,
    in_areas: Sequence[tuple[str, OfArea]],
    as_of: date,
) -> TargetLine:
    """``decisions``: those that change it, in order of day."""
    judged = partial(
        _progress,
        target,
        promise=promise,
        register=register,
        sums=sums,
        found=found,
        calendar=calendar,
        in_areas=in_areas,
        as_of=as_of,
    )
    area_days = tuple(AreaDays(area, tuple(own.days)) for area, own in in_areas)
    by_promise = judged(())
    if not decisions:
        return TargetLine(
            target.kind,
            target.window,
            target.minimum,
            target.reading,
            by_promise,
            due_on=target.due_on,
            area_days=area_days,
        )
    return TargetLine(
        target.kind,
        target.window,
        decisions[-1].minimum,
        decisions[-1].reading,
        judged(decisions),
        OriginalTarget(target.minimum, target.reading, by_promise, target.due_on),
        due_on=decisions[-1].due_on,
        area_days=area_days,
    )


def _process(sums: Sums, *, open_plans: bool) -> Process:
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
        waiting=sums.rows_waiting,
        returned=sums.rows_returned,
    )


def _progress(
    target: Target,
    decisions: Sequence[Decision],
    *,
    promise: Promise,
    register: list[SchoolClass],
    sums: Sums,
    found: Found,
    calendar: Calendar,
    in_areas: Sequence[tuple[str, OfArea]],
    as_of: date,
) -> TargetProgress:
    windows = cut_windows(target.window, starts_on=promise.starts_on, ends_on=promise.ends_on)
    if target.kind == TargetKind.ON_REQUEST:
        return assess_requests(windows, found.requests, as_of=as_of)
    if target.kind == TargetKind.EFFORT:
        return count_effort(windows, [(entry.day, entry.actual) for entry in sums.days], as_of=as_of)
    if target.due_on is not None:
        due_on = due_by(target.due_on, decisions)
        return assess_deliverable(windows[0], found.deliveries, due_on=due_on, as_of=as_of)
    if target.minimum is None:
        raise ValueError(f"a target of the kind {target.kind!r} cannot be judged")
    minimums = minimum_by_window(windows, target.minimum, decisions)
    if target.kind in {TargetKind.COUNT, TargetKind.RATE}:
        if in_areas:
            return assess_each_area(
                windows,
                {area: [(entry.day, entry.actual) for entry in own.days] for area, own in in_areas},
                [(entry.day, entry.actual) for entry in sums.days],
                batches={area: own.batches for area, own in in_areas},
                minimum=minimums,
                as_of=as_of,
                known_from_first_row=target.kind == TargetKind.RATE,
                calendar=calendar,
            )
        return assess_count(
            windows,
            [(entry.day, entry.actual) for entry in sums.days],
            minimum=minimums,
            as_of=as_of,
            known_from_first_row=target.kind == TargetKind.RATE,
            batches=sums.batches,
            calendar=calendar,
        )
    labels = {row.pk: row.label for row in register}
    return assess_coverage(
        windows,
        [
            RegisterClass(
                row.school.name,
                row.label,
                row.school_year,
                row.pupils,
                closed_on=row.closed_on,
                opened_on=row.opened_on,
                merged_into="" if row.merged_into_id is None else labels[row.merged_into_id],
                earlier_pupils=row.earlier,
            )
            for row in register
            if row.grade == target.grade
        ],
        sums.meetings,
        schools=[school.name for school in target.schools.all()],
        times=minimums,
        as_of=as_of,
        calendar=calendar,
    )
