"""Each named constraint of accounts, promises and history: one row it lets in and one that it stops."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User
from accounts.tests.factories import UserFactory
from promises import models
from promises.tests.constraints import named_constraints, names_constraint, refused_by
from promises.tests.factories import (
    AmendmentFactory,
    AreaFactory,
    CommitmentFactory,
    IndicatorFactory,
    KindFactory,
    MembershipFactory,
    MunicipalityFactory,
    PeriodLockFactory,
    PoliceFactory,
    PromiseFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2020, 5, 7, 12, tzinfo=UTC)
TERM, HOLIDAY = date(2020, 1, 8), date(2019, 10, 28)

# The constraint, its model, what a row may have that gets in, and what stops it. The rest is in ``world``.
CASES = [
    ("user_email_unique", User, {"email": "annan@example.se"}, {"email": "POLIS@example.se"}),
    ("organisation_name_unique", Organisation, {"name": "Annan stad"}, {"name": "MALMö STAD"}),
    ("organisation_kind_known", Organisation, {"kind": "police"}, {"kind": "army"}),
    (
        "promise_ends_after_start",
        models.Promise,
        {"ends_on": date(2019, 1, 1)},
        {"ends_on": date(2018, 12, 31)},
    ),
    (
        "promise_follow_up_after_start",
        models.Promise,
        {"follow_up_on": date(2019, 1, 1)},
        {"follow_up_on": date(2018, 12, 31)},
    ),
    ("promise_state_known", models.Promise, {"state": "closed"}, {"state": "lost"}),
    ("promiseparty_once", models.PromiseParty, {"other_promise": True}, {}),
    (
        "promiseparty_role_known",
        models.PromiseParty,
        {"other_promise": True},
        {"other_promise": True, "role": "x"},
    ),
    ("area_name_unique_in_promise", models.Area, {"name": "Kroksbäck"}, {"name": "Holma"}),
    (
        "areaboundary_whole_or_none",
        models.AreaBoundary,
        {"shape": {"type": "MultiPolygon"}, "points": 4, "sha256": "ab"},
        {"shape": {"type": "MultiPolygon"}, "points": 0, "sha256": "ab"},
    ),
    ("areaboundary_whole_or_none", models.AreaBoundary, {}, {"sha256": "ab"}),
    ("basis_kind_known", models.Basis, {"kind": "survey"}, {"kind": "x"}),
    ("commitment_number_unique_in_promise", models.Commitment, {"number": 2}, {"number": 1}),
    ("commitment_number_from_1", models.Commitment, {"number": 2}, {"number": 0}),
    ("commitment_form_known", models.Commitment, {"form": "counts_only", "area_rule": "none"}, {"form": "x"}),
    ("commitment_area_rule_known", models.Commitment, {"area_rule": "none"}, {"area_rule": "x"}),
    (
        "commitment_class_meeting_has_no_area",
        models.Commitment,
        {"form": "class_meeting", "area_rule": "none"},
        {"form": "class_meeting", "area_rule": "optional"},
    ),
    (
        "commitment_counts_only_area_optional",
        models.Commitment,
        {"form": "counts_only", "area_rule": "optional"},
        {"form": "counts_only", "area_rule": "required"},
    ),
    ("lockexception_lies_ahead", models.LockException, {}, {"until": NOON}),
    ("lockexception_has_reason", models.LockException, {"reason": "En rättelse"}, {"reason": ""}),
    ("lockexception_ended_by_and_at_together", models.LockException, {}, {"ended_at": NOON}),
    ("periodlock_ends_after_start", models.PeriodLock, {"last_day": TERM}, {"last_day": date(2020, 1, 7)}),
    ("periodlock_has_reason", models.PeriodLock, {"reason": "Stängt"}, {"reason": ""}),
    ("periodlock_unlocked_with_reason", models.PeriodLock, {}, {"unlocked_at": NOON}),
    ("periodlock_unlocked_with_reason", models.PeriodLock, {}, {"unlock_reason": "Fel"}),
    ("kind_code_unique_in_commitment", models.Kind, {"code": "annat"}, {"code": "fotpatrull"}),
    ("kind_name_unique_in_commitment", models.Kind, {"name": "Annat"}, {"name": "Fotpatrull"}),
    ("target_minimum_from_1", models.Target, {"minimum": 1}, {"minimum": 0}),
    ("target_has_reading", models.Target, {"reading": "Läses så."}, {"reading": ""}),
    ("target_window_fits_kind", models.Target, {"window": "week"}, {"window": "fortnight"}),
    ("target_window_fits_kind", models.Target, {"window": "school_year"}, {"kind": "rate", "window": "term"}),
    (
        "target_window_fits_kind",
        models.Target,
        {"kind": "rate", "window": "week"},
        {"kind": "coverage", "window": "week", "grade": 5},
    ),
    (
        "target_grade_with_coverage_only",
        models.Target,
        {"kind": "rate", "window": "month"},
        {"kind": "rate", "window": "month", "grade": 5},
    ),
    (
        "target_window_fits_kind",
        models.Target,
        {"kind": "coverage", "window": "school_year", "grade": 5},
        {"kind": "coverage", "window": "period", "grade": 5},
    ),
    ("target_grade_with_coverage_only", models.Target, {"grade": None}, {"grade": 5}),
    (
        "target_grade_with_coverage_only",
        models.Target,
        {"kind": "coverage", "window": "school_year", "grade": 5},
        {"kind": "coverage", "window": "school_year", "grade": None},
    ),
    (
        "target_grade_with_coverage_only",
        models.Target,
        {"kind": "effort", "minimum": None},
        {"kind": "effort", "minimum": None, "grade": 5},
    ),
    ("target_minimum_fits_kind", models.Target, {}, {"minimum": None}),
    (
        "target_minimum_fits_kind",
        models.Target,
        {"kind": "on_request", "minimum": None},
        {"kind": "on_request"},
    ),
    ("target_minimum_fits_kind", models.Target, {"kind": "effort", "minimum": None}, {"kind": "effort"}),
    (
        "target_window_fits_kind",
        models.Target,
        {"kind": "deliverable", "minimum": None, "due_on": date(2019, 6, 30)},
        {"kind": "deliverable", "minimum": None, "due_on": date(2019, 6, 30), "window": "month"},
    ),
    (
        "target_due_on_with_deliverable_only",
        models.Target,
        {"kind": "deliverable", "minimum": None, "due_on": date(2019, 6, 30)},
        {"kind": "deliverable", "minimum": None},
    ),
    ("target_due_on_with_deliverable_only", models.Target, {}, {"due_on": date(2019, 6, 30)}),
    ("target_calendar_known", models.Target, {"calendar": "school_days"}, {"calendar": "lunar"}),
    (
        "target_weights_with_monthly_weights_only",
        models.Target,
        {"calendar": "monthly_weights", "month_weights": "1 1 1 1 1 1 0 1 1 1 1 0.5"},
        {"calendar": "monthly_weights"},
    ),
    (
        "target_weights_with_monthly_weights_only",
        models.Target,
        {"calendar": "even"},
        {"calendar": "even", "month_weights": "1 1 1 1 1 1 0 1 1 1 1 0.5"},
    ),
    ("schoolterm_name_unique_in_promise", models.SchoolTerm, {"name": "VT 2020"}, {"name": "HT 2019"}),
    ("schoolterm_ends_after_start", models.SchoolTerm, {"last_day": TERM}, {"last_day": date(2020, 1, 7)}),
    ("schoolbreak_once_in_term", models.SchoolBreak, {"first_day": TERM}, {"first_day": HOLIDAY}),
    ("schoolbreak_ends_after_start", models.SchoolBreak, {"last_day": TERM}, {"last_day": HOLIDAY}),
    (
        "target_each_area_with_a_count",
        models.Target,
        {"scope": "each_area"},
        {"scope": "each_area", "kind": "coverage", "window": "school_year", "grade": 5},
    ),
    ("target_scope_known", models.Target, {"scope": "all_areas"}, {"scope": "x"}),
    ("amendment_has_reason", models.Amendment, {"reason": "Nytt beslut."}, {"reason": ""}),
    ("amendment_changes_something", models.Amendment, {"wording": "Så här."}, {"no_target": True}),
    (
        "amendment_target_whole",
        models.Amendment,
        {"no_target": True, "wording": "x"},
        {"due_on": date(2020, 6, 30)},  # beside a number
    ),
    ("amendment_target_whole", models.Amendment, {"minimum": None}, {"minimum": None, "reading": ""}),
    (
        "amendment_target_whole",
        models.Amendment,
        {"minimum": None, "due_on": date(2020, 6, 30)},
        {"no_target": True, "wording": "x", "due_on": date(2020, 6, 30)},
    ),
    ("amendment_target_whole", models.Amendment, {"minimum": 1}, {"minimum": 0}),
    ("amendment_target_whole", models.Amendment, {"reading": "x"}, {"reading": ""}),
    (
        "amendment_not_before_decision",
        models.Amendment,
        {"recorded_on": date(2020, 4, 1)},
        {"recorded_on": date(2020, 3, 31)},
    ),
    (
        "amendment_voided_with_reason",
        models.Amendment,
        {"voided_on": date(2020, 5, 7), "void_reason": "Fel dag."},
        {"voided_on": date(2020, 5, 7)},
    ),
    ("amendment_voided_with_reason", models.Amendment, {}, {"void_reason": "Fel dag."}),
    (
        "amendment_target_once_a_day",
        models.Amendment,
        {"decided_on": date(2020, 3, 1), "voided_on": date(2020, 5, 7), "void_reason": "Fel dag."},
        {"decided_on": date(2020, 3, 1)},
    ),
    (
        "amendment_wording_once_a_day",
        models.Amendment,
        {"no_target": True, "wording": "Ny."},
        {"no_target": True, "wording": "Ny.", "decided_on": date(2020, 3, 1)},
    ),
    ("school_name_unique_in_promise", models.School, {"name": "Annan skola"}, {"name": "Holmaskolan"}),
    ("schoolclass_once_a_year", models.SchoolClass, {"school_year": 2020, "label": "5A"}, {"label": "5A"}),
    ("schoolclass_pupils_1_to_60", models.SchoolClass, {"pupils": 60}, {"pupils": 61}),
    ("schoolclass_pupils_1_to_60", models.SchoolClass, {"pupils": 1}, {"pupils": 0}),
    ("schoolclass_pupils_1_to_60", models.SchoolClass, {"pupils": None}, {"pupils": 1000}),
    ("schoolclass_grade_0_to_9", models.SchoolClass, {"grade": 0}, {"grade": 10}),
    (
        "schoolclass_closed_with_reason",
        models.SchoolClass,
        {"closed_on": date(2020, 1, 7), "closed_reason": "Slogs ihop."},
        {"closed_on": date(2020, 1, 7)},
    ),
    ("schoolclass_closed_with_reason", models.SchoolClass, {}, {"closed_reason": "Slogs ihop."}),
    (
        "schoolclass_merged_has_ended",
        models.SchoolClass,
        {"merged": True, "closed_on": date(2020, 1, 7), "closed_reason": "Slogs ihop."},
        {"merged": True},
    ),
    (
        "schoolclass_ends_after_it_begins",
        models.SchoolClass,
        {"opened_on": date(2020, 1, 7), "closed_on": date(2020, 1, 7), "closed_reason": "Upphörde."},
        {"opened_on": date(2020, 1, 8), "closed_on": date(2020, 1, 7), "closed_reason": "Upphörde."},
    ),
    (
        "indicator_name_unique_in_effect",
        models.Indicator,
        {"name": "Annat"},
        {"name": "Otrygg ute sen kväll"},
    ),
    ("indicator_direction_known", models.Indicator, {"better": "neither"}, {"better": "x"}),
    ("measurement_role_known", models.Measurement, {"role": "follow_up"}, {"role": "x"}),
    ("measurement_answers_from_1", models.Measurement, {"n": 1}, {"n": 0}),
    ("measurement_margin_from_0", models.Measurement, {"margin": 0}, {"margin": -1}),
    ("measurement_has_source", models.Measurement, {"source": "SCB"}, {"source": ""}),
    (
        "measurement_voided_with_reason",
        models.Measurement,
        {"voided_on": date(2020, 1, 7), "void_reason": "Fel år."},
        {"voided_on": date(2020, 1, 7)},
    ),
    ("measurement_voided_with_reason", models.Measurement, {}, {"void_reason": "Fel år."}),
    ("membership_once", models.Membership, {"role": "coordinator"}, {"role": "officer"}),
    ("membership_role_known", models.Membership, {"role": "coordinator"}, {"role": "x"}),
]


@pytest.fixture
def world():
    """A row of each kind, and the fields of a second one that would get in beside it."""
    promise = PromiseFactory(slug="lofte")
    police, user = PoliceFactory(), UserFactory(email="polis@example.se")
    MunicipalityFactory()
    commitment = CommitmentFactory(promise=promise, number=1, responsible=police)
    school, indicator = SchoolFactory(promise=promise), IndicatorFactory(effect__promise=promise)
    term = models.SchoolTerm.objects.create(
        promise=promise, name="HT 2019", first_day=date(2019, 8, 19), last_day=date(2019, 12, 20)
    )
    models.SchoolBreak.objects.create(
        term=term, name="Höstlov", first_day=HOLIDAY, last_day=date(2019, 11, 1)
    )
    area = AreaFactory(promise=promise)
    KindFactory(commitment=commitment)
    SchoolClassFactory(school=school)
    MembershipFactory(user=user, promise=promise, organisation=police)
    amended = AmendmentFactory(target__commitment=commitment, wording="Nya ord.")
    period = {
        "starts_on": date(2019, 1, 1),
        "ends_on": date(2020, 12, 31),
        "follow_up_on": date(2020, 12, 31),
    }
    return {
        User: {"email": "ny@example.se"},
        Organisation: {"name": "Nytt namn", "kind": "other"},
        models.PeriodLock: {
            "promise": promise, "first_day": TERM, "last_day": TERM, "reason": "x", "locked_by": user,
        },
        models.LockException: {
            "lock": PeriodLockFactory(promise=promise), "user": user, "reason": "x", "granted_by": user,
            "granted_at": NOON, "until": NOON + timedelta(seconds=1),
        },
        models.Promise: {"slug": "annat", "title": "Annat", "wording": "x", "purpose": "x"} | period,
        models.PromiseParty: {"promise": promise, "organisation": police, "role": "signatory"},
        models.Area: {"promise": promise, "name": "Bellevue"},
        models.AreaBoundary: {"area": area},
        models.Basis: {"promise": promise, "kind": "other", "text": "x"},
        models.Commitment: {
            "promise": promise, "number": 2, "title": "x", "short_title": "x", "wording": "x",
            "responsible": police, "form": "activity", "area_rule": "required",
            "unit_one": "x", "unit_many": "x",
        },
        models.Kind: {"commitment": commitment, "code": "ny", "name": "Ny"},
        models.Target: {
            "commitment": commitment, "kind": "count", "window": "period", "minimum": 25, "reading": "x",
        },
        models.Amendment: {
            "commitment": commitment, "target": amended.target, "minimum": 30, "reading": "x", "reason": "x",
            "decided_on": date(2020, 4, 1), "recorded_on": date(2020, 4, 1),
        },
        models.School: {"promise": promise, "name": "Ny skola"},
        models.SchoolClass: {"school": school, "school_year": 2019, "grade": 5, "label": "5B"},
        models.SchoolTerm: {
            "promise": promise, "name": "VT 2020", "first_day": TERM, "last_day": date(2020, 6, 12),
        },
        models.SchoolBreak: {"term": term, "name": "Lov", "first_day": TERM, "last_day": TERM},
        models.Indicator: {"effect": indicator.effect, "name": "Nytt", "unit": "%", "better": "lower"},
        models.Measurement: {
            "indicator": indicator, "role": "baseline", "value": 1, "source": "x",
            "measured_on": date(2019, 3, 1),
        },
        models.Membership: {"user": user, "promise": promise, "organisation": police, "role": "staff"},
    }  # fmt: skip


def build(world, model, fields):
    values = world[model] | fields
    if values.pop("other_promise", False):
        bare = PromiseFactory()
        bare.parties.all().delete()
        values["promise"] = bare
    if values.pop("merged", False):
        values["merged_into"] = models.SchoolClass.objects.get()
    if values.pop("no_target", False):
        values |= {"target": None, "minimum": None, "reading": ""}
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
    assert {name for name, *_rest in CASES} == named_constraints("accounts", "history", "promises")


@pytest.mark.parametrize(
    "weights", ["1 1 1", "x " * 12, "-1" + " 1" * 11, " 0" * 12, "NaN" + " 1" * 11, "0.001" + " 1" * 11]
)
def test_weights_of_a_target_are_twelve_numbers(weights):
    target = TargetFactory.build(
        commitment=CommitmentFactory(), calendar="monthly_weights", month_weights=weights
    )

    with pytest.raises(ValidationError) as error:
        target.full_clean()
    assert list(error.value.message_dict) == ["month_weights"]


def test_weights_of_a_target_are_exact():
    target = TargetFactory(calendar="monthly_weights", month_weights="0.5" + " 1" * 11)

    assert target.weights == (Decimal("0.5"), *[Decimal(1)] * 11)


def test_stored_target_is_not_changed():
    target = TargetFactory()
    target.minimum = 20

    with pytest.raises(TypeError, match="not changed"):
        target.save()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: User(email="POLIS@example.se", password="!"), "Det finns redan en användare"),
        (lambda: Organisation(name="malmö stad", kind="other"), "Det finns redan en organisation"),
    ],
)
def test_what_is_there_already_is_told_in_words(world, make, words):
    with pytest.raises(ValidationError, match=words):
        make().full_clean()


@pytest.mark.parametrize(
    ("day", "is_open"), [(date(2020, 1, 6), True), (date(2020, 1, 7), False), (date(2020, 1, 8), False)]
)
def test_class_is_gone_from_the_day_it_ended(day, is_open):
    assert models.SchoolClass(closed_on=date(2020, 1, 7)).is_open(day) is is_open


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2018, 12, 31), False),
        (date(2019, 1, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_promise_contains_its_first_and_last_day(day, inside):
    assert models.Promise(starts_on=date(2019, 1, 1), ends_on=date(2020, 12, 31)).contains(day) is inside


@pytest.mark.parametrize(
    ("official", "shown"), [("", "Holma"), ("Holma", "Holma"), ("Bellevuegården", "Holma (Bellevuegården)")]
)
def test_area_names_itself_and_what_the_city_calls_it(official, shown):
    assert models.Area(name="Holma", official_name=official).full_name == shown
