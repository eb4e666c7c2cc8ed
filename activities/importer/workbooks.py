"""Workbooks that we hand out: text is text whatever it begins with, and days and numbers are what they look like."""

import re
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from activities.importer.columns import DAYS, NUMBERS

WIDTHS = {
    "id": 20, "typ": 28, "områden": 24, "parter": 24, "skola": 22, "klasser": 14, "anteckning": 50, "orsak": 30,
    "länk": 30,
}  # fmt: skip
WIDTH = 12

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


def formats(workbook: Workbook) -> dict[str, Any]:
    """The looks our sheets share. ``wrong``: a cell to put right, by its fill and by its border."""
    wrong = {"bg_color": "#fbe7e4", "font_color": "#9c1f1f", "border": 1, "border_color": "#9c1f1f"}
    return {
        "head": workbook.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": "#12477f", "valign": "vcenter", "border": 0}
        ),
        "day": workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "text": workbook.add_format({"num_format": "@"}),
        "wrong": workbook.add_format(wrong),
        "wrong_day": workbook.add_format(wrong | {"num_format": "yyyy-mm-dd", "align": "left"}),
        "title": workbook.add_format({"bold": True, "font_size": 16, "font_color": "#16202c"}),
        "heading": workbook.add_format({"bold": True, "font_size": 13, "font_color": "#12477f"}),
        "bold": workbook.add_format({"bold": True, "valign": "top"}),
        "wrap": workbook.add_format({"text_wrap": True, "valign": "top", "align": "left"}),
        "muted": workbook.add_format({"text_wrap": True, "valign": "top", "font_color": "#55606e"}),
    }


def on_paper(sheet: Any) -> None:
    """A4, as wide as one page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.5, 0.5)


def write_cell(
    sheet: Any, row: int, place: int, name: str, text: str, *, day: Any = None, other: Any = None
) -> None:
    """``text`` under the column ``name``, as the day or number it is, or else as text. ``day``, ``other``: formats."""
    if name in DAYS and _DAY.fullmatch(text) and (found := _iso(text)):
        sheet.write_datetime(row, place, found, day)
    elif name in NUMBERS and _NUMBER.fullmatch(text):
        sheet.write_number(row, place, int(text), other)
    elif text:
        sheet.write_string(row, place, text, other)
    else:
        sheet.write_blank(row, place, None, other)


def _iso(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year >= 1900 else None  # a workbook knows no earlier day
