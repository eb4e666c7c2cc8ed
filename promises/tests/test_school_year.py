"""Läsår: labels, days, and that no day falls between two of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promises import school_year

YEARS = st.integers(1900, 2900)
DAYS = st.dates(date(1900, 1, 1), date(2900, 12, 31))


@pytest.mark.parametrize(
    ("year", "text"), [(2018, "2018/19"), (2019, "2019/20"), (2008, "2008/09"), (1999, "1999/00")]
)
def test_label_and_parse_agree(year, text):
    assert school_year.label(year) == text
    assert school_year.parse(text) == year
    assert school_year.parse(f" {text} ") == year


@pytest.mark.parametrize(
    "text",
    ["", "2019", "2019/21", "2019/19", "2019/2020", "19/20", "2019-20", "2019/20x", "0000/01", "२०१९/२०"],
)
def test_parse_refuses_what_is_no_school_year(text):
    with pytest.raises(ValueError, match="not a school year"):
        school_year.parse(text)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2019, 6, 30), 2018),
        (date(2019, 7, 1), 2019),
        (date(2019, 12, 31), 2019),
        (date(2020, 1, 1), 2019),
        (date(2020, 2, 29), 2019),
    ],
)
def test_containing_turns_on_the_first_of_july(day, year):
    assert school_year.containing(day) == year


def test_touching_the_malmo_period_is_three_school_years():
    assert school_year.touching(date(2019, 1, 1), date(2020, 12, 31)) == (2018, 2019, 2020)


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2019, 6, 30), date(2019, 6, 30), (2018,)),
        (date(2019, 6, 30), date(2019, 7, 1), (2018, 2019)),
        (date(2019, 7, 1), date(2020, 6, 30), (2019,)),
    ],
)
def test_touching_at_its_edges(first, last, years):
    assert school_year.touching(first, last) == years


def test_touching_refuses_a_period_that_ends_before_it_starts():
    with pytest.raises(ValueError, match="before it starts"):
        school_year.touching(date(2019, 1, 2), date(2019, 1, 1))


@given(DAYS)
def test_every_day_lies_in_the_span_of_its_own_school_year(day):
    first, last = school_year.span(school_year.containing(day))

    assert first <= day <= last


@given(YEARS)
def test_one_school_year_begins_the_day_after_the_one_before(year):
    assert school_year.span(year + 1)[0] == school_year.span(year)[1] + timedelta(days=1)
