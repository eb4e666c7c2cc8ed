"""A count target on a day: edges as tables, rules as properties, and the worked example from its file."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from promises import school_year
from reports.coverage import Attendance, Meeting, assess_coverage
from reports.progress import (
    add_up,
    assess_count,
    expected,
    judge_window,
    percent_floor,
    rounded_down,
    under_one_percent,
)
from reports.register import ClassKey, RegisterClass
from reports.status import Status
from reports.windows import Window, cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
YEARS = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
PERIOD = cut_windows("period", starts_on=STARTS, ends_on=ENDS)
HUNDRED_DAYS = Window("2019", STARTS, STARTS + timedelta(days=99), cut=True)


# --- expected ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "count"),
    [
        (date(2018, 12, 31), Fraction(0)),
        (date(2019, 1, 1), Fraction(50, 365)),
        (date(2019, 12, 30), Fraction(50 * 364, 365)),
        (date(2019, 12, 31), Fraction(50)),
        (date(2020, 1, 1), Fraction(50)),
    ],
)
def test_expected_at_the_edges_of_a_year(as_of, count):
    assert expected(50, YEARS[0], as_of) == count


def test_expected_counts_the_leap_day():
    leap_year = YEARS[1]

    assert expected(366, leap_year, date(2020, 2, 29)) == 60
    assert expected(366, leap_year, date(2020, 3, 1)) == 61


# --- one window -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "actual", "reported", "status"),
    [
        (date(2018, 12, 31), 0, False, Status.UPCOMING),
        (date(2019, 1, 1), 0, False, Status.ON_PACE),
        (date(2019, 1, 1), 50, True, Status.KEPT),
        (date(2019, 12, 30), 50, True, Status.KEPT),
        (date(2019, 12, 30), 49, True, Status.ON_PACE),
        (date(2019, 12, 30), 0, False, Status.BEHIND),
        (date(2019, 12, 31), 49, True, Status.NOT_KEPT),
        (date(2019, 12, 31), 50, True, Status.KEPT),
        (date(2019, 12, 31), 51, True, Status.KEPT),
        (date(2019, 12, 31), 0, True, Status.NOT_KEPT),
        (date(2019, 12, 31), 0, False, Status.UNKNOWN),
        (date(2020, 1, 1), 49, True, Status.NOT_KEPT),
    ],
)
def test_judge_window_at_the_edges_of_a_year(as_of, actual, reported, status):
    assert judge_window(YEARS[0], minimum=50, actual=actual, reported=reported, as_of=as_of) == status


@pytest.mark.parametrize(
    ("day_number", "minimum", "actual", "status"),
    [
        (1, 100, 0, Status.BEHIND),  # behind by exactly one: no longer on pace, and 0 of 1 is under 85 %
        (1, 99, 0, Status.ON_PACE),  # behind by 0.99
        (20, 100, 19, Status.AT_RISK),  # behind by exactly one
        (20, 101, 20, Status.ON_PACE),  # behind by 0.2
        (20, 100, 20, Status.ON_PACE),
        (20, 100, 21, Status.ON_PACE),  # ahead
        (20, 100, 17, Status.AT_RISK),  # exactly 85 %
        (20, 100, 16, Status.BEHIND),
        (20, 101, 17, Status.BEHIND),  # 17 of 20.2 is 84.2 %
    ],
)
def test_judge_window_on_either_side_of_each_limit(day_number, minimum, actual, status):
    as_of = STARTS + timedelta(days=day_number - 1)

    found = judge_window(HUNDRED_DAYS, minimum=minimum, actual=actual, reported=True, as_of=as_of)

    assert found == status


@pytest.mark.parametrize(("minimum", "actual"), [(0, 0), (-1, 0), (1, -1)])
def test_judge_window_refuses_what_cannot_be_counted(minimum, actual):
    with pytest.raises(ValueError, match="cannot judge"):
        judge_window(YEARS[0], minimum=minimum, actual=actual, reported=True, as_of=ENDS)


# --- a count target ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "first", "second", "status", "kept"),
    [
        (date(2018, 12, 31), 0, 0, Status.UPCOMING, 0),
        (date(2019, 6, 30), 0, 0, Status.BEHIND, 0),
        (date(2019, 6, 30), 22, 0, Status.AT_RISK, 0),
        (date(2019, 6, 30), 25, 0, Status.ON_PACE, 0),
        (date(2019, 6, 30), 50, 0, Status.PARTLY_KEPT, 1),  # 2019 reached early, 2020 not begun
        (date(2020, 6, 30), 50, 0, Status.BEHIND, 1),
        (
            date(2020, 6, 30),
            40,
            25,
            Status.ON_PACE,
            0,
        ),  # the open window speaks, the closed one stays visible
        (date(2020, 6, 30), 40, 50, Status.PARTLY_KEPT, 1),
        (date(2020, 6, 30), 50, 50, Status.KEPT, 2),
        (date(2020, 12, 31), 60, 40, Status.PARTLY_KEPT, 1),
        (date(2020, 12, 31), 49, 49, Status.NOT_KEPT, 0),
        (date(2020, 12, 31), 50, 50, Status.KEPT, 2),
        (date(2021, 6, 30), 40, 60, Status.PARTLY_KEPT, 1),
    ],
)
def test_assess_count_a_yearly_target_through_its_life(as_of, first, second, status, kept):
    days = [(date(2019, 1, 15), first), (date(2020, 1, 15), second)]

    found = assess_count(YEARS, days, minimum=50, as_of=as_of)

    assert (found.status, found.kept, found.of) == (status, kept, 2)


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ([(date(2019, 5, 1), 60)], Status.CANNOT_ASSESS),
        ([(date(2019, 5, 1), 60), (date(2020, 5, 1), 0)], Status.PARTLY_KEPT),
        ([], Status.CANNOT_ASSESS),
        ([(date(2019, 5, 1), 0), (date(2020, 5, 1), 0)], Status.NOT_KEPT),
    ],
)
def test_assess_count_not_reported_is_not_zero(days, status):
    assert assess_count(YEARS, days, minimum=50, as_of=ENDS).status == status


def test_assess_count_counts_the_first_and_the_last_day_and_no_day_outside():
    outside = [(STARTS - timedelta(days=1), 7), (ENDS + timedelta(days=1), 7)]

    found = assess_count(PERIOD, [(STARTS, 1), (ENDS, 2), *outside], minimum=3, as_of=date(2021, 6, 1))

    assert (found.windows[0].actual, found.status) == (3, Status.KEPT)


def test_assess_count_passes_over_the_day_after_as_of():
    as_of = date(2019, 12, 31)

    found = assess_count(PERIOD, [(as_of, 1), (as_of + timedelta(days=1), 1)], minimum=25, as_of=as_of)

    assert found.windows[0].actual == 1


def test_assess_count_a_row_outside_the_period_reports_nothing():
    found = assess_count(PERIOD, [(ENDS + timedelta(days=1), 0)], minimum=25, as_of=date(2021, 6, 1))

    assert not found.windows[0].reported
    assert found.status == Status.CANNOT_ASSESS


def test_assess_count_a_cut_year_keeps_its_full_minimum():
    windows = cut_windows("calendar_year", starts_on=date(2019, 7, 1), ends_on=ENDS)

    found = assess_count(windows, [(date(2019, 8, 1), 25)], minimum=50, as_of=date(2019, 12, 31))

    first = found.windows[0]
    assert (first.cut, first.minimum, first.status) == (True, 50, Status.NOT_KEPT)


def test_assess_count_carries_exact_numbers():
    found = assess_count(YEARS, [(date(2019, 1, 1), 47)], minimum=50, as_of=date(2019, 1, 1)).windows[0]

    assert (found.share, found.expected) == (Fraction(47, 50), Fraction(50, 365))


@pytest.mark.parametrize("minimum", [0, -1])
def test_assess_count_refuses_a_minimum_under_one(minimum):
    with pytest.raises(ValueError, match="minimum"):
        assess_count(PERIOD, [], minimum=minimum, as_of=ENDS)


def test_assess_count_refuses_no_windows():
    with pytest.raises(ValueError, match="0 windows"):
        assess_count((), [], minimum=25, as_of=ENDS)


def test_add_up_refuses_no_windows():
    with pytest.raises(ValueError, match="without windows"):
        add_up([], as_of=ENDS)


def test_assess_count_refuses_a_negative_quantity_even_where_it_would_not_count():
    with pytest.raises(ValueError, match="negative"):
        assess_count(PERIOD, [(date(2031, 1, 1), -1)], minimum=25, as_of=ENDS)


# --- properties -------------------------------------------------------------------------------------------

DAYS = st.dates(date(2018, 10, 1), date(2021, 3, 31))
ROWS = st.lists(st.tuples(DAYS, st.integers(0, 30)), max_size=12)
MINIMUMS = st.integers(1, 60)
KINDS = st.sampled_from(["period", "calendar_year", "school_year"])


def assess(kind, rows, minimum, as_of):
    windows = cut_windows(kind, starts_on=STARTS, ends_on=ENDS)
    return assess_count(windows, rows, minimum=minimum, as_of=as_of)


@given(KINDS, ROWS, MINIMUMS, DAYS)
def test_kept_exactly_when_every_window_is_kept(kind, rows, minimum, as_of):
    found = assess(kind, rows, minimum, as_of)

    every = all(window.actual >= minimum for window in found.windows)
    assert (found.status == Status.KEPT) == every == (found.kept == found.of)


@given(KINDS, ROWS, MINIMUMS, DAYS)
def test_share_is_one_exactly_when_actual_is_the_minimum(kind, rows, minimum, as_of):
    for window in assess(kind, rows, minimum, as_of).windows:
        assert (window.share is None) == (window.status == Status.UNKNOWN)
        if window.share is None:
            continue
        assert (window.share == 1) == (window.actual == window.minimum)
        assert (percent_floor(window.share) >= 100) == (window.actual >= window.minimum)


@given(KINDS, ROWS, MINIMUMS, DAYS)
def test_the_windows_add_up_to_every_row_in_the_period_so_far(kind, rows, minimum, as_of):
    found = assess(kind, rows, minimum, as_of)

    counted = sum(quantity for day, quantity in rows if STARTS <= day <= ENDS and day <= as_of)
    assert sum(window.actual for window in found.windows) == counted


@given(KINDS, ROWS, MINIMUMS, DAYS)
def test_order_and_splitting_of_rows_change_nothing(kind, rows, minimum, as_of):
    per_day = Counter()
    for day, quantity in rows:
        per_day[day] += quantity

    found = assess(kind, rows, minimum, as_of)

    assert assess(kind, rows[::-1], minimum, as_of) == found
    assert assess(kind, per_day.items(), minimum, as_of) == found


@given(KINDS, ROWS, MINIMUMS, DAYS)
def test_rows_after_as_of_change_nothing(kind, rows, minimum, as_of):
    so_far = [row for row in rows if row[0] <= as_of]

    assert assess(kind, rows, minimum, as_of) == assess(kind, so_far, minimum, as_of)


BETTER = [Status.BEHIND, Status.AT_RISK, Status.ON_PACE, Status.KEPT]


@given(KINDS, ROWS, MINIMUMS, DAYS, st.tuples(DAYS, st.integers(0, 30)))
def test_one_more_row_never_makes_a_window_worse(kind, rows, minimum, as_of, row):
    """Once a window is reported: out of "unknown" a row may well lead to "not kept"."""
    before = assess(kind, rows, minimum, as_of)
    after = assess(kind, [*rows, row], minimum, as_of)

    assert after.kept >= before.kept
    for old, new in zip(before.windows, after.windows, strict=True):
        assert new.actual >= old.actual
        if old.status in BETTER:
            assert BETTER.index(new.status) >= BETTER.index(old.status)
        elif old.status == Status.NOT_KEPT:
            assert new.status in {Status.NOT_KEPT, Status.KEPT}
        elif old.status == Status.UPCOMING:
            assert new.status == Status.UPCOMING


@given(ROWS, MINIMUMS, DAYS, st.integers(0, 10_000))
def test_a_surplus_in_one_year_never_helps_the_other(rows, minimum, as_of, surplus):
    before = assess("calendar_year", rows, minimum, as_of)
    after = assess("calendar_year", [*rows, (date(2019, 1, 1), surplus)], minimum, as_of)

    assert after.windows[1] == before.windows[1]
    if before.windows[1].status != Status.KEPT:
        assert after.status != Status.KEPT


@given(KINDS, ROWS, MINIMUMS, DAYS)
def test_expected_runs_from_nothing_to_the_minimum_and_never_back(kind, rows, minimum, as_of):
    today = assess(kind, rows, minimum, as_of)
    tomorrow = assess(kind, rows, minimum, as_of + timedelta(days=1))

    for now, then in zip(today.windows, tomorrow.windows, strict=True):
        assert 0 <= now.expected <= then.expected <= minimum


@given(KINDS, ROWS, MINIMUMS)
def test_after_the_period_nothing_is_left_open(kind, rows, minimum):
    found = assess(kind, rows, minimum, ENDS)

    assert {window.status for window in found.windows} <= {Status.KEPT, Status.NOT_KEPT, Status.UNKNOWN}
    assert found.status in {Status.KEPT, Status.PARTLY_KEPT, Status.NOT_KEPT, Status.CANNOT_ASSESS}
    assert (found.status == Status.CANNOT_ASSESS) == any(not window.reported for window in found.windows)


# --- rounding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "percent", "text", "under_one"),
    [
        (Fraction(0), 0, "0.00", False),
        (Fraction(4, 1000), 0, "0.00", True),
        (Fraction(999, 100_000), 0, "0.00", True),
        (Fraction(1, 100), 1, "0.01", False),
        (Fraction(996, 1000), 99, "0.99", False),
        (Fraction(999_999, 1_000_000), 99, "0.99", False),
        (Fraction(1), 100, "1.00", False),
        (Fraction(52, 50), 104, "1.04", False),
        (Fraction(1, 3), 33, "0.33", False),
        (Fraction(29, 100), 29, "0.29", False),
        (Fraction(50), 5000, "50.00", False),
    ],
)
def test_shares_are_rounded_down(share, percent, text, under_one):
    assert percent_floor(share) == percent
    assert str(rounded_down(share)) == text
    assert under_one_percent(share) is under_one


@given(st.fractions(0, 3))
def test_percent_reads_100_only_from_all_of_it_on(share):
    assert (percent_floor(share) >= 100) == (share >= 1)
    assert (percent_floor(share) == 0 and not under_one_percent(share)) == (share == 0)


# --- the worked example -----------------------------------------------------------------------------------

EXAMPLE = yaml.safe_load((Path(__file__).parent / "worked_example.yaml").read_text(encoding="utf-8"))


def example_progress(commitment):
    """The pure modules, fed with what the file says; the states are sorted out here as ``counted()`` does."""
    promise, target, as_of = EXAMPLE["promise"], commitment["target"], EXAMPLE["as_of"]
    windows = cut_windows(target["window"], starts_on=promise["starts_on"], ends_on=promise["ends_on"])
    if target["kind"] == "coverage":
        register = [
            RegisterClass(row["school"], row["class"], school_year.parse(row["school_year"]), row["pupils"])
            for row in commitment["register"]
        ]
        meetings = [
            Meeting(
                row["day"],
                row["state"] == "done",
                tuple(
                    Attendance(ClassKey(row["school"], school_year.parse(row["school_year"]), label), present)
                    for label, present in row["present"].items()
                ),
            )
            for row in commitment["rows"]
            if row["state"] in {"done", "planned"}
        ]
        return assess_coverage(
            windows,
            register,
            meetings,
            schools=commitment["schools"],
            times=target["times"],
            as_of=as_of,
        )
    days = [
        (row.get("day") or date.fromisoformat(f"{row['month']}-01"), row.get("number", 1))
        for row in commitment["rows"]
        if row["state"] == "done"
    ]
    return assess_count(windows, days, minimum=target["minimum"], as_of=as_of)


def in_the_words_of_the_file(window, kind):
    said = {
        "label": window.label,
        "status": str(window.status),
        "percent": percent_floor(window.share),
    }
    if kind == "coverage":
        return said | {
            "classes": window.minimum,
            "classes_met": window.actual,
            "pupils": window.pupils,
            "pupils_met": window.pupils_met,
            "missing": list(window.missing),
        }
    return said | {"minimum": window.minimum, "actual": window.actual}


@pytest.mark.parametrize("commitment", EXAMPLE["commitments"], ids=lambda commitment: commitment["subject"])
def test_worked_example(commitment):
    found = example_progress(commitment)

    kind = commitment["target"]["kind"]
    assert {
        "status": str(found.status),
        "kept": found.kept,
        "of": found.of,
        "windows": [in_the_words_of_the_file(window, kind) for window in found.windows],
    } == commitment["expect"]


@pytest.mark.parametrize(
    ("number", "states"),
    [(3, {"done": 27, "voided": 2, "cancelled": 1, "planned": 1}), (4, {"done": 24, "planned": 3})],
)
def test_worked_example_has_the_rows_it_says(number, states):
    (commitment,) = (entry for entry in EXAMPLE["commitments"] if entry["number"] == number)

    assert Counter(row["state"] for row in commitment["rows"]) == states
