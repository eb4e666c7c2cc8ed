"""A promise with one commitment of each form, and files to import into it."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlsxwriter import Workbook

from activities.importer.faults import Fault, InvalidImportError
from activities.importer.run import import_file
from promises.models import Promise
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    SchoolClassFactory,
    SchoolFactory,
)

TODAY = date(2020, 6, 1)

VISIBLE = {
    "datum": "2019-03-14",
    "åtagande": "3",
    "typ": "Fotpatrull",
    "antal": "2",
    "områden": "Holma",
}
MEETING = {
    "datum": "2019-10-08",
    "åtagande": "1",
    "typ": "Tematräff",
    "skola": "Holmaskolan",
    "läsår": "2019/20",
    "klasser": "5A|5B",
    "elever": "23|20",
}
MONTH = {"månad": "2019-03", "åtagande": "2", "antal": "0"}
SECRET = {
    "datum": "2020-05-01",
    "åtagande": "4",
    "typ": "Vapensök",
    "områden": "Holma",
    "status": "planerad",
}


def furnish(promise: Promise) -> Promise:
    """1 meetings with classes, 2 numbers only, 3 visible, 4 plans under secrecy; two areas, two classes."""
    for name in ("Holma", "Kroksbäck"):
        AreaFactory(promise=promise, name=name)
    school = SchoolFactory(promise=promise, name="Holmaskolan")
    for label, pupils in (("5A", 24), ("5B", 22)):
        SchoolClassFactory(school=school, label=label, pupils=pupils)
    meetings = CommitmentFactory(promise=promise, number=1, class_meeting=True, area_rule="none")
    CommitmentFactory(promise=promise, number=2, counts_only=True)
    visible = CommitmentFactory(promise=promise, number=3)
    secret = CommitmentFactory(promise=promise, number=4, confidential=True)
    KindFactory(commitment=meetings, code="tematraff", name="Tematräff")
    KindFactory(commitment=visible, code="fotpatrull", name="Fotpatrull")
    KindFactory(commitment=visible, code="nattvandring", name="Nattvandring")
    KindFactory(commitment=secret, code="vapensok", name="Vapensök")
    return promise


@dataclass
class Files:
    """Writes files into a folder of the test."""

    folder: Path

    def text(self, content: str | bytes, name: str = "rader.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def csv(
        self, *rows: dict[str, str], name: str = "rader.csv", delimiter: str = ";", bom: bool = False
    ) -> Path:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        return self.text(out.getvalue().encode("utf-8-sig" if bom else "utf-8"), name)

    def xlsx(
        self, *rows: dict[str, object], name: str = "rader.xlsx", sheets: tuple[str, ...] = ("Aktiviteter",)
    ) -> Path:
        """The rows in the last of the sheets; the others hold a word. What begins with = is a formula."""
        path = self.folder / name
        with Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            made = [workbook.add_worksheet(sheet) for sheet in sheets]
            for sheet in made[:-1]:
                sheet.write_string(0, 0, "Om den här filen")
            columns = list(dict.fromkeys(column for row in rows for column in row))
            made[-1].write_row(0, 0, columns)
            for number, row in enumerate(rows, start=1):
                for column, value in row.items():
                    made[-1].write(number, columns.index(column), value)
        return path


def faults(path: Path, promise: Promise, **options) -> list[tuple[int | None, str, str | None]]:
    """Row, column and value of everything that is wrong with the file; fails where nothing is."""
    return [(one.row, one.column, one.value) for one in full_faults(path, promise, **options)]


def full_faults(path: Path, promise: Promise, **options) -> tuple[Fault, ...]:
    try:
        result = import_file(path, promise=promise, today=TODAY, **options)
    except InvalidImportError as error:
        return error.faults
    raise AssertionError(f"imported: {result}")
