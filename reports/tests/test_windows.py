"""How a promise period is cut into windows."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.windows import Window, cut_windows

KINDS = ["period", "calendar_year", "school_year"]


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


@pytest.mark.parametrize("kind", ["", "week", "Period", "läsår"])
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
