"""A workbook to fill in: the schools and läsår of the promise to choose from, and the classes one knows already."""

import io

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from promises import school_year
from promises.class_import.rows import COLUMNS, SHEET
from promises.models import Promise, SchoolClass
from promises.models.register import MAX_PUPILS

_LISTS = "Listor"
_WIDTHS = (30, 12, 12, 10, 10)
_ROWS = 500  # with choices; more may be written


def template(promise: Promise, year: int) -> bytes:
    """The register of a läsår as it stands. Where a school has none, last läsår's names, without numbers of pupils."""
    file = io.BytesIO()
    workbook = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, text = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "@"})
    sheet = workbook.add_worksheet(SHEET)
    sheet.freeze_panes(1, 0)
    for place, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(place, place, width, text if name in ("skola", "läsår", "klass") else None)
        sheet.write_string(0, place, name, bold)
    for number, (school, label, grade, pupils) in enumerate(_known(promise, year), start=1):
        sheet.write_string(number, 0, school, text)
        sheet.write_string(number, 1, school_year.label(year), text)
        sheet.write_string(number, 2, label, text)
        sheet.write_number(number, 3, grade)
        if pupils is not None:
            sheet.write_number(number, 4, pupils)
    _choices(workbook, sheet, promise)
    workbook.close()
    return file.getvalue()


def _known(promise: Promise, year: int) -> list[tuple[str, str, int, int | None]]:
    """(school, class, grade, pupils). One query."""
    found = SchoolClass.objects.filter(
        school__promise=promise, school_year__in=(year - 1, year), closed_on=None
    ).select_related("school")
    rows = list(found)
    has_year = {row.school_id for row in rows if row.school_year == year}
    return [
        (row.school.name, row.label, row.grade, row.pupils if row.school_year == year else None)
        for row in rows
        if (row.school_year == year) == (row.school_id in has_year)
    ]


def _choices(workbook: Workbook, sheet: Worksheet, promise: Promise) -> None:
    """Drop-downs, and numbers within their limits. The lists stand on a hidden sheet: a school's name is long."""
    lists = workbook.add_worksheet(_LISTS)
    lists.hide()
    schools = [school.name for school in promise.schools.all()]
    years = [school_year.label(year) for year in school_year.touching(promise.starts_on, promise.ends_on)]
    for column, names in enumerate((schools, years)):
        for row, name in enumerate(names):
            lists.write_string(row, column, name)
        if names:
            letter = "AB"[column]
            sheet.data_validation(
                1,
                column,
                _ROWS,
                column,
                {
                    "validate": "list",
                    "source": f"={_LISTS}!${letter}$1:${letter}${len(names)}",
                    "error_title": COLUMNS[column].capitalize(),
                    "error_message": "Välj i listan.",
                },
            )
    for column, least, most in ((3, 0, 9), (4, 1, MAX_PUPILS)):
        sheet.data_validation(
            1,
            column,
            _ROWS,
            column,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": least,
                "maximum": most,
                "error_title": COLUMNS[column].capitalize(),
                "error_message": f"Skriv ett heltal från {least} till {most}.",
            },
        )
