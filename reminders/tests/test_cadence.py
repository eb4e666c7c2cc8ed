from datetime import date, timedelta

import pytest

from reminders.cadence import Cadence, Rhythm

MONDAY = date(2020, 6, 1)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]


def test_daily_has_every_day_and_off_none():
    assert [Rhythm(Cadence.DAILY).turn(day) for day in WEEK] == WEEK
    assert {Rhythm(Cadence.OFF).turn(day) for day in WEEK} == {None}


def test_weekdays_end_on_friday():
    assert [Rhythm(Cadence.WEEKDAYS).turn(day) for day in WEEK] == [*WEEK[:5], None, None]


@pytest.mark.parametrize("weekday", range(7))
def test_weekly_turn_is_the_last_of_its_weekday(weekday: int):
    rhythm = Rhythm(Cadence.WEEKLY, weekday)
    for day in WEEK:
        turn = rhythm.turn(day)
        assert turn is not None
        assert turn.weekday() == weekday
        assert timedelta(0) <= day - turn < timedelta(days=7)


@pytest.mark.parametrize(
    ("rhythm", "day", "expected"),
    [
        (Rhythm(Cadence.DAILY), WEEK[6], WEEK[6]),
        (Rhythm(Cadence.WEEKDAYS), WEEK[4], WEEK[4]),
        (Rhythm(Cadence.WEEKDAYS), WEEK[5], MONDAY + timedelta(days=7)),
        (Rhythm(Cadence.WEEKLY, 0), WEEK[0], WEEK[0]),
        (Rhythm(Cadence.WEEKLY, 0), WEEK[1], MONDAY + timedelta(days=7)),
        (Rhythm(Cadence.WEEKLY, 6), WEEK[0], WEEK[6]),
        (Rhythm(Cadence.OFF), WEEK[0], None),
    ],
)
def test_next_day(rhythm: Rhythm, day: date, expected: date | None):
    assert rhythm.next_from(day) == expected
