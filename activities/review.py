"""Writes of a review: a coordinator approves rows or sends them back, whoever logged them answers (docs/adr/0016).

Each is one transaction that holds the promise, with its history and the running totals.
"""

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import tallies
from activities.choices import Review, State
from activities.models import Activity
from activities.services import StaleVersion, added_now, locked
from history.models import Change
from history.services import change, record
from promises.locking import hold
from promises.locks import Admitted, admit
from promises.models import Promise
from promises.permissions import Access, Action
from promises.services import checked_reason


class StaleRows(Exception):
    """Some of the rows are no longer what the person saw; ``rows`` as they stand. None was approved."""

    def __init__(self, rows: list[Activity]) -> None:
        super().__init__(f"{len(rows)} rows have changed")
        self.rows = rows


def approve(*, access: Access, versions: Mapping[int, int]) -> list[Activity]:
    """Rows count from now on: all of them or none. ``versions``: row id -> the version the person saw.

    Those approved now, by day. A row that somebody else has approved meanwhile stays as it is and is not among
    them. PermissionDenied; StaleRows where one was corrected, sent back or voided meanwhile; PeriodLocked.
    """
    _require(access)
    with transaction.atomic():
        held = hold(access.promise.pk)
        rows = _for_update(access, versions)
        new = [row for row in rows if not row.is_counted]
        stale = [row for row in new if row.is_voided or not row.review or row.version != versions[row.pk]]
        if stale:
            raise StaleRows(stale)
        admitted = admit(held, *(row.days for row in new), by=access.user)
        changes = []
        for row in new:
            was, row.review = row.review, Review.NONE
            row.version += 1
            changes.append(_change(row, Change.Action.APPROVED, access, admitted, was=was))
        Activity.objects.bulk_update(new, ["review", "version"])
        Change.objects.bulk_create(changes)
        tallies.change(before={}, now=tallies.total(added_now(row) for row in new))
    return new


def return_row(*, access: Access, activity: Activity, version: int, reason: str) -> Activity:
    """Whoever logged the row is to look at it again; until it is approved it does not count.

    Also one that was approved, where rows are reviewed. PermissionDenied, StaleVersion, ValidationError.
    """
    _require(access)
    reason = checked_reason(reason)
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = locked(activity, access)
        if row.version != version:
            raise StaleVersion(row)
        if row.state != State.DONE or (row.is_counted and not held.requires_review):
            raise ValidationError({"why": [_("Only what is done and reviewed can be sent back.")]})
        return _move(row, Review.RETURNED, Change.Action.RETURNED, access, held=held, reason=reason)


def answer(*, access: Access, activity: Activity, version: int, text: str) -> Activity:
    """What was sent back is right as it stands, and why: it waits for review again.

    Where rows are reviewed no longer it counts. PermissionDenied, StaleVersion, ValidationError.
    """
    text = checked_reason(text)
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = locked(activity, access)
        if row.version != version:
            raise StaleVersion(row)
        if not row.is_returned:
            raise ValidationError({"why": [_("The row has not been sent back.")]})
        review = Review.WAITING if held.requires_review else Review.NONE
        return _move(row, review, Change.Action.ANSWERED, access, held=held, reason=text)


def require_review(*, access: Access, required: bool, reason: str) -> Promise:
    """Say whether rows are reviewed before they count. What counts already goes on counting.

    PermissionDenied; ValidationError without a reason, and where rows still wait.
    """
    _require(access)
    reason = checked_reason(reason)
    with transaction.atomic():
        hold(access.promise.pk)
        promise = Promise.objects.get(pk=access.promise.pk)
        if promise.requires_review == required:
            return promise
        waiting = 0 if required else Activity.objects.filter(promise=promise).waiting().count()
        if waiting:
            text = ngettext(
                "%(number)s activity is waiting for review: approve it or send it back first.",
                "%(number)s activities are waiting for review: approve them or send them back first.",
                waiting,
            )
            raise ValidationError(text % {"number": waiting})
        promise.requires_review = required
        promise.save(update_fields=["requires_review"])
        record(
            promise,
            action=Change.Action.CORRECTED,
            by=access.user,
            promise_id=promise.pk,
            old={"requires_review": not required},
            new={"requires_review": required},
            reason=reason,
        )
    return promise


def last_words(rows: Iterable[Activity]) -> dict[int, Change]:
    """One query: row id -> what was last said about it in the review, sent back or answered."""
    changes = Change.objects.filter(
        subject=Activity._meta.label_lower,
        subject_id__in=[row.pk for row in rows],
        action__in=[Change.Action.RETURNED, Change.Action.ANSWERED],
    )
    return {one.subject_id: one for one in changes.select_related("by").order_by("at", "pk")}


def _require(access: Access) -> None:
    if not access.allows(Action.REVIEW):
        raise PermissionDenied


def _for_update(access: Access, versions: Mapping[int, int]) -> list[Activity]:
    """The rows as they are now, held until the transaction ends. PermissionDenied where one is not to be seen."""
    rows = list(
        Activity.objects.visible_to(access)
        .select_for_update(of=("self",))
        .with_names()
        .select_related("commitment__promise")
        .filter(pk__in=list(versions))
        .order_by("occurred_on", "pk")
    )
    if len(rows) != len(versions):
        raise PermissionDenied
    return rows


def _move(
    row: Activity, review: Review, act: Change.Action, access: Access, *, held: Promise, reason: str
) -> Activity:
    admitted = admit(held, row.days, by=access.user)
    added = added_now(row)
    was, row.review = row.review, review
    row.version += 1
    row.save(update_fields=["review", "version"])
    _change(row, act, access, admitted, was=was, reason=reason).save()
    tallies.change(before=added, now=added_now(row))
    return row


def _change(
    row: Activity, act: Change.Action, access: Access, admitted: Admitted, *, was: str, reason: str = ""
) -> Change:
    return change(
        row,
        action=act,
        by=access.user,
        promise_id=row.promise_id,
        old={"review": str(was)} if was else {},
        new={"review": str(row.review)},
        reason=reason,
        exception_id=admitted.under(row.days),
    )
