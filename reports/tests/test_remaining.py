"""What would be enough, in words."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import translation

from reports.captions import needed
from reports.enough import Enough, Per
from reports.remaining import enough_line, enough_words, lost_line, lost_note
from reports.sentences import commitment_answer
from reports.tests.evaluations import class_line, count_line

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)


def plain(text):
    return text.replace("\u00a0", " ")


def left(**given):
    values = {
        "missing": 9,
        "days_left": 42,
        "school_days_left": None,
        "per": Per.WEEK,
        "needed": Fraction(3, 2),
        "so_far": Fraction(9, 10),
        "hopeless": False,
    }
    return Enough(**(values | given))


@pytest.mark.parametrize(
    ("found", "swedish"),
    [
        (left(), "9 till på 6 veckor: 1,5 i veckan, hittills 0,9"),
        (left(days_left=27), "9 till på 27 dagar: 1,5 i veckan, hittills 0,9"),
        (left(days_left=28), "9 till på 4 veckor: 1,5 i veckan, hittills 0,9"),
        (left(days_left=188), "9 till på 26 veckor: 1,5 i veckan, hittills 0,9"),
        (left(days_left=189, per=Per.MONTH), "9 till på 6 månader: 1,5 i månaden, hittills 0,9"),
        (left(days_left=13, per=Per.DAY), "9 till på 13 dagar: 1,5 om dagen, hittills 0,9"),
        (left(needed=Fraction(141, 100), so_far=Fraction(0)), "9 till på 6 veckor: 1,5 i veckan, hittills 0"),
        (left(so_far=Fraction(1, 30)), "9 till på 6 veckor: 1,5 i veckan, hittills under 0,1"),
        (left(missing=1), "1 till på 6 veckor"),
        (left(days_left=1), "9 till på 1 dag"),
        (
            left(school_days_left=30, per=Per.SCHOOL_WEEK),
            "9 till på 30 skoldagar: 1,5 i skolveckan, hittills 0,9",
        ),
        (left(school_days_left=1, per=Per.SCHOOL_DAY), "9 till på 1 skoldag"),
        (left(school_days_left=0, per=None, needed=None, so_far=None), "9 till, och ingen skoldag är kvar"),
        (left(per=None, needed=None, so_far=None), "9 till på 6 veckor"),
        (left(so_far=None), "9 till på 6 veckor: 1,5 i veckan"),
        (left(missing=1200), "1 200 till på 6 veckor: 1,5 i veckan, hittills 0,9"),
    ],
)
def test_enough_in_words(found, swedish):
    assert plain(enough_words(found)) == swedish


def test_enough_in_english():
    with translation.override("en"):
        assert enough_words(left()) == "9 more in 6 weeks: 1.5 a week, so far 0.9"


def operations(*days, as_of, minimum=25, window="period"):
    return count_line(4, "Planlagda insatser", days, as_of=as_of, minimum=minimum, window=window)


def few(as_of):
    """Two after twenty months: as far from 25 as can be."""
    return operations((date(2019, 3, 1), 1), (date(2020, 3, 1), 1), as_of=as_of)


def test_pace_that_does_not_lead_there_is_said_everywhere():
    day = date(2020, 8, 31)
    line = few(day)
    (target,) = line.targets
    (window,) = target.progress.windows

    assert window.forecast.chance < Fraction(1, 100)
    assert enough_line(window, as_of=day) == (
        "2019–2020: 23 till på 17 veckor: 1,4 i veckan, hittills under 0,1. I nuvarande takt nås det inte."
    )
    assert commitment_answer(line, as_of=day) == (
        "23 insatser till före årsskiftet: 1,4 i veckan, hittills under 0,1. I nuvarande takt nås det inte."
    )
    assert needed(line, target, window, as_of=day) == (
        "23 till på 17 veckor: 1,4 i veckan, hittills under 0,1. I nuvarande takt nås det inte."
    )


@pytest.mark.parametrize("day", [STARTS - timedelta(days=1), ENDS, ENDS + timedelta(days=9)])
def test_enough_line_is_empty_where_nothing_is_open(day):
    (target,) = few(day).targets

    assert enough_line(target.progress.windows[0], as_of=day) == ""


def test_lost_line_names_the_year_that_was_missed():
    day = date(2020, 6, 30)
    (target,) = operations((date(2019, 5, 1), 40), as_of=day, minimum=50, window="calendar_year").targets

    assert lost_line(target, as_of=day) == "Hela löftet kan inte längre hållas: 2019 blev 40 av 50."
    assert lost_note(target, as_of=day) == "kan inte längre hållas helt"


def test_lost_line_counts_what_is_a_rhythm():
    day = date(2019, 2, 14)
    (target,) = operations(
        (date(2019, 1, 8), 0), (date(2019, 1, 15), 1), as_of=day, minimum=1, window="week"
    ).targets

    assert lost_line(target, as_of=day) == "Hela löftet kan inte längre hållas: 1 av 6 veckor missades."


def test_lost_line_names_the_class_that_was_missed():
    day = date(2020, 9, 30)
    met = [("5A", 2018, date(2019, 3, 1)), ("5A", 2019, date(2019, 9, 1))]
    line = class_line(1, "T", met=met, missed=[("5B", 2019), ("5A", 2020)], as_of=day)

    assert lost_line(line.targets[0], as_of=day) == (
        "Hela löftet kan inte längre hållas: 5B på Holmaskolan missades 2019/20."
    )


def test_lost_line_is_empty_while_all_can_be_kept_and_when_all_is_over():
    for day, count in ((date(2020, 6, 30), 50), (ENDS, 40)):
        (target,) = operations(
            (date(2019, 5, 1), count), as_of=day, minimum=50, window="calendar_year"
        ).targets
        assert lost_line(target, as_of=day) == lost_note(target, as_of=day) == ""
