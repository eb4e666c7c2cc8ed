"""All classes, läsår by läsår: edges as tables, rules as properties."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.coverage import Attendance, Meeting, assess_coverage
from reports.register import ClassKey, RegisterClass
from reports.status import Status
from reports.windows import Window, cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
WINDOWS = cut_windows("school_year", starts_on=STARTS, ends_on=ENDS)
ONE_YEAR = (Window("2019/20", date(2019, 7, 1), date(2020, 6, 30), cut=False),)
HOLMA, KROKSBACK = "Holmaskolan", "Kroksbäcksskolan"
AUTUMN, SPRING = date(2019, 10, 8), date(2020, 3, 3)
JUNE_30 = date(2020, 6, 30)


def registered(school, *labels, year=2019, pupils=24, closed_on=None):
    return [RegisterClass(school, label, year, pupils, closed_on) for label in labels]


def meeting(day, *labels, school=HOLMA, year=2019, present=20, done=True):
    return Meeting(day, done, tuple(Attendance(ClassKey(school, year, label), present) for label in labels))


def assess(register, meetings, *, windows=ONE_YEAR, schools=(HOLMA,), times=1, as_of=JUNE_30):
    return assess_coverage(windows, register, meetings, schools=schools, times=times, as_of=as_of)


# --- one läsår --------------------------------------------------------------------------------------------


def test_a_class_not_met_is_named_and_the_target_not_kept():
    found = assess(registered(HOLMA, "5A", "5B"), [meeting(AUTUMN, "5A")])

    window = found.windows[0]
    assert (found.status, window.status) == (Status.NOT_KEPT, Status.NOT_KEPT)
    assert (window.actual, window.minimum, window.share) == (1, 2, Fraction(1, 2))
    assert window.missing == ("Holmaskolan 5B",)


def test_every_class_met_is_kept_before_the_year_is_over():
    found = assess(registered(HOLMA, "5A", "5B"), [meeting(AUTUMN, "5A", "5B")], as_of=AUTUMN)

    assert (found.status, found.kept, found.of) == (Status.KEPT, 1, 1)
    assert found.windows[0].missing == ()


@pytest.mark.parametrize(
    ("day", "as_of", "met"),
    [
        (date(2019, 6, 30), JUNE_30, False),  # the läsår before
        (date(2019, 7, 1), JUNE_30, True),
        (date(2020, 6, 30), JUNE_30, True),
        (date(2020, 7, 1), date(2020, 12, 31), False),  # the läsår after
        (AUTUMN, AUTUMN, True),
        (AUTUMN, AUTUMN - timedelta(days=1), False),
    ],
)
def test_a_meeting_counts_within_the_school_year_and_up_to_as_of(day, as_of, met):
    found = assess(registered(HOLMA, "5A"), [meeting(day, "5A")], as_of=as_of)

    assert found.windows[0].cells[0].met is met


@pytest.mark.parametrize("day", [STARTS - timedelta(days=1), ENDS + timedelta(days=1)])
def test_a_meeting_outside_the_promise_never_counts(day):
    register = registered(HOLMA, "5A", year=2018) + registered(HOLMA, "5A", year=2020)
    meetings = [meeting(day, "5A", year=2018), meeting(day, "5A", year=2020)]

    found = assess(register, meetings, windows=WINDOWS, as_of=date(2021, 6, 30))

    assert [window.actual for window in found.windows] == [0, 0, 0]


def test_the_same_label_in_another_school_or_year_is_another_class():
    register = registered(HOLMA, "5A") + registered(KROKSBACK, "5A")
    meetings = [meeting(AUTUMN, "5A", school=KROKSBACK), meeting(AUTUMN, "5A", year=2018)]

    found = assess(register, meetings, schools=(HOLMA, KROKSBACK))

    assert found.windows[0].missing == ("Holmaskolan 5A",)


@pytest.mark.parametrize(("times", "met"), [(1, True), (2, True), (3, False)])
def test_a_class_met_twice_reaches_two_and_not_three(times, met):
    found = assess(registered(HOLMA, "5A"), [meeting(AUTUMN, "5A"), meeting(SPRING, "5A")], times=times)

    cell = found.windows[0].cells[0]
    assert (cell.met, cell.times_met, cell.met_on) == (met, 2, AUTUMN)
    assert found.windows[0].actual == int(met)


def test_a_class_named_twice_in_one_meeting_is_met_once():
    found = assess(registered(HOLMA, "5A"), [meeting(AUTUMN, "5A", "5A")], times=2)

    assert found.windows[0].cells[0].times_met == 1
    assert found.status == Status.NOT_KEPT


def test_two_meetings_on_one_day_are_two():
    found = assess(registered(HOLMA, "5A"), [meeting(AUTUMN, "5A"), meeting(AUTUMN, "5A")], times=2)

    assert found.windows[0].cells[0].met


def test_cells_keep_the_order_of_the_register():
    register = [*registered(KROKSBACK, "5B"), *registered(HOLMA, "5C", "5A")]

    found = assess(register, [], schools=(HOLMA, KROKSBACK))

    names = [cell.name for cell in found.windows[0].cells]
    assert names == ["Kroksbäcksskolan 5B", "Holmaskolan 5C", "Holmaskolan 5A"]


def test_other_schools_and_unknown_classes_are_passed_over():
    register = registered(HOLMA, "5A") + registered("Sofielundsskolan", "5A")
    meetings = [meeting(AUTUMN, "5A", "5X"), meeting(AUTUMN, "5A", school="Sofielundsskolan")]

    found = assess(register, meetings)

    assert [cell.name for cell in found.windows[0].cells] == ["Holmaskolan 5A"]


# --- booked -----------------------------------------------------------------------------------------------


def test_a_planned_meeting_books_a_class_and_does_not_meet_it():
    register = registered(HOLMA, "5A", "5B")
    meetings = [
        meeting(SPRING, "5A", done=False),
        meeting(AUTUMN, "5A", done=False),
        meeting(date(2020, 7, 1), "5B", done=False),  # too late for its läsår
    ]

    booked, missing = assess(register, meetings, as_of=SPRING).windows[0].cells

    assert (booked.met, booked.times_met, booked.booked_on) == (False, 0, AUTUMN)
    assert missing.booked_on is None


def test_a_done_meeting_after_as_of_neither_meets_nor_books():
    cell = assess(registered(HOLMA, "5A"), [meeting(SPRING, "5A")], as_of=AUTUMN).windows[0].cells[0]

    assert (cell.met, cell.met_on, cell.booked_on) == (False, None, None)


# --- pupils -----------------------------------------------------------------------------------------------


def test_pupils_met_is_the_best_single_attendance():
    meetings = [
        meeting(AUTUMN, "5A", present=18),
        meeting(SPRING, "5A", present=21),
        meeting(SPRING, "5A", present=None),
    ]

    window = assess(registered(HOLMA, "5A", "5B"), meetings).windows[0]

    assert (window.cells[0].pupils_met, window.cells[1].pupils_met) == (21, None)
    assert (window.pupils, window.pupils_met) == (48, 21)


@pytest.mark.parametrize(
    ("pupils", "present", "over"), [(24, 24, False), (24, 25, True), (None, 25, False), (24, None, False)]
)
def test_more_pupils_than_enrolled_is_shown_and_flagged(pupils, present, over):
    found = assess(registered(HOLMA, "5A", pupils=pupils), [meeting(AUTUMN, "5A", present=present)])

    cell = found.windows[0].cells[0]
    assert (cell.pupils_met, cell.over_enrolled) == (present, over)


def test_pupils_is_unknown_where_a_class_has_no_number():
    register = registered(HOLMA, "5A") + registered(HOLMA, "5B", pupils=None)

    assert assess(register, []).windows[0].pupils is None


def test_pupils_met_is_unknown_where_nobody_wrote_how_many_came():
    meetings = [meeting(AUTUMN, "5A", present=20), meeting(AUTUMN, "5B", present=None)]

    assert assess(registered(HOLMA, "5A", "5B"), meetings).windows[0].pupils_met is None


def test_pupils_met_is_zero_where_no_class_was_met():
    assert assess(registered(HOLMA, "5A"), []).windows[0].pupils_met == 0


# --- the register -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closed_on", "as_of", "classes"),
    [
        (SPRING, SPRING - timedelta(days=1), 2),
        (SPRING, SPRING, 1),
        (SPRING, JUNE_30, 1),
        (JUNE_30, JUNE_30, 1),
        (date(2020, 7, 1), date(2020, 12, 31), 2),  # closed when the läsår was over: it was there all of it
    ],
)
def test_a_closed_class_leaves_the_denominator(closed_on, as_of, classes):
    register = registered(HOLMA, "5A") + registered(HOLMA, "5B", closed_on=closed_on)

    window = assess(register, [meeting(AUTUMN, "5A")], as_of=as_of).windows[0]

    assert (window.minimum, window.actual, len(window.cells)) == (classes, 1, classes)


def test_a_school_without_register_makes_the_year_unknown_and_shows_no_share():
    found = assess(registered(HOLMA, "5A"), [meeting(AUTUMN, "5A")], schools=(HOLMA, KROKSBACK))

    window = found.windows[0]
    assert (window.status, window.share, window.pupils) == (Status.UNKNOWN, None, None)
    assert window.schools_without_register == (KROKSBACK,)
    assert (found.status, found.kept) == (Status.CANNOT_ASSESS, 0)


def test_an_open_year_without_register_is_unknown_at_once():
    found = assess([], [], as_of=AUTUMN)

    assert (found.status, found.windows[0].status, found.windows[0].minimum) == (
        Status.UNKNOWN,
        Status.UNKNOWN,
        0,
    )


def test_a_year_not_begun_is_upcoming_with_or_without_register():
    before = date(2019, 6, 30)

    for register in ([], registered(HOLMA, "5A")):
        found = assess(register, [], as_of=before)
        assert (found.status, found.windows[0].status) == (Status.UPCOMING, Status.UPCOMING)


def test_only_closed_classes_leave_nothing_to_keep():
    found = assess(registered(HOLMA, "5A", closed_on=AUTUMN), [])

    window = found.windows[0]
    assert (window.status, window.share, window.minimum) == (Status.UNKNOWN, None, 0)
    assert window.schools_without_register == ()
    assert (window.pupils, window.pupils_met) == (None, None)


def test_a_closed_year_without_any_meeting_is_not_reported():
    found = assess(registered(HOLMA, "5A"), [meeting(AUTUMN, "5A", done=False)])

    assert (found.windows[0].reported, found.windows[0].status) == (False, Status.UNKNOWN)


# --- all läsår together -----------------------------------------------------------------------------------

ALL_YEARS = [row for year in (2018, 2019, 2020) for row in registered(HOLMA, "5A", "5B", year=year)]
FIRST = meeting(date(2019, 2, 12), "5A", "5B", year=2018)
SECOND = meeting(AUTUMN, "5A", "5B", year=2019)
SECOND_HALF = meeting(AUTUMN, "5A", year=2019)
THIRD = meeting(date(2020, 9, 15), "5A", "5B", year=2020)


@pytest.mark.parametrize(
    ("meetings", "as_of", "status", "kept"),
    [
        ([], date(2018, 12, 31), Status.UPCOMING, 0),
        ([], date(2019, 3, 31), Status.ON_PACE, 0),  # day 90 of 181: 0.99 of 2 classes expected
        ([], date(2019, 4, 1), Status.BEHIND, 0),
        ([FIRST], date(2019, 3, 31), Status.ON_PACE, 1),  # none failed, two läsår still to come
        ([FIRST], date(2019, 6, 30), Status.ON_PACE, 1),
        ([FIRST], date(2019, 7, 1), Status.ON_PACE, 1),
        ([FIRST, SECOND_HALF], date(2020, 6, 29), Status.ON_PACE, 1),  # behind by less than one class
        ([FIRST, SECOND_HALF], date(2020, 6, 30), Status.NOT_KEPT, 1),
        ([FIRST, SECOND_HALF], date(2020, 7, 1), Status.ON_PACE, 1),  # the open läsår speaks first
        ([FIRST, SECOND_HALF, THIRD], date(2020, 9, 15), Status.NOT_KEPT, 2),
        ([FIRST, SECOND_HALF, THIRD], ENDS, Status.NOT_KEPT, 2),
        ([FIRST, SECOND], date(2020, 6, 30), Status.ON_PACE, 2),
        ([FIRST, SECOND, THIRD], date(2020, 9, 15), Status.KEPT, 3),
        ([FIRST, THIRD], ENDS, Status.CANNOT_ASSESS, 2),  # nothing reported in 2019/20
        ([SECOND_HALF, THIRD], ENDS, Status.NOT_KEPT, 1),  # a known miss decides, whatever is unknown
    ],
)
def test_coverage_through_its_life(meetings, as_of, status, kept):
    found = assess(ALL_YEARS, meetings, windows=WINDOWS, as_of=as_of)

    assert (found.status, found.kept, found.of) == (status, kept, 3)


# --- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [0, -1])
def test_times_under_one_is_refused(times):
    with pytest.raises(ValueError, match="times"):
        assess([], [], times=times)


def test_no_windows_is_refused():
    with pytest.raises(ValueError, match="0 windows"):
        assess([], [], windows=())


def test_a_window_that_is_no_school_year_is_refused():
    with pytest.raises(ValueError, match="not one läsår"):
        assess([], [], windows=cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS))


def test_a_class_twice_in_the_register_is_refused():
    with pytest.raises(ValueError, match="twice"):
        assess(registered(HOLMA, "5A", "5A"), [])


def test_negative_pupils_are_refused():
    with pytest.raises(ValueError, match="negative"):
        assess(registered(HOLMA, "5A", pupils=-1), [])
    with pytest.raises(ValueError, match="negative"):
        assess(registered(HOLMA, "5A"), [meeting(AUTUMN, "5A", present=-1)])


# --- properties -------------------------------------------------------------------------------------------

LABELS = ["5A", "5B", "5C"]
YEARS = st.sampled_from([2018, 2019, 2020])
SCHOOLS = st.sampled_from([HOLMA, KROKSBACK])
DAYS = st.dates(date(2018, 10, 1), date(2021, 3, 31))
KEYS = st.builds(ClassKey, SCHOOLS, YEARS, st.sampled_from(LABELS))
CLASSES = st.builds(
    lambda key, pupils, closed_on: RegisterClass(key.school, key.label, key.school_year, pupils, closed_on),
    KEYS,
    st.none() | st.integers(0, 30),
    st.none() | DAYS,
)
REGISTERS = st.lists(CLASSES, max_size=12, unique_by=lambda row: row.key)
MEETINGS = st.builds(
    Meeting,
    DAYS,
    st.booleans(),
    st.lists(st.builds(Attendance, KEYS, st.none() | st.integers(0, 40)), max_size=3).map(tuple),
)
SEVERAL = st.lists(MEETINGS, max_size=8)
TIMES = st.integers(1, 3)


def assess_both(register, meetings, times, as_of):
    return assess(register, meetings, windows=WINDOWS, schools=(HOLMA, KROKSBACK), times=times, as_of=as_of)


@given(REGISTERS, SEVERAL, TIMES, DAYS)
def test_kept_means_every_class_of_every_school_in_every_year(register, meetings, times, as_of):
    found = assess_both(register, meetings, times, as_of)

    every = all(
        {cell.school for cell in window.cells} and not window.schools_without_register and not window.missing
        for window in found.windows
    )
    assert (found.status == Status.KEPT) == every == (found.kept == found.of)
    assert found.status != Status.PARTLY_KEPT


@given(REGISTERS, SEVERAL, TIMES, DAYS)
def test_a_full_share_is_exactly_a_kept_year(register, meetings, times, as_of):
    for window in assess_both(register, meetings, times, as_of).windows:
        assert (window.share == 1) == (window.status == Status.KEPT)
        assert window.actual == window.minimum - len(window.missing)
        assert window.minimum == len(window.cells)


@given(REGISTERS, SEVERAL, DAYS)
def test_the_same_meetings_again_cover_no_more(register, meetings, as_of):
    once = assess_both(register, meetings, 1, as_of)
    twice = assess_both(register, meetings * 2, 1, as_of)

    assert twice.status == once.status
    for old, new in zip(once.windows, twice.windows, strict=True):
        assert (new.actual, new.missing, new.pupils_met) == (old.actual, old.missing, old.pupils_met)


@given(REGISTERS, SEVERAL, TIMES, DAYS, MEETINGS)
def test_one_more_meeting_never_uncovers_a_class(register, meetings, times, as_of, more):
    before = assess_both(register, meetings, times, as_of)
    after = assess_both(register, [*meetings, more], times, as_of)

    assert after.kept >= before.kept
    for old, new in zip(before.windows, after.windows, strict=True):
        assert set(new.missing) <= set(old.missing)
        assert new.minimum == old.minimum


@given(REGISTERS, SEVERAL, TIMES, DAYS)
def test_planned_and_later_meetings_cover_nothing(register, meetings, times, as_of):
    counted = [item for item in meetings if item.done and item.day <= as_of]

    found = assess_both(register, meetings, times, as_of)
    alone = assess_both(register, counted, times, as_of)

    assert found.status == alone.status
    assert [window.actual for window in found.windows] == [window.actual for window in alone.windows]


@given(REGISTERS, SEVERAL, TIMES, DAYS)
def test_the_order_of_meetings_changes_nothing(register, meetings, times, as_of):
    assert assess_both(register, meetings, times, as_of) == assess_both(
        register, meetings[::-1], times, as_of
    )


@given(REGISTERS, SEVERAL, TIMES)
def test_closing_a_class_after_the_promise_rewrites_nothing(register, meetings, times):
    later = [replace(row, closed_on=row.closed_on or date(2021, 1, 1)) for row in register]

    assert assess_both(later, meetings, times, date(2021, 6, 1)) == assess_both(
        register, meetings, times, date(2021, 6, 1)
    )
