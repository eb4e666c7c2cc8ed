"""The findings themselves, kind by kind: what, why, whose it is, and where it leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.choices import State
from activities.filters import list_url
from activities.models import Activity
from activities.models.activity import days_of
from activities.wording import in_words as row_in_words
from promises.locks import is_covered, lock_of
from promises.models import PeriodLock
from promises.permissions import Access, Action
from reports.evaluation import CommitmentLine, Evaluation
from reports.pages.attention import silent_months
from reports.progress import WindowResult
from reports.quality import Unusual, quiet_after, quiet_stretches, untouched
from reports.queries.quality import RowCounts
from reports.status import Status
from reports.wording import (
    class_names,
    in_words,
    listed,
    long_date,
    month_and_year,
    named,
    number,
    parts_word,
    sentence,
)

ROWS = 5  # rows named in a line; the others are counted
NAMED = 6  # months, windows or classes named in a sentence


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Finding:
    """``owner``: who knows. ``rows``: what it is about, one by one; ``more`` of them are behind ``url``."""

    text: str
    hint: str
    owner: str
    url: str
    rows: tuple[Link, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """What the queries found, by the commitment's number where it is a dict."""

    counts: dict[int, RowCounts]
    late: Sequence[Activity]
    sizes: dict[int, list[Unusual]]
    large: Sequence[Activity]
    alike: Sequence[tuple[Activity, ...]]


# --- missing numbers --------------------------------------------------------------------------------------


def silent(evaluation: Evaluation, access: Access, *, locks: Sequence[PeriodLock] = ()) -> Iterable[Finding]:
    """``locks``: what they keep from being logged any more is left out."""
    for line in evaluation.lines:
        if line.form == "counts_only":
            months = [
                month
                for month in silent_months(evaluation, line)
                if lock_of(days_of(max(month, evaluation.promise.starts_on), month_only=True), locks) is None
            ]
            if months:
                yield _silent_finding(
                    evaluation,
                    access,
                    line,
                    [month_and_year(month) for month in months],
                    _("%(number)s months") % {"number": in_words(len(months))},
                )
            continue
        for target in line.targets:
            unknown = [
                window
                for window in target.progress.windows
                if window.status == Status.UNKNOWN
                and window.end <= evaluation.as_of
                and not window.cells
                and not is_covered((window.start, window.end), locks)
            ]
            if unknown and target.kind in {"count", "rate"} and line.days:
                counted = _("%(number)s %(windows)s") % {
                    "number": in_words(len(unknown)),
                    "windows": parts_word(target, len(unknown)),
                }
                names = [named(window) for window in unknown]
                yield _silent_finding(evaluation, access, line, names, counted)


def _silent_finding(
    evaluation: Evaluation, access: Access, line: CommitmentLine, names: list[str], counted: str
) -> Finding:
    where = listed(names) if len(names) <= NAMED else counted
    may = access.allows(Action.LOG)
    return Finding(
        text=_("%(title)s: no data for %(window)s.") % {"title": sentence(line.short_title), "window": where},
        hint=_("Log the number, or zero if there was none."),
        owner=line.responsible,
        url=_log_url(access, line) if may else _commitment_url(access, line),
    )


# --- plans ------------------------------------------------------------------------------------------------


def overdue(evaluation: Evaluation, access: Access) -> Iterable[Finding]:
    for line in evaluation.lines:
        overdue = line.process.overdue  # None: the reader may not know
        if overdue:
            yield Finding(
                text=ngettext(
                    "%(title)s: %(number)s planned, and its day has passed",
                    "%(title)s: %(number)s planned, and their day has passed",
                    overdue,
                )
                % {"title": sentence(line.short_title), "number": in_words(overdue)},
                hint=_("Mark it as done, or cancel it and say why."),
                owner=line.responsible,
                url=list_url(
                    access.promise,
                    commitment=line.number,
                    state=State.PLANNED,
                    first=evaluation.promise.starts_on,
                    last=evaluation.as_of - timedelta(days=1),
                ),
            )


# --- single rows ------------------------------------------------------------------------------------------


def twice(rows: Rows, access: Access, as_of: date) -> Iterable[Finding]:
    for group in rows.alike:
        first = group[0]
        people = list(dict.fromkeys(_logged_by(row) for row in group))
        may = any(row.may_be_changed_by(access) for row in group)
        yield Finding(
            text=ngettext("%(what)s: %(number)s row", "%(what)s: %(number)s rows", len(group))
            % {"what": sentence(row_in_words(first, as_of)), "number": number(len(group))},
            hint=_("The same thing counts once: void the others.")
            if may
            else _("Who logged them, or the coordinator, knows whether it is the same thing."),
            owner=listed(people),
            url=list_url(
                access.promise,
                commitment=first.commitment.number,
                kind=str(first.kind or ""),
                state=State.DONE,
                first=first.occurred_on,
                last=first.occurred_on,
            ),
            rows=tuple(
                Link(_("row %(number)s") % {"number": place}, _row_url(access, row))
                for place, row in enumerate(group[:ROWS], start=1)
            ),
            more=max(len(group) - ROWS, 0),
        )


def _logged_by(row: Activity) -> str:
    return str(row.logged_by) if row.logged_by else _("read in from a file")


def large(evaluation: Evaluation, rows: Rows, access: Access) -> Iterable[Finding]:
    for line in evaluation.lines:
        for result in rows.sizes.get(line.number, ()):
            shown = [
                row
                for row in rows.large
                if row.commitment.number == line.number and (getattr(row, result.field) or 0) > result.limit
            ][:ROWS]
            text, usual = _in_size(line, result)
            yield Finding(
                text=text,
                hint=_("%(usual)s A slip of a digit, or several things in one row?") % {"usual": usual},
                owner=_owners(shown, line),
                url=_rows_url(evaluation, access, line),
                rows=tuple(
                    Link(f"{row.when}: {number(getattr(row, result.field))}", _row_url(access, row))
                    for row in shown
                ),
                more=result.rows - len(shown),
            )


def _in_size(line: CommitmentLine, result: Unusual) -> tuple[str, str]:
    values = {
        "title": sentence(line.short_title),
        "rows": number(result.rows),
        "limit": number(result.limit),
    }
    texts = {
        "quantity": ngettext(
            "%(title)s: %(rows)s row stands for more than %(limit)s",
            "%(title)s: %(rows)s rows stand for more than %(limit)s",
            result.rows,
        ),
        "minutes": ngettext(
            "%(title)s: %(rows)s row is longer than %(limit)s minutes",
            "%(title)s: %(rows)s rows are longer than %(limit)s minutes",
            result.rows,
        ),
        "persons_reached": ngettext(
            "%(title)s: %(rows)s row says that more than %(limit)s persons were reached",
            "%(title)s: %(rows)s rows say that more than %(limit)s persons were reached",
            result.rows,
        ),
    }
    return texts[result.field] % values, _("Half of the rows have %(usual)s or less.") % {
        "usual": number(result.usual)
    }


def unreviewed(evaluation: Evaluation, access: Access) -> Iterable[Finding]:
    for line in evaluation.lines:
        process = line.process
        if process.waiting:
            may = access.allows(Action.REVIEW)
            yield Finding(
                text=ngettext(
                    "%(title)s: %(number)s activity waits for review",
                    "%(title)s: %(number)s activities wait for review",
                    process.waiting,
                )
                % {"title": sentence(line.short_title), "number": number(process.waiting)},
                hint=_("Not counted until approved. The oldest is from %(day)s.")
                % {"day": long_date(line.waiting[0].day)},
                owner=_("the coordinator"),
                url=reverse("review:list", args=[access.promise.slug])
                if may
                else list_url(access.promise, commitment=line.number, review="vantar"),
            )
        if process.returned:
            yield Finding(
                text=ngettext(
                    "%(title)s: %(number)s activity was sent back",
                    "%(title)s: %(number)s activities were sent back",
                    process.returned,
                )
                % {"title": sentence(line.short_title), "number": number(process.returned)},
                hint=_("Not counted until whoever logged it has corrected or answered."),
                owner=line.responsible,
                url=list_url(access.promise, commitment=line.number, review="atersand"),
            )


def late(evaluation: Evaluation, rows: Rows, access: Access) -> Iterable[Finding]:
    for line in evaluation.lines:
        counts = rows.counts.get(line.number)
        if counts is None or not counts.late:
            continue
        shown = [row for row in rows.late if row.commitment.number == line.number][:ROWS]
        after = ngettext(
            "%(number)s of them was logged after the promise’s last day.",
            "%(number)s of them were logged after the promise’s last day.",
            counts.after_the_end,
        ) % {"number": sentence(in_words(counts.after_the_end))}
        yield Finding(
            text=_how_many_late(line, counts),
            hint=" ".join(
                filter(
                    None,
                    [
                        after if counts.after_the_end else "",
                        _("Check day and number against notes or calendars."),
                    ],
                )
            ),
            owner=_owners(shown, line),
            url=_rows_url(evaluation, access, line),
            rows=tuple(Link(row.when, _row_url(access, row)) for row in shown),
            more=counts.late - len(shown),
        )


def _how_many_late(line: CommitmentLine, counts: RowCounts) -> str:
    values = {
        "title": sentence(line.short_title),
        "rows": number(counts.late),
        "all": number(counts.rows),
        "days": number(counts.late_at_most),
    }
    if counts.rows == 1:
        return _("%(title)s: the only row was logged late, %(days)s days afterwards") % values
    return (
        ngettext(
            "%(title)s: %(rows)s of %(all)s rows was logged late, %(days)s days afterwards",
            "%(title)s: %(rows)s of %(all)s rows were logged late, at most %(days)s days afterwards",
            counts.late,
        )
        % values
    )


def _owners(rows: Sequence[Activity], line: CommitmentLine) -> str:
    """Who logged, where it is few; else the commitment's responsible party."""
    people = list(dict.fromkeys(_logged_by(row) for row in rows))
    return listed(people) if 0 < len(people) <= 2 else line.responsible


# --- stretches, registers, areas --------------------------------------------------------------------------


def quiet(
    evaluation: Evaluation, access: Access, *, still: bool = False, locks: Sequence[PeriodLock] = ()
) -> Iterable[Finding]:
    """Months without a number are told above, and classes are booked term by term. ``still``: only what lasts.
    ``locks``: as for ``silent``.

    Nobody is late with what is only done when asked for, nor with what is done once.
    """
    promise, as_of = evaluation.promise, evaluation.as_of
    for line in evaluation.lines:
        if line.form != "activity" or {target.kind for target in line.targets} <= {
            "on_request",
            "deliverable",
        }:
            continue
        limit = quiet_after(_usual_gaps(line))
        stretches = quiet_stretches(
            [entry.day for entry in line.days], first=promise.starts_on, last=as_of, longer_than=limit
        )
        for stretch in stretches:
            if (still and not stretch.lasts) or is_covered((stretch.first, stretch.last), locks):
                continue
            values = {
                "title": sentence(line.short_title),
                "first": long_date(stretch.first, year_of=stretch.last),
                "last": long_date(stretch.last),
                "weeks": number(stretch.days // 7),
            }
            since = _("%(title)s: nothing since %(first)s, %(weeks)s weeks")
            between = _("%(title)s: nothing from %(first)s to %(last)s, %(weeks)s weeks")
            if stretch.lasts:
                values["first"] = long_date(stretch.first)
            yield Finding(
                text=(since if stretch.lasts else between) % values,
                hint=_("Was nothing done, or was it not logged?"),
                owner=line.responsible,
                url=_log_url(access, line) if access.allows(Action.LOG) else _commitment_url(access, line),
            )


def _usual_gaps(line: CommitmentLine) -> list[Fraction]:
    """Days between two events at an even pace, for every goal that is a number of events."""
    return [
        Fraction((window.end - window.start).days + 1, window.minimum)
        for target in line.targets
        if target.kind in {"count", "rate"}
        for window in target.progress.windows[:1]
        if window.minimum
    ]


def register(evaluation: Evaluation, access: Access) -> Iterable[Finding]:
    url = reverse("promises:class_list", args=[access.promise.slug])
    owner = _("the coordinator")
    for window in _begun_school_years(evaluation):
        found = []
        if window.schools_without_register:
            schools = listed(window.schools_without_register)
            found.append(
                (
                    _("%(schools)s: no classes for %(year)s") % {"schools": schools, "year": window.label},
                    _("Without them nobody can say how many there are to meet."),
                )
            )
        if unsized := [cell for cell in window.cells if cell.pupils is None]:
            found.append(
                (
                    _classes(_("%(classes)s, %(year)s: no number of pupils"), unsized, window),
                    _("Enter how many pupils the class has."),
                )
            )
        if uncounted := [cell for cell in window.cells if cell.times_met and cell.pupils_met is None]:
            found.append(
                (
                    _classes(
                        _("%(classes)s, %(year)s: met, but nobody wrote how many pupils"), uncounted, window
                    ),
                    _("Add the number to the meeting."),
                )
            )
        if over := [cell for cell in window.cells if cell.over_enrolled]:
            found.append(
                (
                    _classes(_("%(classes)s, %(year)s: more pupils met than the register has"), over, window),
                    _("Correct the register or the meeting."),
                )
            )
        for text, hint in found:
            yield Finding(text=sentence(text), hint=hint, owner=owner, url=url)


def _classes(text: str, cells: Sequence, window: WindowResult) -> str:
    names = (
        class_names(cells)
        if len(cells) <= NAMED
        else _("%(number)s classes") % {"number": in_words(len(cells))}
    )
    return text % {"classes": names, "year": window.label}


def _begun_school_years(evaluation: Evaluation) -> list[WindowResult]:
    """Two goals about the same classes say the same of the register."""
    found: dict[tuple, WindowResult] = {}
    for line in evaluation.lines:
        for target in line.targets:
            for window in target.progress.windows:
                if target.kind == "coverage" and window.start <= evaluation.as_of:
                    key = (window.label, window.schools_without_register, window.cells)
                    found.setdefault(key, window)
    return list(found.values())


def areas(evaluation: Evaluation, access: Access) -> Iterable[Finding]:
    for line in evaluation.lines:
        areas = [(count.area, count.actual) for count in line.areas]
        if missing := untouched(areas, rows=line.process.done):
            yield Finding(
                text=_("%(title)s: nothing in %(areas)s")
                % {"title": sentence(line.short_title), "areas": listed(missing)},
                hint=_("Was nothing done there, or was the area left out?"),
                owner=line.responsible,
                url=_commitment_url(access, line),
            )
        if line.without_area and any(count for _area, count in areas):
            yield Finding(
                text=_("%(title)s: %(number)s without an area")
                % {"title": sentence(line.short_title), "number": number(line.without_area)},
                hint=_("Others say where. Add the area where it is known."),
                owner=line.responsible,
                url=_rows_url(evaluation, access, line),
            )


# --- where to ---------------------------------------------------------------------------------------------


def _log_url(access: Access, line: CommitmentLine) -> str:
    return reverse("activities:log_form", args=[access.promise.slug, line.number])


def _commitment_url(access: Access, line: CommitmentLine) -> str:
    return reverse("reports:commitment", args=[access.promise.slug, line.number])


def _row_url(access: Access, row: Activity) -> str:
    return reverse("activities:detail", args=[access.promise.slug, row.pk])


def _rows_url(evaluation: Evaluation, access: Access, line: CommitmentLine) -> str:
    promise = evaluation.promise
    return list_url(
        access.promise,
        commitment=line.number,
        state=State.DONE,
        first=promise.starts_on,
        last=min(evaluation.as_of, promise.ends_on),
    )
