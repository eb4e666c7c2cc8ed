"""What would be enough from a day on, for a window that is still open. Pure, no Django, no clock (docs/adr/0011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from reports.progress import WindowResult
from reports.status import Status

HOPELESS_UNDER = Decimal("0.01")  # the forecast's chance; below it the pace so far does not lead there


class Per(StrEnum):
    """What a pace is counted in. Codes are stable (docs/progress-json.md)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


DAYS_OF = {Per.DAY: Fraction(1), Per.WEEK: Fraction(7), Per.MONTH: Fraction(365, 12)}


@dataclass(frozen=True, slots=True)
class Enough:
    """``missing`` more in the ``days_left`` days that come after the day asked about.

    ``needed`` and ``so_far``: events (coverage: classes) for each ``per``, exact; shown with one decimal, what is
    needed rounded up and what was done rounded down. ``hopeless``: with the pace so far it will not be reached.
    """

    missing: int
    days_left: int
    per: Per
    needed: Fraction
    so_far: Fraction
    hopeless: bool

    @property
    def says_pace(self) -> bool:
        """One more, or one day more, needs no pace: the number says all."""
        return self.missing > 1 and self.days_left > 1


def enough_of(window: WindowResult, *, as_of: date) -> Enough | None:
    """None where nothing is left to reach: not begun, over, kept, no number, or nobody knows how many there are."""
    if window.minimum is None:
        return None
    missing = window.minimum - window.actual
    if not window.start <= as_of < window.end or missing < 1 or window.status == Status.UNKNOWN:
        return None
    left, gone = (window.end - as_of).days, (as_of - window.start).days + 1
    per = _readable(Fraction(missing, left), left)
    return Enough(
        missing=missing,
        days_left=left,
        per=per,
        needed=missing * DAYS_OF[per] / left,
        so_far=window.actual * DAYS_OF[per] / gone,
        hopeless=window.forecast is not None and window.forecast.chance < HOPELESS_UNDER,
    )


def _readable(a_day: Fraction, days_left: int) -> Per:
    """The shortest unit that needs at least one each time, of those that fit into what is left; else the longest."""
    fitting = [per for per in Per if DAYS_OF[per] <= days_left]
    return next((per for per in fitting if a_day * DAYS_OF[per] >= 1), fitting[-1])


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
        "per": str(found.per),
        "needed": str(rounded_up(found.needed)),
        "so_far": str(rounded_down_once(found.so_far)),
        "hopeless": found.hopeless,
    }
