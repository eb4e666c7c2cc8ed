"""What was done, in steps, against the pace and the minimum."""

from collections.abc import Sequence
from datetime import date

from reports.charts.frame import (
    ACCENT,
    CARD,
    LEAST_GAP,
    ChartTexts,
    Frame,
    axes,
    beside,
    spread,
    svg,
    text,
    tick_step,
)
from reports.charts.paths import dotted, fan, lines_of, run_of, tail_of
from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import is_unreported
from reports.progress import WindowResult


def charted_target(line: CommitmentLine) -> TargetLine | None:
    """The first target that has a number to reach, and a window of which something is known.

    Coverage is drawn where one meeting with a class is enough.
    """
    for target in line.targets:
        windows = target.progress.windows
        if not any(window.minimum and not is_unreported(window) for window in windows):
            continue
        if target.kind == "coverage" and target.minimum not in (None, 1):
            continue
        return target
    return None


def burn_up(
    line: CommitmentLine,
    *,
    as_of: date,
    starts_on: date,
    ends_on: date,
    texts: ChartTexts,
    narrow: bool = False,
    paper: bool = False,
) -> str:
    """What was done, in steps, against an even pace and the minimum, window by window.

    Each window starts at zero again: a surplus never carries over. A drawing shrinks with its text, so there
    are three widths: for a page, ``narrow`` for a phone and ``paper`` for A4. "" where there is no number to
    reach (a target without windows, or a class register that is empty).
    """
    target = charted_target(line)
    if target is None:
        return ""
    windows = [window for window in target.progress.windows if window.minimum]
    runs = [run_of(line, target, window, as_of) for window in windows]
    tails = [tail_of(line, target, window, run) for window, run in zip(windows, runs, strict=True)]
    most = max(
        [
            *(window.goal for window in windows),
            *(run[-1][1] for run in [*runs, *tails] if run),
            *(window.forecast.p90 for window in windows if window.forecast),
        ]
    )
    step = tick_step(most)
    frame = Frame(
        width=340 if narrow else 640 if paper else 900,
        height=300 if not (narrow or paper) else 240,
        left=34 if narrow else 44,
        right=62 if narrow else 84,
        top=24,
        bottom=30,
        starts_on=starts_on,
        ends_on=ends_on,
        highest=-(-most // step) * step,
    )
    parts = [*axes(frame, step, texts, most_ticks=3 if narrow else 5)]
    margin_labels: list[tuple[float, str, bool]] = []
    for window, run, tail in zip(windows, runs, tails, strict=True):
        if window.forecast:
            parts += fan(frame, window, window.forecast, as_of)
            if window is windows[-1]:
                margin_labels += [
                    (frame.y(count), texts.number(count), False)
                    for count in sorted({window.forecast.p10, window.forecast.p90} - {window.goal})
                ]
        parts += [*lines_of(frame, window, run), *dotted(frame, tail)]
        last = window is windows[-1]
        if last or window.goal != windows[-1].goal:
            label = texts.minimum(window.goal)
            if last:
                margin_labels.append((frame.y(window.goal), label, True))
            else:
                at = frame.x(window.start) + 6  # where the steps are still low
                parts.append(text(at, frame.y(window.goal) - 6, label, anchor="start"))
        if not run:
            continue
        in_margin, beside = _ends(frame, window, run, tail, as_of=as_of, texts=texts)
        margin_labels += in_margin
        parts += beside
    x = frame.width - frame.right + 10
    parts += [
        text(x, y + 5, label, strong=strong, anchor="start") for y, label, strong in spread(margin_labels)
    ]
    return svg(frame, parts, texts, narrow=narrow)


def _ends(
    frame: Frame,
    window: WindowResult,
    run: Sequence[tuple[date, int]],
    tail: Sequence[tuple[date, int]],
    *,
    as_of: date,
    texts: ChartTexts,
) -> tuple[list[tuple[float, str, bool]], list[str]]:
    """What stands where the steps end: (labels for the margin, marks and labels in the drawing)."""
    day, count = run[-1]
    x, y = frame.x(day, at_end=True), frame.y(count)
    marks = []
    if window.start <= as_of <= window.end:
        marks.append(
            f'<circle class="chart-dot" cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{ACCENT}" stroke="{CARD}" '
            'stroke-width="2"/>'
        )
    label = texts.today(count) if window.start <= as_of < window.end else texts.number(count)
    at_margin = frame.width - frame.right - x < 4
    if not at_margin:
        marks.append(beside(x, y, label))
    if tail:  # inside also at the margin, which has room for a number only
        above = frame.y(tail[-1][1])
        clear = above if at_margin else min(above, y - LEAST_GAP)
        marks.append(beside(x, clear, texts.waiting(tail[-1][1]), strong=False))
    return ([(y, label, True)] if at_margin else []), marks
