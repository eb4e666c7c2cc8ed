"""The pace of a target in words: what it follows, and where the calendar had to be filled in."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.calendars import Calendar, CalendarKind
from reports.evaluation import TargetLine
from reports.wording import listed, named, number, short_months, window_name


def pace_noun(calendar: Calendar) -> str:
    """What somebody is behind or ahead of: "jämn takt"."""
    names = {
        CalendarKind.EVEN: _("an even pace"),
        CalendarKind.SCHOOL_DAYS: _("the pace of the school days"),
        CalendarKind.MONTHLY_WEIGHTS: _("the pace of the months"),
    }
    return names[calendar.kind]


def pace_notes(target: TargetLine) -> tuple[str, ...]:
    """Sentences; () where the pace is even."""
    calendar, windows = target.calendar, target.progress.windows
    if calendar.is_even:
        return ()
    notes = [_follows(calendar)]
    missing = {label: None for window in windows for label in calendar.terms_missing(window.stretch)}
    if missing:
        notes.append(
            _("School terms are missing for %(terms)s: there Monday to Friday are counted, without July.")
            % {"terms": listed([window_name(label) for label in missing])}
        )
    bare = [named(window) for window in windows if calendar.carries_nothing(window.stretch)]
    if bare:
        notes.append(
            ngettext(
                "No day of %(windows)s carries anything, so its pace is even.",
                "No day of %(windows)s carries anything, so their pace is even.",
                len(bare),
            )
            % {"windows": listed(bare)}
        )
    return tuple(notes)


def _follows(calendar: Calendar) -> str:
    if calendar.kind == CalendarKind.SCHOOL_DAYS:
        return _("What is expected follows the school days: nothing is expected on weekends and holidays.")
    weights = (
        f"{name} {number(weight)}" for name, weight in zip(short_months(), calendar.weights, strict=True)
    )
    return _("What is expected follows the months by weight: %(weights)s.") % {"weights": ", ".join(weights)}
