"""What a file may look like, and what is refused before any row is read."""

import io
import zipfile
from datetime import date, time

import pytest
from xlsxwriter import Workbook

from activities.importer.columns import COLUMNS, protect, unprotect
from activities.importer.faults import InvalidImportError
from activities.importer.reading import read
from activities.tests.importing import VISIBLE, Files
from promises.tables import reading, xlsx


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def refusal(path):
    with pytest.raises(InvalidImportError) as caught:
        read(path)
    return caught.value.faults


def one_refusal(path):
    [fault] = refusal(path)
    return fault


def rows_of(path):
    return [(row.number, {name: text for name, text in row.cells.items() if text}) for row in read(path).rows]


@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("bom", [True, False])
def test_csv_separators_and_bom(files, delimiter, bom):
    path = files.csv(VISIBLE | {"anteckning": "a;b,c"}, delimiter=delimiter, bom=bom)

    assert rows_of(path) == [(2, VISIBLE | {"anteckning": "a;b,c"})]


def test_csv_columns_in_any_order_case_and_room(files):
    path = files.text("  Antal ;ÅTAGANDE; Datum\n2;3;2019-03-14\n")

    assert rows_of(path) == [(2, {"antal": "2", "åtagande": "3", "datum": "2019-03-14"})]


def test_csv_rows_are_numbered_as_a_spreadsheet_does(files):
    text = 'datum;åtagande;anteckning\n2019-03-14;3;"en\nannan"\n\n;;\n2019-03-15;3\n'

    assert [number for number, _cells in rows_of(files.text(text))] == [2, 5]


def test_csv_row_may_end_early_and_with_empty_cells(files):
    path = files.text("datum;åtagande;länk;\n2019-03-14;3\n2019-03-15;3;;;;\n")

    assert len(rows_of(path)) == 2


def test_csv_row_with_a_cell_too_many(files):
    fault = one_refusal(files.text("datum,åtagande,anteckning\n2019-03-14,3,lugnt, men kallt\n"))

    assert fault.row == 2
    assert "lugnt" not in str(fault)


def test_csv_line_breaks_of_every_kind(files):
    path = files.text("datum;åtagande\r2019-03-14;3\r")

    assert len(rows_of(path)) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_csv_other_encoding(files, encoding):
    fault = one_refusal(files.text("datum;åtagande;områden\n2019-03-14;3;Kroksbäck\n".encode(encoding)))

    assert "UTF-8" in fault.reason


def test_csv_other_encoding_names_the_line(files):
    text = b"datum;antal\n2019-03-14;1\n" + "2019-03-14;två\n".encode("cp1252")

    assert "3" in one_refusal(files.text(text)).reason


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n  \n",
        b"datum;\xc3\xa5tagande\n",
        b"datum;\xc3\xa5tagande\n;\n",
        b"datum;\xc3\xa5tagande\n2019\x00;3\n",
        b'datum;\xc3\xa5tagande\n"2019-03-14;3\n',
        b'datum;\xc3\xa5tagande\n"2019"-03-14;3\n',
        b"PK\x03\x04 and so on",
    ],
    ids=["empty", "blank", "header", "empty rows", "NUL", "open quote", "quote inside", "workbook"],
)
def test_csv_that_is_none(files, content):
    assert one_refusal(files.text(content)).reason


def test_csv_cell_larger_than_any_note(files):
    one_refusal(files.text("datum;åtagande;anteckning\n2019-03-14;3;" + "a" * 200_000))


def test_renamed_column_is_named_with_the_known_ones(files):
    faults = refusal(files.text("datum;åtagande;antalet\n2019-03-14;3;2\n"))

    assert [fault.row for fault in faults] == [1]
    assert "antalet" in faults[0].reason
    assert "antal, områden" in faults[0].reason


@pytest.mark.parametrize(("missing", "column"), [("datum", "datum"), ("åtagande", "åtagande")])
def test_missing_column(files, missing, column):
    row = {name: text for name, text in VISIBLE.items() if name != missing}

    fault = one_refusal(files.csv(row))

    assert (fault.row, fault.column) == (1, column)


def test_column_twice(files):
    fault = one_refusal(files.text("datum;åtagande;Datum\n2019-03-14;3;2019-03-15\n"))

    assert (fault.row, fault.column) == (1, "datum")


def test_header_with_personal_data_is_not_repeated(files):
    [fault] = refusal(files.text("datum;åtagande;070-123 45 67\n2019-03-14;3;\n"))

    assert "070" not in str(fault)
    assert "3" in fault.reason


def test_too_many_rows(files, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    row = "2019-03-14;3\n"

    assert len(read(files.text("datum;åtagande\n" + 2 * row)).rows) == 2
    assert "2" in one_refusal(files.text("datum;åtagande\n" + 3 * row)).reason


@pytest.mark.parametrize("name", ["rader.csv", "rader.xlsx"])
def test_too_large_is_refused_unread(files, name, monkeypatch):
    path = files.folder / name
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _path: pytest.fail("read"))

    assert "10" in one_refusal(path).reason


@pytest.mark.parametrize("name", ["rader.xls", "rader.txt", "rader"])
def test_other_kinds_of_files(files, name):
    assert ".xlsx" in one_refusal(files.text("x", name)).reason


def test_file_that_is_not_there(files):
    assert "borta.csv" in one_refusal(files.folder / "borta.csv").reason
    (files.folder / "mapp.csv").mkdir()
    assert "mapp.csv" in one_refusal(files.folder / "mapp.csv").reason


def test_xlsx_cells_are_read_as_they_are_typed(files):
    row = {
        "datum": date(2019, 3, 14),
        "åtagande": 3,
        "antal": 2.0,
        "tid": time(18, 30),
        "nådda": 1.5,
        "anteckning": " två\nrader ",
        "typ": "'=1",
    }

    assert rows_of(files.xlsx(row)) == [
        (
            2,
            {
                "datum": "2019-03-14",
                "åtagande": "3",
                "antal": "2",
                "tid": "18:30:00",
                "nådda": "1.5",
                "anteckning": "två\nrader",
                "typ": "'=1",
            },
        )
    ]


def test_xlsx_sheet_by_name_wherever_it_stands(files):
    assert len(read(files.xlsx(VISIBLE, sheets=("Läs mig", "aktiviteter "))).rows) == 1


def test_xlsx_first_sheet_that_is_shown(files):
    path = files.folder / "rader.xlsx"
    with Workbook(path) as workbook:
        hidden, shown = workbook.add_worksheet("Dold"), workbook.add_worksheet("Rader")
        hidden.hide()
        shown.set_first_sheet()
        shown.activate()
        shown.write_row(0, 0, ["datum", "åtagande"])
        shown.write_row(1, 0, ["2019-03-14", 3])

    assert rows_of(path) == [(2, {"datum": "2019-03-14", "åtagande": "3"})]


def test_xlsx_wrong_sheet_names_the_sheets(files):
    said = "\n".join(map(str, refusal(files.xlsx(VISIBLE, sheets=("Läs mig", "Rader")))))

    assert "Läs mig" in said
    assert "Rader" in said
    assert "åtagande" in said


def test_xlsx_renamed_column(files):
    assert "antalet" in "\n".join(map(str, refusal(files.xlsx({"datum": 1, "åtagande": 3, "antalet": 2}))))


def test_xlsx_formula_names_its_cell(files):
    fault = one_refusal(files.xlsx(VISIBLE | {"antal": "=1+1"}))

    assert "D2" in fault.reason


def test_xlsx_formulas_of_other_sheets_are_their_own_business(files):
    path = files.folder / "rader.xlsx"
    with Workbook(path) as workbook:
        workbook.add_worksheet("Summa").write_formula(0, 0, "=1+1")
        sheet = workbook.add_worksheet("Aktiviteter")
        sheet.write_row(0, 0, ["datum", "åtagande"])
        sheet.write_row(1, 0, ["2019-03-14", 3])

    assert len(read(path).rows) == 1


def test_xlsx_many_formulas_are_not_all_listed(files):
    faults = refusal(files.xlsx(*[VISIBLE | {"antal": "=1+1"}] * 50))

    assert len(faults) == 21
    assert "30" in faults[-1].reason


def test_xlsx_with_a_password(files):
    fault = one_refusal(files.text(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "rader.xlsx"))

    assert "CSV UTF-8" in fault.reason


def remade(path, change):
    """The workbook with its parts run through ``change``: name, content -> content; None leaves it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def test_xlsx_with_macros(files):
    path = files.xlsx(VISIBLE)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")

    assert "makro" in one_refusal(path).reason or "macro" in one_refusal(path).reason


def test_xlsx_zip_bomb(files, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 1_000_000)
    path = files.xlsx(VISIBLE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/extra.xml", b"<a/>" * 1_000_000)
    assert path.stat().st_size < 50_000

    assert one_refusal(path).reason


def test_xlsx_long_text_that_many_cells_point_at(files, monkeypatch):
    """A few kilobytes that would become gigabytes: each cell gets a copy of the text."""
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 1_000_000)
    path = files.xlsx(*[VISIBLE | {"anteckning": "a" * 30_000}] * 40)
    assert path.stat().st_size < 50_000

    assert "1 MB" in one_refusal(path).reason


def test_xlsx_texts_that_fit_are_read(files, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 1_000_000)
    path = files.xlsx(*[VISIBLE | {"anteckning": "a" * 30_000}] * 20)

    assert len(rows_of(path)) == 20


def test_xlsx_cell_far_out_is_not_built_a_table_for(files):
    def far(name, content):
        return content.replace(b'r="A2"', b'r="XFD1048576"') if name.endswith("sheet1.xml") else content

    assert one_refusal(remade(files.xlsx(VISIBLE), far)).reason


def test_xlsx_entities_are_refused(files):
    bomb = b'<!DOCTYPE worksheet [<!ENTITY a "1"><!ENTITY b SYSTEM "file:///etc/hostname">]>'

    def evil(name, content):
        return content.replace(b"?>", b"?>" + bomb, 1) if name.endswith("sheet1.xml") else content

    assert one_refusal(remade(files.xlsx(VISIBLE), evil)).reason


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"],
)
@pytest.mark.parametrize(
    "change", [lambda _content: None, lambda content: content[:100]], ids=["gone", "cut"]
)
def test_xlsx_damaged_part(files, part, change):
    path = remade(files.xlsx(VISIBLE), lambda name, content: change(content) if name == part else content)

    assert refusal(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_xlsx_in_an_encoding_that_does_not_exist(files, part):
    def odd(name, content):
        return content.replace(b'"UTF-8"', b'"UTF-yes"') if name == part else content

    assert refusal(remade(files.xlsx(VISIBLE), odd))


@pytest.mark.parametrize("content", [b"not a zip", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_xlsx_that_is_none(files, content):
    assert one_refusal(files.text(content, "rader.xlsx")).reason


def test_xlsx_cut_anywhere_is_refused_without_traceback(files):
    path = files.xlsx(VISIBLE)
    whole = path.read_bytes()

    for end in range(4, len(whole), 397):
        path.write_bytes(whole[:end])
        assert refusal(path)


def test_xlsx_empty_sheet_names_the_sheets(files):
    path = files.folder / "rader.xlsx"
    with Workbook(path) as workbook:
        workbook.add_worksheet("Tomt")

    assert "Tomt" in "\n".join(map(str, refusal(path)))


@pytest.mark.parametrize(
    "text", ["=1", "+46", "-5 grader", "@a", "\tx", "\rx", "'=1", "''-1", "'citat'", "a=1", "'", ""]
)
def test_protected_text_comes_back_and_is_no_formula(text):
    assert unprotect(protect(text)) == text
    assert not protect(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_columns_are_those_of_the_documentation(settings):
    text = (settings.BASE_DIR / "docs" / "import-format.md").read_text()

    assert [name for name in COLUMNS if f"| `{name}` |" not in text] == []
