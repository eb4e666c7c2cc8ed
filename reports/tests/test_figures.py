"""Which of the numbers a line or picture is about: what is shown first, what is passed over, and where it ends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports.effort import count_effort
from reports.evaluation import AreaDays, DayCount, TargetLine
from reports.figures import (
    all_counted,
    asked_and_answered,
    behind_by,
    by_year,
    failed_windows,
    has_known_window,
    has_many_windows,
    has_number,
    in_worst_area,
    is_judged_by_numbers,
    is_open,
    is_rhythm,
    is_unreported,
    kept_of,
    nothing_known,
    nothing_logged,
    on_track,
    reached_on,
    settled,
    short_by,
    shown_target,
    shown_window,
    unanswered,
    unit,
)
from reports.progress import TargetProgress, assess_count, assess_each_area
from reports.requests import Answer, Request, assess_requests
from reports.status import Status
from reports.tests.evaluations import ENDS, STARTS, class_line, count_line, evaluation, line
from reports.windows import cut_windows

ONE_DAY = timedelta(days=1)
YEAR_END = date(2019, 12, 31)
YEARS = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)


def yearly(first, second, *, as_of, minimum=10):
    """So many in May of each year; None for no row."""
    days = [(date(2019, 5, 1), first), (date(2020, 5, 1), second)]
    given = [(day, quantity) for day, quantity in days if quantity is not None]
    return count_line(2, "Anmälningar", given, as_of=as_of, minimum=minimum, window="calendar_year")


def windows_of(found):
    return found.targets[0].progress.windows


def in_areas(own, *, as_of, minimum=10, window="calendar_year", days=None):
    """A target that holds in each area by itself; ``own``: area -> (day, quantity)."""
    windows = cut_windows(window, starts_on=STARTS, ends_on=ENDS)
    days = [day for of_area in own.values() for day in of_area] if days is None else days
    progress = assess_each_area(windows, own, days, batches={}, minimum=minimum, as_of=as_of)
    area_days = tuple(
        AreaDays(area, tuple(DayCount(*day) for day in of_area)) for area, of_area in own.items()
    )
    target = TargetLine("count", window, minimum, "I varje område.", progress, area_days=area_days)
    return line(4, "Insatser", [target], days)


# --- what is shown


def test_shown_target_is_the_first_of_those_that_give_the_status():
    behind, kept = yearly(1, None, as_of=YEAR_END - ONE_DAY), yearly(10, 10, as_of=ENDS)
    other = replace(behind.targets[0], reading="Den andra.")
    found = replace(behind, targets=(kept.targets[0], behind.targets[0], other))

    assert shown_target(found) is found.targets[1]


def test_shown_target_of_none():
    assert shown_target(line(8, "I ord", [])) is None


@pytest.mark.parametrize(
    ("as_of", "label"),
    [
        (STARTS - ONE_DAY, "2019"),  # before the first begins
        (STARTS, "2019"),
        (YEAR_END - ONE_DAY, "2019"),
        (YEAR_END, "2019"),  # over, and it failed; the next has not begun
        (YEAR_END + ONE_DAY, "2020"),
        (ENDS, "2019"),  # both over: the one that failed
    ],
)
def test_shown_window_is_the_open_one_else_the_last_that_failed(as_of, label):
    assert shown_window(windows_of(yearly(3, 10, as_of=as_of)), as_of).label == label


def test_shown_window_when_all_are_over_and_kept_is_the_last():
    assert shown_window(windows_of(yearly(10, 10, as_of=ENDS)), ENDS).label == "2020"


def test_shown_window_when_several_failed_is_the_last_of_them():
    assert shown_window(windows_of(yearly(3, 2, as_of=ENDS)), ENDS).label == "2020"


def test_shown_window_of_areas_is_the_one_that_is_furthest_behind():
    as_of = date(2019, 6, 30)
    found = in_areas(
        {"Bellevue": [(STARTS, 2)], "Holma": [(STARTS, 1)], "Kroksbäck": [(STARTS, 9)]}, as_of=as_of
    )

    assert shown_window(windows_of(found), as_of).area == "Holma"


def test_shown_window_worst_status_before_the_greatest_distance():
    """1 of 4 expected is behind; another that lacks as many of 40 would only be at risk."""
    as_of = date(2019, 6, 30)
    behind = windows_of(yearly(1, None, as_of=as_of, minimum=8))[0]
    at_risk = replace(windows_of(yearly(36, None, as_of=as_of, minimum=80))[0], area="Holma")
    assert (behind.status, at_risk.status) == (Status.BEHIND, Status.AT_RISK)

    assert shown_window([at_risk, behind], as_of) is behind


@pytest.mark.parametrize(
    ("kind", "window", "rhythm", "many"),
    [
        ("count", "calendar_year", False, False),
        ("count", "half_year", False, False),  # four: each is named
        ("count", "tertial", True, False),  # six: told as so many of so many
        ("count", "month", True, True),
        ("rate", "calendar_year", True, False),
        ("coverage", "month", False, True),  # what is missed is told by class, however many
    ],
)
def test_is_rhythm_by_kind_and_number_of_windows(kind, window, rhythm, many):
    progress = assess_count(cut_windows(window, starts_on=STARTS, ends_on=ENDS), [], minimum=1, as_of=ENDS)
    target = TargetLine(kind, window, 1, "", progress)

    assert (is_rhythm(target), has_many_windows(target)) == (rhythm, many)


def test_has_many_windows_from_thirteen_on():
    windows = cut_windows("month", starts_on=STARTS, ends_on=date(2020, 1, 31))
    thirteen = TargetLine("count", "month", 1, "", assess_count(windows, [], minimum=1, as_of=ENDS))
    twelve = TargetLine("count", "month", 1, "", assess_count(windows[:12], [], minimum=1, as_of=ENDS))

    assert (has_many_windows(twelve), has_many_windows(thirteen)) == (False, True)


def test_has_known_window_with_a_nil_report():
    assert not has_known_window(yearly(None, None, as_of=ENDS).targets[0])
    assert has_known_window(yearly(None, 0, as_of=ENDS).targets[0])


# --- what is settled


@pytest.mark.parametrize(
    ("first", "second", "as_of", "labels"),
    [
        (3, 0, YEAR_END - ONE_DAY, []),
        (3, 0, YEAR_END, ["2019"]),  # a window is over on its last day
        (10, 0, date(2019, 5, 1), ["2019"]),  # kept already
        (3, 10, date(2020, 5, 1), ["2019", "2020"]),
        (3, None, ENDS, ["2019", "2020"]),  # unknown, and over
    ],
)
def test_settled_is_over_or_kept_already(first, second, as_of, labels):
    found = windows_of(yearly(first, second, as_of=as_of))

    assert [window.label for window in settled(found, as_of)] == labels


@pytest.mark.parametrize(
    ("first", "second", "as_of", "expected"),
    [
        (10, 3, ENDS, (1, 2)),
        (10, 10, ENDS, (2, 2)),
        (3, 3, ENDS, (0, 2)),
        (10, 3, date(2020, 6, 1), (1, 1)),  # the open one is not counted
        (10, 3, STARTS, (0, 0)),
    ],
)
def test_kept_of_the_settled(first, second, as_of, expected):
    assert kept_of(windows_of(yearly(first, second, as_of=as_of)), as_of) == expected


def test_by_year_a_week_belongs_to_the_year_of_most_of_its_days():
    weeks = cut_windows("week", starts_on=date(2019, 12, 23), ends_on=date(2021, 1, 10))
    found = assess_count(weeks, [], minimum=1, as_of=ENDS).windows

    years = by_year(found)

    assert list(years) == [2019, 2020, 2021]
    assert [window.label for window in years[2019]] == ["2019-W52"]
    assert [years[2020][0].label, years[2020][-1].label] == ["2020-W01", "2020-W53"]  # 28 Dec to 3 Jan
    assert [window.label for window in years[2021]] == ["2021-W01"]


def test_by_year_a_week_with_three_days_in_the_old_year_is_the_new_years():
    weeks = cut_windows("week", starts_on=date(2025, 12, 29), ends_on=date(2026, 1, 4))

    assert list(by_year(assess_count(weeks, [], minimum=1, as_of=ENDS).windows)) == [2026]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(STARTS - ONE_DAY, False), (STARTS, True), (YEAR_END - ONE_DAY, True), (YEAR_END, False)],
)
def test_is_open_from_its_first_day_to_the_day_before_its_last(as_of, expected):
    assert is_open(windows_of(yearly(1, None, as_of=as_of))[0], as_of) is expected


def test_failed_windows_are_over_and_not_kept():
    found = yearly(3, None, as_of=ENDS)
    (target,) = found.targets

    assert failed_windows(found, ENDS) == [
        (target, target.progress.windows[0]),
        (target, target.progress.windows[1]),
    ]
    half_way = yearly(3, 0, as_of=YEAR_END)
    assert [window.label for _target, window in failed_windows(half_way, YEAR_END)] == ["2019"]
    assert failed_windows(yearly(10, 10, as_of=ENDS), ENDS) == []


def test_failed_windows_not_one_whose_register_is_missing_while_it_is_open():
    as_of = date(2019, 10, 1)
    found = class_line(1, "Tematräffar", met=(), as_of=as_of)
    assert windows_of(found)[1].status == Status.UNKNOWN

    assert [window.label for _target, window in failed_windows(found, as_of)] == ["2018/19"]


# --- nothing, zero and unknown


def test_is_unreported_is_not_a_zero():
    unreported, zero = windows_of(yearly(None, 0, as_of=ENDS))

    assert (is_unreported(unreported), is_unreported(zero)) == (True, False)


def test_is_unreported_is_not_what_may_still_be_reported():
    as_of = date(2019, 6, 30)
    running = windows_of(yearly(None, None, as_of=as_of))[0]

    assert not running.reported
    assert not is_unreported(running)


def test_is_unreported_is_not_a_register_that_lacks_beside_a_meeting():
    """Somebody met a class, only nobody knows of how many."""
    found = class_line(
        1,
        "Tematräffar",
        met=[("5A", 2019, date(2019, 10, 3))],
        schools=("Holmaskolan", "Lorensborg"),
        as_of=ENDS,
    )
    window = windows_of(found)[1]

    assert (window.status, window.reported) == (Status.UNKNOWN, True)
    assert not is_unreported(window)


@pytest.mark.parametrize(
    ("status", "days", "expected"),
    [
        (Status.UNKNOWN, [], True),
        (Status.CANNOT_ASSESS, [], True),
        (Status.CANNOT_ASSESS, [(STARTS, 0)], False),  # a nil report is known
        (Status.BEHIND, [], False),
    ],
)
def test_nothing_known_only_without_a_row_where_there_should_be(status, days, expected):
    assert nothing_known(line(3, "Aktiviteter", [], days, status=status)) is expected


def test_nothing_logged_in_any_commitment():
    none, one = line(2, "Ett", []), line(3, "Två", [], [(STARTS, 0)])

    assert nothing_logged(evaluation(none, none, as_of=ENDS))
    assert not nothing_logged(evaluation(none, one, as_of=ENDS))


@pytest.mark.parametrize(("actual", "missing"), [(0, 10), (9, 1), (10, 0), (12, 0)])
def test_short_by_never_below_none(actual, missing):
    assert short_by(windows_of(yearly(actual, None, as_of=YEAR_END))[0]) == missing


# --- the day the goal was reached


def test_reached_on_the_day_that_brought_the_last_one():
    days = [(date(2019, 2, 1), 4), (date(2019, 3, 1), 6), (date(2019, 4, 1), 1), (date(2020, 1, 1), 10)]
    found = count_line(2, "Anmälningar", days, as_of=ENDS, minimum=10, window="calendar_year")
    (target,) = found.targets
    first, second = target.progress.windows

    assert reached_on(found, target, first) == date(2019, 3, 1)
    assert reached_on(found, target, second) == date(2020, 1, 1)  # its own first day, and its own count


def test_reached_on_its_last_day():
    found = count_line(
        2, "Anmälningar", [(STARTS, 9), (YEAR_END, 1)], as_of=ENDS, minimum=10, window="calendar_year"
    )
    (target,) = found.targets

    assert reached_on(found, target, target.progress.windows[0]) == YEAR_END


def test_reached_on_none_where_it_was_not():
    found = yearly(9, None, as_of=ENDS)

    assert reached_on(found, found.targets[0], windows_of(found)[0]) is None


def test_reached_on_none_where_the_days_are_not_there():
    found = yearly(10, None, as_of=ENDS)

    assert reached_on(replace(found, days=()), found.targets[0], windows_of(found)[0]) is None


def test_reached_on_classes_is_the_day_of_the_last_class():
    met = [("5A", 2019, date(2020, 3, 12)), ("5B", 2019, date(2019, 10, 3))]
    found = class_line(1, "Tematräffar", met=met, as_of=ENDS)
    (target,) = found.targets

    assert reached_on(found, target, target.progress.windows[1]) == date(2020, 3, 12)
    assert reached_on(found, replace(target, minimum=2), target.progress.windows[1]) is None


def test_reached_on_in_an_area_counts_its_own_days():
    found = in_areas({"Bellevue": [(STARTS, 9)], "Holma": [(STARTS, 4), (date(2019, 3, 1), 6)]}, as_of=ENDS)
    (target,) = found.targets
    holma = next(window for window in target.progress.windows if window.code == "Holma 2019")

    assert reached_on(found, target, holma) == date(2019, 3, 1)


# --- how it goes


@pytest.mark.parametrize(
    ("status", "numbers", "well"),
    [
        (Status.KEPT, True, True),
        (Status.ON_PACE, True, True),
        (Status.AT_RISK, True, False),
        (Status.BEHIND, True, False),
        (Status.NOT_KEPT, True, False),
        (Status.CANNOT_ASSESS, True, False),
        (Status.UPCOMING, False, False),
        (Status.JUDGED, False, False),
        (Status.NO_REQUESTS, False, False),
    ],
)
def test_on_track_and_judged_by_status(status, numbers, well):
    found = line(3, "Aktiviteter", [], status=status)

    assert (is_judged_by_numbers(found), on_track(found)) == (numbers, well)


def test_on_track_while_what_has_begun_is_kept_and_the_rest_has_not_begun():
    assert yearly(10, None, as_of=YEAR_END).status == Status.PARTLY_KEPT

    assert on_track(yearly(10, None, as_of=YEAR_END))
    assert not on_track(yearly(10, 3, as_of=ENDS))


def test_on_track_while_requests_and_efforts_say_nothing_against_it():
    """Beside a kept year: one in which nobody asked, and an effort that is judged in words."""
    kept = windows_of(yearly(10, None, as_of=YEAR_END))[0]
    beside = [replace(kept, status=status) for status in (Status.NO_REQUESTS, Status.JUDGED, Status.UPCOMING)]
    progress = TargetProgress(Status.PARTLY_KEPT, 1, 4, (kept, *beside))
    target = TargetLine("on_request", "calendar_year", None, "", progress)

    assert on_track(line(3, "Trygghetsvandringar", [target]))


# --- on request


def test_asked_and_answered_over_all_windows():
    as_of = date(2020, 3, 1)
    requests = [
        Request(date(2019, 2, 1), date(2019, 2, 20), Answer.DONE),
        Request(date(2019, 9, 1), date(2019, 9, 20), Answer.CANCELLED),
        Request(date(2020, 1, 7), date(2020, 2, 1), Answer.PLANNED),
        Request(date(2020, 1, 8), date(2020, 2, 20), Answer.DONE),
        Request(date(2020, 2, 1), date(2020, 4, 20), Answer.PLANNED),
    ]
    windows = assess_requests(YEARS, requests, as_of=as_of).windows

    assert asked_and_answered(windows) == (5, 2, 1)
    assert [(one.asked_on, one.cancelled) for one in unanswered(windows)] == [
        (date(2019, 9, 1), True),
        (date(2020, 1, 7), False),
    ]


def test_asked_and_answered_of_other_targets_is_nothing():
    windows = windows_of(yearly(3, 4, as_of=ENDS))

    assert (asked_and_answered(windows), unanswered(windows)) == ((0, 0, 0), [])


def test_nothing_logged_is_not_so_where_a_request_was_turned_down():
    turned_down = [Request(STARTS, STARTS, Answer.CANCELLED)]
    target = TargetLine(
        "on_request", "calendar_year", None, "", assess_requests(YEARS, turned_down, as_of=ENDS)
    )

    assert not nothing_logged(evaluation(line(3, "Trygghetsvandringar", [target]), as_of=ENDS))


@pytest.mark.parametrize("kind", ["on_request", "deliverable", "effort"])
def test_kinds_without_a_number_are_no_rhythm(kind):
    progress = count_effort(cut_windows("month", starts_on=STARTS, ends_on=ENDS), [], as_of=ENDS)
    target = TargetLine(kind, "month", None, "", progress)

    assert not has_number(target)
    assert not is_rhythm(target)
    assert behind_by(progress.windows[0]) == 0


@pytest.mark.parametrize(("count", "word"), [(0, "insatser"), (1, "insats"), (2, "insatser")])
def test_unit_of_one_and_of_many(count, word):
    assert unit(line(4, "Insatser", []), count) == word


@pytest.mark.parametrize(("actual", "behind"), [(0, 4), (1, 3), (4, 0), (9, 0)])
def test_behind_by_whole_ones(actual, behind):
    """4.96 of 10 are expected by the end of June."""
    assert behind_by(windows_of(yearly(actual, None, as_of=date(2019, 6, 30)))[0]) == behind


# --- each area by itself


def test_all_counted_counts_a_row_in_two_areas_once():
    day = (STARTS, 3)
    found = in_areas({"Bellevue": [day], "Holma": [day]}, as_of=ENDS, days=[day])

    assert found.targets[0].progress.total == 6
    assert all_counted(found, found.targets[0]) == 3


def test_all_counted_of_other_targets_is_their_total():
    found = yearly(3, 4, as_of=ENDS)

    assert all_counted(replace(found, days=()), found.targets[0]) == 7


def test_in_worst_area_draws_the_area_that_is_worst_off():
    as_of = date(2019, 6, 30)
    own = {"Bellevue": [(STARTS, 8)], "Holma": [(STARTS, 1)]}
    found = in_areas(own, as_of=as_of)

    drawn, target = in_worst_area(found, found.targets[0], as_of)

    assert [window.code for window in target.progress.windows] == ["Holma 2019", "Holma 2020"]
    assert drawn.targets == (target,)
    assert drawn.days == (DayCount(STARTS, 1),)
    assert target.progress.status == Status.BEHIND


def test_in_worst_area_leaves_other_targets_as_they_are():
    found = yearly(3, 4, as_of=ENDS)

    drawn, target = in_worst_area(found, found.targets[0], ENDS)

    assert drawn is found
    assert target is found.targets[0]
