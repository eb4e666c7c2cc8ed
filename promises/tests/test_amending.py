"""Decisions that change what was promised: dated, with a reason, by a coordinator, stored once and never lost."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Organisation
from history.models import Change
from promises import amending
from promises.amending import (
    StaleAmendmentError,
    Wanted,
    amend,
    signing_parties,
    stands,
    version_of,
    void_amendment,
)
from promises.models import Amendment
from promises.tests.factories import AmendmentFactory, CommitmentFactory, PromiseFactory, TargetFactory

pytestmark = pytest.mark.django_db

TODAY = date(2020, 9, 30)
DECIDED = date(2020, 3, 1)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def commitment(actors):
    return CommitmentFactory(promise=actors.promise, number=1, counts_only=True, wording="Minst 50 varje år.")


@pytest.fixture
def target(commitment):
    return TargetFactory(commitment=commitment, yearly=True)


def decide(actors, target, who="coordinator", /, *, today=TODAY, **fields):
    values = {
        "decided_on": DECIDED,
        "decided_by": signing_parties(actors.promise),
        "reason": "Färre anmälningar än väntat.",
        "reference": "STK-2020-15",
        "target": target,
        "minimum": 40,
        "reading": "Minst 40 varje kalenderår.",
        "version": version_of(target.commitment),
    } | fields
    version = values.pop("version")
    return amend(
        access=actors.access(who),
        commitment=target.commitment,
        wanted=Wanted(**values),
        version=version,
        today=today,
    )


def undo(actors, row, who="coordinator", reason="Fel åtagande"):
    return void_amendment(access=actors.access(who), amendment=row, today=TODAY, reason=reason)


def test_amend_keeps_who_when_what_and_why(actors, target):
    row = decide(actors, target, wording="Minst 40 varje år.")

    assert (row.decided_on, row.recorded_on) == (DECIDED, TODAY)
    assert {one.name for one in row.decided_by.all()} == {"Lokalpolisområde Söder", "Malmö stad"}
    [trace] = Change.objects.of(row)
    assert (trace.by, trace.promise_id) == (actors.coordinator, actors.promise.pk)
    assert trace.values["reason"] == [None, "Färre anmälningar än väntat."]
    assert trace.values["minimum"] == [None, 40]
    assert trace.values["wording"] == [None, "Minst 40 varje år."]
    assert trace.values["decided_by"] == [None, ["Lokalpolisområde Söder", "Malmö stad"]]


def test_amend_leaves_the_original_as_it_was(actors, target):
    decide(actors, target, wording="Minst 40 varje år.")

    target.refresh_from_db()
    target.commitment.refresh_from_db()
    assert (target.minimum, target.commitment.wording) == (50, "Minst 50 varje år.")


def test_same_decision_twice_is_one(actors, target):
    first = decide(actors, target)

    assert decide(actors, target, version=0) == first  # a double press: the page knew of no decision
    assert Amendment.objects.count() == Change.objects.count() == 1


def test_same_decision_twice_is_one_also_where_a_part_of_it_stood_already(actors, target):
    first = decide(actors, target, wording="Minst 50 varje år.")

    assert first.wording == ""
    assert decide(actors, target, wording="Minst 50 varje år.", version=0) == first


def test_second_coordinator_is_told_and_nothing_is_lost(actors, target):
    decide(actors, target)

    with pytest.raises(StaleAmendmentError) as stale:
        decide(actors, target, "city_coordinator", minimum=45, reading="Minst 45.", version=0)

    assert stale.value.version == 1
    assert [row.minimum for row in Amendment.objects.all()] == [40]


def test_voiding_makes_the_page_of_another_stale_too(actors, target):
    row = decide(actors, target)
    seen = version_of(target.commitment)
    undo(actors, row)

    with pytest.raises(StaleAmendmentError):
        decide(actors, target, minimum=30, reading="Minst 30.", version=seen)


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (date(2017, 12, 31), True),  # the promise begins 2019-01-01; 366 days before
        (date(2017, 12, 30), False),
        (TODAY, True),
        (TODAY + ONE_DAY, False),
    ],
)
def test_day_of_the_decision(actors, target, day, fits):
    if fits:
        assert decide(actors, target, decided_on=day).pk
    else:
        with pytest.raises(ValidationError) as error:
            decide(actors, target, decided_on=day)
        assert list(error.value.message_dict) == ["decided_on"]


@pytest.mark.parametrize(("day", "fits"), [(date(2020, 12, 31), True), (date(2021, 1, 1), False)])
def test_nothing_is_changed_when_the_promise_is_over(actors, target, day, fits):
    if fits:
        assert decide(actors, target, decided_on=day, today=date(2021, 2, 1)).pk
    else:
        with pytest.raises(ValidationError, match="löftets sista dag, 2020-12-31"):
            decide(actors, target, decided_on=day, today=date(2021, 2, 1))


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "Efter samtal med 19121212-1212."}, "reason"),
        ({"reference": "5000-K123456-20"}, "reference"),
        ({"wording": "Ring 070-123 45 67."}, "wording"),
        ({"reading": "Fråga namn@example.se."}, "reading"),
        ({"reading": ""}, "__all__"),
        ({"minimum": None}, "__all__"),
        ({"minimum": 0}, "__all__"),
        ({"minimum": 1_000_001}, "minimum"),
        ({"reading": "Minst 50 varje kalenderår."}, "reading"),  # it would still say 50
        ({"reading": "Minst 50 varje år, eller 400."}, "reading"),
        ({"decided_by": []}, "decided_by"),
    ],
)
def test_amend_names_what_is_wrong_and_stores_nothing(actors, target, fields, where):
    with pytest.raises(ValidationError) as error:
        decide(actors, target, **fields)

    assert list(error.value.message_dict) == [where]
    assert not Amendment.objects.exists()
    assert not Change.objects.exists()


def test_reading_that_names_no_number_may_stay(actors, commitment):
    target = TargetFactory(commitment=commitment, minimum=5, reading="Hela perioden, 50 år eller inte.")

    assert decide(actors, target, minimum=4, reading=target.reading).minimum == 4


def test_reading_may_name_the_old_number_beside_the_new_one(actors, target):
    assert decide(actors, target, reading="Minst 40 varje kalenderår, tidigare 50.").pk


def test_coverage_asks_for_at_most_a_hundred_times(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=2, class_meeting=True)
    target = TargetFactory(commitment=commitment, coverage=True)

    with pytest.raises(ValidationError, match="högst 100"):
        decide(actors, target, minimum=101, reading="Ofta.")
    assert decide(actors, target, minimum=100, reading="Ofta.").minimum == 100


@pytest.mark.parametrize(
    "fields",
    [
        {"target": None, "minimum": None, "reading": ""},
        {"minimum": 50, "reading": "Minst 50 varje kalenderår."},
        {"target": None, "minimum": None, "reading": "", "wording": " Minst 50 varje år. "},
    ],
)
def test_decision_that_changes_nothing_is_refused(actors, target, fields):
    with pytest.raises(ValidationError, match="Ingenting ändras"):
        decide(actors, target, **fields)


def test_back_to_the_original_is_a_change(actors, target):
    decide(actors, target)
    row = decide(actors, target, decided_on=DECIDED + ONE_DAY, minimum=50, reading=target.reading)

    assert stands(target.commitment, target).minimum == row.minimum == 50


def test_wording_alone_can_be_changed(actors, target):
    row = decide(actors, target, target=None, minimum=None, reading="", wording="Vi gör vad vi kan.")

    assert (row.target, stands(target.commitment, target).minimum) == (None, 50)
    assert stands(target.commitment, None).wording == "Vi gör vad vi kan."


def test_two_decisions_of_one_day_on_the_same_target_are_refused(actors, target):
    decide(actors, target)

    with pytest.raises(ValidationError, match="Målet ändrades redan den dagen"):
        decide(actors, target, minimum=30, reading="Minst 30.")
    assert decide(actors, target, target=None, minimum=None, reading="", wording="Ord.").pk


def test_stands_goes_by_the_day_of_the_decision_not_of_the_entry(actors, target):
    decide(actors, target, decided_on=DECIDED, minimum=40, reading="Minst 40.")
    decide(actors, target, decided_on=date(2019, 6, 1), minimum=45, reading="Minst 45.")

    assert stands(target.commitment, target).minimum == 40
    assert stands(target.commitment, target, before=DECIDED).minimum == 45
    assert stands(target.commitment, target, before=date(2019, 6, 1)).minimum == 50


def test_party_that_does_not_sign_decides_nothing(actors, target):
    school = Organisation.objects.create(name="Grundskoleförvaltningen", kind="municipality")

    with pytest.raises(ValidationError, match="undertecknar inte"):
        decide(actors, target, decided_by=[school])


def test_target_of_another_commitment_is_refused(actors, target):
    other = TargetFactory(commitment=CommitmentFactory(promise=actors.promise, number=2))

    with pytest.raises(ValidationError) as error:
        decide(actors, target, target=other)
    assert list(error.value.message_dict) == ["target"]


@pytest.mark.parametrize("who", ["officer", "staff", "contributor", "signatory", "city_signatory"])
def test_only_coordinators_amend_and_void(actors, target, who):
    row = decide(actors, target)

    with pytest.raises(PermissionDenied):
        decide(actors, target, who, minimum=30, reading="Minst 30.")
    with pytest.raises(PermissionDenied):
        undo(actors, row, who)


def test_commitment_of_another_promise_is_refused(actors):
    target = TargetFactory(commitment=CommitmentFactory(promise=PromiseFactory()))
    with pytest.raises(PermissionDenied):
        decide(actors, target)
    with pytest.raises(PermissionDenied):
        undo(actors, AmendmentFactory(target=target))


def test_void_keeps_the_row_its_reason_and_history(actors, target):
    row = undo(actors, decide(actors, target))

    assert (row.voided_on, row.void_reason) == (TODAY, "Fel åtagande")
    assert stands(target.commitment, target).minimum == 50
    trace = Change.objects.of(row).first()
    assert (trace.action, trace.reason, trace.by) == (
        Change.Action.VOIDED,
        "Fel åtagande",
        actors.coordinator,
    )


def test_voided_twice_stays_as_it_was_voided_first(actors, target):
    row = undo(actors, decide(actors, target))

    assert undo(actors, row, reason="En annan orsak").void_reason == "Fel åtagande"
    assert Change.objects.of(row).count() == 2


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "Enligt 19121212-1212"])
def test_void_needs_a_reason(actors, target, reason):
    row = decide(actors, target)

    with pytest.raises(ValidationError):
        undo(actors, row, reason=reason)
    row.refresh_from_db()
    assert row.voided_on is None


def test_voided_decision_can_be_written_anew(actors, target):
    undo(actors, decide(actors, target))

    assert decide(actors, target).minimum == 40


def test_amendment_is_never_deleted(actors, target):
    row = decide(actors, target)

    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        Amendment.objects.all().delete()


def test_decisions_hold_the_promise_before_they_are_written(actors, target, monkeypatch):
    """One that only locked its commitment could be seen after a later row of history: the overview would keep
    a standing of before it."""
    held = []
    monkeypatch.setattr(amending, "hold", lambda pk: held.append((pk, Change.objects.count())))

    row = decide(actors, target)
    undo(actors, row)

    assert held == [(actors.promise.pk, 0), (actors.promise.pk, 1)]
