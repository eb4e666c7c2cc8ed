"""Classes that begin, end and become one during a läsår (docs/adr/0021): what is asked for, and who has been met."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.coverage import Attendance, Meeting, assess_coverage
from reports.progress import RegisterNote
from reports.register import ClassKey, RegisterClass
from reports.status import Status
from reports.windows import Window

HOLMA = "Holmaskolan"
YEAR = (Window("2019/20", date(2019, 7, 1), date(2020, 6, 30), cut=False),)
AUTUMN, MERGED, SPRING, JUNE_30 = date(2019, 10, 8), date(2020, 1, 15), date(2020, 3, 3), date(2020, 6, 30)
DAY = timedelta(days=1)


def row(label, *, pupils=20, **fields):
    return RegisterClass(HOLMA, label, 2019, pupils, **fields)


def into(label, target, *, day=MERGED, **fields):
    return row(label, closed_on=day, merged_into=target, **fields)


def met(day, *labels, present=18):
    return Meeting(day, True, tuple(Attendance(ClassKey(HOLMA, 2019, label), present) for label in labels))


def judged(register, meetings, *, as_of=JUNE_30, times=1):
    return assess_coverage(YEAR, register, meetings, schools=[HOLMA], times=times, as_of=as_of).windows[0]


# --- merged -----------------------------------------------------------------------------------------------

A_AND_B = [row("5A"), into("5B", "5A")]  # 5A goes on with the pupils of 5B


@pytest.mark.parametrize(("as_of", "classes"), [(MERGED - DAY, 2), (MERGED, 1), (JUNE_30, 1)])
def test_merged_class_is_asked_for_up_to_the_day_before(as_of, classes):
    window = judged(A_AND_B, [], as_of=as_of)

    assert (window.minimum, len(window.cells)) == (classes, classes)


@pytest.mark.parametrize(
    ("meetings", "is_met", "met_on"),
    [
        ([], False, None),
        ([met(AUTUMN, "5A")], False, None),  # the pupils of 5B have met nobody
        ([met(AUTUMN, "5B")], False, None),
        ([met(AUTUMN, "5A"), met(AUTUMN + DAY, "5B")], True, AUTUMN + DAY),
        ([met(MERGED - DAY, "5A")], False, None),
        ([met(MERGED, "5A")], True, MERGED),  # from that day on all are in 5A
        ([met(AUTUMN, "5B"), met(SPRING, "5A")], True, SPRING),
        ([met(AUTUMN, "5A"), met(SPRING, "5B")], True, SPRING),  # written down under the old name
    ],
)
def test_merged_class_is_met_when_all_its_pupils_have_been(meetings, is_met, met_on):
    [cell] = judged(A_AND_B, meetings).cells

    assert (cell.label, cell.met, cell.met_on) == ("5A", is_met, met_on)


def test_merged_class_of_which_one_part_was_met_says_when():
    [cell] = judged(A_AND_B, [met(AUTUMN, "5B", present=17)]).cells

    assert (cell.met, cell.times_met, cell.part_met_on, cell.pupils_met) == (False, 0, AUTUMN, 17)


def test_pupils_of_a_part_that_was_met_are_pupils_met():
    window = judged(A_AND_B, [met(AUTUMN, "5B", present=17)])

    assert (window.actual, window.pupils_met) == (0, 17)


def test_before_the_merger_each_class_stands_for_itself():
    first, second = judged(A_AND_B, [met(AUTUMN, "5B")], as_of=MERGED - DAY).cells

    assert (first.met, second.met, second.part_met_on) == (False, True, None)


def test_a_merger_of_tomorrow_has_no_part_in_today():
    [cell] = judged([row("5A"), into("5B", "5A", day=SPRING)], [met(MERGED, "5A")], as_of=SPRING).cells
    first, _second = judged(
        [row("5A"), into("5B", "5A", day=SPRING)], [met(MERGED, "5A")], as_of=SPRING - DAY
    ).cells

    assert (first.met, cell.met) == (True, False)


@pytest.mark.parametrize(
    ("meetings", "is_met"),
    [
        ([met(AUTUMN, "5A")], False),
        ([met(AUTUMN, "5A", "5B")], True),
        ([met(SPRING, "5C")], True),
    ],
)
def test_two_classes_that_become_a_new_one(meetings, is_met):
    register = [into("5A", "5C"), into("5B", "5C"), row("5C", opened_on=MERGED)]

    [cell] = judged(register, meetings).cells

    assert (cell.label, cell.met) == ("5C", is_met)
    assert [one.label for one in judged(register, meetings, as_of=MERGED - DAY).cells] == ["5A", "5B"]


def test_pupils_met_in_the_parts_are_added_and_the_best_is_kept():
    parts = [met(AUTUMN, "5A", present=15), met(AUTUMN, "5B", present=16)]

    def pupils(*more):
        return judged(A_AND_B, [*parts, *more]).cells[0].pupils_met

    assert pupils() == 31
    assert pupils(met(SPRING, "5A", present=29)) == 31
    assert pupils(met(SPRING, "5A", present=33)) == 33
    assert pupils(met(SPRING, "5A", present=None)) == 31


def test_pupils_met_of_a_part_that_nobody_counted_are_not_known():
    window = judged(A_AND_B, [met(AUTUMN, "5A", present=None), met(AUTUMN, "5B")])

    assert (window.actual, window.pupils_met) == (1, None)


@pytest.mark.parametrize(("before", "since", "times"), [((2, 1), 0, 1), ((2, 1), 1, 2), ((0, 3), 1, 1)])
def test_times_of_a_merged_class_are_those_of_its_least_met_part(before, since, times):
    meetings = [
        *[met(AUTUMN + n * DAY, "5A") for n in range(before[0])],
        *[met(AUTUMN + n * DAY, "5B") for n in range(before[1])],
        *[met(SPRING + n * DAY, "5A") for n in range(since)],
    ]

    assert judged(A_AND_B, meetings, times=2).cells[0].times_met == times


def test_classes_that_merge_one_after_another():
    register = [row("5A"), into("5B", "5A"), into("5C", "5A", day=SPRING)]
    both = [met(AUTUMN, "5A", "5B")]

    assert not judged(register, both).cells[0].met
    assert judged(register, [*both, met(AUTUMN, "5C")]).cells[0].met
    assert judged(register, both, as_of=SPRING - DAY).cells[0].met  # 5C still stands beside it
    assert judged(register, [met(MERGED, "5A"), met(AUTUMN, "5C")]).cells[0].met


def test_a_merged_class_that_merges_again():
    register = [into("5A", "5B"), into("5B", "5C", day=SPRING), row("5C")]

    assert not judged(register, [met(AUTUMN, "5B", "5C")]).cells[0].met
    assert judged(register, [met(AUTUMN, "5A", "5B", "5C")]).cells[0].met


def test_two_classes_that_point_at_each_other_end():
    assert judged([into("5A", "5B"), into("5B", "5A")], [met(AUTUMN, "5A")]).minimum == 0


def test_a_part_whose_successor_is_not_in_the_register_is_gone():
    window = judged([row("5A"), into("5B", "4B")], [met(AUTUMN, "5A")])

    assert (window.minimum, window.status) == (1, Status.KEPT)


# --- new, ended, other numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "classes"), [(MERGED - DAY, 1), (MERGED, 2), (JUNE_30, 2)])
def test_new_class_is_asked_for_from_its_day(as_of, classes):
    assert judged([row("5A"), row("5B", opened_on=MERGED)], [], as_of=as_of).minimum == classes


@pytest.mark.parametrize(("as_of", "pupils"), [(MERGED - DAY, 26), (MERGED, 22), (SPRING, 24), (JUNE_30, 24)])
def test_pupils_are_those_of_the_day(as_of, pupils):
    register = [row("5A", pupils=24, earlier_pupils=((MERGED, 26), (SPRING, 22)))]

    assert judged(register, [], as_of=as_of).pupils == pupils


def test_number_that_changes_when_the_promise_is_over_rewrites_nothing():
    short = (Window("2019/20", date(2019, 7, 1), date(2020, 3, 31), cut=True),)
    register = [row("5A", pupils=24, earlier_pupils=((date(2020, 4, 1), 26),))]

    window = assess_coverage(short, register, [], schools=[HOLMA], as_of=JUNE_30).windows[0]

    assert (window.pupils, window.register_notes) == (26, ())


def test_negative_earlier_number_is_refused():
    with pytest.raises(ValueError, match="negative"):
        judged([row("5A", earlier_pupils=((MERGED, -1),))], [])


# --- told -------------------------------------------------------------------------------------------------


def test_notes_tell_each_change_from_its_day():
    register = [
        row("5A", pupils=40, earlier_pupils=((MERGED, 20),)),
        into("5B", "5A"),
        row("5C", opened_on=SPRING),
        row("5D", closed_on=SPRING + DAY),
    ]
    notes = (
        RegisterNote(MERGED, "merged", HOLMA, ("5B",), into="5A"),
        RegisterNote(MERGED, "pupils", HOLMA, ("5A",), before=20, since=40),
        RegisterNote(SPRING, "opened", HOLMA, ("5C",)),
        RegisterNote(SPRING + DAY, "closed", HOLMA, ("5D",)),
    )

    assert judged(register, []).register_notes == notes
    assert judged(register, [], as_of=SPRING).register_notes == notes[:3]
    assert judged(register, [], as_of=MERGED - DAY).register_notes == ()


def test_two_that_become_a_new_class_are_one_note():
    register = [into("5B", "5C"), into("5A", "5C"), row("5C", opened_on=MERGED)]

    [note] = judged(register, []).register_notes

    assert (note.labels, note.into, note.into_new) == (("5A", "5B"), "5C", True)


def test_what_was_so_when_the_window_began_is_no_change():
    register = [row("5A", opened_on=date(2019, 7, 1)), row("5B", closed_on=date(2019, 7, 1))]

    assert judged(register, []).register_notes == ()


# --- properties -------------------------------------------------------------------------------------------

LABELS = ["5A", "5B", "5C", "5D"]
DAYS = st.dates(date(2019, 7, 1), JUNE_30)


@st.composite
def registers(draw):
    rows = []
    for label in LABELS:
        target = draw(st.none() | st.sampled_from(LABELS))
        day = draw(DAYS)
        if target and target != label:
            rows.append(into(label, target, day=day))
        else:
            rows.append(row(label, opened_on=draw(st.none() | DAYS)))
    return rows


MEETINGS = st.lists(
    st.builds(met, DAYS, st.sampled_from(LABELS), present=st.none() | st.integers(1, 30)), max_size=8
)


@given(registers(), MEETINGS, DAYS, st.integers(1, 2))
def test_one_more_meeting_never_uncovers_a_merged_class(register, meetings, day, times):
    before = judged(register, meetings, as_of=day, times=times)
    after = judged(register, [*meetings, met(JUNE_30, "5A"), met(AUTUMN, "5B")], as_of=day, times=times)

    assert set(after.missing) <= set(before.missing)
    assert after.minimum == before.minimum


@given(registers(), DAYS)
def test_classes_that_were_all_met_in_the_first_days_stay_met(register, day):
    """Whatever becomes of the classes afterwards: their pupils have been met."""
    begun = [one for one in register if one.opened_on is None]
    meetings = [met(date(2019, 7, 1), *(one.label for one in begun))] if begun else []

    for cell in judged(begun, meetings, as_of=day).cells:
        assert cell.met
