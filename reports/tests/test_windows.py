"""How a promise period is cut into windows."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promises.choices import TargetWindow
from reports.windows import Window, cut_windows

KINDS = TargetWindow.values


@st.composite
def periods(draw):
    starts_on = draw(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
    return starts_on, starts_on + timedelta(days=draw(st.integers(0, 2500)))


def test_cut_windows_of_the_malmo_period():
    period = {"starts_on": date(2019, 1, 1), "ends_on": date(2020, 12, 31)}

    assert cut_windows("period", **period) == (
        Window("2019–2020", date(2019, 1, 1), date(2020, 12, 31), cut=False),
    )
    assert cut_windows("calendar_year", **period) == (
        Window("2019", date(2019, 1, 1), date(2019, 12, 31), cut=False),
        Window("2020", date(2020, 1, 1), date(2020, 12, 31), cut=False),
    )
    assert cut_windows("school_year", **period) == (
        Window("2018/19", date(2019, 1, 1), date(2019, 6, 30), cut=True),
        Window("2019/20", date(2019, 7, 1), date(2020, 6, 30), cut=False),
        Window("2020/21", date(2020, 7, 1), date(2020, 12, 31), cut=True),
    )


def test_cut_windows_a_period_within_one_year_has_one_year_in_its_label():
    (window,) = cut_windows("period", starts_on=date(2019, 3, 1), ends_on=date(2019, 11, 30))

    assert window == Window("2019", date(2019, 3, 1), date(2019, 11, 30), cut=False)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "cut"),
    [
        (date(2019, 1, 1), date(2019, 12, 31), False),
        (date(2019, 1, 2), date(2019, 12, 31), True),
        (date(2019, 1, 1), date(2019, 12, 30), True),
        (date(2020, 2, 29), date(2020, 2, 29), True),
    ],
)
def test_cut_windows_says_when_the_period_shortens_a_year(starts_on, ends_on, cut):
    (window,) = cut_windows("calendar_year", starts_on=starts_on, ends_on=ends_on)

    assert (window.start, window.end, window.cut) == (starts_on, ends_on, cut)


def test_cut_windows_one_day_into_a_year_is_a_window_of_one_day():
    first, second = cut_windows("calendar_year", starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1))

    assert (first.cut, second.cut, second.days) == (False, True, 1)


def test_window_days_of_a_leap_year():
    (window,) = cut_windows("calendar_year", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))

    assert window.days == 366


def test_window_is_closed_on_its_last_day_and_begun_on_its_first():
    window = Window("2019", date(2019, 1, 1), date(2019, 12, 31), cut=False)

    assert [window.begun(day) for day in (date(2018, 12, 31), date(2019, 1, 1))] == [False, True]
    assert [window.closed(day) for day in (date(2019, 12, 30), date(2019, 12, 31))] == [False, True]


@pytest.mark.parametrize("kind", ["", "fortnight", "Period", "läsår"])
def test_cut_windows_refuses_an_unknown_kind(kind):
    with pytest.raises(ValueError, match="unknown kind"):
        cut_windows(kind, starts_on=date(2019, 1, 1), ends_on=date(2020, 12, 31))


@pytest.mark.parametrize("kind", KINDS)
def test_cut_windows_refuses_a_period_that_ends_before_it_starts(kind):
    with pytest.raises(ValueError, match="before it starts"):
        cut_windows(kind, starts_on=date(2019, 1, 2), ends_on=date(2019, 1, 1))


@given(periods(), st.sampled_from(KINDS))
def test_windows_share_out_the_period_without_gap_or_overlap(period, kind):
    starts_on, ends_on = period

    windows = cut_windows(kind, starts_on=starts_on, ends_on=ends_on)

    assert (windows[0].start, windows[-1].end) == period
    for before, after in itertools.pairwise(windows):
        assert after.start == before.end + timedelta(days=1)
    assert sum(window.days for window in windows) == (ends_on - starts_on).days + 1
    assert len({window.label for window in windows}) == len(windows)


@given(periods(), st.sampled_from(KINDS))
def test_only_the_first_and_the_last_window_are_cut(period, kind):
    starts_on, ends_on = period

    windows = cut_windows(kind, starts_on=starts_on, ends_on=ends_on)

    assert not any(window.cut for window in windows[1:-1])


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("promise_year", ("Y1", date(2019, 2, 15), date(2020, 2, 14)), ("Y2", date(2020, 2, 15), ...)),
        ("half_year", ("2019-H1", ..., date(2019, 6, 30)), ("2019-H2", date(2019, 7, 1), date(2019, 12, 31))),
        ("tertial", ("2019-T1", ..., date(2019, 4, 30)), ("2019-T2", date(2019, 5, 1), date(2019, 8, 31))),
        ("quarter", ("2019-Q1", ..., date(2019, 3, 31)), ("2019-Q2", date(2019, 4, 1), date(2019, 6, 30))),
        ("month", ("2019-02", ..., date(2019, 2, 28)), ("2019-03", date(2019, 3, 1), date(2019, 3, 31))),
        ("week", ("2019-W07", ..., date(2019, 2, 17)), ("2019-W08", date(2019, 2, 18), date(2019, 2, 24))),
        ("term", ("VT 2019", ..., date(2019, 6, 30)), ("HT 2019", date(2019, 7, 1), date(2019, 12, 31))),
    ],
)
def test_cut_windows_of_each_short_kind(kind, first, second):
    starts_on, ends_on = date(2019, 2, 15), date(2020, 2, 29)

    windows = cut_windows(kind, starts_on=starts_on, ends_on=ends_on)

    label, start, end = (starts_on if part is ... else part for part in first)
    assert (windows[0].label, windows[0].start, windows[0].end) == (label, start, end)
    label, start, end = (ends_on if part is ... else part for part in second)
    assert (windows[1].label, windows[1].start, windows[1].end) == (label, start, end)
    assert windows[-1].cut == (kind != "month")
    assert windows[0].cut == (kind != "promise_year")


def test_promise_years_from_a_leap_day_begin_on_1_march_in_other_years():
    windows = cut_windows("promise_year", starts_on=date(2020, 2, 29), ends_on=date(2024, 2, 29))

    assert [window.start for window in windows] == [
        date(2020, 2, 29),
        date(2021, 3, 1),
        date(2022, 3, 1),
        date(2023, 3, 1),
        date(2024, 2, 29),
    ]


def test_weeks_have_the_year_of_iso_8601():
    windows = cut_windows("week", starts_on=date(2018, 12, 31), ends_on=date(2021, 1, 3))

    assert (windows[0].label, windows[0].cut) == ("2019-W01", False)
    assert (windows[-1].label, windows[-1].start) == ("2020-W53", date(2020, 12, 28))
    assert len(windows) == 105
