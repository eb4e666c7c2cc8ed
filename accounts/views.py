"""Signing in and out, one's own account, and the administrator's users."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, ListView, TemplateView, UpdateView
from django.views.generic.base import View

from accounts.backends import EmailBackend
from accounts.examples import PASSWORD
from accounts.forms import NewUserForm, SignInForm, UserForm, add_errors, plain_helper
from accounts.models import User
from accounts.services import create_user, invitation_path, save_user


@method_decorator([login_not_required, never_cache], name="dispatch")
class StartView(auth_views.LoginView):
    """The first page: sign in here, or go on to the promises."""

    authentication_form = SignInForm
    template_name = "accounts/start.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            return redirect(home_of(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return home_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.EXAMPLE_DATA:
            context["example_users"] = User.objects.filter(is_example=True, is_active=True).order_by("pk")
            context["example_password"] = PASSWORD
        return context


class LogoutView(auth_views.LogoutView):
    """The browser forgets the pages it has seen; with ``tom=1`` also what scripts have kept there.

    They say so when nothing waits on the phone any more, neither of this person nor of another (docs/adr/0018).
    """

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        emptied = request.POST.get("tom") == "1"
        response["Clear-Site-Data"] = '"cache", "storage"' if emptied else '"cache"'
        return response


def home_of(user: User) -> str:
    """Where a person begins: the one promise they have a role in, else the list, else the users."""
    slugs = sorted(set(user.memberships.values_list("promise__slug", flat=True)))
    if len(slugs) == 1:
        return reverse("reports:dashboard", args=slugs)
    if not slugs and user.is_administrator:
        return reverse("accounts:user_list")
    return reverse("reports:promise_list")


@method_decorator(login_not_required, name="dispatch")
class AccessibilityView(TemplateView):
    template_name = "accounts/accessibility.html"


class ProfileView(TemplateView):
    template_name = "accounts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = self.request.user.memberships.select_related("promise", "organisation")
        return super().get_context_data(**kwargs) | {"roles": roles}


class PasswordView(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:profile")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_example:
            raise PermissionDenied  # everybody shares these accounts
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.helper = plain_helper(*form.fields)
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is changed."))
        return super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class InvitationView(auth_views.PasswordResetConfirmView):
    """The link a new user gets: choose a password and be signed in.

    Django moves the token from the address into the session, so that it goes to no other site.
    """

    template_name = "accounts/invitation.html"
    form_class = SetPasswordForm
    success_url = reverse_lazy("start")
    post_reset_login = True
    post_reset_login_backend = "accounts.backends.EmailBackend"

    def get_user(self, uidb64: str) -> User | None:
        """A link to an account that may not sign in works no more."""
        user = super().get_user(uidb64)
        return user if user is not None and EmailBackend.may_sign_in(user) and not user.is_example else None

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.helper = plain_helper(*form.fields)
        return form


class AdministratorMixin(View):
    """Users are the administrator's business alone; whatever else somebody is does not open this door."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_administrator:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class UserListView(AdministratorMixin, ListView):
    template_name = "accounts/user_list.html"
    paginate_by = 50
    queryset = User.objects.prefetch_related("memberships__promise")


class UserCreateView(AdministratorMixin, FormView):
    form_class = NewUserForm
    template_name = "accounts/user_form.html"

    def form_valid(self, form: NewUserForm) -> HttpResponse:
        try:
            user = create_user(**form.cleaned_data, by=self.request.user)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(
            self.request, _("%(user)s can be given roles and invited now.") % {"user": user.email}
        )
        return redirect("accounts:user_edit", user.pk)


class UserEditView(AdministratorMixin, UpdateView):
    model = User
    form_class = UserForm
    template_name = "accounts/user_form.html"

    def form_valid(self, form: UserForm) -> HttpResponse:
        user = form.save(commit=False)
        try:
            save_user(user, by=self.request.user)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The user is saved."))
        stays = user.pk != self.request.user.pk or user.is_administrator
        return redirect("accounts:user_list" if stays else "start")


@method_decorator(never_cache, name="dispatch")
class InviteView(AdministratorMixin, TemplateView):
    """Makes a link that the administrator sends by a channel of their own."""

    http_method_names = ["post", "options"]
    template_name = "accounts/invite.html"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk, is_active=True, is_example=False)
        link = request.build_absolute_uri(invitation_path(user, by=request.user))
        return self.render_to_response(self.get_context_data(invited=user, link=link))
