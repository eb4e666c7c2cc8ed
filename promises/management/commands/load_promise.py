"""`python manage.py load_promise FILE.yaml`: store a promise from its definition (docs/promise-format.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from promises.definition import load, not_measurable
from promises.loading import Loaded, RefusedError, load_promise
from promises.yaml_file import InvalidFileError


class Command(BaseCommand):
    help = "Store a promise from its YAML definition. Loading the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.yaml")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            wanted = load(file)
            loaded = load_promise(wanted, by=None, source="load_promise")
        except InvalidFileError as error:
            raise CommandError(str(error)) from None
        except RefusedError as error:
            raise CommandError(str(InvalidFileError(file, error.problems))) from None
        except DatabaseError:
            reason = _("The database does not answer as it should. Run: python manage.py migrate")
            raise CommandError(reason) from None
        if options["verbosity"]:
            self.stdout.write("\n".join(self.lines(loaded)))
        for problem in not_measurable(wanted):
            self.stderr.write(str(InvalidFileError(file, [problem])))

    def lines(self, loaded: Loaded) -> list[str]:
        slug = loaded.promise.slug
        if loaded.is_new:
            return [
                _("%(slug)s: the promise is stored (%(rows)s).")
                % {"slug": slug, "rows": _counts(loaded.added)}
            ]
        lines = []
        if loaded.nothing_done:
            lines.append(_("%(slug)s: nothing to change.") % {"slug": slug})
        if loaded.added:
            lines.append(_("%(slug)s: added %(rows)s.") % {"slug": slug, "rows": _counts(loaded.added)})
        if loaded.changed:
            lines.append(
                _("%(slug)s: changed %(places)s.") % {"slug": slug, "places": ", ".join(loaded.changed)}
            )
        if loaded.kept:
            text = _("%(slug)s: kept as somebody has typed it: %(places)s.")
            lines.append(text % {"slug": slug, "places": ", ".join(loaded.kept)})
        if loaded.absent:
            text = _("%(slug)s: not in the file, and stays: %(rows)s.")
            lines.append(text % {"slug": slug, "rows": _counts(loaded.absent)})
        return lines


def _counts(rows: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in rows.items())
