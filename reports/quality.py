"""Which rows may be wrong or missing: from which size on something is pointed out, and why. Pure, no Django.

Nothing here is a verdict: each rule finds what a person should look at, and says so in words on the page.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

QUIET_DAYS = 28  # four weeks: a holiday or a course is shorter, and nobody is asked about those
QUIET_GAPS = 2  # twice the usual gap: one activity fewer than expected is chance, two are a question
QUIET_WITHOUT_GOAL = 56  # no number says how often, so only a long silence is pointed out
LATE_DAYS = 14  # a fortnight: what is written down later is written from memory
LATE_DAYS_OF_A_MONTH = 31 + LATE_DAYS  # a monthly number is dated on the month's first day
ROWS_FOR_A_USUAL = 5  # fewer than so many rows say nothing of what is usual
ROWS_AN_AREA = 2  # so many rows for each area, before an area without any is pointed out


@dataclass(frozen=True, slots=True)
class Rule:
    """A value is unusual above ``times`` the median, and never at or below ``floor``."""

    floor: int
    times: int

    def limit(self, usual: Fraction) -> int:
        return max(self.floor, int(self.times * usual))


OUTLIERS: Mapping[str, Rule] = {
    "quantity": Rule(
        floor=10, times=5
    ),  # ten at once is a day's work typed as one; more is often a slip of a digit
    "minutes": Rule(floor=720, times=5),  # longer than twelve hours is two shifts, or hours typed as minutes
    "persons_reached": Rule(floor=200, times=10),  # a meeting may well be ten times a patrol, hardly more
}
"""By the field of the activity. Robust: the median does not move for the few that are wrong."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days without anything, both included. ``lasts``: it has not ended."""

    first: date
    last: date
    lasts: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def quiet_after(gaps: Iterable[Fraction]) -> int:
    """After how many silent days somebody is asked. ``gaps``: usual days between two events, one for each goal."""
    shortest = min(gaps, default=None)
    return QUIET_WITHOUT_GOAL if shortest is None else max(QUIET_DAYS, int(QUIET_GAPS * shortest))


def quiet_stretches(days: Collection[date], *, first: date, last: date, longer_than: int) -> list[Stretch]:
    """Stretches of more than ``longer_than`` days without one of ``days``, latest first.

    From ``first`` (the promise's first day) up to ``last`` (the day looked at); days outside are passed over.
    """
    one = timedelta(days=1)
    inside = sorted({day for day in days if first <= day <= last})
    borders = [first - one, *inside, last + one]
    found = [Stretch(before + one, after - one, lasts=after > last) for before, after in pairwise(borders)]
    return [stretch for stretch in reversed(found) if stretch.days > longer_than]


def median(counts: Mapping[int, int]) -> Fraction:
    """``counts``: value -> how many rows have it. ValueError on none."""
    rows = sum(counts.values())
    if rows < 1:
        raise ValueError("nothing to take the median of")
    low, high, seen = None, None, 0
    for value in sorted(counts):
        seen += counts[value]
        if low is None and 2 * seen >= rows:
            low = value
        if high is None and 2 * seen > rows:
            high = value
            break
    assert low is not None  # noqa: S101  # rows is at least 1, so both were passed
    assert high is not None  # noqa: S101
    return Fraction(low + high, 2)


@dataclass(frozen=True, slots=True)
class Unusual:
    """``rows`` have more than ``limit``, where ``usual`` is the median of those that have any."""

    field: str
    usual: Fraction
    limit: int
    rows: int


def unusual(field: str, counts: Mapping[int, int]) -> Unusual | None:
    """``counts``: value -> rows of one commitment. Zeros (nil reports) say nothing of how large is usual."""
    sizes = {value: rows for value, rows in counts.items() if value > 0}
    if sum(sizes.values()) < ROWS_FOR_A_USUAL:
        return None
    usual = median(sizes)
    limit = OUTLIERS[field].limit(usual)
    rows = sum(count for value, count in sizes.items() if value > limit)
    return Unusual(field, usual, limit, rows) if rows else None


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two rows have in common where they may be one thing logged twice."""

    commitment: int
    day: date
    kind: str
    areas: frozenset[str]
    school: str
    classes: frozenset[str]


Row = TypeVar("Row")


def likely_twice(rows: Iterable[tuple[Likeness, time | None, Row]]) -> list[tuple[Row, ...]]:
    """Groups of two or more that are alike, in the order of their first row.

    Two that begin at different times are two things. One without a time may be any of the others.
    """
    alike: dict[Likeness, list[tuple[time | None, Row]]] = defaultdict(list)
    for likeness, starts_at, row in rows:
        alike[likeness].append((starts_at, row))
    found = []
    for group in alike.values():
        timeless = any(starts_at is None for starts_at, _row in group)
        by_time: dict[time | None, list[Row]] = defaultdict(list)
        for starts_at, row in group:
            by_time[None if timeless else starts_at].append(row)
        found += [tuple(same) for same in by_time.values() if len(same) > 1]
    return found


def untouched(areas: Sequence[tuple[str, int]], *, rows: int) -> list[str]:
    """Areas without one event, where ``rows`` are enough for each area to have had its share."""
    if rows < ROWS_AN_AREA * len(areas) or not any(count for _area, count in areas):
        return []
    return [area for area, count in areas if not count]
