"""Invitations, and the rule that somebody must be left to give out roles."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


def invitation_path(user: User) -> str:
    """The address where the person chooses a password. Works once, and for as long as PASSWORD_RESET_TIMEOUT says."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:invitation", args=[uid, default_token_generator.make_token(user)])


def is_last_administrator(user: User) -> bool:
    """Whether nobody would be left to give out roles without this person."""
    return not User.objects.filter(is_administrator=True, is_active=True).exclude(pk=user.pk).exists()
