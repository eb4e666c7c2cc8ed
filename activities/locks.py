"""Locking a period, unlocking it, and exceptions for one person: the coordinators' acts (docs/adr/0023).

Each is one transaction that holds the promise, with its history. Who holds the promise next sees the lock: no
write begins before it and ends after it. The guard that refuses writes is ``promises.locks.admit``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.choices import Review, State
from activities.models import Activity
from history.models import Change
from history.services import record
from promises.locking import hold
from promises.locks import exceptions_of, standing_locks
from promises.models import LockException, Membership, PeriodLock, Promise
from promises.permissions import ALLOWED, Access, Action
from promises.services import checked_reason

USUAL_DAYS, MOST_DAYS = 7, 30
"""How long an exception lasts unless another day is chosen, and at most."""


_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Covered:
    """What a lock would shut, as far as the reader may see it. ``waiting``: not approved; ``planned``: neither done
    nor cancelled."""

    rows: int
    waiting: int
    planned: int


def covered(access: Access, first: date, last: date) -> Covered:
    """One query."""
    rows = Activity.objects.visible_to(access).valid().within(first, last)
    sums = rows.aggregate(
        rows=Count("pk"),
        waiting=Count("pk", filter=~Q(review=Review.NONE)),
        planned=Count("pk", filter=Q(state=State.PLANNED)),
    )
    return Covered(**sums)


def lock_period(
    *, access: Access, first: date, last: date, reason: str, today: date, accepted: int = 0
) -> PeriodLock:
    """Nothing dated from ``first`` to ``last`` changes from now on. ``accepted``: so many rows that wait for review
    the person has been shown, and knows that they stay so.

    The same lock sent twice is one. PermissionDenied, ValidationError at "first", "last", "accepted" and "why".
    """
    _require(access)
    reason = checked_reason(reason)
    with transaction.atomic():
        hold(access.promise.pk)
        promise = Promise.objects.get(pk=access.promise.pk)
        there = standing_locks(promise)
        for lock in there:
            if (lock.first_day, lock.last_day, lock.reason) == (first, last, reason):
                return lock
        if faults := _faults(promise, there, first, last, today):
            raise ValidationError(faults)
        waiting = covered(access, first, last).waiting
        if waiting > accepted:
            text = ngettext(
                "%(number)s activity in the period waits for review, and cannot be approved once it is locked. "
                "Approve it first, or tick that it stays so.",
                "%(number)s activities in the period wait for review, and cannot be approved once it is locked. "
                "Approve them first, or tick that they stay so.",
                waiting,
            )
            raise ValidationError({"accepted": [text % {"number": waiting}]})
        row = PeriodLock(
            promise=promise, first_day=first, last_day=last, reason=reason, locked_by=access.user
        )
        row.full_clean(exclude=["promise", "locked_by"])
        row.save()
        _keep_last_day(promise, [*there, row])
        _record(row, Change.Action.CREATED, access, old={}, new=_shown(row), reason=reason)
    return row


def unlock_period(*, access: Access, lock: PeriodLock, reason: str) -> PeriodLock:
    """Its rows may be changed again. One that is unlocked stays as it is. PermissionDenied, ValidationError."""
    _require(access)
    reason = checked_reason(reason)
    with transaction.atomic():
        hold(access.promise.pk)
        row = _own(access, lock)
        if not row.is_standing:
            return row
        row.unlocked_at, row.unlocked_by, row.unlock_reason = timezone.now(), access.user, reason
        row.full_clean(exclude=["promise", "locked_by", "unlocked_by"])
        row.save()
        promise = Promise.objects.get(pk=access.promise.pk)
        _keep_last_day(promise, standing_locks(promise))
        _record(row, Change.Action.VOIDED, access, old=_shown(row), new={}, reason=reason)
    return row


def grant_exception(
    *, access: Access, lock: PeriodLock, user: User, until: datetime, reason: str
) -> LockException:
    """One person who logs may change what is in the period, up to ``until``. The same sent twice is one.

    PermissionDenied, ValidationError at "user", "until" and "why".
    """
    _require(access)
    reason = checked_reason(reason)
    now = timezone.now()
    with transaction.atomic():
        hold(access.promise.pk)
        row = _own(access, lock)
        if not row.is_standing:
            raise ValidationError(_("The period is not locked any more, so nobody needs an exception."))
        if not Membership.objects.filter(
            promise=access.promise, user=user, role__in=ALLOWED[Action.LOG]
        ).exists():
            raise ValidationError({"user": [_("Choose somebody who logs in this promise.")]})
        if not now < until or _day(until - _MOMENT) > _day(now) + timedelta(days=MOST_DAYS):
            text = _("Choose a day from today and at most %(days)s days ahead.")
            raise ValidationError({"until": [text % {"days": MOST_DAYS}]})
        there = LockException.objects.valid(now).filter(lock=row, user=user).first()
        if there is not None and (there.until, there.reason) == (until, reason):
            return there
        if there is not None:
            text = _("%(who)s has an exception already, up to %(until)s. End that one first.")
            raise ValidationError({"user": [text % {"who": user, "until": there.last_day}]})
        exception = LockException(
            lock=row, user=user, reason=reason, until=until, granted_by=access.user, granted_at=now
        )
        exception.full_clean(exclude=["lock", "user", "granted_by"])
        exception.save()
        _record(
            exception, Change.Action.CREATED, access, old={}, new=_exception_shown(exception), reason=reason
        )
    return exception


def end_exception(*, access: Access, exception: LockException) -> LockException:
    """Before its time. One that has ended stays as it is. PermissionDenied."""
    _require(access)
    now = timezone.now()
    with transaction.atomic():
        hold(access.promise.pk)
        row = (
            LockException.objects.select_related("lock", "user")
            .filter(lock__promise=access.promise, pk=exception.pk)
            .first()
        )
        if row is None:
            raise PermissionDenied
        if not row.is_valid(now):
            return row
        old = _exception_shown(row)
        row.ended_at, row.ended_by = now, access.user
        row.full_clean(exclude=["lock", "user", "granted_by", "ended_by"])
        row.save()
        _record(row, Change.Action.VOIDED, access, old=old, new=_exception_shown(row), reason="")
    return row


def tell_locked(rows: Iterable[Activity], access: Access) -> None:
    """Sets ``lock`` and ``is_shut`` of rows for a page. At most two queries; none where nothing is locked."""
    locks = standing_locks(access.promise)
    allowed = exceptions_of(access.user, locks)
    for row in rows if locks else ():
        touched = [lock for lock in locks if lock.touches(*row.days)]
        shut = [lock for lock in touched if lock.pk not in allowed]
        row.lock = next(iter([*shut, *touched]), None)
        row.is_shut = bool(shut)
        row.exception = allowed.get(row.lock.pk) if row.lock is not None and not shut else None


def _require(access: Access) -> None:
    if not access.allows(Action.LOCK):
        raise PermissionDenied


def _own(access: Access, lock: PeriodLock) -> PeriodLock:
    row = PeriodLock.objects.filter(promise=access.promise, pk=lock.pk).select_related("locked_by").first()
    if row is None:
        raise PermissionDenied
    found: PeriodLock = row
    return found


def _faults(
    promise: Promise, there: list[PeriodLock], first: date, last: date, today: date
) -> dict[str, list[str]]:
    """At most one fault for each of the two days."""
    outside = _("%(day)s is outside the promise's period, %(first)s to %(last)s.")
    faults: dict[str, list[str]] = {}
    for name, day in (("first", first), ("last", last)):
        if not promise.contains(day):
            faults[name] = [outside % {"day": day, "first": promise.starts_on, "last": promise.ends_on}]
    if not faults and last < first:
        faults["last"] = [
            _("%(last)s comes before %(first)s. Write the first day first.") % {"first": first, "last": last}
        ]
    if not faults and last > today:
        faults["last"] = [_("%(day)s has not come yet. Only days up to today can be locked.") % {"day": last}]
    if not faults:
        for lock in there:
            if lock.touches(first, last):
                text = _(
                    "%(first)s to %(last)s is locked already. Choose days outside it, or unlock it first."
                )
                name = "first" if lock.touches(first, first) else "last"
                faults[name] = [text % {"first": lock.first_day, "last": lock.last_day}]
    return faults


def _keep_last_day(promise: Promise, locks: list[PeriodLock]) -> None:
    promise.locked_until = max((lock.last_day for lock in locks), default=None)
    promise.save(update_fields=["locked_until"])


def _shown(row: PeriodLock) -> dict[str, Any]:
    return {"first_day": row.first_day, "last_day": row.last_day}


def _exception_shown(row: LockException) -> dict[str, Any]:
    values = {"user": row.user, "first_day": row.lock.first_day, "last_day": row.lock.last_day}
    return values | ({"until": row.last_day} if row.ended_at is None else {"ended": _moment(row.ended_at)})


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _record(row: PeriodLock | LockException, act: Change.Action, access: Access, **what: Any) -> None:
    record(row, action=act, by=access.user, promise_id=access.promise.pk, **what)
