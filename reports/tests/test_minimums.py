"""Which number judges which stretch after a decision, and how each decision is told: no database."""

from datetime import date, timedelta

import pytest

from reports.amended import AmendmentLine, Decision, Original, Terms, due_by, minimum_by_window, told
from reports.progress import assess_count
from reports.status import Status
from reports.windows import cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
YEARS = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
DECIDED = date(2020, 3, 1)
ONE_DAY = timedelta(days=1)


def decision(day=DECIDED, minimum: int | None = 40, **more):
    values = {
        "commitment": 1, "target": 7, "decided_on": day, "recorded_on": day, "decided_by": ("Polisen",),
        "reference": "", "reason": "Färre än väntat.", "wording": "", "minimum": minimum, "reading": "x",
    }  # fmt: skip
    return Decision(**(values | more))


@pytest.mark.parametrize(
    ("day", "minimums"),
    [
        (STARTS - ONE_DAY, (40, 40)),  # decided before the promise began
        (STARTS, (40, 40)),
        (date(2019, 12, 30), (40, 40)),
        (date(2019, 12, 31), (40, 40)),  # on the last day of a window it is that window's
        (date(2020, 1, 1), (50, 40)),  # the day after it is over
        (ENDS, (50, 40)),
    ],
)
def test_decision_judges_the_windows_that_were_not_over(day, minimums):
    assert minimum_by_window(YEARS, 50, [decision(day)]) == minimums


def test_without_a_decision_every_window_keeps_its_number():
    assert minimum_by_window(YEARS, 50, []) == (50, 50)


def test_two_decisions_follow_each_other():
    both = [decision(date(2019, 6, 1), 40), decision(date(2020, 6, 1), 30)]

    assert minimum_by_window(YEARS, 50, both) == (40, 30)


def test_decision_that_changes_no_number_leaves_it():
    assert minimum_by_window(YEARS, 50, [decision(minimum=None, target=None, wording="Nytt")]) == (50, 50)


def test_assess_count_judges_each_window_by_its_own_number():
    days = [(date(2019, 5, 1), 45), (date(2020, 5, 1), 45)]

    found = assess_count(YEARS, days, minimum=(50, 40), as_of=ENDS)

    assert [(w.minimum, w.status) for w in found.windows] == [(50, Status.NOT_KEPT), (40, Status.KEPT)]
    assert [str(w.share) for w in found.windows] == ["9/10", "9/8"]


@pytest.mark.parametrize("minimums", [(50,), (50, 40, 30), (50, 0), ()])
def test_assess_count_refuses_numbers_that_do_not_fit_the_windows(minimums):
    with pytest.raises(ValueError, match="in 2 windows"):
        assess_count(YEARS, [], minimum=minimums, as_of=ENDS)


def test_told_says_what_stood_before_each_decision():
    original = Original("Vi ska.", ((6, Terms(25, "Minst 25.")), (7, Terms(50, "Minst 50."))))
    lines = told(
        original,
        [
            decision(date(2019, 6, 1), 40, reading="Minst 40.", wording="Vi bör."),
            decision(date(2020, 6, 1), 30, reading="Minst 30."),
            decision(date(2020, 7, 1), None, target=None, reading="", wording="Vi kan."),
        ],
    )

    assert [(one.target, one.old_minimum, one.new_minimum) for one in lines] == [
        (2, 50, 40),
        (2, 40, 30),
        (None, None, None),
    ]
    assert [(one.old_reading, one.new_reading) for one in lines[:2]] == [
        ("Minst 50.", "Minst 40."),
        ("Minst 40.", "Minst 30."),
    ]
    assert [(one.old_wording, one.new_wording) for one in lines] == [
        ("Vi ska.", "Vi bör."),
        ("", ""),
        ("Vi bör.", "Vi kan."),
    ]


def test_told_says_who_decided_what_when_and_why():
    made = decision(
        recorded_on=date(2020, 3, 9), decided_by=("Malmö stad",), reference="KS-12", reading="Minst 40."
    )

    (line,) = told(Original("Vi ska.", ((7, Terms(50, "Minst 50.")),)), [made])

    assert line == AmendmentLine(
        decided_on=DECIDED,
        recorded_on=date(2020, 3, 9),
        decided_by=("Malmö stad",),
        reference="KS-12",
        reason="Färre än väntat.",
        target=1,
        old_minimum=50,
        new_minimum=40,
        old_reading="Minst 50.",
        new_reading="Minst 40.",
    )


def test_told_of_a_wording_alone_names_no_reading():
    (line,) = told(
        Original("Vi ska.", ((7, Terms(50, "Minst 50.")),)),
        [decision(minimum=None, target=None, wording="Vi bör.", reading="")],
    )

    assert (line.old_reading, line.new_reading) == ("", "")


# --- the day of a deliverable

JUNE = date(2019, 6, 30)


def moved(to, *, on):
    return decision(on, minimum=None, due_on=to)


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (STARTS, date(2019, 9, 30)),
        (JUNE, date(2019, 9, 30)),  # the day itself is still time
        (JUNE + ONE_DAY, JUNE),  # it was broken, and a decision does not mend it
    ],
)
def test_due_by_the_last_decision_while_there_was_time(on, due):
    assert due_by(JUNE, [moved(date(2019, 9, 30), on=on)]) == due


def test_due_by_each_decision_is_held_against_the_day_that_stood_then():
    first, late = moved(date(2019, 9, 30), on=STARTS), moved(date(2019, 12, 31), on=date(2019, 9, 30))

    assert due_by(JUNE, [first, late]) == date(2019, 12, 31)
    assert due_by(JUNE, [late]) == JUNE


def test_due_by_a_decision_that_moves_no_day_leaves_it():
    moves = [moved(date(2019, 9, 30), on=STARTS), decision(STARTS, minimum=None, wording="Vi bör.")]

    assert due_by(JUNE, moves) == date(2019, 9, 30)


def test_told_of_a_day_says_what_it_was_before_each_decision():
    original = Original("Vi ska.", ((7, Terms(None, "Klart i juni.", JUNE)),))
    moves = [moved(date(2019, 9, 30), on=STARTS), moved(date(2019, 12, 31), on=JUNE)]

    lines = told(original, moves)

    assert [(line.old_due, line.new_due) for line in lines] == [
        (JUNE, date(2019, 9, 30)),
        (date(2019, 9, 30), date(2019, 12, 31)),
    ]
