"""What would be enough from a day on: the edges, the unit, and what can no longer be kept."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.enough import DAYS_OF, Per, enough_of, lost_to, rounded_down_once, rounded_up
from reports.forecast import Forecast
from reports.status import Status
from reports.tests.evaluations import class_line, count_line

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)


def windows(*days, as_of, minimum=25, kind="period"):
    (target,) = count_line(4, "Insatser", days, as_of=as_of, minimum=minimum, window=kind).targets
    return target.progress.windows


def enough(*days, as_of, **given):
    return enough_of(windows(*days, as_of=as_of, **given)[-1], as_of=as_of)


def test_enough_is_exact_and_in_weeks():
    found = enough((date(2020, 1, 10), 16), as_of=date(2020, 11, 19))  # 42 days left, 689 gone

    assert (found.missing, found.days_left, found.per) == (9, 42, Per.WEEK)
    assert found.needed == Fraction(3, 2)
    assert found.so_far == Fraction(16 * 7, 689)
    assert found.says_pace


def test_enough_on_the_first_day_with_nothing_so_far():
    found = enough(as_of=STARTS)

    assert (found.missing, found.days_left, found.so_far) == (25, 730, 0)
    assert (found.per, found.needed) == (Per.MONTH, Fraction(25 * 365, 12 * 730))


def test_enough_on_the_first_day_counts_that_day():
    assert enough((STARTS, 1), as_of=STARTS, minimum=5000).so_far == 1


def test_enough_the_day_before_the_last_and_on_the_last():
    last = enough((STARTS, 22), as_of=ENDS - timedelta(days=1))

    assert (last.missing, last.days_left, last.per, last.needed) == (3, 1, Per.DAY, 3)
    assert not last.says_pace
    assert enough((STARTS, 22), as_of=ENDS) is None


def test_enough_of_the_last_one_says_no_pace():
    found = enough((STARTS, 24), as_of=date(2020, 6, 30))

    assert found.missing == 1
    assert not found.says_pace


@pytest.mark.parametrize("days", [[(STARTS, 25)], [(STARTS, 26)]])
def test_enough_of_a_window_that_is_kept_is_none(days):
    assert enough(*days, as_of=date(2020, 6, 30)) is None


def test_enough_before_the_first_day_is_none():
    assert enough(as_of=STARTS - timedelta(days=1)) is None


def test_enough_without_a_register_is_none():
    (target,) = class_line(1, "T", met=(), as_of=date(2020, 9, 30)).targets

    assert enough_of(target.progress.windows[-1], as_of=date(2020, 9, 30)) is None


def test_enough_counts_classes():
    line = class_line(
        1, "T", met=[("5A", 2020, date(2020, 9, 1))], missed=[("5B", 2020)], as_of=date(2020, 9, 30)
    )

    assert enough_of(line.targets[0].progress.windows[-1], as_of=date(2020, 9, 30)).missing == 1


@pytest.mark.parametrize(
    ("missing", "left", "per"),
    [
        (6, 6, Per.DAY),  # one a day
        (5, 6, Per.DAY),  # less than a week is left, so days are all there is
        (1, 7, Per.WEEK),  # just one a week
        (2, 15, Per.WEEK),  # less than one a week, and no whole month left
        (4, 31, Per.MONTH),
        (5, 31, Per.WEEK),
        (1, 300, Per.MONTH),  # less than one a month
        (300, 300, Per.DAY),
    ],
)
def test_enough_unit_is_the_shortest_that_needs_one(missing, left, per):
    found = enough((STARTS, 400 - missing), as_of=ENDS - timedelta(days=left), minimum=400)

    assert found.per == per


@pytest.mark.parametrize(("chance", "hopeless"), [("0.0099", True), ("0.0100", False), ("0.5000", False)])
def test_enough_is_hopeless_under_one_percent(chance, hopeless):
    as_of = date(2020, 6, 30)
    window = replace(
        windows((STARTS, 1), as_of=as_of)[0],
        forecast=Forecast(Decimal(chance), 1, 2, 3),
        forecast_withheld=None,
    )

    assert enough_of(window, as_of=as_of).hopeless is hopeless


def test_enough_without_a_forecast_is_never_called_hopeless():
    assert not enough(as_of=ENDS - timedelta(days=1), minimum=9999).hopeless


@given(
    minimum=st.integers(1, 500),
    done=st.integers(0, 500),
    day=st.dates(STARTS - timedelta(days=3), ENDS + timedelta(days=3)),
)
def test_enough_is_enough(minimum, done, day):
    """Kept up to the last day, the pace that is shown reaches the minimum."""
    found = enough(*[(STARTS, done)] if done else [], as_of=day, minimum=minimum)

    if found is None:
        assert day < STARTS or day >= ENDS or done >= minimum
    else:
        shown = Fraction(rounded_up(found.needed))
        assert done + shown * found.days_left / DAYS_OF[found.per] >= minimum
        assert rounded_down_once(found.so_far) <= found.so_far


def test_rounding_up_and_down():
    assert [str(rounded_up(Fraction(*pair))) for pair in ((3, 2), (141, 100), (0, 1), (1, 1000))] == [
        "1.5",
        "1.5",
        "0.0",
        "0.1",
    ]
    assert [str(rounded_down_once(Fraction(*pair))) for pair in ((3, 2), (99, 100), (1, 1000))] == [
        "1.5",
        "0.9",
        "0.0",
    ]


def test_lost_to_a_missed_window_while_one_is_left():
    years = windows((date(2019, 5, 1), 40), as_of=date(2020, 6, 30), minimum=50, kind="calendar_year")

    assert [window.label for window in lost_to(years, as_of=date(2020, 6, 30))] == ["2019"]


def test_lost_to_nothing_where_all_is_over_or_kept_or_unknown():
    over = windows((date(2019, 5, 1), 40), as_of=ENDS, minimum=50, kind="calendar_year")
    kept = windows((date(2019, 5, 1), 50), as_of=date(2020, 6, 30), minimum=50, kind="calendar_year")
    unknown = windows(as_of=date(2020, 6, 30), minimum=50, kind="calendar_year")

    assert unknown[0].status == Status.UNKNOWN
    assert [lost_to(found, as_of=day) for found, day in ((over, ENDS), (kept, date(2020, 6, 30)))] == [(), ()]
    assert lost_to(unknown, as_of=date(2020, 6, 30)) == ()


def test_lost_to_on_the_last_day_of_the_window():
    """A window is judged at its last day's last minute; the day before nothing is lost yet."""
    for day, labels in ((date(2019, 12, 30), []), (date(2019, 12, 31), ["2019"])):
        years = windows((date(2019, 5, 1), 40), as_of=day, minimum=50, kind="calendar_year")
        assert [window.label for window in lost_to(years, as_of=day)] == labels
