"""manage.py progress: the JSON of docs/progress-json.md, and one line for whatever is wrong."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from activities.choices import State
from activities.models import Activity
from activities.tests.factories import ActivityFactory
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    PromiseFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.forecast import forecast
from reports.tests.malmo import AS_OF, make_worked_example

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "progress-json.md"


@pytest.fixture
def run(capsys):
    def call(*arguments):
        call_command("progress", *arguments)
        return capsys.readouterr().out.replace("\u00a0", " ")

    return call


@pytest.fixture
def promise(db):
    return make_worked_example()


@pytest.fixture
def found(promise, run):
    return json.loads(run(promise.slug, "--as-of", AS_OF.isoformat(), "--format", "json"))


def test_progress_json_count_target_whole(found):
    assert found["commitments"][1] == {
        "number": 2,
        "status": "partly_kept",
        "original_status": None,
        "waiting": 0,
        "targets": [
            {
                "kind": "count",
                "calendar": "even",
                "status": "partly_kept",
                "kept": 1,
                "of": 2,
                "windows": [
                    {
                        "label": "2019",
                        "area": "",
                        "start": "2019-01-01",
                        "end": "2019-12-31",
                        "minimum": 50,
                        "actual": 52,
                        "share": "1.04",
                        "status": "kept",
                        "expected": "50.00",
                        "forecast": None,
                        "forecast_withheld": "kept",
                        "enough": None,
                    },
                    {
                        "label": "2020",
                        "area": "",
                        "start": "2020-01-01",
                        "end": "2020-12-31",
                        "minimum": 50,
                        "actual": 47,
                        "share": "0.94",
                        "status": "not_kept",
                        "expected": "50.00",
                        "forecast": None,
                        "forecast_withheld": "closed",
                        "enough": None,
                    },
                ],
                "lost_to": [],
                "areas": [
                    {"area": "Bellevue", "actual": 0},
                    {"area": "Holma", "actual": 0},
                    {"area": "Kroksbäck", "actual": 0},
                ],
                "original": None,
                "amendments": [],
            }
        ],
    }


def test_progress_json_coverage_window(found):
    window = found["commitments"][0]["targets"][0]["windows"][1]

    assert window["label"] == "2019/20"
    assert (window["classes"], window["classes_met"]) == (window["minimum"], window["actual"]) == (6, 5)
    assert (window["pupils"], window["pupils_met"]) == (139, 111)
    assert window["missing"] == ["Holmaskolan 5B"]
    assert (window["share"], window["status"]) == ("0.83", "not_kept")


def test_progress_json_statuses_of_the_worked_example(found):
    assert (found["schema"], found["promise"], found["as_of"]) == (1, "malmo-vaster-2019-2020", "2020-12-31")
    assert [row["status"] for row in found["commitments"]] == ["not_kept", "partly_kept", "kept", "not_kept"]


def test_progress_json_expected_is_rounded_down(promise, run):
    found = json.loads(run(promise.slug, "--as-of", "2020-09-30", "--format", "json"))

    assert found["commitments"][3]["targets"][0]["windows"][0]["expected"] == "21.85"  # 25 · 639 / 731


def test_progress_json_without_register_has_no_share(db, run):
    commitment = CommitmentFactory(class_meeting=True)
    TargetFactory(commitment=commitment, coverage=True, schools=[SchoolFactory(promise=commitment.promise)])

    found = json.loads(run(commitment.promise.slug, "--as-of", "2019-03-01", "--format", "json"))

    window = found["commitments"][0]["targets"][0]["windows"][0]
    assert (window["share"], window["pupils"], window["status"]) == (None, None, "unknown")


def test_progress_json_every_key_is_documented(found):
    keys = set(re.findall(r'"(\w+)":', json.dumps(found)))
    document = DOCUMENT.read_text(encoding="utf-8")

    assert not [key for key in keys if f"`{key}`" not in document]


def test_progress_json_forecast_of_an_open_window(promise, run):
    """21 operations in 639 of 731 days, each a row of its own; SoL numbers are batches, classes are booked."""
    found = json.loads(run(promise.slug, "--as-of", "2020-09-30", "--format", "json"))

    classes, reports, _visible, operations = (
        row["targets"][0]["windows"][-1] for row in found["commitments"]
    )
    known = forecast(minimum=25, count=21, days_gone=639, days=731)
    assert operations["forecast"] == {
        "chance": float(known.chance),
        "p10": known.p10,
        "p50": known.p50,
        "p90": known.p90,
    }
    assert operations["forecast_withheld"] is None
    assert (classes["forecast"], classes["forecast_withheld"]) == (None, "coverage")
    assert (reports["forecast"], reports["forecast_withheld"]) == (None, "batches")


def test_progress_says_what_would_be_enough(promise, run):
    found = json.loads(run(promise.slug, "--as-of", "2020-09-30", "--format", "json"))

    assert found["commitments"][3]["targets"][0]["windows"][0]["enough"] == {
        "missing": 4,
        "days_left": 92,
        "school_days_left": None,
        "per": "month",
        "needed": "1.4",
        "so_far": "0.9",
        "hopeless": False,
    }
    assert "4 till på 13 veckor: 1,4 i månaden, hittills 0,9." in run(promise.slug, "--as-of", "2020-09-30")


def test_progress_says_what_can_no_longer_be_kept(promise, run):
    """A class was missed in 2019/20, and the last läsår is under way."""
    found = json.loads(run(promise.slug, "--as-of", "2020-09-30", "--format", "json"))
    text = run(promise.slug, "--as-of", "2020-09-30")

    assert found["commitments"][0]["targets"][0]["lost_to"] == ["2019/20"]
    assert "Hela löftet kan inte längre hållas: 5B på " in text


def test_progress_json_forecast_ignores_what_does_not_count(promise, run):
    """A batch that is planned, voided or later than the day takes no forecast away."""
    commitment = promise.commitments.get(number=4)
    before = run(promise.slug, "--as-of", "2020-09-30", "--format", "json")
    ActivityFactory(commitment=commitment, planned=True, quantity=4, occurred_on=date(2020, 9, 1))
    ActivityFactory(commitment=commitment, quantity=4, occurred_on=date(2020, 10, 1))

    assert run(promise.slug, "--as-of", "2020-09-30", "--format", "json") == before


def test_progress_json_one_row_for_several_takes_the_forecast_away(promise, run):
    ActivityFactory(commitment=promise.commitments.get(number=4), quantity=2, occurred_on=date(2020, 9, 30))

    found = json.loads(run(promise.slug, "--as-of", "2020-09-30", "--format", "json"))

    window = found["commitments"][3]["targets"][0]["windows"][0]
    assert (window["actual"], window["forecast"], window["forecast_withheld"]) == (23, None, "batches")


def test_progress_text_has_the_forecast_under_its_window(promise, run):
    lines = run(promise.slug, "--as-of", "2020-09-30").splitlines()

    told = [lines[index + 1].strip() for index, line in enumerate(lines) if "2019–2020: 21 av 25" in line]
    assert len(told) == 1
    assert re.fullmatch(r"Troligen 2\d–2\d, ungefär \d\d % chans att nå 25", told[0])
    assert "     Ingen prognos, eftersom klasser bokas i förväg" in lines


def test_progress_json_says_nothing_of_secret_plans(promise, run):
    def said():
        return run(promise.slug, "--as-of", AS_OF.isoformat(), "--format", "json")

    before = said()
    Activity.objects.filter(state=State.PLANNED, commitment__confidential_until_done=True).update(
        occurred_on=date(2020, 1, 1)
    )
    ActivityFactory(commitment=promise.commitments.get(number=4), planned=True)

    assert said() == before


def test_progress_json_keeps_swedish_letters(promise, run):
    assert "Kroksbäck" in run(promise.slug, "--as-of", "2020-12-31", "--format", "json")


def test_progress_text_answers_first(promise, run):
    lines = run(promise.slug, "--as-of", "2020-12-31").splitlines()

    assert lines[1].startswith("Ett av fyra åtaganden är uppfyllt, ett delvis.")
    assert "   2020: 47 av 50 anmälningar (94 %) · Ej uppfyllt" in lines
    assert "   2019–2020: 24 av 25 insatser (96 %) · Ej uppfyllt" in lines


@pytest.mark.parametrize(("day", "status"), [("2018-12-31", "Kommande"), ("2020-12-31", "Uppgift saknas")])
def test_progress_text_what_nobody_knows_has_no_number(db, run, day, status):
    commitment = CommitmentFactory(promise__slug="lofte")
    TargetFactory(commitment=commitment)
    AreaFactory(promise=commitment.promise, name="Bellevue")

    lines = run("lofte", "--as-of", day).splitlines()

    assert f"   2019–2020: {status}" in lines
    assert not [line for line in lines if "Bellevue" in line]


@pytest.mark.parametrize(
    ("today", "as_of"), [(date(2020, 6, 1), "2020-06-01"), (date(2026, 1, 1), "2020-12-31")]
)
def test_progress_default_day_is_today_within_the_promise(promise, run, monkeypatch, today, as_of):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: today)

    assert json.loads(run(promise.slug, "--format", "json"))["as_of"] == as_of


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_progress_takes_any_day(promise, run, day):
    assert json.loads(run(promise.slug, "--as-of", day, "--format", "json"))["as_of"] == day


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["finns-inte"], "finns-inte"),
        (["lofte", "--as-of", "2020-02-30"], "2020-02-30"),
        (["lofte", "--as-of", "20201231"], "20201231"),
        (["lofte", "--as-of", "2020-W53-4"], "2020-W53-4"),
        (["lofte", "--as-of", ""], "--as-of"),
        (["lofte", "--format", "xml"], "xml"),
    ],
)
def test_progress_bad_input_is_one_line_that_names_it(db, run, arguments, named):
    PromiseFactory(slug="lofte")

    with pytest.raises(CommandError) as caught:
        run(*arguments)

    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
