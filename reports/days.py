"""Which day a page or a file speaks of, read from its address where somebody has chosen one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from promises.models import Promise
from reports.wording import long_date

PARAMETER = "per"
KNOWN_THEN = "kand"
_LONGEST = 20  # signs of a wrong day that are said again


def default_as_of(promise: Promise, today: date) -> date:
    """Today while the promise runs, its last day afterwards: what is over stands still."""
    return min(today, promise.ends_on)


@dataclass(frozen=True, slots=True)
class ShownDay:
    """``is_past``: somebody went back to it. ``first`` and ``last``: what may be chosen, None before the promise
    begins. ``known_then``: only with the rows that said then what they say. ``query``: what a link takes along to
    stay on the day, "?per=2019-09-30" or ""; ``full_query`` to stay also on what was known then."""

    as_of: date
    is_past: bool
    first: date | None
    last: date | None
    known_then: bool = False

    @property
    def query(self) -> str:
        return self._query(known_then=False)

    @property
    def query_known_then(self) -> str:
        return self._query(known_then=True)

    @property
    def full_query(self) -> str:
        return self._query(known_then=self.known_then)

    def _query(self, *, known_then: bool) -> str:
        values = {PARAMETER: self.as_of.isoformat()} if self.is_past else {}
        query = urlencode(values | ({KNOWN_THEN: "1"} if known_then else {}))
        return f"?{query}" if query else ""


class DayRefused(Exception):
    """The address asks for a day that cannot be shown; the text says which can."""


def shown_day(values: Sequence[str], promise: Promise, *, today: date) -> ShownDay:
    """The day of a page. ``values``: what the address says of ``per``, nothing or "" for the usual day.

    From the promise's first day up to ``today``; after the promise its last day stands. DayRefused otherwise.
    """
    usual = default_as_of(promise, today)
    if today < promise.starts_on:
        if any(values):
            raise DayRefused(
                _("The promise begins on %(day)s. Before that there is no day to go back to.")
                % {"day": long_date(promise.starts_on)}
            )
        return ShownDay(usual, is_past=False, first=None, last=None)
    if len(values) > 1:
        raise DayRefused(_("The address names several days. Only one can be shown."))
    text = values[0] if values else ""
    as_of = min(_chosen(text, promise, today=today), usual) if text else usual
    return ShownDay(as_of, is_past=as_of < usual, first=promise.starts_on, last=usual)


def known_then(values: Sequence[str], *, is_choice: bool) -> bool:
    """Whether the address asks for only what was known on the day. ``is_choice``: the page can show that."""
    if not values:
        return False
    if not is_choice:
        raise DayRefused(_("Only the evaluation can be shown as it was known then: take “kand” away."))
    if list(values) != ["1"]:
        raise DayRefused(_("“kand” can only be 1: what was known on the day."))
    return True


def _chosen(text: str, promise: Promise, *, today: date) -> date:
    allowed = {"first": promise.starts_on.isoformat(), "today": today.isoformat()}
    said = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    try:
        day = parse_day(text)
    except ValueError:
        raise DayRefused(
            _("“%(value)s” is not a day. Write one from %(first)s up to today, %(today)s, in just that form.")
            % {"value": said, **allowed}
        ) from None
    if not promise.starts_on <= day <= today:
        raise DayRefused(
            _("%(value)s cannot be shown. Choose a day from %(first)s up to today, %(today)s.")
            % {"value": said, **allowed}
        )
    return day


def month_span(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    first = date(year, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def parse_day(text: str) -> date:
    """Only "2020-12-31"; ValueError for all else that Python would take as ISO ("20201231", "2020-W53-4")."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"not a day: {text!r}")
    return date.fromisoformat(text)
