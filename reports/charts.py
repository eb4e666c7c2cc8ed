"""Drawings for pages and documents: SVG text, made by hand. Pure, no Django, no clock.

One drawing serves the page, the PDF and, as PNG, the Word file: colours stand as presentation attributes (the
light tokens of static/css/tokens.css), and the site's style sheet replaces them through the classes, dark
mode included. No style attribute anywhere: the content security policy would drop it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import accumulate

from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import by_year, has_many_windows, is_open, is_unreported, kept_of, waiting_in
from reports.forecast import Forecast
from reports.progress import WindowResult, expected
from reports.status import Status

INK, MUTED, LINE, ACCENT, CARD = "#16202c", "#55606e", "#dedbd2", "#12477f", "#ffffff"
FONT = "Source Sans 3"
LEAST_GAP = 17  # between two labels under each other, in the drawing's units
CHARACTER = 8  # room for one of a label, in the drawing's units


@dataclass(frozen=True, slots=True)
class ChartTexts:
    """All words of a drawing. ``months``: twelve short names, January first."""

    title: str
    description: str
    months: tuple[str, ...]
    minimum: Callable[[int], str]  # 25 -> "Målet 25"
    today: Callable[[int], str]  # 22 -> "22 hittills"
    number: Callable[[int], str]  # 1234 -> "1 234"
    kept: Callable[[int, int], str]  # 40, 52 -> "40 av 52"
    waiting: Callable[[int], str] = str  # 25 -> "25 med väntande"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and counts land. Units are those of the viewBox: 1 is one CSS pixel at full width."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    starts_on: date
    ends_on: date
    highest: int

    def x(self, day: date, *, at_end: bool = False) -> float:
        """A day's left edge; ``at_end`` its right one, so that the last day ends on the frame."""
        days = (self.ends_on - self.starts_on).days + 1
        gone = (day - self.starts_on).days + (1 if at_end else 0)
        return self.left + (self.width - self.left - self.right) * min(max(gone, 0), days) / days

    def y(self, count: float) -> float:
        return self.height - self.bottom - (self.height - self.top - self.bottom) * count / self.highest


def drawing(
    line: CommitmentLine,
    *,
    as_of: date,
    starts_on: date,
    ends_on: date,
    texts: ChartTexts,
    narrow: bool = False,
    paper: bool = False,
) -> str:
    """A curve, or a strip where the windows are too many for one. "" where there is no number to reach."""
    target = charted_target(line)
    if target is not None and has_many_windows(target):
        return strip(target.progress.windows, as_of=as_of, texts=texts, narrow=narrow, paper=paper)
    return burn_up(
        line, as_of=as_of, starts_on=starts_on, ends_on=ends_on, texts=texts, narrow=narrow, paper=paper
    )


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
    runs = [_run(line, target, window, as_of) for window in windows]
    tails = [_tail(line, target, window, run) for window, run in zip(windows, runs, strict=True)]
    most = max(
        [
            *(window.goal for window in windows),
            *(run[-1][1] for run in [*runs, *tails] if run),
            *(window.forecast.p90 for window in windows if window.forecast),
            1,
        ]
    )
    step = _tick_step(most)
    frame = _Frame(
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
    parts = [*_axes(frame, step, texts, most_ticks=3 if narrow else 5)]
    margin_labels: list[tuple[float, str, bool]] = []
    for window, run, tail in zip(windows, runs, tails, strict=True):
        if window.forecast:
            parts += _fan(frame, window, window.forecast, as_of)
            if window is windows[-1]:
                margin_labels += [
                    (frame.y(count), texts.number(count), False)
                    for count in sorted({window.forecast.p10, window.forecast.p90} - {window.goal})
                ]
        parts += [*_window(frame, window, run), *_dotted(frame, tail)]
        last = window is windows[-1]
        if last or window.goal != windows[-1].goal:
            label = texts.minimum(window.goal)
            if last:
                margin_labels.append((frame.y(window.goal), label, True))
            else:
                at = frame.x(window.start) + 6  # where the steps are still low
                parts.append(_text(at, frame.y(window.goal) - 6, label, anchor="start"))
        if not run:
            continue
        in_margin, beside = _ends(frame, window, run, tail, as_of=as_of, texts=texts)
        margin_labels += in_margin
        parts += beside
    x = frame.width - frame.right + 10
    parts += [
        _text(x, y + 5, label, strong=strong, anchor="start") for y, label, strong in _spread(margin_labels)
    ]
    return _svg(frame, parts, texts, narrow=narrow)


STRIP_ROW, STRIP_GAP = 26, 10  # height of a year and the room under it, in the drawing's units


def strip(
    windows: Sequence[WindowResult],
    *,
    as_of: date,
    texts: ChartTexts,
    narrow: bool = False,
    paper: bool = False,
) -> str:
    """One row for each year, one mark for each window at its days: filled where it was kept.

    A curve that begins anew every week cannot be read, and one that adds the weeks up would let one week
    make up for another. Kept, missed and unknown differ in shape, not only in colour.
    """
    years = by_year(windows)
    width = 340 if narrow else 640 if paper else 900
    frame = _Frame(
        width=width,
        height=len(years) * (STRIP_ROW + STRIP_GAP) + 34,
        left=44,
        right=72 if narrow else 84,
        top=8,
        bottom=26,
        starts_on=date(2000, 1, 1),  # any leap year: the axis has room for 366 days
        ends_on=date(2000, 12, 31),
        highest=1,
    )
    parts: list[str] = []
    for index, (year, of_year) in enumerate(years.items()):
        top = frame.top + index * (STRIP_ROW + STRIP_GAP)
        parts.append(_text(frame.left - 6, top + STRIP_ROW - 8, str(year), anchor="end"))
        parts += [_mark(frame, window, year, top, as_of) for window in of_year]
        kept, of = kept_of(of_year, as_of)
        if of:
            at = width - frame.right + 8
            parts.append(_text(at, top + STRIP_ROW - 8, texts.kept(kept, of), anchor="start", strong=True))
    for month in range(1, 13, 3 if narrow else 1):
        parts.append(
            _text(frame.x(date(2000, month, 1)), frame.height - 6, texts.months[month - 1], anchor="start")
        )
    return _svg(frame, parts, texts, narrow=narrow)


def _mark(frame: _Frame, window: WindowResult, year: int, top: int, as_of: date) -> str:
    first, last = max(window.start, date(year, 1, 1)), min(window.end, date(year, 12, 31))
    left = frame.x(first.replace(year=2000))
    room = frame.x(last.replace(year=2000), at_end=True) - left - 1
    if window.status == Status.KEPT:
        return (
            f'<rect class="chart-kept" x="{left:.1f}" y="{top}" width="{room:.1f}" height="{STRIP_ROW}" '
            f'fill="{ACCENT}"/>'
        )
    frame_of = (
        f'<rect class="chart-missed" x="{left + 0.5:.1f}" y="{top + 0.5}" width="{max(room - 1, 1):.1f}" '
        f'height="{STRIP_ROW - 1}" fill="none" stroke="{MUTED}" stroke-width="1"/>'
    )
    if window.status == Status.NOT_KEPT:
        return frame_of
    if is_open(window, as_of):
        middle, bottom = left + room / 2, top + STRIP_ROW / 2
        radius = min(room / 2, 5)
        return f'<circle class="chart-now" cx="{middle:.1f}" cy="{bottom:.1f}" r="{radius:.1f}" fill="{ACCENT}"/>'
    end = left + room
    return (
        f'<path class="chart-grid" d="M{left:.1f} {top + STRIP_ROW}H{end:.1f}" stroke="{LINE}" '
        'stroke-width="2"/>'
    )


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


def _run(
    line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date
) -> list[tuple[date, int]]:
    """(day, total so far in the window), from its first day to ``as_of`` or its end.

    Empty before it, and where nobody reported: that is no line at zero.
    """
    if as_of < window.start or is_unreported(window):
        return []
    if target.kind == "coverage":
        events = sorted((cell.met_on, 1) for cell in window.cells if cell.met and cell.met_on)
    else:
        events = [(row.day, row.actual) for row in line.days]
    last = min(as_of, window.end)
    inside = [(day, count) for day, count in events if window.start <= day <= last]
    totals = accumulate(count for _, count in inside)
    run = [(day, total) for (day, _), total in zip(inside, totals, strict=True)]
    return [(window.start, 0), *run, (last, run[-1][1] if run else 0)]


def _ends(
    frame: _Frame,
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
        marks.append(_beside(x, y, label))
    if tail:  # inside also at the margin, which has room for a number only
        above = frame.y(tail[-1][1])
        clear = above if at_margin else min(above, y - LEAST_GAP)
        marks.append(_beside(x, clear, texts.waiting(tail[-1][1]), strong=False))
    return ([(y, label, True)] if at_margin else []), marks


def _tail(
    line: CommitmentLine, target: TargetLine, window: WindowResult, run: Sequence[tuple[date, int]]
) -> list[tuple[date, int]]:
    """(day, total with what waits for review) from the first that waits to the run's end. Empty where nothing does."""
    if not run:
        return []
    last = run[-1][0]
    waiting = [(day, count) for day, count in waiting_in(line, target, window) if count and day <= last]
    if not waiting:
        return []
    first = waiting[0][0]
    days = sorted({day for day, _count in waiting} | {day for day, _total in run if day >= first})

    def counted(day: date) -> int:
        return max(count for at, count in run if at <= day)

    def total(day: date) -> int:
        return counted(day) + sum(count for at, count in waiting if at <= day)

    return [(first, counted(first)), *((day, total(day)) for day in days)]


def _dotted(frame: _Frame, tail: Sequence[tuple[date, int]]) -> Iterable[str]:
    if not tail:
        return
    (first, start), *steps = tail
    path = "".join(f"H{frame.x(day):.1f}V{frame.y(count):.1f}" for day, count in steps)
    end = frame.x(steps[-1][0], at_end=True)
    yield (
        f'<path class="chart-waiting" d="M{frame.x(first):.1f} {frame.y(start):.1f}{path}H{end:.1f}" fill="none" '
        f'stroke="{ACCENT}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" '
        'stroke-dasharray="1 5"/>'
    )


def _fan(frame: _Frame, window: WindowResult, forecast: Forecast, as_of: date) -> Iterable[str]:
    """From today's count to where eight cases of ten end, under all other lines."""
    now, end = frame.x(as_of, at_end=True), frame.x(window.end, at_end=True)
    start = f"M{now:.1f} {frame.y(window.actual):.1f}"
    yield (
        f'<path class="chart-fan" d="{start}L{end:.1f} {frame.y(forecast.p90):.1f}V{frame.y(forecast.p10):.1f}Z" '
        f'fill="{ACCENT}" fill-opacity="0.16"/>'
    )
    yield (
        f'<path class="chart-median" d="{start}L{end:.1f} {frame.y(forecast.p50):.1f}" fill="none" '
        f'stroke="{ACCENT}" stroke-width="2" stroke-dasharray="2 4"/>'
    )


def _window(frame: _Frame, window: WindowResult, run: Sequence[tuple[date, int]]) -> Iterable[str]:
    left, right = frame.x(window.start), frame.x(window.end, at_end=True)
    zero, top = frame.y(0), frame.y(window.goal)
    yield (
        f'<path class="chart-minimum" d="M{left:.1f} {top:.1f}H{right:.1f}" fill="none" stroke="{INK}" '
        'stroke-width="1.5"/>'
    )
    yield (
        f'<path class="chart-pace" d="M{left:.1f} {zero:.1f}{_pace(frame, window)}" fill="none" '
        f'stroke="{MUTED}" stroke-width="1.5" stroke-dasharray="5 5"/>'
    )
    if run:
        steps = "".join(f"H{frame.x(day):.1f}V{frame.y(count):.1f}" for day, count in run[1:-1])
        end = frame.x(run[-1][0], at_end=True)
        yield (
            f'<path class="chart-done" d="M{left:.1f} {zero:.1f}{steps}H{end:.1f}" fill="none" '
            f'stroke="{ACCENT}" stroke-width="3" stroke-linejoin="round"/>'
        )


def _pace(frame: _Frame, window: WindowResult) -> str:
    """The pace line after its start: straight where it is even, else bent week by week."""
    ends = [window.end]
    if not window.calendar.is_even:
        weeks = range(6, (window.end - window.start).days, 7)
        ends = [*(window.start + timedelta(days=days) for days in weeks), window.end]
    return "".join(
        f"L{frame.x(day, at_end=True):.1f} {frame.y(float(due)):.1f}"
        for day in ends
        for due in [expected(window.goal, window.stretch, day, window.calendar)]
    )


def _axes(frame: _Frame, step: int, texts: ChartTexts, *, most_ticks: int) -> Iterable[str]:
    right = frame.width - frame.right
    for count in range(0, frame.highest + 1, step):
        y = frame.y(count)
        yield f'<path class="chart-grid" d="M{frame.left} {y:.1f}H{right}" stroke="{LINE}" stroke-width="1"/>'
        yield _text(frame.left - 8, y + 5, texts.number(count), anchor="end")
    ticks = _month_ticks(frame.starts_on, frame.ends_on, most=most_ticks)
    for before, day in zip([None, *ticks], ticks, strict=False):
        name = texts.months[day.month - 1]
        label = name if before and before.year == day.year else f"{name} {day.year}"
        yield _text(frame.x(day), frame.height - 6, label, anchor="middle" if before else "start")


def _tick_step(most: int) -> int:
    """1, 2, 5, 10, 20, 50 … so that at most six lines are drawn."""
    scale = 1
    while True:
        for factor in (1, 2, 5):
            if most <= factor * scale * 5:
                return factor * scale
        scale *= 10


def _month_ticks(first: date, last: date, *, most: int) -> list[date]:
    """First days of months, evenly spaced, beginning with the period's own first day; at most ``most``."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    gap = next((gap for gap in (1, 2, 3, 6, 12) if months / gap <= most), 12 * -(-months // (12 * most)))
    ticks = [first]
    for offset in range(gap, months, gap):
        index = first.month - 1 + offset
        ticks.append(date(first.year + index // 12, index % 12 + 1, 1))
    return ticks


def _spread(labels: Sequence[tuple[float, str, bool]]) -> list[tuple[float, str, bool]]:
    """The same labels, moved apart where they would stand on each other."""
    placed: list[tuple[float, str, bool]] = []
    for y, label, strong in sorted(labels):
        at = max(y, placed[-1][0] + LEAST_GAP) if placed else y
        placed.append((at, label, strong))
    return placed


def _beside(x: float, y: float, label: str, *, strong: bool = True) -> str:
    """Above and before a point of the curve; after it in the first days, where there is no room before it."""
    if x - 8 < len(label) * CHARACTER:
        return _text(x + 10, y - 10, label, strong=strong, anchor="start")
    return _text(x - 8, y - 10, label, strong=strong, anchor="end")


def _text(x: float, y: float, text: str, *, anchor: str, strong: bool = False) -> str:
    colour, weight = (INK, 600) if strong else (MUTED, 400)
    name = ' class="chart-strong"' if strong else ""
    return (
        f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="14" '
        f'font-weight="{weight}">{_escaped(text)}</text>'
    )


def _svg(frame: _Frame, parts: Iterable[str], texts: ChartTexts, *, narrow: bool) -> str:
    name = "chart chart--narrow" if narrow else "chart chart--wide"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" role="img" '
        f'viewBox="0 0 {frame.width} {frame.height}" direction="ltr" font-family="{FONT}">'
        f"<title>{_escaped(texts.title)}</title><desc>{_escaped(texts.description)}</desc>"
        f"{''.join(parts)}</svg>"
    )


def _escaped(text: str) -> str:
    """XML text: markup escaped, and control characters, which no XML may hold, left out."""
    return escape("".join(char for char in text if char >= " " or char in "\t\n"))
