"""The lines of one window: what was done, what waits, the pace, the minimum and the forecast."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

from reports.charts.frame import ACCENT, INK, MUTED, Frame
from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import is_unreported, waiting_in
from reports.forecast import Forecast
from reports.progress import AT_RISK_FROM, WindowResult, expected


def run_of(
    line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date
) -> list[tuple[date, int]]:
    """(day, total so far in the window), from its first day to ``as_of`` or its end.

    Empty before it, and where nobody reported: that is no line at zero.
    """
    if as_of < window.start or is_unreported(window):
        return []
    if target.kind == "coverage":
        events = sorted((cell.met_on, 1) for cell in window.cells if cell.met_on)
    else:
        events = [(row.day, row.actual) for row in line.days]
    last = min(as_of, window.end)
    inside = [(day, count) for day, count in events if window.start <= day <= last]
    totals = accumulate(count for _, count in inside)
    run = [(day, total) for (day, _), total in zip(inside, totals, strict=True)]
    return [(window.start, 0), *run, (last, run[-1][1] if run else 0)]


def tail_of(
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


def fan(frame: Frame, window: WindowResult, forecast: Forecast, as_of: date) -> Iterable[str]:
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


def lines_of(frame: Frame, window: WindowResult, run: Sequence[tuple[date, int]]) -> Iterable[str]:
    left, right = frame.x(window.start), frame.x(window.end, at_end=True)
    zero, top = frame.y(0), frame.y(window.goal)
    yield (
        f'<path class="chart-band" d="M{left:.1f} {zero:.1f}{_band(frame, window)}Z" '
        f'fill="{MUTED}" fill-opacity="0.12"/>'
    )
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


def dotted(frame: Frame, tail: Sequence[tuple[date, int]]) -> Iterable[str]:
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


def _pace(frame: Frame, window: WindowResult) -> str:
    """The pace line after its start."""
    return "".join(f"L{x:.1f} {frame.y(float(due)):.1f}" for x, due in _dues(frame, window))


def _band(frame: Frame, window: WindowResult) -> str:
    """From the pace line back along the least that is not behind: between them the status is at risk."""
    back = [
        f"L{x:.1f} {frame.y(float(AT_RISK_FROM * due)):.1f}"
        for x, due in reversed(list(_dues(frame, window)))
    ]
    return _pace(frame, window) + "".join(back)


def _dues(frame: Frame, window: WindowResult) -> Iterable[tuple[float, Fraction]]:
    """(x, expected count) where the pace line bends: at the end alone where it is even, else week by week."""
    ends = [window.end]
    if not window.calendar.is_even:
        weeks = range(6, (window.end - window.start).days, 7)
        ends = [*(window.start + timedelta(days=days) for days in weeks), window.end]
    for day in ends:
        yield frame.x(day, at_end=True), expected(window.goal, window.stretch, day, window.calendar)
