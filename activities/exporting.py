"""The list of activities as a file with the columns of the import, so that it can be read in again.

Voided rows are left out: read in elsewhere they would be alive again.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from typing import IO

from activities.entries import entry_of
from activities.importer.columns import COLUMNS, DAYS, NUMBERS, SHEET, cells
from activities.models import Activity, ActivityQuerySet
from promises.tables import writing

_AT_ONCE = 500
_WIDTHS = {"id": 38, "typ": 28, "områden": 24, "parter": 24, "skola": 20, "anteckning": 50, "orsak": 30}


def csv_lines(rows: ActivityQuerySet) -> Iterator[bytes]:
    contents = (_content(row) for row in _in_order(rows))
    return writing.csv_lines(COLUMNS, ([content[name] for name in COLUMNS] for content in contents))


def xlsx_file(rows: ActivityQuerySet) -> IO[bytes]:
    """An open temporary file. Text is stored as text, whatever it begins with; numbers and days as such."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it has been sent
    workbook = writing.workbook_in(file, row_by_row=True)
    bold = workbook.add_format({"bold": True})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet(SHEET)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(name, 11))
        sheet.write_string(0, place, name, bold)
    for number, row in enumerate(_in_order(rows), start=1):
        content = _content(row)
        for place, name in enumerate(COLUMNS):
            text = content[name]
            if not text:
                continue
            if name in NUMBERS:
                sheet.write_number(number, place, int(text))
            elif name in DAYS:
                sheet.write_datetime(number, place, date.fromisoformat(text), day)
            else:
                sheet.write_string(number, place, text)
    workbook.close()
    file.seek(0)
    return file


def _in_order(rows: ActivityQuerySet) -> Iterator[Activity]:
    rows = rows.valid().with_names().order_by("occurred_on", "logged_at", "pk")
    yield from rows.iterator(chunk_size=_AT_ONCE)


def _content(row: Activity) -> dict[str, str]:
    return {"id": row.client_key, **cells(row.commitment.number, entry_of(row))}
