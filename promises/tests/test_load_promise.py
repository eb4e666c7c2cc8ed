"""From file to rows: what is stored, what a second run does, and that bad input stores nothing."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.models import Organisation
from accounts.tests.factories import UserFactory
from history.models import Change
from history.services import record
from promises import loading
from promises.models import Commitment, Kind, Measurement, Promise, School, SchoolClass, SchoolTerm, Target
from promises.tests.edits import GONE, put
from promises.tests.factories import PeriodLockFactory

MALMO = Path(__file__).parent.parent / "data" / "malmo-vaster-2019-2020.yaml"
SLUG = "malmo-vaster-2019-2020"

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    """Write the Malmö definition to a file, with other values in some places."""

    def write(*edits):
        data = yaml.safe_load(MALMO.read_text(encoding="utf-8"))
        for path, value in edits:
            put(data, path, value)
        data = json.loads(json.dumps(data, default=str))  # no part of it twice: YAML would refer to the first
        file = tmp_path / "lofte.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return file

    return write


def load(file, capsys):
    call_command("load_promise", str(file))
    return capsys.readouterr().out


def refused(file):
    with pytest.raises(CommandError) as error:
        call_command("load_promise", str(file))
    assert error.value.returncode == 1
    return str(error.value)


def test_load_promise_stores_malmo_as_its_source_says(capsys):
    load(MALMO, capsys)

    promise = Promise.objects.get(slug=SLUG)
    assert (promise.starts_on, promise.ends_on) == (date(2019, 1, 1), date(2020, 12, 31))
    assert [(area.name, area.official_name, area.code) for area in promise.areas.all()] == [
        ("Bellevue", "Bellevuegården", "25506"),
        ("Holma", "Holma", "25611"),
        ("Kroksbäck", "Kroksbäck", "25609"),
    ]
    assert list(
        promise.commitments.values_list("number", "form", "area_rule", "confidential_until_done")
    ) == [
        (1, "class_meeting", "none", False),
        (2, "counts_only", "optional", False),
        (3, "activity", "required", False),
        (4, "activity", "required", True),
    ]
    assert list(Target.objects.values_list("kind", "window", "minimum", "grade")) == [
        ("coverage", "school_year", 1, 5),
        ("count", "calendar_year", 50, None),
        ("count", "period", 25, None),
        ("count", "period", 25, None),
    ]
    assert promise.effects.count() == 3
    assert [str(party) for party in promise.parties.filter(role="signatory")] == ["Polisen", "Malmö stad"]
    assert {str(partner) for partner in promise.commitments.get(number=2).partners.all()} == {
        "Socialtjänsten",
        "Grundskoleförvaltningen",
    }


def test_load_promise_leaves_what_the_source_does_not_say_empty(capsys):
    load(MALMO, capsys)

    assert School.objects.count() == 3
    assert not SchoolClass.objects.exists()
    assert not Measurement.objects.exists()
    assert not Kind.objects.filter(commitment__number=2).exists()


def test_load_promise_records_who_and_what(capsys):
    load(MALMO, capsys)

    target = Target.objects.get(commitment__number=2)
    change = Change.objects.of(target).get()
    assert (change.action, change.by, change.source) == ("created", None, "load_promise")
    assert change.values["minimum"] == [None, 50]
    assert change.promise_id == Promise.objects.get().pk


def test_load_promise_again_changes_nothing(capsys, django_assert_max_num_queries):
    load(MALMO, capsys)
    rows = Change.objects.count()

    with django_assert_max_num_queries(80):
        output = load(MALMO, capsys)

    assert output == f"{SLUG}: inget att ändra.\n"
    assert Change.objects.count() == rows
    assert Promise.objects.count() == 1


def test_load_promise_again_after_its_organisations_serve_another_promise(capsys, write):
    load(MALMO, capsys)
    load(write(("slug", "nasta-lofte")), capsys)

    assert Promise.objects.count() == 2
    assert Organisation.objects.count() == 4


# --- A changed file


def test_load_promise_new_title_is_changed_with_history(capsys, write):
    load(MALMO, capsys)

    output = load(write(("commitments[2].title", "Synlighet")), capsys)

    commitment = Commitment.objects.get(number=3)
    assert commitment.title == "Synlighet"
    assert Change.objects.of(commitment).first().values == {
        "title": ["Synligt trygghetsskapande arbete", "Synlighet"]
    }
    assert "commitments[2].title" in output


def test_load_promise_what_a_person_typed_stands(capsys, write):
    load(MALMO, capsys)
    commitment = Commitment.objects.get(number=3)
    commitment.title = "Skrivet i webbläsaren"
    commitment.save()
    record(
        commitment,
        action=Change.Action.CORRECTED,
        by=UserFactory(),
        old={"title": "Synligt trygghetsskapande arbete"},
        new={"title": commitment.title},
    )

    output = load(MALMO, capsys)

    commitment.refresh_from_db()
    assert commitment.title == "Skrivet i webbläsaren"
    assert "commitments[2].title" in output


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("commitments[1].wording", "Nytt", "är ”Polisen"),
        ("commitments[1].targets[0].minimum", 40, "”50”, filen säger ”40”"),
        ("commitments[1].targets[0].reading", "Annat", "filen säger ”Annat”"),
        ("commitments[0].targets[0].times", 2, "”1”, filen säger ”2”"),
        ("commitments[0].targets[0].schools", ["Holmaskolan"], "filen säger ”Holmaskolan”"),
        ("commitments[3].confidential_until_done", False, "”true”, filen säger ”false”"),
        ("commitments[1].partners", [], "Socialtjänsten"),
        ("period.ends_on", "2020-11-30", "”2020-12-31”, filen säger ”2020-11-30”"),
        ("wording", "Nytt löfte", "filen säger ”Nytt löfte”"),
        ("effects[1].wording", "Ny effekt", "”Öka förtroendet"),
        ("parties[1].kind", "other", "”municipality”, filen säger ”other”"),
    ],
)
def test_load_promise_does_not_change_what_was_promised(capsys, write, path, value, said):
    load(MALMO, capsys)
    changes = Change.objects.count()

    message = refused(write((path, value)))

    [line] = message.splitlines()
    assert f": {path}: " in line
    assert said in line
    assert Change.objects.count() == changes


def test_load_promise_shows_where_a_long_wording_differs(capsys, write):
    load(MALMO, capsys)
    wording = Commitment.objects.get(number=2).wording

    message = refused(write(("commitments[1].wording", wording.replace("minst 50", "minst 40"))))

    assert "minst 50" in message
    assert "minst 40" in message


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("areas[3]", {"name": "Lorensborg"}),
        ("effects[3]", {"wording": "En effekt till"}),
        (
            "commitments[2].targets[1]",
            {"kind": "count", "window": "calendar_year", "minimum": 1, "reading": "Ett om året."},
        ),
    ],
)
def test_load_promise_does_not_add_to_what_was_promised(capsys, write, path, value):
    load(MALMO, capsys)
    changes = Change.objects.count()

    assert f": {path}: " in refused(write((path, value)))
    assert Change.objects.count() == changes


def test_load_promise_does_not_add_a_commitment(capsys, write):
    load(MALMO, capsys)
    another = yaml.safe_load(MALMO.read_text(encoding="utf-8"))["commitments"][2] | {"number": 5}

    assert ": commitments[4]: " in refused(write(("commitments[4]", another)))
    assert Commitment.objects.count() == 4


def test_load_promise_refused_change_stores_none_of_the_others(capsys, write):
    load(MALMO, capsys)

    refused(write(("title", "Ny titel"), ("commitments[2].targets[0].minimum", 20)))

    assert Promise.objects.get().title == "Medborgarlöfte Malmö Väster 2019–2020"


def test_load_promise_adds_classes_kinds_and_measurements(capsys, write):
    load(MALMO, capsys)

    measurement = {
        "role": "baseline",
        "value": 1.63,
        "n": 159,
        "measured_on": "2018-10-01",
        "area": "Holma",
        "source": "Trygghetsmätningen 2018",
    }
    file = write(
        ("schools[0].classes", [{"school_year": "2019/20", "grade": 5, "label": "5A", "pupils": 24}]),
        ("commitments[2].kinds[17]", {"code": "hundpatrull", "name": "Hundpatrull"}),
        ("effects[0].indicators[1].measurements", [measurement]),
    )
    load(file, capsys)

    assert SchoolClass.objects.get().pupils == 24
    assert Kind.objects.filter(code="hundpatrull", commitment__number=3).exists()
    assert Measurement.objects.get().value == Decimal("1.63")
    assert load(file, capsys) == f"{SLUG}: inget att ändra.\n"


def test_load_promise_corrects_pupils_with_history_and_a_new_version(capsys, write):
    def edit(pupils):
        classes = [{"school_year": "2019/20", "grade": 5, "label": "5A", "pupils": pupils}]
        return "schools[0].classes", classes

    load(write(edit(24)), capsys)
    load(write(edit(26)), capsys)

    row = SchoolClass.objects.get()
    assert (row.pupils, row.version) == (26, 2)
    assert Change.objects.of(row).first().values == {"pupils": [24, 26]}

    load(write(edit(None)), capsys)
    row.refresh_from_db()
    assert row.pupils == 26


def test_load_promise_measurement_is_changed_by_voiding_only(capsys, write):
    def edit(value):
        measurement = {"role": "baseline", "value": value, "measured_on": "2018-10-01", "source": "T"}
        return "effects[0].indicators[0].measurements", [measurement]

    load(write(edit(28)), capsys)
    assert "effects[0].indicators[0].measurements[0].value" in refused(write(edit(27.5)))

    Measurement.objects.update(voided_on=date(2019, 2, 1), void_reason="Fel rad i tabellen")
    load(write(edit(27.5)), capsys)

    assert list(Measurement.objects.order_by("pk").values_list("value", flat=True)) == [28, Decimal("27.5")]
    assert load(write(edit(28)), capsys).startswith(f"{SLUG}: inget att ändra.")


def test_load_promise_takes_nothing_away_and_says_so(capsys, write):
    load(MALMO, capsys)

    output = load(write(("commitments[2].kinds[16]", GONE), ("effects[2]", GONE)), capsys)

    assert Kind.objects.filter(code="annan-aktivitet").exists()
    assert Promise.objects.get().effects.count() == 3
    assert "inget att ändra" in output
    assert "står inte i filen och är kvar" in output


# --- Bad input: one line each, nothing stored


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("commitments[1].targets[0].minimum", GONE, "saknas"),
        ("commitments[2].number", 2, "står två gånger"),
        ("period.ends_on", "2018-12-31", "före den första"),
        ("commitments[1].targets[0].minimum", 0, "minst 1"),
        ("schools[0].name", "Skola 481111-1234", "personnummer"),
    ],
)
def test_load_promise_bad_file_is_one_line_and_nothing_is_stored(write, path, value, reason):
    file = write((path, value))

    message = refused(file)

    lines = [line for line in message.splitlines() if path in line]
    assert len(lines) == 1
    assert lines[0].startswith(f"{file}: {path} (rad ")
    assert reason in lines[0]
    assert "481111" not in message
    assert "Traceback" not in message
    assert not Promise.objects.exists()
    assert not Organisation.objects.exists()
    assert not Change.objects.exists()


def test_load_promise_missing_file(tmp_path):
    file = tmp_path / "finns-inte.yaml"

    assert refused(file) == f"{file}: Filen finns inte."


def test_load_promise_without_tables_says_what_to_run(monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("no such table: promises_promise")

    monkeypatch.setattr(loading._Loader, "load", fail)

    assert "manage.py migrate" in refused(MALMO)


def test_load_promise_failure_halfway_stores_nothing(monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(loading._Loader, "_effects", fail)

    refused(MALMO)

    assert not Promise.objects.exists()
    assert not Change.objects.exists()


def test_load_promise_warns_of_what_cannot_be_measured_and_stores_it(write, capsys):
    effort = {"kind": "effort", "window": "period", "reading": "Inget antal anges."}
    file = write(("commitments[2].targets[0]", effort))

    for _time in range(2):  # loaded again it still cannot be measured
        call_command("load_promise", str(file))
        said = capsys.readouterr()
        assert said.err.startswith(f"{file}: commitments[2].targets[0]: Åtagande 3 går inte att mäta")
        assert said.err.count("\n") == 1
        assert SLUG in said.out
    target = Target.objects.get(kind="effort")
    assert (target.minimum, target.due_on) == (None, None)


def test_load_promise_without_an_effort_warns_of_nothing(write, capsys):
    call_command("load_promise", str(MALMO))

    assert capsys.readouterr().err == ""


def test_load_promise_stores_the_day_of_a_deliverable_and_does_not_change_it(write, capsys):
    target = {"kind": "deliverable", "window": "period", "due_on": "2019-06-30", "reading": "Senast i juni."}
    load(write(("commitments[2].targets[0]", target)), capsys)
    assert Target.objects.get(kind="deliverable").due_on == date(2019, 6, 30)

    words = refused(write(("commitments[2].targets[0]", target | {"due_on": "2019-07-30"})))

    assert "commitments[2].targets[0].due_on" in words
    assert "”2019-06-30”, filen säger ”2019-07-30”" in words


def test_load_promise_adds_and_corrects_school_terms(capsys, write):
    """Terms are set year by year: they are no promise, and come with history."""
    load(MALMO, capsys)
    file = write(("school_terms_from", "malmo"))
    load(file, capsys)
    assert load(file, capsys) == f"{SLUG}: inget att ändra.\n"

    term = SchoolTerm.objects.get(name="VT 2019")
    assert (term.first_day, term.breaks.count()) == (date(2019, 1, 8), 8)
    load(
        write(("school_terms", [{"name": "VT 2019", "first_day": "2019-01-09", "last_day": "2019-06-12"}])),
        capsys,
    )

    term.refresh_from_db()
    assert (term.first_day, term.breaks.count()) == (date(2019, 1, 9), 8)
    assert Change.objects.of(term).filter(action=Change.Action.CORRECTED).exists()


def test_load_promise_does_not_change_a_stored_pace(capsys, write):
    load(MALMO, capsys)

    said = refused(write(("commitments[2].targets[0].calendar", "school_days")))

    assert "commitments[2].targets[0].calendar" in said


def test_load_promise_turns_review_on_and_never_off(capsys, write):
    load(MALMO, capsys)
    assert not Promise.objects.get().requires_review

    assert "review" in load(write(("review", True)), capsys)
    load(write(("review", False)), capsys)

    promise = Promise.objects.get()
    assert promise.requires_review
    changes = Change.objects.of(promise).filter(values__has_key="requires_review", action="corrected")
    assert [one.values for one in changes] == [{"requires_review": [False, True]}]


def test_load_promise_leaves_the_choice_of_a_coordinator(capsys, write):
    file = write(("review", True))
    load(file, capsys)
    promise = Promise.objects.get()
    assert promise.requires_review
    Promise.objects.update(requires_review=False)
    record(
        promise,
        action=Change.Action.CORRECTED,
        by=UserFactory(),
        old={"requires_review": True},
        new={"requires_review": False},
    )

    load(file, capsys)

    assert not Promise.objects.get().requires_review


def test_load_promise_review_is_true_or_false(write):
    assert "review" in refused(write(("review", "ja")))


def test_load_promise_does_not_change_the_register_of_a_locked_school_year(capsys, write):
    def edit(pupils):
        return "schools[0].classes", [{"school_year": "2019/20", "grade": 5, "label": "5A", "pupils": pupils}]

    load(write(edit(24)), capsys)
    promise = Promise.objects.get()
    PeriodLockFactory(promise=promise, first_day=date(2019, 7, 1), last_day=date(2020, 6, 30))

    assert "2019-07-01" in refused(write(edit(26)))
    assert SchoolClass.objects.get().pupils == 24
