"""Writing down a decision in the browser, and what every page tells of it afterwards."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from history.models import Change
from promises.models import Amendment
from promises.tests.factories import AmendmentFactory, AreaFactory, CommitmentFactory, TargetFactory
from reports.tests.pages import AUTUMN, stand_still, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def target(actors):
    """50 a year: 52 in 2019, 45 so far in 2020."""
    commitment = CommitmentFactory(
        promise=actors.promise, number=1, counts_only=True, wording="Minst 50 om året."
    )
    target = TargetFactory(commitment=commitment, yearly=True)
    ActivityFactory(commitment=commitment, occurred_on=date(2019, 5, 1), quantity=52)
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 2, 1), quantity=45)
    return target


@pytest.fixture
def coordinator(actors, client):
    client.force_login(actors.coordinator)
    return actors.coordinator


def parties(target):
    return [row.organisation_id for row in target.commitment.promise.parties.all()]


def typed(target, **fields):
    return {
        "decided_on": "2020-03-01",
        "decided_by": parties(target),
        "reference": "STK-2020-15",
        "minimum": "40",
        "reading": "Minst 40 varje kalenderår.",
        "wording": "Minst 50 om året.",
        "reason": "Färre anmälningar än väntat.",
        "version": "0",
    } | fields


def page(name, target, *more):
    return reverse(name, args=[target.commitment.promise.slug, *more])


def send(client, target, **fields):
    return client.post(page("reports:amend", target, 1), typed(target, **fields))


def hidden(response):
    """What the page that asks once more sends on."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', response.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        found.setdefault(name[1], []).append(value[1] if value else "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_form_begins_as_it_stands(client, coordinator, target):
    text = client.get(page("reports:amend", target, 1)).content.decode()

    assert 'value="50"' in text
    assert "Minst 50 varje kalenderår." in text
    assert "Minst 50 om året." in text
    assert text.count("checked") == 2  # both parties
    assert 'max="2020-09-30"' in text


def test_first_step_says_what_it_changes_and_stores_nothing(client, coordinator, target):
    text = text_of(send(client, target))

    assert "Ingenting är sparat än" in text
    assert "Ändrat 2020-03-01: 40 i stället för 50" in text
    assert "Läget nu I fas, " in text
    assert "Läget efter ändringen Uppfyllt, 2 av 2 år uppfyllda" in text
    assert not Amendment.objects.exists()
    assert not Change.objects.filter(subject="promises.amendment").exists()


def test_second_step_stores_it_once(client, coordinator, target):
    form = hidden(send(client, target))

    for _press in range(2):
        response = client.post(page("reports:amend", target, 1), form | {"save": "1"})
        assert response.status_code == 302

    row = Amendment.objects.get()
    assert (row.minimum, row.wording, row.recorded_on) == (40, "", AUTUMN)
    assert row.decided_by.count() == 2
    assert Change.objects.of(row).get().by == coordinator


def test_back_to_the_form_keeps_what_was_typed(client, coordinator, target):
    form = hidden(send(client, target))

    text = client.post(page("reports:amend", target, 1), form | {"edit": "1"}).content.decode()

    assert 'value="40"' in text
    assert "Färre anmälningar än väntat." in text
    assert not Amendment.objects.exists()


def test_wording_alone(client, coordinator, target):
    answer = send(client, target, minimum="50", reading="Minst 50 varje kalenderår.", wording="Vad vi kan.")
    assert "Ändringen rör varken siffra eller dag." in text_of(answer)

    client.post(page("reports:amend", target, 1), hidden(answer) | {"save": "1"})

    row = Amendment.objects.get()
    assert (row.target, row.wording) == (None, "Vad vi kan.")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"minimum": "50", "reading": "Minst 50 varje kalenderår."}, "Ingenting ändras."),
        ({"minimum": "0"}, "Skriv ett heltal, minst 1."),
        ({"minimum": "fyrtio"}, "Skriv ett heltal, minst 1."),
        ({"minimum": "9" * 30}, "Skriv ett heltal, minst 1."),
        ({"reading": "Minst 50 varje kalenderår."}, "Läsningen säger fortfarande 50."),
        ({"decided_on": "2020-10-01"}, "har inte varit än"),
        ({"decided_on": "2020-02-30"}, "Den dagen finns inte"),
        ({"decided_on": "1920-02-01"}, "Välj en dag från"),
        ({"decided_on": "1020-02-01"}, "kan inte vara"),
        ({"decided_by": []}, "Välj vem som har beslutat."),
        ({"decided_by": [999_999]}, "999999"),
        ({"reason": ""}, "Varför ändras det?"),
        ({"reason": "Enligt 19121212-1212."}, "personnummer"),
        ({"version": "x"}, "heltal"),
        ({"changed": ["allt"]}, "allt"),
    ],
)
def test_wrong_input_is_told_at_the_form_and_nothing_typed_is_lost(
    client, coordinator, target, fields, words
):
    response = send(client, target, **fields)

    assert response.status_code == 200
    assert words in text_of(response)
    assert "STK-2020-15" in response.content.decode()
    assert not Amendment.objects.exists()


def test_second_coordinator_is_told_and_what_they_left_alone_follows(client, actors, target):
    """Both opened the form at 50. One decides 40; the other changes the wording only, and does not put 50 back."""
    AmendmentFactory(target=target)
    client.force_login(actors.city_coordinator)
    sent = typed(
        target, minimum="50", reading="Minst 50 varje kalenderår.", wording="Nya ord.", changed=["wording"]
    )

    response = client.post(page("reports:amend", target, 1), sent | {"save": "1"})

    assert "Någon annan har ändrat åtagandet under tiden." in text_of(response)
    assert Amendment.objects.count() == 1
    text = response.content.decode()
    assert 'value="40"' in text
    assert "Nya ord." in text

    again = sent | {"version": "1", "minimum": "40", "reading": "Minst 40 varje kalenderår.", "changed": []}
    again["decided_on"] = "2020-04-01"
    client.post(
        page("reports:amend", target, 1),
        hidden(client.post(page("reports:amend", target, 1), again)) | {"save": "1"},
    )
    assert Amendment.objects.filter(wording="Nya ord.", target=None).count() == 1


@pytest.mark.parametrize(("position", "status"), [(1, 200), (2, 200), (3, 404), (0, 404)])
def test_each_target_has_its_page(client, coordinator, target, position, status):
    TargetFactory(commitment=target.commitment, position=1)

    answer = client.get(page("reports:amend_target", target, 1, position))

    assert answer.status_code == status
    if position == 2:
        assert 'value="25"' in answer.content.decode()


def test_number_of_a_commitment_that_is_not_there_is_404(client, coordinator, target):
    assert client.get(page("reports:amend", target, 7)).status_code == 404


# --- afterwards


TOLD = "Ändrat 2020-03-01: 40 i stället för 50."


def test_dashboard_is_never_silent(client, actors, target):
    AmendmentFactory(target=target)
    client.force_login(actors.staff)

    text = text_of(client.get(page("reports:dashboard", target)))

    assert TOLD in text
    assert "Enligt det ursprungliga målet: " in text
    assert "Minst 40 anmälningar varje kalenderår" in text


def test_meeting_and_area_pages_are_never_silent(client, actors, target):
    AmendmentFactory(target=target)
    area = AreaFactory(promise=actors.promise)
    ActivityFactory(commitment=target.commitment, occurred_on=date(2020, 3, 1), areas=[area])
    client.force_login(actors.staff)
    list_of_areas = client.get(page("reports:areas", target)).content.decode()
    url = re.search(rf'href="({page("reports:areas", target)}[^"/]*holma[^"/]*/[^"]*)"', list_of_areas)[1]

    for where in (page("reports:meeting_commitment", target, 1), url):
        text = text_of(client.get(where))
        assert TOLD in text
        assert "Enligt det ursprungliga målet: " in text


def test_commitment_page_has_both_results_and_why(client, actors, target):
    AmendmentFactory(target=target, wording="Vad vi kan.")
    client.force_login(actors.staff)

    text = text_of(client.get(page("reports:commitment", target, 1)))

    for words in (
        "Ändrat 2020-03-01: 40 i stället för 50, ordalydelsen",
        "”Vad vi kan.”",
        "”Minst 50 om året.”",
        "Minst 50 varje kalenderår.",
        "Minst 40 varje kalenderår.",
        "Färre anmälningar än väntat.",
        "Lokalpolisområde Söder · Malmö stad · STK-2020-15",
        "Period för period, som det först lovades",
    ):
        assert words in text


@pytest.mark.parametrize(("day", "seen"), [("2020-02-29", False), ("2020-03-01", True), ("2020-03-02", True)])
@pytest.mark.parametrize("name", ["reports:dashboard", "reports:commitment", "reports:evaluation"])
def test_pages_tell_it_from_its_day_on(client, coordinator, target, *, name, day, seen):
    AmendmentFactory(target=target)
    more = [1] if name == "reports:commitment" else []

    text = text_of(client.get(page(name, target, *more), {"per": day}))

    assert ("2020-03-01: 40 i stället för 50" in text) is seen
    assert ("Minst 40 varje kalenderår." in text) is (seen and name != "reports:dashboard")


def test_about_lists_every_decision_also_the_voided(client, actors, target):
    AmendmentFactory(target=target)
    AmendmentFactory(
        target=target, decided_on=date(2020, 6, 1), minimum=30, reading="Minst 30.",
        voided_on=date(2020, 7, 1), void_reason="Fel åtagande.",
    )  # fmt: skip
    client.force_login(actors.officer)

    text = text_of(client.get(page("promises:about", target)))

    assert "Minst 50 om året." in text
    assert "Minst 40 i stället för 50." in text
    assert "Minst 30 i stället för 40." in text
    assert "Makulerad 2020-07-01: Fel åtagande." in text
    assert "Ändra åtagandet" not in text


def test_void_page(client, coordinator, target):
    row = AmendmentFactory(target=target)
    url = page("promises:amendment_void", target, row.pk)

    assert "räknas det som att beslutet aldrig togs" in text_of(client.get(url))
    assert (
        "Ange varför" in text_of(client.post(url, {"why": ""}))
        or client.post(url, {"why": ""}).status_code == 200
    )
    client.post(url, {"why": "Fel åtagande."})

    row.refresh_from_db()
    assert (row.voided_on, row.void_reason) == (AUTUMN, "Fel åtagande.")
    assert TOLD not in text_of(client.get(page("reports:dashboard", target)))


def test_about_takes_the_same_queries_for_one_and_for_many(
    client, actors, target, django_assert_max_num_queries
):
    client.force_login(actors.officer)
    url = page("promises:about", target)
    with django_assert_max_num_queries(20) as few:
        client.get(url)
    for day in range(6):
        AmendmentFactory(target=target, decided_on=date(2020, 3, 1) + timedelta(days=day), minimum=40 + day)
    with django_assert_max_num_queries(len(few) + 2):
        client.get(url)


def test_links_to_change_are_for_coordinators(client, actors, target):
    url = page("reports:amend", target, 1)
    for who, seen in (
        ("coordinator", True),
        ("city_coordinator", True),
        ("signatory", False),
        ("officer", False),
    ):
        client.force_login(getattr(actors, who))
        for name, more in (("reports:commitment", [1]), ("promises:about", [])):
            assert (url in client.get(page(name, target, *more)).content.decode()) is seen
