"""What somebody usually logs, by their own rows: what is chosen beforehand, "log again", and whether one came twice.

Only rows that the person may see, and that are done: a hint tells nobody of a plan (OSL 18:1-2).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from activities.choices import State
from activities.models import Activity, ActivityQuerySet
from activities.options import Options
from promises.choices import PromiseState
from promises.models import Commitment, Promise, School
from promises.permissions import ALLOWED, Access, Action

SOON = timedelta(minutes=10)
"""So shortly after each other, two equal rows are more likely one that was pressed twice than two that happened."""


def own_rows(access: Access) -> ActivityQuerySet:
    rows = Activity.objects.visible_to(access).valid()
    return rows.filter(state=State.DONE, logged_by=access.user)


def logged_last(access: Access) -> Activity | None:
    """The row the person wrote last, with its names."""
    found: Activity | None = own_rows(access).with_names().order_by("-logged_at", "-pk").first()
    return found


def logged_last_for(access: Access, commitment: Commitment) -> Activity | None:
    """Of one commitment; with its areas at hand."""
    rows = own_rows(access).filter(commitment=commitment).prefetch_related("areas")
    found: Activity | None = rows.order_by("-logged_at", "-pk").first()
    return found


def latest_done(access: Access, commitment: Commitment) -> Activity | None:
    """The person's row with the latest day."""
    found: Activity | None = own_rows(access).filter(commitment=commitment).first()  # the order of the list
    return found


def usual_school(access: Access, options: Options) -> School | None:
    """The only one, or where the person was last; None where nobody can guess."""
    if len(options.schools) == 1:
        return options.schools[0]
    rows = own_rows(access).filter(commitment=options.commitment, school__isnull=False)
    last = rows.order_by("-logged_at", "-pk").values_list("school", flat=True).first()
    return next((one for one in options.schools if one.pk == last), None)


def usual_initial(row: Activity | None, options: Options) -> dict[str, Any]:
    """Kind and areas as last time, for the form. Never a number, nor who took part."""
    if row is None:
        return {}
    here = {area.pk for area in options.areas}
    areas = [area.pk for area in row.areas.all() if area.pk in here]
    if options.commitment.counts_only:
        return {"areas": areas[0]} if areas else {}
    initial: dict[str, Any] = {"areas": areas} if areas else {}
    return initial | ({"kind": row.kind_id} if row.kind_id else {})


def in_use_order(commitments: Iterable[Commitment], last: Activity | None) -> list[Commitment]:
    """The one used last, then the others as they are numbered."""
    found = list(commitments)
    return sorted(
        found, key=lambda one: last is None or one.pk != last.commitment_id
    )  # sorted() keeps the rest


def logged_just_before(row: Activity) -> Activity | None:
    """Another row of the same person with the same content, written shortly before: perhaps the same thing twice."""
    near = Activity.objects.valid().filter(
        logged_by=row.logged_by_id,
        promise=row.promise_id,
        commitment=row.commitment_id,
        kind=row.kind_id,
        occurred_on=row.occurred_on,
        quantity=row.quantity,
        state=row.state,
        school=row.school_id,
        starts_at=row.starts_at,
        logged_at__range=(row.logged_at - SOON, row.logged_at),
    )
    mine = contents(row)
    others = near.exclude(pk=row.pk).prefetch_related("areas", "attendance").order_by("-logged_at", "-pk")
    return next((one for one in others[:5] if contents(one) == mine), None)


def contents(row: Activity) -> tuple[frozenset[int], frozenset[int]]:
    """Where it was, and with which classes."""
    return (
        frozenset(area.pk for area in row.areas.all()),
        frozenset(one.school_class_id for one in row.attendance.all()),
    )


def minutes_between(first: datetime, second: datetime) -> int:
    """Whole minutes, at least one."""
    return max(int((second - first).total_seconds() // 60), 1)


# Which promise


def promises_to_log_in(user: User, *, today: date) -> list[Promise]:
    """Those that are open today where the person may log; where none is open, all of them."""
    memberships = user.memberships.filter(role__in=ALLOWED[Action.LOG]).values("promise")
    found = list(Promise.objects.filter(pk__in=memberships))
    return [one for one in found if one.state == PromiseState.ACTIVE and one.contains(today)] or found


def promise_logged_in_last(user: User, promises: Iterable[Promise]) -> Promise | None:
    """The one of ``promises`` that the person wrote in last."""
    by_id = {one.pk: one for one in promises}
    rows = Activity.objects.filter(logged_by=user, promise__in=by_id, state=State.DONE)
    last = rows.order_by("-logged_at", "-pk").values_list("promise", flat=True).first()
    return by_id.get(last) if last is not None else None
