"""The workbooks that are handed out: a template that comes in as it is, and the file with its faults marked."""

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from activities.importer.columns import COLUMNS
from activities.importer.rows import names_of
from activities.importer.run import import_file
from activities.importer.template import HELP, examples, template_columns, template_file
from activities.models import Activity
from activities.tests.importing import TODAY, Files, furnish
from activities.tests.importing_pages import PATROL, kept, upload, url, verdicts
from activities.tests.pages import world
from promises.tests.factories import PromiseFactory

__all__ = ["world"]


@pytest.fixture
def promise(db):
    return furnish(PromiseFactory())


def opened(promise):
    with template_file(names_of(promise)) as file:
        return load_workbook(io.BytesIO(file.read()))


def test_template_has_the_columns_that_the_promise_takes(promise):
    book = opened(promise)

    assert book.sheetnames == ["Aktiviteter", "Så fyller du i", "Exempel", "Listor"]
    headers = [cell.value for cell in book["Aktiviteter"][1]]
    assert set(headers) == set(COLUMNS) - {"önskad"}  # nothing here answers requests
    assert book["Aktiviteter"].freeze_panes == "A2"
    assert book["Listor"].sheet_state == "hidden"


@pytest.mark.django_db
def test_template_of_a_promise_without_classes_and_areas_is_narrower():
    names = names_of(PromiseFactory())

    assert not {"skola", "läsår", "klasser", "elever", "områden", "månad", "önskad"} & set(
        template_columns(names)
    )


def test_template_offers_what_may_stand_in_a_cell(promise):
    book = opened(promise)
    sheet = book["Aktiviteter"]
    place = {cell.value: cell.column_letter for cell in sheet[1]}
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        letter = re.match(r"[A-Z]+", str(rule.sqref))[0]
        if rule.type == "list":
            column, _, last = re.fullmatch(r"Listor!\$([A-Z]+)\$(1):\$[A-Z]+\$(\d+)", rule.formula1).groups()
            offered[letter] = [str(book["Listor"][f"{column}{n}"].value) for n in range(1, int(last) + 1)]
    assert offered[place["åtagande"]] == ["1", "2", "3", "4"]
    assert offered[place["områden"]] == ["Holma", "Kroksbäck"]
    assert offered[place["status"]] == ["planerad", "genomförd", "inställd"]
    assert "Nattvandring" in offered[place["typ"]]
    assert offered[place["klasser"]] == ["5A", "5B"]


def test_template_has_no_formula_anywhere(promise):
    """Not even where the promise's own names begin like one."""
    area = promise.areas.first()
    area.name = "=1+1"
    area.save()
    with template_file(names_of(promise)) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 4
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_every_column_is_explained():
    assert HELP.keys() == set(COLUMNS)


def test_examples_of_the_template_can_be_read_in(promise, tmp_path):
    rows = list(examples(names_of(promise)))

    result = import_file(Files(tmp_path).csv(*rows), promise=promise, today=TODAY)

    assert result.added == len(rows) == 4


def test_filled_in_template_is_read_in(world):
    with template_file(names_of(world.actors.promise)) as file:
        book = load_workbook(io.BytesIO(file.read()))
    sheet = book["Aktiviteter"]
    place = {cell.value: cell.column for cell in sheet[1]}
    for name, value in (
        ("datum", "2020-05-01"),
        ("åtagande", 3),
        ("typ", "Fotpatrull"),
        ("områden", "Holma|Kroksbäck"),
    ):
        sheet.cell(2, place[name], value)
    out = io.BytesIO()
    book.save(out)

    answer = upload(world, out.getvalue(), name="mall.xlsx")
    world.client("coordinator").post(answer["Location"])

    [row] = Activity.objects.all()
    assert (str(row.occurred_on), row.kind, row.areas.count()) == ("2020-05-01", world.patrol, 2)


def marked(world, batch):
    answer = world.client("coordinator").get(url(world, "marked", batch.pk))
    return load_workbook(io.BytesIO(b"".join(answer)))


def test_marked_file_has_the_file_s_cells_with_faults_in_red_and_a_note(world):
    batch = kept(
        world,
        PATROL | {"anteckning": "=1+1"},
        PATROL | {"id": "b", "typ": "Fotpatrul", "antal": "många", "anteckning": "ring 070-123 45 67"},
    )

    sheet = marked(world, batch)["Aktiviteter"]

    headers = [cell.value for cell in sheet[1]]
    assert headers == [*PATROL, "anteckning"]
    good, bad = (dict(zip(headers, row, strict=True)) for row in (sheet[2], sheet[3]))
    assert [str(good[name].value)[:10] for name in headers] == [
        "a",
        "2020-05-01",
        "3",
        "Fotpatrull",
        "2",
        "Holma",
        "=1+1",
    ]
    assert good["anteckning"].data_type == "s"
    assert not any(cell.comment for cell in good.values())
    assert {name for name, cell in bad.items() if cell.comment} == {"typ", "antal", "anteckning"}
    assert {name for name, cell in bad.items() if cell.fill.fgColor.rgb == "FFFBE7E4"} == {
        "typ",
        "antal",
        "anteckning",
    }
    assert "Trygghetsvandring" in bad["typ"].comment.text
    assert (bad["typ"].value, bad["antal"].value, bad["anteckning"].value) == ("Fotpatrul", "många", None)


def test_marked_file_lists_its_faults_and_adds_the_column_that_is_missing(world):
    row = {name: text for name, text in PATROL.items() if name != "områden"}

    book = marked(world, kept(world, row))

    assert [cell.value for cell in book["Aktiviteter"][1]] == [*row, "områden"]
    assert book["Aktiviteter"].cell(2, len(row) + 1).comment is not None
    assert [cell.value for cell in book["Att rätta"][2]][:2] == [2, "områden"]


def test_marked_file_keeps_each_row_where_it_stood(world):
    content = "id;datum;åtagande;typ;områden\n\n;;;;\na;2020-05-01;3;Fotpatrul;Holma\n"
    upload(world, content.encode())
    batch = world.actors.promise.imports.get()
    [number] = verdicts(batch)

    assert marked(world, batch)["Aktiviteter"].cell(number, 4).value == "Fotpatrul"


def test_marked_file_put_right_comes_in(world):
    book = marked(world, kept(world, PATROL | {"typ": "Fotpatrul"}))
    book["Aktiviteter"].cell(2, 4, "Fotpatrull")
    out = io.BytesIO()
    book.save(out)

    upload(world, out.getvalue(), name="rättad.xlsx")

    assert verdicts(world.actors.promise.imports.order_by("-at").first()) == {2: "new"}
