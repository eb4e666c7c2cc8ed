"""A deliverable's day changed by decision: which day judges, and both results on the pages and in the files."""

import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from promises.models import Amendment
from promises.tests.factories import AmendmentFactory, CommitmentFactory, TargetFactory
from promises.tests.test_load_promise import MALMO, refused
from reports.queries import load_evaluation
from reports.renderers import FORMATS
from reports.status import Status
from reports.tests.pages import stand_still, text_of
from reports.tests.read_back import READERS, read_pdf, squeezed
from reports.tests.test_amend_page import hidden

SCHEMA = json.loads((Path(__file__).parent.parent / "schema" / "evaluation-1.json").read_text("utf-8"))
DUE, NEW = date(2019, 6, 30), date(2019, 9, 30)
ONE_DAY = timedelta(days=1)
AS_OF = date(2020, 9, 30)
TOLD = "klart senast 30 september 2019 i stället för 30 juni 2019"
TOO_LATE = "Dagen hade passerat när den ändrades"


@pytest.fixture
def council(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=1, wording="Ett råd ska finnas.")
    return TargetFactory(commitment=commitment, deliverable=True)


def change(target, day=DUE, **fields):
    values = {"minimum": None, "due_on": NEW, "reading": "Senast den 30 september 2019.", "decided_on": day}
    return AmendmentFactory(target=target, **(values | fields))


def done(target, day):
    ActivityFactory(commitment=target.commitment, occurred_on=day)


def evaluation_of(target, as_of=AS_OF):
    return load_evaluation(target.commitment.promise, as_of=as_of, sees_plans=False, with_activities=True)


@pytest.mark.parametrize(
    ("decided", "status"),
    [(DUE - ONE_DAY, Status.KEPT), (DUE, Status.KEPT), (DUE + ONE_DAY, Status.NOT_KEPT)],
)
def test_late_decision_cannot_undo_what_was_broken(council, decided, status):
    change(council, decided)
    done(council, NEW)

    (line,) = evaluation_of(council).lines

    assert (line.status, line.original_status) == (status, Status.NOT_KEPT)
    (target,) = line.targets
    assert (target.due_on, target.as_promised.due_on) == (NEW, DUE)
    assert target.broken_before_decision is (status == Status.NOT_KEPT)


def test_neither_breaks_a_decision_what_was_kept(council):
    """Done in time, then the day is moved to an earlier one: never before the decision, so after what is done."""
    done(council, date(2019, 4, 1))
    change(council, date(2019, 5, 1), due_on=date(2019, 5, 1), reading="Senast den 1 maj 2019.")

    (line,) = evaluation_of(council).lines

    assert (line.status, line.original_status) == (Status.KEPT, Status.KEPT)


@pytest.mark.parametrize(("as_of", "due"), [(DUE - ONE_DAY, DUE), (DUE, NEW), (DUE + ONE_DAY, NEW)])
def test_seen_from_its_day_on(council, as_of, due):
    change(council)

    (line,) = evaluation_of(council, as_of).lines

    assert line.targets[0].due_on == due
    assert (line.original_status is None) is (as_of < DUE)


@pytest.mark.parametrize("trait", ["effort", "on_request"])
def test_changed_reading_of_one_without_number_gives_no_second_result(actors, client, trait):
    target = TargetFactory(commitment=CommitmentFactory(promise=actors.promise, number=1), **{trait: True})
    AmendmentFactory(target=target, minimum=None, reading="Som i planen.")
    client.force_login(actors.staff)

    (line,) = evaluation_of(target).lines
    text = text_of(client.get(reverse("reports:commitment", args=[actors.promise.slug, 1])))

    assert line.original_status is None
    assert line.targets[0].reading == "Som i planen."
    assert "Ändrat 2020-03-01: hur åtagandet läses." in text
    assert "Enligt det ursprungliga målet" not in text
    assert target.reading in text


@pytest.mark.parametrize("form", [*READERS, "pdf"])
@pytest.mark.parametrize("too_late", [False, True])
def test_every_file_tells_both_days_and_both_verdicts(council, form, too_late):
    change(council, DUE + ONE_DAY if too_late else DUE)
    done(council, NEW)
    read = READERS.get(form, read_pdf)

    content = FORMATS[form].render(evaluation_of(council))
    text = squeezed(read(content).text)

    if form == "json":
        data = json.loads(content)
        jsonschema.validate(data, SCHEMA, format_checker=jsonschema.FormatChecker(["date"]))
        (line,) = data["commitments"]
        (one,) = line["amendments"]
        assert (one["old_due"], one["new_due"]) == ("2019-06-30", "2019-09-30")
        assert line["targets"][0]["original"]["due_on"] == "2019-06-30"
        assert line["status"] == ("not_kept" if too_late else "kept")
        return
    assert squeezed("2019-06-30") in text
    assert squeezed("Ej uppfyllt") in text
    if form != "xlsx":
        assert squeezed(TOLD) in text
    if form not in {"csv", "xlsx"}:
        assert squeezed("Enligt det ursprungliga målet: Ej uppfyllt") in text
        assert (squeezed(TOO_LATE) in text) is too_late
    if form != "csv":
        assert squeezed("Senast den 30 juni 2019.") in text


def test_progress_tells_both_days(council, capsys):
    change(council)

    call_command("progress", council.commitment.promise.slug, "--as-of", "2020-12-31", "--format", "json")

    (line,) = json.loads(capsys.readouterr().out)["commitments"]
    (target,) = line["targets"]
    assert target["amendments"] == [
        {
            "decided_on": "2019-06-30",
            "old_minimum": None,
            "new_minimum": None,
            "old_due": "2019-06-30",
            "new_due": "2019-09-30",
        }
    ]
    assert target["windows"][0]["due"] == "2019-09-30"
    assert target["original"]["windows"][0]["due"] == "2019-06-30"


# --- the pages


@pytest.fixture
def browser(client, actors, monkeypatch):
    stand_still(monkeypatch)
    client.force_login(actors.coordinator)
    return client


def test_form_preview_and_double_press(browser, actors, council):
    done(council, NEW)
    url = reverse("reports:amend", args=[actors.promise.slug, 1])
    first = browser.get(url).content.decode()
    assert 'value="2019-06-30"' in first
    assert 'name="minimum"' not in first
    typed = {
        "decided_on": "2019-06-30",
        "decided_by": [row.organisation_id for row in actors.promise.parties.all()],
        "due_on": "2019-09-30",
        "reading": "Senast den 30 september 2019.",
        "wording": "Ett råd ska finnas.",
        "reason": "Lokalen blev försenad.",
        "version": "0",
    }

    for wrong, words in (
        ({"due_on": ""}, "Klart senast"),
        ({"due_on": "2019-06-31"}, "Den dagen finns inte"),
        ({"due_on": "2019-06-29", "reading": "I juni."}, "hade redan passerat på beslutsdagen"),
        ({"due_on": "2021-01-01"}, "ligger utanför"),
        ({"reading": "Senast den 30 juni 2019."}, "Läsningen säger fortfarande 2019-06-30."),
    ):
        assert words in text_of(browser.post(url, typed | wrong))
    preview = browser.post(url, typed)
    text = text_of(preview)
    assert "Läget nu Ej uppfyllt, klart 30 september 2019, 92 dagar efter" in text
    assert "Läget efter ändringen Uppfyllt, klart 30 september 2019" in text
    assert "Klart senast 2019-06-30 → 2019-09-30" in text
    assert not Amendment.objects.exists()
    for _press in range(2):
        assert browser.post(url, hidden(preview) | {"save": "1"}).status_code == 302
    assert Amendment.objects.get().due_on == NEW


def test_pages_tell_both_days_and_results(browser, actors, council):
    change(council)
    done(council, NEW)
    slug = actors.promise.slug

    for name, more in (("reports:dashboard", []), ("reports:commitment", [1])):
        text = text_of(browser.get(reverse(name, args=[slug, *more])))
        assert TOLD in text
        assert "Enligt det ursprungliga målet: Ej uppfyllt" in text
    about = text_of(browser.get(reverse("promises:about", args=[slug])))
    assert "Klart senast 2019-09-30 i stället för 2019-06-30." in about


@pytest.mark.parametrize("trait", ["effort", "on_request"])
def test_form_of_one_without_number_asks_for_words_only(browser, actors, trait):
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise, number=1), **{trait: True})

    text = browser.get(reverse("reports:amend", args=[actors.promise.slug, 1])).content.decode()

    assert 'name="reading"' in text
    assert 'name="minimum"' not in text
    assert 'name="due_on"' not in text


# --- the file


@pytest.fixture
def write(tmp_path):
    def write(amendment, due_on="2019-06-30"):
        data = yaml.safe_load(MALMO.read_text(encoding="utf-8"))
        target = {"kind": "deliverable", "window": "period", "due_on": due_on, "reading": "I juni."}
        data["commitments"][2] |= {"targets": [target], "amendments": [amendment] if amendment else []}
        file = tmp_path / "lofte.yaml"
        file.write_text(
            yaml.safe_dump(json.loads(json.dumps(data, default=str)), allow_unicode=True), "utf-8"
        )
        return file

    return write


IN_FILE = {
    "decided_on": "2019-06-30", "reason": "Försenat.", "target": 1, "due_on": "2019-09-30", "reading": "I höst.",
}  # fmt: skip


@pytest.mark.django_db
def test_file_with_a_new_day_is_stored_once(write):
    for _time in range(2):
        call_command("load_promise", str(write(IN_FILE)), verbosity=0)

    assert Amendment.objects.get().due_on == NEW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"due_on": "2019-06-29"}, "due_on"),
        ({"due_on": "2021-01-01"}, "due_on"),
        ({"due_on": "i höst"}, "due_on"),
        ({"minimum": 4}, "minimum"),
        ({"target": None}, "target"),
    ],
)
def test_wrong_day_in_a_file_is_named(write, fields, where):
    assert f"commitments[2].amendments[0].{where}" in refused(write(IN_FILE | fields))


@pytest.mark.django_db
def test_promised_day_is_not_changed_by_a_file(write):
    call_command("load_promise", str(write(None)), verbosity=0)

    told = refused(write(None, due_on="2019-07-31"))

    assert "commitments[2].targets[0].due_on" in told
    assert "Ändra åtagandet" in told
