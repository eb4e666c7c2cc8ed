"""Each named constraint of activities: one row it lets in and one that it stops."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from accounts.tests.factories import UserFactory
from activities.models import Activity, Attendance, Evidence, ImportBatch, ImportRow, Tally
from activities.tests.factories import ActivityFactory
from promises.tests.constraints import named_constraints, names_constraint, refused_by
from promises.tests.factories import CommitmentFactory, KindFactory, SchoolClassFactory, SchoolFactory

pytestmark = pytest.mark.django_db

VOIDED_AT = datetime(2020, 3, 1, 12, tzinfo=ZoneInfo("Europe/Stockholm"))

# The constraint, its model, what a row may have that gets in, and what stops it. The rest is in ``world``.
CASES = [
    ("activity_client_key_unique_in_promise", Activity, {"client_key": "other"}, {"client_key": "taken"}),
    ("activity_state_known", Activity, {"state": "planned"}, {"state": "x"}),
    ("activity_quantity_0_to_9999", Activity, {"quantity": 0}, {"quantity": 10_000}),
    ("activity_minutes_within_a_day", Activity, {"minutes": 1440}, {"minutes": 1441}),
    ("activity_minutes_within_a_day", Activity, {"minutes": None}, {"minutes": 0}),
    ("activity_reached_at_most_100000", Activity, {"persons_reached": 100_000}, {"persons_reached": 100_001}),
    (
        "activity_cancelled_has_reason",
        Activity,
        {"state": "cancelled", "reason": "Pandemin"},
        {"state": "cancelled"},
    ),
    (
        "activity_cancelled_has_reason",
        Activity,
        {"state": "planned"},
        {"state": "done", "reason": "Pandemin"},
    ),
    (
        "activity_voided_with_reason",
        Activity,
        {"voided_at": VOIDED_AT, "voided": True, "void_reason": "Dubbel"},
        {"voided_at": VOIDED_AT, "voided": True},
    ),
    (
        "activity_voided_with_reason",
        Activity,
        {},
        {"voided_at": VOIDED_AT, "void_reason": "Dubbel"},
    ),
    ("activity_voided_with_reason", Activity, {}, {"void_reason": "Dubbel"}),
    (
        "activity_month_is_a_number_only",
        Activity,
        {"month_only": True},
        {"month_only": True, "note": "Två barn"},
    ),
    ("activity_month_is_a_number_only", Activity, {"note": "x"}, {"month_only": True, "minutes": 30}),
    (
        "activity_month_is_a_number_only",
        Activity,
        {"minutes": 5},
        {"month_only": True, "starts_at": time(18)},
    ),
    ("activity_month_is_a_number_only", Activity, {"of_kind": True}, {"month_only": True, "of_kind": True}),
    (
        "activity_school_with_school_year",
        Activity,
        {"at_school": True, "school_year": 2019},
        {"at_school": True},
    ),
    ("activity_school_with_school_year", Activity, {}, {"school_year": 2019}),
    (
        "activity_saved_before_it_came_in",
        Activity,
        {"client_saved_at": VOIDED_AT, "logged_at": VOIDED_AT},
        {"client_saved_at": VOIDED_AT, "logged_at": VOIDED_AT - timedelta(seconds=1)},
    ),
    ("activity_review_known", Activity, {"review": "waiting"}, {"review": "x"}),
    (
        "activity_only_done_is_reviewed",
        Activity,
        {"review": "returned"},
        {"review": "waiting", "state": "planned"},
    ),
    (
        "activity_asked_once_before_done",
        Activity,
        {"asked_on": date(2019, 3, 14)},
        {"asked_on": date(2019, 3, 15)},
    ),
    (
        "activity_asked_once_before_done",
        Activity,
        {"asked_on": date(2019, 3, 1)},
        {"asked_on": date(2019, 3, 1), "quantity": 2},
    ),
    ("attendance_class_once", Attendance, {"other_class": True}, {}),
    (
        "attendance_pupils_1_to_60",
        Attendance,
        {"other_class": True, "pupils_present": 60},
        {"other_class": True, "pupils_present": 61},
    ),
    (
        "attendance_pupils_1_to_60",
        Attendance,
        {"other_class": True, "pupils_present": None},
        {"other_class": True, "pupils_present": 0},
    ),
    ("tally_once", Tally, {"member": 1}, {}),
    ("tally_axis_known", Tally, {"axis": "party"}, {"axis": "x"}),
    ("tally_never_below_zero", Tally, {"member": 1, "quantity": 0}, {"member": 1, "quantity": -1}),
    ("importbatch_state_known", ImportBatch, {"state": "storing"}, {"state": "x"}),
    (
        "importbatch_stored_at_and_by",
        ImportBatch,
        {"state": "stored", "by_storing": True},
        {"state": "stored"},
    ),
    ("importbatch_stored_at_and_by", ImportBatch, {}, {"by_storing": True}),
    (
        "importbatch_undone_with_reason",
        ImportBatch,
        {"state": "undone", "by_storing": True, "by_undoing": True, "undo_reason": "Fel år"},
        {"state": "undone", "by_storing": True, "by_undoing": True},
    ),
    (
        "importbatch_undone_with_reason",
        ImportBatch,
        {"state": "stored", "by_storing": True},
        {"state": "stored", "by_storing": True, "undo_reason": "Fel år"},
    ),
    ("importrow_number_once", ImportRow, {"number": 3}, {"number": 2}),
    ("importrow_verdict_known", ImportRow, {"number": 3, "verdict": "error"}, {"number": 3, "verdict": "x"}),
    ("evidence_is_a_link_or_a_file", Evidence, {}, {"url": ""}),
    ("evidence_is_a_link_or_a_file", Evidence, {"a_file": True}, {"a_file": True, "sha256": ""}),
    (
        "evidence_file_is_there_or_erased",
        Evidence,
        {
            "a_file": True,
            "stored": "",
            "erased_at": VOIDED_AT,
            "voided_at": VOIDED_AT,
            "voided": True,
            "void_reason": "Ett ansikte",
        },
        {"a_file": True, "stored": ""},
    ),
    (
        "evidence_voided_with_reason",
        Evidence,
        {"voided_at": VOIDED_AT, "voided": True, "void_reason": "Fel bild"},
        {"voided_at": VOIDED_AT, "voided": True},
    ),
    ("evidence_link_once_on_activity", Evidence, {}, {"url": "https://malmo.se/taken"}),
    ("evidence_file_once_on_activity", Evidence, {"a_file": True}, {"a_file": True, "sha256": "taken"}),
]


@pytest.fixture
def world():
    """A row of each kind, and the fields of a second one; words like ``of_kind`` stand for rows made here."""
    commitment = CommitmentFactory()
    school = SchoolFactory(promise=commitment.promise)
    activity = ActivityFactory(commitment=commitment, client_key="taken")
    school_class, other = SchoolClassFactory(school=school), SchoolClassFactory(school=school, label="5B")
    Attendance.objects.create(activity=activity, school_class=school_class, pupils_present=20)
    by = UserFactory()
    batch = ImportBatch.objects.create(
        promise=commitment.promise, by=by, sees_plans=False, digest="d", rows=1
    )
    ImportRow.objects.create(batch=batch, number=2, verdict="new")
    there = {"activity": activity, "added_by": by}
    Evidence.objects.create(**there, kind="link", url="https://malmo.se/taken")
    Evidence.objects.create(**there, kind="picture", stored="one", sha256="taken")
    return {
        ImportBatch: {"promise": commitment.promise, "by": by, "sees_plans": False, "digest": "e", "rows": 1},
        ImportRow: {"batch": batch, "number": 2, "verdict": "new"},
        Evidence: there | {"kind": "link", "url": "https://malmo.se/another"},
        "a_file": {"kind": "picture", "url": "", "stored": "two", "sha256": "another"},
        "by_storing": {"stored_at": VOIDED_AT, "stored_by": by},
        "by_undoing": {"undone_at": VOIDED_AT, "undone_by": by},
        Activity: {
            "promise": commitment.promise,
            "commitment": commitment,
            "state": "done",
            "occurred_on": date(2019, 3, 14),
        },
        Attendance: {"activity": activity, "school_class": school_class, "pupils_present": 20},
        Tally: {"commitment": commitment, "axis": "all", "day": activity.occurred_on},
        "of_kind": {"kind": KindFactory(commitment=commitment)},
        "at_school": {"school": school},
        "voided": {"voided_by": UserFactory()},
        "other_class": {"school_class": other},
    }


def build(world, model, fields):
    values = dict(world[model])
    for name, value in fields.items():
        values |= world.get(name, {name: value})
    return model(**values)


@pytest.mark.parametrize(("model", "fields"), [(model, good) for _name, model, good, _bad in CASES])
def test_constraint_lets_in_what_is_right(world, model, fields):
    assert refused_by(build(world, model, fields)) == ""


@pytest.mark.parametrize(
    ("name", "model", "fields"), [(name, model, bad) for name, model, _good, bad in CASES]
)
def test_constraint_bites(world, name, model, fields):
    assert names_constraint(refused_by(build(world, model, fields)), name, model)


def test_every_named_constraint_is_tried():
    assert {name for name, *_rest in CASES} == named_constraints("activities")


def test_numbers_in_addresses_tell_nothing_of_rows_in_between():
    """One by one they would: two of one's own with a gap, and there are secret plans."""
    commitment = CommitmentFactory()
    numbers = [ActivityFactory(commitment=commitment).pk for _ in range(3)]

    assert all(10**14 <= number < 10**15 for number in numbers)
    assert all(abs(one - other) > 10**6 for one, other in pairwise(numbers))


def test_rows_of_one_day_stand_in_the_order_they_were_logged():
    commitment = CommitmentFactory()
    rows = [ActivityFactory(commitment=commitment) for _ in range(5)]

    assert list(Activity.objects.all()) == rows[::-1]
