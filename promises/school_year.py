"""Läsår as a value: the year it starts in, its label and its days. Pure, no Django."""

import re
from datetime import date

_LABEL = re.compile(r"([12][0-9]{3})/([0-9]{2})")


def label(start_year: int) -> str:
    """2019 -> "2019/20"."""
    return f"{start_year}/{(start_year + 1) % 100:02d}"


def parse(text: str) -> int:
    """ "2019/20" -> 2019. ValueError where the text is no läsår ("2019", "2019/21")."""
    match = _LABEL.fullmatch(text.strip())
    if match is None or int(match[2]) != (int(match[1]) + 1) % 100:
        raise ValueError(f"not a school year: {text!r}")
    return int(match[1])


def span(start_year: int) -> tuple[date, date]:
    """First and last day, 1 July to 30 June: no day falls between two läsår (docs/adr/0003)."""
    return date(start_year, 7, 1), date(start_year + 1, 6, 30)


def containing(day: date) -> int:
    """The läsår a day falls in: 2019-06-30 -> 2018, 2019-07-01 -> 2019."""
    return day.year if day.month >= 7 else day.year - 1


def touching(first: date, last: date) -> tuple[int, ...]:
    """Every läsår with a day in first..last, in order. ValueError where last is before first."""
    if last < first:
        raise ValueError(f"the period ends {last} before it starts {first}")
    return tuple(range(containing(first), containing(last) + 1))
