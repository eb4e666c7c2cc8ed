"""`manage.py progress SLUG`: how a promise stands, for people or for programs (docs/progress-json.md)."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.captions import waits, window_in_words
from reports.changes import all_told
from reports.enough import enough_of
from reports.evaluation import CommitmentLine, Evaluation
from reports.figures import has_known_window, has_many_windows, is_unreported
from reports.labels import status_label
from reports.management.arguments import add_promise_and_day, day_asked_for, promise_named
from reports.outlook import forecast_words
from reports.progress import WindowResult
from reports.progress_json import as_json
from reports.queries import load_evaluation
from reports.remaining import enough_words, hopeless, lost_line
from reports.sentences import promise_answer, windows_kept
from reports.status import Status
from reports.wording import sentence, titled

FORMATS = ("text", "json")
LATEST = 4  # so many of many windows stand in the text; JSON has them all


class Command(BaseCommand):
    help = "Say how a promise stands on a day. What is planned under secrecy is not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        add_promise_and_day(parser)
        parser.add_argument("--format", metavar="text|json", default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] not in FORMATS:
            words = {"format": options["format"], "formats": ", ".join(FORMATS)}
            raise CommandError(_("--format %(format)s: unknown. Known: %(formats)s.") % words)
        promise = promise_named(options["slug"])
        as_of = day_asked_for(options["as_of"], promise, today=timezone.localdate())
        evaluation = load_evaluation(promise, as_of=as_of, sees_plans=False)
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(evaluation), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(in_words(evaluation)))


def in_words(evaluation: Evaluation) -> Iterator[str]:
    yield f"{evaluation.promise.title} · {evaluation.as_of.isoformat()}"
    yield promise_answer(evaluation)
    for line in evaluation.lines:
        yield ""
        yield f"{line.number}. {line.title}: {status_label(line.status)}"
        yield from _windows(line, evaluation.as_of)
        if waiting := waits(line.process.waiting):
            yield f"   {waiting}"
        for told in all_told(line, as_of=evaluation.as_of):
            yield f"   {told}"


def _window(line: CommitmentLine, window: WindowResult) -> str:
    """Where there is no number yet, the status says it all."""
    if window.status == Status.UPCOMING or is_unreported(window):
        return f"{titled(window)}: {status_label(window.status)}"
    return f"{window_in_words(line, window)} · {status_label(window.status)}"


def _windows(line: CommitmentLine, as_of: date) -> Iterator[str]:
    for target in line.targets:
        windows = target.progress.windows
        if has_many_windows(target):
            if has_known_window(target):
                kept = sentence(windows_kept(target, as_of=as_of))
                yield "   " + _("%(kept)s. %(total)s in all.") % {
                    "kept": kept,
                    "total": target.progress.total,
                }
            windows = tuple(window for window in windows if window.start <= as_of)[-LATEST:]
        for window in windows:
            yield f"   {_window(line, window)}"
            if foreseen := forecast_words(window):
                yield f"     {sentence(foreseen)}"
            if found := enough_of(window, as_of=as_of):
                yield "     " + " ".join(filter(None, [f"{enough_words(found)}.", hopeless(found)]))
        if lost := lost_line(target, as_of=as_of):
            yield f"   {lost}"
    if any(count.actual for count in line.areas):
        yield "   " + " · ".join(f"{count.area} {count.actual}" for count in line.areas)
