"""The promise's page and the list of promises: what stands there, for whom, and in how many queries."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    IndicatorFactory,
    KindFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.forecast import forecast
from reports.tests.malmo import make_worked_example
from reports.tests.pages import AUTUMN, stand_still, text_of


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def page(client, actors):
    def open_as(name, promise=None):
        client.force_login(getattr(actors, name))
        return client.get(reverse("reports:dashboard", args=[(promise or actors.promise).slug]))

    return open_as


@pytest.fixture
def commitment(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    return commitment


def test_dashboard_opens_with_the_answer(actors, page):
    make_worked_example(actors.promise)

    response = page("staff")

    heading = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)[1]
    assert heading.replace("\u00a0", " ").startswith("Två av fyra åtaganden är i fas.")
    assert "Läget 30 september 2020" in text_of(response)
    assert "92 dagar kvar" in text_of(response)


def test_dashboard_row_actual_of_minimum_and_pace(commitment, page):
    ActivityFactory.create_batch(22, commitment=commitment)

    response = page("officer")

    (row,) = response.context["rows"]
    assert (row.figure.actual, row.figure.minimum) == (22, 25)
    assert (row.bar.percent, row.bar.expected_percent) == (88, 87)
    assert row.figure.note == "3 till på 13 veckor: 1 i månaden, hittills 1"
    assert "I fas" in text_of(response)


def test_dashboard_row_has_the_forecast_beside_the_status(commitment, page):
    ActivityFactory.create_batch(22, commitment=commitment)

    response = page("officer")

    (row,) = response.context["rows"]
    known = forecast(minimum=25, count=22, days_gone=639, days=731)
    assert row.figure.likely == f"troligen {known.p10}–{known.p90}"
    assert row.figure.likely in text_of(response)
    assert "I fas" in text_of(response)


@pytest.mark.parametrize("number", [0, 25])
def test_dashboard_row_without_a_forecast_says_nothing_of_it(commitment, page, number):
    """Nothing logged, or the goal reached."""
    ActivityFactory.create_batch(number, commitment=commitment)

    response = page("officer")

    assert [row.figure.likely for row in response.context["rows"]] == [""]
    assert "troligen" not in text_of(response)


def test_dashboard_numbers_lead_to_their_rows(actors, commitment, page, client):
    holma = AreaFactory(promise=actors.promise)
    kind = KindFactory(commitment=commitment)
    ActivityFactory.create_batch(4, commitment=commitment, kind=kind, areas=[holma])
    ActivityFactory(commitment=commitment, kind=kind, areas=[holma], planned=True, day=600)

    (row,) = page("officer").context["rows"]

    assert row.figure.url.endswith("/aktiviteter/?atagande=3&lage=done&fran=2019-01-01&till=2020-09-30")
    assert [(note.text, note.url.split("?")[1]) for note in row.notes] == [
        ("Holma 4", "atagande=3&omrade=Holma&lage=done&fran=2019-01-01&till=2020-09-30")
    ]
    behind = client.get(row.figure.url)
    assert behind.status_code == 200
    assert behind.context["totals"].rows == row.figure.actual == 4


def test_dashboard_last_logged_is_what_the_reader_may_see(actors, page):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret, logged_at=datetime(2020, 9, 20, 12, tzinfo=UTC))
    ActivityFactory(commitment=secret, planned=True, logged_at=datetime(2020, 9, 28, 12, tzinfo=UTC))

    assert "Senast loggat för 10 dagar sedan" in text_of(page("staff"))
    assert "Senast loggat för 2 dagar sedan" in text_of(page("officer"))


def test_dashboard_secret_plans_change_nothing_for_the_city(actors, page):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret, logged_at=datetime(2020, 9, 20, tzinfo=UTC))

    def seen():
        """The page as staff gets it, but for the token that is new each time."""
        return re.sub(r"csrfmiddlewaretoken[^>]*>", "", page("staff").content.decode())

    before = seen()
    ActivityFactory(commitment=secret, planned=True, day=10)
    ActivityFactory(commitment=secret, cancelled=True, day=20)

    assert seen() == before
    assert "i planeringen har passerat sitt datum" in text_of(page("officer"))


def test_dashboard_nothing_logged_offers_the_beginning(commitment, page):
    officer, staff = page("officer"), page("staff")

    assert "Ingen har loggat något än." in text_of(officer)
    assert "Logga den första" in text_of(officer)
    assert "Logga den första" not in text_of(staff)


def test_dashboard_without_commitments(page):
    assert "Löftet har inga åtaganden än." in text_of(page("staff"))


def test_dashboard_no_register_is_no_data(actors, page):
    meeting = CommitmentFactory(promise=actors.promise, number=1, class_meeting=True)
    TargetFactory(commitment=meeting, coverage=True, schools=[SchoolFactory(promise=actors.promise)])

    response = page("coordinator")

    (row,) = response.context["rows"]
    assert (row.bar, row.figure.minimum) == (None, None)
    assert "Uppgift saknas" in text_of(response)
    (need,) = response.context["needs"]
    assert need.text == "Klassregistret saknas för Holmaskolan"
    assert need.url == reverse("promises:class_list", args=[actors.promise.slug])
    assert need.hint.startswith("Lägg in klasserna")
    assert page("staff").context["needs"][0].hint.startswith("Samordnaren")


def test_dashboard_registers_missing_name_each_school_with_its_own_years(actors, page):
    first, second = (SchoolFactory(promise=actors.promise, name=name) for name in ("Holma", "Väster"))
    meeting = CommitmentFactory(promise=actors.promise, number=1, class_meeting=True)
    TargetFactory(commitment=meeting, coverage=True, schools=[first, second])
    SchoolClassFactory(school=second, school_year=2018)

    needs = page("coordinator").context["needs"]

    assert [(need.text, need.hint) for need in needs] == [
        ("Klassregistret saknas för Holma", "Lägg in klasserna för 2018/19, 2019/20 och 2020/21"),
        ("Klassregistret saknas för Väster", "Lägg in klasserna för 2019/20 och 2020/21"),
    ]


@pytest.mark.parametrize(
    ("silent", "text"),
    [
        (["2020-08"], "Augusti 2020 saknar uppgift om SoL-anmälningar"),
        (["2019-01", "2020-08"], "Januari 2019 och augusti 2020 saknar uppgift om SoL-anmälningar"),
        (
            ["2019-01", "2019-02", "2019-03", "2020-08"],
            "Fyra månader saknar uppgift om SoL-anmälningar",
        ),
    ],
)
def test_dashboard_needs_months_without_report(actors, page, silent, text):
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=reports, yearly=True)
    for year, months in ((2019, range(1, 13)), (2020, range(1, 10))):
        for month in months:
            if f"{year}-{month:02d}" not in silent:
                day = date(year, month, 1)
                ActivityFactory(commitment=reports, occurred_on=day, month_only=True, quantity=0)

    (need,) = page("officer").context["needs"]

    assert need.text == text
    assert need.url == reverse("activities:log_form", args=[actors.promise.slug, 2])
    (need,) = page("staff").context["needs"]
    assert need.url == reverse("reports:commitment", args=[actors.promise.slug, 2])


def test_dashboard_needs_the_month_only_when_it_is_over(actors, page, monkeypatch):
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=reports, yearly=True)
    stand_still(monkeypatch, date(2019, 1, 30))
    assert page("officer").context["needs"] == []

    stand_still(monkeypatch, date(2019, 1, 31))
    assert [need.text for need in page("officer").context["needs"]] == [
        "Januari 2019 saknar uppgift om SoL-anmälningar"
    ]


def test_dashboard_needs_at_most_five(actors, page):
    for number in range(1, 8):
        commitment = CommitmentFactory(promise=actors.promise, number=number)
        TargetFactory(commitment=commitment)
        ActivityFactory(commitment=commitment, planned=True)

    assert len(page("officer").context["needs"]) == 5


def test_dashboard_needs_what_was_planned_and_is_over(actors, commitment, page, client):
    ActivityFactory(commitment=commitment, planned=True, occurred_on=date(2020, 9, 29))
    ActivityFactory(commitment=commitment, planned=True, occurred_on=AUTUMN)

    (need,) = page("staff").context["needs"]

    assert need.text == "Synliga aktiviteter: 1 i planeringen har passerat sitt datum"
    assert client.get(need.url).context["totals"].rows == 1


def test_dashboard_needs_missing_baselines(actors, commitment, page):
    IndicatorFactory(effect__promise=actors.promise)

    (need,) = page("coordinator").context["needs"]

    assert need.text == "1 mått saknar värde från före löftet"
    assert need.url == reverse("promises:effects", args=[actors.promise.slug])


def test_dashboard_heat_map_shows_months_to_the_day(actors, commitment, page):
    holma, bellevue = (
        AreaFactory(promise=actors.promise),
        AreaFactory(promise=actors.promise, name="Bellevue"),
    )
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 9, 2), areas=[holma, bellevue])
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 5, 2), areas=[bellevue], quantity=9)
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 5, 20), areas=[holma])

    (heat,) = page("staff").context["maps"]

    assert heat.months == ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep")
    assert [[cell.look for cell in row.cells] for row in heat.rows] == [
        ["none"] * 4 + ["1"] + ["none"] * 3 + ["1"],
        ["none"] * 4 + ["3"] + ["none"] * 3 + ["1"],
    ]
    assert "fran=2020-05-01&till=2020-05-31" in heat.rows[0].cells[4].url
    assert heat.title == "Var och när: Synliga aktiviteter"


def test_dashboard_heat_map_names_the_quiet_area(actors, commitment, page):
    holma, bellevue = (
        AreaFactory(promise=actors.promise),
        AreaFactory(promise=actors.promise, name="Bellevue"),
    )
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 9, 2), areas=[holma])
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 6, 2), areas=[bellevue])

    (heat,) = page("staff").context["maps"]

    assert heat.title == "Synliga aktiviteter: inget i Bellevue sedan juni"


def test_dashboard_after_the_period_stands_on_its_last_day(actors, commitment, page, monkeypatch):
    stand_still(monkeypatch, date(2026, 1, 1))
    ActivityFactory(commitment=commitment, quantity=27)

    text = text_of(page("staff"))

    assert "Läget 31 december 2020" in text
    assert "Perioden är slut" in text
    assert "Åtagandet är uppfyllt." in text


@pytest.mark.parametrize("name", ["stranger", "administrator"])
def test_dashboard_does_not_exist_for_outsiders(page, name):
    assert page(name).status_code == 404


def test_dashboard_asks_who_it_is(client, actors):
    response = client.get(reverse("reports:dashboard", args=[actors.promise.slug]))

    assert response.status_code == 302
    assert reverse("accounts:login") in response.url


def test_dashboard_in_english(actors, commitment, page, client):
    client.cookies["django_language"] = "en"

    text = text_of(page("staff"))

    assert "Nobody has logged anything yet." in text
    assert "At least 25 aktiviteter in the whole period" in text


def queries(page, name="officer", promise=None):
    with CaptureQueriesContext(connection) as caught:
        response = page(name, promise)
    assert response.status_code == 200
    return len(caught), len(response.content)


def test_dashboard_query_budget_by_rows_and_size(actors, page):
    make_worked_example(actors.promise)
    page("officer")
    before, _size = queries(page)
    areas = list(actors.promise.areas.all())
    for number in (3, 4):
        commitment = actors.promise.commitments.get(number=number)
        for day in range(150):
            ActivityFactory(commitment=commitment, day=day * 4, areas=areas[: 1 + day % 3])

    after, size = queries(page)

    assert after == before
    assert size < 60_000


def test_dashboard_query_budget_by_commitments(actors, page):
    area = AreaFactory(promise=actors.promise)

    def add(numbers):
        for number in numbers:
            commitment = CommitmentFactory(promise=actors.promise, number=number)
            TargetFactory(commitment=commitment)
            ActivityFactory(commitment=commitment, kind=KindFactory(commitment=commitment), areas=[area])

    add([1])
    page("officer")
    before, _size = queries(page)
    add(range(2, 21))

    after, size = queries(page)

    assert after == before
    assert size < 100_000
