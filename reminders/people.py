"""Who may be reminded, of what, and whose turn it is. A constant number of queries, however many people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from promises.choices import PromiseState
from promises.models import Membership, Promise
from promises.permissions import Access
from reminders.cadence import Rhythm
from reminders.choices import NEEDED, ONLY_WITH_REVIEW, USUAL, Kind, Sending
from reminders.models import ReminderSetting, SentReminder


@dataclass(frozen=True, slots=True)
class Person:
    """``accesses``: the promises that have begun and in which the person has a role."""

    user: User
    accesses: tuple[Access, ...]
    rhythms: Mapping[Kind, Rhythm]

    def concerned_by(self, kind: Kind) -> tuple[Access, ...]:
        return tuple(access for access in self.accesses if access.allows(NEEDED[kind]))


def everybody(as_of: date) -> list[Person]:
    """Those with an open account and a role in a promise that has begun, in the order of their e-mail."""
    rows = Membership.objects.filter(
        user__is_active=True, promise__state=PromiseState.ACTIVE, promise__starts_on__lte=as_of
    )
    accesses = _accesses(
        rows.select_related("user", "promise", "organisation").order_by("user__email", "promise__title", "pk")
    )
    chosen: dict[int, dict[Kind, Rhythm]] = defaultdict(dict)
    for row in ReminderSetting.objects.filter(user__in=accesses):
        chosen[row.user_id][Kind(row.kind)] = row.rhythm
    return [Person(found[0].user, tuple(found), USUAL | chosen[user]) for user, found in accesses.items()]


def _accesses(rows: Iterable[Membership]) -> dict[int, list[Access]]:
    """User -> what they are in each promise. A promise is one object, whoever has a role in it."""
    promises: dict[int, Promise] = {}
    found: dict[int, dict[int, list[Membership]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        row.promise = promises.setdefault(row.promise_id, row.promise)
        found[row.user_id][row.promise_id].append(row)
    return {
        user: [Access(of_one[0].user, of_one[0].promise, tuple(of_one)) for of_one in by_promise.values()]
        for user, by_promise in found.items()
    }


def rhythms_of(user: User) -> dict[Kind, Rhythm]:
    rows = ReminderSetting.objects.filter(user=user)
    return USUAL | {Kind(row.kind): row.rhythm for row in rows}


def kinds_for(user: User) -> list[Kind]:
    """What somebody can be reminded of: by their roles, also in a promise that has not begun."""
    rows = Membership.objects.filter(user=user, promise__state=PromiseState.ACTIVE)
    accesses = _accesses(rows.select_related("promise", "organisation", "user")).get(user.pk, [])
    return [
        kind
        for kind in Kind
        if any(
            access.allows(NEEDED[kind]) and (access.promise.requires_review or kind not in ONLY_WITH_REVIEW)
            for access in accesses
        )
    ]


def turns(people: Iterable[Person], as_of: date) -> list[tuple[Person, dict[Kind, date]]]:
    """Those who have somebody's turn today and have not been mailed today: kind -> the day it is due.

    What the mail server refused is due again, the weekly one on the days after its own as well.
    """
    taken: dict[tuple[int, str, date], SentReminder] = {}
    mailed: set[int] = set()
    week = [as_of.fromordinal(as_of.toordinal() - days) for days in range(7)]
    for row in SentReminder.objects.filter(turn__in=week):
        taken[row.user_id, row.kind, row.turn] = row
        if row.tried_on == as_of and row.state != Sending.REFUSED:
            mailed.add(row.user_id)
    found = []
    for person in people:
        due = {}
        for kind in Kind:
            turn = person.rhythms[kind].turn(as_of)
            if turn is None or person.user.pk in mailed:
                continue
            known = taken.get((person.user.pk, kind, turn))
            if known.may_be_tried if known else turn == as_of:
                due[kind] = turn
        if due:
            found.append((person, due))
    return found
