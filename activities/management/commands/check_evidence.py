"""manage.py check_evidence [--remove]: whether the stored files are those that their rows name (docs/adr/0024)."""

from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import storage
from activities.models import Evidence

IN_THE_MAKING = 60 * 60  # seconds: a younger file without a row may be one that is being added just now


class Command(BaseCommand):
    help = "Compare the files of evidence with their rows. Exit status 1 where something is missing or left over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove files that no row names")

    def handle(self, *_args: Any, remove: bool, **_options: Any) -> None:
        files = list(storage.paths())  # before the rows: a file that comes meanwhile is not asked for
        rows = list(Evidence.objects.exclude(stored="").select_related("activity__promise").order_by("pk"))
        wrong = 0
        for words in self._wrong_rows(rows):
            self.stdout.write(words)
            wrong += 1
        for path in self._left_over(files, {row.stored for row in rows}):
            if remove:
                path.unlink(missing_ok=True)
                self.stdout.write(_("removed: %(file)s") % {"file": _short(path)})
            else:
                self.stdout.write(_("no row names it: %(file)s") % {"file": _short(path)})
                wrong += 1
        if wrong:
            raise CommandError(
                ngettext("%(count)s fault in the files.", "%(count)s faults in the files.", wrong)
                % {"count": wrong}
            )
        self.stdout.write(
            ngettext("%(count)s file, as its row says.", "%(count)s files, each as its row says.", len(rows))
            % {"count": len(rows)}
        )

    def _wrong_rows(self, rows: list[Evidence]) -> Iterator[str]:
        for row in rows:
            where = f"{row.activity.promise.slug} · {row.activity_id} · {row.stored}"
            try:
                if storage.digest(row.stored) != row.sha256:
                    yield f"{where}: " + _("the file is not the one that was stored")
                if row.is_picture:
                    storage.open_file(row.stored, small=True).close()
            except OSError as error:
                yield f"{where}: " + _("the file is missing or cannot be read (%(why)s)") % {
                    "why": error.strerror or type(error).__name__
                }

    def _left_over(self, files: list[Path], named: set[str]) -> Iterator[Path]:
        for path in sorted(files):
            try:
                age = time() - path.stat().st_mtime
            except OSError:  # gone meanwhile
                continue
            half_written = path.suffix == storage.PART
            if (half_written or storage.name_of(path) not in named) and age > IN_THE_MAKING:
                yield path


def _short(path: Path) -> str:
    return str(path.relative_to(settings.EVIDENCE_ROOT))
