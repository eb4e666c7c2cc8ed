"""A workbook: numbers as numbers, days as days, charts that Excel draws itself. Typed text never becomes a
formula.

Every sheet: line 1 the marks and the title, line 2 the headings (frozen, with filter), then the rows.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from reports.evaluation import Evaluation
from reports.progress import rounded_down
from reports.renderers import sheets
from reports.renderers.change_sheets import change_sheets
from reports.renderers.colours import status_colours
from reports.renderers.content import document
from reports.renderers.document import Bullets, Chip, Facts, Paragraph
from reports.renderers.plain import xml_text
from reports.renderers.sheets import HEAD, Sheet, Value
from reports.status import Status

SUMMARY_WIDTHS = (22, 90)
LINE_HEIGHT, TALLEST = 15, 400  # points; Excel's limit is 409
LONGEST = 32_000  # Excel refuses a cell of more than 32,767 characters


def render(evaluation: Evaluation) -> bytes:
    out = io.BytesIO()
    # constant_memory: a row is written before the next is begun, and 10,000 rows cost no more than ten.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        writer = _Writer(book, evaluation)
        writer.summary()
        for sheet in (*sheets.all_sheets(evaluation), *change_sheets(evaluation)):
            writer.write(sheet)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Formats:
    """The looks of cells; a workbook's formats belong to it, so each file has its own."""

    mark: Any
    head: Any
    wrap: Any
    number: Any
    name: Any
    decimal: Any
    percent: Any
    day: Any
    month: Any
    clock: Any
    lead: Any
    statuses: dict[str, Any]


class _Writer:
    def __init__(self, book: Any, evaluation: Evaluation) -> None:
        self.book = book
        # Of the document only the title page and the summary are used: its lists of rows need not be made.
        lines = tuple(replace(line, activities=()) for line in evaluation.lines)
        self.document = document(replace(evaluation, lines=lines))
        self.evaluation = evaluation
        self.formats = _formats(book)
        book.set_properties(
            {
                "title": _clipped(self.document.title)[:255],
                "subject": self.document.description,
                "author": self.document.author[:255],
                "keywords": ", ".join(self.document.marks),
                "created": datetime.combine(evaluation.as_of, time()),
            }
        )

    def summary(self) -> None:
        """The document's title page and its first section."""
        sheet = self._begin(_("Summary"), SUMMARY_WIDTHS)
        row = 1
        for text in self.document.marks_explained:
            sheet.write_string(row, 1, text, self.formats.mark)
            row += 1
        for label, value in self.document.cover.rows:
            self._height(sheet, row, [label, str(value)], SUMMARY_WIDTHS)
            sheet.write_string(row, 0, label, self.formats.head)
            self._cell(sheet, row, 1, value if isinstance(value, Chip) else str(value))
            row += 1
        for block in self.document.sections[0].blocks:
            if isinstance(block, Paragraph):
                look = self.formats.lead if block.tone == "lead" else self.formats.wrap
                self._height(
                    sheet, row, ["", block.text * (2 if block.tone == "lead" else 1)], SUMMARY_WIDTHS
                )
                sheet.write_string(row, 1, _clipped(block.text), look)
                row += 1
            elif isinstance(block, Bullets):
                for item in block.items:
                    self._height(sheet, row, ["", item], SUMMARY_WIDTHS)
                    sheet.write_string(row, 1, _clipped(item), self.formats.wrap)
                    row += 1
            elif isinstance(block, Facts):
                raise TypeError("the summary has no facts")

    def write(self, content: Sheet) -> None:
        sheet = self._begin(content.name, [column.width for column in content.columns])
        widths = [column.width for column in content.columns]
        self._height(sheet, HEAD, [column.label for column in content.columns], widths)
        for index, column in enumerate(content.columns):
            sheet.write_string(HEAD, index, column.label, self.formats.head)
        sheet.freeze_panes(HEAD + 1, content.frozen)
        sheet.repeat_rows(0, HEAD)
        row = HEAD
        for row, values in enumerate(content.rows, start=HEAD + 1):
            self._height(sheet, row, values, widths)
            for index, value in enumerate(values):
                self._cell(sheet, row, index, value, form=content.columns[index].form)
        sheet.autofilter(HEAD, 0, row, len(content.columns) - 1)
        if content.chart and row > HEAD:
            self._chart(sheet, content, last=row)

    def _begin(self, name: str, widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        mark = " · ".join(self.document.marks)
        sheet.write_string(0, 0, " · ".join(part for part in (mark, _clipped(self.document.title)) if part))
        sheet.set_row(0, 24, self.formats.mark)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{mark}&R&A")
        sheet.set_footer("&R&P / &N")
        return sheet

    def _height(self, sheet: Any, row: int, values: Sequence[Value], widths: Sequence[int]) -> None:
        """Room for wrapped text: not every program finds the height by itself."""
        lines = max(
            (_lines(value, width) for value, width in zip(values, widths, strict=True)),
            default=1,
        )
        if lines > 1:
            sheet.set_row(row, min(LINE_HEIGHT * lines, TALLEST))

    def _cell(self, sheet: Any, row: int, column: int, value: Value, *, form: str = "") -> None:
        formats = self.formats
        if value is None:
            return
        if isinstance(value, Chip):
            sheet.write_string(row, column, value.text, formats.statuses[value.status])
        elif isinstance(value, str):
            sheet.write_string(row, column, _clipped(value), formats.wrap)
        elif isinstance(value, Fraction):
            sheet.write_number(row, column, float(rounded_down(value)), formats.percent)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), formats.decimal)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, formats.name if form == "name" else formats.number)
        elif isinstance(value, time):
            sheet.write_datetime(row, column, value, formats.clock)
        else:
            sheet.write_datetime(
                row,
                column,
                datetime.combine(value, time()),
                formats.month if form == "month" else formats.day,
            )

    def _chart(self, sheet: Any, content: Sheet, *, last: int) -> None:
        wanted = content.chart
        if wanted is None:
            return
        chart = self.book.add_chart({"type": "bar"})
        first, final = wanted.categories
        for column, colour in zip(wanted.series, ("#12477f", "#8ba2bf"), strict=False):
            chart.add_series(
                {
                    "name": [content.name, HEAD, column],
                    "categories": [content.name, HEAD + 1, first, last, final],
                    "values": [content.name, HEAD + 1, column, last, column],
                    "fill": {"color": colour},
                    "data_labels": {"value": True},
                }
            )
        chart.set_title({"name": wanted.title, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#dedbd2"}}})
        chart.set_legend({"position": "bottom"} if len(wanted.series) > 1 else {"none": True})
        chart.set_size({"width": 760, "height": 160 + 44 * (last - HEAD)})
        sheet.insert_chart(
            last + 2, 1, chart, {"description": xml_text(_clipped(wanted.alt)), "object_position": 2}
        )


def _lines(value: Value, width: int) -> int:
    if not isinstance(value, str):
        return 1
    return sum(max(-(-len(line) // max(width - 1, 1)), 1) for line in value.split("\n"))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _formats(book: Any) -> _Formats:
    base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}

    def look(**extra: Any) -> Any:
        return book.add_format(base | extra)

    statuses = {}
    for code in Status:
        colour, ground = status_colours(code)
        statuses[str(code)] = look(bold=True, font_color=f"#{colour}", bg_color=f"#{ground}")
    return _Formats(
        mark=look(bold=True, font_color="#9c1f1f"),
        head=look(bold=True, text_wrap=True, font_color="#55606e", bottom=1),
        wrap=look(text_wrap=True),
        number=look(num_format="#,##0"),
        name=look(align="left"),
        decimal=look(num_format="#,##0.0#"),
        percent=look(num_format="0%"),
        day=look(num_format="yyyy-mm-dd", align="left"),
        month=look(num_format="yyyy-mm", align="left"),
        clock=look(num_format="hh:mm", align="left"),
        lead=look(bold=True, text_wrap=True, font_size=13),
        statuses=statuses,
    )
