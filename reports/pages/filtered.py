"""A commitment's row under a filter: what the filter chooses of it, beside the whole (docs/adr/0014).

A verdict belongs to the whole promise, or to one of the stretches it is judged for. A filter never makes a new one: an
area or a kind is a number of so many; a period that is judged for itself shows its own numbers and status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from activities.filters import list_url
from promises.models import Promise
from reports import captions, filter_words, kinds
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.figures import has_number, is_unreported, kept_of
from reports.filters import Filter
from reports.pages.rows import (
    CommitmentRow,
    Figure,
    Note,
    bar,
    commitment_rows,
    figure_without_a_number,
    known_actual,
    known_minimum,
    window_url,
)
from reports.progress import WindowResult
from reports.status import Status, of_commitment
from reports.windows import Window
from reports.wording import window_title


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a commitment came to in a period that is judged for itself."""

    status: Status
    target: TargetLine
    window: WindowResult


def filtered_rows(
    promise: Promise, evaluation: Evaluation, chosen: Filter, counts: Mapping[int, int] | None
) -> list[CommitmentRow]:
    """The rows of the commitments that fit. ``counts``: what the filter chooses of each, None where it is all."""
    fitting = replace(
        evaluation, lines=tuple(line for line in evaluation.lines if line.number in chosen.numbers)
    )
    return [
        _with_period(
            promise, row, chosen, evaluation, selected_note(promise, row.line, chosen, counts, evaluation)
        )
        for row in commitment_rows(promise, fitting)
    ]


def selected_note(
    promise: Promise,
    line: CommitmentLine,
    chosen: Filter,
    counts: Mapping[int, int] | None,
    evaluation: Evaluation,
) -> Note | None:
    """ "Kroksbäck: 9 av de 27", leading to the nine; None where the filter chooses no rows."""
    if counts is None:
        return None
    as_of = evaluation.as_of
    count = counts.get(line.number, 0)
    if chosen.area and line.without_area and not any(area.actual for area in line.areas):
        return Note(filter_words.area_not_stated(chosen))
    if chosen.area is None and chosen.kind is None and chosen.period is not None:
        if verdict_of(line, chosen.period) is not None:
            return None  # it stands in the row itself
        if text := _windows_inside(line, chosen.period, evaluation):
            return Note(text, chosen_url(promise, line, chosen, as_of=as_of) if count else "")
        total = sum(day.actual for day in line.days)
        text = filter_words.chosen_of(chosen, count, total, judged=False)
    else:
        first, last = chosen.first(promise), min(chosen.last(promise), as_of)
        total = sum(day.actual for day in line.days if first <= day.day <= last)
        text = filter_words.chosen_of(chosen, count, total, judged=True)
    return Note(text, chosen_url(promise, line, chosen, as_of=as_of) if count else "")


def verdict_of(line: CommitmentLine, period: Window, *, area: str = "") -> Verdict | None:
    """None where none of its targets is judged for just that period. ``area``: of what is judged area by area, that
    area alone; "": the worst of them."""
    found = [
        (target, window)
        for target in line.targets
        for window in target.progress.windows
        if (window.start, window.end) == (period.start, period.end)
        and (not area or window.area in {"", area})
    ]
    if not found:
        return None
    status = of_commitment([window.status for _target, window in found])
    target, window = next(pair for pair in found if pair[1].status == status)
    return Verdict(status, target, window)


def _with_period(
    promise: Promise, row: CommitmentRow, chosen: Filter, evaluation: Evaluation, selected: Note | None
) -> CommitmentRow:
    area = chosen.area.name if chosen.area else ""
    verdict = verdict_of(row.line, chosen.period, area=area) if chosen.period else None
    if verdict is None:
        return replace(row, selected=selected)
    as_of, line, window = evaluation.as_of, row.line, verdict.window
    return replace(
        row,
        status=verdict.status,
        bar=bar(line, window, as_of=as_of),
        notes=(),
        figure=Figure(
            actual=known_actual(window),
            minimum=known_minimum(verdict.target, window),
            url=window_url(promise, line, window, as_of=as_of),
            note="" if is_unreported(window) else captions.needed(line, verdict.target, window, as_of=as_of),
        )
        if has_number(verdict.target)
        else figure_without_a_number(promise, line, [window], as_of=as_of),
        selected=selected,
    )


def _windows_inside(line: CommitmentLine, period: Window, evaluation: Evaluation) -> str:
    """ "2019: 40 av 52 veckor" where the commitment is judged for shorter stretches; "" where it is not."""
    for target in line.targets:
        inside = [
            window
            for window in target.progress.windows
            if period.start <= window.start and window.end <= period.end
        ]
        if inside and not has_number(target):
            return f"{window_title(period.label)}: {kinds.words_of(line, inside)}"
        if inside and kept_of(inside, evaluation.as_of)[1]:
            return filter_words.windows_in_period(target, period.label, inside, as_of=evaluation.as_of)
    return ""


def chosen_url(promise: Promise, line: CommitmentLine, chosen: Filter, *, as_of: date) -> str:
    """The list of the rows that count and that the filter chooses; "" before the first day."""
    first = chosen.first(promise)
    if as_of < first:
        return ""
    return list_url(
        promise,
        commitment=line.number,
        area=chosen.area.name if chosen.area else "",
        kind=chosen.kind_names.get(line.number, ""),
        state="done",
        first=first,
        last=min(chosen.last(promise), as_of),
    )
