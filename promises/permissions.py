"""Who may do what in a promise: the one table. tests/test_doors.py walks every address by it.

A stranger gets 404: what they may not see does not exist. A reader who tries to write gets 403.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic.base import View

from accounts.models import Organisation, User
from promises.choices import Role
from promises.models import Membership, Promise


class Action(StrEnum):
    SEE = "see"  # dashboards, rows, register, evaluation page
    LOG = "log"  # and correct, void own rows
    CHANGE_ANY = "change_any"  # correct and void the rows of others
    REVIEW = "review"  # approve rows, send them back, and say whether they need it
    LOCK = "lock"  # periods, and exceptions from that
    REGISTER = "register"  # classes, measurements and boundaries of areas
    AMEND = "amend"  # decisions that change the wording or a target
    EXPORT = "export"  # evaluation files and the list of activities
    IMPORT = "import"  # activities from a file, and taking such an import back


ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE: frozenset(Role),
    Action.LOG: frozenset({Role.OFFICER, Role.CONTRIBUTOR, Role.COORDINATOR}),
    Action.CHANGE_ANY: frozenset({Role.COORDINATOR}),
    Action.REVIEW: frozenset({Role.COORDINATOR}),
    Action.LOCK: frozenset({Role.COORDINATOR}),
    Action.REGISTER: frozenset({Role.COORDINATOR}),
    Action.AMEND: frozenset({Role.COORDINATOR}),
    Action.EXPORT: frozenset({Role.COORDINATOR, Role.SIGNATORY}),
    Action.IMPORT: frozenset({Role.COORDINATOR}),
}


@dataclass(frozen=True)
class Access:
    """What one person is in one promise. ``is_police``: sees plans that are secret until done (OSL 18:1-2)."""

    user: User
    promise: Promise
    memberships: tuple[Membership, ...]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.memberships)

    @property
    def is_police(self) -> bool:
        return any(membership.organisation.is_police for membership in self.memberships)

    def allows(self, action: Action) -> bool:
        return not ALLOWED[action].isdisjoint(self.roles)

    def organisation_for(self, action: Action) -> Organisation:
        """The party the person acts for. PermissionDenied where none of their roles allows it."""
        for membership in self.memberships:
            if membership.role in ALLOWED[action]:
                return membership.organisation
        raise PermissionDenied


def access_to(slug: str, user: User) -> Access:
    """One query: the promise and the person's roles in it. Http404 where they have none."""
    memberships = tuple(
        Membership.objects.filter(user=user, promise__slug=slug)
        .select_related("promise", "organisation")
        .order_by("pk")
    )
    if not memberships:
        raise Http404
    return Access(user, memberships[0].promise, memberships)


class PromiseMixin(View):
    """A page inside a promise: ``self.access`` and ``self.promise`` are there, or the answer is 404 or 403.

    ``action`` guards every method, ``write_action`` also those that change something.
    """

    action: Action = Action.SEE
    write_action: Action | None = None
    nav = ""

    access: Access
    promise: Promise

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):  # LoginRequiredMiddleware has been here; this holds if it ever is not
            raise Http404
        self.access = request.access = access_to(kwargs["slug"], user)  # type: ignore[attr-defined]  # for the menu
        self.promise = self.access.promise
        for action in self.required_actions(request):
            if not self.access.allows(action):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # Django returns a response

    def required_actions(self, request: HttpRequest) -> Iterable[Action]:
        yield self.action
        if self.write_action is not None and request.method not in ("GET", "HEAD", "OPTIONS"):
            yield self.write_action

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"promise": self.promise, "nav": self.nav}  # type: ignore[misc]
