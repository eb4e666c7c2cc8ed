"""A register that changes during a läsår: classes that begin, end and become one, and numbers that change.

Pure, no Django. What it means for the promise is told in docs/adr/0021.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from reports.progress import RegisterNote


class ClassKey(NamedTuple):
    """What tells one class from another: 5A of 2018/19 and 5A of 2019/20 are two classes."""

    school: str
    school_year: int
    label: str


@dataclass(frozen=True, slots=True)
class RegisterClass:
    school: str
    label: str
    school_year: int
    pupils: int | None  # enrolled since the last change; None: uppgift saknas
    closed_on: date | None = None  # merged or dissolved: gone from this day on
    opened_on: date | None = None  # None: since the läsår began
    merged_into: str = ""  # label of the class at the school where its pupils are since it closed
    earlier_pupils: tuple[
        tuple[date, int | None], ...
    ] = ()  # (day, number): before that day it was that number

    @property
    def key(self) -> ClassKey:
        return ClassKey(self.school, self.school_year, self.label)

    @property
    def successor(self) -> ClassKey | None:
        return ClassKey(self.school, self.school_year, self.merged_into) if self.merged_into else None

    def pupils_on(self, day: date) -> int | None:
        return next((number for until, number in self.earlier_pupils if day < until), self.pupils)


class Visit(NamedTuple):
    day: date
    present: int | None
    times: int


class Met(NamedTuple):
    """How far the pupils of a class have been met.

    ``times``: so often every one of them; ``all_on``: the day on which all had been met once. ``some_on``: the first
    visit to any of them. ``present``: best single attendance; of a merged class what its parts had, added up, where
    that is more. None: nobody came, or nobody wrote how many.
    """

    times: int
    all_on: date | None
    some_on: date | None
    present: int | None


class Merged:
    """The classes of one läsår with what they were merged of, up to a day."""

    def __init__(
        self, register: Sequence[RegisterClass], visits: Mapping[ClassKey, Sequence[Visit]], *, by: date
    ) -> None:
        self._visits = visits
        self._parts: dict[ClassKey, list[RegisterClass]] = defaultdict(list)
        for row in register:
            if row.successor is not None and row.closed_on is not None and row.closed_on <= by:
                self._parts[row.successor].append(row)

    def met(self, row: RegisterClass, inside: frozenset[ClassKey] = frozenset()) -> Met:
        """``inside``: classes that are being looked at; two that point at each other are no parts of each other."""
        own = self._visits.get(row.key, ())
        parts = sorted(
            (part for part in self._parts.get(row.key, ()) if part.key not in inside), key=_closed_on
        )
        if not parts:
            return _visited(own)
        first = _closed_on(parts[0])
        before = [visit for visit in own if visit.day < first]
        existed = row.opened_on is None or row.opened_on < first
        so_far = [_visited(before)] if existed else []
        days = [*sorted({_closed_on(part) for part in parts}), date.max]
        inside |= {row.key}
        for day, until in pairwise(days):
            joining = [self.met(part, inside) for part in parts if _closed_on(part) == day]
            together = _together([*so_far, *joining])
            so_far = [_then(together, _visited([one for one in own if day <= one.day < until]))]
        return so_far[0]


def notes_of(register: Sequence[RegisterClass], *, after: date, by: date) -> tuple[RegisterNote, ...]:
    """What changed in a läsår after the day ``after`` and up to ``by``, in order of day."""
    notes: list[RegisterNote] = []
    opened = {row.key: row.opened_on for row in register}
    merged = [row for row in register if row.successor is not None and row.closed_on is not None]
    made = {(row.successor, row.closed_on) for row in merged}
    for row in register:
        if row.opened_on is not None and (row.key, row.opened_on) not in made:
            notes.append(RegisterNote(row.opened_on, "opened", row.school, (row.label,)))
        if row.closed_on is not None and row.successor is None:
            notes.append(RegisterNote(row.closed_on, "closed", row.school, (row.label,)))
        numbers = [*(number for _day, number in row.earlier_pupils), row.pupils]
        for (day, _number), (before, since) in zip(row.earlier_pupils, pairwise(numbers), strict=True):
            notes.append(RegisterNote(day, "pupils", row.school, (row.label,), before=before, since=since))
    by_merger = sorted(merged, key=lambda row: (_closed_on(row), row.school, row.merged_into, row.label))
    for (day, school, into), parts in groupby(
        by_merger, key=lambda row: (_closed_on(row), row.school, row.merged_into)
    ):
        rows = list(parts)
        notes.append(
            RegisterNote(
                day,
                "merged",
                school,
                tuple(row.label for row in rows),
                into=into,
                into_new=rows[0].successor is not None and opened.get(rows[0].successor) == day,
            )
        )
    within = [note for note in notes if after < note.day <= by]
    return tuple(sorted(within, key=lambda note: (note.day, note.school, note.kind, note.labels)))


def most(numbers: Iterable[int | None]) -> int | None:
    return max((number for number in numbers if number is not None), default=None)


def _closed_on(row: RegisterClass) -> date:
    return row.closed_on or date.max


def _visited(visits: Sequence[Visit]) -> Met:
    """One class, by visits to all of it."""
    first = min((visit.day for visit in visits), default=None)
    return Met(sum(visit.times for visit in visits), first, first, most(visit.present for visit in visits))


def _together(parts: Sequence[Met]) -> Met:
    """Classes that become one: as often as the least met of them, and all once the last of them was."""
    each = [part.all_on for part in parts if part.all_on is not None]
    came = [part for part in parts if part.some_on is not None]
    counted = [part.present for part in came if part.present is not None]
    return Met(
        times=min(part.times for part in parts),
        all_on=max(each) if len(each) == len(parts) else None,
        some_on=min((part.some_on for part in parts if part.some_on is not None), default=None),
        present=sum(counted) if came and len(counted) == len(came) else None,
    )


def _then(before: Met, since: Met) -> Met:
    """The same pupils later on, in visits to all of them."""
    return Met(
        times=before.times + since.times,
        all_on=before.all_on or since.all_on,
        some_on=before.some_on or since.some_on,
        present=most([before.present, since.present]),
    )
