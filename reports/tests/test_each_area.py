"""The minimum in each area by itself: areas × windows, the worst area named, rows without an area told."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from promises.tests.factories import AreaFactory, CommitmentFactory, TargetFactory
from reports.captions import chart_texts, promised, without_area_note
from reports.charts import charted_target
from reports.figures import all_counted, in_worst_area, reached_on, shown_window
from reports.progress import assess_each_area
from reports.queries import load_evaluation
from reports.remaining import enough_line, lost_line
from reports.renderers.to_json import as_data
from reports.sentences import commitment_answer, promise_answer, windows_kept
from reports.status import Status
from reports.tests import samples
from reports.tests.pages import text_of
from reports.windows import cut_windows

MARCH = date(2020, 3, 31)


@pytest.fixture
def line():
    return samples.each_area().lines[-1]


def test_windows_are_areas_times_windows_area_by_area(line):
    windows = line.targets[0].progress.windows

    assert [(window.area, window.label, window.actual) for window in windows] == [
        ("Bellevue", "2019", 9),
        ("Bellevue", "2020", 0),
        ("Holma", "2019", 5),
        ("Holma", "2020", 0),
        ("Kroksbäck", "2019", 0),
        ("Kroksbäck", "2020", 0),
    ]
    assert line.targets[0].progress.of == 6


def test_row_in_two_areas_counts_once_in_the_whole(line):
    (target,) = line.targets

    assert (target.progress.total, all_counted(line, target)) == (14, 15)


def test_words_name_the_area(line):
    (target,) = line.targets
    window = shown_window(target.progress.windows, MARCH)

    assert (window.area, window.label) == ("Bellevue", "2020")
    assert promised(line) == "Minst 5 insatser varje kalenderår, i varje område för sig"
    assert windows_kept(target, as_of=MARCH) == "2 av 3 uppfyllda, varje område för sig"
    assert commitment_answer(line, as_of=MARCH).startswith("Bellevue ligger 1 efter. Fem insatser till")
    assert enough_line(window, as_of=MARCH).startswith("Bellevue 2020: 5 till på 9 månader")
    assert lost_line(target, as_of=MARCH) == "Hela löftet kan inte längre hållas: 1 av 3 delar missades."
    assert without_area_note(line, target) == "3 utan område räknas inte i något av dem."


def test_files_name_the_area_of_what_was_missed():
    found = as_data(samples.each_area())["commitments"][-1]["targets"][0]

    assert found["lost_to"] == ["Kroksbäck 2019"]
    assert found["scope"] == "each_area"
    assert [window["area"] for window in found["windows"][:3]] == ["Bellevue", "Bellevue", "Holma"]


def test_worst_open_area_is_the_one_furthest_behind():
    windows = cut_windows("period", starts_on=samples.STARTS, ends_on=samples.ENDS)
    found = assess_each_area(
        windows,
        {"A": [(samples.STARTS, 9)], "B": [(samples.STARTS, 2)], "C": [(samples.STARTS, 25)]},
        [(samples.STARTS, 36)],
        batches={},
        minimum=25,
        as_of=MARCH,
    )

    assert found.status == Status.BEHIND
    assert shown_window(found.windows, MARCH).area == "B"


def test_promise_answer_names_the_worst_area():
    found = samples.each_area()
    only = replace(found, lines=found.lines[-1:])

    assert "Planlagda insatser: Bellevue ligger 1 efter." in promise_answer(only)


def test_drawing_is_of_the_worst_area_and_says_so(line):
    narrowed, target = in_worst_area(line, charted_target(line), MARCH)

    assert [(window.area, window.label) for window in target.progress.windows] == [
        ("Bellevue", "2019"),
        ("Bellevue", "2020"),
    ]
    assert len(narrowed.days) == 9
    assert chart_texts(narrowed, target, as_of=MARCH).title.startswith("Bellevue ligger sämst till: ")


def test_reached_on_is_of_the_area(line):
    (target,) = line.targets
    bellevue, _, holma, *_ = target.progress.windows

    assert reached_on(line, target, bellevue) == date(2019, 1, 29)
    assert reached_on(line, target, holma) == line.days[11].day


@pytest.fixture
def stored(actors):
    """Two areas; one row in both, one in the first, one in none."""
    commitment = CommitmentFactory(promise=actors.promise, number=1, area_rule="optional")
    TargetFactory(commitment=commitment, scope="each_area", window="calendar_year", minimum=2)
    holma, other = (AreaFactory(promise=actors.promise, name=name) for name in ("Holma", "Kroksbäck"))
    for areas in ([holma, other], [holma], []):
        ActivityFactory(commitment=commitment, occurred_on=date(2019, 5, 1), areas=areas)
    return commitment


@pytest.mark.django_db
def test_stored_rows_count_in_each_of_their_areas(actors, stored):
    (line,) = load_evaluation(actors.promise, as_of=date(2019, 12, 31), sees_plans=False).lines

    found = {
        (window.area, window.label): (window.actual, window.status)
        for window in line.targets[0].progress.windows
    }
    assert found["Holma", "2019"] == (2, Status.KEPT)
    assert found["Kroksbäck", "2019"] == (1, Status.NOT_KEPT)
    assert line.without_area == 1


@pytest.mark.django_db
def test_commitment_page_groups_by_area_and_tells_what_counts_nowhere(client, actors, stored):
    client.force_login(actors.staff)
    url = reverse("reports:commitment", args=[actors.promise.slug, 1])

    response = client.get(f"{url}?per=2019-12-31")
    text = text_of(response)

    assert "1 utan område räknas inte i något av dem." in text
    assert response.content.decode().count('scope="rowgroup"') == 2
    assert "omrade=Holma" in response.content.decode()


@pytest.mark.django_db
def test_days_by_area_are_one_query_and_only_where_needed(actors):
    AreaFactory(promise=actors.promise, name="Holma")

    def queries_of(**given):
        TargetFactory(commitment=CommitmentFactory(promise=actors.promise), **given)
        with CaptureQueriesContext(connection) as found:
            load_evaluation(actors.promise, as_of=date(2019, 7, 31), sees_plans=False)
        return len(found)

    plain = queries_of()
    once = queries_of(scope="each_area")
    assert once == plain + 1
    assert queries_of(scope="each_area") == once
