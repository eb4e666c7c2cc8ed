"""What somebody asked for: the form, plans that become done, the import and the export (docs/adr/0010)."""

import csv
import io
import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from activities.choices import State
from activities.importer.columns import cells, digest
from activities.importer.faults import InvalidImportError
from activities.importer.run import import_file
from activities.models import Activity
from activities.rules import Entry
from activities.services import log_activity
from activities.tests.importing import Files
from activities.tests.pages import TODAY, World, text_of, world
from activities.tests.test_views_log import names_of
from promises.models import Commitment
from promises.tests.factories import CommitmentFactory, KindFactory, TargetFactory
from reports.queries import load_evaluation

__all__ = ["world"]

ASKED, DAY = date(2020, 5, 1), date(2020, 5, 20)


@pytest.fixture
def walks(world: World) -> Commitment:
    """Commitment 5: walks on request."""
    commitment = CommitmentFactory(
        promise=world.actors.promise,
        number=5,
        short_title="Trygghetsvandringar",
        area_rule="none",
        unit_one="vandring",
        unit_many="vandringar",
    )
    TargetFactory(commitment=commitment, on_request=True)
    KindFactory(commitment=commitment, code="trygghetsvandring", name="Trygghetsvandring")
    return commitment


def sent(world, commitment, **values):
    return {
        "client_key": "7f8b7a34-5b0c-4d1c-9a3e-0f5a2d7a9b11",
        "state": "done",
        "kind": commitment.kinds.get().pk,
        "asked_on": ASKED.isoformat(),
        "occurred_on": DAY.isoformat(),
    } | values


def log(world, commitment, name="officer", **entry):
    values = {"state": State.DONE, "occurred_on": DAY, "asked_on": ASKED, "kind": commitment.kinds.get()}
    return log_activity(
        access=world.actors.access(name), commitment=commitment, entry=Entry(**values | entry), today=TODAY
    )[0]


def status_of(commitment):
    evaluation = load_evaluation(commitment.promise, as_of=TODAY, sees_plans=False)
    (line,) = [line for line in evaluation.lines if line.number == commitment.number]
    return str(line.status)


# --- The form


def test_form_asks_when_it_was_asked_for_and_not_how_many(world, walks):
    page = world.client("officer").get(f"{world.base}logga/5/")

    assert names_of(page) == {
        "state", "kind", "asked_on", "occurred_on", "parties", "persons_reached", "note",
        "starts_at", "minutes", "link",
    }  # fmt: skip
    assert "Önskad den" in text_of(page)
    assert "Dagen då det gjordes eller ska göras." in text_of(page)


def test_form_of_another_commitment_does_not_ask(world, walks):
    assert "asked_on" not in names_of(world.client("officer").get(f"{world.base}logga/3/"))


def test_a_request_from_plan_to_done_in_the_browser(world, walks):
    client = world.client("contributor")

    planned = client.post(
        f"{world.base}logga/5/", sent(world, walks, state="planned", occurred_on="2020-06-10")
    )
    row = Activity.objects.get(commitment=walks)
    assert planned.status_code == 302
    assert (row.state, row.asked_on, row.occurred_on) == ("planned", ASKED, date(2020, 6, 10))
    assert status_of(walks) == "kept"  # not yet due
    assert "Önskad den 2020-05-01" in text_of(client.get(world.row_url(row)))

    done = client.post(
        world.row_url(row, "genomford/"), {"version": row.version, "occurred_on": "2020-05-31", "note": ""}
    )
    row.refresh_from_db()
    assert done.status_code == 302
    assert (row.state, row.asked_on, row.occurred_on) == ("done", ASKED, date(2020, 5, 31))
    evaluation = load_evaluation(walks.promise, as_of=TODAY, sees_plans=False)
    found = [line.targets[0].progress.windows[0].requests for line in evaluation.lines if line.targets]
    assert [one.answered for one in found] == [1]


def test_correcting_keeps_and_changes_the_day_it_was_asked_for(world, walks):
    row = log(world, walks)
    client = world.client("officer")
    page = client.get(world.row_url(row, "ratta/")).content.decode()
    assert 'value="2020-05-01"' in page

    client.post(
        world.row_url(row, "ratta/"),
        sent(world, walks, asked_on="2020-05-02", version=row.version, why="Fel dag"),
    )

    row.refresh_from_db()
    assert row.asked_on == date(2020, 5, 2)
    step = text_of(client.get(world.row_url(row))).partition("Historik")[2]
    assert re.search(r"Önskad den: \D*2020-05-01\D*2020-05-02", step)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"asked_on": ""}, "Önskad den – Skriv datum."),
        ({"asked_on": "2020-06-02"}, "2020-06-02 har inte varit än"),
        ({"asked_on": "2018-12-31"}, "2018-12-31 ligger utanför"),
        ({"asked_on": "2020-05-21"}, "2020-05-20 ligger före dagen då det önskades, 2020-05-21"),
        ({"asked_on": "i maj"}, "i maj"),
    ],
)
def test_form_refuses_a_wrong_day_and_keeps_what_was_typed(world, walks, values, words):
    page = world.client("officer").post(f"{world.base}logga/5/", sent(world, walks, note="Två hus", **values))

    assert page.status_code == 200
    assert words in text_of(page)
    assert "Två hus" in page.content.decode()
    assert not Activity.objects.filter(commitment=walks).exists()


def test_form_takes_the_day_itself_and_today(world, walks):
    client = world.client("officer")
    client.post(f"{world.base}logga/5/", sent(world, walks, asked_on="2020-06-01", occurred_on="2020-06-01"))

    assert Activity.objects.get(commitment=walks).asked_on == TODAY


def test_cancelling_and_voiding_say_what_they_mean_for_a_request(world, walks):
    row = log(world, walks, state=State.PLANNED, occurred_on=date(2020, 6, 10))
    client = world.client("officer")

    assert "Togs önskemålet tillbaka? Makulera raden i stället." in text_of(
        client.get(world.row_url(row, "stall-in/"))
    )
    assert "varken som önskad eller som besvarad" in text_of(client.get(world.row_url(row, "makulera/")))
    other = world.log()
    assert "önskemålet" not in text_of(client.get(world.row_url(other, "makulera/")))


def test_cancelled_is_not_answered_and_voided_was_never_asked(world, walks):
    row = log(world, walks, state=State.PLANNED, occurred_on=date(2020, 6, 10))
    client = world.client("officer")

    client.post(world.row_url(row, "stall-in/"), {"version": row.version, "reason": "Ingen personal"})
    assert status_of(walks) == "behind"
    row.refresh_from_db()
    client.post(world.row_url(row, "makulera/"), {"version": row.version, "why": "Togs tillbaka"})
    assert status_of(walks) == "kept"


def test_meetings_with_classes_may_be_on_request_too(world):
    TargetFactory(commitment=world.meetings, on_request=True)
    page = world.client("officer").get(
        f"{world.base}logga/1/", {"skola": world.school.pk, "lasar": "2019/20"}
    )

    assert "asked_on" in names_of(page)


# --- The rules behind every door


def test_service_refuses_a_request_that_is_more_than_one_row(world, walks):
    with pytest.raises(ValidationError) as error:
        log(world, walks, quantity=0)
    assert list(error.value.message_dict) == ["quantity"]
    with pytest.raises(ValidationError):
        log(world, walks, quantity=2)


def test_service_refuses_the_day_where_nothing_is_asked_for(world):
    with pytest.raises(ValidationError) as error:
        world.log(asked_on=ASKED)
    assert list(error.value.message_dict) == ["asked_on"]


# --- Import and export


REQUEST = {
    "datum": "2020-05-20",
    "önskad": "2020-05-01",
    "åtagande": "5",
    "typ": "Trygghetsvandring",
}


@pytest.fixture
def read_in(world, tmp_path):
    files = Files(tmp_path)

    def run(*rows):
        return import_file(files.csv(*rows), promise=world.actors.promise, today=TODAY)

    return run


def test_import_reads_the_day_it_was_asked_for(walks, read_in):
    assert read_in(REQUEST).added == 1
    assert read_in(REQUEST).unchanged == 1

    assert Activity.objects.get(commitment=walks).asked_on == ASKED


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"önskad": ""}, "önskad"),
        ({"önskad": "i maj"}, "önskad"),
        ({"önskad": "2020-02-30"}, "önskad"),
        ({"önskad": "2020-06-02"}, "önskad"),
        ({"önskad": "2020-05-21"}, "datum"),
        ({"antal": "0"}, "antal"),
        ({"åtagande": "3", "typ": "Fotpatrull", "områden": "Holma"}, "önskad"),
    ],
)
def test_import_says_what_is_wrong_with_a_request(walks, read_in, values, column):
    with pytest.raises(InvalidImportError) as error:
        read_in(REQUEST | values)

    assert [fault.column for fault in error.value.faults] == [column]
    assert not Activity.objects.filter(commitment=walks).exists()


def test_rows_imported_before_there_was_such_a_column_keep_their_keys(world):
    """The digest of a row is stored, and the same file again must find it."""
    content = cells(3, Entry(state=State.DONE, occurred_on=DAY, kind=world.patrol, areas=(world.holma,)))
    before = {name: text for name, text in content.items() if name != "önskad"}

    assert content["önskad"] == ""
    assert digest(content) == digest(before)
    assert digest(content | {"önskad": "2020-05-01"}) != digest(before)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_exported_requests_can_be_read_in_again(world, walks, tmp_path, form):
    row = log(world, walks, state=State.PLANNED, occurred_on=date(2020, 6, 10))
    url = reverse("activities:export", args=[world.actors.promise.slug, form])
    response = world.client("coordinator").get(url)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if form == "csv":
        (line,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        assert (line["datum"], line["önskad"], line["status"]) == ("2020-06-10", "2020-05-01", "planerad")
    file = tmp_path / f"lista.{form}"
    file.write_bytes(content)

    assert import_file(file, promise=world.actors.promise, today=TODAY).unchanged == 1
    row.refresh_from_db()
    assert row.asked_on == ASKED
