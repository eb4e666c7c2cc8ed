"""The filter of a dashboard in its address: what it shows, what it refuses, and that a verdict stays what it was."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.tests.factories import ActivityFactory
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    MunicipalityFactory,
    PoliceFactory,
    TargetFactory,
)
from reports.status import Status
from reports.tests.malmo import make_worked_example
from reports.tests.pages import stand_still, text_of


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def read(client, actors):
    def read(page="", name="staff", **values):
        client.force_login(getattr(actors, name))
        query = f"?{urlencode(values)}" if values else ""
        return client.get(f"/loften/{actors.promise.slug}/{page}{query}")

    return read


@pytest.fixture
def visible(actors):
    """3: at least 25 in the whole period, by the police, in areas. 12 rows: 4 in Holma, 3 of them foot patrols."""
    commitment = CommitmentFactory(promise=actors.promise, number=3, responsible=PoliceFactory())
    TargetFactory(commitment=commitment)
    holma, bellevue = (AreaFactory(promise=actors.promise, name=name) for name in ("Holma", "Bellevue"))
    patrol = KindFactory(commitment=commitment)
    walk = KindFactory(commitment=commitment, code="trygghetsvandring", name="Trygghetsvandring")
    for number in range(12):
        ActivityFactory(
            commitment=commitment,
            kind=patrol if number < 3 else walk,
            areas=[holma if number < 4 else bellevue],
            occurred_on=date(2019, 1 + number, 5),
        )
    return commitment


@pytest.fixture
def reports_commitment(actors):
    """2: at least 50 every year, by the city, area optional. 52 in 2019, 10 in 2020."""
    commitment = CommitmentFactory(
        promise=actors.promise, number=2, counts_only=True, responsible=MunicipalityFactory()
    )
    TargetFactory(commitment=commitment, yearly=True)
    for year, quantity in ((2019, 52), (2020, 10)):
        ActivityFactory(
            commitment=commitment, occurred_on=date(year, 2, 1), quantity=quantity, month_only=True
        )
    return commitment


@pytest.fixture
def meetings(actors):
    """1: no areas, no kinds, by the city."""
    return CommitmentFactory(
        promise=actors.promise, number=1, class_meeting=True, responsible=MunicipalityFactory()
    )


@pytest.fixture
def three(visible, reports_commitment, meetings):
    return visible.promise


def rows_of(response):
    assert response.status_code == 200
    return {row.line.number: row for row in response.context["rows"]}


def allowed(response):
    assert response.status_code == 400
    return dict(
        re.findall(
            r'<li><a href="[^"?]*(\?[^"]*)">([^<]*)</a>', response.content.decode().split("allowed")[-1]
        )
    )


# What a filter shows


def test_area_shows_its_part_beside_the_whole(three, read):
    response = read(omrade="Holma")

    rows = rows_of(response)
    assert set(rows) == {2, 3}
    assert rows[3].selected.text == "Holma: 4 av de 12"
    assert (rows[3].figure.actual, rows[3].status) == (12, rows[3].line.status)
    assert rows[2].selected.text == "Holma: område inte angivet"
    assert "Filter: Holma. Ett åtagande visas inte. Status gäller hela löftet." in text_of(response)


def test_area_that_some_rows_name_counts_those(three, reports_commitment, read):
    ActivityFactory(
        commitment=reports_commitment,
        occurred_on=date(2020, 3, 1),
        quantity=4,
        month_only=True,
        areas=[three.areas.get(name="Bellevue")],
    )

    assert rows_of(read(omrade="Bellevue"))[2].selected.text == "Bellevue: 4 av de 66"
    assert rows_of(read(omrade="Holma"))[2].selected.text == "Holma: 0 av de 66"


def test_area_number_leads_to_its_rows(three, read, client):
    note = rows_of(read(omrade="Holma", typ="fotpatrull"))[3].selected

    assert note.text == "Holma · Fotpatrull: 3 av de 12"
    assert client.get(note.url).context["totals"].rows == 3


def test_row_in_two_areas_is_once_in_each_and_once_in_the_whole(three, visible, read):
    ActivityFactory(commitment=visible, areas=list(visible.promise.areas.all()))

    assert rows_of(read(omrade="Holma"))[3].selected.text == "Holma: 5 av de 13"
    assert rows_of(read(omrade="Bellevue"))[3].selected.text == "Bellevue: 9 av de 13"


def test_what_does_not_count_is_in_no_part(three, visible, read):
    holma = visible.promise.areas.get(name="Holma")
    ActivityFactory(commitment=visible, areas=[holma], planned=True)
    ActivityFactory(commitment=visible, areas=[holma], occurred_on=date(2020, 10, 1))

    assert rows_of(read(omrade="Holma"))[3].selected.text == "Holma: 4 av de 12"


def test_party_leaves_out_what_others_are_responsible_for(three, read):
    response = read(part="malmo-stad")

    rows = rows_of(response)
    assert set(rows) == {1, 2}
    assert [row.selected for row in rows.values()] == [None, None]
    assert "Filter: Malmö stad. Ett åtagande visas inte." in text_of(response)


def test_kind_leaves_out_what_does_not_have_it(three, read):
    rows = rows_of(read(typ="fotpatrull"))

    assert set(rows) == {3}
    assert rows[3].selected.text == "Fotpatrull: 3 av de 12"


def test_period_that_is_judged_shows_its_own_verdict(three, read):
    whole, first, second = (
        rows_of(read(**values))[2] for values in ({}, {"period": "2019"}, {"period": "2020"})
    )

    assert (first.status, first.figure.actual, first.figure.minimum) == (Status.KEPT, 52, 50)
    assert (second.status, second.figure.actual) == (Status.BEHIND, 10)
    assert whole.status == whole.line.status == Status.BEHIND
    assert first.selected is None
    assert first.bar.expected_percent is None


def test_period_inside_a_longer_one_is_a_number_without_a_verdict(three, read):
    row = rows_of(read(period="2019-H1"))[3]

    assert row.selected.text == "Halvår 1 2019: 6 av de 12, bedöms inte för sig"
    assert (row.status, row.figure.actual) == (row.line.status, 12)


def test_period_of_shorter_ones_says_how_many_were_kept(actors, read):
    commitment = CommitmentFactory(promise=actors.promise, number=4)
    TargetFactory(commitment=commitment, kind="rate", window="month", minimum=1)
    for month in range(1, 11):
        ActivityFactory(commitment=commitment, occurred_on=date(2019, month, 3))

    row = rows_of(read(period="2019"))[4]

    assert row.selected.text == "2019: 10 av 12 månader"
    assert row.status == row.line.status


def test_period_and_area_count_within_the_period(three, read):
    rows = rows_of(read(period="2019-H2", omrade="Bellevue"))

    assert rows[3].selected.text == "Bellevue · Halvår 2 2019: 6 av de 6"


def test_filter_and_day_go_together(three, read):
    rows = rows_of(read(per="2019-02-28", omrade="Holma"))

    assert rows[3].selected.text == "Holma: 2 av de 2"


def test_nothing_logged_in_the_choice_says_so(actors, visible, read):
    empty = CommitmentFactory(promise=actors.promise, number=5)
    TargetFactory(commitment=empty)

    assert rows_of(read(omrade="Holma"))[5].selected.text == "Holma: inget loggat"


def test_heat_map_shows_the_chosen_area_and_year(three, read):
    (heat,) = read(omrade="Holma", period="2019").context["maps"]

    assert [row.area for row in heat.rows] == ["Holma"]
    assert [cell.look for cell in heat.rows[0].cells][:5] == ["1", "1", "1", "1", "none"]
    assert heat.title == "Var och när: Synliga aktiviteter"


def test_needs_are_those_of_what_is_shown(three, visible, read):
    ActivityFactory(commitment=visible, planned=True)

    assert any("Synliga" in need.text for need in read().context["needs"])
    assert not any("Synliga" in need.text for need in read(part="malmo-stad").context["needs"])


def test_commitment_shows_the_choice_beside_its_whole(three, read):
    response = read("ataganden/3/", omrade="Holma", typ="fotpatrull")

    assert "Holma · Fotpatrull: 3 av de 12" in text_of(response)
    assert response.context["number_of_rows"] == 3
    assert {row.kind.code for row in response.context["latest"]} == {"fotpatrull"}
    assert response.context["line"].process.done == 12
    assert "omrade=Holma" in response.context["all_url"]


def test_commitment_period_has_its_own_status(three, read):
    response = read("ataganden/2/", period="2019")

    assert response.context["verdict"].status == Status.KEPT
    assert "2019: 52 av 50 anmälningar" in text_of(response)


def test_commitment_without_rows_in_the_choice(three, read):
    assert "Ingen aktivitet stämmer med filtret." in text_of(
        read("ataganden/3/", omrade="Holma", period="2020")
    )


def test_links_keep_filter_and_day(three, read):
    query = "?per=2019-12-31&amp;omrade=Holma&amp;typ=fotpatrull"
    slug = three.slug

    for page in ("", "ataganden/3/"):
        content = read(page, per="2019-12-31", omrade="Holma", typ="fotpatrull").content.decode()
        assert f'href="/loften/{slug}/{query}"' in content
        assert f'href="/loften/{slug}/utvardering/?per=2019-12-31"' in content  # a paper is about the whole
        assert f'href="/loften/{slug}/{page}?per=2019-12-31"' in content  # without the filter
        assert f'href="/loften/{slug}/{page}?omrade=Holma&amp;typ=fotpatrull"' in content  # today
        assert '<input type="hidden" name="per" value="2019-12-31">' in content
        assert '<input type="hidden" name="omrade" value="Holma">' in content
    assert (
        f'href="/loften/{slug}/ataganden/3/{query}"'
        in read("", per="2019-12-31", omrade="Holma", typ="fotpatrull").content.decode()
    )


def test_form_offers_what_there_is_and_shows_what_is_chosen(three, read):
    fields = {field.name: field for field in read(period="2019").context["filter"].fields}

    assert [choice.value for choice in fields["omrade"].choices] == ["Holma", "Bellevue"]
    assert [choice.value for choice in fields["part"].choices] == ["lokalpolisomrade-soder", "malmo-stad"]
    assert [choice.value for choice in fields["period"].choices] == [
        "2019", "2020", "2019-H1", "2019-H2", "2020-H1", "2020-H2",
    ]  # fmt: skip
    assert [choice.value for choice in fields["typ"].choices] == ["fotpatrull", "trygghetsvandring"]
    assert fields["period"].chosen == "2019"


def test_form_of_a_commitment_offers_its_own(three, read):
    fields = {field.name: field for field in read("ataganden/1/").context["filter"].fields}

    assert not any(fields[name].is_choice for name in ("omrade", "part", "typ"))


def test_empty_values_are_what_the_form_sends_for_all(three, read):
    response = read(omrade="", part="", period="", typ="")

    assert set(rows_of(response)) == {1, 2, 3}
    assert not response.context["filter"].is_set


# What is refused


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("omrade", "Bellevue"),
        ("part", "Lokalpolisområde Söder"),
        ("period", "Halvår 1 2019"),
        ("typ", "Fotpatrull"),
    ],
)
@pytest.mark.parametrize("value", ["atlantis", "x" * 5000, " ", "%00", "\x00", "1;drop", "<b>"])
def test_unknown_value_is_400_that_names_it_and_what_there_is(three, read, name, way, value):
    response = read("ataganden/3/" if value == "atlantis" else "", **{name: value})

    text = text_of(response)
    assert way in allowed(response).values()
    assert f"i ”{name}”" in text
    assert len(text) < 3000
    assert "<b>" not in response.content.decode()


@pytest.mark.parametrize("name", ["omrade", "part", "period", "typ"])
def test_value_twice_is_400(three, read, client, name):
    read()
    response = client.get(f"/loften/{three.slug}/?{name}=Holma&{name}=Holma")

    assert f"Adressen har ”{name}” 2 gånger" in text_of(response)
    assert allowed(response)


@pytest.mark.parametrize(
    "value", ["2018", "2021", "2018/19", "2019-W05", "2019-03", "2020-H3", "Y1", "2019–2020"]
)
def test_period_that_is_none_of_the_promise_is_400(three, read, value):
    assert read(period=value).status_code == 400


@pytest.mark.parametrize(("per", "status"), [("2019-12-31", 400), ("2020-01-01", 200)])
def test_period_must_have_begun_by_the_day(three, read, per, status):
    response = read(per=per, period="2020")

    assert response.status_code == status
    if status == 400:
        assert "som har börjat 31 december 2019" in text_of(response)
        assert "?per=2019-12-31&amp;period=2019" in allowed(response)


def test_kind_of_no_shown_commitment_is_400(three, read):
    response = read(part="malmo-stad", typ="fotpatrull")

    assert "”fotpatrull” i ”typ” passar inget åtagande tillsammans med resten av filtret" in text_of(
        response
    ) or ("Fotpatrull" not in allowed(response).values())


def test_area_of_a_commitment_without_areas_is_400(three, read):
    response = read("ataganden/1/", omrade="Holma")

    assert response.status_code == 400
    assert "Visa alla, utan filter" in text_of(response)


def test_party_that_contradicts_lists_those_that_fit(three, read):
    response = read("ataganden/3/", part="malmo-stad")

    assert allowed(response) == {"?part=lokalpolisomrade-soder": "Lokalpolisområde Söder"}


@pytest.mark.parametrize("page", ["", "ataganden/3/", "utvardering/", "utvardering/export.json"])
def test_unknown_filter_is_400(three, read, page):
    response = read(page, name="coordinator", area="Holma")

    assert response.status_code == 400
    assert "Det finns inget filter ”area”" in text_of(response)


def test_evaluation_is_about_the_whole(three, read):
    assert read("utvardering/", omrade="Holma").status_code == 400


def test_wrong_filter_tells_a_stranger_nothing(three, read):
    for name in ("stranger", "administrator"):
        assert read(name=name, omrade="atlantis").status_code == 404
        assert read(name=name, area="x").status_code == 404


def test_unknown_commitment_is_404_whatever_the_filter(three, read):
    assert read("ataganden/9/", omrade="Holma").status_code == 404


def test_refused_filter_keeps_the_day(three, read):
    content = read(per="2019-12-31", omrade="atlantis").content.decode()

    assert f'href="/loften/{three.slug}/?per=2019-12-31"' in content


# What it costs


@pytest.mark.parametrize("page", ["", "ataganden/3/"])
def test_filter_costs_two_queries_more_whatever_the_rows(actors, read, page):
    make_worked_example(actors.promise)
    area = actors.promise.areas.first()

    def queries(**values):
        read(page, **values)
        with CaptureQueriesContext(connection) as caught:
            assert read(page, **values).status_code == 200
        return len(caught)

    plain, filtered = queries(), queries(omrade=area.name)
    for day in range(150):
        ActivityFactory(commitment=actors.promise.commitments.get(number=3), day=day * 4, areas=[area])

    assert filtered <= plain + 2
    assert queries(omrade=area.name) == filtered
