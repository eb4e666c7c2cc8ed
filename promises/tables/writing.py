"""Files that we hand out: CSV that Swedish Excel opens as it is, and workbooks in which text is text."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from xlsxwriter import Workbook

from promises.tables.text import protect

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A line at a time, with BOM and semicolons."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=";")
    writer.writerow(columns)
    yield line.getvalue().encode("utf-8-sig")
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([protect(cell) for cell in row])
        yield line.getvalue().encode()


def workbook_in(file: IO[bytes], *, row_by_row: bool = False) -> Workbook:
    """Text is stored as text, whatever it begins with. ``row_by_row``: rows are written from the first to the last
    and not kept in memory."""
    return Workbook(
        file,
        {
            "constant_memory": row_by_row,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
