"""Which of an Evaluation's numbers a line or picture is about. Pure: it chooses, and judges nothing anew."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Protocol

from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.progress import Unanswered, WindowResult, add_up
from reports.status import Status, worst

FEW = 4  # windows that a sentence or a row can name one by one
MANY = 12  # windows that a curve or a table on paper can show one by one
FAILED = frozenset({Status.NOT_KEPT, Status.UNKNOWN})
OFF_PACE = frozenset({Status.BEHIND, Status.AT_RISK})


NUMBERED = frozenset({"count", "rate", "coverage"})  # kinds with a number to reach in each window


def has_number(target: TargetLine) -> bool:
    return target.kind in NUMBERED


class Units(Protocol):
    """Whatever says what its events are called: a line of an evaluation, or a commitment itself."""

    @property
    def unit_one(self) -> str: ...

    @property
    def unit_many(self) -> str: ...


def unit(line: Units, count: int) -> str:
    return line.unit_one if count == 1 else line.unit_many


def asked_and_answered(windows: Sequence[WindowResult]) -> tuple[int, int, int]:
    """(asked, answered, not yet due) over windows of a target on request."""
    found = [window.requests for window in windows if window.requests]
    return (
        sum(one.asked for one in found),
        sum(one.answered for one in found),
        sum(one.waiting for one in found),
    )


def unanswered(windows: Sequence[WindowResult]) -> list[Unanswered]:
    """Requests that were not answered, in order of the day they were asked."""
    return [one for window in windows if window.requests for one in window.requests.unanswered]


def shown_target(line: CommitmentLine) -> TargetLine | None:
    """The target that gives the commitment its status: the first of the worst. None where there is none."""
    return next((target for target in line.targets if target.progress.status == line.status), None)


def shown_window(windows: Sequence[WindowResult], as_of: date) -> WindowResult:
    """The window a reader asks about: the open one; else the last that failed; else the last that began.

    Before the first begins, that one. Only with each area by itself are several open at a time: then the worst.
    """
    begun = [window for window in windows if window.start <= as_of]
    if not begun:
        return windows[0]
    open_now = [window for window in begun if as_of < window.end]
    if open_now:
        status = worst(window.status for window in open_now)
        return max((window for window in open_now if window.status == status), key=behind_by)
    failed = [window for window in begun if window.status in FAILED]
    return failed[-1] if failed else begun[-1]


def has_many_windows(target: TargetLine) -> bool:
    return len(target.progress.windows) > MANY


def is_rhythm(target: TargetLine) -> bool:
    """Told as "81 of 104 weeks" and not window by window. What is missed of a läsår is always told by class."""
    if target.kind == "coverage" or not has_number(target):
        return False
    return target.kind == "rate" or len(target.progress.windows) > FEW


def has_known_window(target: TargetLine) -> bool:
    """Whether anything was reported at all: without that, no number of windows is said."""
    return any(window.reported for window in target.progress.windows)


def settled(windows: Sequence[WindowResult], as_of: date) -> list[WindowResult]:
    """The windows whose verdict stands: over, or kept already."""
    return [window for window in windows if window.end <= as_of or window.status == Status.KEPT]


def kept_of(windows: Sequence[WindowResult], as_of: date) -> tuple[int, int]:
    """(kept, settled): 81 of 104."""
    done = settled(windows, as_of)
    return sum(window.status == Status.KEPT for window in done), len(done)


def by_year(windows: Sequence[WindowResult]) -> dict[int, list[WindowResult]]:
    """Each window under the year that most of its days lie in, in order."""
    years: dict[int, list[WindowResult]] = {}
    for window in windows:
        middle = window.start + (window.end - window.start) / 2
        years.setdefault(middle.year, []).append(window)
    return years


def is_open(window: WindowResult, as_of: date) -> bool:
    return window.start <= as_of < window.end


def is_unreported(window: WindowResult) -> bool:
    """Nobody knows: over, or without a register, and not one row, not even a nil report. Not a zero."""
    return window.status == Status.UNKNOWN and not window.reported


def nothing_known(line: CommitmentLine) -> bool:
    """Not one row where there should be: its areas and kinds are not zero either."""
    return not line.days and line.status in {Status.UNKNOWN, Status.CANNOT_ASSESS}


def short_by(window: WindowResult) -> int:
    """How many are missing to the minimum."""
    return max(window.goal - window.actual, 0)


def behind_by(window: WindowResult) -> int:
    """How many whole ones the count is behind an even pace."""
    return 0 if window.expected is None else max(int(window.expected - window.actual), 0)


def reached_on(line: CommitmentLine, target: TargetLine, window: WindowResult) -> date | None:
    """The day the minimum was reached. None where it is not, or where a class is to be met more than once."""
    if window.status != Status.KEPT:
        return None
    if target.kind == "coverage":
        if target.minimum != 1:
            return None
        return max(cell.met_on for cell in window.cells if cell.met_on)  # kept: each class has its day
    own = target.days_in(window.area) if window.area else line.days
    days = [day for day in own if window.start <= day.day <= window.end]
    totals = accumulate(day.actual for day in days)
    return next((day.day for day, total in zip(days, totals, strict=True) if total >= window.goal), None)


def failed_windows(line: CommitmentLine, as_of: date) -> list[tuple[TargetLine, WindowResult]]:
    """Windows that are over without having been kept."""
    return [
        (target, window)
        for target in line.targets
        for window in target.progress.windows
        if window.end <= as_of and window.status in FAILED
    ]


def is_judged_by_numbers(line: CommitmentLine) -> bool:
    """Not what has no number, has not begun, or was never asked for: none of them was kept or missed."""
    return line.status not in {Status.JUDGED, Status.UPCOMING, Status.NO_REQUESTS}


def on_track(line: CommitmentLine) -> bool:
    return stands_well(line.status, line.targets)


def stands_well(status: Status, targets: Iterable[TargetLine]) -> bool:
    """Kept or on pace. Partly kept is too, while what has begun is kept and the rest has not begun.

    ``status``: of the commitment whose ``targets`` these are.
    """
    if status in {Status.KEPT, Status.ON_PACE}:
        return True
    return status == Status.PARTLY_KEPT and all(
        window.status in {Status.KEPT, Status.UPCOMING, Status.JUDGED, Status.NO_REQUESTS}
        for target in targets
        for window in target.progress.windows
    )


def waiting_in(line: CommitmentLine, target: TargetLine, window: WindowResult) -> list[tuple[date, int]]:
    """(day, how many) of what waits for review in a window: what its count would grow by, in order of day.

    Nothing of a window that is about one area: what waits is not told apart by area.
    """
    if target.kind == "coverage":
        return sorted((cell.waiting_on, 1) for cell in window.cells if cell.waiting_on and not cell.met)
    if window.area:
        return []
    return [(row.day, row.actual) for row in line.waiting if window.start <= row.day <= window.end]


def nothing_logged(evaluation: Evaluation) -> bool:
    """Not one row counts or waits for review, nil reports included, and nobody has asked for anything."""
    return not any(
        line.days or line.waiting or any(unanswered(target.progress.windows) for target in line.targets)
        for line in evaluation.lines
    )


def all_counted(line: CommitmentLine, target: TargetLine) -> int:
    """All windows together. With each area by itself a row in two areas counts in both, and here once."""
    return sum(day.actual for day in line.days) if target.each_area else target.progress.total


def in_worst_area(line: CommitmentLine, target: TargetLine, as_of: date) -> tuple[CommitmentLine, TargetLine]:
    """What one drawing can show: of a target that holds in each area by itself, the area that is worst off."""
    if not target.each_area:
        return line, target
    windows = target.progress.windows
    area = shown_window(windows, as_of).area
    days = target.days_in(area)
    own = [window for window in windows if window.area == area]
    narrowed = replace(target, progress=add_up(own, as_of=as_of))
    return replace(line, days=days, targets=(narrowed,)), narrowed
