"""Which day a page or a file speaks of when nobody has chosen one, and the days of a month."""

import re
from datetime import date, timedelta

from promises.models import Promise


def default_as_of(promise: Promise, today: date) -> date:
    """Today while the promise runs, its last day afterwards: what is over stands still."""
    return min(today, promise.ends_on)


def month_span(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    first = date(year, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def parse_day(text: str) -> date:
    """Only "2020-12-31"; ValueError for all else that Python would take as ISO ("20201231", "2020-W53-4")."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"not a day: {text!r}")
    return date.fromisoformat(text)
