"""The list: filters that never silently show everything, paging, secrecy, queries."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from activities import paging
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
        ("page=2", "Det finns inget filter ”page”."),
        ("till=9999-12-31", "”9999-12-31” kan inte vara rätt år"),
        ("efter=x", "”x” är ingen plats i listan."),
        ("efter=2020-02-31.1.1", "”2020-02-31.1.1” är ingen plats i listan."),
        ("fore=2020-02-01.1.", "”2020-02-01.1.” är ingen plats i listan."),
        ("fore=2020-02-01.1.1&efter=2020-02-01.1.1", "Bara ett av efter, fore i taget."),
        ("efter=2020-02-01.1.1&efter=2020-02-01.1.1", "Bara ett värde i taget."),
        ("visa=50", "”50” går inte."),
        ("efter=%00", "efter – "),
        ("sok=%00", "Sök – "),
    ],
)
def test_list_unknown_filter_is_an_error_and_shows_no_row(some, query, said):
    page = some.client("officer").get(f"{some.base}?{query}")
    assert page.status_code == 400
    assert rows_of(page) == []
    assert said in text_of(page)


def link(response, rel):
    """Where "Newer" (prev) or "Older" (next) leads, None where there is no such link."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', response.content.decode())
    return found and html.unescape(found[1])


def numbers_of(response):
    return [int(pk) for pk in re.findall(r'row-link" href="[^"]*/(\d+)/"', response.content.decode())]


def test_list_pages_hold_fifty_and_all_can_be_had(world):
    for day in range(120):
        ActivityFactory(commitment=world.visible, day=day, logged_by=world.user("officer"))
    client = world.client("staff")
    first = client.get(world.base + "?atagande=3")
    second = client.get(world.base + link(first, "next"))
    third = client.get(world.base + link(second, "next"))
    assert [len(rows_of(page)) for page in (first, second, third)] == [50, 50, 20]
    assert "120 aktiviteter" in text_of(first)
    assert "Visa alla 120" in text_of(first)
    assert (link(first, "prev"), link(third, "next")) == (None, None)
    assert "atagande=3" in link(third, "prev")
    assert rows_of(client.get(world.base + link(third, "prev"))) == rows_of(second)
    assert rows_of(client.get(world.base + link(second, "prev"))) == rows_of(first)
    every = rows_of(client.get(world.base + "?visa=alla"))
    assert every == rows_of(first) + rows_of(second) + rows_of(third)


def test_list_order_is_the_same_for_rows_of_one_day(world):
    at = timezone.now()
    rows = [ActivityFactory(commitment=world.visible, logged_at=at) for _ in range(60)]
    client = world.client("staff")
    first = client.get(world.base)
    second = client.get(world.base + link(first, "next"))
    assert numbers_of(first) + numbers_of(second) == sorted((row.pk for row in rows), reverse=True)
    assert numbers_of(client.get(world.base + link(second, "prev"))) == numbers_of(first)


def test_list_page_stays_where_it_is_when_rows_are_logged(world):
    for day in range(110):
        ActivityFactory(commitment=world.visible, day=day)
    client = world.client("staff")
    address = world.base + link(client.get(world.base), "next")
    before = rows_of(client.get(address))
    for day in (0, 55, 109, 109):
        ActivityFactory(commitment=world.visible, day=day)
    after = rows_of(client.get(address))
    assert [day for day in after if day != "2019-02-25"] == [day for day in before if day != "2019-02-25"][
        :-1
    ]


def test_list_beyond_the_last_row_says_so_and_leads_back(world):
    ActivityFactory(commitment=world.visible, day=5)
    page = world.client("staff").get(world.base + "?efter=2019-01-01.1.1&atagande=3")
    assert "Det finns inga rader bortom den här platsen." in text_of(page)
    assert 'href="?atagande=3">Till de nyaste' in page.content.decode()


@pytest.mark.parametrize(("rows", "said"), [(3, "3 aktiviteter"), (4, "Fler än 3 aktiviteter")])
def test_list_counts_up_to_a_bound(world, monkeypatch, rows, said):
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    monkeypatch.setattr(paging, "PER_PAGE", 2)
    monkeypatch.setattr("activities.views.listing.MOST_COUNTED", 3)
    for day in range(rows):
        ActivityFactory(commitment=world.visible, day=day)
    client = world.client("staff")
    page = client.get(world.base + "?atagande=3")
    assert said in text_of(page)
    assert ("Genomfört antal" in text_of(page)) is ("Visa alla 3" in text_of(page)) is (rows == 3)
    every = client.get(world.base + "?visa=alla")
    assert (every.status_code, len(rows_of(every))) == ((200, 3) if rows == 3 else (400, 0))
    assert ("Listan har fler än 3 rader." in text_of(every)) is (rows == 4)


@pytest.mark.parametrize("query", ["sok=torget", "sok=torget&atagande=3", "omrade=Holma"])
def test_list_what_no_index_serves_is_looked_for_so_far_and_then_on(world, monkeypatch, query):
    """12 rows, every third one meant, five looked at a time."""
    monkeypatch.setattr(paging, "SCANNED", 5)
    monkeypatch.setattr("activities.filters.MOST_COUNTED", 3)
    for day in range(12):
        mine = day % 3 == 0
        ActivityFactory(
            commitment=world.visible,
            day=day,
            note="På torget" if mine else "",
            kind=world.walk if mine else world.patrol,
            areas=[world.holma] if mine else [world.kroksback],
        )
    client = world.client("staff")
    pages = [client.get(f"{world.base}?{query}")]
    assert "Minst 1 aktivitet , bland de 5 nyaste raderna" in text_of(pages[0])
    assert "Sökt till och med 2019-01-08." in text_of(pages[0])
    assert "visa=alla" not in pages[0].content.decode()
    while following := link(pages[-1], "next"):
        pages.append(client.get(world.base + following))
    found = [day for page in pages for day in rows_of(page)]
    assert found == ["2019-01-10", "2019-01-07", "2019-01-04", "2019-01-01"]
    back = client.get(world.base + link(pages[-1], "prev"))
    assert rows_of(back) == ["2019-01-04"]
    assert rows_of(client.get(world.base + link(back, "prev"))) == ["2019-01-10", "2019-01-07"]


def test_list_few_rows_of_an_area_are_found_wherever_they_lie(world, monkeypatch):
    monkeypatch.setattr(paging, "SCANNED", 5)
    ActivityFactory(commitment=world.visible, day=0, areas=[world.holma])
    for day in range(1, 12):
        ActivityFactory(commitment=world.visible, day=day, areas=[world.kroksback])
    page = world.client("staff").get(world.base + "?omrade=Holma")
    assert rows_of(page) == ["2019-01-01"]
    assert "1 aktivitet" in text_of(page)


@pytest.mark.parametrize(
    ("old", "new"),
    [("?page=1", ""), ("?page=all", "?visa=alla"), ("?page=all&atagande=3", "?atagande=3&visa=alla")],
)
def test_list_address_of_before_places_leads_to_the_same(world, old, new):
    assert world.client("staff").get(world.base + old).url == world.base + new


def test_key_is_read_back_as_it_was_written():
    key = paging.Key(date(2020, 5, 1), datetime(2020, 5, 1, 16, 0, 0, 123456, tzinfo=UTC), 812345678901234)
    assert str(key) == "2020-05-01.1588348800123456.812345678901234"
    assert paging.Key.parse(str(key)) == key


@pytest.mark.parametrize(
    "text",
    ["", "1", "2020-05-01", "2020-05-01.1", "2020-13-01.1.1", "2020-05-01.-1.1", "2020-05-01.1.١", "a.b.c"],
)
def test_key_that_is_none(text):
    assert paging.Key.parse(text) is None


def test_list_url_leads_to_the_rows_behind_a_number(some):
    url = list_url(
        some.actors.promise, commitment=3, area="Kroksbäck", state="done",
        first=date(2019, 1, 1), last=date(2019, 12, 31),
    )  # fmt: skip
    assert rows_of(some.client("staff").get(url)) == ["2019-03-14"]
    assert list_url(some.actors.promise) == some.base


# Who sees what


@pytest.mark.parametrize(
    "query", ["", "?lage=planned", "?sok=källaren", "?sok=narkotika", "?atagande=4", "?visa=alla"]
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
def test_who_sees_the_list(world, name, status):
    client = world.client(name)
    assert client.get(world.base).status_code == status


def test_list_of_one_promise_has_no_row_of_another(world):
    ActivityFactory(day=5)
    assert rows_of(world.client("staff").get(world.base)) == []


# What it asks of the database


@pytest.mark.parametrize("rows", [3, 300])
@pytest.mark.parametrize(("page", "queries"), [("", 16), ("?visa=alla", 16)])
def test_list_query_budget(world, django_assert_num_queries, rows, page, queries):
    """The same number for 3 and for 300 rows, so that a query a row cannot hide."""
    for number in range(rows):
        row = ActivityFactory(
            commitment=world.meetings if number % 3 == 0 else world.visible,
            kind=world.theme if number % 3 == 0 else world.patrol,
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
