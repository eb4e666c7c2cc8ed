"""Targets without a number to reach, from stored rows to the page: on request, deliverable, effort."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.choices import State
from activities.tests.factories import ActivityFactory
from promises.choices import TargetWindow
from promises.tests.factories import AreaFactory, CommitmentFactory, TargetFactory
from reports import kinds
from reports.captions import promised, window_in_words
from reports.figures import is_judged_by_numbers, nothing_logged, on_track, shown_target
from reports.queries import load_evaluation
from reports.queries.standings import load_standings
from reports.sentences import commitment_answer, promise_answer
from reports.status import Status, of_commitment
from reports.tests.pages import stand_still, text_of

ENDS = date(2020, 12, 31)
LINK = "https://malmo.se/trygghetsrad"


@pytest.fixture
def walks(actors):
    """Commitment 1, on request: nobody has asked yet."""
    commitment = CommitmentFactory(
        promise=actors.promise,
        number=1,
        short_title="Trygghetsvandringar",
        unit_one="vandring",
        unit_many="vandringar",
    )
    TargetFactory(commitment=commitment, on_request=True)
    return commitment


@pytest.fixture
def asked(walks):
    """Three walks in 2019, one of them held, one cancelled, one planned for June."""
    request(walks, asked_on=date(2019, 2, 1), occurred_on=date(2019, 2, 20))
    request(walks, asked_on=date(2019, 3, 1), occurred_on=date(2019, 3, 20), cancelled=True)
    request(walks, asked_on=date(2019, 4, 1), occurred_on=date(2019, 6, 10), planned=True)
    return walks


@pytest.fixture
def council(actors):
    """Commitment 2: a council by 30 June 2019."""
    commitment = CommitmentFactory(promise=actors.promise, number=2, short_title="Trygghetsråd")
    TargetFactory(commitment=commitment, deliverable=True)
    return commitment


@pytest.fixture
def effort(actors):
    """Commitment 3: work without a number."""
    commitment = CommitmentFactory(promise=actors.promise, number=3, short_title="Synligt arbete")
    TargetFactory(commitment=commitment, effort=True, window=TargetWindow.CALENDAR_YEAR)
    return commitment


def request(commitment, **more):
    return ActivityFactory(commitment=commitment, **more)


def evaluation_of(commitment, as_of=ENDS, **more):
    return load_evaluation(commitment.promise, as_of=as_of, sees_plans=False, **more)


def line_of(commitment, as_of=ENDS, **more):
    (line,) = [
        line for line in evaluation_of(commitment, as_of, **more).lines if line.number == commitment.number
    ]
    return line


def told(commitment, as_of=ENDS):
    return commitment_answer(line_of(commitment, as_of), as_of=as_of).replace("\u00a0", " ")


def requests_of(line):
    found = line.targets[0].progress.windows[0].requests
    return (found.asked, found.answered, found.waiting, len(found.unanswered))


# --- On request: what is read


@pytest.mark.parametrize(
    ("as_of", "numbers", "status"),
    [
        (date(2019, 1, 31), (0, 0, 0, 0), Status.KEPT),
        (date(2019, 2, 1), (1, 0, 1, 0), Status.KEPT),
        (date(2019, 2, 20), (1, 1, 0, 0), Status.KEPT),
        (date(2019, 6, 10), (3, 1, 1, 1), Status.BEHIND),
        (date(2019, 6, 11), (3, 1, 0, 2), Status.BEHIND),
        (ENDS, (3, 1, 0, 2), Status.NOT_KEPT),
    ],
)
def test_requests_are_read_as_they_stand_on_a_day(asked, as_of, numbers, status):
    line = line_of(asked, as_of)

    assert (requests_of(line), line.status) == (numbers, status)


@pytest.mark.parametrize("with_plans", [True, False])
def test_requests_are_judged_alike_where_plans_are_left_out(asked, with_plans):
    """A page on a past day leaves plans out; what a target is judged by is not one of them."""
    assert requests_of(line_of(asked, date(2019, 6, 11), with_plans=with_plans)) == (3, 1, 0, 2)


def test_a_request_taken_back_was_never_asked_for(asked):
    row = asked.activities.get(state=State.CANCELLED)
    asked.activities.filter(pk=row.pk).update(
        voided_at=datetime(2019, 3, 2, tzinfo=UTC), voided_by=row.logged_by, void_reason="Togs tillbaka"
    )

    assert requests_of(line_of(asked)) == (2, 1, 0, 1)


def test_requests_of_another_commitment_are_not_ours(asked):
    other = CommitmentFactory(promise=asked.promise, number=9)
    TargetFactory(commitment=other, on_request=True)
    request(other, asked_on=date(2019, 2, 1), occurred_on=date(2019, 2, 1))

    assert requests_of(line_of(asked))[0] == 3
    assert requests_of(line_of(other)) == (1, 1, 0, 0)


def test_known_then_takes_what_was_logged_by_then_and_what_was_done_later_as_planned(asked):
    asked.activities.update(logged_at=datetime(2019, 5, 1, tzinfo=UTC))
    done = asked.activities.filter(state=State.DONE)

    assert requests_of(line_of(asked, date(2019, 5, 1), known_then=True)) == (3, 1, 1, 1)
    assert requests_of(line_of(asked, date(2019, 4, 30), known_then=True)) == (0, 0, 0, 0)
    done.update(done_at=datetime(2019, 7, 1, tzinfo=UTC))
    assert requests_of(line_of(asked, date(2019, 6, 10), known_then=True)) == (3, 0, 1, 2)
    assert requests_of(line_of(asked, date(2019, 6, 10))) == (3, 1, 1, 1)


def test_requests_under_secrecy_would_be_told_to_nobody(asked):
    """A promise file cannot make such a commitment; should there be one, its plans stay secret."""
    type(asked).objects.filter(pk=asked.pk).update(confidential_until_done=True)

    assert requests_of(line_of(asked)) == (1, 1, 0, 0)
    evaluation = load_evaluation(asked.promise, as_of=ENDS, sees_plans=True)
    assert requests_of(evaluation.lines[0]) == (1, 1, 0, 0)


@pytest.mark.parametrize("rows", [1, 30])
def test_one_query_more_for_requests_and_deliverables_however_many_rows(asked, council, rows):
    plain = CommitmentFactory(number=1)
    TargetFactory(commitment=plain)
    for _ in range(rows):
        request(asked, asked_on=date(2019, 2, 1), occurred_on=date(2019, 2, 1))
        ActivityFactory(commitment=council)

    def queries(commitment):
        with CaptureQueriesContext(
            connection,
        ) as found:
            evaluation_of(commitment)
        return len(found)

    assert queries(asked) == queries(plain) + 1


# --- Deliverable and effort: what is read


def test_delivery_is_the_first_counted_activity_with_its_link(council):
    ActivityFactory(commitment=council, occurred_on=date(2019, 3, 1), quantity=0)
    ActivityFactory(commitment=council, occurred_on=date(2019, 3, 2), planned=True)
    ActivityFactory(commitment=council, occurred_on=date(2019, 3, 12), link=LINK)
    ActivityFactory(commitment=council, occurred_on=date(2019, 9, 12), link="https://malmo.se/annat")

    delivery = line_of(council).targets[0].progress.windows[0].delivery

    assert (delivery.due_on, delivery.done_on, delivery.link) == (date(2019, 6, 30), date(2019, 3, 12), LINK)
    assert line_of(council, date(2019, 3, 11)).status == Status.ON_PACE
    assert line_of(council, date(2019, 3, 12)).status == Status.KEPT


def test_delivery_known_then_was_not_yet_marked_as_done(council):
    ActivityFactory(
        commitment=council,
        occurred_on=date(2019, 3, 12),
        logged_at=datetime(2019, 3, 1, tzinfo=UTC),
        done_at=datetime(2019, 4, 2, tzinfo=UTC),
    )

    assert line_of(council, date(2019, 4, 1)).status == Status.KEPT
    assert line_of(council, date(2019, 4, 1), known_then=True).status == Status.ON_PACE
    assert line_of(council, date(2019, 4, 2), known_then=True).status == Status.KEPT


def test_effort_is_counted_and_never_judged(effort):
    ActivityFactory(commitment=effort, occurred_on=date(2019, 5, 1), quantity=7)
    ActivityFactory(commitment=effort, occurred_on=date(2020, 5, 1), quantity=5)

    line = line_of(effort)

    assert [window.actual for window in line.targets[0].progress.windows] == [7, 5]
    assert line.status == Status.JUDGED
    assert not is_judged_by_numbers(line)


# --- Several targets


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ([Status.KEPT, Status.JUDGED], Status.KEPT),
        ([Status.NO_REQUESTS, Status.KEPT], Status.KEPT),
        ([Status.JUDGED, Status.BEHIND], Status.BEHIND),
        ([Status.NO_REQUESTS, Status.JUDGED], Status.JUDGED),
        ([Status.NO_REQUESTS], Status.NO_REQUESTS),
        ([], Status.JUDGED),
    ],
)
def test_what_is_not_judged_hides_nothing_that_is(statuses, shown):
    assert of_commitment(statuses) is shown


def test_a_kept_count_beside_an_effort_is_what_the_commitment_shows(effort):
    TargetFactory(commitment=effort, minimum=1)
    ActivityFactory(commitment=effort)

    line = line_of(effort)

    assert line.status == Status.KEPT
    assert shown_target(line).kind == "count"


# --- In words


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2018, 12, 31), "Börjar 1 januari 2019."),
        (date(2019, 1, 31), "Ingen har bett om något än."),
        (date(2019, 2, 1), "0 av 1 önskemål besvarat. 1 är inplanerat."),
        (
            date(2019, 6, 10),
            "1 av 3 önskemål besvarade. 1 är inplanerat. Obesvarat: önskat 1 mars 2019.",
        ),
        (ENDS, "1 av 3 önskemål besvarade. Obesvarat: önskat 1 mars 2019 och 1 april 2019."),
    ],
)
def test_requests_in_words(asked, as_of, words):
    assert told(asked, as_of) == words


def test_no_requests_in_words(walks):
    line = line_of(walks)
    assert line.status == Status.NO_REQUESTS
    assert told(walks) == "Inga önskemål kom in."
    assert not is_judged_by_numbers(line)
    assert window_in_words(line, line.targets[0].progress.windows[0]) == "2019–2020: inga önskemål"


def test_many_unanswered_requests_are_counted(asked):
    for day in (1, 2):
        request(asked, asked_on=date(2019, 7, day), occurred_on=date(2019, 7, 10), cancelled=True)

    assert told(asked).endswith("besvarade. Fyra besvarades inte.")


@pytest.mark.parametrize(
    ("done_on", "as_of", "words"),
    [
        (None, date(2019, 6, 30), "Ska vara klart senast 30 juni 2019."),
        (None, date(2019, 7, 1), "Inte klart, utlovat senast 30 juni 2019."),
        (date(2019, 3, 12), ENDS, "Klart 12 mars 2019, utlovat senast 30 juni 2019."),
        (date(2019, 7, 1), ENDS, "Klart 1 juli 2019, 1 dag efter utlovad dag."),
        (date(2019, 8, 9), ENDS, "Klart 9 augusti 2019, 40 dagar efter utlovad dag."),
    ],
)
def test_deliverable_in_words(council, done_on, as_of, words):
    if done_on:
        ActivityFactory(commitment=council, occurred_on=done_on)

    assert told(council, as_of) == words


def test_effort_in_words(effort):
    assert told(effort) == "Bedöms i ord. Hittills 0 aktiviteter."
    ActivityFactory(commitment=effort)
    assert told(effort) == "Bedöms i ord. Hittills 1 aktivitet."


def test_what_was_promised_in_one_line(asked, council, effort):
    lines = evaluation_of(asked).lines

    assert [promised(line) for line in lines] == [
        "Varje önskemål besvaras",
        "Klart senast 30 juni 2019",
        "Bedöms i ord, inget tal att nå",
    ]


def test_headline_names_what_was_not_answered_and_not_done_and_leaves_efforts_out(asked, council, effort):
    ActivityFactory(commitment=effort)
    TargetFactory(commitment=CommitmentFactory(promise=asked.promise, number=4), minimum=1)
    ActivityFactory(commitment=asked.promise.commitments.get(number=4))

    answer = promise_answer(evaluation_of(asked, date(2019, 7, 1)))

    assert answer.replace("\u00a0", " ") == (
        "Ett av tre åtaganden är i fas. Trygghetsråd: inte klart 30 juni som utlovat. "
        "Trygghetsvandringar: två önskemål är obesvarade."
    )


def test_headline_tells_of_a_late_delivery(council):
    ActivityFactory(commitment=council, occurred_on=date(2019, 7, 2))

    assert promise_answer(evaluation_of(council, date(2019, 9, 1))).replace("\u00a0", " ") == (
        "Åtagandet är inte i fas. Trygghetsråd: klart 2 dagar för sent."
    )


def test_a_promise_in_which_requests_were_only_turned_down_has_something_logged(walks):
    request(walks, asked_on=date(2019, 3, 1), occurred_on=date(2019, 3, 20), cancelled=True)

    assert promise_answer(evaluation_of(walks)).replace("\u00a0", " ") == (
        "Åtagandet är inte uppfyllt. Trygghetsvandringar: ett önskemål är obesvarat."
    )


def test_windows_of_requests_one_by_one_or_together(asked):
    (target,) = line_of(asked).targets
    assert kinds.outcomes(line_of(asked), target) == ["1 av 3 önskemål besvarade"]

    asked.targets.update(window=TargetWindow.CALENDAR_YEAR)
    line = line_of(asked)
    assert kinds.outcomes(line, line.targets[0]) == ["2019: 1 av 3 önskemål besvarade", "2020: inga önskemål"]

    asked.targets.update(window=TargetWindow.MONTH)
    line = line_of(asked)
    assert kinds.outcomes(line, line.targets[0]) == ["1 av 3 önskemål besvarade"]


# --- The command


@pytest.fixture
def progress(capsys):
    def run(commitment, *arguments):
        call_command("progress", commitment.promise.slug, "--as-of", "2020-12-31", *arguments)
        return capsys.readouterr().out.replace("\u00a0", " ")

    return run


def test_progress_json_has_the_keys_of_each_kind(asked, council, effort, progress):
    ActivityFactory(commitment=council, occurred_on=date(2019, 3, 12), link=LINK)

    lines = json.loads(progress(asked, "--format", "json"))["commitments"]

    windows = [line["targets"][0]["windows"][0] for line in lines]
    for window in windows:
        numbers = [window[key] for key in ("minimum", "share", "expected", "forecast", "forecast_withheld")]
        assert numbers == [None, None, None, None, "no_number"]
    assert (windows[0]["asked"], windows[0]["answered"], windows[0]["actual"]) == (3, 1, 1)
    assert (windows[1]["due"], windows[1]["done_on"], windows[1]["link"]) == (
        "2019-06-30",
        "2019-03-12",
        LINK,
    )
    assert set(windows[0]) - set(windows[2]) == {"asked", "answered"}
    assert set(windows[1]) - set(windows[2]) == {"due", "done_on", "link"}
    assert [line["status"] for line in lines] == ["not_kept", "kept", "judged"]
    assert [(line["targets"][0]["kept"], line["targets"][0]["of"]) for line in lines] == [
        (0, 1),
        (1, 1),
        (0, 0),
    ]


def test_progress_json_a_delivery_that_is_not_there(council, progress):
    (line,) = json.loads(progress(council, "--format", "json"))["commitments"]

    window = line["targets"][0]["windows"][0]
    assert (window["due"], window["done_on"], window["link"]) == ("2019-06-30", None, None)


def test_progress_text_of_each_kind(asked, council, effort, progress):
    said = progress(asked)

    assert "2019–2020: 1 av 3 önskemål besvarade · Ej uppfyllt" in said
    assert "2019–2020: inte klart, utlovat senast 30 juni 2019 · Ej uppfyllt" in said
    assert "2019: 0 aktiviteter · Bedöms i ord" in said


# --- The pages


@pytest.fixture
def read(client, actors, monkeypatch):
    def page(name, *arguments, on=date(2019, 6, 11), who="staff", query=""):
        stand_still(monkeypatch, on)
        client.force_login(getattr(actors, who))
        url = reverse(f"reports:{name}", args=[actors.promise.slug, *arguments])
        response = client.get(url + query)
        assert response.status_code == 200
        return response

    return page


def test_dashboard_shows_each_kind(asked, council, effort, read):
    ActivityFactory(commitment=effort, quantity=7)

    text = text_of(read("dashboard"))

    assert "1 av 3 önskemål besvarade" in text
    assert "inte klart utlovat senast 30 juni 2019" in text
    assert "7 aktiviteter" in text
    assert "Trygghetsråd ska vara klart senast 30 juni 2019" in text  # 19 days left


@pytest.mark.parametrize(
    ("on", "needs"),
    [
        (date(2019, 7, 1), "skulle ha varit klart 30 juni 2019"),
        (date(2019, 6, 2), "ska vara klart senast"),
        (date(2019, 6, 30), "ska vara klart senast"),
    ],
)
def test_dashboard_points_out_a_deliverable_in_time(council, read, on, needs):
    assert f"Trygghetsråd {needs}" in text_of(read("dashboard", on=on))


@pytest.mark.parametrize("on", [date(2019, 6, 1), date(2018, 12, 31)])
def test_dashboard_is_quiet_about_a_deliverable_far_ahead(council, read, on):
    assert "Trygghetsråd ska" not in text_of(read("dashboard", on=on))


def test_dashboard_without_requests_says_so(walks, read):
    text = text_of(read("dashboard", on=date(2021, 2, 1)))

    assert "inga önskemål" in text
    assert "Inga önskemål" in text  # the status
    assert "uppgift saknas" not in text


def test_page_of_requests_says_which_were_not_answered(asked, read):
    text = text_of(read("commitment", 1))

    assert "1 av 3 önskemål besvarade" in text
    assert "Önskemål som inte besvarats" in text
    assert "2019-03-01 inställt" in text
    assert "2019-04-01 inte gjort, planerat till 2019-06-10" in text
    assert "Jämn takt" not in text


def test_page_of_requests_on_a_past_day_stands_as_it_was_judged(asked, read):
    text = text_of(read("commitment", 1, on=date(2020, 1, 1), query="?per=2019-06-10"))

    assert "1 är inplanerat" in text
    assert "2019-04-01 inte gjort" not in text


def test_page_of_a_deliverable_has_the_day_and_the_link(council, read):
    ActivityFactory(commitment=council, occurred_on=date(2019, 3, 12), link=LINK)

    response = read("commitment", 2)

    assert f'<a href="{LINK}" rel="noopener noreferrer">' in response.content.decode()
    assert "2019-06-30 2019-03-12" in text_of(response)
    assert "Klart 12 mars 2019, utlovat senast 30 juni 2019." in text_of(response)


@pytest.mark.parametrize("window", [TargetWindow.CALENDAR_YEAR, TargetWindow.WEEK])
def test_page_of_an_effort_counts_and_does_not_judge(effort, read, window):
    effort.targets.update(window=window)
    ActivityFactory(commitment=effort, quantity=7)

    text = text_of(read("commitment", 3))

    assert "Bedöms i ord. Hittills 7 aktiviteter." in text
    assert "Minst" not in text
    assert ("2019: 7 aktiviteter" in text) == (window == TargetWindow.WEEK)


@pytest.mark.parametrize("who", ["officer", "staff", "coordinator", "signatory"])
def test_every_page_opens_with_every_kind_before_during_and_after(asked, council, effort, read, who):
    AreaFactory(promise=asked.promise)
    for on in (date(2018, 12, 31), date(2019, 1, 1), ENDS, date(2021, 5, 1)):
        read("dashboard", on=on, who=who)
        for number in (1, 2, 3):
            read("commitment", number, on=on, who=who)


# --- The overview of all promises


@pytest.mark.parametrize(
    "today", [date(2018, 12, 31), date(2019, 6, 10), date(2019, 6, 11), date(2021, 1, 1)]
)
def test_overview_judges_each_kind_as_the_dashboard_does(asked, council, effort, today):
    as_of = min(today, ENDS)

    standing = load_standings([asked.promise], today=today)[asked.promise.pk]

    lines = evaluation_of(asked, as_of).lines
    assert [line.status for line in standing.lines] == [line.status for line in lines]
    assert [line.on_track for line in standing.lines] == [on_track(line) for line in lines]
    assert len(standing.judged) == sum(is_judged_by_numbers(line) for line in lines)
    assert standing.has_rows == (not nothing_logged(evaluation_of(asked, as_of)))


def test_overview_is_no_worse_for_an_effort_or_for_requests_that_never_came(walks, effort):
    TargetFactory(commitment=CommitmentFactory(promise=walks.promise, number=4), minimum=1)
    ActivityFactory(commitment=walks.promise.commitments.get(number=4))

    standing = load_standings([walks.promise], today=date(2021, 1, 1))[walks.promise.pk]

    assert (standing.kept, len(standing.judged)) == (1, 1)
    assert standing.worst.status == Status.KEPT
