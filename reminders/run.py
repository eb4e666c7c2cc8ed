"""One run: who has a reminder due today, what it says, and its way out, each at most once (docs/adr/0025)."""

import logging
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone, translation

from reminders import services
from reminders.choices import Kind
from reminders.contents import Contents, Letter
from reminders.mail import compose
from reminders.people import everybody, turns
from reminders.site import leaves_the_machine

logger = logging.getLogger("medborgarlofte.reminders")

REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ValueError,
)
"""The mail server said no, or the address cannot be written to: it has surely not been sent."""


class Unreachable(Exception):
    """No connection to the mail server. Whoever has not been mailed yet is mailed by the next run."""


@dataclass(slots=True)
class Outcome:
    """Letters by what became of them. ``uncertain``: handed over, and no answer came. ``examples``: people left out."""

    sent: list[Letter] = field(default_factory=list)
    refused: list[Letter] = field(default_factory=list)
    uncertain: list[Letter] = field(default_factory=list)
    examples: int = 0


def letters(as_of: date, outcome: Outcome) -> Iterator[tuple[Letter, dict[Kind, date]]]:
    """Each person's one mail of the day, with the turns it stands for."""
    people = everybody(as_of)
    if leaves_the_machine():  # example users' addresses are nobody's
        outcome.examples = sum(person.user.is_example for person in people)
        people = [person for person in people if not person.user.is_example]
    due = turns(people, as_of)
    contents = Contents(due, as_of=as_of)
    for person, kinds in due:
        with translation.override(settings.LANGUAGE_CODE):  # nobody's own is known
            letter = contents.letter(person, kinds)
        if letter is not None:
            yield letter, {kind: kinds[kind] for kind in letter.kinds}


def send_reminders(*, as_of: date) -> Outcome:
    """Unreachable where the mail server does not answer; what was sent before that is sent and stays so."""
    outcome = Outcome()
    services.forget_old(as_of=as_of)
    for letter, due in letters(as_of, outcome):
        mail = compose(letter)
        connection = get_connection()
        try:
            connection.open()
        except OSError as error:  # smtplib's own errors are OSErrors too
            raise Unreachable(type(error).__name__) from error
        try:
            if services.claim(letter.user, due, as_of=as_of):
                _send(letter, mail, connection, outcome, as_of=as_of)
        finally:
            connection.close()
    return outcome


def _send(
    letter: Letter, mail: EmailMultiAlternatives, connection: Any, outcome: Outcome, *, as_of: date
) -> None:
    """What was taken up is either surely sent, surely not, or left as it is: never twice."""
    mail.connection = connection
    try:
        mail.send()
    except REFUSALS as error:
        services.mark_refused(letter.user, as_of=as_of)
        outcome.refused.append(letter)
        logger.warning("reminder refused: user=%s %s", letter.user.pk, type(error).__name__)
    except OSError as error:
        outcome.uncertain.append(letter)
        logger.warning("reminder perhaps not sent: user=%s %s", letter.user.pk, type(error).__name__)
    else:
        services.mark_sent(letter.user, as_of=as_of, at=timezone.now())
        outcome.sent.append(letter)
