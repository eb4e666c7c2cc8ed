"""Targets without a number to reach, in the document: what was asked for, what was delivered, how much was done."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from reports import kinds, wording
from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import by_year, has_many_windows, unanswered
from reports.progress import WindowResult
from reports.renderers import texts
from reports.renderers.document import Block, Cell, Chip, Column, Paragraph, Table
from reports.status import Status

NONE = "–"


def without_a_number(line: CommitmentLine, target: TargetLine) -> Iterable[Block]:
    if target.kind == "on_request":
        yield from _requests(target)
    elif target.kind == "deliverable":
        yield _delivery(target)
    else:
        yield from _effort(line, target)
    for window in target.progress.windows:
        if window.cut and not has_many_windows(target):
            name = wording.window_title(window.label)
            yield Paragraph(
                _("%(window)s: only the days within the promise count.") % {"window": name}, "note"
            )


def _verdict(window: WindowResult) -> Chip:
    return Chip(texts.status_label(window.status), window.status)


def _requests(target: TargetLine) -> Iterable[Block]:
    """Of many windows only those in which somebody asked."""
    windows = target.progress.windows
    shown = [window for window in windows if window.reported] if has_many_windows(target) else windows
    if shown:
        yield Table(
            caption=_("Requests in each window: %(reading)s") % {"reading": target.reading},
            columns=(
                Column(_("Asked for in"), 4),
                Column(_("From"), 4, "date"),
                Column(_("To"), 4, "date"),
                Column(_("Requests"), 3, "number"),
                Column(_("Answered"), 3, "number"),
                Column(_("Not yet due"), 3, "number"),
                Column(_("Verdict"), 5),
            ),
            rows=[_requests_row(window) for window in shown],
        )
    if len(shown) < len(windows):
        yield Paragraph(_("Windows in which nobody asked are left out."), "note")
    missed = unanswered(windows)
    if missed:
        yield Table(
            caption=_("Requests not answered"),
            columns=(Column(_("Asked for on"), 3, "date"), Column(_("What became of it"), 6)),
            rows=[(one.asked_on.isoformat(), kinds.unanswered_words(one)) for one in missed],
        )


def _requests_row(window: WindowResult) -> tuple[Cell, ...]:
    found = window.requests
    told = window.status != Status.UPCOMING and found is not None
    return (
        wording.window_title(window.label),
        window.start.isoformat(),
        window.end.isoformat(),
        texts.number(found.asked) if told and found else NONE,
        texts.number(found.answered) if told and found else NONE,
        texts.number(found.waiting) if told and found else NONE,
        _verdict(window),
    )


def _delivery(target: TargetLine) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            delivery.due_on.isoformat(),
            NONE if delivery.done_on is None else delivery.done_on.isoformat(),
            delivery.link or NONE,
            _verdict(window),
        )
        for window in target.progress.windows
        if (delivery := window.delivery) is not None
    ]
    return Table(
        caption=_("Promised and done: %(reading)s") % {"reading": target.reading},
        columns=(
            Column(_("Promised by"), 3, "date"),
            Column(_("Done on"), 3, "date"),
            Column(_("Link"), 8),
            Column(_("Verdict"), 4),
        ),
        rows=rows,
    )


def _effort(line: CommitmentLine, target: TargetLine) -> Iterable[Block]:
    windows = target.progress.windows
    yield Paragraph(_("There is no number to reach: the parties judge in words."), "note")
    many = has_many_windows(target)
    rows: list[tuple[Cell, ...]] = [
        (str(year), texts.number(sum(window.actual for window in of_year)))
        for year, of_year in by_year(windows).items()
    ]
    if not many:
        rows = [(wording.window_title(window.label), texts.number(window.actual)) for window in windows]
    yield Table(
        caption=_("How many %(unit)s: %(reading)s") % {"unit": line.unit_many, "reading": target.reading},
        columns=(Column(_("Year") if many else _("Stretch"), 4), Column(_("Outcome"), 3, "number")),
        rows=rows,
    )
