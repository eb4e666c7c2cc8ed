from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts.models import User


class EmailBackend(BaseBackend):
    """E-mail and password. Example users, whose password anybody knows, exist only in the example mode."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(email__iexact=username.strip()).first()
        if user is None:
            # As slow as a real check: the time does not tell who has an account.
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.may_sign_in(user) else None

    def get_user(self, user_id: int) -> User | None:
        """Asked at every page: closing an account ends its sessions."""
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and self.may_sign_in(user) else None

    @staticmethod
    def may_sign_in(user: User) -> bool:
        return user.is_active and (settings.EXAMPLE_DATA or not user.is_example)
