"""Two sheets of the workbook: the decisions that changed the promise, and how it went by what was first promised."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.progress import WindowResult
from reports.renderers import texts
from reports.renderers.amended import no_changes
from reports.renderers.document import Chip
from reports.renderers.sheets import Sheet, SheetColumn, Value, share_value
from reports.wording import titled


def change_sheets(evaluation: Evaluation) -> Iterator[Sheet]:
    """The second one only where a number or a day was changed."""
    yield _decisions(evaluation)
    rows = [
        _window(line, target.as_promised, window)
        for line in evaluation.lines
        for target in line.targets
        if target.has_two_results
        for window in target.as_promised.progress.windows
    ]
    if rows:
        yield Sheet(_("By the original target"), _window_columns(), rows, frozen=3)


def _decisions(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 30),
        SheetColumn(_("Decided"), 12),
        SheetColumn(_("At least, before"), 10),
        SheetColumn(_("At least, now"), 10),
        SheetColumn(_("Read as, before"), 40),
        SheetColumn(_("Read as, now"), 40),
        SheetColumn(_("Wording, before"), 40),
        SheetColumn(_("Wording, now"), 40),
        SheetColumn(_("Reason"), 40),
        SheetColumn(_("Decided by"), 28),
        SheetColumn(_("Reference"), 18),
        SheetColumn(_("Recorded"), 12),
        SheetColumn(_("Verdict"), 18),
        SheetColumn(_("Verdict by the original target"), 18),
        SheetColumn(_("Done by, before"), 12),
        SheetColumn(_("Done by, now"), 12),
    )
    rows: list[tuple[Value, ...]] = [
        (
            line.number,
            line.short_title,
            one.decided_on,
            one.old_minimum,
            one.new_minimum,
            one.old_reading or None,
            one.new_reading or None,
            one.old_wording or None,
            one.new_wording or None,
            one.reason,
            texts.listed(one.decided_by),
            one.reference or None,
            one.recorded_on,
            Chip(texts.status_label(line.status), line.status),
            line.original_status and Chip(texts.status_label(line.original_status), line.original_status),
            one.old_due,
            one.new_due,
        )
        for line in evaluation.lines
        for one in line.amendments
    ]
    none: list[tuple[Value, ...]] = [(None, no_changes(), *[None] * (len(columns) - 2))]
    return Sheet(_("Changes"), columns, rows or none, frozen=2)


def _window_columns() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 30),
        SheetColumn(_("Window"), 14),
        SheetColumn(_("From"), 12),
        SheetColumn(_("To"), 12),
        SheetColumn(_("At least"), 10),
        SheetColumn(_("Outcome"), 12),
        SheetColumn(_("Fulfilment"), 12),
        SheetColumn(_("Verdict"), 18),
        SheetColumn(_("Done by"), 12),
    )


def _window(line: CommitmentLine, target: TargetLine, window: WindowResult) -> tuple[Value, ...]:
    no_register = target.kind == "coverage" and not window.cells
    known = window.reported or window.actual or window.status != "unknown"
    return (
        line.number,
        line.short_title,
        titled(window),
        window.start,
        window.end,
        texts.not_known() if no_register else window.minimum,
        window.actual if known else texts.not_known(),
        share_value(window),
        Chip(texts.status_label(window.status), window.status),
        window.delivery.due_on if window.delivery else None,
    )
