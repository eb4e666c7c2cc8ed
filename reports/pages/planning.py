"""The calendar of plans: what is late, and a month as weeks or as a list."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.choices import State
from activities.filters import list_url
from activities.models import Activity
from activities.wording import place_of, what_of
from promises.permissions import Access, Action
from reports.filters import (
    AREA,
    PARTY,
)
from reports.pages.plan_filter import AS_LIST, AS_MONTH, COMMITMENT, PlanFilter
from reports.queries.planning import PlannedMonth
from reports.wording import in_words, long_date, month_and_year, sentence

IN_A_CELL = 3
"""So many of a day's rows stand in the month; the list has the others."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row as a line of a day. ``look``: planned, late, cancelled or done; ``word``: the same for people."""

    row: Activity
    look: str
    word: str
    time: str
    what: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class Day:
    """``more``: how many rows the month's cell has no room for; ``done_more``: how many of what was done are not among
    the items either, which stand at ``done_url`` ("" : no filter finds them). ``plan_url``: "" where nothing can be
    planned for the day."""

    day: date
    name: str  # "torsdag 5 mars"
    in_month: bool
    is_today: bool
    items: tuple[Item, ...]
    more: int
    done_more: int
    done_url: str
    plan_url: str

    @property
    def shown(self) -> tuple[Item, ...]:
        return self.items[:IN_A_CELL]

    @property
    def week(self) -> int:
        return self.day.isocalendar().week


@dataclass(frozen=True, slots=True)
class Week:
    number: int
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A late plan with what its reader may do about it. ``quick``: it may be marked as done as it was planned."""

    row: Activity
    may_change: bool
    quick: bool


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    weeks: tuple[Week, ...]
    days: tuple[tuple[Day, tuple[tuple[Item, Line | None], ...]], ...]  # those that have a row, for the list
    weekdays: tuple[tuple[str, str], ...]  # short and whole, Monday first
    planned: int
    done: int


def month_of(found: PlannedMonth, access: Access, chosen: PlanFilter, *, today: date) -> Month:
    rows: dict[date, list[Activity]] = defaultdict(list)
    for row in found.rows:
        rows[row.occurred_on].append(row)
    make = _DayMaker(access, chosen, found, today)
    days = {
        day: make.day(day, rows.get(day, []))
        for day in Calendar(firstweekday=0).itermonthdates(chosen.month.year, chosen.month.month)
    }
    in_order = list(days.values())
    weeks = [in_order[start : start + 7] for start in range(0, len(in_order), 7)]
    return Month(
        title=sentence(month_and_year(chosen.month)),
        weeks=tuple(Week(week[0].week, tuple(week)) for week in weeks),
        days=tuple(
            (day, tuple((item, _line_of(item, access, today)) for item in day.items))
            for day in in_order
            if day.in_month and (day.items or day.is_today)
        ),
        weekdays=tuple(
            (formats.date_format(one.day, "D").lower()[:3], formats.date_format(one.day, "l"))
            for one in weeks[0]
        ),
        planned=sum(row.state == State.PLANNED for row in found.rows) + found.left_out,
        done=sum(found.done.values()),
    )


def late_lines(found: PlannedMonth, access: Access, *, today: date) -> list[Line]:
    return [line_of(row, access, today=today) for row in found.late]


def lines_of_today(found: PlannedMonth, access: Access, *, today: date) -> list[Line]:
    """What is planned for today, where today is in the month that is shown: to be marked as done in one press."""
    rows = (row for row in found.rows if row.state == State.PLANNED and row.occurred_on == today)
    return [line_of(row, access, today=today) for row in rows]


def line_of(row: Activity, access: Access, *, today: date) -> Line:
    may_change = row.may_be_changed_by(access) and not row.is_shut
    due = row.state == State.PLANNED and row.occurred_on <= today
    return Line(row, may_change, may_change and due and not row.commitment.class_meeting)


def _line_of(item: Item, access: Access, today: date) -> Line | None:
    """Buttons in the list for plans that are not among the late ones above it."""
    return line_of(item.row, access, today=today) if item.look == State.PLANNED else None


class _DayMaker:
    def __init__(self, access: Access, chosen: PlanFilter, found: PlannedMonth, today: date) -> None:
        self.access, self.chosen, self.found, self.today = access, chosen, found, today
        self.may_log = access.allows(Action.LOG)
        self.words = {
            "planned": str(State.PLANNED.label),
            "late": _("should have been done"),
            "cancelled": str(State.CANCELLED.label),
            "done": str(State.DONE.label),
        }

    def day(self, day: date, rows: Sequence[Activity]) -> Day:
        in_month = (day.year, day.month) == (self.chosen.month.year, self.chosen.month.month)
        if not in_month:
            return Day(day, "", False, False, (), 0, 0, "", "")
        items = tuple(self.item(row) for row in rows)
        done_shown = sum(item.look == "done" for item in items)
        done_more = self.found.done.get(day, 0) - done_shown
        return Day(
            day=day,
            name=formats.date_format(day, "l j F"),
            in_month=True,
            is_today=day == self.today,
            items=items,
            more=max(len(items) - IN_A_CELL, 0) + done_more,
            done_more=done_more,
            done_url=self.done_url(day) if done_more else "",
            plan_url=self.plan_url(day),
        )

    def item(self, row: Activity) -> Item:
        look = "late" if row.is_overdue(self.today) else str(row.state)
        return Item(
            row=row,
            look=look,
            word=self.words[look],
            time=f"{row.starts_at:%H:%M}" if row.starts_at else "",
            what=what_of(row),
            place=_place(row),
            url=reverse("activities:detail", args=[self.access.promise.slug, row.pk]),
        )

    def done_url(self, day: date) -> str:
        """The list of just these rows; "" where it has no filter for them."""
        values = self.chosen.values
        if PARTY in values and COMMITMENT not in values:
            return ""
        number = int(values[COMMITMENT]) if COMMITMENT in values else None
        return list_url(
            self.access.promise, commitment=number, area=values.get(AREA, ""), first=day, last=day
        )

    def plan_url(self, day: date) -> str:
        promise = self.access.promise
        if not self.may_log or day < self.today or not promise.contains(day):
            return ""
        query = urlencode({"planerad": 1, "datum": day.isoformat()})
        number = self.chosen.values.get(COMMITMENT)
        if number is None:
            return f"{reverse('activities:log', args=[promise.slug])}?{query}"
        return f"{reverse('activities:log_form', args=[promise.slug, int(number)])}?{query}"


def _place(row: Activity) -> str:
    """Area, or school with its classes: "Holmaskolan 5A, 5B"."""
    classes = ", ".join(one.school_class.label for one in row.attendance.all())
    return f"{place_of(row)} {classes}".strip()


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Links:
    """``current``: the month of today, where another one is shown; ``next_plan``: the next one with a plan, where this
    one has none."""

    previous: Step | None
    following: Step | None
    current: Step | None
    next_plan: Step | None
    as_month: str
    as_list: str


def links_of(found: PlannedMonth, month: Month, chosen: PlanFilter, *, today: date) -> Links:
    place = chosen.months.index(chosen.month)

    def step(at: date) -> Step:
        return Step(sentence(month_and_year(at)), chosen.query(month=at) or "?")

    next_month = found.next_on.replace(day=1) if found.next_on and not month.planned else None
    this = today.replace(day=1)
    return Links(
        previous=step(chosen.months[place - 1]) if place else None,
        following=step(chosen.months[place + 1]) if place + 1 < len(chosen.months) else None,
        current=step(this) if this in chosen.months and this != chosen.month else None,
        next_plan=step(next_month) if next_month else None,
        as_month=chosen.query(view=AS_MONTH) or "?",
        as_list=chosen.query(view=AS_LIST),
    )


def late_more(found: PlannedMonth, access: Access, chosen: PlanFilter, *, today: date) -> Step | None:
    """Where the others are, if there are more late ones than the page shows."""
    if found.late_in_all <= len(found.late):
        return None
    values = chosen.values
    url = list_url(
        access.promise,
        commitment=int(values[COMMITMENT]) if COMMITMENT in values else None,
        area=values.get(AREA, ""),
        state=State.PLANNED,
        last=today - timedelta(days=1),
    )
    text = _("The first %(shown)s of %(number)s are shown. All stand in the list of activities.")
    return Step(text % {"shown": len(found.late), "number": found.late_in_all}, url)


# In words --------------------------------------------------------------------------------------------------------


def plan_answer(found: PlannedMonth, month: Month, chosen: PlanFilter, *, today: date) -> str:
    """What the page begins with: what should have been done, else what the month has, else what comes next."""
    if found.late_in_all:
        return _count(
            ngettext(
                "One planned activity should have been done by now.",
                "%(number)s planned activities should have been done by now.",
                found.late_in_all,
            ),
            found.late_in_all,
        )
    name = month_and_year(chosen.month)
    if month.planned:
        text = ngettext(
            "One activity is planned in %(month)s.",
            "%(number)s activities are planned in %(month)s.",
            month.planned,
        )
        return _count(text, month.planned, month=name)
    if found.next_on and chosen.last >= today:
        return _("Nothing is planned in %(month)s. The next is on %(day)s.") % {
            "month": name,
            "day": long_date(found.next_on),
        }
    return _("Nothing is planned in %(month)s.") % {"month": name}


def _count(text: str, number: int, **more: str) -> str:
    return text % {"number": sentence(in_words(number)), **more}
