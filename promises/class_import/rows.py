"""Rows of a file of classes: which school, läsår and class each means, or what is wrong with it, cell by cell."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from promises import school_year
from promises.models import Promise, School, SchoolClass
from promises.models.register import MAX_PUPILS
from promises.registering import spelled
from promises.tables.faults import Fault, InvalidImportError, refused
from promises.tables.reading import Layout, RawRow
from promises.validators import MESSAGES, log_refusal, personal_data_kinds

SHEET = "Klasser"
COLUMNS = ("skola", "läsår", "klass", "årskurs", "elever")
NEEDED = ("skola", "läsår", "klass", "årskurs")
MAX_CLASSES = 1_000
_MAX_GRADE = 9
_MAX_LABEL = SchoolClass._meta.get_field("label").max_length or 0

# As people write it: 2019/20, 2019/2020, 2019-20, 2019–2020.
_YEAR = re.compile(r"([12][0-9]{3})\s*[/–-]\s*(?:[12][0-9])?([0-9]{2})")


def _missing(names: Collection[str]) -> list[Fault]:
    return [Fault(_("The column is missing."), 1, name) for name in NEEDED if name not in names]


LAYOUT = Layout(SHEET, COLUMNS, _missing)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """``pupils`` None: the cell is empty, which takes no number away."""

    number: int
    school: School
    year: int
    label: str
    grade: int
    pupils: int | None

    @property
    def key(self) -> tuple[int, int, str]:
        return self.school.pk, self.year, spelled(self.label)

    @property
    def cells(self) -> list[str]:
        """As the file had them, in the order of COLUMNS."""
        pupils = "" if self.pupils is None else str(self.pupils)
        return [self.school.name, school_year.label(self.year), self.label, str(self.grade), pupils]


def read_rows(raw: Iterable[RawRow], promise: Promise) -> list[ClassRow]:
    """InvalidImportError with every fault of every row. Text that looks like personal data is not repeated."""
    raw = list(raw)
    if len(raw) > MAX_CLASSES:
        raise refused(_("The file has more than %(most)s rows. Split it.") % {"most": MAX_CLASSES})
    reader = _Reader(promise)
    rows = [row for one in raw if (row := reader.read(one)) is not None]
    if reader.faults:
        raise InvalidImportError(sorted(reader.faults, key=lambda fault: fault.row or 0))
    return rows


class _Reader:
    """``faults``: those of all rows so far."""

    def __init__(self, promise: Promise) -> None:
        self.faults: list[Fault] = []
        self._schools = {_tight(school.name): school for school in promise.schools.all()}
        self._years = school_year.touching(promise.starts_on, promise.ends_on)
        self._seen: dict[tuple[int, int, str], int] = {}

    def read(self, raw: RawRow) -> ClassRow | None:
        before = len(self.faults)
        secret = {column for column, text in raw.cells.items() if self._has_personal_data(raw, column, text)}
        school = None if "skola" in secret else self._school(raw)
        year = None if "läsår" in secret else self._year(raw)
        label = None if "klass" in secret else self._label(raw)
        grade = None if "årskurs" in secret else self._number(raw, "årskurs", 0, _MAX_GRADE)
        pupils = None if "elever" in secret else self._number(raw, "elever", 1, MAX_PUPILS)
        if len(self.faults) > before or school is None or year is None or label is None or grade is None:
            return None
        row = ClassRow(raw.number, school, year, label, grade, pupils)
        first = self._seen.setdefault(row.key, raw.number)
        if first != raw.number:
            self._fault(raw, "klass", _("The class stands in row %(row)s already.") % {"row": first})
            return None
        return row

    def _fault(self, raw: RawRow, column: str, reason: str) -> None:
        self.faults.append(Fault(reason, raw.number, column, raw.cells[column] or None))

    def _has_personal_data(self, raw: RawRow, column: str, text: str) -> bool:
        kinds = personal_data_kinds(text) if text else ()
        for kind in kinds:
            log_refusal(kind, f"class_import:{column}")
            self.faults.append(Fault(str(MESSAGES[kind]), raw.number, column))
        return bool(kinds)

    def _school(self, raw: RawRow) -> School | None:
        found = self._schools.get(_tight(raw.cells["skola"]))
        if found is None and not raw.cells["skola"]:
            self._fault(raw, "skola", _("Write the school."))
        elif found is None:
            known = ", ".join(school.name for school in self._schools.values()) or "–"
            self._fault(
                raw, "skola", _("The promise has no such school. Known are: %(known)s.") % {"known": known}
            )
        return found

    def _year(self, raw: RawRow) -> int | None:
        known = ", ".join(school_year.label(year) for year in self._years)
        match = _YEAR.fullmatch(raw.cells["läsår"])
        try:
            year = school_year.parse(f"{match[1]}/{match[2]}" if match else "")
        except ValueError:
            text = _("Write the school year as one of: %(known)s.")
            self._fault(raw, "läsår", text % {"known": known})
            return None
        if year not in self._years:
            text = _("The promise has no day in that school year. It has: %(known)s.")
            self._fault(raw, "läsår", text % {"known": known})
            return None
        return year

    def _label(self, raw: RawRow) -> str | None:
        label = raw.cells["klass"]
        if not spelled(label):
            self._fault(raw, "klass", _("Write the name of the class, for example 5A."))
            return None
        if len(label) > _MAX_LABEL:
            text = _("The name is too long: at most %(most)s characters.")
            self._fault(raw, "klass", text % {"most": _MAX_LABEL})
            return None
        return label

    def _number(self, raw: RawRow, column: str, least: int, most: int) -> int | None:
        """None where it is empty, which only ``elever`` may be, or no such number."""
        text = raw.cells[column]
        if not text and column == "elever":
            return None
        if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most:
            return int(text)
        told = _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        self._fault(raw, column, told)
        return None


def _tight(name: str) -> str:
    return " ".join(name.split()).casefold()
