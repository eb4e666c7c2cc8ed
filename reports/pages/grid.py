"""School and class down, läsår across: met, booked or missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.evaluation import TargetLine
from reports.progress import ClassCell, WindowResult
from reports.status import Status


@dataclass(frozen=True, slots=True)
class GridCell:
    """``look``: met, waiting (for review), booked, missing, unknown (no register) or none (no such class, or not
    begun)."""

    look: str
    day: date | None = None
    pupils: int | None = None
    pupils_met: int | None = None
    over_enrolled: bool = False
    times_met: int = 0
    part_met_on: date | None = None  # merged of several classes, of which only some have been met


@dataclass(frozen=True, slots=True)
class GridRow:
    label: str  # "" : the school has no class at all
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class GridSchool:
    name: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    windows: tuple[WindowResult, ...]
    schools: tuple[GridSchool, ...]
    times: int


def coverage_grid(target: TargetLine) -> Grid:
    windows = target.progress.windows
    labels: dict[str, dict[str, None]] = {}
    for window in windows:
        for cell in window.cells:
            labels.setdefault(cell.school, {})[cell.label] = None
        for school in window.schools_without_register:
            labels.setdefault(school, {})
    return Grid(
        windows=windows,
        schools=tuple(_school(name, sorted(classes), windows) for name, classes in sorted(labels.items())),
        times=target.minimum or 1,
    )


def _school(name: str, labels: Sequence[str], windows: Sequence[WindowResult]) -> GridSchool:
    return GridSchool(
        name,
        tuple(
            GridRow(label, tuple(_cell(name, label, window) for window in windows))
            for label in labels or [""]
        ),
    )


def _cell(school: str, label: str, window: WindowResult) -> GridCell:
    found = next((cell for cell in window.cells if (cell.school, cell.label) == (school, label)), None)
    if found is None:
        return GridCell("unknown" if school in window.schools_without_register else "none")
    return GridCell(
        look=_look(found, window),
        day=found.met_on if found.met else found.waiting_on or found.booked_on,
        pupils=found.pupils,
        pupils_met=found.pupils_met,
        over_enrolled=found.over_enrolled,
        times_met=found.times_met,
        part_met_on=found.part_met_on,
    )


def _look(cell: ClassCell, window: WindowResult) -> str:
    if cell.met:
        return "met"
    if cell.waiting_on is not None:
        return "waiting"
    if cell.booked_on is not None:
        return "booked"
    return "none" if window.status == Status.UPCOMING else "missing"
