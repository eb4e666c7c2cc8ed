"""A promise as it stood on a day before today: which days there are, what the pages say, and what links keep."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.tests.factories import ActivityFactory
from promises.models import Promise
from promises.tests.factories import CommitmentFactory, TargetFactory
from reports.days import DayRefused, shown_day
from reports.tests.malmo import make_worked_example
from reports.tests.pages import AUTUMN, stand_still, text_of

PROMISE = Promise(starts_on=date(2019, 1, 1), ends_on=date(2020, 12, 31))
PAGES = ["", "ataganden/3/", "utvardering/", "utvardering/export.json"]


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def read(client, actors):
    def read(page="", name="coordinator"):
        client.force_login(getattr(actors, name))
        return client.get(f"/loften/{actors.promise.slug}/{page}")

    return read


@pytest.fixture
def commitment(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    return commitment


def links(response, page):
    return set(re.findall(rf'href="(/loften/[^"/]+/{page}(?:\?[^"]*)?)"', response.content.decode()))


# The days there are


@pytest.mark.parametrize(
    ("values", "today", "as_of", "is_past"),
    [
        ([], AUTUMN, AUTUMN, False),
        ([""], AUTUMN, AUTUMN, False),
        (["2019-01-01"], AUTUMN, date(2019, 1, 1), True),
        (["2020-09-29"], AUTUMN, date(2020, 9, 29), True),
        (["2020-09-30"], AUTUMN, AUTUMN, False),
        ([], date(2021, 3, 1), date(2020, 12, 31), False),
        (["2021-03-01"], date(2021, 3, 1), date(2020, 12, 31), False),
        (["2020-12-30"], date(2021, 3, 1), date(2020, 12, 30), True),
        (["2019-01-01"], date(2019, 1, 1), date(2019, 1, 1), False),
    ],
)
def test_shown_day_from_the_first_to_today(values, today, as_of, is_past):
    day = shown_day(values, PROMISE, today=today)

    assert (day.as_of, day.is_past) == (as_of, is_past)
    assert day.query == (f"?per={as_of}" if is_past else "")


@pytest.mark.parametrize(
    "values",
    [
        ["2018-12-31"], ["2020-10-01"], ["2020-02-30"], ["20200101"], ["2020-W01-1"], ["i går"], [" 2020-01-01"],
        ["2019-05-01", "2019-06-01"], ["٢٠٢٠-٠١-٠١"], ["9999-99-99"], ["x" * 5000],
    ],
)  # fmt: skip
def test_shown_day_refuses_what_is_no_day_of_the_promise(values):
    with pytest.raises(DayRefused) as refused:
        shown_day(values, PROMISE, today=AUTUMN)

    assert len(str(refused.value)) < 200


def test_shown_day_before_the_promise_has_none():
    eve = date(2018, 12, 31)

    assert shown_day([], PROMISE, today=eve).first is None
    with pytest.raises(DayRefused):
        shown_day(["2018-12-31"], PROMISE, today=eve)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", ["2018-12-31", "2020-10-01", "i+fjol", "2019-01-01&per=2019-01-02"])
def test_day_that_cannot_be_shown_is_400_with_the_days_that_can(commitment, read, page, value):
    response = read(f"{page}?per={value}")

    assert response.status_code == 400
    text = text_of(response)
    assert "Den dagen går inte att visa" in text
    assert "2019-01-01 till och med i dag, 2020-09-30" in text or "flera dagar" in text


def test_wrong_day_tells_a_stranger_nothing(commitment, read):
    assert read("?per=i+fjol", "stranger").status_code == 404
    assert read("utvardering/export.json?per=i+fjol", "officer").status_code == 403


# What the pages say


def test_dashboard_of_a_past_day_counts_up_to_it(commitment, read):
    for day in (date(2019, 9, 30), date(2019, 10, 1)):
        ActivityFactory(commitment=commitment, occurred_on=day, logged_at=datetime(2020, 1, 1, tzinfo=UTC))

    text = text_of(read("?per=2019-09-30"))

    assert "Läget den 30 september 2019. Visa i dag" in text
    assert "1 av 25" in text
    assert "1 av de räknade raderna registrerades efter 30 september 2019." in text
    assert "väntat i dag" not in text


def test_dashboard_of_a_past_day_says_nothing_of_now(commitment, read):
    ActivityFactory(commitment=commitment)
    ActivityFactory(commitment=commitment, planned=True, day=20)

    past, now = text_of(read("?per=2019-09-30")), text_of(read())

    assert "Senast loggat" in now
    assert "Senast loggat" not in past
    assert "Behöver någon nu" in now
    assert "Behöver någon nu" not in past


def test_commitment_of_a_past_day_leaves_plans_out(commitment, read):
    ActivityFactory(commitment=commitment, planned=True, occurred_on=date(2020, 10, 20))

    past, now = text_of(read("ataganden/3/?per=2019-09-30")), text_of(read("ataganden/3/"))

    assert "Planerade framåt" in now
    assert "Planerade framåt" not in past


def test_today_needs_no_words_about_the_day(commitment, read):
    for query in ("", "?per=2020-09-30"):
        text = text_of(read(query))
        assert "Läget den" not in text.replace("Visa läget den", "")
        assert "Visa läget en annan dag" in text


def test_links_keep_the_day(commitment, read):
    ActivityFactory(commitment=commitment, logged_at=datetime(2019, 1, 1, tzinfo=UTC))
    base, query = f"/loften/{commitment.promise.slug}/", "?per=2019-09-30"

    for page in ("", "ataganden/3/", "utvardering/"):
        response = read(page + query)
        found = links(response, "") | links(response, "ataganden/3/") | links(response, "utvardering/")
        assert {address for address in found if not address.endswith(query)} == {base + page}  # to today
        assert {base + query, f"{base}utvardering/{query}"} <= found
    assert f"{base}ataganden/3/{query}" in links(read(query), "ataganden/3/")


def test_evaluation_of_a_past_day_keeps_it_in_every_file(commitment, read):
    ActivityFactory(commitment=commitment, day=10)

    page = read("utvardering/?per=2019-01-05").content.decode()

    downloads = re.findall(r'href="([^"]*/export\.[a-z]+[^"]*)"', page)
    assert len(downloads) == 6
    assert all(address.endswith("?per=2019-01-05") for address in downloads)
    answer = read("utvardering/export.json?per=2019-01-05")
    data = json.loads(answer.content)
    assert (data["as_of"], data["commitments"][0]["process"]["done"]) == ("2019-01-05", 0)
    assert "2019-01-05.json" in answer["Content-Disposition"]


def test_numbers_of_a_past_day_lead_to_rows_up_to_it(commitment, read):
    ActivityFactory(commitment=commitment)

    for page in ("", "ataganden/3/"):
        addresses = re.findall(
            r'href="([^"]*/aktiviteter/\?[^"]*)"', read(f"{page}?per=2019-09-30").content.decode()
        )
        assert addresses
        assert all(max(re.findall(r"till=([\d-]+)", address)) <= "2019-09-30" for address in addresses)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_past_day_costs_no_query_more(actors, read, number):
    make_worked_example(actors.promise)
    pages = ["", f"ataganden/{number}/", "utvardering/"]
    for page in pages:
        with CaptureQueriesContext(connection) as now:
            read(page)
        with CaptureQueriesContext(connection) as past:
            read(f"{page}?per=2020-06-30")
        assert len(past) <= len(now)


# When a row became known


@pytest.mark.parametrize(
    ("done_at", "late"),
    [
        (datetime(2020, 9, 29, 21, 59, tzinfo=UTC), False),  # 23.59 in Stockholm
        (datetime(2020, 9, 29, 22, 0, tzinfo=UTC), True),  # midnight there
    ],
)
def test_plan_marked_as_done_later_is_late_by_that_moment(commitment, read, done_at, late):
    ActivityFactory(commitment=commitment, logged_at=datetime(2019, 1, 1, 8, tzinfo=UTC), done_at=done_at)

    assert ("registrerades efter 29 september 2020" in text_of(read("?per=2020-09-29"))) is late


def test_last_logged_is_when_the_plan_was_done(commitment, read):
    ActivityFactory(
        commitment=commitment,
        logged_at=datetime(2019, 1, 1, 8, tzinfo=UTC),
        done_at=datetime(2020, 9, 29, 8, tzinfo=UTC),
    )

    assert "Senast loggat i går" in text_of(read())


def test_day_form_works_without_script(commitment, read):
    page = read().content.decode()

    form = re.search(r'<form class="day-form".*?</form>', page, re.DOTALL)[0]
    assert 'method="get"' in form
    assert "action" not in form
    assert 'name="per"' in form
    assert 'max="2020-09-30"' in form
    assert 'min="2019-01-01"' in form


# What was known then


def evaluation_of(read, query, name="coordinator"):
    return json.loads(read(f"utvardering/export.json{query}", name).content)


@pytest.mark.parametrize(
    ("moment", "counted"),
    [
        (datetime(2019, 9, 30, 21, 59, 59, tzinfo=UTC), 1),  # a second before midnight in Stockholm
        (datetime(2019, 9, 30, 22, 0, tzinfo=UTC), 0),
    ],
)
@pytest.mark.parametrize("was_planned", [False, True])
def test_known_then_ends_with_the_day(commitment, read, moment, counted, was_planned):
    known = (
        {"logged_at": datetime(2019, 1, 1, tzinfo=UTC), "done_at": moment}
        if was_planned
        else {"logged_at": moment}
    )
    ActivityFactory(commitment=commitment, **known)

    later, then = (evaluation_of(read, f"?per=2019-09-30{more}") for more in ("", "&kand=1"))

    assert [data["commitments"][0]["process"]["done"] for data in (later, then)] == [1, counted]
    assert [len(data["commitments"][0]["activities"]) for data in (later, then)] == [1, counted]
    assert (later.get("known_then"), then["known_then"]) == (None, True)


def test_known_then_is_offered_where_rows_came_late(commitment, read):
    ActivityFactory(commitment=commitment, logged_at=datetime(2020, 1, 1, tzinfo=UTC))
    base = f"/loften/{commitment.promise.slug}/utvardering/"

    late = read("utvardering/?per=2019-09-30")
    assert "1 av de räknade raderna registrerades efter 30 september 2019." in text_of(late)
    assert f"{base}?per=2019-09-30&amp;kand=1" in links(late, "utvardering/")

    then = read("utvardering/?per=2019-09-30&kand=1")
    text = text_of(then)
    assert (
        "Det som registrerades eller markerades som genomfört senare är inte med. Räkna med det också" in text
    )
    assert "Känt då: rader som registrerades" in text
    assert f"{base}?per=2019-09-30" in links(then, "utvardering/")
    assert "export.pdf?per=2019-09-30&amp;kand=1" in then.content.decode()

    assert "Visa bara det som var känt då" not in text_of(read("utvardering/"))  # nothing is later than today


def test_known_then_of_a_promise_that_is_over_needs_no_day(commitment, read, monkeypatch):
    stand_still(monkeypatch, date(2021, 3, 1))
    ActivityFactory(commitment=commitment, logged_at=datetime(2021, 1, 1, tzinfo=UTC))

    assert "?kand=1" in read("utvardering/").content.decode()
    data = evaluation_of(read, "?kand=1")
    assert (data["as_of"], data["commitments"][0]["process"]["done"]) == ("2020-12-31", 0)


def test_known_then_leaves_what_was_voided_since_voided(commitment, read):
    row = ActivityFactory(commitment=commitment, logged_at=datetime(2019, 2, 1, tzinfo=UTC))
    row.voided_at, row.voided_by, row.void_reason = datetime(2020, 1, 1, tzinfo=UTC), row.logged_by, "Dubbelt"
    row.save()

    data = evaluation_of(read, "?per=2019-09-30&kand=1")

    assert data["commitments"][0]["process"]["done"] == 0
    assert "Det som har rättats eller makulerats sedan dess står som det är nu." in text_of(
        read("utvardering/?per=2019-09-30&kand=1")
    )


def test_known_then_stands_in_the_files(commitment, read):
    for form in ("csv", "html"):
        answer = read(f"utvardering/export.{form}?per=2019-09-30&kand=1")
        assert "Känt då" in answer.content.decode()
        assert f"2019-09-30-kant-da.{form}" in answer["Content-Disposition"]
        assert "Känt då" not in read(f"utvardering/export.{form}?per=2019-09-30").content.decode()


def test_known_then_fits_the_schema(commitment, read):
    schema = json.loads((Path(settings.BASE_DIR) / "reports/schema/evaluation-1.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)

    for query in ("", "?kand=1"):
        validator.validate(evaluation_of(read, query))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?kand=1", "Bara utvärderingen går att visa så som den var känd då."),
        ("ataganden/3/?kand=1", "Bara utvärderingen"),
        ("utvardering/?kand=ja", "”kand” kan bara vara 1"),
        ("utvardering/?kand=1&kand=1", "”kand” kan bara vara 1"),
        ("utvardering/export.json?kand=", "”kand” kan bara vara 1"),
    ],
)
def test_known_then_is_never_passed_over_in_silence(commitment, read, address, words):
    response = read(address)

    assert response.status_code == 400
    assert words in text_of(response)
