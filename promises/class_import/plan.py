"""What a file would change in the register, before it does: shown to a person, and stored just so or not at all."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from promises.class_import.rows import ClassRow
from promises.models import Promise, SchoolClass
from promises.registering import spelled


class What(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ENDED = "ended"  # the class has ended in the register: the file leaves it as it is


@dataclass(frozen=True, slots=True)
class Step:
    row: ClassRow
    what: What
    stored: SchoolClass | None

    @property
    def pupils(self) -> tuple[int | None, int] | None:
        """(now, as the file has it) where the number changes."""
        if self.stored is None or self.row.pupils in (None, self.stored.pupils):
            return None
        return self.stored.pupils, self.row.pupils or 0

    @property
    def grade(self) -> tuple[int, int] | None:
        if self.stored is None or self.row.grade == self.stored.grade:
            return None
        return self.stored.grade, self.row.grade


@dataclass(frozen=True, slots=True)
class Plan:
    """``absent``: classes in the register, of a school, läsår and grade the file is about, that it does not name."""

    steps: tuple[Step, ...]
    absent: tuple[SchoolClass, ...]

    @property
    def counts(self) -> Counter[What]:
        return Counter(step.what for step in self.steps)

    @property
    def changes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.what in (What.NEW, What.CHANGED))

    @property
    def digest(self) -> str:
        """Stands for what a person saw: another one where the register or the file differs."""
        seen = [
            [[*step.row.key, *step.row.cells, step.what, *_state(step.stored)] for step in self.steps],
            [_state(row) for row in self.absent],
        ]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def make_plan(rows: Sequence[ClassRow], promise: Promise) -> Plan:
    """One query."""
    stored = {
        (one.school_id, one.school_year, spelled(one.label)): one
        for one in SchoolClass.objects.filter(school__promise=promise).select_related("school", "merged_into")
    }
    steps = tuple(_step(row, stored.get(row.key)) for row in rows)
    about = {(row.school.pk, row.year, row.grade) for row in rows}
    named = {row.key for row in rows}
    absent = tuple(
        one
        for key, one in stored.items()
        if key not in named and one.closed_on is None and (one.school_id, one.school_year, one.grade) in about
    )
    return Plan(steps, absent)


def _step(row: ClassRow, stored: SchoolClass | None) -> Step:
    if stored is None:
        return Step(row, What.NEW, None)
    step = Step(row, What.SAME, stored)
    if stored.closed_on is not None:
        return Step(row, What.ENDED, stored)
    return Step(row, What.CHANGED, stored) if step.pupils or step.grade else step


def _state(row: SchoolClass | None) -> list[int]:
    return [] if row is None else [row.pk, row.version]
