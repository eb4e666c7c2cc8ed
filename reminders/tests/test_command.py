import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from activities.tests.pages import TODAY, World, world
from reminders.models import SentReminder
from reminders.tests.mailing import REFUSED, Faulty, faulty, name_of, plan

__all__ = ["faulty", "world"]


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("send_reminders", "--today", "2020-06-02", *arguments, stdout=out)
    return out.getvalue()


def test_command_says_how_many_were_sent(world: World):
    plan(world)

    assert command() == "1 mejl skickat.\n"
    assert command() == "0 mejl skickade.\n"


def test_today_is_the_day_in_stockholm_where_none_is_given(world: World):
    """The world's today is the day of the one plan, and the day after the other's."""
    plan(world, TODAY)
    plan(world, TODAY - timedelta(days=1), by="contributor")
    call_command("send_reminders", stdout=io.StringIO())

    told = {name_of(message) for message in mail.outbox}
    assert "contributor" in told
    assert "officer" not in told


def test_dry_run_shows_the_mails_and_stores_and_sends_nothing(world: World):
    plan(world)

    shown = command("--dry-run")

    assert f"{world.actors.officer.email}: Malmö Väster: 1 planerad aktivitet är inte markerad" in shown
    assert "2020-06-01 · Synliga aktiviteter" in shown
    assert shown.endswith("1 mejl skulle skickas.\n")
    assert mail.outbox == []
    assert not SentReminder.objects.exists()


def test_day_that_is_none_is_named(world: World):
    with pytest.raises(CommandError, match="--today i går: ingen dag"):
        call_command("send_reminders", "--today", "i går")


def test_all_that_is_missing_is_said_at_once_and_nothing_is_sent(world: World, settings: Any):
    plan(world)
    settings.MAIL_CONFIGURED, settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = False, "", ""

    with pytest.raises(CommandError) as error:
        command()

    for name in ("EMAIL_URL", "DEFAULT_FROM_EMAIL", "SITE_URL"):
        assert name in str(error.value)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("address", "production", "right"),
    [
        ("https://lofte.example.se", True, True),
        ("https://lofte.example.se/", True, True),
        ("http://lofte.example.se", True, False),
        ("http://127.0.0.1:8000", False, True),
        ("lofte.example.se", False, False),
        ("https://", False, False),
        ("https://lofte.example.se/?a=1", False, False),
        ("javascript:alert(1)", False, False),
    ],
)
def test_address_of_the_site(world: World, settings: Any, address: str, production: bool, right: bool):
    settings.SITE_URL, settings.PRODUCTION = address, production
    if right:
        assert command() == "0 mejl skickade.\n"
    else:
        with pytest.raises(CommandError, match="SITE_URL"):
            command()


def test_slash_at_the_end_of_the_address_is_not_doubled(world: World, settings: Any):
    settings.SITE_URL = "https://lofte.example.se/"
    plan(world)

    assert "https://lofte.example.se/konto/paminnelser/" in command("--dry-run")


def test_refused_mail_is_an_error_for_the_timer(world: World, faulty: type[Faulty]):
    plan(world)
    faulty.answers = {"officer": REFUSED}

    with pytest.raises(CommandError, match="Alla mejl skickades inte"):
        command()


def test_server_that_does_not_answer_is_one_line(world: World, faulty: type[Faulty]):
    plan(world)
    faulty.answers = {"open": ConnectionRefusedError()}

    with pytest.raises(CommandError, match=r"svarar inte \(ConnectionRefusedError\)"):
        command()
