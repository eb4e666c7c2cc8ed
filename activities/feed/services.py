"""The secret address of a person's calendar feed: made, replaced, taken back, and recognised again (docs/adr/0019)."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import CalendarToken, User
from history.models import Change
from history.services import record

NOTED_EVERY = timedelta(minutes=10)
"""A calendar asks as often as it likes; that it asked is written down no oftener than this."""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(user: User, *, now: datetime) -> str:
    """A new secret, told this once. An older one stops working at the same moment."""
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two presses at once: the later one holds
        was = CalendarToken.objects.filter(user=user).first()
        values = {"digest": digest_of(token), "made_at": now, "fetched_at": None}
        row, _is_new = CalendarToken.objects.update_or_create(user=user, defaults=values)
        record(
            user,
            action=Change.Action.CORRECTED if was else Change.Action.CREATED,
            by=user,
            old={"calendar_address": was.made_at} if was else {},
            new={"calendar_address": row.made_at},
        )
    return token


def revoke_token(user: User) -> bool:
    """The address leads nowhere from now on. False where there was none."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        row = CalendarToken.objects.filter(user=user).first()
        if row is None:
            return False
        record(
            user,
            action=Change.Action.VOIDED,
            by=user,
            old={"calendar_address": row.made_at},
            new={"calendar_address": None},
        )
        row.delete()
    return True


def owner_of(token: str) -> CalendarToken | None:
    """Whose address it is, with the person at hand; None where it is nobody's any more, or their account is closed."""
    found = CalendarToken.objects.select_related("user").filter(digest=digest_of(token))
    return found.filter(user__is_active=True).first()


def note_fetch(row: CalendarToken, *, now: datetime) -> None:
    if row.fetched_at is None or now - row.fetched_at >= NOTED_EVERY:
        CalendarToken.objects.filter(pk=row.pk).update(fetched_at=now)
