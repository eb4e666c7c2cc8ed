"""Did an indicator move, and is the move larger than its margin of error? Pure, no Django.

Both values come from samples with their own 95 % margin, so the margin of the change is the root of the sum
of their squares: ±8 points twice is ±11 points (docs/evaluation-formats.md).
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from reports.evaluation import IndicatorLine


class Outcome(StrEnum):
    UNKNOWN = "unknown"  # a value is missing
    NO_MARGIN = "no_margin"  # both values, yet no margin to judge the change by
    WITHIN_MARGIN = "within_margin"
    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"  # beyond the margin, and neither direction is better by itself


@dataclass(frozen=True, slots=True)
class EffectChange:
    """``difference``: follow-up minus baseline, in the indicator's unit. ``margin``: of that difference, ±.

    ``margin`` is rounded up to two decimals: never smaller than it is.
    """

    outcome: Outcome
    difference: Decimal | None
    margin: Decimal | None


def compare(indicator: IndicatorLine) -> EffectChange:
    """The change from baseline to follow-up. A change as large as its margin is still within it."""
    before, after = indicator.baseline, indicator.follow_up
    if before is None or after is None:
        return EffectChange(Outcome.UNKNOWN, None, None)
    difference = after.value - before.value
    if before.margin is None or after.margin is None:
        return EffectChange(Outcome.NO_MARGIN, difference, None)
    squared = before.margin**2 + after.margin**2
    margin = squared.sqrt().quantize(Decimal("0.01"), ROUND_CEILING)
    if difference**2 <= squared:  # exact: a rounded root could move the edge
        return EffectChange(Outcome.WITHIN_MARGIN, difference, margin)
    return EffectChange(_beyond(difference, indicator.better), difference, margin)


def _beyond(difference: Decimal, better: str) -> Outcome:
    if better == "neither":
        return Outcome.CHANGED
    return Outcome.BETTER if (difference > 0) == (better == "higher") else Outcome.WORSE
