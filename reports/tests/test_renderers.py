"""One evaluation, six files: every number reads the same in all of them."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from django.utils import translation
from lxml import html

from reports.enough import enough_of
from reports.evaluation import LockedLine
from reports.queries import load_evaluation
from reports.renderers import FORMATS, file_name, to_csv, to_json
from reports.renderers.glyphs import drawable
from reports.tests import samples
from reports.tests.malmo import AS_OF, make_worked_example
from reports.tests.read_back import (
    READERS,
    expected_areas,
    expected_forecasts,
    expected_left,
    expected_others,
    expected_pupils,
    expected_windows,
    pdf_forecasts,
    pdf_rows,
    read_pdf,
    squeezed,
)

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schema" / "evaluation-1.json").read_text(encoding="utf-8")
)
SAMPLES = {
    "worked": samples.worked_example,
    "under way": lambda: samples.worked_example(as_of=date(2020, 3, 31)),
    "first day": lambda: samples.worked_example(as_of=samples.STARTS),
    "empty": samples.empty,
    "without a number": samples.without_a_number,
    "without a number, under way": lambda: samples.without_a_number(as_of=date(2020, 3, 31)),
    "other paces": samples.other_paces,
    "each area": samples.each_area,
}


@cache
def evaluation(sample):
    return SAMPLES[sample]()


@cache
def reading(form, sample):
    """Each file is made once; several tests read it."""
    return READERS[form](FORMATS[form].render(evaluation(sample)))


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", READERS)
def test_windows_read_back_equal(form, sample):
    assert reading(form, sample).windows == expected_windows(evaluation(sample))


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample.startswith("without")])
@pytest.mark.parametrize("form", READERS)
def test_requests_deliverables_and_efforts_read_back_equal(form, sample):
    assert reading(form, sample).others == expected_others(evaluation(sample))


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample.startswith("without")])
def test_pdf_requests_deliverables_and_efforts_read_back_equal(sample):
    text = squeezed(read_pdf(FORMATS["pdf"].render(evaluation(sample))).text)

    for _number, *told in expected_others(evaluation(sample)):
        if len(told) == 4:  # the days of the window stand between its name and its numbers
            assert re.search(rf"{told[0]}(\d{{8}}){{2}}{''.join(map(str, told[1:]))}", text)
        else:
            shown = squeezed("".join("–" if value is None else str(value) for value in told))
            assert shown in text


def test_files_say_what_was_not_answered_and_how_late():
    text = reading("html", "without a number").text.replace("\u00a0", " ")

    assert "3 av 4 önskemål besvarade" in text
    assert "inga önskemål" in text
    assert "klart 12 mars 2020, 40 dagar efter utlovad dag" in text.casefold()
    assert "går inte att mäta" in text
    assert "2019-09-01" in text  # asked for, and cancelled


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", ["json", "xlsx", "html", "docx"])
def test_areas_read_back_equal(form, sample):
    assert reading(form, sample).areas == expected_areas(evaluation(sample))


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", READERS)
def test_classes_and_pupils_read_back_equal(form, sample):
    assert reading(form, sample).pupils == expected_pupils(evaluation(sample))


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", READERS)
def test_forecasts_read_back_equal(form, sample):
    assert reading(form, sample).forecasts == expected_forecasts(evaluation(sample))


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", READERS)
def test_what_would_be_enough_reads_back_equal(form, sample):
    expected = expected_left(evaluation(sample))
    if form in {"html", "docx"}:  # in words the last one, or the last day, needs no pace
        told = [
            found.says_pace
            for line in evaluation(sample).lines
            for target in line.targets
            for window in target.progress.windows
            if (found := enough_of(window, as_of=evaluation(sample).as_of))
        ]
        expected = [row if pace else (*row[:3], None, None) for row, pace in zip(expected, told, strict=True)]

    assert reading(form, sample).left == expected


def test_forecasts_of_the_samples_are_of_every_sort():
    """So that the test above reads a range, a reason, and nothing where all is settled."""
    told = expected_forecasts(evaluation("under way"))

    assert (3, "2019–2020") in {row[:2] for row in told if row[2] is not None}
    assert {row[4] for row in told if row[2] is None} == {
        "klasser bokas i förväg",
        "rader står för flera på en gång eller för en hel månad",
    }
    assert {row[4] for row in expected_forecasts(evaluation("first day"))} == {
        "klasser bokas i förväg",
        "färre än 28 dagar har gått",
        "rader står för flera på en gång eller för en hel månad",
    }
    assert expected_forecasts(evaluation("worked")) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_pdf_forecasts_read_back_equal(sample):
    text = squeezed(read_pdf(FORMATS["pdf"].render(evaluation(sample))).text)

    for told in pdf_forecasts(evaluation(sample)):
        assert told in text


@pytest.mark.parametrize("sample", SAMPLES)
def test_pdf_windows_and_areas_read_back_equal(sample):
    text = squeezed(read_pdf(FORMATS["pdf"].render(evaluation(sample))).text)

    for numbers, verdict in pdf_rows(evaluation(sample)):
        assert numbers in text
        assert verdict in text.split(numbers, 1)[1][:60]
    for _number, area, actual in expected_areas(evaluation(sample)):
        assert f"{area}{'uppgiftsaknas' if actual is None else actual}" in text


@pytest.mark.parametrize("form", [*READERS, "pdf"])
def test_read_back_from_the_database(db, form):
    """From stored rows to the file, by the same way as the export button."""
    stored = load_evaluation(make_worked_example(), as_of=AS_OF, sees_plans=False, with_activities=True)
    content = FORMATS[form].render(stored)

    if form == "pdf":
        text = squeezed(read_pdf(content).text)
        assert all(numbers in text for numbers, _verdict in pdf_rows(stored))
    else:
        assert READERS[form](content).windows == expected_windows(stored)


def test_worked_example_says_what_the_file_says():
    """The expectations above come from the object; these stand for themselves."""
    (*coverage, sol_2019, sol_2020, visible, operations) = READERS["docx"](
        FORMATS["docx"].render(samples.worked_example())
    ).windows

    assert [row[3] for row in coverage] == [6, 5, 6]
    assert sol_2019 == (2, "2019", 50, 52, 104, "Uppfyllt")
    assert sol_2020 == (2, "2020", 50, 47, 94, "Ej uppfyllt")
    assert visible == (3, "2019–2020", 25, 27, 108, "Uppfyllt")
    assert operations == (4, "2019–2020", 25, 24, 96, "Ej uppfyllt")


@pytest.mark.parametrize("form", FORMATS)
def test_draft_and_example_data_are_marked(form):
    content = FORMATS[form].render(samples.worked_example())

    if form == "json":
        data = json.loads(content)
        assert (data["draft"], data["promise"]["example_data"]) == (True, True)
    else:
        text = (READERS | {"pdf": read_pdf})[form](content).text
        assert "UTKAST" in text
        assert "Exempeldata" in text


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_signed_and_real_is_not_marked(form):
    example = samples.worked_example()
    signed = replace(example, draft=False, promise=replace(example.promise, example_data=False))

    text = (READERS | {"pdf": read_pdf})[form](FORMATS[form].render(signed)).text

    assert "UTKAST" not in text
    assert "Exempeldata" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_locked_periods_are_told(form):
    locked = (
        LockedLine(date(2019, 1, 1), date(2019, 12, 31), since=date(2020, 2, 3)),
        LockedLine(date(2020, 3, 1), date(2020, 3, 31), since=date(2020, 4, 5)),
    )
    content = FORMATS[form].render(replace(samples.worked_example(), locked=locked))

    if form == "json":
        first, second = json.loads(content)["locked"]
        assert first == {"first": "2019-01-01", "last": "2019-12-31", "since": "2020-02-03"}
        assert second["since"] == "2020-04-05"
        jsonschema.validate(json.loads(content), SCHEMA)
    elif form == "csv":
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
        told = "2019-01-01–2019-12-31 (2020-02-03)|2020-03-01–2020-03-31 (2020-04-05)"
        assert {row[header.index("låsta perioder")] for row in rows} == {told}
    else:
        text = squeezed((READERS | {"pdf": read_pdf})[form](content).text)
        first = "Perioden 1 januari 2019 till 31 december 2019 är låst sedan 3 februari 2020"
        second = "Perioden 1 mars 2020 till 31 mars 2020 är låst sedan 5 april 2020"
        assert squeezed(first) in text
        assert squeezed(second) in text


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_locked_is_not_mentioned(form):
    content = FORMATS[form].render(samples.worked_example())

    if form == "json":
        assert "locked" not in json.loads(content)
    elif form == "csv":
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
        assert {row[header.index("låsta perioder")] for row in rows} == {""}
    else:
        assert "låst" not in (READERS | {"pdf": read_pdf})[form](content).text


@pytest.mark.parametrize("form", FORMATS)
def test_bare_promise_renders(form):
    """No commitments, no parties, the day before it begins."""
    assert FORMATS[form].render(samples.bare())


@pytest.mark.parametrize("form", FORMATS)
def test_english_is_complete(form):
    with translation.override("en"):
        content = FORMATS[form].render(samples.worked_example())

    if form not in ("json", "csv", "xlsx"):
        text = (READERS | {"pdf": read_pdf})[form](content).text
        assert "Partly kept" in text
        assert "Delvis uppfyllt" not in text
        assert "DRAFT" in text
        assert "31 December 2020" in text


@pytest.mark.parametrize("typed", samples.NASTY)
@pytest.mark.parametrize("form", ["json", "html", "docx", "xlsx", "pdf"])
def test_typed_text_comes_out_literally(form, typed, nasty_files):
    text = nasty_files[form]

    wanted = json.dumps(typed, ensure_ascii=False)[1:-1] if form == "json" else typed
    if form == "pdf":
        wanted = drawable(wanted)  # PDF/A has no emoji: "[grinning face]"
    assert squeezed(wanted) in squeezed(text)


@pytest.fixture(scope="module")
def nasty_files():
    readers = READERS | {"pdf": read_pdf}
    forms = ["json", "html", "docx", "xlsx", "pdf"]
    return {form: readers[form](FORMATS[form].render(samples.nasty())).text for form in forms}


def test_html_has_no_script_and_fetches_nothing():
    page = html.fromstring(FORMATS["html"].render(samples.nasty()).decode())

    assert not list(page.iter("script", "link", "iframe", "object", "embed"))
    assert not list(page.iter("img"))
    assert all(use.get("href").startswith("#") for use in page.iter("use"))
    assert page.get("lang") == "sv-SE"


def test_html_data_cells_have_headers():
    page = html.fromstring(FORMATS["html"].render(samples.worked_example()).decode())

    for table in page.iter("table"):
        assert table.findtext("caption")
        assert all(cell.get("scope") == "col" for cell in table.find("thead").iter("th"))
        assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in table.find("tbody"))


def test_xlsx_has_no_formula_and_numbers_are_numbers():
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(samples.nasty())))

    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in types
    assert {"n", "s", "d"} <= types


def test_xlsx_sheets_are_frozen_filtered_and_marked():
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].render(samples.worked_example())))

    assert book.sheetnames == [
        "Sammanfattning",
        "Åtaganden",
        "Delperioder",
        "Områden",
        "Kategorier",
        "Klasser",
        "Aktiviteter",
        "Inställda",
        "Effekter",
        "Metod",
        "Ändringar",
    ]
    for sheet in book:
        assert sheet["A1"].value.startswith("UTKAST · Exempeldata")
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes.endswith("3")
        assert sheet.auto_filter.ref


def test_xlsx_charts_have_alt_texts():
    with zipfile.ZipFile(io.BytesIO(FORMATS["xlsx"].render(samples.worked_example()))) as book:
        drawings = [
            book.read(name).decode() for name in book.namelist() if name.startswith("xl/drawings/draw")
        ]

    assert len(drawings) == 2
    assert all('descr="Staplar med utfallet' in drawing for drawing in drawings)


def test_csv_typed_text_is_no_formula():
    content = to_csv.render(samples.nasty()).decode("utf-8-sig")

    assert "'=1+1" in content
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]


def test_csv_decimal_comma_and_stable_columns():
    first, *rows = to_csv.render(samples.worked_example()).decode("utf-8-sig").splitlines()

    assert first.split(";")[:6] == ["schema", "löfte", "löftets namn", "läget den", "anmärkning", "åtagande"]
    assert ";0,94;94;50,00;not_kept;" in rows[4]


def test_csv_commitment_without_target_is_a_row():
    example = samples.worked_example()
    words_only = replace(example, lines=(replace(example.lines[0], targets=()),))

    header, row = to_csv.render(words_only).decode("utf-8-sig").splitlines()

    assert row.count(";") == header.count(";")


@pytest.mark.parametrize("make", [*SAMPLES.values(), samples.bare, samples.nasty])
def test_json_follows_its_schema(make):
    jsonschema.validate(
        json.loads(to_json.render(make())), SCHEMA, format_checker=jsonschema.FormatChecker(["date"])
    )


def test_json_schema_refuses_another_field():
    data = json.loads(to_json.render(samples.worked_example()))
    data["commitments"][0]["colour"] = "blue"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)


def test_json_is_canonical_and_the_same_in_every_language():
    swedish = to_json.render(samples.worked_example())
    with translation.override("en"):
        english = to_json.render(samples.worked_example())

    assert swedish == english
    assert to_json.canonical(json.loads(swedish)) + b"\n" == swedish


def test_json_refuses_a_float():
    with pytest.raises(TypeError, match=r"0\.1"):
        to_json.canonical({"a": [{"b": 0.1}]})


def test_file_name_has_slug_day_and_suffix():
    name = file_name(samples.worked_example(), FORMATS["pdf"])

    assert name == "utvardering-malmo-vaster-2019-2020-2020-12-31.pdf"
