"""The calendars that a promise's targets are paced by."""

from collections.abc import Iterable

from promises.choices import TargetCalendar
from promises.models import Commitment, Promise
from reports.calendars import Calendar, CalendarKind, Span, Term, school_calendar


def calendars_of(promise: Promise, commitments: Iterable[Commitment]) -> dict[int, Calendar]:
    """Target's key -> its calendar, for those that are not even. School terms are read only where one needs them."""
    targets = [
        target
        for commitment in commitments
        for target in commitment.targets.all()
        if target.calendar != TargetCalendar.EVEN
    ]
    school = None
    found: dict[int, Calendar] = {}
    for target in targets:
        if target.calendar == TargetCalendar.MONTHLY_WEIGHTS:
            found[target.pk] = Calendar(CalendarKind.MONTHLY_WEIGHTS, weights=target.weights)
        else:
            school = school or _school(promise)
            found[target.pk] = school
    return found


def _school(promise: Promise) -> Calendar:
    terms = promise.school_terms.prefetch_related("breaks")
    return school_calendar(
        [
            Term(
                Span(term.first_day, term.last_day),
                tuple(Span(one.first_day, one.last_day) for one in term.breaks.all()),
            )
            for term in terms
        ]
    )
