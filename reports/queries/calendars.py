"""The calendars that a promise's targets are paced by."""

from collections.abc import Iterable

from promises.choices import TargetCalendar
from promises.models import Commitment, SchoolTerm
from reports.calendars import Calendar, CalendarKind, Span, Term, school_calendar


def calendars_of(commitments: Iterable[Commitment]) -> dict[int, Calendar]:
    """Target's key -> its calendar, for those that are not even. School terms are read only where one needs them.

    ``commitments`` may be of several promises, each of which has its own terms.
    """
    targets = [
        (commitment.promise_id, target)
        for commitment in commitments
        for target in commitment.targets.all()
        if target.calendar != TargetCalendar.EVEN
    ]
    by_school = {promise for promise, target in targets if target.calendar != TargetCalendar.MONTHLY_WEIGHTS}
    schools = _schools(by_school) if by_school else {}
    return {
        target.pk: Calendar(CalendarKind.MONTHLY_WEIGHTS, weights=target.weights)
        if target.calendar == TargetCalendar.MONTHLY_WEIGHTS
        else schools[promise]
        for promise, target in targets
    }


def _schools(promises: set[int]) -> dict[int, Calendar]:
    terms: dict[int, list[Term]] = {promise: [] for promise in promises}
    for term in SchoolTerm.objects.filter(promise__in=promises).prefetch_related("breaks"):
        terms[term.promise_id].append(
            Term(
                Span(term.first_day, term.last_day),
                tuple(Span(one.first_day, one.last_day) for one in term.breaks.all()),
            )
        )
    return {promise: school_calendar(own) for promise, own in terms.items()}
