"""What waits for review stands beside every number and in none: pages, drawing, grid, files, data."""

import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.urls import reverse
from lxml import etree

from activities.tests.factories import ActivityFactory, count_again
from promises.tests.factories import (
    CommitmentFactory,
    KindFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.captions import chart_description, chart_key, waiting_beside
from reports.charts import burn_up
from reports.coverage import Attendance, Meeting, assess_coverage
from reports.evaluation import DayCount
from reports.figures import waiting_in
from reports.pages.figure import month_rows
from reports.pages.grid import coverage_grid
from reports.queries import load_evaluation
from reports.register import RegisterClass
from reports.renderers import FORMATS
from reports.tests import samples
from reports.tests.evaluations import count_line
from reports.tests.pages import stand_still, text_of
from reports.tests.test_charts import TEXTS, paths, texts_in
from reports.windows import cut_windows

AUTUMN = date(2020, 10, 1)
WHOLE = {"starts_on": samples.STARTS, "ends_on": samples.ENDS}


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch, AUTUMN)


@pytest.fixture
def promise(actors):
    """Commitment 3: 2 counted, 3 waiting in two rows, 1 sent back. Commitment 1: 5A met, 5B waits for review."""
    promise = actors.promise
    type(promise).objects.update(requires_review=True)
    visible = CommitmentFactory(promise=promise, number=3)
    TargetFactory(commitment=visible)
    kind = KindFactory(commitment=visible)
    for day, quantity, review in (
        (date(2020, 3, 1), 2, ""),
        (date(2020, 5, 1), 1, "waiting"),
        (date(2020, 8, 1), 2, "waiting"),
        (date(2020, 8, 2), 4, "returned"),
    ):
        ActivityFactory(commitment=visible, kind=kind, occurred_on=day, quantity=quantity, review=review)
    meetings = CommitmentFactory(promise=promise, number=1, class_meeting=True)
    school = SchoolFactory(promise=promise)
    classes = [
        SchoolClassFactory(school=school, school_year=2020, label=label) for label in ("5A", "5B", "5C")
    ]
    TargetFactory(commitment=meetings, coverage=True, schools=[school])
    for one, review in zip(classes, ("", "waiting"), strict=False):
        row = ActivityFactory(
            commitment=meetings, occurred_on=date(2020, 9, 3), school=school, school_year=2020, review=review
        )
        row.attendance.create(school_class=one, pupils_present=20)
    count_again(promise)
    return promise


def line_of(promise, number, *, as_of=AUTUMN, **options):
    found = load_evaluation(promise, as_of=as_of, sees_plans=False, commitment_number=number, **options)
    return found.lines[0]


def get(client, actors, name, *args, who="coordinator", query=""):
    client.force_login(getattr(actors, who))
    return client.get(reverse(f"reports:{name}", args=[actors.promise.slug, *args]) + query)


# --- From the rows


def test_waiting_is_told_and_not_counted(promise):
    line = line_of(promise, 3)

    assert line.targets[0].progress.windows[0].actual == 2
    assert line.waiting == (DayCount(date(2020, 5, 1), 1), DayCount(date(2020, 8, 1), 2))
    assert (line.process.waiting, line.process.returned, line.process.done) == (2, 1, 1)
    assert sum(count.actual for count in line.kinds) == 2


def test_waiting_of_a_past_day_is_what_was_done_by_then(promise):
    line = line_of(promise, 3, as_of=date(2020, 7, 31))

    assert line.process.waiting == 1
    assert line.process.returned == 0
    assert line_of(promise, 3, as_of=date(2020, 5, 1), known_then=True).process.waiting == 0  # logged later


def test_voided_row_waits_no_more(promise, actors):
    row = promise.activities.filter(review="waiting", commitment__number=3).first()
    type(row).objects.filter(pk=row.pk).update(
        voided_at=row.logged_at, voided_by=actors.officer, void_reason="Dubblett"
    )

    assert line_of(promise, 3).process.waiting == 1


# --- Classes


def test_class_met_only_by_a_waiting_meeting_is_waiting():
    register = [RegisterClass("Holma", label, 2020, 24) for label in ("5A", "5B", "5C")]
    windows = [one for one in cut_windows("school_year", **WHOLE) if one.label == "2020/21"]

    def meeting(place, day, **kind):
        return Meeting(date(2020, 9, day), classes=(Attendance(register[place].key, 20),), **kind)

    (window,) = assess_coverage(
        windows,
        register,
        [
            meeting(0, 3, done=True),
            meeting(0, 4, done=False, waiting=True),
            meeting(1, 7, done=False, waiting=True),
            meeting(1, 5, done=False, waiting=True),
            meeting(2, 9, done=False),
        ],
        schools=["Holma"],
        as_of=AUTUMN,
    ).windows

    met, waiting, booked = window.cells
    assert (window.actual, window.missing) == (1, ("Holma 5B", "Holma 5C"))
    assert (met.met_on, met.times_met) == (date(2020, 9, 3), 1)
    assert (waiting.met, waiting.waiting_on, waiting.booked_on) == (False, date(2020, 9, 5), None)
    assert (booked.waiting_on, booked.booked_on) == (None, date(2020, 9, 9))


def test_grid_shows_the_class_that_waits_and_nobody_is_told_to_book_it(promise, client, actors):
    (target,) = line_of(promise, 1).targets
    looks = [row.cells[-1].look for row in coverage_grid(target).schools[0].rows]

    text = text_of(get(client, actors, "commitment", 1, who="staff"))

    assert looks == ["met", "waiting", "missing"]
    assert "väntar 2020-09-03" in text
    assert "+ 1 väntar på granskning" in text
    dashboard = text_of(get(client, actors, "dashboard"))
    needed = dashboard.partition("Behöver någon nu")[2]
    assert "5C" in needed
    assert "5B" not in needed


# --- Words and drawing


def waiting_line(*days, as_of=AUTUMN, **given):
    line = count_line(3, "Insatser", [(date(2020, 3, 1), 2), (date(2020, 6, 1), 4)], as_of=as_of, **given)
    return replace(line, waiting=tuple(DayCount(day, count) for day, count in days))


def drawn(line, as_of=AUTUMN):
    return etree.fromstring(
        burn_up(line, as_of=as_of, texts=replace(TEXTS, waiting="{} med".format), **WHOLE)
    )


def test_dotted_steps_begin_at_the_solid_ones_and_end_with_what_waits():
    svg = drawn(waiting_line((date(2020, 5, 1), 1), (date(2020, 8, 1), 2)))

    (tail,) = paths(svg, "chart-waiting")
    (solid,) = paths(svg, "chart-done")
    assert tail.count("V") == 4  # 1 May, 1 June (solid and dotted), 1 August, and the day that is shown
    height = solid.split("V")[1].split("H")[0]  # 2 counted in March
    assert tail.split()[1].split("H")[0] == height
    assert "9 med" in texts_in(svg)
    assert "6 i dag" in texts_in(svg)


def test_drawing_without_waiting_rows_has_no_dotted_steps():
    svg = drawn(waiting_line())

    assert paths(svg, "chart-waiting") == []
    assert not [text for text in texts_in(svg) if "med" in text]


def test_waiting_lifts_the_scale():
    tall = drawn(waiting_line((date(2020, 8, 1), 200)))
    (tail,) = paths(tall, "chart-waiting")

    heights = [float(part.split("H")[0]) for part in tail.split("V")[1:]]
    assert min(heights) >= 24  # inside the frame


@pytest.mark.parametrize(
    ("day", "count"), [(samples.STARTS, 1), (samples.ENDS, 1), (AUTUMN, 0)], ids=["first", "last", "nil"]
)
def test_dotted_steps_at_the_edges(day, count):
    svg = drawn(waiting_line((day, count), as_of=samples.ENDS), as_of=samples.ENDS)

    assert len(paths(svg, "chart-waiting")) == (1 if count else 0)


def test_each_window_has_the_tail_of_its_own_days():
    line = waiting_line((date(2019, 5, 1), 3), (date(2020, 5, 1), 5), window="calendar_year")
    first, second = line.targets[0].progress.windows

    assert waiting_in(line, line.targets[0], first) == [(date(2019, 5, 1), 3)]
    assert waiting_in(line, line.targets[0], second) == [(date(2020, 5, 1), 5)]
    assert waiting_beside(line, AUTUMN) == "+ 5 väntar på granskning"


def test_words_and_table_of_the_drawing_tell_what_waits():
    line = waiting_line((date(2020, 5, 1), 1), (date(2020, 8, 1), 2))
    (target,) = line.targets

    assert "Prickade steg" in chart_key(line, target)
    assert "3 till när det som väntar" in chart_description(line, target)
    rows = {row.month: (row.done, row.waiting) for row in month_rows(line, target, as_of=AUTUMN)}
    assert (rows["2020-05"], rows["2020-06"], rows["2020-08"]) == ((0, 1), (4, 0), (0, 2))
    assert "Prickade steg" not in chart_key(waiting_line(), waiting_line().targets[0])


# --- Pages


def test_dashboard_tells_what_waits_beside_the_number_and_leads_there(promise, client, actors):
    page = get(client, actors, "dashboard", who="staff")

    assert "+ 3 väntar på granskning" in text_of(page)
    assert "granskning=vantar" in page.content.decode()
    assert "Tre aktiviteter väntar på granskning" not in text_of(page)  # only for who may review


@pytest.mark.parametrize("who", ["coordinator", "city_coordinator"])
def test_coordinator_is_told_that_rows_wait(promise, client, actors, who):
    text = text_of(get(client, actors, "dashboard", who=who)).partition("Behöver någon nu")[2]

    assert "Tre aktiviteter väntar på granskning" in text
    assert "Den äldsta är från 1 maj 2020" in text


def test_commitment_page_tells_what_waits_in_count_facts_and_table(promise, client, actors):
    page = get(client, actors, "commitment", 3, who="staff")
    text = text_of(page)

    assert "+ 3 väntar på granskning" in text
    assert "Väntar på granskning 2" in text
    assert "Skickad tillbaka 1" in text
    assert "chart-waiting" in page.content.decode()


def test_quality_page_points_out_what_is_not_approved(promise, client, actors):
    text = text_of(get(client, actors, "quality"))

    assert "2 aktiviteter väntar på granskning" in text
    assert "1 aktivitet är skickad tillbaka" in text
    assert reverse("review:list", args=[promise.slug]) in get(client, actors, "quality").content.decode()
    staff = get(client, actors, "quality", who="staff").content.decode()
    assert reverse("review:list", args=[promise.slug]) not in staff.partition("<main")[2]


def test_promise_where_everything_waits_is_not_empty(actors, client):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    ActivityFactory(commitment=commitment, occurred_on=date(2020, 5, 1), review="waiting")

    text = text_of(get(client, actors, "dashboard"))

    assert "+ 1 väntar på granskning" in text
    assert "När någon loggar en aktivitet" not in text


def test_month_that_waits_is_not_a_silent_month(actors, client):
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=numbers)
    waits = ActivityFactory(
        commitment=numbers, occurred_on=date(2019, 1, 1), month_only=True, review="waiting"
    )

    with_it = text_of(get(client, actors, "quality"))
    type(waits).objects.filter(pk=waits.pk).update(state="planned", review="")

    assert with_it != text_of(get(client, actors, "quality"))


# --- Files and data


@pytest.mark.parametrize("fmt", ["html", "json", "csv", "docx", "xlsx"])
def test_files_tell_what_is_not_counted(promise, fmt):
    evaluation = load_evaluation(promise, as_of=AUTUMN, sees_plans=False, with_activities=True)
    content = FORMATS[fmt].render(evaluation)

    if fmt == "json":
        processes = {row["number"]: row["process"] for row in json.loads(content)["commitments"]}
        assert (processes[3]["waiting"], processes[3]["returned"], processes[1]["waiting"]) == (2, 1, 1)
    elif fmt == "csv":
        lines = [line.split(";") for line in content.decode("utf-8-sig").splitlines()]
        number, *columns = (
            lines[0].index(name) for name in ("åtagande", "väntar på granskning", "återsända")
        )
        found = {line[number]: [line[column] for column in columns] for line in lines[1:]}
        assert found["3"] == ["2", "1"]
    else:
        text = plain_text(content)
        assert "3 aktiviteter väntar på granskning och räknas inte (åtagande 1: 1, åtagande 3: 2)." in text
        assert "1 aktivitet är skickad tillbaka till den som loggade den och räknas inte." in text


def plain_text(content):
    if content.startswith(b"PK"):
        archive = ZipFile(BytesIO(content))
        content = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
    return re.sub(r"<[^>]+>", "", content.decode())


def test_progress_tells_what_waits(promise, capsys):
    call_command("progress", promise.slug, "--as-of", AUTUMN.isoformat(), "--format", "json")
    found = {row["number"]: row["waiting"] for row in json.loads(capsys.readouterr().out)["commitments"]}
    assert found == {1: 1, 3: 2}

    call_command("progress", promise.slug, "--as-of", AUTUMN.isoformat())
    assert "+ 2 väntar på granskning" in capsys.readouterr().out
