"""manage.py import_classes FILE --promise SLUG: docs/class-format.md says what the file looks like."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from promises.class_import.plan import What
from promises.class_import.run import import_file
from promises.models import Promise
from promises.tables.faults import InvalidImportError


class Command(BaseCommand):
    help = "Read the class register in from a CSV or XLSX file: all rows or none. Nothing is taken away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.{csv,xlsx}")
        parser.add_argument("--promise", required=True, metavar="SLUG")
        parser.add_argument(
            "--from", dest="day", metavar="YYYY-MM-DD", help="the day from which changes hold"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")

    def handle(
        self, *_args: Any, file: Path, promise: str, day: str | None, dry_run: bool, **_options: Any
    ) -> None:
        found = Promise.objects.filter(slug=promise).first()
        if found is None:
            raise CommandError(_("There is no promise “%(slug)s”.") % {"slug": promise})
        try:
            plan = import_file(file, promise=found, day=_day(day), dry_run=dry_run)
        except InvalidImportError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(_("The database refused: %(why)s") % {"why": error}) from None
        counts = plan.counts
        told = _("%(new)s new, %(changed)s changed, %(same)s unchanged.") % {
            "new": counts[What.NEW],
            "changed": counts[What.CHANGED],
            "same": counts[What.SAME] + counts[What.ENDED],
        }
        self.stdout.write(_("Nothing is stored: %(what)s") % {"what": told} if dry_run else told)
        for row in plan.absent:
            self.stdout.write(_("In the register and not in the file: %(name)s") % {"name": row})


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%(day)s” is no day. Write it as 2020-01-15.") % {"day": text[:20]}) from None
