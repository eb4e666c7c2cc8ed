"""What follows the commitments: how the work went, effects, method, changes, the promise itself."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.effects import compare
from reports.evaluation import CommitmentLine, Evaluation, IndicatorLine, MeasurementLine, Process
from reports.figures import has_many_windows
from reports.renderers import texts
from reports.renderers.amended import change_blocks
from reports.renderers.document import Block, Bullets, Cell, Column, Heading, Paragraph, Section, Table
from reports.status import Status
from reports.wording import named, parts_word


def closing_sections(evaluation: Evaluation) -> tuple[Section, ...]:
    return (
        Section("arbetet", _("How the work went"), tuple(_process(evaluation)), new_page=True),
        Section("effekter", _("Effects"), tuple(_effects(evaluation))),
        Section(
            "aterkoppling",
            _("How citizens were told"),
            (Paragraph(_("Not known. Where and when citizens were told is not kept in the system yet.")),),
        ),
        Section(
            "lardomar",
            _("Lessons and the next promise"),
            (Paragraph(_("To be written by the parties.")),),
        ),
        Section("metod", _("Method and data quality"), tuple(_method(evaluation))),
        Section("andringar", _("Changes to the promise"), tuple(change_blocks(evaluation))),
        Section("loftet", _("The promise as it was made"), tuple(_promise(evaluation))),
    )


def _process(evaluation: Evaluation) -> Iterable[Block]:
    if not evaluation.lines:
        yield Paragraph(_("The promise has no commitments yet."))
        return
    yield Table(
        caption=_("Planned, done and cancelled"),
        columns=(
            Column(_("Commitment"), 6),
            Column(pgettext("rows", "Done"), 4, "number"),
            Column(_("Still planned"), 3, "number"),
            Column(pgettext("rows", "Cancelled"), 3, "number"),
            Column(_("Joint"), 4, "number"),
            Column(_("Persons reached"), 4, "number"),
            Column(_("Hours"), 4, "number"),
        ),
        rows=[_process_row(line) for line in evaluation.lines],
    )
    notes = [
        _(
            "Done, planned, cancelled and joint count rows; one row can hold several events. Joint: "
            "two or more "
            "parties took part."
        ),
        _("Hours are those written on the rows; they are not the whole working time."),
    ]
    if any(line.process.cancelled is None for line in evaluation.lines):
        notes.append(secret())
    yield Bullets(tuple(notes))
    yield Heading(_("Cancelled, and why"))
    cancelled = [
        (f"{line.number}. {line.short_title}", row.day.isoformat(), row.kind or "–", row.reason)
        for line in evaluation.lines
        for row in line.process.cancelled or ()
    ]
    if not cancelled:
        yield Paragraph(_("Nothing that may be told here was cancelled."))
        return
    yield Table(
        caption=_("Cancelled activities"),
        columns=(
            Column(_("Commitment"), 5),
            Column(_("Date"), 3, "date"),
            Column(_("Kind"), 4),
            Column(_("Reason"), 6),
        ),
        rows=cancelled,
    )


def secret() -> str:
    return _("Planned and cancelled operations under secrecy are not told.")


def _process_row(line: CommitmentLine) -> tuple[Cell, ...]:
    process = line.process
    return (
        f"{line.number}. {line.short_title}",
        texts.number(process.done),
        _("secret") if process.planned is None else texts.number(process.planned),
        _("secret") if process.cancelled is None else texts.number(len(process.cancelled)),
        texts.number(process.joint),
        texts.known(process.persons_reached),
        _hours(process),
    )


def _hours(process: Process) -> str:
    if process.minutes is None:
        return texts.not_known()
    if process.rows_with_minutes == process.done:
        return texts.number(texts.hours(process.minutes))
    return _("%(hours)s (of %(rows)s)") % {
        "hours": texts.number(texts.hours(process.minutes)),
        "rows": texts.rows(process.rows_with_minutes),
    }


def _effects(evaluation: Evaluation) -> Iterable[Block]:
    yield Paragraph(
        _(
            "A change beside the work is not a proof that the work caused it. Numbers of activities "
            "or reports say "
            "what was done, not what effect it had."
        )
    )
    if not evaluation.effects:
        yield Paragraph(_("The promise names no effects."))
    for effect in evaluation.effects:
        yield Heading(effect.wording)
        if not effect.indicators:
            yield Paragraph(_("No indicator: whether it came about is not known."))
            continue
        yield Table(
            caption=_("Before and after: %(effect)s") % {"effect": effect.wording},
            columns=(
                Column(_("Indicator"), 6),
                Column(_("Before"), 5),
                Column(_("After"), 5),
                Column(_("Difference"), 5),
                Column(_("Source"), 5),
            ),
            rows=[_indicator_row(indicator) for indicator in effect.indicators],
        )


def _indicator_row(indicator: IndicatorLine) -> tuple[Cell, ...]:
    change = compare(indicator)
    told = texts.outcome(change)
    if change.difference is not None:
        moved = texts.signed(change.difference)
        if change.margin is not None:
            moved += f"{texts.NBSP}(±{texts.NBSP}{texts.number(change.margin)})"
        told = f"{moved}\n{told}"
    sources = [indicator.source]
    sources += [found.source for found in (indicator.baseline, indicator.follow_up) if found]
    return (
        f"{indicator.name}\n{texts.better(indicator.better)}",
        _measurement(indicator.baseline, indicator.unit),
        _measurement(indicator.follow_up, indicator.unit),
        told,
        "\n".join(dict.fromkeys(source for source in sources if source)) or texts.not_known(),
    )


def _measurement(line: MeasurementLine | None, unit: str) -> str:
    if line is None:
        return texts.not_known()
    rows = [texts.measurement(line, unit), line.measured_on.isoformat()]
    rows.append(f"n = {texts.known(line.n)}")
    if line.margin is None:
        rows.append(_("margin of error not known"))
    if line.area:
        rows.append(line.area)
    return "\n".join(rows)


def _method(evaluation: Evaluation) -> Iterable[Block]:
    yield Bullets(tuple(method_notes(evaluation)))


def method_notes(evaluation: Evaluation) -> Iterable[str]:
    """How the numbers came about and what is weak in them; also a sheet of the spreadsheet."""
    yield _(
        "A row counts when it is done, not voided, and its day lies in the promise's period and not "
        "after %(day)s."
    ) % {"day": texts.day_long(evaluation.as_of)}
    yield _("A class is met when a counted meeting in its school year names it; twice is still once.")
    yield _(
        "A number for a whole month is counted from the month's first day within the promise, and in "
        "full from then on."
    )
    yield _("Shares are rounded down: 100% means all of it.")
    yield _(
        "The reading of each commitment stands beside it: where the promise leaves something open, "
        "that is how it "
        "was read."
    )
    yield _("The rules of windows and verdicts are those of docs/adr/0003 in the system's documentation.")
    if evaluation.known_then:
        yield _(
            "Rows that were logged, or marked as done, after %(day)s are left out. What has been corrected or "
            "voided since then stands as it does now."
        ) % {"day": texts.day_long(evaluation.as_of)}
    else:
        late = sum(line.process.logged_late for line in evaluation.lines)
        yield ngettext(
            "%(count)s counted row was logged after %(day)s.",
            "%(count)s counted rows were logged after %(day)s.",
            late,
        ) % {"count": texts.number(late), "day": texts.day_long(evaluation.as_of)}
    yield from _not_approved(evaluation)
    for locked in evaluation.locked:
        yield _(
            "The period %(first)s to %(last)s has been locked since %(since)s: its rows change by exception only."
        ) % {
            "first": texts.day_long(locked.first),
            "last": texts.day_long(locked.last),
            "since": texts.day_long(locked.since),
        }
    unknown = list(_unknown(evaluation))
    if unknown:
        yield _("Not known, since nothing was reported or there is no register: %(windows)s.") % {
            "windows": texts.listed(unknown)
        }
    else:
        yield _("No window lacks reports or a register.")
    if any(line.process.cancelled is None for line in evaluation.lines):
        yield secret()
    targets = [target for line in evaluation.lines for target in line.targets]
    if any(window.forecast for target in targets for window in target.progress.windows):
        yield _(
            "A forecast says what the pace so far leads to, if events keep coming one at a time and evenly: 80% of "
            "the outcomes lie in its range. It is no verdict."
        )
    kinds = {target.kind for target in targets}
    if "on_request" in kinds:
        yield _(
            "A request belongs to the day it was asked for. It is answered when it was done by the day of these "
            "numbers; one that was cancelled, or whose day has passed, is not. One that was taken back does not count."
        )
    if "deliverable" in kinds:
        yield _("A deliverable is kept if it was done by the promised day. Done later it is not kept.")
    if "effort" in kinds:
        yield _("An effort has no number to reach and cannot be measured: its count is told and not judged.")
    yield _("No cell is suppressed: the document is for the parties, not for publication.")
    if evaluation.promise.example_data:
        yield _("Example data: the numbers are made up, and nothing here tells how the real promise went.")


def _not_approved(evaluation: Evaluation) -> Iterable[str]:
    """What is left out of the numbers because nobody has approved it, by commitment."""
    waiting = sum(line.process.waiting for line in evaluation.lines)
    if waiting:
        where = [
            _("commitment %(number)s: %(rows)s")
            % {"number": line.number, "rows": texts.number(line.process.waiting)}
            for line in evaluation.lines
            if line.process.waiting
        ]
        yield ngettext(
            "%(count)s activity waits for review and is not counted (%(where)s).",
            "%(count)s activities wait for review and are not counted (%(where)s).",
            waiting,
        ) % {"count": texts.number(waiting), "where": ", ".join(where)}
    returned = sum(line.process.returned for line in evaluation.lines)
    if returned:
        yield ngettext(
            "%(count)s activity was sent back to whoever logged it and is not counted.",
            "%(count)s activities were sent back to those who logged them and are not counted.",
            returned,
        ) % {"count": texts.number(returned)}


def _unknown(evaluation: Evaluation) -> Iterable[str]:
    """Windows of which nobody knows, by name; where there may be many, how many."""
    for line in evaluation.lines:
        for target in line.targets:
            windows = [window for window in target.progress.windows if window.status == Status.UNKNOWN]
            names = [named(window) for window in windows]
            if names and has_many_windows(target):
                count = len(names)
                names = [f"{texts.number(count)} {parts_word(target, count)}"]
            for name in names:
                yield _("commitment %(number)s, %(window)s") % {"number": line.number, "window": name}


def _promise(evaluation: Evaluation) -> Iterable[Block]:
    promise = evaluation.promise
    for title, text in (
        (_("Wording"), promise.wording),
        (_("Purpose"), promise.purpose),
        (_("Basis"), "\n\n".join(promise.basis)),
        (_("How it is followed up"), promise.follow_up),
        (_("Source"), promise.source),
    ):
        yield Heading(title)
        paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
        for part in paragraphs:
            yield Paragraph(part)
        if not paragraphs:
            yield Paragraph(texts.not_known())
