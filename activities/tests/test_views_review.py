"""The pages of a review: what waits, approved and sent back in a browser, and what the author sees."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from activities.entries import entry_of
from activities.evidence import take_away
from activities.models import Activity, Evidence
from activities.review import approve, require_review, return_row
from activities.services import correct_activity, void_activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import TODAY, text_of, world
from activities.views.row import mark
from history.models import Change

__all__ = ["world"]


@pytest.fixture(autouse=True)
def _reviewed(world):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")


def page(world):
    return reverse("review:list", args=[world.actors.promise.slug])


def setting(world):
    return reverse("review:setting", args=[world.actors.promise.slug])


def form(*rows, chosen=None, act="valda"):
    data = {f"sett-{row.pk}": mark(row) for row in rows}
    return data | {"rad": [row.pk for row in (rows if chosen is None else chosen)], "gor": act}


def reviews(*rows):
    return [Activity.objects.get(pk=row.pk).review for row in rows]


def sent_back(world, row, reason="Vilket område?"):
    return return_row(
        access=world.actors.access("coordinator"), activity=row, version=row.version, reason=reason
    )


# --- What waits


def test_page_shows_all_that_waits_by_commitment_the_oldest_first(world):
    world.log(occurred_on=date(2020, 5, 20), note="Lugnt vid torget", persons_reached=12)
    world.log(occurred_on=date(2020, 5, 2))
    world.log(commitment=world.numbers, quantity=7)
    world.log("coordinator", occurred_on=date(2020, 5, 9))

    text = text_of(world.client("city_coordinator").get(page(world)))

    assert "3 aktiviteter väntar på granskning" in text
    places = [text.index(part) for part in (" 2. ", " 3. ", "2020-05-02", "2020-05-20")]
    assert places == sorted(places)
    assert "Lugnt vid torget" in text
    assert "Nådda personer 12" in text
    assert "2020-05-09" not in text


def test_page_without_waiting_rows_says_so(world):
    assert "Inget väntar på granskning" in text_of(world.client("coordinator").get(page(world)))


def test_chosen_rows_are_approved_and_the_others_wait(world):
    one, two = world.log(), world.log()

    answer = world.client("coordinator").post(page(world), form(one, two, chosen=[one]), follow=True)

    assert "1 aktivitet är godkänd och räknas." in text_of(answer)
    assert reviews(one, two) == ["", "waiting"]


def test_all_on_the_page_are_approved_without_a_tick(world):
    one, two = world.log(), world.log()

    world.client("coordinator").post(page(world), form(one, two, chosen=[], act="alla"))

    assert reviews(one, two) == ["", ""]


def test_nothing_chosen_is_told_and_nothing_happens(world):
    row = world.log()

    answer = world.client("coordinator").post(page(world), form(row, chosen=[]))

    assert answer.status_code == 200
    assert "Ingen rad är vald." in text_of(answer)
    assert reviews(row) == ["waiting"]


def test_pressed_twice_approves_once(world):
    row = world.log()
    client = world.client("coordinator")

    client.post(page(world), form(row))
    again = client.post(page(world), form(row), follow=True)

    assert "1 var redan godkänd" in text_of(again)
    assert Change.objects.of(row).filter(action="approved").count() == 1


def test_changed_row_stops_all_and_keeps_the_other_ticks(world):
    changed, other = world.log(), world.log(occurred_on=date(2020, 5, 3))
    sent = form(changed, other)
    void_activity(access=world.actors.access("officer"), activity=changed, version=1, reason="Dubblett")

    answer = world.client("coordinator").post(page(world), sent)

    assert answer.status_code == 409
    assert "Någon har ändrat dessa under tiden" in text_of(answer)
    assert "Makulerad" in text_of(answer)
    assert f'id="rad-{other.pk}" checked' in answer.content.decode()
    assert reviews(other) == ["waiting"]


@pytest.mark.parametrize("sent", [{}, {"sett": "x"}, {"sett": "0" * 20}])
def test_row_that_was_not_seen_is_not_approved(world, sent):
    row = world.log()
    data = {f"sett-{row.pk}": value for value in sent.values()} | {"rad": [row.pk], "gor": "valda"}

    assert world.client("coordinator").post(page(world), data).status_code == 409
    assert reviews(row) == ["waiting"]


@pytest.mark.parametrize("pk", ["4711", "9" * 16])
def test_row_that_is_not_there_is_404(world, pk):
    row = world.log()

    answer = world.client("coordinator").post(page(world), form(row) | {"rad": [row.pk, pk], "gor": "valda"})

    assert answer.status_code == 404
    assert reviews(row) == ["waiting"]


@pytest.mark.parametrize("pk", ["x", "-1", "", "9" * 30, "٣"])
def test_what_is_no_row_is_no_choice(world, pk):
    answer = world.client("coordinator").post(page(world), {"rad": pk, f"sett-{pk}": "x", "gor": "valda"})

    assert "Ingen rad är vald." in text_of(answer)


def test_row_of_another_promise_is_404(world):
    other = ActivityFactory(review="waiting")

    assert world.client("coordinator").post(page(world), form(other)).status_code == 404
    assert reviews(other) == ["waiting"]


def test_secret_plan_cannot_be_asked_for_by_its_number(world):
    plan = world.log(commitment=world.secret, state="planned", occurred_on=date(2020, 7, 1))

    assert world.client("city_coordinator").post(page(world), form(plan)).status_code == 404
    assert world.client("coordinator").post(page(world), form(plan)).status_code == 409


def link(world, row, number=1):
    return Evidence.objects.create(
        activity=row, kind="link", url=f"https://polisen.se/{number}", added_by=world.user("officer")
    )


def test_review_page_says_how_many_pieces_of_evidence_a_row_has(world):
    with_one, without = world.log(), world.log()
    link(world, with_one)
    for piece in (link(world, with_one, 2), link(world, without)):
        take_away(access=world.actors.access("coordinator"), evidence=piece, reason="Fel länk", erase=False)

    text = text_of(world.client("coordinator").get(page(world)))

    assert text.count("underlag") == 1
    assert "1 underlag" in text


@pytest.mark.parametrize("rows", [3, 200])
def test_review_page_query_budget(world, django_assert_num_queries, rows):
    for number in range(rows):
        row = ActivityFactory(
            commitment=world.meetings if number % 3 == 0 else world.visible,
            kind=world.theme if number % 3 == 0 else world.patrol,
            occurred_on=date(2019, 9, 1) + timedelta(days=number),
            areas=[] if number % 3 == 0 else [world.holma],
            logged_by=world.user("officer"),
            review="waiting",
        )
        if number % 3 == 0:
            row.attendance.create(school_class=world.a, pupils_present=20)
        link(world, row)
    client = world.client("coordinator")
    client.get(page(world))
    with django_assert_num_queries(12):
        answer = client.get(page(world))
    assert f"{rows} aktiviteter väntar på granskning" in text_of(answer)
    assert answer.content.decode().count('name="rad"') == min(rows, 50)


def test_two_hundred_rows_are_approved_page_by_page(world):
    for number in range(200):
        ActivityFactory(
            commitment=world.visible,
            occurred_on=date(2019, 9, 1) + timedelta(days=number),
            areas=[world.holma],
            review="waiting",
        )
    client = world.client("coordinator")
    second = client.get(page(world), {"page": 2}).context["page_obj"].object_list

    client.post(page(world), form(*second, chosen=[], act="alla"))

    assert set(reviews(*second)) == {""}
    assert Activity.objects.waiting().count() == 150
    assert client.get(page(world), {"page": 4}).context["page_obj"].number == 3  # the last there is


# --- Sent back and answered


def test_sent_back_row_stands_on_top_of_its_authors_list_with_the_reason(world):
    row = world.log()
    url = world.row_url(row, "skicka-tillbaka/")
    coordinator, officer = world.client("coordinator"), world.client("officer")
    assert "Vad behöver rättas?" in text_of(coordinator.get(url))

    sent = coordinator.post(url, {"version": 1, "why": "Vilket område?"}, follow=True)

    assert "Skickad tillbaka" in text_of(sent)
    listed = text_of(officer.get(world.base))
    assert listed.index("En av dina aktiviteter har skickats tillbaka") < listed.index("Vilket område?")
    assert "Vilket område?" not in text_of(world.client("other_officer").get(world.base))
    detail = text_of(officer.get(world.row_url(row)))
    assert "Skickad tillbaka" in detail
    assert "Vilket område?" in detail
    assert "Rätta och skicka igen" in detail


def test_author_corrects_and_sends_again(world):
    row = sent_back(world, world.log())
    officer = world.client("officer")
    data = {
        "version": 2,
        "state": "done",
        "kind": world.patrol.pk,
        "areas": [world.kroksback.pk],
        "occurred_on": "2020-05-01",
        "quantity": 1,
    }

    answer = officer.post(world.row_url(row, "ratta/"), data, follow=True)

    assert "Den räknas när en samordnare har godkänt den." in text_of(answer)
    assert reviews(row) == ["waiting"]


def test_author_answers_and_the_coordinator_reads_it(world):
    row = sent_back(world, world.log())
    url = world.row_url(row, "svara/")
    officer = world.client("officer")
    assert "Vilket område?" in text_of(officer.get(url))

    officer.post(url, {"version": 2, "why": "Det var Holma."})
    again = officer.post(url, {"version": 2, "why": "Det var Holma."}, follow=True)

    assert "Besvarad" in text_of(again)
    assert Change.objects.of(row).filter(action="answered").count() == 1
    assert "Det var Holma." in text_of(world.client("coordinator").get(page(world)))


@pytest.mark.parametrize("name", ["skicka-tillbaka/", "svara/"])
@pytest.mark.parametrize("why", ["", "Ring 070-123 45 67"])
def test_reason_and_answer_are_checked(world, name, why):
    row = world.log()
    if name == "svara/":
        row = sent_back(world, row)

    answer = world.client("coordinator").post(world.row_url(row, name), {"version": row.version, "why": why})

    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert reviews(row) == [row.review]


def test_sending_back_what_somebody_corrected_meanwhile_is_told_and_keeps_the_text(world):
    row = world.log()
    correct_activity(
        access=world.actors.access("officer"),
        activity=row,
        entry=entry_of(world.log(quantity=4)),
        version=1,
        today=TODAY,
    )
    url = world.row_url(row, "skicka-tillbaka/")

    answer = world.client("coordinator").post(url, {"version": 1, "why": "Vilket område?"})

    assert answer.status_code == 409
    assert "Vilket område?" in answer.content.decode()
    assert reviews(row) == ["waiting"]


def test_sending_back_a_voided_row_is_told(world):
    row = world.log()
    void_activity(access=world.actors.access("officer"), activity=row, version=1, reason="Dubblett")

    answer = world.client("coordinator").post(
        world.row_url(row, "skicka-tillbaka/"), {"version": 1, "why": "Vilket område?"}
    )

    assert answer.status_code == 409
    assert "Raden är redan makulerad" in text_of(answer)


def test_pages_with_nothing_to_do_lead_back_to_the_row(world):
    plan, row = world.log(state="planned"), world.log()
    client = world.client("coordinator")

    for one, name in ((plan, "skicka-tillbaka/"), (row, "svara/")):
        assert client.get(world.row_url(one, name)).url == world.row_url(one)


@pytest.mark.parametrize("name", ["officer", "contributor", "staff", "signatory"])
def test_others_are_refused(world, name):
    row = world.log()
    client = world.client(name)

    assert client.get(page(world)).status_code == 403
    assert client.post(page(world), form(row)).status_code == 403
    assert client.post(world.row_url(row, "skicka-tillbaka/"), {"version": 1, "why": "x"}).status_code == 403
    assert client.post(setting(world), {"pa": "0", "why": "x"}).status_code == 403
    assert reviews(row) == ["waiting"]
    assert "Granskning" not in client.get(world.base).content.decode().partition("<main")[0]


# --- Everywhere


def test_waiting_rows_stand_apart_in_the_list(world):
    world.log(quantity=3)
    world.log("coordinator", quantity=2)
    sent_back(world, world.log(quantity=4))
    client = world.client("staff")

    assert text_of(client.get(world.base)).count("Väntar på granskning") >= 1
    for query, numbers in (("granskning=vantar", [3]), ("granskning=atersand", [4]), ("lage=done", [2])):
        answer = client.get(f"{world.base}?{query}")
        shown = sorted(
            row.quantity
            for row in Activity.objects.all()
            if world.row_url(row) in answer.content.decode().partition("<tbody>")[2]
        )
        assert shown == numbers, query
    assert client.get(f"{world.base}?granskning=ja").status_code == 400


def test_saved_row_says_that_it_waits(world):
    data = {
        "state": "done",
        "kind": world.patrol.pk,
        "areas": [world.holma.pk],
        "occurred_on": "2020-05-01",
        "quantity": 1,
    }
    for name, waits in (("officer", True), ("coordinator", False)):
        answer = world.client(name).post(f"{world.base}logga/3/", data, follow=True)
        assert ("Den räknas när en samordnare har godkänt den." in text_of(answer)) == waits


def test_row_page_approves(world):
    row = world.log()
    client = world.client("coordinator")
    assert "Godkänn" in text_of(client.get(world.row_url(row)))

    client.post(page(world), form(row))

    text = text_of(client.get(world.row_url(row)))
    assert "Genomförd" in text
    assert "Granskning: Väntar på granskning → blev Godkänd" in text


def test_month_that_waits_is_logged_already(world):
    world.log(commitment=world.numbers, quantity=7, occurred_on=date(2020, 5, 1), month_only=True)

    form_page = world.client("officer").get(f"{world.base}logga/2/")

    assert form_page.context["form"].reported == {date(2020, 5, 1): 7}


# --- The setting


def test_setting_is_turned_off_with_a_reason_and_told_on_the_page_about_the_promise(world):
    client = world.client("city_coordinator")
    about = reverse("promises:about", args=[world.actors.promise.slug])
    assert "Rader granskas innan de räknas" in text_of(client.get(about))

    refused = client.post(setting(world), {"pa": "0", "why": ""})
    assert "Skriv varför." in text_of(refused) or "Säg varför." in text_of(refused)
    client.post(setting(world), {"pa": "0", "why": "Prövat i ett år"})

    assert "Rader räknas så snart de är loggade" in text_of(client.get(about))
    assert "Granskning slogs av Prövat i ett år" in text_of(client.get(setting(world)))
    assert setting(world) not in world.client("staff").get(about).content.decode()


def test_setting_is_not_turned_off_while_rows_wait(world):
    world.log()

    answer = world.client("coordinator").post(setting(world), {"pa": "0", "why": "Prövat"})

    assert "1 aktivitet väntar på granskning: godkänn eller skicka tillbaka den först." in text_of(answer)
    world.actors.promise.refresh_from_db()
    assert world.actors.promise.requires_review


# --- What the municipality may not know


def test_secret_rows_history_begins_when_it_was_done_also_in_review(world):
    plan = world.log(commitment=world.secret, state="planned")
    officer = world.actors.access("officer")
    row = correct_activity(
        access=officer,
        activity=plan,
        entry=entry_of(world.log(commitment=world.secret)),
        version=1,
        today=TODAY,
    )
    city = world.client("city_coordinator")

    assert "väntar på granskning" in text_of(city.get(page(world)))
    answer = city.post(world.row_url(row, "skicka-tillbaka/"), {"version": 1, "why": "Var?"})
    assert answer.status_code == 302
    text = text_of(city.get(world.row_url(row)))
    assert "Planerad" not in text
    assert "Markerad som genomförd" not in text
    row.refresh_from_db()
    approve(access=world.actors.access("city_coordinator"), versions={row.pk: row.version})
