"""The list: filters that never silently show everything, paging, secrecy, queries."""

import re
from datetime import date, timedelta

import pytest

from activities.choices import State
from activities.filters import list_url
from activities.models import Activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import text_of, world

__all__ = ["world"]


def rows_of(response):
    """The days of the rows shown, in order."""
    return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', response.content.decode())


@pytest.fixture
def some(world):
    """Four rows of different kinds."""
    world.log(occurred_on=date(2019, 3, 14), areas=(world.holma, world.kroksback), note="Öppet hus i Örebro")
    world.log(
        "contributor", occurred_on=date(2020, 2, 1), kind=world.walk, areas=(world.kroksback,), quantity=3
    )
    world.log(commitment=world.numbers, occurred_on=date(2019, 5, 1), month_only=True, quantity=0)
    world.log(state=State.CANCELLED, reason="Sjukdom", occurred_on=date(2020, 4, 1))
    return world


def test_list_shows_newest_first_with_words(some):
    page = some.client("staff").get(some.base)
    assert rows_of(page) == ["2020-04-01", "2020-02-01", "2019-05", "2019-03-14"]
    text = text_of(page)
    assert "4 aktiviteter" in text
    assert "Inställd" in text
    assert "Holma, Kroksbäck" in text


def test_list_empty_says_what_will_be_here_and_how_to_begin(world):
    page = world.client("officer").get(world.base)
    assert "Här kommer allt som görs och planeras" in text_of(page)
    assert "Logga den första aktiviteten" in text_of(page)
    assert "Logga den första aktiviteten" not in text_of(world.client("staff").get(world.base))


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("atagande=2", ["2019-05"]),
        ("atagande=3&lage=done", ["2020-02-01", "2019-03-14"]),
        ("lage=cancelled", ["2020-04-01"]),
        ("omrade=Kroksbäck", ["2020-02-01", "2019-03-14"]),
        ("slag=Trygghetsvandring", ["2020-02-01"]),
        ("ar=2019", ["2019-05", "2019-03-14"]),
        ("fran=2019-05-01&till=2020-02-01", ["2020-02-01", "2019-05"]),
        ("fran=2019-05-02&till=2020-01-31", []),
        ("mina=1", ["2020-02-01"]),
        ("sok=vandring", ["2020-02-01"]),
        ("sok=öre", ["2019-03-14"]),
        ("sok=ÖPPET", ["2019-03-14"]),
        ("sok=100%25", []),
        ("atagande=&omrade=&sok=", ["2020-04-01", "2020-02-01", "2019-05", "2019-03-14"]),
    ],
)
def test_list_filters(some, query, days):
    page = some.client("contributor").get(f"{some.base}?{query}")
    assert page.status_code == 200
    assert rows_of(page) == days


def test_list_leads_who_logs_to_their_own_rows(some):
    page = some.client("contributor").get(some.base)
    assert "Visa mina egna" in text_of(page)
    assert rows_of(some.client("contributor").get(some.base + "?mina=1")) == ["2020-02-01"]
    assert "Visa mina egna" not in text_of(some.client("staff").get(some.base))  # has none, and logs none


def test_list_filter_by_school(world):
    assert rows_of(world.client("staff").get(world.base, {"skola": "Holmaskolan"})) == []
    world.log(occurred_on=date(2020, 5, 2))
    ActivityFactory(commitment=world.meetings, school=world.school, school_year=2018, day=3)
    assert rows_of(world.client("staff").get(world.base, {"skola": "Holmaskolan"})) == ["2019-01-04"]


def test_list_voided_are_struck_named_and_not_among_the_done(some):
    row = Activity.objects.get(occurred_on=date(2020, 2, 1))
    some.client("coordinator").post(some.row_url(row, "makulera/"), {"version": 1, "why": "Dubbelt"})
    client = some.client("staff")
    everything = client.get(some.base)
    assert "4 aktiviteter , varav 1 makulerad" in text_of(everything)
    assert everything.content.decode().count('<tr class="is-void">') == 1
    assert rows_of(client.get(some.base + "?lage=voided")) == ["2020-02-01"]
    assert "2020-02-01" not in rows_of(client.get(some.base + "?lage=done"))


def test_list_of_one_commitment_tells_the_number_that_counts(some):
    page = some.client("staff").get(some.base + "?atagande=3")
    assert "Genomfört antal: 4" in text_of(page)  # 1 + 3; the cancelled one is not among them


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("atagande=9", "Åtagande – ”9” finns inte. Välj något av: 1, 2, 3, 4."),
        ("atagande=tre", "Åtagande – ”tre” finns inte."),
        ("omrade=Rosengård", "Område – ”Rosengård” finns inte. Välj något av: Holma, Kroksbäck."),
        ("skola=X", "Skola – ”X” finns inte. Välj något av: Holmaskolan."),
        ("slag=Cykelpatrull", "Vad – ”Cykelpatrull” finns inte."),
        ("lage=klar", "Läge – ”klar” finns inte. Välj något av: planned, done, cancelled, voided."),
        ("ar=2021", "År – ”2021” finns inte. Välj något av: 2019, 2020."),
        ("fran=2019-02-31", "Från och med – ”2019-02-31” är inget datum som finns."),
        ("fran=2020-02-01&till=2020-01-01", "Till och med – 2020-01-01 kommer före 2020-02-01."),
        ("mina=2", "Loggad av – ”2” finns inte."),
        ("commitment=3", "Det finns inget filter ”commitment”."),
        ("atagande=2&atagande=3", "Åtagande – Bara ett värde i taget."),
        ("page=2", "Det finns ingen sida ”2”. Sidorna är 1 till 1"),
        ("page=x", "Det finns ingen sida ”x”."),
        ("page=0", "Det finns ingen sida ”0”."),
        ("sok=%00", "Sök – "),
    ],
)
def test_list_unknown_filter_is_an_error_and_shows_no_row(some, query, said):
    page = some.client("officer").get(f"{some.base}?{query}")
    assert page.status_code == 400
    assert rows_of(page) == []
    assert said in text_of(page)


def test_list_pages_hold_fifty_and_all_can_be_had(world):
    for day in range(120):
        ActivityFactory(commitment=world.visible, day=day, logged_by=world.user("officer"))
    client = world.client("staff")
    first, third = client.get(world.base), client.get(world.base + "?page=3&atagande=3")
    assert (len(rows_of(first)), len(rows_of(third))) == (50, 20)
    assert "120 aktiviteter" in text_of(first)
    assert "Visa alla 120" in text_of(first)
    assert "atagande=3" in re.search(r'rel="prev" href="([^"]+)"', third.content.decode())[1]
    every = rows_of(client.get(world.base + "?page=all"))
    assert len(every) == len(set(every)) == 120


def test_list_order_is_the_same_for_rows_of_one_day(world):
    rows = [ActivityFactory(commitment=world.visible) for _ in range(60)]
    client = world.client("staff")
    links = []
    for page in (1, 2):
        html = client.get(f"{world.base}?page={page}").content.decode()
        links += [int(pk) for pk in re.findall(r'row-link" href="[^"]*/(\d+)/"', html)]
    assert links == [row.pk for row in reversed(rows)]


def test_list_url_leads_to_the_rows_behind_a_number(some):
    url = list_url(
        some.actors.promise, commitment=3, area="Kroksbäck", state="done",
        first=date(2019, 1, 1), last=date(2019, 12, 31),
    )  # fmt: skip
    assert rows_of(some.client("staff").get(url)) == ["2019-03-14"]
    assert list_url(some.actors.promise) == some.base


# Who sees what


@pytest.mark.parametrize(
    "query", ["", "?lage=planned", "?sok=källaren", "?sok=narkotika", "?atagande=4", "?page=all"]
)
def test_list_and_search_hide_secret_plans_from_others_than_the_police(world, query):
    world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1), note="Källaren")
    world.log(
        commitment=world.secret, state=State.CANCELLED, reason="Källaren tom", occurred_on=date(2020, 7, 2)
    )
    world.log(commitment=world.secret, state=State.DONE, occurred_on=date(2020, 5, 3))
    for name in ("staff", "contributor", "city_coordinator", "city_signatory"):
        page = world.client(name).get(world.base + query)
        assert set(rows_of(page)) <= {"2020-05-03"}
        assert "2020-07" not in text_of(page)
        assert "3 aktiviteter" not in text_of(page)
    assert "2020-07-01" in rows_of(world.client("officer").get(world.base + query))


def test_list_counts_only_what_the_reader_may_see(world):
    world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1))
    world.log(commitment=world.secret, occurred_on=date(2020, 5, 3))
    assert "1 aktivitet" in text_of(world.client("staff").get(world.base))
    assert "2 aktiviteter" in text_of(world.client("officer").get(world.base))


@pytest.mark.parametrize(
    ("name", "status"),
    [("officer", 200), ("staff", 200), ("signatory", 200), ("stranger", 404), ("administrator", 404)],
)
def test_who_sees_the_list_and_the_planning(world, name, status):
    client = world.client(name)
    assert client.get(world.base).status_code == status
    assert client.get(world.base + "planering/").status_code == status


def test_list_of_one_promise_has_no_row_of_another(world):
    ActivityFactory(day=5)
    assert rows_of(world.client("staff").get(world.base)) == []


# Planning


def test_planning_shows_overdue_first_and_then_what_is_ahead(world):
    world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    late = world.log(state=State.PLANNED, occurred_on=date(2020, 5, 31))
    world.log(state=State.PLANNED, occurred_on=date(2020, 6, 1))  # today is not late
    world.log(occurred_on=date(2020, 5, 2))
    page = world.client("officer").get(world.base + "planering/")
    text = text_of(page)
    assert text.index("Dagen har passerat") < text.index("2020-05-31") < text.index("Framåt")
    assert text.index("Framåt") < text.index("2020-06-01") < text.index("2020-07-01")
    assert "2020-05-02" not in text
    for link in ("genomford/", "stall-in/", "ratta/"):
        assert world.row_url(late, link) in page.content.decode()


def test_planning_has_buttons_only_for_who_may_change_the_row(world):
    row = world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    for name in ("other_officer", "staff", "signatory"):
        assert (
            world.row_url(row, "genomford/")
            not in world.client(name).get(world.base + "planering/").content.decode()
        )
    assert (
        world.row_url(row, "genomford/")
        in world.client("coordinator").get(world.base + "planering/").content.decode()
    )


def test_planning_hides_secret_plans_from_others_than_the_police(world):
    world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1))
    for name in ("staff", "contributor", "city_coordinator"):
        page = world.client(name).get(world.base + "planering/")
        assert "2020-07-01" not in text_of(page)
        assert "Inget är planerat." in text_of(page)
    assert "2020-07-01" in text_of(world.client("signatory").get(world.base + "planering/"))


# What it asks of the database


@pytest.mark.parametrize("rows", [3, 300])
@pytest.mark.parametrize(("page", "queries"), [("", 15), ("?page=all", 15), ("planering/", 10)])
def test_list_and_planning_query_budget(world, django_assert_num_queries, rows, page, queries):
    """The same number for 3 and for 300 rows, so that a query a row cannot hide."""
    for number in range(rows):
        row = ActivityFactory(
            commitment=world.meetings if number % 3 == 0 else world.visible,
            kind=world.theme if number % 3 == 0 else world.patrol,
            state=State.PLANNED if page == "planering/" else State.DONE,
            occurred_on=date(2019, 9, 1) + timedelta(days=number % 200),
            school=world.school if number % 3 == 0 else None,
            school_year=2019 if number % 3 == 0 else None,
            areas=[] if number % 3 == 0 else [world.holma],
            parties=[world.actors.access("officer").memberships[0].organisation],
            logged_by=world.user("officer"),
        )
        if number % 3 == 0:
            row.attendance.create(school_class=world.a, pupils_present=20)
    client = world.client("officer")
    client.get(world.base)
    with django_assert_num_queries(queries):
        response = client.get(world.base + page)
    assert response.status_code == 200
    compressed = client.get(world.base + page, headers={"accept-encoding": "gzip"})
    assert len(compressed.content) < 100_000
