"""A CSV or XLSX file of activities as rows of text under the columns of this import."""

from collections.abc import Collection
from pathlib import Path

from django.utils.translation import gettext as _

from activities.importer.columns import COLUMNS, SHEET
from activities.importer.faults import Fault
from promises.tables import reading
from promises.tables.reading import RawRow, Sheet

__all__ = ["LAYOUT", "RawRow", "Sheet", "read", "read_bytes"]


def _missing(names: Collection[str]) -> list[Fault]:
    faults = []
    if "åtagande" not in names:
        faults.append(Fault(_("The column is missing."), 1, "åtagande"))
    if "datum" not in names and "månad" not in names:
        faults.append(Fault(_("The column is missing (“månad” for numbers by month)."), 1, "datum"))
    return faults


LAYOUT = reading.Layout(SHEET, COLUMNS, _missing)


def read(path: Path) -> Sheet:
    """InvalidImportError with everything that is wrong with the file's form."""
    return reading.read(path, LAYOUT)


def read_bytes(data: bytes, *, name: str) -> Sheet:
    """As ``read``, of a file that somebody has sent."""
    return reading.read_bytes(data, name=name, layout=LAYOUT)
