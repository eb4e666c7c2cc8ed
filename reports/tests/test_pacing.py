"""The pace in words, on the commitment's page and in the documents."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from promises.models import SchoolBreak, SchoolTerm
from promises.tests.factories import CommitmentFactory, TargetFactory
from reports.captions import chart_key, chart_title
from reports.charts import burn_up
from reports.pacing import pace_notes, pace_noun
from reports.queries import load_evaluation
from reports.tests.pages import text_of
from reports.tests.samples import other_paces, worked_example
from reports.tests.test_charts import TEXTS

MISSING = "Terminstider saknas för VT 2019, HT 2019 och HT 2020: där räknas måndag till fredag, utom i juli."
WEIGHTS = (
    "Det väntade följer månadernas vikt: jan 1, feb 1, mar 1, apr 1, maj 1, jun 1, jul 0, aug 1, sep 1, okt 1, "
    "nov 1, dec 0,5."
)
NO_JULY = "1 1 1 1 1 1 0 1 1 1 1 1"


def line_of(evaluation, number):
    return next(line for line in evaluation.lines if line.number == number)


def test_even_pace_says_nothing():
    assert pace_notes(line_of(worked_example(), 4).targets[0]) == ()


def test_school_pace_names_the_terms_that_are_missing():
    (target,) = line_of(other_paces(), 4).targets

    assert pace_noun(target.calendar) == "skoldagarnas takt"
    assert pace_notes(target) == (
        "Det väntade följer skoldagarna: på helger och lov väntas inget.",
        MISSING,
    )


def test_monthly_pace_tells_the_weights():
    (target,) = line_of(other_paces(), 2).targets

    assert pace_notes(target) == (WEIGHTS,)


def test_chart_words_name_the_pace():
    line = line_of(other_paces(), 4)
    (target,) = line.targets

    assert "skoldagarnas takt" in chart_title(line, target, as_of=date(2020, 3, 31))
    assert "Streckat: skoldagarnas takt mot målet." in chart_key(line, target)


def test_pace_line_is_straight_only_where_the_pace_is_even():
    def bends(evaluation):
        line = line_of(evaluation, 4)
        return (
            burn_up(
                line,
                as_of=evaluation.as_of,
                starts_on=evaluation.promise.starts_on,
                ends_on=evaluation.promise.ends_on,
                texts=TEXTS,
            )
            .split('class="chart-pace" d="')[1]
            .split('"')[0]
            .count("L")
        )

    assert bends(worked_example()) == 1
    assert bends(other_paces()) > 100


@pytest.fixture
def school_paced(actors):
    commitment = CommitmentFactory(promise=actors.promise, number=1)
    TargetFactory(commitment=commitment, calendar="school_days")
    term = SchoolTerm.objects.create(
        promise=actors.promise, name="VT 2019", first_day=date(2019, 1, 8), last_day=date(2019, 6, 12)
    )
    SchoolBreak.objects.create(
        term=term, name="Sportlov", first_day=date(2019, 2, 18), last_day=date(2019, 2, 22)
    )
    return commitment


@pytest.mark.django_db
def test_commitment_page_tells_the_pace_and_what_is_missing(client, actors, school_paced):
    client.force_login(actors.staff)
    url = reverse("reports:commitment", args=[actors.promise.slug, 1])

    text = text_of(client.get(f"{url}?per=2019-02-22"))

    assert "Det väntade följer skoldagarna" in text
    assert "Terminstider saknas för HT 2019, VT 2020 och HT 2020" in text
    assert "Jämn takt" not in text


@pytest.mark.django_db
def test_stored_terms_reach_the_numbers(actors, school_paced):
    """Nothing is due in the holidays: as of the Friday before and the last day of them the same."""
    expected = [
        load_evaluation(actors.promise, as_of=day, sees_plans=False)
        .lines[0]
        .targets[0]
        .progress.windows[0]
        .expected
        for day in (date(2019, 2, 15), date(2019, 2, 24), date(2019, 2, 25))
    ]

    assert expected[0] == expected[1] < expected[2]


@pytest.mark.django_db
def test_stored_weights_reach_the_numbers(actors):
    TargetFactory(
        commitment=CommitmentFactory(promise=actors.promise),
        window="calendar_year",
        minimum=22,
        calendar="monthly_weights",
        month_weights=NO_JULY,
    )

    (line,) = load_evaluation(actors.promise, as_of=date(2019, 7, 31), sees_plans=False).lines

    assert line.targets[0].progress.windows[0].expected == 12


@pytest.mark.django_db
def test_school_terms_are_read_only_where_a_target_needs_them(actors):
    def queries_of(**given):
        TargetFactory(commitment=CommitmentFactory(promise=actors.promise), **given)
        with CaptureQueriesContext(connection) as found:
            load_evaluation(actors.promise, as_of=date(2019, 7, 31), sees_plans=False)
        return len(found)

    even = queries_of()
    assert queries_of(calendar="monthly_weights", month_weights=NO_JULY) == even
    once = queries_of(calendar="school_days")
    assert once == even + 1
    assert queries_of(calendar="school_days") == once
