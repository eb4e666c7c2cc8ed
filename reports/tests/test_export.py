"""The evaluation page, the export and the command: who may, what is in it, what is never in it."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from activities.choices import State
from activities.models import Activity
from activities.tests.factories import ActivityFactory
from promises.tests.factories import CommitmentFactory, TargetFactory
from reports.renderers import FORMATS
from reports.tests.malmo import make_worked_example
from reports.tests.read_back import READERS, read_pdf

SECRET_REASON = "Hemlig spaning avbruten"


@pytest.fixture
def promise(actors):
    """The worked example, with a cancelled operation that only the police may know of."""
    promise = make_worked_example(actors.promise)
    secret = promise.commitments.get(number=4)
    ActivityFactory(commitment=secret, promise=promise, day=500, state=State.CANCELLED, reason=SECRET_REASON)
    return promise


def page(promise):
    return reverse("reports:evaluation", args=[promise.slug])


def export(promise, form):
    return reverse("reports:export", args=[promise.slug, form])


@pytest.mark.parametrize("who", ["officer", "staff", "contributor", "coordinator", "city_signatory"])
def test_evaluation_page_all_in_the_promise_may_see(client, actors, promise, who):
    client.force_login(getattr(actors, who))

    assert client.get(page(promise)).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "administrator"])
@pytest.mark.parametrize("form", [None, "pdf"])
def test_evaluation_stranger_gets_404(client, actors, promise, who, form):
    client.force_login(getattr(actors, who))

    assert client.get(export(promise, form) if form else page(promise)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 403),
        ("staff", 403),
        ("contributor", 403),
        ("coordinator", 200),
        ("city_coordinator", 200),
        ("signatory", 200),
    ],
)
def test_export_who_may(client, actors, promise, who, status):
    client.force_login(getattr(actors, who))

    assert client.get(export(promise, "json")).status_code == status


@pytest.mark.parametrize(("who", "offered"), [("officer", False), ("coordinator", True)])
def test_evaluation_page_buttons_only_for_those_who_may_export(client, actors, promise, who, offered):
    client.force_login(getattr(actors, who))

    text = client.get(page(promise)).content.decode()

    assert [export(promise, form) in text for form in FORMATS] == [offered] * 6


@pytest.mark.parametrize("form", FORMATS)
def test_export_file_name_type_and_no_store(client, actors, promise, form):
    client.force_login(actors.coordinator)

    response = client.get(export(promise, form))

    assert response["Content-Type"] == FORMATS[form].media_type
    name = f"utvardering-{promise.slug}-2020-12-31.{form}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in response["Cache-Control"]


def test_export_unknown_format_is_404(client, actors, promise):
    client.force_login(actors.coordinator)

    assert client.get(export(promise, "odt")).status_code == 404


def test_export_post_is_refused(client, actors, promise):
    client.force_login(actors.coordinator)

    assert client.post(export(promise, "pdf")).status_code == 405


@pytest.mark.parametrize(
    ("who", "form"), [*(("coordinator", form) for form in FORMATS), ("city_coordinator", "json")]
)
def test_export_never_has_secret_plans(client, actors, promise, form, who):
    """Both parties read the paper: not even the police coordinator's has what was planned in secret."""
    client.force_login(getattr(actors, who))

    text = (READERS | {"pdf": read_pdf})[form](client.get(export(promise, form)).content).text

    assert SECRET_REASON not in text
    assert "Pandemin" in text or form == "csv"  # what is not secret and was cancelled is there
    assert "2020-12-29" not in text  # a day that only a secret plan has


def test_export_json_process_under_secrecy_is_null(client, actors, promise):
    client.force_login(actors.coordinator)

    data = json.loads(client.get(export(promise, "json")).content)

    process = data["commitments"][3]["process"]
    assert (process["planned"], process["overdue"], process["next_planned_on"]) == (None, None, None)
    assert process["cancelled"] is None
    assert process["done"] == 24


def test_evaluation_page_never_has_secret_plans(client, actors, promise):
    client.force_login(actors.coordinator)

    text = client.get(page(promise)).content.decode()

    assert SECRET_REASON not in text
    assert "omfattas av sekretess" in text


def test_export_has_no_notes(client, actors, promise):
    Activity.objects.filter(commitment__number=3).update(note="Anteckning som stannar här")
    client.force_login(actors.coordinator)

    for form in ("json", "html", "xlsx"):
        text = READERS[form](client.get(export(promise, form)).content).text
        assert "stannar" not in text


@pytest.mark.parametrize("rows", [3, 300])
def test_evaluation_page_query_budget(client, actors, django_assert_num_queries, rows):
    """The same number for 3 and for 300 rows, so that a query a row cannot hide."""
    target = TargetFactory(commitment=CommitmentFactory(promise=actors.promise))
    ActivityFactory.create_batch(rows, commitment=target.commitment, promise=actors.promise)
    client.force_login(actors.coordinator)

    with django_assert_num_queries(26):
        client.get(page(actors.promise))


@pytest.mark.parametrize("form", FORMATS)
def test_command_writes_the_file(promise, tmp_path, form):
    path = tmp_path / f"Utvärdering 2020.{form}"

    call_command("export_evaluation", promise.slug, str(path), as_of="2020-06-30", verbosity=0)

    content = path.read_bytes()
    assert content
    if form == "json":
        assert json.loads(content)["as_of"] == "2020-06-30"
    assert list(tmp_path.iterdir()) == [path]  # nothing half beside it


def test_command_known_then_leaves_out_what_came_later(promise, tmp_path):
    path = tmp_path / "a.json"

    call_command(
        "export_evaluation", promise.slug, str(path), as_of="2020-06-30", known_then=True, verbosity=0
    )

    data = json.loads(path.read_bytes())
    assert data["known_then"] is True
    assert {line["process"]["done"] for line in data["commitments"]} == {0}  # all rows were logged just now


def test_command_default_day_is_the_promises_last(promise, tmp_path):
    path = tmp_path / "a.JSON"

    call_command("export_evaluation", promise.slug, str(path))

    assert json.loads(path.read_bytes())["as_of"] == "2020-12-31"


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.odt", {}, "a.odt"),
        ("a", {}, "docx, pdf"),
        ("a.pdf", {"slug": "finns-inte"}, "finns-inte"),
        ("saknas/a.pdf", {}, "saknas/a.pdf"),
        ("a.pdf", {"as_of": "2020-02-31"}, "2020-02-31"),
        ("a.pdf", {"as_of": "20200228"}, "20200228"),
        ("a.pdf", {"edition": 2}, "2"),
    ],
)
def test_command_bad_input_is_one_line_that_names_it(promise, tmp_path, name, options, said):
    options = {"slug": promise.slug} | options
    with pytest.raises(CommandError) as error:
        call_command("export_evaluation", options.pop("slug"), str(tmp_path / name), **options)

    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_command_failed_write_leaves_the_old_file(promise, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("förra")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command("export_evaluation", promise.slug, str(path))

    assert path.read_text() == "förra"
    assert list(tmp_path.iterdir()) == [path]


def test_command_before_the_promise_begins(promise, tmp_path):
    path = tmp_path / "a.json"

    call_command("export_evaluation", promise.slug, str(path), as_of=date(2018, 12, 31).isoformat())

    statuses = {line["status"] for line in json.loads(path.read_bytes())["commitments"]}
    assert statuses == {"upcoming"}
