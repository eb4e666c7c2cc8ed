"""Months × areas: where and when something was done, in one year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from activities.filters import list_url
from promises.models import Promise
from reports.days import month_span
from reports.evaluation import CommitmentLine
from reports.queries import MonthAreaCount
from reports.wording import listed, month_name, short_months

STRENGTHS = 3
QUIET_MONTHS = 2  # whole months without anything, after which an area is pointed out


@dataclass(frozen=True, slots=True)
class HeatCell:
    """``look``: "1" to "3", "none", "unreported" or "future" (a month that can still be reported)."""

    look: str
    actual: int
    url: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """``area``: what stands before the cells. ``url``: its own page, or ""."""

    area: str
    cells: tuple[HeatCell, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    number: int
    title: str
    caption: str
    months: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    has_unreported: bool


def heat_map(
    promise: Promise,
    line: CommitmentLine,
    counts: Sequence[MonthAreaCount],
    *,
    year: int,
    as_of: date,
    area: str = "",
    urls: Mapping[str, str] | None = None,
) -> HeatMap:
    """``counts`` may hold other commitments too. ``area``: that one only. ``urls``: the pages of the areas.

    Counts only: a month that is over and has no row is unreported, which is not zero.
    """
    own = [count for count in counts if count.number == line.number]
    by_cell: dict[tuple[str, int], int] = {}
    for count in own:
        cell_of = count.area, count.month.month
        by_cell[cell_of] = by_cell.get(cell_of, 0) + count.actual
    reported = {count.month.month for count in own}
    if area:
        line = replace(line, areas=tuple(count for count in line.areas if count.area == area))
        own = [count for count in own if count.area == area]
        by_cell = {cell: number for cell, number in by_cell.items() if cell[0] == area}
    most = max([*by_cell.values(), STRENGTHS])
    areas = [count.area for count in line.areas]
    if any(count.area == "" for count in own):
        named = any(count.area for count in own)
        areas = [*areas, ""] if named else [""]
    begin, end = max(promise.starts_on, date(year, 1, 1)), min(as_of, promise.ends_on, date(year, 12, 31))
    months = range(begin.month, end.month + 1)
    names = short_months()
    rows_of = {area: list_url(promise, commitment=line.number, area=area, state="done") for area in areas}

    def cell(area: str, month: int) -> HeatCell:
        first, last = month_span(year, month)
        actual = by_cell.get((area, month), 0)
        if not actual:
            silent = line.form == "counts_only" and month not in reported
            if silent:
                return HeatCell("unreported" if last <= as_of else "future", 0, "")
            return HeatCell("none", 0, "")
        since, until = max(first, promise.starts_on), min(last, as_of, promise.ends_on)
        url = f"{rows_of[area]}&fran={since}&till={until}"
        return HeatCell(str(-(-actual * STRENGTHS // most)), actual, url)

    rows = tuple(
        HeatRow(
            area or _("Area not stated"),
            tuple(cell(area, month) for month in months),
            (urls or {}).get(area, ""),
        )
        for area in areas
    )
    return HeatMap(
        number=line.number,
        title=_title(line, by_cell, begin=begin, end=end, is_now=end == min(as_of, promise.ends_on)),
        caption=_("Month by month, %(year)s") % {"year": str(year)},
        months=tuple(names[month - 1] for month in months),
        rows=rows,
        has_unreported=any(cell.look == "unreported" for row in rows for cell in row.cells),
    )


def _title(
    line: CommitmentLine, by_cell: dict[tuple[str, int], int], *, begin: date, end: date, is_now: bool
) -> str:
    """Names the areas where nothing has happened for a while: that is what the picture is looked at for.

    Always with the commitment: the dashboard has one such picture after another.

    Not ``is_now``: a year that is over; something may have happened since.
    """
    last_month = {
        count.area: max((m for (area, m), n in by_cell.items() if area == count.area and n), default=0)
        for count in line.areas
    }
    quiet = {
        area: month
        for area, month in last_month.items()
        if end.month - max(month, begin.month - 1) > QUIET_MONTHS
    }
    unplaced = any(area == "" for area, _month in by_cell)  # may have been anywhere
    if not is_now or not quiet or unplaced or not any(by_cell.values()):
        return _("Where and when: %(what)s") % {"what": line.short_title}
    since = min(quiet.values())
    areas = listed([area for area, month in quiet.items() if month == since])
    if since == 0:
        return _("%(what)s: nothing in %(areas)s in %(year)s") % {
            "what": line.short_title,
            "areas": areas,
            "year": str(end.year),
        }
    return _("%(what)s: nothing in %(areas)s since %(month)s") % {
        "what": line.short_title,
        "areas": areas,
        "month": month_name(date(end.year, since, 1)),
    }
