"""What would be enough from a day on, for a window that is still open. Pure, no Django, no clock (docs/adr/0011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from reports.calendars import EVEN, WEEKDAYS, CalendarKind
from reports.progress import WindowResult
from reports.status import Status

HOPELESS_UNDER = Decimal("0.01")  # the forecast's chance; below it the pace so far does not lead there


class Per(StrEnum):
    """What a pace is counted in. Codes are stable (docs/progress-json.md)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SCHOOL_DAY = "school_day"
    SCHOOL_WEEK = "school_week"


# how many days, or school days, of each; the shortest first
DAYS_OF = {Per.DAY: Fraction(1), Per.WEEK: Fraction(7), Per.MONTH: Fraction(365, 12)}
SCHOOL_DAYS_OF = {Per.SCHOOL_DAY: Fraction(1), Per.SCHOOL_WEEK: Fraction(WEEKDAYS)}


@dataclass(frozen=True, slots=True)
class Enough:
    """``missing`` more in the ``days_left`` days that come after the day asked about.

    ``needed`` and ``so_far``: events (coverage: classes) for each ``per``, exact; shown with one decimal, what is
    needed rounded up and what was done rounded down. None where no one pace leads there: months weigh differently,
    or no school day is left (gone). ``school_days_left``: None where the pace is another. ``hopeless``: with the pace
    so far it will not be reached.
    """

    missing: int
    days_left: int
    school_days_left: int | None
    per: Per | None
    needed: Fraction | None
    so_far: Fraction | None
    hopeless: bool

    @property
    def says_pace(self) -> bool:
        """One more, or one day more, needs no pace: the number says all."""
        left = self.days_left if self.school_days_left is None else self.school_days_left
        return self.missing > 1 and left > 1 and self.needed is not None


def enough_of(window: WindowResult, *, as_of: date) -> Enough | None:
    """None where nothing is left to reach: not begun, over, kept, no number, or nobody knows how many there are."""
    if window.minimum is None:
        return None
    missing = window.minimum - window.actual
    if not window.start <= as_of < window.end or missing < 1 or window.status == Status.UNKNOWN:
        return None
    calendar = EVEN if window.calendar.carries_nothing(window.stretch) else window.calendar
    by_school_days = calendar.kind == CalendarKind.SCHOOL_DAYS
    left = calendar.carried(as_of + timedelta(days=1), window.end)
    gone = calendar.carried(window.start, as_of)
    days_of = SCHOOL_DAYS_OF if by_school_days else DAYS_OF
    per = None
    if left and calendar.kind != CalendarKind.MONTHLY_WEIGHTS:
        per = _readable(missing / left, left, days_of)
    return Enough(
        missing=missing,
        days_left=(window.end - as_of).days,
        school_days_left=int(left) if by_school_days else None,
        per=per,
        needed=missing * days_of[per] / left if per else None,
        so_far=window.actual * days_of[per] / gone if per and gone else None,
        hopeless=window.forecast is not None and window.forecast.chance < HOPELESS_UNDER,
    )


def _readable(a_day: Fraction, left: Fraction, days_of: dict[Per, Fraction]) -> Per:
    """The shortest unit that needs at least one each time, of those that fit into what is left; else the longest."""
    fitting = [per for per, days in days_of.items() if days <= left]
    return next((per for per in fitting if a_day * days_of[per] >= 1), fitting[-1])


def lost_to(windows: Sequence[WindowResult], *, as_of: date) -> tuple[WindowResult, ...]:
    """The windows that are over and were missed, so that the whole target can no longer be kept.

    () where none was, and where no window is left: then the verdict says it. A window of which nobody knows
    anything decides nothing.
    """
    if all(window.end <= as_of for window in windows):
        return ()
    return tuple(window for window in windows if window.end <= as_of and window.status == Status.NOT_KEPT)


def rounded_up(value: Fraction) -> Decimal:
    """One decimal, up: 1.41 is 1.5, for less than what is needed is not enough."""
    return Decimal(-(-value.numerator * 10 // value.denominator)).scaleb(-1)


def rounded_down_once(value: Fraction) -> Decimal:
    """One decimal, down: 0.99 is 0.9."""
    return Decimal(value.numerator * 10 // value.denominator).scaleb(-1)


def enough_as_data(window: WindowResult, *, as_of: date) -> dict[str, Any] | None:
    """As both JSON files have it; exact numbers as text."""
    found = enough_of(window, as_of=as_of)
    if found is None:
        return None
    return {
        "missing": found.missing,
        "days_left": found.days_left,
        "school_days_left": found.school_days_left,
        "per": None if found.per is None else found.per.value,
        "needed": None if found.needed is None else str(rounded_up(found.needed)),
        "so_far": None if found.so_far is None else str(rounded_down_once(found.so_far)),
        "hopeless": found.hopeless,
    }
