from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from activities.tests.pages import TODAY, World, text_of, world
from reminders.cadence import Cadence, Rhythm
from reminders.choices import Kind
from reminders.models import ReminderSetting, SentReminder
from reminders.people import rhythms_of
from reminders.tests.mailing import mailed, plan
from reminders.tokens import SALT, token

__all__ = ["world"]

PAGE = "/konto/paminnelser/"


def sent(**values: Any) -> dict[str, Any]:
    return {"plans": "weekdays", "plans_day": "0"} | values


def address(user: Any, *kinds: Kind) -> str:
    return reverse("reminders:unsubscribe", args=[token(user.pk, kinds)])


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("officer", ["plans"]),
        ("contributor", ["plans"]),
        ("coordinator", ["plans", "overview"]),
        ("staff", []),
        ("signatory", []),
        ("administrator", []),
    ],
)
def test_page_asks_only_about_what_concerns_the_person(world: World, name: str, kinds: list[str]):
    form = world.client(name).get(PAGE).context["form"]
    assert [field for field in form.fields if not field.endswith("_day")] == kinds


def test_page_asks_about_review_where_rows_are_reviewed(world: World):
    world.actors.promise.requires_review = True
    world.actors.promise.save()

    form = world.client("coordinator").get(PAGE).context["form"]

    assert {"plans", "returned", "review", "overview"} < set(form.fields)


def test_page_without_a_role_says_so(world: World):
    assert "Ingen av dina roller har något att bli påmind om." in text_of(world.client("staff").get(PAGE))


def test_menu_leads_here_once(world: World):
    page = world.client("officer").get("/konto/").content.decode()

    assert page.count(f'href="{PAGE}"') == 1


def test_choice_is_stored_and_shown(world: World):
    client = world.client("officer")

    answer = client.post(PAGE, sent(plans="weekly", plans_day="3"), follow=True)

    assert "Dina påminnelser är sparade." in text_of(answer)
    assert rhythms_of(world.actors.officer)[Kind.PLANS] == Rhythm(Cadence.WEEKLY, 3)
    assert "Nästa: torsdag 4 juni, om något väntar." in text_of(answer)
    client.post(PAGE, sent(plans="off"))
    assert ReminderSetting.objects.get().cadence == "off"
    assert "Avstängt." in text_of(client.get(PAGE))


@pytest.mark.parametrize(
    "values", [{"plans": "hourly"}, {"plans_day": "7"}, {"plans": ""}, {"plans_day": "x"}]
)
def test_choice_that_is_none_is_refused(world: World, values: dict[str, str]):
    answer = world.client("officer").post(PAGE, sent(**values))

    assert answer.status_code == 200
    assert "Rätta det här först" in text_of(answer) or answer.context["form"].errors
    assert not ReminderSetting.objects.exists()


def test_kind_of_another_role_is_not_stored(world: World):
    world.client("officer").post(PAGE, sent(overview="daily", overview_day="0"))

    assert list(ReminderSetting.objects.values_list("kind", flat=True)) == ["plans"]


def test_page_says_today_and_then_tomorrow(world: World):
    plan(world, date(2020, 5, 31))
    client = world.client("officer")
    assert "Nästa: i dag, om något väntar." in text_of(client.get(PAGE))

    mailed(TODAY)

    assert "Nästa: tisdag 2 juni" in text_of(client.get(PAGE))


def test_page_says_when_the_last_was_sent(world: World):
    SentReminder.objects.create(
        user=world.actors.officer,
        kind=Kind.PLANS,
        turn=date(2020, 5, 29),
        tried_on=date(2020, 5, 29),
        state="sent",
        sent_at=datetime(2020, 5, 29, 22, 30, tzinfo=UTC),
    )

    assert "Senast skickat 2020-05-30." in text_of(world.client("officer").get(PAGE))
    assert "Senast" not in text_of(world.client("other_officer").get(PAGE))


def test_page_says_that_the_site_sends_no_mail(world: World, settings: Any):
    settings.MAIL_CONFIGURED = False
    assert "inte inställd för att skicka mejl" in text_of(world.client("officer").get(PAGE))


# --- the link in the mail -----------------------------------------------------------------------------------


def test_link_asks_first_and_turns_off_when_pressed(world: World):
    url = address(world.actors.officer, Kind.PLANS)

    page = Client().get(url)

    assert page.status_code == 200
    assert not ReminderSetting.objects.exists()  # a mail program that fetches links turns nothing off
    answer = Client(enforce_csrf_checks=True).post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert rhythms_of(world.actors.officer)[Kind.PLANS].cadence == Cadence.OFF


def test_link_of_the_header_works_without_signing_in(world: World):
    plan(world)
    mailed()
    header = mail.outbox[0].message()["List-Unsubscribe"]

    Client(enforce_csrf_checks=True).post(
        header.strip("<>").removeprefix("http://127.0.0.1:8000"), {"List-Unsubscribe": "One-Click"}
    )

    assert mailed(date(2020, 6, 3)) == []


def test_link_turns_off_only_its_kind_and_only_its_person(world: World):
    Client().post(address(world.actors.coordinator, Kind.PLANS))

    assert rhythms_of(world.actors.coordinator)[Kind.PLANS].cadence == Cadence.OFF
    assert rhythms_of(world.actors.coordinator)[Kind.OVERVIEW].cadence == Cadence.WEEKLY
    assert rhythms_of(world.actors.officer)[Kind.PLANS].cadence == Cadence.WEEKDAYS


def test_link_pressed_twice_does_no_more(world: World):
    url = address(world.actors.officer, Kind.PLANS, Kind.RETURNED)
    for _ in range(2):
        assert Client().post(url).status_code == 200
    assert ReminderSetting.objects.count() == 2


def test_link_says_nothing_of_the_person(world: World):
    url = address(world.actors.officer, Kind.PLANS)
    for page in (Client().get(url), Client().post(url)):
        assert "@" not in text_of(page)
        assert world.actors.promise.title not in page.content.decode()
        assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_link_of_a_person_who_is_gone_looks_the_same(world: World):
    known = Client().post(address(world.actors.officer, Kind.PLANS)).content
    gone = Client().post(reverse("reminders:unsubscribe", args=[token(10**9, [Kind.PLANS])])).content

    assert text(known) == text(gone)


def text(content: bytes) -> bytes:
    return content[content.index(b"<main") : content.index(b"</main>")]


@pytest.mark.parametrize("where", [0, 5, -1])
def test_link_that_was_tampered_with_does_nothing(world: World, where: int):
    good = token(world.actors.officer.pk, [Kind.PLANS])
    letters = list(good)
    letters[where] = "A" if letters[where] != "A" else "B"
    url = reverse("reminders:unsubscribe", args=["".join(letters)])

    for answer in (Client().get(url), Client().post(url)):
        assert answer.status_code == 404
        assert "Länken fungerar inte" in text_of(answer)
    assert not ReminderSetting.objects.exists()


@pytest.mark.parametrize(
    "forged",
    [
        lambda pk: signing.dumps([pk, ["plans"]], salt="another"),
        lambda pk: signing.dumps([pk, ["all"]], salt=SALT),
        lambda pk: "x",
    ],
)
def test_link_that_the_site_has_not_made_does_nothing(world: World, forged: Any):
    url = reverse("reminders:unsubscribe", args=[forged(world.actors.officer.pk)])

    assert Client().post(url).status_code == 404
    assert not ReminderSetting.objects.exists()
