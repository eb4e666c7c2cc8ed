"""A target of many windows, above all a weekly rate: told as so many kept of so many, on pages and in files."""

import csv
import io
import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import docx
import jsonschema
import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from lxml import etree, html

from activities.tests.factories import ActivityFactory
from promises.models import Target
from promises.tests.factories import AreaFactory, CommitmentFactory, KindFactory, TargetFactory
from reports import captions
from reports.calendars import EVEN
from reports.charts import charted_target, drawing
from reports.evaluation import TargetLine
from reports.figures import has_many_windows
from reports.progress import assess_count
from reports.queries import _progress, load_evaluation
from reports.renderers import FORMATS
from reports.sentences import commitment_answer, promise_answer
from reports.status import Status
from reports.tests.evaluations import ENDS, STARTS, evaluation, line
from reports.tests.pages import AUTUMN, stand_still, text_of
from reports.tests.read_back import read_pdf, squeezed
from reports.windows import cut_windows
from reports.wording import window_title

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schema" / "evaluation-1.json").read_text(encoding="utf-8")
)
FIRST_WEEKS = [
    STARTS,
    *(date(2019, 1, 7) + timedelta(days=7 * week) for week in range(80)),
]  # 81 of 105 weeks
SVG = "{http://www.w3.org/2000/svg}"


def weekly(days, *, as_of=ENDS, kind="rate", window="week", minimum=1):
    """An evaluation of one commitment, one each on ``days``."""
    rows = [(day, 1) for day in days if day <= as_of]
    progress = assess_count(
        cut_windows(window, starts_on=STARTS, ends_on=ENDS),
        rows,
        minimum=minimum,
        as_of=as_of,
        known_from_first_row=kind == "rate",
    )
    target = TargetLine(kind, window, minimum, "Varje vecka för sig.", progress)
    return evaluation(line(1, "Trafikkontroller", [target], rows, unit_many="kontroller"), as_of=as_of)


def answer(found):
    return commitment_answer(found.lines[0], as_of=found.as_of).replace("\u00a0", " ")


# --- The arithmetic, from the database


@pytest.fixture
def commitment(actors):
    commitment = CommitmentFactory(
        promise=actors.promise, number=1, short_title="Trafikkontroller", unit_many="kontroller"
    )
    TargetFactory(commitment=commitment, kind="rate", window="week", minimum=1)
    kind, area = KindFactory(commitment=commitment), AreaFactory(promise=actors.promise)
    for day in FIRST_WEEKS[::10]:
        ActivityFactory(commitment=commitment, kind=kind, occurred_on=day).areas.add(area)
    return commitment


def test_rate_a_week_without_a_row_is_missed_once_somebody_logs(commitment):
    (found,) = load_evaluation(commitment.promise, as_of=ENDS, sees_plans=False).lines

    statuses = Counter(window.status for window in found.targets[0].progress.windows)
    assert (found.status, statuses) == (Status.PARTLY_KEPT, {Status.KEPT: 9, Status.NOT_KEPT: 96})


def test_count_a_week_without_a_row_is_not_known(commitment):
    Target.objects.update(kind="count")

    (found,) = load_evaluation(commitment.promise, as_of=ENDS, sees_plans=False).lines

    statuses = Counter(window.status for window in found.targets[0].progress.windows)
    assert (found.status, statuses) == (Status.CANNOT_ASSESS, {Status.KEPT: 9, Status.UNKNOWN: 96})


def test_rate_a_later_row_leaves_a_closed_window_as_it_was():
    windows = cut_windows("week", starts_on=STARTS, ends_on=ENDS)
    late = [(date(2019, 3, 1), 1)]

    before = assess_count(windows, [], minimum=1, as_of=date(2019, 2, 28), known_from_first_row=True)
    after = assess_count(windows, late, minimum=1, as_of=date(2019, 3, 31), known_from_first_row=True)

    assert [window.status for window in before.windows[:8]] == [Status.UNKNOWN] * 8
    assert [window.status for window in after.windows[:8]] == [Status.UNKNOWN] * 8
    assert after.windows[8].status == Status.KEPT
    assert after.windows[9].status == Status.NOT_KEPT


def test_rate_a_row_before_the_promise_reports_nothing():
    windows = cut_windows("week", starts_on=STARTS, ends_on=ENDS)

    found = assess_count(windows, [(date(2018, 12, 31), 1)], minimum=1, as_of=ENDS, known_from_first_row=True)

    assert {window.status for window in found.windows} == {Status.UNKNOWN}


def test_a_target_without_its_number_is_never_judged(commitment):
    target = commitment.targets.get()
    target.minimum = None

    with pytest.raises(ValueError, match="'rate' cannot be judged"):
        _progress(
            target,
            (),
            promise=commitment.promise,
            register=[],
            sums=None,
            found=None,
            calendar=EVEN,
            in_areas=(),
            as_of=ENDS,
        )


# --- In words


@pytest.mark.parametrize(
    ("days", "as_of", "text"),
    [
        (FIRST_WEEKS, ENDS, "81 av 105 veckor uppfyllda, sammanlagt 81 kontroller."),
        (
            FIRST_WEEKS,
            date(2020, 9, 30),
            "81 av 91 veckor uppfyllda, sammanlagt 81 kontroller. Vecka 40 2020 hittills: 0 av 1.",
        ),
        (
            FIRST_WEEKS[1:],
            ENDS,
            "80 av 105 veckor uppfyllda, sammanlagt 80 kontroller. Uppgift saknas för 1 vecka.",
        ),
        ([], ENDS, "Uppgift saknas."),
        ([STARTS], STARTS, "1 av 1 vecka med uppfyllt mål, sammanlagt 1 insats."),
        ([], STARTS, "1 insats kvar till 6 januari 2019."),
    ],
)
def test_rate_in_a_sentence(days, as_of, text):
    assert answer(weekly(days, as_of=as_of)) == text


def test_eight_quarters_are_counted_and_two_years_named():
    days = [date(2019, 1, 1), date(2020, 1, 1), date(2020, 4, 1)]

    assert answer(weekly(days, kind="count", window="calendar_year", minimum=2)) == (
        "2019: 1 av 2, 1 fattas. 2020: 2 av 2, uppfyllt."
    )
    assert answer(weekly(days, kind="count", window="quarter")) == (
        "3 av 8 kvartal uppfyllda, sammanlagt 3 kontroller. Uppgift saknas för 5 kvartal."
    )


def test_promise_names_how_many_weeks_were_kept():
    assert promise_answer(weekly(FIRST_WEEKS)) == (
        "Åtagandet är delvis uppfyllt. Trafikkontroller: 81 av 105 veckor uppfyllda."
    )


@pytest.mark.parametrize(
    ("window", "text"),
    [
        ("period", "under hela perioden"),
        ("calendar_year", "varje kalenderår"),
        ("promise_year", "varje år från löftets första dag"),
        ("half_year", "varje halvår"),
        ("tertial", "varje tertial"),
        ("quarter", "varje kvartal"),
        ("month", "varje månad"),
        ("week", "varje vecka"),
        ("school_year", "varje läsår"),
        ("term", "varje termin"),
    ],
)
def test_promised_names_the_window(window, text):
    found = weekly([], kind="count", window=window)

    assert text in captions.promised(found.lines[0])


@pytest.mark.parametrize(
    ("label", "swedish", "english"),
    [
        ("2019–2020", "2019–2020", "2019–2020"),
        ("2019", "2019", "2019"),
        ("Y2", "Löftets år 2", "Year 2 of the promise"),
        ("2019-H1", "Halvår 1 2019", "Half-year 1 of 2019"),
        ("2019-T3", "Tertial 3 2019", "Tertial 3 of 2019"),
        ("2019-Q4", "Kvartal 4 2019", "Quarter 4 of 2019"),
        ("2019-03", "Mars 2019", "March 2019"),
        ("2019-W05", "Vecka 5 2019", "Week 5 of 2019"),
        ("2018/19", "2018/19", "2018/19"),
        ("VT 2019", "VT 2019", "Spring term 2019"),
        ("HT 2019", "HT 2019", "Autumn term 2019"),
    ],
)
def test_window_title(label, swedish, english):
    assert window_title(label) == swedish
    with override("en"):
        assert window_title(label) == english


# --- The drawing


def strip_of(found, **size):
    (row,) = found.lines
    texts = captions.chart_texts(row, charted_target(row), as_of=found.as_of)
    svg = drawing(row, as_of=found.as_of, starts_on=STARTS, ends_on=ENDS, texts=texts, **size)
    return etree.fromstring(svg)


@pytest.mark.parametrize("size", [{}, {"narrow": True}, {"paper": True}])
def test_strip_has_a_mark_for_each_week_within_its_row(size):
    svg = strip_of(weekly(FIRST_WEEKS), **size)

    marks = Counter(mark.get("class") for mark in svg.iter(f"{SVG}rect"))
    assert marks == {"chart-kept": 81, "chart-missed": 24}
    width = float(svg.get("viewBox").split()[2])
    edges = [(float(mark.get("x")), float(mark.get("width"))) for mark in svg.iter(f"{SVG}rect")]
    assert all(left > 0 and room > 0 and left + room < width for left, room in edges)
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert {"2019", "2020", "52 av 52", "29 av 53"} <= set(texts)


def test_strip_marks_the_running_week_and_leaves_the_rest_empty():
    svg = strip_of(weekly(FIRST_WEEKS, as_of=date(2020, 9, 30)))

    assert len(list(svg.iter(f"{SVG}circle"))) == 1
    assert len([path for path in svg.iter(f"{SVG}path") if path.get("class") == "chart-grid"]) == 13


@pytest.mark.parametrize(("ends_on", "many"), [(date(2019, 12, 31), False), (date(2020, 1, 1), True)])
def test_more_than_twelve_windows_are_many(ends_on, many):
    windows = cut_windows("month", starts_on=STARTS, ends_on=ends_on)
    progress = assess_count(windows, [], minimum=1, as_of=STARTS)

    assert has_many_windows(TargetLine("count", "month", 1, "Varje månad.", progress)) == many


def test_few_windows_are_a_curve_and_many_a_strip():
    curve = strip_of(weekly([date(2019, 2, 1)], kind="count", window="quarter"))
    strip = strip_of(weekly([date(2019, 2, 1)], kind="count", window="month"))

    assert [path for path in curve.iter(f"{SVG}path") if path.get("class") == "chart-done"]
    assert not [path for path in strip.iter(f"{SVG}path") if path.get("class") == "chart-done"]
    assert strip.findtext(f"{SVG}desc").startswith("En rad för varje år, en markering för varje månad.")


# --- Pages


def test_dashboard_row_of_a_rate(client, actors, commitment, monkeypatch):
    stand_still(monkeypatch)
    client.force_login(actors.officer)

    text = text_of(client.get(reverse("reports:dashboard", args=[actors.promise.slug])))

    assert "Minst 1 aktivitet varje vecka" in text
    assert "9 av 91" in text
    assert "veckor, just nu 0 av 1" in text
    assert re.search(r"Vecka 38 2020: ej uppfyllt, 0 +Vecka 39 2020: ej uppfyllt, 0 +Vecka 40 2020", text)
    assert "Vecka 37 2020" not in text


def test_commitment_page_of_a_rate(client, actors, commitment, monkeypatch):
    stand_still(monkeypatch)
    client.force_login(actors.officer)

    response = client.get(reverse("reports:commitment", args=[actors.promise.slug, 1]))
    page = html.fromstring(response.content)

    assert "9 av 91 veckor uppfyllda, sammanlagt 9 kontroller." in text_of(response)
    (card,) = [card for card in page.iter("div") if card.find("div/h2[@id='windows-1']") is not None]
    shown, *years = [
        [row.findtext("th").strip() for row in table.iter("tr") if row.find("th[@scope='row']") is not None]
        for table in card.iter("table")
    ]
    assert shown == [f"Vecka {week} 2020" for week in range(33, 41)]
    assert [len(year) for year in years] == [52, 53]
    assert [summary.text for summary in card.iter("summary")] == [
        "2019: 6 av 52 veckor",
        "2020: 3 av 39 veckor",
    ]
    assert "bara dagarna inom löftet räknas" in text_of(response)
    links = [link.text for link in card.iter("a")]
    assert links.count("1") == 9
    assert "0" not in links


def test_about_page_says_what_it_is_judged_for(client, actors, commitment):
    client.force_login(actors.officer)

    text = text_of(client.get(reverse("promises:about", args=[actors.promise.slug])))

    assert "varje vecka" in text


def test_progress_in_words_names_the_last_weeks_only(commitment, capsys):
    call_command("progress", commitment.promise.slug, "--as-of", AUTUMN.isoformat())
    text = capsys.readouterr().out.replace("\u00a0", " ")

    assert "9 av 91 veckor uppfyllda. Sammanlagt 9." in text
    assert len(re.findall(r"Vecka \d+ 2020:", text)) == 4
    assert "Vecka 41 2020" not in text


# --- Files


@pytest.fixture(scope="module")
def files():
    found = weekly(FIRST_WEEKS[1:])
    with override("sv"):
        return {name: form.render(found) for name, form in FORMATS.items()}


def test_csv_and_json_have_every_week(files):
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    data = json.loads(files["json"])

    assert [(row["måltyp"], row["delperiod"], row["utfall"], row["status"]) for row in rows[:2]] == [
        ("rate", "2019-W01", "0", "unknown"),
        ("rate", "2019-W02", "1", "kept"),
    ]
    assert len(rows) == len(data["commitments"][0]["targets"][0]["windows"]) == 105
    jsonschema.validate(data, SCHEMA)


def test_xlsx_has_every_week_and_no_unreadable_chart(files):
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))["Delperioder"]

    labels = [row[2] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert labels[:2] == ["Vecka 1 2019", "Vecka 2 2019"]
    assert len(labels) == 105
    assert not sheet._charts


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_documents_add_weeks_up_by_year_and_name_those_not_kept(files, form):
    if form == "html":
        text = html.fromstring(files["html"]).text_content()
    elif form == "pdf":
        text = read_pdf(files["pdf"]).text
    else:
        document = docx.Document(io.BytesIO(files["docx"]))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = " ".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    text = squeezed(text)

    assert "80av105veckoruppfyllda.Sammanlagt80." in text
    assert "2019525101" + "51" in text  # year, windows, kept, not kept, no data, outcome
    assert "20205329240" + "29" in text
    assert "Ejuppfyllt:vecka30 2020".replace(" ", "") in text
    assert "Uppgiftsaknas:vecka12019." in text
    assert "åtagande1,1vecka" in text
