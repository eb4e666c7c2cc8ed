"""The log as a file, through the filters it is shown with: a line for each act, the newest first."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from activities.logbook.words import Line
from promises.tables import writing

COLUMNS = ("tid", "vem", "händelse", "vad", "om", "åtagande", "ändringar", "varför", "undantag")
"""Swedish, as in the list of activities; ``undantag``: "ja" for what was made by exception in a locked period."""
_WIDTHS = {"tid": 17, "vem": 24, "händelse": 60, "vad": 18, "om": 22, "ändringar": 60, "varför": 40}


def csv_lines(lines: Iterable[Line]) -> Iterator[bytes]:
    return writing.csv_lines(COLUMNS, map(_cells, lines))


def xlsx_file(lines: Iterable[Line]) -> IO[bytes]:
    """An open temporary file. Text is stored as text, whatever it begins with."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it has been sent
    workbook = writing.workbook_in(file, row_by_row=True)
    bold = workbook.add_format({"bold": True})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = workbook.add_worksheet("Historik")
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(name, 10))
        sheet.write_string(0, place, name, bold)
    for number, line in enumerate(lines, start=1):
        sheet.write_datetime(number, 0, line.at.replace(tzinfo=None), moment)
        for place, cell in enumerate(_cells(line)[1:], start=1):
            if place == COLUMNS.index("åtagande") and cell:
                sheet.write_number(number, place, int(cell))
            elif cell:
                sheet.write_string(number, place, cell)
    workbook.close()
    file.seek(0)
    return file


def _cells(line: Line) -> list[str]:
    changes = [f"{one.label}: {one.old or '–'} → {one.new or '–'}" for one in line.fields]
    return [
        line.at.strftime("%Y-%m-%d %H:%M"),
        line.who,
        line.sentence,
        line.action,
        line.group,
        "" if line.number is None else str(line.number),
        "\n".join(changes),
        line.why,
        "ja" if line.by_exception else "",
    ]
