"""What needs somebody now: at most five lines, each with where to do something about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.filters import list_url
from promises.locks import is_covered
from promises.models import PeriodLock
from promises.permissions import Access, Action
from reports.days import month_span
from reports.evaluation import CommitmentLine, Evaluation
from reports.figures import is_open
from reports.status import Status
from reports.wording import class_names, in_words, listed, long_date, month_and_year, sentence

MOST = 5
DAYS_BEFORE = 28  # so long before its day a deliverable is pointed out
NAMED = 3  # so many months or classes are named; beyond that they are counted


@dataclass(frozen=True, slots=True)
class Need:
    look: str  # behind, risk or "": the colour beside the icon's own meaning
    icon: str
    text: str
    hint: str
    url: str


def needs(evaluation: Evaluation, access: Access) -> list[Need]:
    """In the order in which they stop the work: what cannot be known, what is late, what is next."""
    found = [
        *_waiting(evaluation, access),
        *_registers(evaluation, access),
        *_silent_months(evaluation, access),
        *_overdue(evaluation, access),
        *_not_delivered(evaluation, access),
        *_unbooked(evaluation, access),
        *_baselines(evaluation, access),
    ]
    return found[:MOST]


def needs_by_mail(evaluation: Evaluation, access: Access, locks: Sequence[PeriodLock]) -> list[Need]:
    """Those that a mail tells as they stand here, and no class by its name: a mail travels unprotected.

    What waits for review, is overdue or has no number is told there in its own way (reminders/contents.py).
    ``locks``: a register that they shut is not asked for.
    """
    return [
        *_registers(evaluation, access, locks),
        *_not_delivered(evaluation, access),
        *_unbooked(evaluation, access, most_named=0),
        *_baselines(evaluation, access),
    ]


def _waiting(evaluation: Evaluation, access: Access) -> Iterable[Need]:
    """For those who can do something about it."""
    number = sum(line.process.waiting for line in evaluation.lines)
    if not number or not access.allows(Action.REVIEW):
        return
    oldest = min(entry.day for line in evaluation.lines for entry in line.waiting)
    yield Need(
        "risk",
        "status-waiting",
        ngettext("%(number)s activity waits for review", "%(number)s activities wait for review", number)
        % {"number": sentence(in_words(number))},
        _("They do not count yet. The oldest is from %(day)s") % {"day": long_date(oldest)},
        reverse("review:list", args=[access.promise.slug]),
    )


def _registers(evaluation: Evaluation, access: Access, locks: Sequence[PeriodLock] = ()) -> Iterable[Need]:
    years_of: dict[str, dict[str, None]] = {}
    for line in evaluation.lines:
        for target in line.targets:
            for window in target.progress.windows:
                if is_covered((window.start, window.end), locks):
                    continue
                if window.start <= evaluation.as_of and window.schools_without_register:
                    for school in window.schools_without_register:
                        years_of.setdefault(school, {})[window.label] = None
    together: dict[tuple[str, ...], list[str]] = {}
    for school, years in years_of.items():
        together.setdefault(tuple(years), []).append(school)
    may = access.allows(Action.REGISTER)
    for labels, names in together.items():  # a line for the schools that lack the same years
        where = (
            listed(names)
            if len(names) <= NAMED
            else _("%(number)s schools") % {"number": in_words(len(names))}
        )
        yield Need(
            "behind",
            "people",
            _("The class register is missing for %(schools)s") % {"schools": where},
            _("Enter the classes of %(years)s") % {"years": listed(list(labels))}
            if may
            else _("The coordinator enters the classes of %(years)s") % {"years": listed(list(labels))},
            reverse("promises:class_list", args=[access.promise.slug]),
        )


def _silent_months(evaluation: Evaluation, access: Access) -> Iterable[Need]:
    for line in evaluation.lines:
        if line.form != "counts_only":
            continue
        months = silent_months(evaluation, line)
        if not months:
            continue
        title = line.short_title
        if len(months) <= NAMED:
            names = sentence(listed([month_and_year(month) for month in months]))
            text = ngettext(
                "%(months)s has no number for %(title)s",
                "%(months)s have no number for %(title)s",
                len(months),
            ) % {"months": names, "title": title}
        else:
            text = _("%(number)s months have no number for %(title)s") % {
                "number": sentence(in_words(len(months))),
                "title": title,
            }
        yield Need(
            "behind",
            "exclamation-circle",
            text,
            _("Log the number, or zero · %(responsible)s") % {"responsible": line.responsible},
            _log_url(access, line),
        )


def silent_months(evaluation: Evaluation, line: CommitmentLine) -> list[date]:
    """First days of the months that are over and have no row, not even a nil report."""
    promise, as_of = evaluation.promise, evaluation.as_of
    reported = {(day.day.year, day.day.month) for day in (*line.days, *line.waiting)}
    months = []
    first = promise.starts_on.replace(day=1)
    while (span := month_span(first.year, first.month))[0] <= promise.ends_on:
        last = min(span[1], promise.ends_on)
        if last <= as_of and (first.year, first.month) not in reported:
            months.append(first)
        first = span[1] + timedelta(days=1)
    return months


def _overdue(evaluation: Evaluation, access: Access) -> Iterable[Need]:
    for line in evaluation.lines:
        number = line.process.overdue
        if not number:
            continue
        yield Need(
            "risk",
            "calendar-event",
            ngettext(
                "%(title)s: %(number)s planned, and its day has passed",
                "%(title)s: %(number)s planned, and their day has passed",
                number,
            )
            % {"title": sentence(line.short_title), "number": in_words(number)},
            _("Done or cancelled?"),
            list_url(
                access.promise,
                commitment=line.number,
                state="planned",
                first=evaluation.promise.starts_on,
                last=evaluation.as_of - timedelta(days=1),
            ),
        )


def _not_delivered(evaluation: Evaluation, access: Access) -> Iterable[Need]:
    """What was promised by a day that has passed, or comes within some weeks."""
    for line in evaluation.lines:
        for target in line.targets:
            delivery = target.progress.windows[0].delivery
            if delivery is None or delivery.done_on is not None:
                continue
            days = (delivery.due_on - evaluation.as_of).days
            if days > DAYS_BEFORE or evaluation.as_of < evaluation.promise.starts_on:
                continue
            text = (
                _("%(title)s was to be done by %(day)s")
                if target.progress.status == Status.NOT_KEPT
                else _("%(title)s is to be done by %(day)s")
            )
            yield Need(
                "behind" if target.progress.status == Status.NOT_KEPT else "risk",
                "calendar-event",
                text % {"title": sentence(line.short_title), "day": long_date(delivery.due_on)},
                _("Log it when it is done · %(responsible)s") % {"responsible": line.responsible},
                _log_url(access, line),
            )


def _unbooked(evaluation: Evaluation, access: Access, *, most_named: int = NAMED) -> Iterable[Need]:
    for line in evaluation.lines:
        if line.process.planned is None:
            continue  # bookings are secret here: nobody may be told that there is none
        for target in line.targets:
            for window in target.progress.windows:
                cells = [cell for cell in window.cells if not (cell.met or cell.booked_on or cell.waiting_on)]
                if not cells or not is_open(window, evaluation.as_of):
                    continue
                if len(cells) <= most_named:
                    names = class_names(cells)
                    text = ngettext(
                        "%(classes)s has no meeting booked", "%(classes)s have no meeting booked", len(cells)
                    ) % {"classes": names}
                else:
                    text = ngettext(
                        "%(number)s class has no meeting booked",
                        "%(number)s classes have no meeting booked",
                        len(cells),
                    ) % {"number": sentence(in_words(len(cells)))}
                yield Need(
                    "",
                    "text-left",
                    text,
                    _("%(window)s counts until %(day)s")
                    % {"window": window.label, "day": long_date(window.end)},
                    _log_url(access, line),
                )


def _baselines(evaluation: Evaluation, access: Access) -> Iterable[Need]:
    missing = [
        indicator.name
        for effect in evaluation.effects
        for indicator in effect.indicators
        if indicator.baseline is None
    ]
    if not missing:
        return
    yield Need(
        "",
        "bar-chart",
        ngettext(
            "%(number)s measure has no value from before",
            "%(number)s measures have no value from before",
            len(missing),
        )
        % {"number": sentence(in_words(len(missing)))},
        _("Without it no effect can be shown"),
        reverse("promises:effects", args=[access.promise.slug]),
    )


def _log_url(access: Access, line: CommitmentLine) -> str:
    """The form for those who log, the commitment's own page for others."""
    name = "activities:log_form" if access.allows(Action.LOG) else "reports:commitment"
    return reverse(name, args=[access.promise.slug, line.number])
