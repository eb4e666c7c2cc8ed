"""Decisions on targets without a number: a deliverable's day, and how an effort or a request is read."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from history.models import Change
from promises.amending import Wanted, amend, signing_parties, stands, version_of
from promises.models import Amendment
from promises.tests.factories import CommitmentFactory, TargetFactory

pytestmark = pytest.mark.django_db

TODAY = date(2020, 9, 30)
DUE = date(2019, 6, 30)  # "Senast den 30 juni 2019."
DECIDED = date(2019, 5, 1)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def commitment(actors):
    return CommitmentFactory(promise=actors.promise, number=1, wording="Ett råd ska finnas.")


@pytest.fixture
def council(commitment):
    return TargetFactory(commitment=commitment, deliverable=True)


def decide(actors, target, /, **fields):
    values = {
        "decided_on": DECIDED,
        "decided_by": signing_parties(actors.promise),
        "reason": "Lokalen blev försenad.",
        "target": target,
        "due_on": date(2019, 9, 30),
        "reading": "Senast den 30 september 2019.",
        "version": version_of(target.commitment),
    } | fields
    version = values.pop("version")
    return amend(
        access=actors.access("coordinator"),
        commitment=target.commitment,
        wanted=Wanted(**values),
        version=version,
        today=TODAY,
    )


def refusal(actors, target, **fields):
    with pytest.raises(ValidationError) as error:
        decide(actors, target, **fields)
    assert not Amendment.objects.exists()
    return error.value.message_dict


def test_new_day_is_stored_once_with_history_beside_the_promised_one(actors, council):
    row = decide(actors, council)

    assert decide(actors, council, version=0) == row  # a double press
    [trace] = Change.objects.of(row)
    assert trace.values["due_on"] == [None, "2019-09-30"]
    council.refresh_from_db()
    assert council.due_on == DUE
    now = stands(council.commitment, council)
    assert (now.minimum, now.due_on, now.reading) == (None, row.due_on, row.reading)


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (DECIDED - ONE_DAY, False),
        (DECIDED, True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_new_day_lies_ahead_of_the_decision_and_within_the_promise(actors, council, day, fits):
    if fits:
        assert decide(actors, council, due_on=day, reading="Så snart det går.").due_on == day
    else:
        assert list(refusal(actors, council, due_on=day, reading="Så snart det går.")) == ["due_on"]


def test_decision_before_the_promise_begins_moves_the_day_within_it(actors, council):
    told = refusal(actors, council, decided_on=date(2018, 6, 1), due_on=date(2018, 12, 31), reading="I tid.")

    assert list(told) == ["due_on"]


@pytest.mark.parametrize(
    ("reading", "fits"),
    [
        ("Senast den 30 juni 2019.", False),
        ("Senast 30 Juni.", False),
        ("Klart 2019-06-30.", False),
        ("Senast 30 september, tidigare 30 juni 2019.", True),
        ("Till hösten.", True),
        ("Senast 30 juni 2020.", True),  # another year: not the old day
        ("Senast 130 juniskor.", True),
    ],
)
def test_reading_that_says_the_old_day_only_is_refused(actors, council, reading, fits):
    if fits:
        assert decide(actors, council, reading=reading).pk
    else:
        assert list(refusal(actors, council, reading=reading)) == ["reading"]


def test_same_day_and_reading_change_nothing(actors, council):
    with pytest.raises(ValidationError, match="Ingenting ändras"):
        decide(actors, council, due_on=DUE, reading=council.reading)


@pytest.mark.parametrize(
    ("fields", "where"), [({"due_on": None}, "due_on"), ({"minimum": 3, "due_on": None}, "due_on")]
)
def test_deliverable_needs_its_day(actors, council, fields, where):
    assert list(refusal(actors, council, **fields)) == [where]


@pytest.mark.parametrize("trait", ["effort", "on_request"])
def test_only_the_words_of_the_others_change(actors, commitment, trait):
    target = TargetFactory(commitment=commitment, **{trait: True})
    reading = {"reading": "Som vi beskriver i planen."}

    assert list(refusal(actors, target, due_on=DUE, **reading)) == ["due_on"]
    assert list(refusal(actors, target, due_on=None, minimum=5, **reading)) == ["minimum"]

    row = decide(actors, target, due_on=None, wording="Ett bättre råd.", **reading)
    assert (row.target, row.minimum, row.due_on) == (target, None, None)
    assert (row.wording, row.reading) == ("Ett bättre råd.", "Som vi beskriver i planen.")


def test_number_gets_no_day(actors, commitment):
    target = TargetFactory(commitment=commitment)

    assert "due_on" in refusal(actors, target, minimum=20, due_on=DUE, reading="Minst 20.")
