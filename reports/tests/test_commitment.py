"""One commitment's page: its answer, curve, classes and rows, and what is kept from whom."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Attendance, Tally
from activities.tests.factories import ActivityFactory, count_again
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
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
    def open_as(name, number=3):
        client.force_login(getattr(actors, name))
        return client.get(reverse("reports:commitment", args=[actors.promise.slug, number]))

    return open_as


@pytest.fixture
def commitment(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    return commitment


@pytest.fixture
def school(actors):
    """One school with 5A and 5B in 2019/20 and 2020/21, and the commitment to meet them."""
    meeting = CommitmentFactory(promise=actors.promise, number=1, class_meeting=True)
    school = SchoolFactory(promise=actors.promise)
    for year in (2018, 2019, 2020):
        for label in ("5A", "5B"):
            SchoolClassFactory(school=school, school_year=year, label=label)
    TargetFactory(commitment=meeting, coverage=True, schools=[school])
    return school


def meet(school, day, *labels, year=2020, present=None, **more):
    meeting = ActivityFactory(
        commitment=school.promise.commitments.get(number=1),
        school=school,
        school_year=year,
        occurred_on=day,
        **more,
    )
    for label in labels:
        Attendance.objects.create(
            activity=meeting,
            school_class=school.classes.get(label=label, school_year=year),
            pupils_present=present,
        )
    count_again(school.promise)


def test_commitment_says_what_is_left_and_what_was_promised(commitment, page):
    ActivityFactory.create_batch(22, commitment=commitment)

    text = text_of(page("staff"))

    assert "Tre aktiviteter till före årsskiftet: 1 i månaden, hittills 1." in text
    assert "22 av 25 aktiviteter, väntat hittills 21,9" in text
    assert "Målet är att genomföra minst 25 synliga aktiviteter i områdena." in text
    assert "Läses som: Minst 25 under hela perioden, områdena tillsammans." in text


def test_commitment_curve_has_the_table_behind_it(commitment, page):
    ActivityFactory(commitment=commitment, occurred_on=date(2019, 1, 5), quantity=2)
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 9, 30))

    response = page("staff")

    figure = response.context["figure"]
    assert "<title>" in figure.wide
    assert figure.wide != figure.narrow
    first, *_rest, last = figure.months
    assert (first.month, first.done, first.total) == ("2019-01", 2, 2)
    assert (last.month, last.done, last.total) == ("2020-09", 1, 3)
    assert str(figure.title) == "18 efter jämn takt"
    assert "Visa som tabell" in text_of(response)


def test_commitment_forecast_is_the_title_with_the_numbers_behind_it(commitment, page):
    ActivityFactory.create_batch(22, commitment=commitment)

    response = page("staff")

    figure, text = response.context["figure"], text_of(response)
    known = forecast(minimum=25, count=22, days_gone=639, days=731)
    assert figure.title == f"Med nuvarande takt blir det troligen {known.p10}–{known.p90} aktiviteter"
    assert "chanser av 10 att nå 25. Heldragna steg" in text
    assert (figure.outlook.low, figure.outlook.middle, figure.outlook.high) == (
        known.p10,
        known.p50,
        known.p90,
    )
    assert (
        f"Prognos för 31 december 2020 Låg Mitten Hög Chans att nå 25 {known.p10} {known.p50} {known.p90}"
        in text
    )
    assert "I fas" in text  # never instead of the status
    assert 'class="chart-fan"' in figure.wide


def test_commitment_forecast_is_of_the_day_that_is_shown(commitment, page, client):
    ActivityFactory.create_batch(10, commitment=commitment, occurred_on=date(2019, 5, 2))
    url = page("staff").wsgi_request.path

    figure = client.get(url, {"per": "2019-12-31"}).context["figure"]

    assert (figure.outlook.low, figure.outlook.middle, figure.outlook.high) == (15, 20, 27)


def test_commitment_without_a_forecast_says_why(commitment, page):
    ActivityFactory(commitment=commitment, quantity=3)

    response = page("staff")

    assert response.context["figure"].outlook is None
    assert "ingen prognos, eftersom rader står för flera på en gång" in text_of(response)
    assert "Prognos för" not in text_of(response)


def test_commitment_month_of_one_is_a_batch_too(commitment, page):
    """A month's number says nothing of the days, whatever it is."""
    ActivityFactory(commitment=commitment, quantity=1, month_only=True, occurred_on=date(2019, 3, 1))

    assert page("staff").context["figure"].outlook is None


def test_commitment_second_target_has_its_forecast_under_its_own_table(commitment, page):
    TargetFactory(commitment=commitment, window="calendar_year", minimum=40, position=2)
    ActivityFactory.create_batch(22, commitment=commitment, occurred_on=date(2020, 3, 1))

    first, second = page("staff").context["parts"]

    assert first.outlook == ""
    assert second.outlook.startswith("2020: troligen ")


def test_commitment_tables_of_several_targets_say_which_is_which(commitment, page):
    one = text_of(page("staff"))
    TargetFactory(commitment=commitment, window="calendar_year", minimum=40, position=2)
    two = text_of(page("staff"))

    assert "Period för period:" not in one
    assert "Period för period: Minst 40" in two
    assert two.count("Period för period:") == 2


def test_commitment_table_begins_anew_each_year(actors, page):
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=reports, yearly=True)
    ActivityFactory(commitment=reports, occurred_on=date(2019, 12, 1), month_only=True, quantity=52)
    ActivityFactory(commitment=reports, occurred_on=date(2020, 1, 1), month_only=True, quantity=4)

    months = {row.month: row for row in page("staff", 2).context["figure"].months}

    assert (months["2019-12"].total, months["2019-12"].pace) == (52, 50)
    assert (months["2020-01"].total, months["2020-01"].window) == (4, "2020")


def test_commitment_windows_lead_to_their_rows(actors, page, client):
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=reports, yearly=True)
    for day in (date(2019, 12, 1), date(2020, 1, 1), date(2020, 2, 1)):
        ActivityFactory(commitment=reports, occurred_on=day, month_only=True, quantity=9)

    (part,) = page("staff", 2).context["parts"]

    assert [(row.window.label, row.actual) for row in part.windows] == [("2019", 9), ("2020", 18)]
    assert [client.get(row.url).context["totals"].rows for row in part.windows] == [1, 2]


def test_commitment_year_without_a_word_is_no_zero(actors, page):
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=reports, yearly=True)
    ActivityFactory(commitment=reports, occurred_on=date(2020, 1, 1), month_only=True, quantity=0)

    (part,) = page("staff", 2).context["parts"]

    assert [row.actual for row in part.windows] == [None, 0]


def test_commitment_heat_map_hatches_months_without_report(actors, page):
    AreaFactory(promise=actors.promise)
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=reports, yearly=True)
    holma = actors.promise.areas.get()
    ActivityFactory(
        commitment=reports, occurred_on=date(2020, 1, 1), month_only=True, quantity=4, areas=[holma]
    )
    ActivityFactory(commitment=reports, occurred_on=date(2020, 2, 1), month_only=True, quantity=0)

    heat = page("staff", 2).context["map"]

    looks = {row.area: [cell.look for cell in row.cells] for row in heat.rows}
    assert looks["Holma"] == ["3", "none", *["unreported"] * 7]


def test_commitment_heat_map_running_month_is_not_yet_missing(actors, page, monkeypatch):
    stand_still(monkeypatch, date(2020, 2, 28))
    reports = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    AreaFactory(promise=actors.promise)
    TargetFactory(commitment=reports, yearly=True)
    ActivityFactory(commitment=reports, occurred_on=date(2019, 1, 1), month_only=True)

    heat = page("staff", 2).context["map"]

    assert [cell.look for cell in heat.rows[0].cells] == ["unreported", "future"]


def test_commitment_grid_met_booked_missing(school, page):
    meet(school, date(2020, 9, 15), "5A", present=22)
    meet(school, date(2020, 10, 9), "5B", planned=True)

    response = page("staff", 1)

    (part,) = response.context["parts"]
    looks = {row.label: [cell.look for cell in row.cells] for row in part.grid.schools[0].rows}
    assert looks == {"5A": ["missing", "missing", "met"], "5B": ["missing", "missing", "booked"]}
    text = text_of(response)
    assert "2020-09-15 22 av 24 elever" in text
    assert "bokad 2020-10-09" in text
    assert part.next_up == "Näst på tur: 5B på Holmaskolan, 9 oktober 2020."


def test_commitment_grid_more_pupils_than_the_register(school, page):
    meet(school, date(2020, 9, 15), "5A", present=30)

    assert "30 av 24 elever fler än registret har" in text_of(page("staff", 1))


def test_commitment_grid_names_who_is_not_booked(school, page):
    (part,) = page("staff", 1).context["parts"]

    assert part.next_up == "Ännu inte bokad: 5A och 5B på Holmaskolan."


def test_commitment_grid_without_register_is_no_data_with_a_way_on(actors, school, page):
    other = SchoolFactory(promise=actors.promise, name="Kroksbäcksskolan")
    actors.promise.commitments.get(number=1).targets.get().schools.add(other)

    coordinator, staff = page("coordinator", 1), page("staff", 1)

    grid = coordinator.context["parts"][0].grid
    assert [cell.look for cell in grid.schools[1].rows[0].cells] == ["unknown"] * 3
    assert "Klassregistret är inte komplett: Kroksbäcksskolan." in text_of(coordinator)
    way_on = f'href="{reverse("promises:class_list", args=[actors.promise.slug])}">Lägg in klasserna'
    assert way_on in coordinator.content.decode()
    assert way_on not in staff.content.decode()
    assert "Samordnaren lägger in klasserna." in text_of(staff)


def test_commitment_latest_rows_and_all_of_them(commitment, page, client):
    kind = KindFactory(commitment=commitment)
    for day in range(7):
        ActivityFactory(commitment=commitment, kind=kind, day=day)
    ActivityFactory(commitment=commitment, kind=kind, planned=True, day=640)

    response = page("staff")

    assert [row.occurred_on.day for row in response.context["latest"]] == [7, 6, 5, 4, 3]
    assert "Visa alla 7" in text_of(response)
    assert client.get(response.context["all_url"]).context["totals"].rows == 7


def test_commitment_says_why_the_areas_exceed_the_total(actors, commitment, page):
    areas = [AreaFactory(promise=actors.promise), AreaFactory(promise=actors.promise, name="Bellevue")]
    ActivityFactory(commitment=commitment, areas=areas)

    text = text_of(page("staff"))

    assert "Holma 1 · Bellevue 1" in text
    assert "En rad gäller två eller fler områden och står i vart och ett." in text


def test_commitment_without_rows_offers_the_beginning(commitment, page):
    assert "Logga den första" in text_of(page("officer"))
    assert "Logga den första" not in text_of(page("staff"))


def test_commitment_secret_plans_are_the_polices(actors, page):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret)
    ActivityFactory(commitment=secret, planned=True, occurred_on=date(2020, 10, 9))
    ActivityFactory(commitment=secret, cancelled=True)

    officer = text_of(page("officer", 4))
    assert "Planerade framåt 1, närmast 9 oktober" in officer
    assert "Inställda 1" in officer
    for name in ("staff", "contributor", "city_coordinator", "city_signatory"):
        city = text_of(page(name, 4))
        assert "Planerade framåt" not in city
        assert "Inställda" not in city
        assert "oktober" not in city


def test_commitment_secret_plans_change_nothing_for_the_city(actors, page):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret)

    def seen():
        return re.sub(r"csrfmiddlewaretoken[^>]*>", "", page("staff", 4).content.decode())

    before = seen()
    ActivityFactory(commitment=secret, planned=True, occurred_on=date(2020, 10, 9))
    ActivityFactory(commitment=secret, cancelled=True)

    assert seen() == before


def test_commitment_open_plans_are_for_both(commitment, page):
    ActivityFactory(commitment=commitment, planned=True, occurred_on=AUTUMN)
    ActivityFactory(commitment=commitment, planned=True, occurred_on=date(2020, 9, 29))

    assert "Planerade framåt 1, närmast 30 september" in text_of(page("staff"))


def test_commitment_judged_in_words_has_no_curve(actors, page):
    CommitmentFactory(promise=actors.promise, number=5)

    response = page("staff", 5)

    assert response.context["figure"] is None
    assert "Bedöms i ord. Loggat hittills: 0." in text_of(response)


def test_commitment_before_the_promise_begins(commitment, page, monkeypatch):
    stand_still(monkeypatch, date(2018, 12, 1))

    assert "Börjar 1 januari 2019." in text_of(page("staff"))


@pytest.mark.parametrize("name", ["stranger", "administrator"])
def test_commitment_does_not_exist_for_outsiders(commitment, page, name):
    assert page(name).status_code == 404


@pytest.mark.parametrize("number", [0, 4, 99999])
def test_commitment_that_does_not_exist(commitment, page, number):
    assert page("staff", number).status_code == 404


def test_commitment_asks_who_it_is(client, commitment):
    response = client.get(commitment.get_absolute_url())

    assert response.status_code == 302
    assert reverse("accounts:login") in response.url


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_commitment_query_budget_by_rows_and_size(actors, page, number):
    make_worked_example(actors.promise)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            response = page("officer", number)
        return len(caught), len(response.content)

    queries()
    before, _size = queries()
    commitment = actors.promise.commitments.get(number=number)
    areas = list(actors.promise.areas.all()) if number != 1 else []
    for day in range(300):
        ActivityFactory(commitment=commitment, day=day * 2, areas=areas[: 1 + day % 3])

    after, size = queries()

    assert after == before
    assert size < 60_000


def test_commitment_query_budget_by_commitments(actors, commitment, page):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            page("officer")
        return len(caught)

    ActivityFactory(commitment=commitment)
    queries()
    before = queries()
    for number in range(4, 24):
        other = CommitmentFactory(promise=actors.promise, number=number)
        TargetFactory(commitment=other)
        ActivityFactory(commitment=other)

    assert queries() == before


def test_commitment_says_who_took_part(commitment, page):
    """What two did together counts for both; who has done nothing is left out."""
    police, city = (party.organisation for party in commitment.promise.parties.order_by("pk")[:2])
    ActivityFactory(commitment=commitment, parties=[police, city], quantity=2)
    ActivityFactory(commitment=commitment, parties=[police])

    text = text_of(page("officer"))

    assert f"{police.name} 3 {city.name} 2" in text

    Tally.objects.filter(axis__startswith="party", member=city.pk).update(quantity=0, rows=0)
    assert city.name not in text_of(page("officer")).partition("Deltog")[2].partition("Tillsammans")[0]
