"""Within the margin or beyond it: at the edge, and where something is not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.effects import Outcome, compare
from reports.evaluation import IndicatorLine, MeasurementLine


def indicator(before, after, *, margins=("8", "8"), better="lower"):
    first, last = (
        None
        if value is None
        else MeasurementLine(
            Decimal(value), 159, None if margin is None else Decimal(margin), date(2018, 10, 1), "Mätning", ""
        )
        for value, margin in zip((before, after), margins, strict=True)
    )
    return IndicatorLine("Otrygg", "%", better, "", first, last)


def test_compare_eleven_points_are_within_two_margins_of_eight():
    change = compare(indicator("34", "23"))

    assert change.outcome == Outcome.WITHIN_MARGIN
    assert change.difference == Decimal(-11)
    assert change.margin == Decimal("11.32")  # 8 × √2 = 11.3137…, rounded up


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        ("15", Outcome.WITHIN_MARGIN),  # 5 with margins 3 and 4: on the edge is within
        ("14.99", Outcome.BETTER),
        ("25", Outcome.WITHIN_MARGIN),
        ("25.01", Outcome.WORSE),
        ("20", Outcome.WITHIN_MARGIN),
    ],
)
def test_compare_at_the_edge(after, outcome):
    assert compare(indicator("20", after, margins=("3", "4"))).outcome == outcome


@pytest.mark.parametrize(
    ("better", "outcome"),
    [("lower", Outcome.WORSE), ("higher", Outcome.BETTER), ("neither", Outcome.CHANGED)],
)
def test_compare_which_direction_is_better(better, outcome):
    assert compare(indicator("20", "40", better=better)).outcome == outcome


@pytest.mark.parametrize(("before", "after"), [(None, "20"), ("20", None), (None, None)])
def test_compare_without_a_value_is_unknown(before, after):
    change = compare(indicator(before, after))

    assert change == replace(change, outcome=Outcome.UNKNOWN, difference=None, margin=None)


@pytest.mark.parametrize("margins", [(None, "8"), ("8", None)])
def test_compare_without_a_margin_says_so(margins):
    change = compare(indicator("34", "10", margins=margins))

    assert (change.outcome, change.difference, change.margin) == (Outcome.NO_MARGIN, Decimal(-24), None)


def test_compare_margin_zero_any_move_is_beyond():
    assert compare(indicator("34", "33.9", margins=("0", "0"))).outcome == Outcome.BETTER
    assert compare(indicator("34", "34", margins=("0", "0"))).outcome == Outcome.WITHIN_MARGIN


@pytest.mark.parametrize(("better", "outcome"), [("higher", Outcome.BETTER), ("lower", Outcome.WORSE)])
def test_compare_half_a_point_beyond_a_small_margin(better, outcome):
    change = compare(indicator("3.5", "4", margins=("0.3", "0.3"), better=better))

    assert (change.outcome, change.difference, change.margin) == (outcome, Decimal("0.5"), Decimal("0.43"))
