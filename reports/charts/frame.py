"""The paper of a drawing: where days and counts land, the axes, and every word on it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

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
class Frame:
    """Where days and counts land. Units are those of the viewBox: 1 is one CSS pixel at full width."""

    width: int
    height: int
    left: int
    right: int
    top: int
    starts_on: date
    ends_on: date
    bottom: int = 0  # room under zero; this and ``highest`` only where something is counted upwards
    highest: int = 1

    def x(self, day: date, *, at_end: bool = False) -> float:
        """A day's left edge; ``at_end`` its right one, so that the last day ends on the frame."""
        days = (self.ends_on - self.starts_on).days + 1
        gone = (day - self.starts_on).days + (1 if at_end else 0)
        return self.left + (self.width - self.left - self.right) * min(max(gone, 0), days) / days

    def y(self, count: float) -> float:
        return self.height - self.bottom - (self.height - self.top - self.bottom) * count / self.highest


def axes(frame: Frame, step: int, texts: ChartTexts, *, most_ticks: int) -> Iterable[str]:
    right = frame.width - frame.right
    for count in range(0, frame.highest + 1, step):
        y = frame.y(count)
        yield f'<path class="chart-grid" d="M{frame.left} {y:.1f}H{right}" stroke="{LINE}" stroke-width="1"/>'
        yield text(frame.left - 8, y + 5, texts.number(count), anchor="end")
    ticks = _month_ticks(frame.starts_on, frame.ends_on, most=most_ticks)
    for before, day in zip([None, *ticks], ticks, strict=False):
        name = texts.months[day.month - 1]
        label = name if before and before.year == day.year else f"{name} {day.year}"
        yield text(frame.x(day), frame.height - 6, label, anchor="middle" if before else "start")


def tick_step(most: int) -> int:
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


def spread(labels: Sequence[tuple[float, str, bool]]) -> list[tuple[float, str, bool]]:
    """The same labels, moved apart where they would stand on each other."""
    placed: list[tuple[float, str, bool]] = []
    for y, label, strong in sorted(labels):
        at = max(y, placed[-1][0] + LEAST_GAP) if placed else y
        placed.append((at, label, strong))
    return placed


def beside(x: float, y: float, label: str, *, strong: bool = True) -> str:
    """Above and before a point of the curve; after it in the first days, where there is no room before it."""
    if x - 8 < len(label) * CHARACTER:
        return text(x + 10, y - 10, label, strong=strong, anchor="start")
    return text(x - 8, y - 10, label, strong=strong, anchor="end")


def text(x: float, y: float, words: str, *, anchor: str, strong: bool = False) -> str:
    colour, weight = (INK, 600) if strong else (MUTED, 400)
    name = ' class="chart-strong"' if strong else ""
    return (
        f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="14" '
        f'font-weight="{weight}">{escaped(words)}</text>'
    )


def svg(frame: Frame, parts: Iterable[str], texts: ChartTexts, *, narrow: bool) -> str:
    name = "chart chart--narrow" if narrow else "chart chart--wide"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" role="img" '
        f'viewBox="0 0 {frame.width} {frame.height}" direction="ltr" font-family="{FONT}">'
        f"<title>{escaped(texts.title)}</title><desc>{escaped(texts.description)}</desc>"
        f"{''.join(parts)}</svg>"
    )


def escaped(text: str) -> str:
    """XML text: markup escaped, and control characters, which no XML may hold, left out."""
    return escape("".join(char for char in text if char >= " " or char in "\t\n"))
