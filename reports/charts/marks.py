"""One mark for each window: for those that are too many for a curve."""

from collections.abc import Sequence
from datetime import date

from reports.charts.frame import ACCENT, LINE, MUTED, ChartTexts, Frame, svg, text
from reports.figures import by_year, is_open, kept_of
from reports.progress import WindowResult
from reports.status import Status

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
    frame = Frame(
        width=width,
        height=len(years) * (STRIP_ROW + STRIP_GAP) + 34,
        left=44,
        right=72 if narrow else 84,
        top=8,
        starts_on=date(2000, 1, 1),  # any leap year: the axis has room for 366 days
        ends_on=date(2000, 12, 31),
    )
    parts: list[str] = []
    for index, (year, of_year) in enumerate(years.items()):
        top = frame.top + index * (STRIP_ROW + STRIP_GAP)
        parts.append(text(frame.left - 6, top + STRIP_ROW - 8, str(year), anchor="end"))
        parts += [_mark(frame, window, year, top, as_of) for window in of_year]
        kept, of = kept_of(of_year, as_of)
        if of:
            at = width - frame.right + 8
            parts.append(text(at, top + STRIP_ROW - 8, texts.kept(kept, of), anchor="start", strong=True))
    for month in range(1, 13, 3 if narrow else 1):
        parts.append(
            text(frame.x(date(2000, month, 1)), frame.height - 6, texts.months[month - 1], anchor="start")
        )
    return svg(frame, parts, texts, narrow=narrow)


def _mark(frame: Frame, window: WindowResult, year: int, top: int, as_of: date) -> str:
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
