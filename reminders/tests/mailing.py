"""What the tests of reminders share: plans and rows around one Tuesday, and the mail server that refuses."""

import smtplib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from activities.models import Activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import World
from reminders.cadence import Cadence, Rhythm
from reminders.choices import Kind
from reminders.run import Outcome, send_reminders
from reminders.services import choose

TUESDAY = date(2020, 6, 2)
YESTERDAY = TUESDAY - timedelta(days=1)
NEXT_MONDAY = date(2020, 6, 8)


def plan(world: World, day: date = YESTERDAY, by: str = "officer", **values: Any) -> Activity:
    commitment = values.pop("commitment", world.visible)
    return ActivityFactory(
        commitment=commitment, planned=True, occurred_on=day, logged_by=world.user(by), **values
    )


def waiting(world: World, by: str = "officer", review: str = "waiting", **values: Any) -> Activity:
    world.actors.promise.requires_review = True
    world.actors.promise.save()
    return ActivityFactory(
        commitment=values.pop("commitment", world.visible), logged_by=world.user(by), review=review, **values
    )


def only(world: World, *kinds: Kind) -> None:
    """Everybody in the promise hears daily of these kinds and of nothing else."""
    for user in User.objects.filter(memberships__promise=world.actors.promise).distinct():
        choose(user, {kind: Rhythm(Cadence.DAILY if kind in kinds else Cadence.OFF) for kind in Kind})


def mailed(as_of: date = TUESDAY) -> list[str]:
    """Who is mailed by one run: the part of the address that says what they are."""
    mail.outbox.clear()
    send_reminders(as_of=as_of)
    return sorted(name_of(message) for message in mail.outbox)


def name_of(message: Any) -> str:
    return message.to[0].split(".")[0]


def bodies(as_of: date = TUESDAY) -> dict[str, str]:
    """Name -> the text of the mail."""
    mailed(as_of)
    return {name_of(message): message.body for message in mail.outbox}


class Faulty(EmailBackend):
    """A mail server with moods: address -> what it answers, or "open" for no connection at all."""

    answers: dict[str, Exception] = {}
    attempts: list[str] = []

    def open(self) -> None:
        if "open" in self.answers:
            raise self.answers["open"]

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            self.attempts.append(name_of(message))
            if answer := self.answers.get(name_of(message)):
                raise answer
        return super().send_messages(messages)


REFUSED = smtplib.SMTPRecipientsRefused({"officer": (550, b"no such user")})


@pytest.fixture
def faulty(settings: Any) -> Iterator[type[Faulty]]:
    settings.EMAIL_BACKEND = f"{Faulty.__module__}.{Faulty.__name__}"
    Faulty.answers, Faulty.attempts = {}, []
    yield Faulty
    Faulty.answers, Faulty.attempts = {}, []


def run(as_of: date = TUESDAY) -> Outcome:
    return send_reminders(as_of=as_of)
