"""The list as a file: who gets what, that it can be read in again, and that no text becomes a formula."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from activities.choices import State
from activities.exporting import csv_lines, xlsx_file
from activities.importer.columns import COLUMNS, tidy
from activities.importer.run import import_file
from activities.models import Activity
from activities.rules import Entry
from activities.services import Origin, create, void_activity
from activities.tests.importing import MEETING, MONTH, SECRET, TODAY, VISIBLE, Files, furnish
from promises.tests.factories import PromiseFactory

FULL = VISIBLE | {
    "id": "a",
    "tid": "18:30",
    "områden": "Holma|Kroksbäck",
    "parter": "Malmö stad",
    "nådda": "35",
    "minuter": "90",
    "anteckning": "=HYPERLINK(0)",
    "länk": "https://malmo.se/",
}
CANCELLED = VISIBLE | {"id": "b", "status": "inställd", "orsak": "-5 grader", "datum": "2019-03-15"}
ROWS = [FULL, CANCELLED, MEETING, MONTH, SECRET]


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def promise(actors, files):
    furnish(actors.promise)
    import_file(
        files.csv(*ROWS),
        promise=actors.promise,
        today=TODAY,
        access=actors.access("officer"),
    )
    return actors.promise


def address(promise, fmt="csv", query=""):
    return reverse("activities:export", args=[promise.slug, fmt]) + query


def got(client, user, url):
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # to its end: that closes the file


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


SCALARS = (
    "state", "occurred_on", "month_only", "starts_at", "minutes", "kind", "quantity", "persons_reached",
    "school", "school_year", "link", "note", "reason",
)  # fmt: skip


def entries(promise):
    """Everything the rows say, by key; names instead of rows, to compare two promises."""
    return {
        row.client_key: {name: str(getattr(row, name)) for name in SCALARS}
        | {
            "commitment": row.commitment.number,
            "areas": sorted(map(str, row.areas.all())),
            "parties": sorted(map(str, row.parties.all())),
            "classes": [(one.school_class.label, one.pupils_present) for one in row.attendance.all()],
        }
        for row in Activity.objects.filter(promise=promise).valid().with_names()
    }


def test_csv_opens_as_it_is_in_swedish_excel(client, actors, promise):
    content = got(client, actors.coordinator, address(promise))

    assert content.startswith("\ufeffid;datum;månad".encode())
    assert list(table(content)[0]) == list(COLUMNS)


def test_csv_text_is_no_formula(client, actors, promise):
    rows = {row["id"]: row for row in table(got(client, actors.coordinator, address(promise)))}

    assert rows["a"]["anteckning"] == "'=HYPERLINK(0)"
    assert rows["b"]["orsak"] == "'-5 grader"


def test_xlsx_has_numbers_days_and_text(client, actors, promise):
    content = got(client, actors.coordinator, address(promise, "xlsx"))

    sheet = openpyxl.load_workbook(io.BytesIO(content))["Aktiviteter"]
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    found = {row[0].value: dict(zip(COLUMNS, row, strict=True)) for row in sheet.iter_rows(min_row=2)}
    row = found["a"]
    assert (row["antal"].value, row["nådda"].value, row["åtagande"].value) == (2, 35, 3)
    assert row["datum"].value.date() == date(2019, 3, 14)
    assert row["datum"].number_format == "yyyy-mm-dd"
    assert (row["anteckning"].value, row["anteckning"].data_type) == ("=HYPERLINK(0)", "s")


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_export_into_the_same_promise_adds_nothing(client, actors, promise, files, fmt):
    path = files.text(got(client, actors.coordinator, address(promise, fmt)), f"lista.{fmt}")

    result = import_file(path, promise=promise, today=TODAY)

    assert (result.added, result.unchanged) == (0, len(ROWS))


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_export_into_a_copy_of_the_promise_is_the_same(client, actors, promise, files, fmt):
    copy = furnish(PromiseFactory())
    path = files.text(got(client, actors.coordinator, address(promise, fmt)), f"lista.{fmt}")

    import_file(path, promise=copy, today=TODAY)

    assert entries(copy) == entries(promise)


def test_voided_rows_are_left_out(client, actors, promise):
    row = Activity.objects.get(client_key="a")
    void_activity(access=actors.access("officer"), activity=row, version=1, reason="Fel dag")

    assert "a" not in [row["id"] for row in table(got(client, actors.coordinator, address(promise)))]


def test_city_gets_no_plans_under_secrecy(client, actors, promise, files):
    cancelled = SECRET | {"id": "hemlig", "status": "inställd", "orsak": "Röjd"}
    done = SECRET | {"id": "gjord", "status": "genomförd"}
    import_file(files.csv(cancelled, done), promise=promise, today=TODAY)

    city = got(client, actors.city_coordinator, address(promise)).decode()
    police = got(client, actors.coordinator, address(promise)).decode()

    assert [row["id"] for row in table(city.encode()) if row["åtagande"] == "4"] == ["gjord"]
    assert "hemlig" not in city
    assert len([row for row in table(police.encode()) if row["åtagande"] == "4"]) == 3
    workbook = openpyxl.load_workbook(
        io.BytesIO(got(client, actors.city_signatory, address(promise, "xlsx")))
    )
    assert [row[0].value for row in workbook["Aktiviteter"] if row[4].value == 4] == ["gjord"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("coordinator", 200),
        ("city_coordinator", 200),
        ("signatory", 200),
        ("officer", 403),
        ("staff", 403),
        ("contributor", 403),
        ("stranger", 404),
        ("administrator", 404),
    ],
)
def test_who_may_export(client, actors, promise, name, status):
    client.force_login(getattr(actors, name))

    for fmt in ("csv", "xlsx"):
        response = client.get(address(promise, fmt))
        assert response.status_code == status
        assert b"".join(response)
        assert client.post(address(promise, fmt)).status_code in (403, 404, 405)


def test_export_unknown_format_is_not_there(client, actors, promise):
    client.force_login(actors.coordinator)

    assert client.get(address(promise, "pdf")).status_code == 404


def test_export_takes_the_filters_of_the_list(client, actors, promise):
    found = table(got(client, actors.coordinator, address(promise, query="?atagande=3&lage=done")))

    assert [row["id"] for row in found] == ["a"]


def test_export_with_a_filter_that_is_wrong_shows_the_list_that_says_so(client, actors, promise):
    client.force_login(actors.coordinator)

    response = client.get(address(promise, query="?atagande=9"))

    assert response.status_code == 302
    assert response.url == reverse("activities:list", args=[promise.slug]) + "?atagande=9"


def test_empty_list_is_a_header(client, actors):
    content = got(client, actors.coordinator, address(actors.promise))

    assert content.decode("utf-8-sig").strip() == ";".join(COLUMNS)


@pytest.mark.parametrize("rows", [3, 40])
def test_export_query_budget(actors, promise, files, django_assert_num_queries, rows):
    """Rows, areas, parties, classes: whatever their number."""
    more = [VISIBLE | {"id": f"{number}"} for number in range(rows)]
    import_file(files.csv(*more), promise=promise, today=TODAY)
    visible = Activity.objects.visible_to(actors.access("coordinator"))

    with django_assert_num_queries(5):
        assert len(list(csv_lines(visible))) == rows + len(ROWS) + 1


ODD = st.sampled_from("=+-@＝＠'\t\r\n;,\"|_x0041 åäö")
TEXT = st.text(ODD | st.characters(exclude_categories=["Cs", "Cc", "Nd"]), max_size=30).map(tidy)
CONTENTS = st.fixed_dictionaries(
    {
        "note": TEXT,
        "reason": TEXT,
        "quantity": st.integers(0, 9999),
        "minutes": st.none() | st.integers(1, 1440),
        "persons_reached": st.none() | st.integers(0, 100_000),
        "starts_at": st.none() | st.times().map(lambda value: value.replace(microsecond=0)),
        "occurred_on": st.dates(date(2019, 1, 1), date(2020, 5, 31)),
    }
)


class RoundTripTest(HypothesisTestCase):
    """Whatever rows say, they say the same when they have been out and in again."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(CONTENTS, min_size=1, max_size=8), st.sampled_from(["csv", "xlsx"]))
    def test_round_trip(self, contents, fmt):
        ours, copy = furnish(PromiseFactory()), furnish(PromiseFactory())
        for number, content in enumerate(contents):
            self.store(ours, f"rad {number}", content)
        with tempfile.TemporaryDirectory() as folder:
            rows = Activity.objects.filter(promise=ours)
            path = Files(Path(folder)).text(self.exported(rows, fmt), f"lista.{fmt}")

            again = import_file(path, promise=ours, today=TODAY)
            import_file(path, promise=copy, today=TODAY)

        assert (again.added, again.unchanged) == (0, len(contents))
        assert entries(copy) == entries(ours)

    def store(self, promise, key, content):
        commitment = promise.commitments.get(number=3)
        entry = Entry(
            state=State.CANCELLED if content["reason"] else State.DONE,
            kind=commitment.kinds.get(name="Nattvandring"),
            areas=tuple(promise.areas.all()),
            parties=tuple(promise.organisations.all()),
            **content,
        )
        create(
            commitment,
            entry,
            client_key=key,
            origin=Origin(by=None, source="test"),
            held=commitment.promise,
            waits=False,
        )

    def exported(self, rows, fmt):
        if fmt == "csv":
            return b"".join(csv_lines(rows))
        with xlsx_file(rows) as file:
            return file.read()


@pytest.mark.parametrize(("name", "shown"), [("coordinator", True), ("officer", False)])
def test_list_links_to_its_files_for_those_who_may(client, actors, promise, name, shown):
    client.force_login(getattr(actors, name))

    page = client.get(reverse("activities:list", args=[promise.slug]) + "?atagande=3").content.decode()

    assert (f'href="{address(promise, "xlsx", "?atagande=3")}"' in page) is shown
