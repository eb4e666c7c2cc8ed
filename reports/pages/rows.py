"""One commitment on the promise's page: status, bar, number, and what stands under them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from activities.filters import list_url
from promises.models import Promise
from reports import captions, changes, kinds, outlook
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.figures import (
    asked_and_answered,
    has_known_window,
    has_number,
    is_open,
    is_rhythm,
    is_unreported,
    kept_of,
    nothing_known,
    shown_target,
    shown_window,
    unit,
)
from reports.progress import WindowResult, percent_floor
from reports.remaining import lost_note
from reports.sentences import windows_kept
from reports.status import Status

MOST_WINDOWS = 3  # under a bar; the commitment's own page has them all


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it is of. ``actual`` None: not known. ``minimum`` None: there is no goal, or it is not known.
    ``text``: stands instead of the numbers, "inga önskemål"."""

    actual: int | None
    minimum: int | None
    url: str
    note: str
    likely: str = ""  # "troligen 23–28"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    percent: int
    expected_percent: int | None
    label: str


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    line: CommitmentLine
    promised: str
    bar: Bar | None
    notes: tuple[Note, ...]
    figure: Figure
    status: Status
    waiting: Note | None = None  # what waits for review, beside the number
    selected: Note | None = None  # what a filter chooses of it (reports/pages/filtered.py)
    changed: tuple[str, ...] = ()  # by decision, and how it stands by what was first promised


def commitment_rows(promise: Promise, evaluation: Evaluation) -> list[CommitmentRow]:
    as_of = evaluation.as_of
    return [
        replace(
            _row(promise, line, as_of),
            changed=changes.all_told(line, as_of=as_of),
            waiting=_waiting(promise, line, as_of),
        )
        for line in evaluation.lines
    ]


def _waiting(promise: Promise, line: CommitmentLine, as_of: date) -> Note | None:
    text = captions.waiting_beside(line, as_of)
    return (
        Note(text, list_url(promise, commitment=line.number, review="vantar", last=as_of)) if text else None
    )


def _row(promise: Promise, line: CommitmentLine, as_of: date) -> CommitmentRow:
    target = shown_target(line)
    if target is None:
        url = rows_url(promise, line, promise.starts_on, promise.ends_on, as_of=as_of)
        figure = Figure(line.process.done, None, url, line.unit_many)
        return CommitmentRow(
            line, captions.promised(line), None, _areas(promise, line, as_of), figure, line.status
        )
    if not has_number(target):
        return CommitmentRow(
            line=line,
            promised=captions.promised(line),
            bar=None,
            notes=_notes(promise, line, target, as_of),
            figure=figure_without_a_number(promise, line, target.progress.windows, as_of=as_of),
            status=line.status,
        )
    window = shown_window(target.progress.windows, as_of)
    if is_rhythm(target) and has_known_window(target) and kept_of(target.progress.windows, as_of)[1]:
        return _rhythm(promise, line, target, as_of)
    return CommitmentRow(
        line=line,
        promised=captions.promised(line),
        bar=bar(line, window, as_of=as_of),
        notes=_notes(promise, line, target, as_of),
        figure=Figure(
            actual=known_actual(window),
            minimum=known_minimum(target, window),
            url=window_url(promise, line, window, as_of=as_of),
            note=captions.needed(line, target, window, as_of=as_of),
            likely=outlook.probably(window),
        ),
        status=line.status,
    )


def figure_without_a_number(
    promise: Promise, line: CommitmentLine, windows: Sequence[WindowResult], *, as_of: date
) -> Figure:
    """How many requests were answered of those that came; whether it is delivered; how much was done."""
    if windows[0].requests is not None:
        asked, answered, _waiting = asked_and_answered(windows)
        url = list_url(promise, commitment=line.number) if asked else ""
        return Figure(
            answered, asked, url, kinds.requests_answered(asked), text="" if asked else kinds.no_requests()
        )
    url = rows_url(promise, line, windows[0].start, windows[-1].end, as_of=as_of) if line.days else ""
    if (delivery := windows[0].delivery) is not None:
        told = kinds.delivered(delivery), kinds.delivery_day(delivery)
        return Figure(None, None, url, told[1], text=told[0])
    total = sum(window.actual for window in windows)
    return Figure(total, None, url, unit(line, total))


def _rhythm(promise: Promise, line: CommitmentLine, target: TargetLine, as_of: date) -> CommitmentRow:
    """How many windows were kept of those whose verdict stands; the last few under them."""
    kept, of = kept_of(target.progress.windows, as_of)
    return CommitmentRow(
        line=line,
        promised=captions.promised(line),
        bar=Bar(kept * 100 // of, None, windows_kept(target, as_of=as_of)),
        notes=_notes(promise, line, target, as_of),
        figure=Figure(
            actual=kept,
            minimum=of,
            url=rows_url(promise, line, promise.starts_on, promise.ends_on, as_of=as_of),
            note=captions.rhythm_note(target, as_of=as_of),
            likely=outlook.probably(shown_window(target.progress.windows, as_of)),
        ),
        status=line.status,
    )


def bar(line: CommitmentLine, window: WindowResult, *, as_of: date) -> Bar | None:
    """None where there is nothing to measure against: no register."""
    if window.share is None or not window.minimum:
        return None
    ticked = is_open(window, as_of)
    return Bar(
        percent=min(percent_floor(window.share), 100),
        expected_percent=percent_floor(window.pace / window.goal) if ticked else None,
        label=captions.bar_label(line, window, as_of=as_of),
    )


def known_actual(window: WindowResult) -> int | None:
    """A window that is over without one report is not a zero."""
    return None if is_unreported(window) else window.actual


def known_minimum(target: TargetLine, window: WindowResult) -> int | None:
    """How many classes there are to meet is known only with a register of every school."""
    if target.kind == "coverage" and (not window.cells or window.schools_without_register):
        return None
    return window.minimum


def window_url(promise: Promise, line: CommitmentLine, window: WindowResult, *, as_of: date) -> str:
    """The rows of a window; "" where there are none, or where the day they were asked for decides which they are."""
    if not window.reported or window.requests is not None or (window.area and not window.actual):
        return ""
    # a week of a rate is reported without a row of its own, and its zero leads nowhere
    if not window.actual and not any(window.start <= day.day <= window.end for day in line.days):
        return ""
    return rows_url(promise, line, window.start, window.end, as_of=as_of, area=window.area)


def rows_url(
    promise: Promise, line: CommitmentLine, first: date, last: date, *, as_of: date, area: str = ""
) -> str:
    """The list of the rows that count between two days; "" before the first."""
    if as_of < first:
        return ""
    last = min(last, as_of)
    return list_url(promise, commitment=line.number, area=area, state="done", first=first, last=last)


def _notes(promise: Promise, line: CommitmentLine, target: TargetLine, as_of: date) -> tuple[Note, ...]:
    windows = target.progress.windows
    if target.due_on is not None:
        return ()
    if len(windows) == 1 and line.areas:
        return _areas(promise, line, as_of)
    begun = [window for window in windows if window.start <= as_of]
    if target.each_area:  # the areas side by side, for the stretch of days that is asked about
        shown = shown_window(windows, as_of)
        begun = [window for window in begun if window.label == shown.label]
    else:
        begun = begun[-MOST_WINDOWS:]
    notes = [
        Note(
            captions.window_note(target, window, as_of=as_of)
            if has_number(target)
            else kinds.window_note(line, window),
            window_url(promise, line, window, as_of=as_of),
        )
        for window in begun
    ]
    if lost := lost_note(target, as_of=as_of):
        notes.append(Note(lost))
    return tuple(notes)


def _areas(promise: Promise, line: CommitmentLine, as_of: date) -> tuple[Note, ...]:
    return tuple(Note(text, url) for text, _actual, url in area_links(promise, line, as_of))


def area_links(promise: Promise, line: CommitmentLine, as_of: date) -> list[tuple[str, int, str]]:
    """("Holma 9", 9, the rows there), with a link where there are any.

    Nothing where no row names an area, or nobody has reported anything.
    """
    if nothing_known(line):
        return []
    if line.without_area and not any(count.actual for count in line.areas):
        return []
    last = min(as_of, promise.ends_on)
    return [
        (
            captions.area_count(count),
            count.actual,
            list_url(
                promise,
                commitment=line.number,
                area=count.area,
                state="done",
                first=promise.starts_on,
                last=last,
            )
            if count.actual
            else "",
        )
        for count in line.areas
    ]
