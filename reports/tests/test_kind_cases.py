"""Targets without a number to reach, by the examples in kind_cases.yaml, which are also a table in docs/windows.md."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from promises.choices import NUMBERED_KINDS, TargetKind, TargetWindow
from reports.deliverable import assess_deliverable
from reports.effort import count_effort
from reports.figures import NUMBERED
from reports.forecast import Withheld
from reports.requests import Answer, Request, assess_requests
from reports.status import Status
from reports.windows import cut_windows

CASES = yaml.safe_load((Path(__file__).parent / "kind_cases.yaml").read_text(encoding="utf-8"))
TABLE = Path(__file__).parents[2] / "docs" / "windows.md"
STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}: {case['what']}" for case in CASES])


def windows_of(case):
    starts_on, ends_on = case["period"]
    return cut_windows(case["window"], starts_on=starts_on, ends_on=ends_on)


def judged(case):
    windows, rows, as_of = windows_of(case), case["rows"], case["as_of"]
    if case["kind"] == "on_request":
        requests = [Request(row["asked"], row["day"], Answer(row["state"])) for row in rows]
        return assess_requests(windows, requests, as_of=as_of)
    if case["kind"] == "deliverable":
        done = [(row["day"], "") for row in rows]
        return assess_deliverable(windows[0], done, due_on=case["due"], as_of=as_of)
    return count_effort(windows, [(row["day"], row["number"]) for row in rows], as_of=as_of)


def outcome_of(progress):
    first = progress.windows[0]
    if first.requests is not None:
        found = [window.requests for window in progress.windows]
        return f"{sum(one.answered for one in found)} of {sum(one.asked for one in found)}"
    if first.delivery is not None:
        delivery = first.delivery
        if delivery.done_on is None:
            return "not done"
        return f"{delivery.done_on}, {delivery.days_late} days late"
    return str(progress.total)


def line_of(case):
    first, last = case["period"]
    windows = ", ".join(f"{label} `{status}`" for label, status in case["windows"].items())
    due = f", by {case['due']}" if "due" in case else ""
    return (
        f"| {case['kind']} | {case['window']} | {case['what']} | {first} – {last}{due} | {case['as_of']} "
        f"| {case['outcome']} | `{case['status']}`, {case['kept']} of {case['of']} | {windows} |"
    )


@each_case
def test_kind_case(case):
    progress = judged(case)

    assert (progress.status, progress.kept, progress.of) == (case["status"], case["kept"], case["of"])
    assert outcome_of(progress) == case["outcome"]
    statuses = {window.label: window.status for window in progress.windows}
    assert {label: statuses.get(label) for label in case["windows"]} == case["windows"]


@each_case
def test_kind_case_stands_in_the_documentation(case):
    assert line_of(case) in TABLE.read_text(encoding="utf-8").splitlines()


@each_case
def test_what_has_no_number_has_no_share_no_pace_and_no_forecast(case):
    for window in judged(case).windows:
        assert (window.minimum, window.expected, window.share, window.forecast) == (None, None, None, None)
        assert window.forecast_withheld is Withheld.NO_NUMBER


def test_every_kind_has_a_number_or_a_case():
    assert {case["kind"] for case in CASES} | set(NUMBERED) == set(TargetKind.values)
    assert set(NUMBERED_KINDS) == NUMBERED


# --- On request


@st.composite
def some_requests(draw):
    found = []
    for _ in range(draw(st.integers(0, 8))):
        asked = STARTS + timedelta(days=draw(st.integers(0, 730)))
        day = min(asked + timedelta(days=draw(st.integers(0, 60))), ENDS)
        found.append(Request(asked, day, draw(st.sampled_from(Answer))))
    return found


@given(some_requests(), st.sampled_from(TargetWindow.values), st.integers(-5, 735))
def test_every_request_up_to_the_day_is_answered_waiting_or_unanswered(requests, window, days):
    as_of = STARTS + timedelta(days=days)
    progress = assess_requests(
        cut_windows(window, starts_on=STARTS, ends_on=ENDS), requests, as_of=min(as_of, ENDS)
    )

    found = [one.requests for one in progress.windows]
    assert sum(one.asked for one in found) == sum(request.asked_on <= as_of for request in requests)
    assert all(one.asked == one.answered + one.waiting + len(one.unanswered) for one in found)
    missed = [one for one in progress.windows if one.requests.unanswered]
    assert all(one.status in {Status.BEHIND, Status.NOT_KEPT} for one in missed)
    assert (progress.status in {Status.BEHIND, Status.NOT_KEPT, Status.PARTLY_KEPT}) == bool(missed)
    assert (progress.kept == progress.of) == (not missed)


@given(some_requests(), st.sampled_from(TargetWindow.values))
def test_no_request_waits_when_the_promise_is_over(requests, window):
    progress = assess_requests(cut_windows(window, starts_on=STARTS, ends_on=ENDS), requests, as_of=ENDS)

    assert all(one.requests.waiting == 0 for one in progress.windows)


def test_unanswered_requests_say_when_they_were_asked_and_what_became_of_them():
    requests = [
        Request(date(2019, 5, 2), date(2019, 5, 20), Answer.PLANNED),
        Request(date(2019, 5, 1), date(2019, 6, 20), Answer.CANCELLED),
    ]
    windows = cut_windows("period", starts_on=STARTS, ends_on=ENDS)

    (window,) = assess_requests(windows, requests, as_of=date(2019, 5, 21)).windows

    assert [(one.asked_on.day, one.cancelled) for one in window.requests.unanswered] == [
        (1, True),
        (2, False),
    ]


def test_requests_refuse_what_cannot_be():
    with pytest.raises(ValueError, match="without windows"):
        assess_requests((), (), as_of=ENDS)
    early = Request(date(2019, 5, 2), date(2019, 5, 1), Answer.DONE)
    with pytest.raises(ValueError, match="asked on 2019-05-02 and done on 2019-05-01"):
        assess_requests(cut_windows("period", starts_on=STARTS, ends_on=ENDS), [early], as_of=ENDS)


# --- Deliverable


def deliverable(done, *, due_on=date(2019, 6, 30), as_of=ENDS):
    (window,) = cut_windows("period", starts_on=STARTS, ends_on=ENDS)
    return assess_deliverable(window, done, due_on=due_on, as_of=as_of).windows[0]


def test_delivery_has_the_link_of_its_day_and_of_no_later_one():
    day, later = date(2019, 3, 12), date(2019, 3, 13)

    assert (
        deliverable([(later, "https://b.se"), (day, ""), (day, "https://a.se")]).delivery.link
        == "https://a.se"
    )
    assert deliverable([(later, "https://b.se"), (day, "")]).delivery.link == ""


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2021, 1, 1)])
def test_delivery_outside_the_promise_is_none(day):
    assert deliverable([(day, "")]).delivery.done_on is None


def test_delivery_after_the_day_is_not_known_yet():
    found = deliverable([(date(2019, 5, 2), "")], as_of=date(2019, 5, 1))

    assert (found.delivery.done_on, found.status, found.actual) == (None, Status.ON_PACE, 0)


@pytest.mark.parametrize("due_on", [date(2018, 12, 31), date(2021, 1, 1)])
def test_delivery_promised_outside_the_promise_is_an_error(due_on):
    with pytest.raises(ValueError, match="lies outside"):
        deliverable([], due_on=due_on)


@pytest.mark.parametrize(("done", "reported"), [([], False), ([(STARTS, "")], True)])
def test_delivery_is_reported_once_it_is_done(done, reported):
    found = deliverable(done)

    assert (found.reported, found.cut) == (reported, False)


# --- Effort


def test_effort_without_windows_is_an_error():
    with pytest.raises(ValueError, match=r"^a target without windows"):
        count_effort((), (), as_of=ENDS)


def test_effort_counts_the_first_and_the_last_day_of_a_window():
    windows = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
    days = [(date(2019, 1, 1), 1), (date(2019, 12, 31), 2), (date(2020, 1, 1), 4), (date(2021, 1, 1), 8)]

    progress = count_effort(windows, days, as_of=ENDS)

    assert [(window.actual, window.reported) for window in progress.windows] == [(3, True), (4, True)]
    assert count_effort(windows, [(STARTS, 0)], as_of=ENDS).windows[0].reported


def test_effort_of_a_cut_year_without_a_row():
    windows = cut_windows("calendar_year", starts_on=date(2019, 3, 1), ends_on=ENDS)

    first, second = count_effort(windows, [(date(2020, 5, 1), 3)], as_of=ENDS).windows

    assert (first.actual, first.reported, first.cut) == (0, False, True)
    assert (second.actual, second.reported, second.cut) == (3, True, False)
