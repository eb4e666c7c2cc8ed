"""`manage.py export_evaluation SLUG FILE.pdf`: the evaluation as a file; its suffix picks the format."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.management.arguments import add_promise_and_day, day_asked_for, promise_named
from reports.queries import load_evaluation
from reports.renderers import FORMATS


class Command(BaseCommand):
    help = "Write the evaluation of one promise to a file; the suffix picks the format."

    def add_arguments(self, parser: CommandParser) -> None:
        add_promise_and_day(parser)
        parser.add_argument(
            "path", metavar="FILE", help=f"ends in {', '.join(f'.{name}' for name in FORMATS)}"
        )
        parser.add_argument(
            "--known-then", action="store_true", help="only rows that were logged by the end of that day"
        )
        parser.add_argument(
            "--edition", type=int, metavar="N", help="a frozen edition instead of today's numbers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["path"])
        form = FORMATS.get(path.suffix.removeprefix(".").lower())
        if form is None:
            words = {"file": path.name, "formats": ", ".join(FORMATS)}
            raise CommandError(_("%(file)s: unknown format. Known: %(formats)s.") % words)
        promise = promise_named(options["slug"])
        if options["edition"] is not None:
            words = {"slug": promise.slug, "number": options["edition"]}
            raise CommandError(_("%(slug)s has no frozen edition %(number)s.") % words)
        as_of = day_asked_for(options["as_of"], promise, today=timezone.localdate())
        evaluation = load_evaluation(
            promise,
            as_of=as_of,
            sees_plans=False,
            known_then=options["known_then"],
            with_activities=form.lists_activities,
            streamed=form.streams,
        )
        _write(path, form.render(evaluation))
        words = {"file": str(path), "slug": promise.slug, "day": as_of.isoformat()}
        self.stdout.write(_("%(file)s: the evaluation of %(slug)s as of %(day)s.") % words)


def _write(path: Path, content: bytes) -> None:
    """All or nothing: a file beside it, put in its place when it is whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from None
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        beside.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> CommandError:
    reason = error.strerror or str(error)
    return CommandError(_("%(file)s: cannot be written (%(reason)s).") % {"file": path, "reason": reason})
