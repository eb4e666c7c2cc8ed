"""What the commands of this app ask for alike: which promise, and as it stood on which day."""

from datetime import date

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from promises.models import Promise
from reports.days import default_as_of, parse_day


def add_promise_and_day(parser: CommandParser) -> None:
    parser.add_argument("slug")
    parser.add_argument(
        "--as-of", metavar="YYYY-MM-DD", help="default: today, at most the promise's last day"
    )


def promise_named(slug: str) -> Promise:
    promise = Promise.objects.filter(slug=slug).first()
    if promise is None:
        raise CommandError(_("There is no promise with the slug %(slug)s.") % {"slug": slug})
    return promise


def day_asked_for(text: str | None, promise: Promise, *, today: date) -> date:
    if text is None:
        return default_as_of(promise, today)
    try:
        return parse_day(text)
    except ValueError:
        raise CommandError(_("--as-of %(day)s: not a day. Write it as 2020-12-31.") % {"day": text}) from None
