from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password the account can sign in first when one is chosen by the invitation link."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who signs in, by e-mail. Never deleted, only closed: history names them.

    What they may do in a promise is a membership there. ``is_administrator`` is apart from all promises: it
    gives users and roles, and no promise to look at.
    """

    email = models.EmailField(_("e-mail"), max_length=254)
    title = models.CharField(
        _("title"),
        max_length=80,
        blank=True,
        help_text=_("Role or function, for example “områdespolis Holma”."),
    )
    is_active = models.BooleanField(_("open"), default=True)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    is_example = models.BooleanField(_("example"), default=False, editable=False)
    date_joined = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("There is a user with this e-mail already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.email
