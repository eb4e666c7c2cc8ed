"""Who is what in which promise: the administrator's page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.forms import add_errors
from accounts.models import User
from accounts.views import AdministratorMixin
from promises.choices import Role
from promises.forms import RoleForm
from promises.services import give_role, take_role


class RoleListView(AdministratorMixin, FormView):
    form_class = RoleForm
    template_name = "promises/roles.html"

    @cached_property
    def person(self) -> User:
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = self.person.memberships.select_related("promise", "organisation")
        return super().get_context_data(**kwargs) | {"person": self.person, "roles": roles}

    def form_valid(self, form: RoleForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            give_role(
                by=self.request.user,
                user=self.person,
                promise=data["promise"],
                organisation=data["organisation"],
                role=Role(data["role"]),
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The role is given."))
        return redirect("roles:list", self.person.pk)


class RoleRemoveView(AdministratorMixin):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int, role_pk: int) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        row = person.memberships.filter(pk=role_pk).first()
        if row is not None:  # None: it was pressed twice, or somebody else was quicker
            take_role(by=request.user, membership=row)
        messages.success(request, _("The role is taken back."))
        return redirect("roles:list", person.pk)
