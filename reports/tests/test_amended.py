"""Decisions that change a target: which stretch they judge, what stands beside, and on which day they are seen."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.tests.factories import ActivityFactory, count_again
from promises.tests.factories import (
    AmendmentFactory,
    CommitmentFactory,
    MunicipalityFactory,
    PoliceFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.queries import load_evaluation
from reports.status import Status
from reports.windows import cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
YEARS = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
DECIDED = date(2020, 3, 1)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def yearly(db):
    """50 a year; 52 in 2019 and 45 in 2020."""
    commitment = CommitmentFactory(number=1, counts_only=True)
    target = TargetFactory(commitment=commitment, yearly=True)
    ActivityFactory(commitment=commitment, occurred_on=date(2019, 5, 1), quantity=52)
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 2, 1), quantity=45)
    return target


def line_of(target, as_of=ENDS, **more):
    (line,) = load_evaluation(target.commitment.promise, as_of=as_of, sees_plans=False, **more).lines
    return line


def test_amended_target_stands_beside_the_original(yearly):
    AmendmentFactory(target=yearly, wording="Vi ska göra vad vi kan.")

    line = line_of(yearly)

    (target,) = line.targets
    assert (target.minimum, target.reading) == (40, "Minst 40 varje kalenderår.")
    assert [window.minimum for window in target.progress.windows] == [50, 40]
    assert (line.status, target.progress.status, target.progress.kept) == (Status.KEPT, Status.KEPT, 2)
    assert target.original is not None
    assert (target.original.minimum, target.original.reading) == (50, "Minst 50 varje kalenderår.")
    assert [window.minimum for window in target.original.progress.windows] == [50, 50]
    assert (line.original_status, target.original.progress.kept) == (Status.PARTLY_KEPT, 1)
    assert (line.wording, line.original_wording) == (
        "Vi ska göra vad vi kan.",
        "Målet är att genomföra minst 25 synliga aktiviteter i områdena.",
    )
    (told_line,) = line.amendments
    assert told_line.decided_by == ("Lokalpolisområde Söder", "Malmö stad")
    assert (told_line.reference, told_line.reason) == ("STK-2020-15", "Färre anmälningar än väntat.")


def test_amendment_never_mends_a_year_that_was_broken_before(yearly):
    """2019 with 45 of 50 stays broken although 40 was decided later."""
    yearly.commitment.activities.filter(quantity=52).update(quantity=45)
    count_again(yearly.commitment.promise)
    AmendmentFactory(target=yearly)

    assert [window.status for window in line_of(yearly).targets[0].progress.windows] == [
        Status.NOT_KEPT,
        Status.KEPT,
    ]


@pytest.mark.parametrize(
    ("as_of", "minimum"), [(DECIDED - ONE_DAY, 50), (DECIDED, 40), (DECIDED + ONE_DAY, 40), (ENDS, 40)]
)
def test_amendment_is_seen_from_the_day_it_was_decided(yearly, as_of, minimum):
    AmendmentFactory(target=yearly, wording="Nya ord.")

    line = line_of(yearly, as_of)

    (target,) = line.targets
    assert (target.minimum, target.progress.windows[1].minimum) == (minimum, minimum)
    seen = minimum == 40
    assert (target.original is not None, line.original_status is not None, bool(line.amendments)) == (
        seen,
    ) * 3
    assert (line.wording == "Nya ord.", line.original_wording != "") == (seen, seen)


def test_second_amendment_counts_from_its_own_day(yearly):
    AmendmentFactory(target=yearly, decided_on=date(2020, 6, 1), minimum=30, reading="Minst 30.")
    AmendmentFactory(target=yearly)

    assert line_of(yearly, date(2020, 5, 31)).targets[0].minimum == 40
    line = line_of(yearly, date(2020, 6, 1))
    assert line.targets[0].minimum == 30
    assert [(one.old_minimum, one.new_minimum) for one in line.amendments] == [(50, 40), (40, 30)]
    assert line.targets[0].original.minimum == 50


def test_voided_amendment_changes_nothing(yearly):
    before = line_of(yearly)
    AmendmentFactory(target=yearly, voided_on=date(2020, 4, 1), void_reason="Fel åtagande.")

    assert line_of(yearly) == before


def test_amendment_of_another_promise_changes_nothing(yearly):
    before = line_of(yearly)
    AmendmentFactory()

    assert line_of(yearly) == before


@pytest.mark.parametrize(("recorded", "minimum"), [(date(2020, 9, 30), 40), (date(2020, 10, 1), 50)])
def test_as_known_then_leaves_out_what_was_written_down_later(yearly, recorded, minimum):
    AmendmentFactory(target=yearly, recorded_on=recorded)

    assert line_of(yearly, date(2020, 9, 30), known_then=True).targets[0].minimum == minimum
    assert line_of(yearly, date(2020, 9, 30)).targets[0].minimum == 40


def test_several_targets_the_worst_by_the_original_too(yearly):
    """25 in the whole period is reached; only the yearly one was changed."""
    TargetFactory(commitment=yearly.commitment, position=1)
    AmendmentFactory(target=yearly)

    line = line_of(yearly)

    assert (line.status, line.original_status) == (Status.KEPT, Status.PARTLY_KEPT)
    assert [target.original is not None for target in line.targets] == [True, False]
    assert line.amendments_of(line.targets[0]) == line.amendments
    assert line.amendments_of(line.targets[1]) == ()


def test_coverage_asks_for_the_new_number_of_times_in_what_was_not_over(db):
    commitment = CommitmentFactory(number=1, class_meeting=True)
    school = SchoolFactory(promise=commitment.promise)
    target = TargetFactory(commitment=commitment, coverage=True, schools=[school])
    for year in (2018, 2019, 2020):
        row = SchoolClassFactory(school=school, school_year=year)
        day = date(year + 1, 3, 1) if year < 2020 else date(2020, 9, 1)
        meeting = ActivityFactory(commitment=commitment, occurred_on=day, school=school, school_year=year)
        meeting.attendance.create(school_class=row, pupils_present=20)
    count_again(commitment.promise)
    AmendmentFactory(target=target, decided_on=date(2019, 9, 1), minimum=2, reading="Två gånger.")

    (found,) = line_of(target).targets

    assert [window.actual for window in found.progress.windows] == [1, 0, 0]
    assert [window.actual for window in found.original.progress.windows] == [1, 1, 1]


def test_amendments_cost_one_query(yearly):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            line_of(yearly)
        return sum("promises_amendment" in query["sql"] for query in found), len(found)

    before = queries()
    for day in range(1, 6):
        AmendmentFactory(target=yearly, decided_on=DECIDED + day * ONE_DAY, minimum=40 + day, reading="Så.")

    assert before[0] == 1
    assert queries() == before


def test_decided_by_one_party_alone_is_told_so(yearly):
    AmendmentFactory(target=yearly, decided_by=[MunicipalityFactory()])
    AmendmentFactory(target=yearly, decided_on=DECIDED + ONE_DAY, decided_by=[PoliceFactory()])

    assert [one.decided_by for one in line_of(yearly).amendments] == [
        ("Malmö stad",),
        ("Lokalpolisområde Söder",),
    ]


# --- the command


def progress_of(target, capsys, *more):
    call_command("progress", target.commitment.promise.slug, "--as-of", "2020-12-31", *more)
    return capsys.readouterr().out


def test_progress_json_has_both_results(yearly, capsys):
    AmendmentFactory(target=yearly)

    (found,) = json.loads(progress_of(yearly, capsys, "--format", "json"))["commitments"]

    (target,) = found["targets"]
    assert (found["status"], found["original_status"]) == ("kept", "partly_kept")
    assert target["amendments"] == [
        {
            "decided_on": "2020-03-01",
            "old_minimum": 50,
            "new_minimum": 40,
            "old_due": None,
            "new_due": None,
        }
    ]
    assert [window["minimum"] for window in target["windows"]] == [50, 40]
    assert (target["original"]["status"], target["original"]["kept"], target["original"]["of"]) == (
        "partly_kept",
        1,
        2,
    )
    assert [window["minimum"] for window in target["original"]["windows"]] == [50, 50]
    assert target["original"]["windows"][0].keys() == target["windows"][0].keys()


def test_progress_text_tells_the_change_and_the_original(yearly, capsys):
    AmendmentFactory(target=yearly)

    text = progress_of(yearly, capsys)

    assert "Ändrat 2020-03-01: 40 i stället för 50." in text
    assert "Enligt det ursprungliga målet: Delvis uppfyllt, 1 av 2 år uppfyllda." in text
