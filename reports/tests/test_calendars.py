"""Which days carry the pace: school days, weights of months, and what stands in where nothing is known."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.calendars import EVEN, Calendar, CalendarKind, Span, Term, school_calendar
from reports.enough import Per, enough_of
from reports.forecast import Withheld
from reports.progress import assess_count, expected
from reports.windows import Window, cut_windows

HT = Term(Span(date(2018, 8, 20), date(2018, 12, 21)), (Span(date(2018, 10, 29), date(2018, 11, 2)),))
VT = Term(
    Span(date(2019, 1, 8), date(2019, 6, 12)),
    (Span(date(2019, 2, 18), date(2019, 2, 22)), Span(date(2019, 4, 15), date(2019, 4, 22))),
)
SCHOOL = school_calendar([HT, VT])
LASAR = Window("2018/19", date(2018, 7, 1), date(2019, 6, 30), cut=False)


def monthly(*weights):
    return Calendar(CalendarKind.MONTHLY_WEIGHTS, weights=tuple(Decimal(weight) for weight in weights))


NO_JULY = monthly(1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1)


def counted_one_by_one(calendar, terms, first, last):
    """School days by looking at each day: slow and plain."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return sum(
        day.weekday() < 5
        and any(term.span.first <= day <= term.span.last for term in terms)
        and not any(one.first <= day <= one.last for term in terms for one in term.breaks)
        for day in days
    )


def test_even_counts_days():
    assert EVEN.carried(date(2019, 1, 1), date(2019, 12, 31)) == 365
    assert EVEN.carried(date(2019, 1, 2), date(2019, 1, 1)) == 0


@given(st.dates(date(2018, 7, 1), date(2019, 6, 30)), st.integers(0, 364))
def test_school_days_are_weekdays_in_terms_without_breaks(first, days):
    last = min(first + timedelta(days=days), date(2019, 6, 30))

    assert SCHOOL.carried(first, last) == counted_one_by_one(SCHOOL, [HT, VT], first, last)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2018, 7, 1), date(2018, 8, 19), 0),  # before the term
        (date(2018, 8, 20), date(2018, 8, 20), 1),  # its first day
        (date(2018, 8, 25), date(2018, 8, 26), 0),  # a weekend
        (date(2018, 10, 26), date(2018, 11, 5), 2),  # the Friday before and the Monday after the break
        (date(2018, 12, 21), date(2019, 1, 8), 2),  # last and first day around Christmas
        (date(2019, 6, 12), date(2019, 6, 30), 1),
    ],
)
def test_school_days_at_the_edges(first, last, days):
    assert SCHOOL.carried(first, last) == days


def test_school_terms_may_overlap_and_stand_in_any_order():
    twice = school_calendar([VT, HT, HT, Term(Span(date(2018, 12, 1), date(2018, 12, 21)))])

    assert twice.school == SCHOOL.school


def test_school_term_that_is_all_holiday_carries_nothing():
    span = Span(date(2018, 8, 20), date(2018, 12, 21))

    assert school_calendar([Term(span, (span,))]).school == ()
    assert school_calendar([Term(span, (Span(date(2018, 8, 1), date(2018, 9, 2)),))]).school == (
        Span(date(2018, 9, 3), date(2018, 12, 21)),
    )


def test_half_without_terms_counts_monday_to_friday_outside_july():
    """HT 2019 and VT 2020 are not known: 31 July 2019 carries nothing, 1 August does, and so does 30 June."""
    assert SCHOOL.carried(date(2019, 7, 1), date(2019, 7, 31)) == 0
    assert SCHOOL.carried(date(2019, 7, 1), date(2019, 8, 2)) == 2
    assert SCHOOL.carried(date(2020, 6, 29), date(2020, 7, 3)) == 2


def test_terms_missing_names_the_halves_of_a_window():
    both = Window("2019", date(2019, 1, 1), date(2020, 12, 31), cut=False)

    assert SCHOOL.terms_missing(both) == ("HT 2019", "VT 2020", "HT 2020")
    assert SCHOOL.terms_missing(LASAR) == ()
    assert EVEN.terms_missing(both) == NO_JULY.terms_missing(both) == ()


def test_window_before_its_term_but_in_its_half_is_known():
    """Only July and early August: HT is known, so they carry nothing, and the pace falls back to even."""
    summer = Window("2018-07", date(2018, 7, 1), date(2018, 7, 31), cut=False)

    assert SCHOOL.terms_missing(summer) == ()
    assert SCHOOL.carries_nothing(summer)
    assert SCHOOL.share_gone(summer, date(2018, 7, 10)) == Fraction(10, 31)


def test_weights_spread_a_month_over_its_days():
    weights = monthly(2, 1, 0, *[0] * 9)

    assert weights.carried(date(2019, 1, 1), date(2019, 12, 31)) == 3
    assert weights.carried(date(2019, 1, 31), date(2019, 2, 14)) == Fraction(2, 31) + Fraction(14, 28)
    assert weights.carried(date(2020, 2, 1), date(2020, 2, 14)) == Fraction(14, 29)


def test_weights_are_exact_decimals():
    assert monthly("0.1", *["0.1"] * 11).carried(date(2019, 1, 1), date(2019, 3, 31)) == Fraction(3, 10)


def test_weights_all_alike_are_not_quite_even():
    """A short month carries as much as a long one."""
    year = Window("2019", date(2019, 1, 1), date(2019, 12, 31), cut=False)

    assert monthly(*[1] * 12).share_gone(year, date(2019, 2, 28)) == Fraction(2, 12)


def test_window_of_which_no_day_carries_falls_back_to_even():
    july = Window("2019-07", date(2019, 7, 1), date(2019, 7, 31), cut=False)

    assert NO_JULY.carries_nothing(july)
    assert expected(31, july, date(2019, 7, 10), NO_JULY) == 10


@pytest.mark.parametrize("weights", [[1] * 11, [1] * 13, [0] * 12, [-1, *[1] * 11], []])
def test_weights_must_be_twelve_none_negative_one_above(weights):
    with pytest.raises(ValueError, match="weights"):
        monthly(*weights)


@given(
    st.sampled_from([EVEN, SCHOOL, NO_JULY]),
    st.sampled_from(["period", "calendar_year", "month", "week", "school_year"]),
    st.dates(date(2018, 6, 1), date(2020, 3, 1)),
)
def test_expected_never_falls_and_ends_at_the_minimum(calendar, kind, day):
    for window in cut_windows(kind, starts_on=date(2018, 7, 1), ends_on=date(2019, 12, 31)):
        now, then = (expected(7, window, at, calendar) for at in (day, day + timedelta(days=1)))
        assert 0 <= now <= then <= 7
        assert expected(7, window, window.end, calendar) == 7
        assert expected(7, window, window.start - timedelta(days=1), calendar) == 0


def assessed(calendar, days, *, as_of, minimum=20):
    return assess_count([LASAR], days, minimum=minimum, as_of=as_of, calendar=calendar).windows[0]


def test_expected_stands_still_over_christmas():
    before, after = (
        assessed(SCHOOL, [(date(2018, 9, 3), 1)], as_of=day) for day in (date(2018, 12, 21), date(2019, 1, 7))
    )

    assert before.expected == after.expected
    assert before.expected < assessed(SCHOOL, [], as_of=date(2019, 1, 8)).expected


def test_forecast_is_withheld_where_the_calendar_is_not_even():
    for calendar in (SCHOOL, NO_JULY):
        found = assessed(calendar, [(date(2018, 9, 3), 1)], as_of=date(2019, 3, 1))
        assert (found.forecast, found.forecast_withheld) == (None, Withheld.CALENDAR)


def test_enough_counts_school_days():
    """From 31 May 2019: 31 May to 12 June 2019 have nine weekdays, the break is over."""
    as_of = date(2019, 5, 30)
    found = enough_of(assessed(SCHOOL, [(date(2018, 9, 3), 11)], as_of=as_of), as_of=as_of)

    assert (found.missing, found.days_left, found.school_days_left) == (9, 31, 9)
    assert (found.per, found.needed) == (Per.SCHOOL_DAY, 1)
    assert found.so_far == 11 / SCHOOL.carried(LASAR.start, as_of)


def test_enough_when_no_school_day_is_left_has_no_pace():
    as_of = date(2019, 6, 12)
    found = enough_of(assessed(SCHOOL, [(date(2018, 9, 3), 11)], as_of=as_of), as_of=as_of)

    assert (found.school_days_left, found.per, found.needed, found.says_pace) == (0, None, None, False)


def test_enough_before_the_first_school_day_has_no_pace_so_far():
    as_of = date(2018, 7, 10)
    found = enough_of(assessed(SCHOOL, [], as_of=as_of), as_of=as_of)

    assert (found.so_far, found.per) == (None, Per.SCHOOL_WEEK)


def test_enough_by_weights_has_no_single_pace():
    as_of = date(2019, 3, 1)
    found = enough_of(assessed(NO_JULY, [(date(2018, 9, 3), 11)], as_of=as_of), as_of=as_of)

    assert (found.missing, found.days_left, found.per, found.needed) == (9, 121, None, None)
    assert found.school_days_left is None


SPRING = Span(date(2019, 1, 8), date(2019, 1, 18))  # Tuesday to Friday of the week after


@pytest.mark.parametrize(
    ("one", "days"),
    [
        (Span(date(2019, 1, 8), date(2019, 1, 8)), 8),  # the term's first day
        (Span(date(2019, 1, 2), date(2019, 1, 8)), 8),  # up to and with it
        (Span(date(2019, 1, 2), date(2019, 1, 7)), 9),
        (Span(date(2019, 1, 18), date(2019, 1, 18)), 8),  # its last day
        (Span(date(2019, 1, 18), date(2019, 1, 25)), 8),  # from it on
        (Span(date(2019, 1, 19), date(2019, 1, 25)), 9),
        (Span(date(2019, 1, 8), date(2019, 1, 17)), 1),  # only its last day is left
    ],
)
def test_breaks_at_the_edges_of_a_term(one, days):
    found = school_calendar([Term(SPRING, (one,))])

    assert found.carried(date(2019, 1, 1), date(2019, 1, 31)) == days


@pytest.mark.parametrize(
    ("first", "days"), [(date(2019, 1, 18), 10), (date(2019, 1, 19), 10), (date(2019, 1, 21), 10)]
)
def test_terms_that_overlap_or_meet_count_each_day_once(first, days):
    """Up to Monday 21 January, whether the second term begins on the first one's last day or after it."""
    found = school_calendar([Term(SPRING), Term(Span(first, date(2019, 1, 21)))])

    assert found.carried(date(2019, 1, 1), date(2019, 1, 31)) == days


def test_term_that_begins_the_day_after_another_loses_no_day():
    found = school_calendar(
        [Term(Span(date(2019, 1, 8), date(2019, 1, 10))), Term(Span(date(2019, 1, 11), date(2019, 1, 11)))]
    )

    assert found.carried(date(2019, 1, 1), date(2019, 1, 31)) == 4
