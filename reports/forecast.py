"""What a count will probably come to when its window ends. Pure, no Django, no clock (docs/adr/0009).

Events come singly and evenly, at a rate that nobody knows: after a events in t of T days the rate is
Gamma(a + 1/2, t) (Jeffreys), so what remains is negative binomial with r = a + 1/2 and p = t / T. Floats live in this
module only: what leaves it is whole numbers and one Decimal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from math import exp, lgamma, log

from reports.windows import Window

SHOWN_FROM = 28  # days of the window that must have gone
LEAST, MOST = Decimal("0.0001"), Decimal("0.9999")
_PRECISION = 1e-12  # of the continued fraction; what is shown has four decimals
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Forecast:
    """``p10``, ``p50`` and ``p90`` are totals at the window's end: with 80 % it lands from p10 up to p90.

    ``chance`` to reach the minimum: four decimals, half to even, never 0 or 1 unless it is certain.
    """

    chance: Decimal
    p10: int
    p50: int
    p90: int


class Withheld(StrEnum):
    """Why a window has no forecast. Codes are stable (docs/progress-json.md)."""

    UPCOMING = "upcoming"
    CLOSED = "closed"
    KEPT = "kept"
    COVERAGE = "coverage"  # classes are booked, they do not come by chance
    CALENDAR = "calendar"  # the pace is not even, and the forecast knows no other
    TOO_SHORT = "too_short"  # over before a forecast could be shown
    BATCHES = "batches"  # a row stands for several events, or for a month: they do not come singly
    TOO_EARLY = "too_early"
    NOTHING_REPORTED = "nothing_reported"
    NO_NUMBER = "no_number"  # on request, deliverable, effort: no minimum to come to


# An open window that is not kept has a forecast, or one of these to tell the reader.
WORTH_SAYING = frozenset(
    {
        Withheld.COVERAGE,
        Withheld.CALENDAR,
        Withheld.TOO_SHORT,
        Withheld.BATCHES,
        Withheld.TOO_EARLY,
        Withheld.NOTHING_REPORTED,
    }
)


def forecast(*, minimum: int, count: int, days_gone: int, days: int) -> Forecast:
    """``count`` events in ``days_gone`` of ``days`` days, against a ``minimum``.

    Each percentile is the least total that is not passed with at least that probability.
    Errors: ValueError on minimum < 1, count < 0, days_gone < 1, or days_gone >= days: nothing remains.
    """
    if minimum < 1 or count < 0 or not 1 <= days_gone < days:
        raise ValueError(f"no forecast for {count} of {minimum} after {days_gone} of {days} days")
    p10, p50, p90 = (
        count + _remaining(tenths / 10, count=count, days_gone=days_gone, days=days) for tenths in (1, 5, 9)
    )
    return Forecast(_chance(minimum - count, count=count, days_gone=days_gone, days=days), p10, p50, p90)


def forecast_of(
    window: Window,
    *,
    minimum: int,
    actual: int,
    reported: bool,
    batches: Iterable[date],
    as_of: date,
    even: bool = True,
) -> tuple[Forecast | None, Withheld | None]:
    """The forecast of a count's window on ``as_of``, or why there is none: exactly one of the two.

    ``batches``: the days of rows that stand for more than one event, or for a whole month. ``even``: whether the
    target's calendar is.
    """
    if reason := settled(window, kept=actual >= minimum, as_of=as_of):
        return None, reason
    gone = (as_of - window.start).days + 1
    if not even:
        return None, Withheld.CALENDAR
    if reason := _too_little(window, gone=gone, reported=reported, batches=batches, as_of=as_of):
        return None, reason
    return forecast(minimum=minimum, count=actual, days_gone=gone, days=window.days), None


def _too_little(
    window: Window, *, gone: int, reported: bool, batches: Iterable[date], as_of: date
) -> Withheld | None:
    if window.days <= SHOWN_FROM:
        return Withheld.TOO_SHORT
    if any(day in window and day <= as_of for day in batches):
        return Withheld.BATCHES
    if gone < SHOWN_FROM:
        return Withheld.TOO_EARLY
    return None if reported else Withheld.NOTHING_REPORTED


def settled(window: Window, *, kept: bool, as_of: date) -> Withheld | None:
    """Why nothing is left to foresee, whatever is counted. None while the window is open and not kept."""
    if not window.begun(as_of):
        return Withheld.UPCOMING
    if kept:
        return Withheld.KEPT
    return Withheld.CLOSED if window.closed(as_of) else None


def _chance(missing: int, *, count: int, days_gone: int, days: int) -> Decimal:
    """That at least so many come in what remains."""
    if missing <= 0:
        return Decimal(1)
    # P(X >= k) of the negative binomial is I(1 - p; k, r), DLMF 8.17.24
    probability = _incomplete_beta(missing, count + 0.5, share=(days - days_gone) / days)
    rounded = Decimal(probability).quantize(LEAST, ROUND_HALF_EVEN)
    return min(max(rounded, LEAST), MOST)


def _remaining(probability: float, *, count: int, days_gone: int, days: int) -> int:
    """The least number that what remains does not pass with this probability."""

    def enough(number: int) -> bool:
        # P(X <= k) is I(p; r, k + 1)
        return _incomplete_beta(count + 0.5, number + 1, share=days_gone / days) >= probability

    return _least(enough)


def _least(enough: Callable[[int], bool]) -> int:
    """The least whole number from 0 on that is enough, where every greater one is too."""
    high = 1
    while not enough(high - 1):
        high *= 2
    low = high // 2 if high > 1 else 0  # high - 1 is enough, high // 2 - 1 is not
    high -= 1
    while low < high:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _incomplete_beta(a: float, b: float, *, share: float) -> float:
    """The regularised incomplete beta function I(share; a, b).

    By its continued fraction (DLMF 8.17.22), which stays exact where the sum of single probabilities underflows and
    whose length grows with the root of a and b only: a million events take milliseconds, not minutes.
    """
    rest = 1 - share
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(share) + b * log(rest))
    if share <= (a + 1) / (a + b + 2):
        return front * _continued_fraction(a, b, share) / a
    return 1 - front * _continued_fraction(b, a, rest) / b


def _continued_fraction(a: float, b: float, x: float) -> float:
    """Lentz's method, two terms of DLMF 8.17.23 at a time."""
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = d
    step = 0.0
    m = 0
    while abs(step - 1) > _PRECISION:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = _inverse(1 + even * d), _not_zero(1 + even / c)
        value *= d * c
        d, c = _inverse(1 + odd * d), _not_zero(1 + odd / c)
        step = d * c
        value *= step
    return value


def _inverse(value: float) -> float:
    return 1 / _not_zero(value)


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
