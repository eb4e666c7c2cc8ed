"""The mail itself: both forms say the same, nothing secret is in it, and one press turns it off."""

import html
import re
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import UserFactory
from activities.models import Activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import World, world
from promises.choices import Role
from promises.tests.factories import MembershipFactory, PoliceFactory, TargetFactory
from reminders.choices import Kind
from reminders.models import SentReminder
from reminders.run import Outcome, letters
from reminders.tests.mailing import (
    NEXT_MONDAY,
    TUESDAY,
    YESTERDAY,
    mailed,
    name_of,
    only,
    plan,
    run,
    waiting,
)

__all__ = ["world"]


def busy(world: World) -> None:
    """Something of every kind."""
    TargetFactory(commitment=world.visible)
    plan(world)
    plan(world, by="coordinator")
    waiting(world)
    waiting(world, review="returned")


def parts(message: Any) -> tuple[str, str]:
    [alternative] = message.alternatives
    return message.body, alternative[0]


def words(text: str) -> list[str]:
    text = re.sub(r"<style>.*?</style>|<head>.*?</head>", " ", text, flags=re.DOTALL)
    return re.findall(r"[\wåäöÅÄÖ]+", html.unescape(re.sub(r"<[^>]+>", " ", text)).lower())


def test_text_and_html_say_the_same(world: World):
    busy(world)
    mailed(NEXT_MONDAY)

    assert {name_of(message) for message in mail.outbox} == {"coordinator", "city_coordinator", "officer"}
    for message in mail.outbox:
        text, page = parts(message)
        spoken = re.sub(r"http://\S+", " ", text)
        assert words(spoken) == words(page)
        assert sorted(set(re.findall(r"http://[^\s]+", text))) == sorted(
            {html.unescape(one) for one in re.findall(r'href="([^"]+)"', page)}
        )


def test_mail_loads_nothing_and_tells_nobody_that_it_was_read(world: World):
    busy(world)
    mailed(NEXT_MONDAY)

    for message in mail.outbox:
        assert not re.search(r"<img|<link|<script|src=|url\(|@import", parts(message)[1])
        assert message.attachments == []


def test_mail_is_multipart_with_headers_that_turn_it_off(world: World):
    plan(world)
    mailed()
    [message] = mail.outbox
    sent: Message = message.message()

    assert sent.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in sent.get_payload()] == ["text/plain", "text/html"]
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        r"<http://127\.0\.0\.1:8000/konto/paminnelser/stang-av/[^/]+/>", sent["List-Unsubscribe"]
    )
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"].endswith("@127.0.0.1>")


def test_mail_holds_no_note_kind_place_or_name(world: World):
    user = world.actors.officer
    type(user).objects.filter(pk=user.pk).update(title="områdespolis Holma")
    plan(world, note="ryggsäck", kind=world.patrol, areas=[world.holma])
    plan(world, by="coordinator", note="ryggsäck", kind=world.patrol, areas=[world.holma])
    waiting(world, review="returned", note="ryggsäck", kind=world.patrol, areas=[world.holma])
    mailed(NEXT_MONDAY)

    assert len(mail.outbox) == 3
    for message in mail.outbox:
        for text in parts(message):
            assert not re.search(r"ryggsäck|Fotpatrull|Holma|@example", text)


CHANGES_ANYWAY = re.compile(r"stang-av/[^/]+/")


def everything(as_of: Any) -> dict[str, tuple[str, ...]]:
    SentReminder.objects.all().delete()
    mailed(as_of)
    return {
        name_of(message): (message.subject, *(CHANGES_ANYWAY.sub("", text) for text in parts(message)))
        for message in mail.outbox
    }


@pytest.mark.parametrize("as_of", [TUESDAY, NEXT_MONDAY])
def test_mail_is_the_same_with_and_without_secret_plans(world: World, as_of: Any):
    """To the police as well: a mail travels unprotected, and to be sent at all would tell of a plan."""
    busy(world)
    TargetFactory(commitment=world.secret)
    world.log(commitment=world.secret)
    for by in ("officer", "other_officer", "coordinator"):
        plan(world, by=by, commitment=world.secret)
        plan(world, as_of + timedelta(days=2), by=by, commitment=world.secret)
    ActivityFactory(
        commitment=world.secret,
        cancelled=True,
        occurred_on=YESTERDAY,
        logged_by=world.actors.officer,
    )
    secret = Activity.objects.filter(commitment=world.secret).exclude(state="done")
    assert secret.count() == 7

    with_plans = everything(as_of)
    QuerySet(Activity).filter(commitment=world.secret).exclude(state="done").delete()

    assert everything(as_of) == with_plans
    assert "other_officer" not in with_plans  # only secret plans: no mail at all


def test_police_are_told_what_mails_leave_out_whether_there_is_any_or_not(world: World):
    plan(world)
    plan(world, by="contributor")
    mailed()

    told = {name_of(message): "hemligt tills det är gjort" in message.body for message in mail.outbox}

    assert told == {"officer": True, "contributor": False}


def test_waiting_row_of_a_secret_commitment_is_in_the_number_and_not_named(world: World):
    waiting(world, commitment=world.secret)
    only(world, Kind.REVIEW)
    mailed()

    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "1 aktivitet väntar på granskning" in message.body
        assert "Planlagda insatser" not in message.body


def test_title_with_signs_of_html_is_text(world: World):
    world.visible.short_title = "A & <b>"
    world.visible.save()
    plan(world)
    mailed()

    text, page = parts(mail.outbox[0])
    assert "A & <b>" in text
    assert "A &amp; &lt;b&gt;" in page


def test_title_of_two_lines_breaks_no_header(world: World):
    world.actors.promise.short_title = "Malmö\nBcc: någon@example.se"
    world.actors.promise.save()
    plan(world)
    mailed()

    assert mail.outbox[0].message()["Bcc"] is None


def test_template_of_the_mail_uses_only_colours_of_the_site():
    root = Path(django_settings.BASE_DIR)
    page = (root / "templates/reminders/mail_document.html").read_text()
    tokens = (root / "static/css/tokens.css").read_text()

    assert set(re.findall(r"#[0-9a-f]{6}", page)) <= set(re.findall(r"#[0-9a-f]{6}", tokens))


@pytest.mark.parametrize("as_of", [TUESDAY, NEXT_MONDAY])
def test_number_of_queries_does_not_depend_on_people_or_rows(world: World, as_of: Any):
    busy(world)

    def read() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = list(letters(as_of, Outcome()))
        return len(queries), len(found)

    few, people = read()
    for number in range(300):
        user = UserFactory(email=f"polis{number}@example.se", password="x")
        MembershipFactory(
            user=user, promise=world.actors.promise, organisation=PoliceFactory(), role=Role.OFFICER
        )
        ActivityFactory(
            commitment=world.visible, planned=True, occurred_on=YESTERDAY, logged_by=user, areas=[world.holma]
        )

    assert read() == (few, people + 300)
    assert few <= (7 if as_of == TUESDAY else 45)


def test_each_mail_costs_the_same_few_queries(world: World):
    def cost() -> int:
        SentReminder.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            run()
        return len(queries)

    plan(world)
    one = cost()
    plan(world, by="contributor")
    two = cost()
    plan(world, by="other_officer")

    assert cost() - two == two - one <= 12
