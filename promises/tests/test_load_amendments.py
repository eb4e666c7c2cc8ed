"""Decisions in a promise file: checked whole, stored once, and never a way to change what was promised."""

import json
from datetime import date

import pytest
import yaml
from django.core.management import CommandError, call_command

from history.models import Change
from promises.models import Amendment, Commitment, Target
from promises.tests.edits import put
from promises.tests.test_load_promise import MALMO, load, refused

pytestmark = pytest.mark.django_db

PLACE = "commitments[1].amendments"
DECISION = {
    "decided_on": "2020-03-01",
    "reason": "Färre anmälningar än väntat.",
    "reference": "STK-2020-15",
    "target": 1,
    "minimum": 40,
    "reading": "Minst 40 varje kalenderår, de tre områdena tillsammans.",
}
WORDING = {
    "decided_on": "2019-06-01",
    "reason": "Tydligare.",
    "wording": "Vi gör vad vi kan.",
    "decided_by": ["Polisen"],
}


@pytest.fixture
def write(tmp_path):
    def write(*decisions, edits=()):
        data = yaml.safe_load(MALMO.read_text(encoding="utf-8"))
        if decisions:
            put(data, PLACE, [dict(one) for one in decisions])
        for path, value in edits:
            put(data, path, value)
        file = tmp_path / "lofte.yaml"
        file.write_text(
            yaml.safe_dump(json.loads(json.dumps(data, default=str)), allow_unicode=True), "utf-8"
        )
        return file

    return write


def test_amendments_are_stored_with_history(write, capsys):
    load(write(DECISION, WORDING), capsys)

    wording, number = Amendment.objects.all()
    assert (number.decided_on, number.minimum, number.reference) == (date(2020, 3, 1), 40, "STK-2020-15")
    assert number.target == Target.objects.get(commitment__number=2)
    assert {one.short_name or one.name for one in number.decided_by.all()} == {"Polisen", "Malmö stad"}
    assert [one.short_name for one in wording.decided_by.all()] == ["Polisen"]
    assert wording.target is None
    trace = Change.objects.of(number).get()
    assert (trace.source, trace.values["minimum"]) == ("load_promise", [None, 40])
    commitment = Commitment.objects.get(number=2)
    assert (commitment.targets.get().minimum, "50" in commitment.wording) == (50, True)


def test_amendments_may_come_to_a_stored_promise_and_again_nothing_happens(write, capsys):
    load(MALMO, capsys)
    assert "ändringar 1" in load(write(DECISION), capsys)

    assert "inget att ändra" in load(write(DECISION), capsys)
    assert Amendment.objects.count() == 1


def test_file_without_the_stored_amendments_leaves_them(write, capsys):
    load(write(DECISION), capsys)

    assert "ändringar 1" in load(MALMO, capsys)
    assert Amendment.objects.count() == 1


def test_voided_amendment_is_not_brought_back_by_its_file(write, capsys):
    load(write(DECISION), capsys)
    row = Amendment.objects.get()
    row.voided_on, row.void_reason = date(2020, 4, 1), "Fel åtagande."
    row.save()

    load(write(DECISION), capsys)

    assert Amendment.objects.standing().count() == 0
    load(write(DECISION | {"minimum": 41, "reading": "Minst 41."}), capsys)
    assert Amendment.objects.standing().get().minimum == 41


def test_stored_amendment_is_not_changed_by_a_file(write, capsys):
    load(write(DECISION), capsys)

    told = refused(write(DECISION | {"minimum": 45, "reading": "Minst 45."}))

    assert "commitments[1].amendments[0]" in told
    assert "makulera" in told.lower()
    assert Amendment.objects.get().minimum == 40


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (("commitments[1].targets[0].minimum", 40), "commitments[1].targets[0].minimum"),
        (("commitments[1].targets[0].reading", "Minst 40."), "commitments[1].targets[0].reading"),
        (("commitments[1].wording", "Minst 40."), "commitments[1].wording"),
    ],
)
def test_what_was_promised_stands_and_the_refusal_says_how_to_amend(write, capsys, edit, where):
    load(MALMO, capsys)

    told = refused(write(edits=[edit]))

    assert where in told
    assert "amendments" in told
    assert "Ändra åtagandet" in told


def test_refusal_of_what_no_decision_can_change_says_nothing_of_amendments(write, capsys):
    load(MALMO, capsys)

    assert "amendments" not in refused(write(edits=[("commitments[1].targets[0].window", "period")]))


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"decided_on": "2017-12-30"}, "decided_on"),
        ({"decided_on": "2021-01-01"}, "decided_on"),
        ({"decided_on": "i våras"}, "decided_on"),
        ({"decided_by": ["Socialtjänsten"]}, "decided_by[0]"),
        ({"decided_by": ["Malmö stad", "Malmö stad"]}, "decided_by[1]"),
        ({"decided_by": []}, "decided_by"),
        ({"reason": " "}, "reason"),
        ({"reason": "Enligt 19121212-1212."}, "reason"),
        ({"reference": "5000-K123456-20"}, "reference"),
        ({"target": 2}, "target"),
        ({"target": 0}, "target"),
        ({"target": None}, "target"),
        ({"minimum": 0}, "minimum"),
        ({"minimum": 50, "reading": None}, "reading"),
        ({"times": 2}, "times"),
        ({"colour": "blå"}, "colour"),
        ({"minimum": 49, "reading": "Minst 50 varje år."}, "reading"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_stored(write, fields, where):
    told = refused(write(DECISION | fields))

    assert f"{PLACE}[0].{where}" in told
    assert "1212" not in told
    assert not Commitment.objects.exists()


def test_decision_without_anything_to_change_is_refused(write):
    assert f"{PLACE}[0]" in refused(write({"decided_on": "2020-03-01", "reason": "Därför."}))


def test_decision_that_changes_nothing_is_refused(write, capsys):
    load(MALMO, capsys)
    target = Target.objects.get(commitment__number=2)

    told = refused(write(DECISION | {"minimum": 50, "reading": target.reading}))

    assert "Ingenting ändras" in told


def test_two_decisions_of_one_day_on_one_target_are_refused(write):
    assert f"{PLACE}[1].target" in refused(
        write(DECISION, DECISION | {"minimum": 30, "reading": "Minst 30."})
    )


def test_decision_in_the_future_is_refused(write):
    years = [
        ("period.starts_on", "2090-01-01"),
        ("period.ends_on", "2091-12-31"),
        ("follow_up.day", "2091-12-31"),
    ]

    assert "har inte varit än" in refused(write(DECISION | {"decided_on": "2090-03-01"}, edits=years))


def test_coverage_is_amended_by_times(tmp_path, write):
    one = {"decided_on": "2020-03-01", "reason": "Oftare.", "target": 1, "times": 2, "reading": "Två gånger."}
    file = write(edits=[("commitments[0].amendments", [one])])

    call_command("load_promise", str(file), verbosity=0)

    assert Amendment.objects.get().minimum == 2
    with pytest.raises(CommandError, match=r"amendments\[0\]\.minimum"):
        call_command(
            "load_promise", str(write(edits=[("commitments[0].amendments", [one | {"minimum": 2}])]))
        )
