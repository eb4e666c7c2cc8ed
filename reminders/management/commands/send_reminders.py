"""`manage.py send_reminders`: what waits for people, by e-mail. A timer runs it (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reminders.mail import compose
from reminders.run import Outcome, Unreachable, letters, send_reminders
from reminders.site import faults
from reports.days import parse_day


class Command(BaseCommand):
    help = "Mail everybody what waits for them, at most once a day. Run again, it sends only what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", metavar="YYYY-MM-DD", help="default: today in Stockholm")
        parser.add_argument("--dry-run", action="store_true", help="show the mails; send and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = day_asked_for(options["today"])
        if missing := faults():
            raise CommandError("\n".join([_("No mail can be sent:"), *missing]))
        if options["dry_run"]:
            self.show(as_of)
            return
        try:
            outcome = send_reminders(as_of=as_of)
        except Unreachable as error:
            text = _("The mail server does not answer (%(error)s). The next run sends what is left.")
            raise CommandError(text % {"error": error}) from None
        self.stdout.write("\n".join(told(outcome)))
        if outcome.refused or outcome.uncertain:
            raise CommandError(_("Not every mail was sent. The log says whose, by number."))

    def show(self, as_of: date) -> None:
        outcome, number = Outcome(), 0
        for letter, _due in letters(as_of, outcome):
            number += 1
            self.stdout.write(f"{letter.user.email}: {letter.subject}\n\n{compose(letter).body}\n")
        text = ngettext("%(number)s mail would be sent.", "%(number)s mails would be sent.", number)
        self.stdout.write("\n".join([text % {"number": number}, *left_out(outcome)]))


def told(outcome: Outcome) -> list[str]:
    sent, refused, uncertain = len(outcome.sent), len(outcome.refused), len(outcome.uncertain)
    lines = [ngettext("%(number)s mail sent.", "%(number)s mails sent.", sent) % {"number": sent}]
    if refused:
        text = ngettext(
            "%(number)s was refused by the mail server and is tried again by the next run.",
            "%(number)s were refused by the mail server and are tried again by the next run.",
            refused,
        )
        lines.append(text % {"number": refused})
    if uncertain:
        text = ngettext(
            "%(number)s may have been sent: the mail server did not answer. It is not sent again.",
            "%(number)s may have been sent: the mail server did not answer. They are not sent again.",
            uncertain,
        )
        lines.append(text % {"number": uncertain})
    return lines + left_out(outcome)


def left_out(outcome: Outcome) -> list[str]:
    if not outcome.examples:
        return []
    text = ngettext(
        "%(number)s example user gets no mail.", "%(number)s example users get no mail.", outcome.examples
    )
    return [text % {"number": outcome.examples}]


def day_asked_for(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return parse_day(text)
    except ValueError:
        raise CommandError(_("--today %(day)s: not a day. Write it as 2020-12-31.") % {"day": text}) from None
