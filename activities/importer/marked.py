"""The file that was sent in, once more, with what is wrong marked in its cells: to put right and send in again."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.utils.translation import gettext as _

from activities.importer.columns import SHEET
from activities.importer.workbooks import WIDTH, WIDTHS, formats, on_paper, write_cell
from activities.models import ImportRow
from promises.tables.writing import workbook_in

_AUTHOR = "Medborgarlöfte"


def marked_file(columns: Sequence[str], lines: Iterable[ImportRow]) -> BytesIO:
    """At its beginning. ``lines`` in their order, each on the row it had.

    Cells at fault are red, and a note says why and what to write. A column that is missing is put last. A second
    sheet, which is not read in, lists them all.
    """
    lines = list(lines)
    missing = {one["column"] for line in lines for one in line.faults} - {"", *columns}
    places = {name: place for place, name in enumerate([*columns, *sorted(missing)])}
    file = BytesIO()
    workbook = workbook_in(file, row_by_row=True)
    looks = formats(workbook)
    sheet = workbook.add_worksheet(SHEET)
    on_paper(sheet)
    sheet.freeze_panes(1, 0)
    for name, place in places.items():
        sheet.set_column(place, place, WIDTHS.get(name, WIDTH))
        sheet.write_string(0, place, name, looks["head"])
    for line in lines:
        _write(sheet, line, places, looks)
    _list_faults(workbook.add_worksheet(_("To put right")), lines, looks)
    workbook.close()
    file.seek(0)
    return file


def _write(sheet, line: ImportRow, places: dict[str, int], looks: dict) -> None:
    """One row. Its faults without a column are told at its first cell."""
    reasons: dict[str, list[str]] = {}
    first = next(iter(places))
    for one in line.faults:
        reasons.setdefault(one["column"] or first, []).append(one["reason"])
    for name, place in places.items():
        text = line.cells.get(name, "")
        if name in reasons:
            write_cell(
                sheet, line.number - 1, place, name, text, day=looks["wrong_day"], other=looks["wrong"]
            )
            note = "\n\n".join(dict.fromkeys(reasons[name]))
            sheet.write_comment(
                line.number - 1, place, note, {"author": _AUTHOR, "x_scale": 2.4, "y_scale": 1.4}
            )
        elif text:
            write_cell(sheet, line.number - 1, place, name, text, day=looks["day"])


def _list_faults(sheet, lines: Iterable[ImportRow], looks: dict) -> None:
    on_paper(sheet)
    sheet.freeze_panes(1, 0)
    headers = ((_("Row"), 8), (_("Column"), 14), (_("Stands there"), 30), (_("What to write instead"), 90))
    for place, (header, width) in enumerate(headers):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, header, looks["head"])
    number = 0
    for line in lines:
        for one in line.faults:
            number += 1
            sheet.set_row(number, 15.5 * (1 + len(one["reason"]) // 85))
            sheet.write_number(number, 0, line.number, looks["wrap"])
            sheet.write_string(number, 1, one["column"], looks["wrap"])
            sheet.write_string(
                number, 2, _("personal data, not kept") if one["secret"] else one["value"] or ""
            )
            sheet.write_string(number, 3, one["reason"], looks["wrap"])
