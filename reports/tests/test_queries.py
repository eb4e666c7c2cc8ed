"""From stored rows to the Evaluation: what counts, who may know what, and in how many queries."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.models import Attendance
from activities.tests.factories import ActivityFactory, count_again
from promises.choices import AreaRule, MeasurementRole
from promises.models import Measurement
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    IndicatorFactory,
    KindFactory,
    MunicipalityFactory,
    PeriodLockFactory,
    PoliceFactory,
    PromiseFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.evaluation import LockedLine
from reports.queries import load_evaluation, months_by_area
from reports.status import Status
from reports.tests.malmo import make_worked_example

AS_OF = date(2020, 9, 30)
LAST = date(2020, 12, 31)


@pytest.fixture
def commitment(db):
    commitment = CommitmentFactory(number=1)
    TargetFactory(commitment=commitment)
    return commitment


def line_of(commitment, *, as_of=AS_OF, sees_plans=False, **more):
    evaluation = load_evaluation(commitment.promise, as_of=as_of, sees_plans=sees_plans, **more)
    (line,) = [line for line in evaluation.lines if line.number == commitment.number]
    return line


def actual(line):
    return line.targets[0].progress.windows[0].actual


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2018, 12, 31), False),
        (date(2019, 1, 1), True),
        (AS_OF, True),
        (date(2020, 10, 1), False),
        (date(2021, 1, 1), False),
    ],
)
def test_load_evaluation_counts_within_the_period_up_to_the_day(commitment, day, counts):
    ActivityFactory(commitment=commitment, occurred_on=day)

    assert actual(line_of(commitment)) == int(counts)


def test_load_evaluation_day_after_the_period_counts_on_no_day(commitment):
    ActivityFactory(commitment=commitment, occurred_on=date(2021, 1, 1))

    assert actual(line_of(commitment, as_of=date(2021, 6, 1))) == 0


def test_load_evaluation_passes_over_planned_cancelled_and_voided(commitment):
    ActivityFactory(commitment=commitment)
    ActivityFactory(commitment=commitment, planned=True)
    ActivityFactory(commitment=commitment, cancelled=True)
    user = ActivityFactory(commitment=commitment).logged_by
    commitment.activities.filter(logged_by=user).update(
        voided_at=datetime(2020, 1, 1, tzinfo=UTC), voided_by=user, void_reason="Dubbelt"
    )
    count_again(commitment.promise)

    line = line_of(commitment)

    assert actual(line) == 1
    assert line.process.done == 1


def test_load_evaluation_rows_of_another_promise_do_not_count(commitment):
    ActivityFactory(commitment=CommitmentFactory(number=1))

    assert actual(line_of(commitment)) == 0


def test_load_evaluation_nil_report_is_reported_and_is_no_activity(commitment):
    ActivityFactory(commitment=commitment, quantity=0)

    line = line_of(commitment)

    assert line.targets[0].progress.windows[0].reported
    assert line.process.done == 0
    assert [day.actual for day in line.days] == [0]


def test_load_evaluation_sums_a_day_once(commitment):
    ActivityFactory(commitment=commitment, quantity=2)
    ActivityFactory(commitment=commitment, quantity=3)
    ActivityFactory(commitment=commitment, day=1)

    assert [(day.day, day.actual) for day in line_of(commitment).days] == [
        (date(2019, 1, 1), 5),
        (date(2019, 1, 2), 1),
    ]


def test_load_evaluation_areas_in_order_with_zero_and_overlap(commitment):
    first = AreaFactory(promise=commitment.promise, name="Holma", position=0)
    second = AreaFactory(promise=commitment.promise, name="Bellevue", position=1)
    AreaFactory(promise=commitment.promise, name="Kroksbäck", position=2)
    ActivityFactory(commitment=commitment, areas=[first, second], quantity=2)
    ActivityFactory(commitment=commitment, areas=[first])
    ActivityFactory(commitment=commitment, quantity=4)

    line = line_of(commitment)

    assert [(count.area, count.actual) for count in line.areas] == [
        ("Holma", 3),
        ("Bellevue", 2),
        ("Kroksbäck", 0),
    ]
    assert (line.areas_overlap, line.without_area) == (1, 4)
    assert actual(line) == 7  # the row in two areas counts once


def test_load_evaluation_commitment_without_areas(db):
    commitment = CommitmentFactory(class_meeting=True, area_rule=AreaRule.NONE)
    AreaFactory(promise=commitment.promise)
    ActivityFactory(commitment=commitment)

    line = line_of(commitment)

    assert (line.areas, line.without_area) == ((), 0)


def test_load_evaluation_kinds_in_order_with_zero(commitment):
    patrol = KindFactory(commitment=commitment)
    KindFactory(commitment=commitment, code="vandring", name="Trygghetsvandring", position=1)
    ActivityFactory(commitment=commitment, kind=patrol, quantity=2)

    assert [(count.kind, count.actual) for count in line_of(commitment).kinds] == [
        ("Fotpatrull", 2),
        ("Trygghetsvandring", 0),
    ]


def test_load_evaluation_process(commitment):
    parties = [PoliceFactory(), MunicipalityFactory()]
    ActivityFactory(commitment=commitment, parties=parties, minutes=90, persons_reached=12)
    ActivityFactory(commitment=commitment, parties=parties[:1], minutes=30)
    ActivityFactory(commitment=commitment, day=9)

    process = line_of(commitment).process

    assert (process.done, process.joint) == (3, 1)
    assert (process.minutes, process.rows_with_minutes, process.persons_reached) == (120, 2, 12)
    assert process.last_counted_on == date(2019, 1, 10)


def test_load_evaluation_unwritten_minutes_and_reach_are_unknown_not_zero(commitment):
    ActivityFactory(commitment=commitment)

    process = line_of(commitment).process

    assert (process.minutes, process.persons_reached, process.rows_with_minutes) == (None, None, 0)


@pytest.mark.parametrize(
    ("logged_at", "late"),
    [
        (datetime(2020, 9, 30, 21, 59, tzinfo=UTC), 0),  # 23.59 in Stockholm
        (datetime(2020, 9, 30, 22, 0, tzinfo=UTC), 1),  # midnight there
    ],
)
def test_load_evaluation_logged_late_by_the_stockholm_day(commitment, logged_at, late):
    ActivityFactory(commitment=commitment, logged_at=logged_at)

    assert line_of(commitment).process.logged_late == late


def test_load_evaluation_plans_split_at_the_day(commitment):
    for day in (date(2020, 9, 29), AS_OF, date(2020, 10, 9)):
        ActivityFactory(commitment=commitment, planned=True, occurred_on=day)

    process = line_of(commitment).process

    assert (process.planned, process.overdue, process.next_planned_on) == (3, 1, AS_OF)


def test_load_evaluation_confidential_plans_for_those_who_may_only(db):
    commitment = CommitmentFactory(confidential=True)
    ActivityFactory(commitment=commitment, planned=True, occurred_on=date(2020, 10, 9))
    ActivityFactory(commitment=commitment, cancelled=True)
    ActivityFactory(commitment=commitment)

    joint = line_of(commitment).process
    police = line_of(commitment, sees_plans=True).process

    assert (joint.planned, joint.overdue, joint.next_planned_on, joint.cancelled) == (None,) * 4
    assert joint.done == 1
    assert (police.planned, police.overdue, police.next_planned_on) == (1, 0, date(2020, 10, 9))
    assert [line.reason for line in police.cancelled] == ["Pandemin"]


def test_load_evaluation_confidential_booking_is_not_in_the_grid(db):
    commitment = CommitmentFactory(class_meeting=True, confidential_until_done=True)
    school = SchoolFactory(promise=commitment.promise)
    school_class = SchoolClassFactory(school=school, school_year=2020)
    TargetFactory(commitment=commitment, coverage=True, schools=[school])
    booking = ActivityFactory(commitment=commitment, planned=True, occurred_on=date(2020, 10, 9))
    Attendance.objects.create(activity=booking, school_class=school_class)

    def booked(sees_plans):
        line = line_of(commitment, sees_plans=sees_plans)
        return line.targets[0].progress.windows[-1].cells[0].booked_on

    assert booked(False) is None
    assert booked(True) == date(2020, 10, 9)


def test_load_evaluation_target_of_another_grade_is_not_covered(db):
    commitment = CommitmentFactory(class_meeting=True)
    school = SchoolFactory(promise=commitment.promise)
    SchoolClassFactory(school=school, school_year=2019, grade=4, label="4A")
    TargetFactory(commitment=commitment, coverage=True, schools=[school])

    window = line_of(commitment).targets[0].progress.windows[1]

    assert (window.status, window.schools_without_register) == (Status.UNKNOWN, ("Holmaskolan",))


def test_load_evaluation_meeting_without_classes_is_still_a_report(db):
    commitment = CommitmentFactory(class_meeting=True)
    school = SchoolFactory(promise=commitment.promise)
    SchoolClassFactory(school=school, school_year=2018)
    TargetFactory(commitment=commitment, coverage=True, schools=[school])
    ActivityFactory(commitment=commitment)

    window = line_of(commitment, as_of=date(2019, 6, 30)).targets[0].progress.windows[0]

    assert (window.reported, window.status) == (True, Status.NOT_KEPT)


def test_load_evaluation_without_target_is_judged_in_words(db):
    assert line_of(CommitmentFactory()).status == Status.JUDGED


def test_load_evaluation_one_commitment(commitment):
    CommitmentFactory(promise=commitment.promise, number=2)

    lines = load_evaluation(commitment.promise, as_of=AS_OF, sees_plans=False, commitment_number=2).lines

    assert [line.number for line in lines] == [2]


def test_load_evaluation_activities_in_order_without_note_or_name(commitment):
    holma = AreaFactory(promise=commitment.promise)
    kind = KindFactory(commitment=commitment)
    ActivityFactory(commitment=commitment, day=5, kind=kind, areas=[holma], note="Med fritidsgården")
    ActivityFactory(commitment=commitment, day=2, kind=kind, areas=[holma])

    assert line_of(commitment).activities == ()
    lines = line_of(commitment, with_activities=True).activities

    assert [line.day.day for line in lines] == [3, 6]
    assert lines[0].kind == "Fotpatrull"
    assert lines[0].areas == ("Holma",)
    assert "fritidsgården" not in repr(lines)


def test_load_evaluation_activities_name_areas_parties_and_classes_in_order(db):
    commitment = CommitmentFactory(class_meeting=True)
    promise = commitment.promise
    second = AreaFactory(promise=promise, name="Bellevue", position=2)
    first = AreaFactory(promise=promise, name="Holma", position=1)
    school = SchoolFactory(promise=promise)
    police = PoliceFactory(name="Polisen i Söder")
    city = MunicipalityFactory(name="Alla Städers Stad", short_name="Staden")
    row = ActivityFactory(
        commitment=commitment, areas=[second, first], parties=[police, city], school=school, school_year=2018
    )
    for label in ("5A", "5B"):
        Attendance.objects.create(activity=row, school_class=SchoolClassFactory(school=school, label=label))

    (found,) = line_of(commitment, with_activities=True).activities

    assert found.areas == ("Holma", "Bellevue")
    assert found.parties == ("Staden", "Polisen i Söder")  # as the organisations are ordered, by name
    assert (found.school, found.classes) == ("Holmaskolan", ("5A", "5B"))


def test_load_evaluation_effects_take_the_latest_that_stands(db):
    promise = PromiseFactory()
    indicator = IndicatorFactory(effect__promise=promise)
    for day, value in ((date(2018, 6, 1), 40), (date(2018, 9, 1), 42), (date(2018, 10, 1), 90)):
        Measurement.objects.create(
            indicator=indicator, role=MeasurementRole.BASELINE, value=value, measured_on=day, source="Enkät"
        )
    Measurement.objects.filter(value=90).update(voided_on=date(2019, 1, 2), void_reason="Fel fråga")

    (found,) = load_evaluation(promise, as_of=AS_OF, sees_plans=False).effects[0].indicators

    assert found.baseline.value == Decimal("42.00")
    assert found.follow_up is None


@pytest.mark.parametrize(("day", "known"), [(AS_OF, True), (AS_OF + timedelta(days=1), False)])
def test_load_evaluation_effects_know_nothing_measured_later(db, day, known):
    indicator = IndicatorFactory()
    Measurement.objects.create(
        indicator=indicator, role=MeasurementRole.FOLLOW_UP, value=40, measured_on=day, source="Enkät"
    )

    (found,) = load_evaluation(indicator.effect.promise, as_of=AS_OF, sees_plans=False).effects[0].indicators

    assert (found.follow_up is not None) is known


def test_load_evaluation_says_when_there_are_example_rows(commitment):
    def said():
        return load_evaluation(commitment.promise, as_of=AS_OF, sees_plans=False).promise.example_data

    assert said() is False
    ActivityFactory(commitment=commitment, is_example=True)
    assert said() is True


def test_load_evaluation_says_which_counted_days_are_locked(commitment):
    promise = commitment.promise
    at = datetime(2020, 2, 3, 23, 30, tzinfo=UTC)  # the day after in Stockholm
    days = {"first_day": date(2019, 1, 1), "last_day": date(2019, 12, 31), "locked_at": at}
    PeriodLockFactory(promise=promise, **days)
    PeriodLockFactory(promise=promise, first_day=AS_OF + timedelta(days=1), last_day=LAST)
    unlocked = {"unlocked_at": at, "unlocked_by": UserFactory(), "unlock_reason": "Fel år"}
    PeriodLockFactory(promise=promise, first_day=date(2020, 1, 1), last_day=date(2020, 1, 31), **unlocked)
    promise.locked_until = LAST

    found = load_evaluation(promise, as_of=AS_OF, sees_plans=False).locked

    assert found == (LockedLine(date(2019, 1, 1), date(2019, 12, 31), since=date(2020, 2, 4)),)


def test_months_by_area_tells_zero_from_nothing(commitment):
    holma = AreaFactory(promise=commitment.promise)
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 3, 4))
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 3, 5), quantity=2)
    ActivityFactory(commitment=commitment, quantity=0, occurred_on=date(2020, 4, 1))
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 10, 1))  # after the day
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2019, 3, 4))  # another year

    found = months_by_area(commitment.promise, year=2020, as_of=AS_OF)

    assert [(row.number, row.month, row.area, row.actual) for row in found] == [
        (1, date(2020, 3, 1), "Holma", 3),
        (1, date(2020, 4, 1), "", 0),
    ]


def queries_of(promise, **more):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        load_evaluation(promise, as_of=LAST, sees_plans=True, **more)
    return len(caught)


@pytest.mark.parametrize("with_activities", [False, True])
def test_load_evaluation_query_budget_by_rows(db, with_activities):
    promise = make_worked_example()
    before = queries_of(promise, with_activities=with_activities)
    ActivityFactory.create_batch(300, commitment=promise.commitments.get(number=3))

    assert queries_of(promise, with_activities=with_activities) == before


def test_load_evaluation_query_budget_by_commitments(db):
    promise = make_worked_example()
    before = queries_of(promise)
    for commitment in CommitmentFactory.create_batch(20, promise=promise):
        TargetFactory(commitment=commitment, coverage=True, schools=list(promise.schools.all()))
        ActivityFactory(commitment=commitment, areas=list(promise.areas.all()), state=State.DONE)

    assert queries_of(promise) == before
