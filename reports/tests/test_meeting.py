"""The promise on a wall: one page after another, for both parties, on today's or another day."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from promises.tests.factories import AreaFactory, CommitmentFactory, TargetFactory
from reports.tests.malmo import make_worked_example
from reports.tests.pages import stand_still, text_of


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def show(client, actors):
    def open_as(name="staff", page="meeting", number=(), query=""):
        client.force_login(getattr(actors, name))
        return client.get(reverse(f"reports:{page}", args=[actors.promise.slug, *number]) + query)

    return open_as


@pytest.fixture
def example(actors):
    make_worked_example(actors.promise)
    return actors.promise


def links(response):
    """Key -> address."""
    found = {}
    for address, keys in re.findall(r'href="([^"]+)"[^>]*data-key="([^"]+)"', response.content.decode()):
        found |= dict.fromkeys(keys.split(), address)
    return found


def test_meeting_walks_from_the_first_page_to_the_last(example, show, client):
    """By the links alone: first page, each commitment in order, last page."""
    url, seen = reverse("reports:meeting", args=[example.slug]), []
    response = show()
    while True:
        seen.append((url, response.context["walk"].place))
        url = links(response).get("ArrowRight")
        if url is None:
            break
        response = client.get(url)

    base = f"/loften/{example.slug}/mote/"
    addresses = [base, *(f"{base}{number}/" for number in (1, 2, 3, 4)), f"{base}nu/"]
    assert seen == [(address, place) for place, address in enumerate(addresses, start=1)]
    assert "6 av 6" in text_of(response)
    assert links(response)["ArrowLeft"] == f"{base}4/"
    assert links(response)["Home"] == base
    assert links(response)["Escape"] == f"/loften/{example.slug}/"


def test_meeting_first_page_has_no_way_back(example, show):
    found = links(show())

    assert "ArrowLeft" not in found
    assert found["End"].endswith("/mote/nu/")


def test_meeting_first_page_says_what_the_dashboard_says(example, show, client):
    response = show()

    dashboard = client.get(reverse("reports:dashboard", args=[example.slug]))
    assert response.context["answer"] == dashboard.context["answer"]
    assert response.context["answer"] in text_of(response) or "Två av fyra" in text_of(response)
    assert [row.figure for row in response.context["rows"]] == [
        row.figure for row in dashboard.context["rows"]
    ]


def test_meeting_commitment_is_large_and_names_who_is_responsible(actors, show):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    ActivityFactory.create_batch(22, commitment=commitment)

    response = show(page="meeting_commitment", number=[3])

    text = text_of(response)
    assert "22 av 25" in text
    assert "I fas" in text
    assert commitment.responsible.name in text
    assert "2 av 3" in text
    assert 'class="chart chart--narrow"' in response.content.decode()


def test_meeting_first_page_says_of_a_delivery_whether_it_is_done(actors, show):
    """It has no number, which is not the same as no data."""
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment, deliverable=True)

    text = text_of(show())

    assert "inte klart" in text
    assert "uppgift saknas" not in text


def test_meeting_commitment_that_does_not_exist(example, show):
    assert show(page="meeting_commitment", number=[9]).status_code == 404


def test_meeting_stays_on_its_day(example, show):
    for page, number in (("meeting", []), ("meeting_commitment", [2]), ("meeting_close", [])):
        response = show(page=page, number=number, query="?per=2019-09-15")

        assert "Läget 15 september 2019" in text_of(response)
        assert {address.partition("?")[2] for address in links(response).values()} == {"per=2019-09-15"}


def test_meeting_on_a_day_that_cannot_be_shown(example, show):
    assert show(query="?per=1999-01-01").status_code == 400


def test_meeting_ends_with_what_needs_somebody(actors, show):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    ActivityFactory(commitment=commitment, planned=True, day=3)

    text = text_of(show(page="meeting_close"))

    assert "En sak behöver någon nu." in text
    assert "Synliga aktiviteter: 1 i planeringen har passerat sitt datum" in text


def test_meeting_ends_well_where_nothing_needs_anybody(actors, show):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    ActivityFactory(commitment=commitment)

    assert "Inget behöver beslutas i dag." in text_of(show(page="meeting_close"))


def test_meeting_shows_no_secret_plan_whoever_shows_it(actors, show):
    """The police's coordinator too: the other party looks at the same wall."""
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret)
    pages = [("meeting", []), ("meeting_commitment", [4]), ("meeting_close", [])]

    def seen():
        return [show("coordinator", page, number).content for page, number in pages]

    before = seen()
    ActivityFactory(commitment=secret, planned=True, day=10)
    ActivityFactory(commitment=secret, cancelled=True, day=20)

    assert seen() == before


def test_meeting_of_a_promise_without_commitments(show):
    assert "1 av 2" in text_of(show())
    assert show(page="meeting_close").status_code == 200


def test_meeting_is_found_from_the_dashboard_and_stays_on_its_day(example, client, actors):
    client.force_login(actors.staff)

    response = client.get(reverse("reports:dashboard", args=[example.slug]) + "?per=2019-09-15")

    assert f'href="/loften/{example.slug}/mote/?per=2019-09-15"' in response.content.decode()


@pytest.mark.parametrize(("page", "number"), [("meeting", []), ("meeting_commitment", [3])])
def test_meeting_query_budget(actors, show, page, number):
    area = AreaFactory(promise=actors.promise)

    def add(numbers, rows):
        for one in numbers:
            commitment = CommitmentFactory(promise=actors.promise, number=one)
            TargetFactory(commitment=commitment)
            for day in range(rows):
                ActivityFactory(commitment=commitment, areas=[area], day=day)

    add([3], 3)
    show(page=page, number=number)
    with CaptureQueriesContext(connection) as before:
        show(page=page, number=number)
    add([1, 2, 4, 5], 40)

    with CaptureQueriesContext(connection) as after:
        assert show(page=page, number=number).status_code == 200

    assert len(after) == len(before)
