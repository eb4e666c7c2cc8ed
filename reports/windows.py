"""The stretches a target is judged in, cut by the promise period. Pure, no Django (docs/adr/0003)."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial

from promises import school_year

Span = tuple[str, date, date]  # label, first and last day, not yet cut


@dataclass(frozen=True, slots=True)
class Window:
    """``start`` and ``end`` both belong to it. ``cut``: the promise's edge made it shorter than its kind."""

    label: str
    start: date
    end: date
    cut: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def begun(self, as_of: date) -> bool:
        return self.start <= as_of

    def closed(self, as_of: date) -> bool:
        """``as_of`` is read at the last minute of its day, so a window is over on its own last day."""
        return self.end <= as_of


def cut_windows(kind: str, *, starts_on: date, ends_on: date) -> tuple[Window, ...]:
    """The windows of one kind that touch the promise period, cut by it, in order, without gap or overlap.

    Kinds and labels, which are stable codes (docs/windows.md): ``period`` "2019–2020" (or "2019"),
    ``calendar_year`` "2019", ``promise_year`` "Y1" (from the promise's first day), ``half_year`` "2019-H1",
    ``tertial`` "2019-T1", ``quarter`` "2019-Q1", ``month`` "2019-03", ``week`` "2019-W05" (ISO week and ISO
    year), ``school_year`` "2018/19", ``term`` "VT 2019" and "HT 2019".
    Errors: ValueError on another kind, or where the period ends before it starts.
    """
    return _cut(kind, starts_on, ends_on)


@lru_cache(maxsize=1024)  # many targets are cut alike, and a promise's years of weeks are many
def _cut(kind: str, starts_on: date, ends_on: date) -> tuple[Window, ...]:
    if ends_on < starts_on:
        raise ValueError(f"the period ends {ends_on} before it starts {starts_on}")
    try:
        spans = _SPANS[kind]
    except KeyError:
        raise ValueError(f"unknown kind of window: {kind!r}") from None
    return tuple(
        Window(
            label=label,
            start=max(first, starts_on),
            end=min(last, ends_on),
            cut=first < starts_on or ends_on < last,
        )
        for label, first, last in spans(starts_on, ends_on)
    )


def _period(first: date, last: date) -> list[Span]:
    label = str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    return [(label, first, last)]


def _calendar_years(first: date, last: date) -> list[Span]:
    return [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in range(first.year, last.year + 1)]


def _school_years(first: date, last: date) -> list[Span]:
    return [(school_year.label(year), *school_year.span(year)) for year in school_year.touching(first, last)]


def _terms(first: date, last: date) -> list[Span]:
    """A läsår's two halves: no day falls between two terms (docs/adr/0003)."""
    return [
        (f"{'VT' if start.month == 1 else 'HT'} {start.year}", start, end)
        for _, start, end in _parts_of_years(first, last, months=6, mark="")
    ]


def _promise_years(first: date, last: date) -> list[Span]:
    """From the promise's first day to the day before its anniversary.

    A promise that begins on 29 February has its anniversary on 1 March in other years.
    """
    starts = [_anniversary(first, years) for years in range(last.year - first.year + 2)]
    return [
        (f"Y{number}", start, starts[number] - timedelta(days=1))
        for number, start in enumerate(starts[:-1], start=1)
        if start <= last
    ]


def _anniversary(day: date, years: int) -> date:
    year = day.year + years
    if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return day.replace(year=year)


def _parts_of_years(first: date, last: date, *, months: int, mark: str) -> list[Span]:
    """Stretches of so many months, numbered within each calendar year: "2019-Q1"; months as "2019-03"."""
    spans: list[Span] = []
    for year in range(first.year, last.year + 1):
        for number in range(1, 12 // months + 1):
            end_month = number * months
            start = date(year, end_month - months + 1, 1)
            end = date(year, end_month, calendar.monthrange(year, end_month)[1])
            if start <= last and end >= first:
                spans.append((f"{year}-{mark}{number}" if mark else f"{year}-{number:02d}", start, end))
    return spans


def _weeks(first: date, last: date) -> list[Span]:
    """Monday to Sunday, by ISO 8601: the days around New Year may belong to the other year's week."""
    spans: list[Span] = []
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        year, week, _ = monday.isocalendar()
        spans.append((f"{year}-W{week:02d}", monday, monday + timedelta(days=6)))
        monday += timedelta(days=7)
    return spans


_SPANS: dict[str, Callable[[date, date], list[Span]]] = {
    "period": _period,
    "calendar_year": _calendar_years,
    "promise_year": _promise_years,
    "half_year": partial(_parts_of_years, months=6, mark="H"),
    "tertial": partial(_parts_of_years, months=4, mark="T"),
    "quarter": partial(_parts_of_years, months=3, mark="Q"),
    "month": partial(_parts_of_years, months=1, mark=""),
    "week": _weeks,
    "school_year": _school_years,
    "term": _terms,
}
