"""Writes to accounts: invitations, and the rule that somebody must be left to give out roles.

Who closed an account, made it an administrator's or made a link for it goes to the log, by number and not by
name.
"""

import logging

from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import User

logger = logging.getLogger("medborgarlofte.accounts")


def invitation_path(user: User, *, by: User | None) -> str:
    """The address where the person chooses a password. Works once, within PASSWORD_RESET_TIMEOUT.

    ``by`` None: somebody at the command line.
    """
    logger.warning("link to choose a password: user=%s by=%s", user.pk, _number(by))
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:invitation", args=[uid, default_token_generator.make_token(user)])


def create_user(*, email: str, title: str = "", is_administrator: bool = False, by: User | None) -> User:
    """An account that can be invited. ValidationError, also where another request was quicker."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, title=title, is_administrator=is_administrator)
    except IntegrityError:
        raise ValidationError({"email": [_("There is a user with this e-mail already.")]}) from None
    if is_administrator:
        logger.warning("administrator: user=%s by=%s", user.pk, _number(by))
    return user


def save_user(user: User, *, by: User) -> None:
    """Store a changed account. ValidationError where nobody would be left to give out roles."""
    try:
        with transaction.atomic():
            # All of them, in one order: two who take the right from each other at once must not both succeed.
            held = (
                User.objects.select_for_update().filter(is_administrator=True, is_active=True).order_by("pk")
            )
            administrators = {one.pk for one in held}
            was = User.objects.get(pk=user.pk)
            stays = user.is_administrator and user.is_active
            if not stays and administrators == {user.pk}:
                name = "is_active" if user.is_administrator else "is_administrator"
                raise ValidationError(
                    {name: [_("Nobody else is an administrator. Make somebody one first.")]}
                )
            user.save()
    except IntegrityError:
        raise ValidationError({"email": [_("There is a user with this e-mail already.")]}) from None
    for name in ("is_active", "is_administrator"):
        if getattr(was, name) != getattr(user, name):
            logger.warning("%s=%s: user=%s by=%s", name, getattr(user, name), user.pk, by.pk)


def _number(user: User | None) -> str:
    return "command line" if user is None else str(user.pk)
