"""What the menu needs to know about the reader."""

from django.http import HttpRequest

from accounts.models import User
from promises.permissions import Access, Action


def may(request: HttpRequest) -> dict[str, object]:
    """``may.log`` and so on only hide buttons; the views refuse by themselves."""
    access: Access | None = getattr(request, "access", None)
    user = getattr(request, "user", None)
    allowed = {action.value: bool(access and access.allows(action)) for action in Action}
    allowed["administer"] = isinstance(user, User) and user.is_administrator
    return {"may": allowed}
