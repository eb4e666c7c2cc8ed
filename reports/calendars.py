"""Which days carry a target's pace: all alike, school days, or months by weight. Pure, no Django (docs/adr/0011).

A calendar moves what is expected by a day, never the minimum, what counts or a verdict of a window that is over.
"""

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from reports.windows import Window, cut_windows

WEEKDAYS = 5  # Monday to Friday


class CalendarKind(StrEnum):
    """Codes are stable (docs/promise-format.md)."""

    EVEN = "even"
    SCHOOL_DAYS = "school_days"
    MONTHLY_WEIGHTS = "monthly_weights"


@dataclass(frozen=True, slots=True)
class Span:
    """``first`` and ``last`` both belong to it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Term:
    """A school term with its holidays, which lie within it."""

    span: Span
    breaks: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """``school``: stretches with school, in order and without overlap. ``weights``: twelve, January first."""

    kind: CalendarKind = CalendarKind.EVEN
    school: tuple[Span, ...] = ()
    weights: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        if self.kind == CalendarKind.MONTHLY_WEIGHTS and (
            len(self.weights) != 12 or min(self.weights) < 0 or not any(self.weights)
        ):
            raise ValueError(f"not twelve weights with one above 0: {self.weights}")

    @property
    def is_even(self) -> bool:
        return self.kind == CalendarKind.EVEN

    def carried(self, first: date, last: date) -> Fraction:
        """What the days from ``first`` to ``last`` carry, both included; 0 where ``last`` comes before.

        even: their number; school days: how many of them there are; monthly weights: each month's weight, spread
        evenly over its days.
        """
        if last < first:
            return Fraction(0)
        if self.kind == CalendarKind.SCHOOL_DAYS:
            return Fraction(self._school_days(first, last))
        if self.kind == CalendarKind.MONTHLY_WEIGHTS:
            return self._weight(first, last)
        return Fraction((last - first).days + 1)

    def terms_missing(self, window: Window) -> tuple[str, ...]:
        """The halves of a läsår in a window of which no term is known: ("HT 2019",). For school days only."""
        if self.kind != CalendarKind.SCHOOL_DAYS:
            return ()
        return tuple(half.label for half in _halves(window.start, window.end) if not self._known(half))

    def carries_nothing(self, window: Window) -> bool:
        """No day of the window carries anything: its pace is even then, for there must be one."""
        return not self.carried(window.start, window.end)

    def share_gone(self, window: Window, as_of: date) -> Fraction:
        """How much of the window's calendar has passed by the last minute of ``as_of``: 0 before it, 1 after."""
        end = min(as_of, window.end)
        whole = self.carried(window.start, window.end)
        if not whole:
            return EVEN.share_gone(window, as_of)
        return self.carried(window.start, end) / whole

    def _known(self, half: Window) -> bool:
        """Whether any school of its whole half of the läsår is known."""
        first, last = _whole_half(half.start)
        return any(span.first <= last and first <= span.last for span in self.school)

    def _school_days(self, first: date, last: date) -> int:
        total = 0
        for half in _halves(first, last):
            if self._known(half):
                total += sum(
                    _weekdays(max(span.first, half.start), min(span.last, half.end)) for span in self.school
                )
            else:
                # By law a läsår begins in August and ends in June: of July we know without any term.
                august = date(half.start.year, 8, 1)
                start = max(half.start, august) if half.start.month > 6 else half.start
                total += _weekdays(start, half.end)
        return total

    def _weight(self, first: date, last: date) -> Fraction:
        total = Fraction(0)
        day = first
        while day <= last:
            days = months.monthrange(day.year, day.month)[1]
            end = min(day.replace(day=days), last)
            total += Fraction(self.weights[day.month - 1]) * ((end - day).days + 1) / days
            day = end + timedelta(days=1)
        return total


EVEN = Calendar()


def school_calendar(terms: Sequence[Term]) -> Calendar:
    """Monday to Friday in the terms, without their breaks. Terms and breaks may overlap and stand in any order."""
    school: list[Span] = []
    breaks = sorted((one for term in terms for one in term.breaks), key=lambda one: one.first)
    taken = date.min
    for term in sorted((term.span for term in terms), key=lambda span: span.first):
        first = max(term.first, taken)
        for one in breaks:
            if one.last < first or term.last < one.first:
                continue
            if first < one.first:
                school.append(Span(first, one.first - timedelta(days=1)))
            first = one.last + timedelta(days=1)
        if first <= term.last:
            school.append(Span(first, term.last))
        taken = max(taken, term.last + timedelta(days=1))
    return Calendar(CalendarKind.SCHOOL_DAYS, school=tuple(school))


def _halves(first: date, last: date) -> tuple[Window, ...]:
    """HT (July to December) and VT (January to June) with the days that are asked about."""
    return cut_windows("term", starts_on=first, ends_on=last)


def _whole_half(day: date) -> tuple[date, date]:
    if day.month <= 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def _weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from ``first`` to ``last``; 0 where ``last`` comes before."""
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * WEEKDAYS + sum((first.weekday() + extra) % 7 < WEEKDAYS for extra in range(rest))
