from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.models import User


def plain_helper(*fields: str) -> FormHelper:
    """Crispy draws the fields only; the page writes the form tag and its one button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """What a service refused, at the fields it names; on top of the form where the form has no such field."""
    faults = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in faults.items():
        form.add_error(name if name in form.fields else None, messages)


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The e-mail and the password do not go together. Check both and try again."),
        "inactive": _("The account is closed."),
        "blocked": _("Too many attempts. Wait five minutes and try again."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(
            {"autocomplete": "username", "autocapitalize": "none", "maxlength": 254}
        )
        self.fields["password"].label = _("Password")
        self.helper = plain_helper("username", "password")

    def clean(self) -> dict[str, Any]:
        email, address = self.data.get("username", ""), client_address(self.request)
        if throttle.is_blocked(email, address):
            raise ValidationError(self.error_messages["blocked"], code="blocked")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.note_failure(email, address)
            raise
        if self.get_user() is not None:  # not where a field was empty: nobody has signed in then
            throttle.forget(email, address)
        return cleaned


def client_address(request: HttpRequest | None) -> str:
    """Whose attempts are counted together.

    Behind a proxy everybody comes from the proxy's address. The one it wrote down is the last of the list;
    what stands before that anybody may have made up.
    """
    if request is None:
        return ""
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["email", "title", "is_active", "is_administrator"]
        labels = {"is_active": _("The account is open"), "is_administrator": _("Administrator")}
        help_texts = {
            "is_active": _("A closed account cannot sign in. It stays in the history."),
            "is_administrator": _("Handles users and roles. Gives no promise to look at."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(import_string(settings.FREE_TEXT_VALIDATOR))
        self.helper = plain_helper(*self.fields)

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a user with this e-mail already."))
        return email


class NewUserForm(UserForm):
    class Meta(UserForm.Meta):
        fields = ["email", "title", "is_administrator"]
