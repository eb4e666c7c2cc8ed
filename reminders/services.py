"""Writes: what somebody chooses, and which reminder is taken up, sent or refused (docs/adr/0025)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import models, transaction

from accounts.models import User
from reminders.cadence import Cadence, Rhythm
from reminders.choices import Kind, Sending
from reminders.models import ReminderSetting, SentReminder

KEPT_DAYS = 90
"""So long it is known when somebody was reminded of what; nobody needs it longer."""


def choose(user: User, rhythms: Mapping[Kind, Rhythm]) -> None:
    """Store what the person wants. ValidationError."""
    with transaction.atomic():
        for kind, rhythm in rhythms.items():
            _choose(user, kind, cadence=rhythm.cadence, weekday=rhythm.weekday)


def turn_off(user: User, kinds: Iterable[Kind]) -> None:
    """The weekday stays as it was chosen. Again and again it changes nothing more."""
    with transaction.atomic():
        for kind in kinds:
            _choose(user, kind, cadence=Cadence.OFF)


def _choose(user: User, kind: Kind, **values: object) -> None:
    # Two at once would both make the row: whoever comes second finds it.
    row, _new = ReminderSetting.objects.select_for_update().get_or_create(
        user=user, kind=kind, defaults={"cadence": Cadence.OFF}
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()


def claim(user: User, due: Mapping[Kind, date], *, as_of: date) -> bool:
    """Take up a person's reminders before they are sent, in a transaction of its own.

    False where another run has been there: one of them is taken, or the person has been mailed today.
    """
    with transaction.atomic():
        # Whoever comes second waits here and then sees what the first one took. No key is held: logging goes on.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        of_person = SentReminder.objects.filter(user=user)
        if of_person.filter(tried_on=as_of).exclude(state=Sending.REFUSED).exists():
            return False
        known = {
            (row.kind, row.turn): row
            for row in of_person.filter(turn__in=set(due.values())).select_for_update()
        }
        rows = [
            known.get((kind, turn)) or SentReminder(user=user, kind=kind, turn=turn, state=Sending.REFUSED)
            for kind, turn in due.items()
        ]
        if not all(row.may_be_tried for row in rows):
            return False
        for row in rows:
            row.state, row.tried_on = Sending.BEGUN, as_of
            row.attempts += 1
            row.save()
    return True


def mark_sent(user: User, *, as_of: date, at: datetime) -> None:
    """What was taken up for the person on that day has gone out."""
    _begun(user, as_of).update(state=Sending.SENT, sent_at=at)


def mark_refused(user: User, *, as_of: date) -> None:
    """The mail server said no: the next run tries again."""
    _begun(user, as_of).update(state=Sending.REFUSED)


def _begun(user: User, as_of: date) -> "models.QuerySet[SentReminder]":
    return SentReminder.objects.filter(user=user, tried_on=as_of, state=Sending.BEGUN)


def forget_old(*, as_of: date) -> None:
    SentReminder.objects.filter(turn__lt=as_of - timedelta(days=KEPT_DAYS)).delete()
