"""The class register as its page shows it: läsår by läsår, school by school, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from history.models import Change
from promises import school_year
from promises.models import Promise, School, SchoolClass

IMPORTED = "import "
"""How the source of a history row begins that came from a file."""


@dataclass(frozen=True, slots=True)
class SchoolRows:
    """One school in one läsår. No classes: nobody knows which there are."""

    school: School
    classes: tuple[SchoolClass, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """``number``, ``pupils``: classes that are there, and in all of them; None where a class has no number."""

    year: int
    label: str
    schools: tuple[SchoolRows, ...]
    number: int
    pupils: int | None
    imported: Change | None  # the last file that changed something


def register_years(promise: Promise, *, today: date) -> list[Year]:
    """Every läsår the promise touches. Three queries."""
    rows = SchoolClass.objects.filter(school__promise=promise).select_related("school", "merged_into")
    by_place: dict[tuple[int, int], list[SchoolClass]] = defaultdict(list)
    for row in rows:
        by_place[row.school_year, row.school_id].append(row)
    imported = _last_imported(promise, [row for found in by_place.values() for row in found])
    schools = list(promise.schools.all())
    return [
        _year(
            year,
            tuple(SchoolRows(school, tuple(by_place.get((year, school.pk), ()))) for school in schools),
            imported.get(year),
            today=today,
        )
        for year in school_year.touching(promise.starts_on, promise.ends_on)
    ]


def _year(year: int, schools: tuple[SchoolRows, ...], imported: Change | None, *, today: date) -> Year:
    first, last = school_year.span(year)
    day = min(max(today, first), last)
    there = [row for school in schools for row in school.classes if row.is_open(day)]
    numbers = [row.pupils_on(day) for row in there]
    known = [number for number in numbers if number is not None]
    return Year(
        year,
        school_year.label(year),
        schools,
        len(there),
        sum(known) if known and len(known) == len(numbers) else None,
        imported,
    )


def _last_imported(promise: Promise, rows: Sequence[SchoolClass]) -> dict[int, Change]:
    """Läsår -> the newest history row of its classes that a file wrote."""
    years = {row.pk: row.school_year for row in rows}
    changes = Change.objects.filter(
        promise_id=promise.pk, subject=SchoolClass._meta.label_lower, source__startswith=IMPORTED
    ).select_related("by")
    found: dict[int, Change] = {}
    for change in changes.order_by("-at", "-pk"):
        if change.subject_id in years:
            found.setdefault(years[change.subject_id], change)
    return found
