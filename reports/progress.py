"""How a target stands on a day: pure arithmetic, no Django, no clock.

Rules and their source: DESIGN "What the numbers mean", written down in docs/adr/0003.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

from reports.calendars import EVEN, Calendar
from reports.forecast import Forecast, Withheld, forecast_of
from reports.status import Status, worst
from reports.windows import Window

AT_RISK_FROM = Fraction(85, 100)  # of the expected count; below it an open window is behind


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One stretch the target must be met in, judged on a day.

    ``minimum`` and ``actual`` count events (coverage: classes; on request: answered; deliverable: 1 once it is done).
    ``minimum`` and ``expected`` are None where there is no number to reach (docs/adr/0010). ``expected`` is what the
    pace of the target's calendar would have given by ``as_of``, exact. ``share`` is actual / minimum, exact, None where
    it is not known: nothing to divide by, or over without a row. ``reported`` is False where no row at all was counted
    (a rate: none up to its end): not the same as zero. ``forecast``: what it will probably come to;
    ``forecast_withheld``: why there is none.
    """

    label: str
    start: date
    end: date
    cut: bool
    minimum: int | None
    actual: int
    reported: bool
    expected: Fraction | None
    share: Fraction | None
    status: Status
    cells: tuple["ClassCell", ...] = ()  # coverage only, in register order
    schools_without_register: tuple[str, ...] = ()  # coverage only
    register_notes: tuple["RegisterNote", ...] = ()  # coverage only, in order of day
    forecast: Forecast | None = None
    forecast_withheld: Withheld | None = None
    calendar: Calendar = EVEN
    area: str = ""  # "": all areas together
    requests: "Requests | None" = None  # on request only
    delivery: "Delivery | None" = None  # deliverable only

    @property
    def code(self) -> str:
        """Which of a target's windows it is: its label, after its area where it has one ("Bellevue 2019")."""
        return f"{self.area} {self.label}" if self.area else self.label

    @property
    def stretch(self) -> Window:
        return Window(self.label, self.start, self.end, self.cut)

    @property
    def goal(self) -> int:
        """The minimum of a window that has one. ValueError where there is none: ask the target's kind first."""
        if self.minimum is None:
            raise ValueError(f"{self.label} has no number to reach")
        return self.minimum

    @property
    def pace(self) -> Fraction:
        """``expected`` of a window that has a number to reach, else ValueError."""
        if self.expected is None:
            raise ValueError(f"{self.label} has no even pace")
        return self.expected

    @property
    def pupils(self) -> int | None:
        """Enrolled in all classes. None (uppgift saknas) where a class or a school has no number."""
        if not self.cells or self.schools_without_register:
            return None
        return _sum_if_known(cell.pupils for cell in self.cells)

    @property
    def pupils_met(self) -> int | None:
        """Best single attendance, summed. None where a class was met and nobody wrote how many."""
        if not self.cells:
            return None
        return _sum_if_known(
            cell.pupils_met for cell in self.cells if cell.times_met or cell.part_met_on is not None
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the classes not met as often as the target asks: ("Holmaskolan 5B",)."""
        return tuple(cell.name for cell in self.cells if not cell.met)


@dataclass(frozen=True, slots=True)
class ClassCell:
    """One class in one läsår. ``met_on``: first counted meeting; ``booked_on``: first one still planned."""

    school: str
    label: str
    school_year: int
    pupils: int | None  # enrolled; None: uppgift saknas
    pupils_met: int | None  # best single attendance; None: not met, or nobody wrote how many
    times_met: int
    met: bool  # times_met reaches what the target asks for
    met_on: date | None
    booked_on: date | None
    waiting_on: date | None = None  # first meeting that waits for review; it meets nobody yet
    part_met_on: date | None = None  # merged of several, and only some of them have been met: the first time

    @property
    def name(self) -> str:
        return f"{self.school} {self.label}"

    @property
    def over_enrolled(self) -> bool:
        """More pupils were met than the register has: shown as it is and flagged, never capped."""
        return self.pupils is not None and self.pupils_met is not None and self.pupils_met > self.pupils


@dataclass(frozen=True, slots=True)
class RegisterNote:
    """What changed the register from a day on (docs/adr/0021).

    ``kind``: opened, closed, merged or pupils. ``labels``: the classes it is about; merged: those that ended.
    ``into``: what they are since; ``into_new``: it did not exist before. ``before``, ``since``: numbers of pupils.
    """

    day: date
    kind: str
    school: str
    labels: tuple[str, ...]
    into: str = ""
    into_new: bool = False
    before: int | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request that was not answered: ``day`` had been agreed and has passed, or it was ``cancelled``."""

    asked_on: date
    day: date
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Requests:
    """What was asked for in a window up to a day: ``asked`` = ``answered`` + ``waiting`` + the unanswered.

    ``waiting``: not yet due. ``unanswered``: in order of the day they were asked.
    """

    asked: int
    answered: int
    waiting: int
    unanswered: tuple[Unanswered, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """``done_on`` None: not done by the day it is judged. ``link``: where it can be seen, "" where nobody said."""

    due_on: date
    done_on: date | None
    link: str

    @property
    def days_late(self) -> int:
        """Days between the promised and the real day; 0 where it was in time or is not done."""
        return 0 if self.done_on is None else max((self.done_on - self.due_on).days, 0)


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """All windows of one target and what they add up to: ``kept`` of ``of`` windows.

    On request: of those in which somebody asked. Effort: 0 of 0, none is judged.
    """

    status: Status
    kept: int
    of: int
    windows: tuple[WindowResult, ...]

    @property
    def total(self) -> int:
        """All windows together: beside the verdict, never instead of it."""
        return sum(window.actual for window in self.windows)


def expected(minimum: int, window: Window, as_of: date, calendar: Calendar = EVEN) -> Fraction:
    """What the calendar's pace gives by the last minute of ``as_of``: 0 before the window, ``minimum`` after."""
    return minimum * calendar.share_gone(window, as_of)


def judge_window(
    window: Window, *, minimum: int, actual: int, reported: bool, as_of: date, calendar: Calendar = EVEN
) -> Status:
    """The status of one window on ``as_of``.

    ``reported``: at least one row was counted, a nil report included. A closed window without any is UNKNOWN,
    not a failure: nobody knows. Errors: ValueError on minimum < 1 or actual < 0.
    """
    if minimum < 1 or actual < 0:
        raise ValueError(f"cannot judge {actual} of {minimum}")
    if not window.begun(as_of):
        return Status.UPCOMING
    if actual >= minimum:
        return Status.KEPT
    if window.closed(as_of):
        return Status.NOT_KEPT if reported else Status.UNKNOWN
    pace = expected(minimum, window, as_of, calendar)
    if pace - actual < 1:
        return Status.ON_PACE
    return Status.AT_RISK if actual >= AT_RISK_FROM * pace else Status.BEHIND


def one_for_each(number: int | Sequence[int], windows: Sequence[Window]) -> Sequence[int]:
    """The number that each window is judged by. ValueError on no windows, or where one is missing or under 1."""
    numbers = [number] * len(windows) if isinstance(number, int) else number
    if not windows or len(numbers) != len(windows) or min(numbers) < 1:
        raise ValueError(f"cannot assess a minimum of {number} times in {len(windows)} windows")
    return numbers


def assess_count(
    windows: Sequence[Window],
    days: Iterable[tuple[date, int]],
    *,
    minimum: int | Sequence[int],
    as_of: date,
    known_from_first_row: bool = False,
    batches: Collection[date] = (),
    calendar: Calendar = EVEN,
) -> TargetProgress:
    """Judge "at least ``minimum`` in every window" on ``as_of``.

    ``minimum``: one number for all windows, or one for each where a decision has changed it (docs/adr/0012).
    ``days``: (day, quantity) of the counted rows, in any order, one entry per row or summed per day. A nil
    report is an entry with quantity 0: it makes its window reported. Days after ``as_of`` or outside every
    window are passed over. Each window stands alone: a surplus in one never helps another.
    ``known_from_first_row`` (a rate, docs/adr/0003): from the first counted row within the windows on, a
    window is reported also where none of its own days has a row. ``batches``: the days of rows that stand for
    more than one event, or for a whole month; their window gets no forecast. ``calendar``: which days carry the pace.
    Errors: ValueError on no windows, minimum < 1, not one for each window, or a negative quantity.
    """
    minimums = one_for_each(minimum, windows)
    rows = sorted(days)
    for day, quantity in rows:
        if quantity < 0:
            raise ValueError(f"negative quantity {quantity} on {day}")
    when = [day for day, _ in rows]
    totals = [0, *accumulate(quantity for _, quantity in rows)]
    earliest = bisect_left(when, min(window.start for window in windows))

    results = []
    for window, least in zip(windows, minimums, strict=True):
        first = bisect_left(when, window.start)
        after = max(bisect_right(when, min(window.end, as_of)), first)
        actual = totals[after] - totals[first]
        reported = (earliest if known_from_first_row else first) < after
        status = judge_window(
            window, minimum=least, actual=actual, reported=reported, as_of=as_of, calendar=calendar
        )
        forecast, withheld = forecast_of(
            window,
            minimum=least,
            actual=actual,
            reported=reported,
            batches=batches,
            as_of=as_of,
            even=calendar.is_even,
        )
        results.append(
            WindowResult(
                label=window.label,
                start=window.start,
                end=window.end,
                cut=window.cut,
                minimum=least,
                actual=actual,
                reported=reported,
                expected=expected(least, window, as_of, calendar),
                share=None if status == Status.UNKNOWN else Fraction(actual, least),
                status=status,
                forecast=forecast,
                forecast_withheld=withheld,
                calendar=calendar,
            )
        )
    return add_up(results, as_of=as_of)


def assess_each_area(
    windows: Sequence[Window],
    in_area: Mapping[str, Sequence[tuple[date, int]]],
    days: Sequence[tuple[date, int]],
    *,
    batches: Mapping[str, Collection[date]],
    **rules: Any,
) -> TargetProgress:
    """Judge "at least so many in every window, in each area by itself": areas × windows, area by area.

    ``in_area``: the counted rows of each area, in the areas' order; a row in two areas stands in both. ``days``: all
    rows of the commitment: where one of them lies in a window, the window is reported in every area, so an area
    without a row is a zero there (docs/adr/0011). ``batches`` by area, ``rules`` as in ``assess_count``.
    Errors: ValueError on no areas, and as ``assess_count``.
    """
    reported = [(day, 0) for day, _ in days]
    results = [
        replace(result, area=area)
        for area, own in in_area.items()
        for result in assess_count(windows, [*own, *reported], batches=batches.get(area, ()), **rules).windows
    ]
    return add_up(results, as_of=rules["as_of"])


def add_up(results: Sequence[WindowResult], *, as_of: date, all_or_nothing: bool = False) -> TargetProgress:
    """The target as a whole. ``all_or_nothing``: it promises "all", so a missed window is never "partly".

    Errors: ValueError on no windows.
    """
    if not results:
        raise ValueError("a target without windows cannot be judged")
    statuses = [result.status for result in results]
    return TargetProgress(
        status=_all_or_nothing(results, as_of) if all_or_nothing else _window_by_window(results, as_of),
        kept=statuses.count(Status.KEPT),
        of=len(statuses),
        windows=tuple(results),
    )


def _window_by_window(results: Sequence[WindowResult], as_of: date) -> Status:
    statuses = {result.status for result in results}
    if running := _not_settled(results, as_of):
        return running
    if Status.UNKNOWN in statuses:
        return Status.CANNOT_ASSESS
    if statuses == {Status.KEPT}:
        return Status.KEPT
    return Status.PARTLY_KEPT if Status.KEPT in statuses else Status.NOT_KEPT


def _all_or_nothing(results: Sequence[WindowResult], as_of: date) -> Status:
    statuses = {result.status for result in results}
    if running := _not_settled(results, as_of):
        return running
    # A class known to be missed decides "all", whatever another läsår without a register may hide.
    if Status.NOT_KEPT in statuses:
        return Status.NOT_KEPT
    if Status.UNKNOWN in statuses:
        return Status.CANNOT_ASSESS
    return Status.ON_PACE if Status.UPCOMING in statuses else Status.KEPT


def _not_settled(results: Sequence[WindowResult], as_of: date) -> Status | None:
    """The worst open window that is not kept yet; upcoming before any has begun; None where neither is so."""
    begun = [result for result in results if result.start <= as_of]
    if not begun:
        return Status.UPCOMING
    open_ones = [result.status for result in begun if as_of < result.end and result.status != Status.KEPT]
    return worst(open_ones) if open_ones else None


def _sum_if_known(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def rounded_down(value: Fraction) -> Decimal:
    """Two decimals, always both, rounded down: 0.996 is 0.99 and never reads as all of it; 50 is 50.00."""
    return Decimal(value.numerator * 100 // value.denominator).scaleb(-2)


def percent_floor(share: Fraction) -> int:
    """Whole percent, rounded down: 0.996 is 99, 1.04 is 104. What 0 may mean: ``under_one_percent``."""
    return share.numerator * 100 // share.denominator


def under_one_percent(share: Fraction) -> bool:
    """More than nothing, yet ``percent_floor`` says 0: to be shown as "under 1 %", not as "0 %"."""
    return 0 < share < Fraction(1, 100)
