"""What is pointed out and what is not, at the very edge of each rule."""

from datetime import date, time, timedelta
from fractions import Fraction

import pytest

from reports.quality import (
    Likeness,
    Stretch,
    likely_twice,
    median,
    quiet_after,
    quiet_stretches,
    untouched,
    unusual,
)

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)


def day(number):
    """Days into the year."""
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(
    ("gaps", "days"),
    [
        ([], 56),
        ([Fraction(7)], 28),
        ([Fraction(14)], 28),
        ([Fraction(29)], 58),
        ([Fraction(731, 25), Fraction(731, 50)], 29),
    ],
)
def test_quiet_after_four_weeks_or_twice_the_usual_gap(gaps, days):
    assert quiet_after(gaps) == days


def test_quiet_stretch_is_longer_than_the_limit():
    """28 silent days between two rows are usual, 29 are not."""
    assert quiet_stretches([day(0), day(29)], first=FIRST, last=day(29), longer_than=28) == []
    assert quiet_stretches([day(0), day(30)], first=FIRST, last=day(30), longer_than=28) == [
        Stretch(day(1), day(29), lasts=False)
    ]


def test_quiet_stretch_before_the_first_row_and_after_the_last():
    found = quiet_stretches([day(100)], first=FIRST, last=day(200), longer_than=28)

    assert found == [Stretch(day(101), day(200), lasts=True), Stretch(FIRST, day(99), lasts=False)]
    assert [stretch.days for stretch in found] == [100, 100]


def test_quiet_stretch_of_all_days_without_a_row():
    assert quiet_stretches([], first=FIRST, last=day(28), longer_than=28) == [
        Stretch(FIRST, day(28), lasts=True)
    ]


def test_quiet_stretch_passes_over_days_outside():
    outside = [FIRST - timedelta(days=1), day(41)]

    assert quiet_stretches(outside, first=FIRST, last=day(40), longer_than=28) == [
        Stretch(FIRST, day(40), lasts=True)
    ]


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        ({7: 1}, 7),
        ({1: 2, 3: 2}, 2),
        ({1: 2, 4: 1}, 1),
        ({1: 2, 2: 3}, 2),
        ({2: 1, 5: 1}, Fraction(7, 2)),
        ({1: 99, 90: 1}, 1),
    ],
)
def test_median_is_the_middle_row(counts, value):
    assert median(counts) == value


def test_median_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"^nothing to take the median"):
        median({1: 0})


def test_unusual_is_above_ten_where_one_is_usual():
    assert unusual("quantity", {1: 20, 10: 3}) is None
    found = unusual("quantity", {1: 20, 10: 3, 11: 2})
    assert found.field == "quantity"
    assert found is not None
    assert (found.usual, found.limit, found.rows) == (1, 10, 2)


def test_unusual_is_above_five_times_what_is_usual():
    assert unusual("quantity", {4: 20, 20: 1}) is None
    assert unusual("quantity", {4: 20, 21: 1}) is not None


def test_unusual_nil_reports_do_not_make_small_numbers_large():
    assert unusual("quantity", {0: 500, 8: 6, 12: 1}) is None


def test_unusual_needs_five_rows_to_say_what_is_usual():
    assert unusual("quantity", {1: 3, 400: 1}) is None
    assert unusual("quantity", {1: 4, 400: 1}) is not None


@pytest.mark.parametrize(("field", "edge"), [("minutes", 720), ("persons_reached", 200)])
def test_unusual_minutes_and_persons_have_a_floor_of_their_own(field, edge):
    assert unusual(field, {15: 10, edge: 1}) is None
    assert unusual(field, {15: 10, edge + 1: 1}) is not None


def alike(**other):
    values = {
        "commitment": 3,
        "day": FIRST,
        "kind": "Fotpatrull",
        "areas": frozenset({"Holma"}),
        "school": "",
        "classes": frozenset(),
    }
    return Likeness(**values | other)


def test_twice_same_day_kind_and_areas():
    rows = [(alike(), None, "a"), (alike(), None, "b"), (alike(day=LAST), None, "c")]

    assert likely_twice(rows) == [("a", "b")]


@pytest.mark.parametrize(
    "other",
    [
        {"commitment": 4},
        {"day": LAST},
        {"kind": "Skolbesök"},
        {"areas": frozenset({"Holma", "Bellevue"})},
        {"areas": frozenset()},
        {"school": "Holmaskolan"},
        {"classes": frozenset({"5B"})},
    ],
)
def test_twice_not_where_anything_differs(other):
    assert likely_twice([(alike(), None, "a"), (alike(**other), None, "b")]) == []


def test_twice_not_at_two_times_of_the_day():
    rows = [(alike(), time(9), "a"), (alike(), time(14), "b"), (alike(), time(9), "c")]

    assert likely_twice(rows[:2]) == []
    assert likely_twice(rows) == [("a", "c")]


def test_twice_a_row_without_a_time_may_be_any_of_them():
    assert likely_twice([(alike(), time(9), "a"), (alike(), None, "b")]) == [("a", "b")]


def test_untouched_area_only_when_there_are_enough_rows():
    areas = [("Bellevue", 3), ("Holma", 2), ("Kroksbäck", 0)]

    assert untouched(areas, rows=5) == []
    assert untouched(areas, rows=6) == ["Kroksbäck"]


def test_untouched_says_nothing_where_no_row_has_an_area():
    assert untouched([("Bellevue", 0), ("Holma", 0)], rows=40) == []
    assert untouched([], rows=40) == []
