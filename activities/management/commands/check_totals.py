"""manage.py check_totals [SLUG] [--repair]: whether the running totals are what the rows add up to (docs/adr/0013)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Axis
from activities.services import repair_totals
from activities.tallies import Difference, differences
from promises.locking import hold
from promises.models import Commitment, Promise

SOURCE = "check_totals"


class Command(BaseCommand):
    help = "Count every row again and compare with the running totals. Exit status 1 where they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="one promise; default: all of them")
        parser.add_argument("--repair", action="store_true", help="write what the rows add up to")

    def handle(self, *_args: Any, slug: str | None, repair: bool, **_options: Any) -> None:
        promises = Promise.objects.order_by("slug")
        if slug is not None:
            promises = promises.filter(slug=slug)
            if not promises:
                raise CommandError(_("There is no promise with the slug %(slug)s.") % {"slug": slug})
        found = sum(self._check(promise, repair=repair) for promise in promises)
        if not found:
            self.stdout.write(_("The running totals are what the rows add up to."))
            return
        wrong = ngettext("%(count)s number was wrong", "%(count)s numbers were wrong", found) % {
            "count": found
        }
        if not repair:
            raise CommandError(_("%(wrong)s. Run again with --repair to count it anew.") % {"wrong": wrong})
        self.stdout.write(_("%(wrong)s and has been counted anew.") % {"wrong": wrong})

    def _check(self, promise: Promise, *, repair: bool) -> int:
        """How many numbers of a promise differ. Nobody writes to it meanwhile."""
        number = 0
        for commitment in promise.commitments.order_by("number"):
            with transaction.atomic():
                hold(promise.pk)
                found = differences(commitment)
                for one in found:
                    self.stdout.write(_in_words(promise, commitment, one))
                if found and repair:
                    repair_totals(commitment, differences=len(found), source=SOURCE)
            number += len(found)
        return number


def _in_words(promise: Promise, commitment: Commitment, one: Difference) -> str:
    key = one.key
    of = "" if key.axis in (Axis.ALL, Axis.KNOWN) else f" {key.member}"
    present = f" ({key.present})" if key.present else ""
    return (
        f"{promise.slug} · {commitment.number} · {key.day.isoformat()} · {Axis(key.axis).label}{of}{present}"
        f" · {one.measure}: "
        + _("%(stored)s stored, %(counted)s counted")
        % {"stored": one.stored, "counted": one.counted}
    )
