"""The guard of locked periods: every service that writes rows of a promise passes it (docs/adr/0023).

Where nothing is locked, or only days before those asked for, it asks the database nothing: ``locked_until`` comes
with the promise, and with ``locking.hold``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from promises import school_year
from promises.models import LockException, PeriodLock, Promise

CODE = "locked"

Days = tuple[date, date]
"""First and last day of what is asked for, both included."""


class PeriodLocked(ValidationError):
    """Something would change in a locked period. ``lock``: which; the words name it, at the field of the day."""

    def __init__(self, lock: PeriodLock, field: str = "occurred_on") -> None:
        super().__init__({field: ValidationError(refusal(lock), code=CODE)})
        self.code = CODE
        self.lock = lock


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a write was let in by: nothing, where nothing of it is locked."""

    exceptions: tuple[LockException, ...] = ()

    def under(self, *several: Days) -> int | None:
        """The exception by which rows of these days change, for their history."""
        return next(
            (one.pk for one in self.exceptions if any(one.lock.touches(*days) for days in several)), None
        )


def refusal(lock: PeriodLock) -> str:
    """Which period, since when, by whom, and whom to ask. ``lock`` has ``locked_by`` at hand."""
    return _(
        "The period %(first)s to %(last)s has been locked by %(by)s since %(day)s, and nothing in it changes. "
        "Ask %(by)s or another coordinator for an exception."
    ) % {
        "first": lock.first_day,
        "last": lock.last_day,
        "by": lock.locked_by,
        "day": timezone.localtime(lock.locked_at).date(),
    }


def standing_locks(promise: Promise) -> list[PeriodLock]:
    """The oldest first; without a query where there is none."""
    if promise.locked_until is None:
        return []
    rows = PeriodLock.objects.filter(promise_id=promise.pk).standing().select_related("locked_by")
    return list(rows.order_by("first_day"))


def locked_in_words(promise: Promise) -> list[str]:
    """For pages with numbers: what cannot change any more, and for whom it can. At most two queries, or none."""
    locks = standing_locks(promise)
    allowed: dict[int, list[LockException]] = {}
    if locks:
        valid = LockException.objects.valid(timezone.now()).filter(lock__in=locks)
        for one in valid.select_related("user").order_by("until"):
            allowed.setdefault(one.lock_id, []).append(one)
    said = []
    for lock in locks:
        days = {"first": lock.first_day, "last": lock.last_day}
        from_the_start = lock.first_day == promise.starts_on
        text = _("Locked up to %(last)s") if from_the_start else _("Locked %(first)s to %(last)s")
        words = [text % days]
        for one in allowed.get(lock.pk, []):
            until = {"who": one.user, "until": one.last_day}
            words.append(_("exception for %(who)s up to %(until)s") % until)
        said.append(", ".join(words))
    return said


def exceptions_of(user: User, locks: Iterable[PeriodLock]) -> dict[int, LockException]:
    """Lock id -> the exception by which a person may change what is in it now."""
    pks = [lock.pk for lock in locks]
    if not pks:
        return {}
    rows = LockException.objects.valid(timezone.now()).filter(lock__in=pks, user=user).select_related("lock")
    return {row.lock_id: row for row in rows.order_by("until")}


def binding_locks(promise: Promise, user: User) -> tuple[PeriodLock, ...]:
    """The locks that a person has no exception from."""
    locks = standing_locks(promise)
    allowed = exceptions_of(user, locks)
    return tuple(lock for lock in locks if lock.pk not in allowed)


def lock_of(days: Days, locks: Iterable[PeriodLock]) -> PeriodLock | None:
    """The first lock that has a day in common with ``days``."""
    return next((lock for lock in locks if lock.touches(*days)), None)


def admit(held: Promise, *several: Days, by: User | None, field: str = "occurred_on") -> Admitted:
    """Let a write pass, or raise PeriodLocked. ``held``: the promise as ``hold`` gives it, in the transaction.

    ``several``: the days of all rows that change, as they were and as they become. ``by`` None: a file
    read in by command line, which has no exception.
    """
    until = held.locked_until
    asked = [days for days in several if until is not None and days[0] <= until]
    if not asked:
        return Admitted()
    locks = [lock for lock in standing_locks(held) if any(lock.touches(*days) for days in asked)]
    allowed = exceptions_of(by, locks) if by is not None else {}
    for lock in locks:
        if lock.pk not in allowed:
            raise PeriodLocked(lock, field)
    return Admitted(tuple(allowed.values()))


def admit_school_year(held: Promise, year: int, *, by: User | None, field: str = "school_year") -> Admitted:
    """As ``admit``, for the register of a läsår: shut when every day of it within the promise is locked.

    Then what the classes of that year were asked is settled; while one day is open, meetings can still be added.
    """
    if held.locked_until is None:
        return Admitted()
    first, last = school_year.span(year)
    days = max(first, held.starts_on), min(last, held.ends_on)
    return admit(held, days, by=by, field=field) if is_covered(days, standing_locks(held)) else Admitted()


def is_covered(days: Days, locks: Iterable[PeriodLock]) -> bool:
    """Whether every one of ``days`` is locked. ``locks``: the oldest first, without days in common."""
    open_from, last = days
    for lock in locks:
        if lock.first_day <= open_from <= lock.last_day:
            open_from = lock.last_day + timedelta(days=1)
    return open_from > last
