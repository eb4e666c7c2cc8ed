"""manage.py import_activities FILE --promise SLUG: docs/import-format.md says what the file looks like."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.importer.faults import InvalidImportError
from activities.importer.run import import_file
from promises.models import Promise
from promises.permissions import Access, access_to


class Command(BaseCommand):
    help = "Import activities from a CSV or XLSX file: all rows or none. The same file twice adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.{csv,xlsx}")
        parser.add_argument("--promise", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")
        parser.add_argument("--by", metavar="EMAIL", help="whose rows they become; default: nobody's")

    def handle(
        self, *_args: Any, file: Path, promise: str, dry_run: bool, by: str | None, **_options: Any
    ) -> None:
        try:
            found = Promise.objects.filter(slug=promise).first()
            if found is None:
                raise CommandError(_("There is no promise “%(slug)s”.") % {"slug": promise})
            access = _access(promise, by) if by else None
            result = import_file(
                file, promise=found, today=timezone.localdate(), access=access, dry_run=dry_run
            )
        except InvalidImportError as error:
            raise CommandError(_with_sum(error)) from None
        except PermissionDenied:
            raise CommandError(_("%(email)s may not log in this promise.") % {"email": by}) from None
        except DatabaseError as error:
            raise CommandError(_("The database refused: %(why)s") % {"why": error}) from None
        added = ngettext("%(count)s row added", "%(count)s rows added", result.added)
        if dry_run:
            added = ngettext("%(count)s row would be added", "%(count)s rows would be added", result.added)
        unchanged = ngettext("%(count)s was there already", "%(count)s were there already", result.unchanged)
        self.stdout.write(f"{added % {'count': result.added}}, {unchanged % {'count': result.unchanged}}.")


def _access(slug: str, email: str) -> Access:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user %(email)s.") % {"email": email})
    try:
        return access_to(slug, user)
    except Http404:
        raise PermissionDenied from None


def _with_sum(error: InvalidImportError) -> str:
    """One fault is one line; several end with their number."""
    count = len(error.faults)
    if count == 1:
        return str(error)
    return f"{error}\n" + _("%(count)s errors. Nothing is stored.") % {"count": count}
