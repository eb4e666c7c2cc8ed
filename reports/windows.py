"""The stretches a target is judged in, cut by the promise period. Pure, no Django (docs/adr/0003)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

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

    Kinds and labels: ``period`` "2019–2020" (or "2019"), ``calendar_year`` "2019", ``school_year`` "2018/19".
    Errors: ValueError on another kind, or where the period ends before it starts.
    """
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


_SPANS: dict[str, Callable[[date, date], list[Span]]] = {
    "period": _period,
    "calendar_year": _calendar_years,
    "school_year": _school_years,
}
