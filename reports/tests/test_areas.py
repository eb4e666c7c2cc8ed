"""The pages of the areas: what stands there, for whom, on which day, and in how many queries."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from promises.boundaries import set_boundaries
from promises.boundary import read_features
from promises.tests.factories import AreaFactory, CommitmentFactory, KindFactory, TargetFactory
from promises.tests.geojson import collection, feature, geometry, square
from reports.tests.malmo import make_worked_example
from reports.tests.pages import stand_still, text_of

WINTER = date(2021, 2, 1)


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def page(client, actors):
    def open_as(name, area="", query=""):
        client.force_login(getattr(actors, name))
        args = [actors.promise.slug, *([area] if area else [])]
        return client.get(reverse("reports:area" if area else "reports:areas", args=args) + query)

    return open_as


@pytest.fixture
def holma(actors):
    return AreaFactory(promise=actors.promise, name="Holma", position=0)


@pytest.fixture
def kroksback(actors):
    return AreaFactory(promise=actors.promise, name="Kroksbäck", position=1)


@pytest.fixture
def commitment(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    return commitment


def headline(response):
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)[1]
    return re.sub(r"\s+", " ", heading).strip()


def with_boundaries(actors, *areas):
    features = read_features(
        collection(*(feature(geometry(square(13.0 + step / 50))) for step, _area in enumerate(areas)))
    )
    shapes = {area: one.shape for area, one in zip(areas, features, strict=True)}
    set_boundaries(access=actors.access("coordinator"), shapes=shapes, source="Malmö stad")


def test_areas_table_is_the_worked_examples(actors, page, monkeypatch):
    stand_still(monkeypatch, WINTER)
    make_worked_example(actors.promise)

    response = page("staff")

    places = response.context["places"]
    assert [line.number for line in places.lines] == [2, 3, 4]
    for row in places.rows:
        by_number = {cell.line.number: cell.actual for cell in row.cells}
        for line in places.lines:
            assert by_number[line.number] in (None, {c.area: c.actual for c in line.areas}[row.name])
        assert row.total == by_number[3] + by_number[4]
    assert places.totals == (99, 27, 24)


def test_number_in_the_table_leads_to_just_its_rows(page, client, commitment, holma, kroksback):
    ActivityFactory.create_batch(3, commitment=commitment, areas=[holma])
    ActivityFactory(commitment=commitment, areas=[kroksback])
    ActivityFactory(commitment=commitment, areas=[holma], planned=True, day=600)

    row = page("staff").context["places"].rows[0]

    assert (row.name, row.total, row.cells[0].actual) == ("Holma", 3, 3)
    assert client.get(row.cells[0].url).context["totals"].rows == 3


def test_area_opens_with_the_answer(commitment, holma, page):
    for day in (0, 30, 630):  # the last on 22 September 2020
        ActivityFactory(commitment=commitment, areas=[holma], day=day)

    assert headline(page("staff", "holma")) == "I Holma har 3 aktiviteter gjorts, senast 22 september."


def test_area_says_how_long_it_has_been_quiet(commitment, holma, page):
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 4, 30))

    assert headline(page("staff", "holma")) == (
        "I Holma har 1 aktivitet gjorts, senast 30 april. Sedan dess har fem månader gått."
    )


@pytest.mark.parametrize(("day", "quiet"), [(date(2020, 7, 30), True), (date(2020, 7, 31), False)])
def test_area_is_quiet_after_two_whole_months(commitment, holma, page, day, quiet):
    """Seen on 30 September."""
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=day)

    assert ("Sedan dess har två månader gått" in headline(page("staff", "holma"))) is quiet


def test_several_commitments_are_counted_together_as_efforts(actors, commitment, holma, page):
    other = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    for one in (commitment, other):
        ActivityFactory(commitment=one, areas=[holma], day=630, quantity=2)
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    ActivityFactory(commitment=numbers, areas=[holma], day=632, quantity=50, month_only=True)

    response = page("staff", "holma")

    assert headline(response) == "I Holma har 4 insatser gjorts, senast 22 september."
    assert "50 av 50 här" in text_of(response)


def test_counts_alone_are_counted_by_themselves_and_by_month(actors, holma, page):
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    ActivityFactory(
        commitment=numbers, areas=[holma], occurred_on=date(2020, 9, 1), quantity=5, month_only=True
    )

    response = page("staff", "holma")

    assert headline(response) == "I Holma har 5 anmälningar gjorts, senast september 2020."
    assert "2020-09 " in text_of(page("staff"))


def test_area_without_rows_says_so(commitment, holma, page):
    response = page("staff", "holma")

    assert headline(response) == "I Holma har inget gjorts ännu."
    assert "Det som görs här kommer att stå här." in text_of(response)


def test_zero_report_is_nothing_done(actors, commitment, holma, page):
    ActivityFactory(commitment=commitment, areas=[holma], quantity=0, day=600)

    assert headline(page("staff", "holma")) == "I Holma har inget gjorts ännu."


def test_commitment_whose_rows_name_no_area_has_no_number_here(actors, holma, page):
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=numbers, yearly=True)
    ActivityFactory(commitment=numbers, quantity=50)

    (row,) = page("staff").context["places"].rows
    assert row.cells[0].actual is None
    assert "Området är inte angivet" in text_of(page("staff", "holma"))
    assert "0 av 50" not in text_of(page("staff", "holma"))


def test_areas_name_those_without_anything_first(commitment, holma, kroksback, page):
    ActivityFactory(commitment=commitment, areas=[holma], day=630)
    assert headline(page("staff")) == "I Kroksbäck har inget gjorts ännu."

    ActivityFactory(commitment=commitment, areas=[kroksback], occurred_on=date(2020, 3, 12))
    assert headline(page("staff")) == "I Kroksbäck har inget gjorts sedan 12 mars."

    ActivityFactory(commitment=commitment, areas=[kroksback], occurred_on=date(2020, 9, 12))
    assert headline(page("staff")) == "Något har gjorts i alla områden, senast 22 september."


def test_area_verdict_is_the_wholes_and_the_number_its_own(commitment, holma, kroksback, page):
    ActivityFactory.create_batch(20, commitment=commitment, areas=[kroksback])
    ActivityFactory.create_batch(5, commitment=commitment, areas=[holma])

    response = page("staff", "holma")

    text = text_of(response)
    assert "Uppfyllt 5 av 25 här" in text
    assert "Bedömningen gäller hela åtagandet" in text


def test_area_kinds_and_months_are_its_own(commitment, holma, kroksback, page):
    patrol, walk = (
        KindFactory(commitment=commitment, code=name, name=name) for name in ("Fotpatrull", "Vandring")
    )
    ActivityFactory.create_batch(
        2, commitment=commitment, kind=patrol, areas=[holma], occurred_on=date(2020, 5, 4)
    )
    ActivityFactory(commitment=commitment, kind=walk, areas=[kroksback], occurred_on=date(2020, 6, 4))

    response = page("staff", "holma")

    assert response.context["done"][0][1] == "Fotpatrull 2"
    (row,) = response.context["heat"].rows
    assert [cell.actual for cell in row.cells] == [0, 0, 0, 0, 2, 0, 0, 0, 0]


def test_area_on_a_past_day_has_what_was_done_by_then(commitment, holma, page):
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 3, 1))
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 3, 2))
    ActivityFactory(commitment=commitment, areas=[holma], planned=True, occurred_on=date(2020, 11, 2))

    response = page("officer", "holma", "?per=2020-03-01")

    assert headline(response) == "I Holma har 1 aktivitet gjorts, senast 1 mars."
    assert response.context["number_of_rows"] == 1
    assert "plans" not in response.context
    assert 'omraden/?per=2020-03-01"' in response.content.decode()


def test_area_of_a_day_that_cannot_be_shown_is_refused(holma, page):
    assert page("staff", "holma", "?per=igår").status_code == 400
    assert page("staff", "", "?per=1999-01-01").status_code == 400


def test_area_shows_plans_only_to_those_who_may_know(actors, holma, page):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    ActivityFactory(commitment=secret, areas=[holma], planned=True, occurred_on=date(2020, 11, 2))

    assert "2020-11-02" in text_of(page("officer", "holma"))
    assert "2020-11-02" not in text_of(page("staff", "holma"))


@pytest.mark.parametrize("key", ["finns-inte", "Holma", "1"])
def test_unknown_area_is_not_found(holma, page, key):
    assert page("staff", key).status_code == 404


def test_area_of_another_promise_is_not_found(actors, page):
    AreaFactory(name="Rosengård")

    assert page("staff", "rosengard").status_code == 404


def test_map_is_there_when_a_boundary_is(actors, commitment, holma, kroksback, page):
    ActivityFactory.create_batch(3, commitment=commitment, areas=[holma], day=630)
    assert b'class="map"' not in page("staff").content

    with_boundaries(actors, holma)
    response = page("staff")

    html = response.content.decode()
    assert 'aria-label="Holma: 3 aktiviteter"' in html
    assert "Utan gräns på kartan: Kroksbäck." in text_of(response)
    assert "Gränser: Malmö stad." in text_of(response)
    assert "Mest i Holma, 3 aktiviteter, och minst i Kroksbäck, 0" in html


def test_map_of_an_area_marks_it_and_leads_to_the_others_on_the_same_day(actors, holma, kroksback, page):
    with_boundaries(actors, holma, kroksback)

    html = page("staff", "holma", "?per=2020-03-01").content.decode()

    assert html.count("map__area--here") == 1
    assert "/omraden/kroksback/?per=2020-03-01" in html


def test_markup_in_an_area_name_is_shown_as_text(actors, page):
    area = AreaFactory(promise=actors.promise, name='<script>alert("1")</script>')
    with_boundaries(actors, area)

    for response in (page("staff"), page("staff", "scriptalert1script")):
        assert response.status_code == 200
        assert b"<script>alert" not in response.content


def test_dashboard_and_commitment_lead_to_the_areas(client, actors, commitment, holma):
    ActivityFactory(commitment=commitment, areas=[holma], occurred_on=date(2020, 5, 4))
    client.force_login(actors.staff)
    base = f"/loften/{actors.promise.slug}/"

    for address in (base, f"{base}ataganden/3/"):
        html = client.get(address).content.decode()
        assert f'href="{base}omraden/holma/"' in html
        assert f'href="{base}omraden/"' in html


@pytest.fixture
def mixed(commitment, holma, kroksback):
    """Patrols and walks in two areas and two years."""
    patrol, walk = (
        KindFactory(commitment=commitment, code=name.lower(), name=name)
        for name in ("Fotpatrull", "Vandring")
    )
    for kind, area, day in (
        (patrol, holma, date(2019, 5, 1)),
        (patrol, holma, date(2020, 5, 1)),
        (walk, holma, date(2020, 6, 1)),
        (patrol, kroksback, date(2020, 7, 1)),
    ):
        ActivityFactory(commitment=commitment, kind=kind, areas=[area], occurred_on=day)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?period=2019", (1, 1)),
        ("?period=2020", (2, 3)),
        ("?typ=fotpatrull", (2, 3)),
        ("?typ=fotpatrull&period=2020", (1, 2)),
        ("?typ=vandring&period=2019", (0, 0)),
        ("?part=lokalpolisomrade-soder", (3, 4)),
    ],
)
def test_area_numbers_follow_the_filter_and_lead_to_their_rows(mixed, page, client, query, numbers):
    holma_has, whole = numbers
    places = page("staff", "", query).context["places"]
    assert places.totals == (whole,)
    (cell,) = places.rows[0].cells
    assert cell.actual == places.rows[0].total == holma_has
    if holma_has:
        assert client.get(cell.url).context["totals"].rows == holma_has

    response = page("staff", "holma", query)
    assert response.context["number_of_rows"] == holma_has
    assert sum(cell.actual for cell, _kinds in response.context["done"]) == holma_has
    if holma_has:
        behind = client.get(response.context["all_url"])
        assert behind.context["totals"].rows == holma_has
        assert f"{holma_has} av {whole} här" in text_of(response)
    else:
        assert headline(response) == "Inget av det valda har gjorts i Holma."


def test_links_between_areas_keep_the_filter(mixed, page):
    html = page("staff", "holma", "?per=2020-08-01&typ=fotpatrull").content.decode()

    assert "/omraden/kroksback/?per=2020-08-01&amp;typ=fotpatrull" in html
    assert "/ataganden/3/?per=2020-08-01&amp;typ=fotpatrull" in html


def test_filter_by_a_party_without_areas_says_so(actors, mixed, page):
    CommitmentFactory(
        promise=actors.promise,
        number=1,
        class_meeting=True,
        responsible=actors.promise.organisations.get(name="Malmö stad"),
    )

    assert headline(page("staff", "", "?part=malmo-stad")) == "Inget åtagande anger områden."


@pytest.mark.parametrize(
    "query", ["?period=1999", "?typ=finns-inte", "?omrade=Holma", "?x=1", "?part=a&part=b"]
)
def test_filter_that_does_not_exist_is_refused(mixed, page, query):
    assert page("staff", "", query).status_code == 400
    assert page("staff", "holma", query).status_code == 400


def queries(page, *args):
    with CaptureQueriesContext(connection) as caught:
        response = page("officer", *args)
    assert response.status_code == 200
    return len(caught)


def test_areas_query_budget(actors, commitment, holma, kroksback, page):
    def add(numbers, rows, areas):
        for number in numbers:
            one = CommitmentFactory(promise=actors.promise, number=number)
            TargetFactory(commitment=one)
            kind = KindFactory(commitment=one)
            for day in range(rows):
                ActivityFactory(commitment=one, kind=kind, areas=areas, day=day)
                ActivityFactory(commitment=one, kind=kind, areas=areas, planned=True, day=640 + day)

    with_boundaries(actors, holma)
    add([4], 1, [holma])
    page("officer")
    before = queries(page), queries(page, "holma")
    more = [AreaFactory(promise=actors.promise, name=f"Område {n}", position=n + 2) for n in range(10)]
    with_boundaries(actors, kroksback, *more)
    add(range(5, 12), 20, [holma, kroksback, *more])

    assert (queries(page), queries(page, "holma")) == before
