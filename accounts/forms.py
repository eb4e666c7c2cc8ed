from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.models import User


def plain_helper(*fields: str) -> FormHelper:
    """Crispy draws the fields only; the page writes the form tag and its one button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The e-mail and the password do not go together. Check both and try again."),
        "inactive": _("The account is closed."),
        "blocked": _("Too many attempts. Wait five minutes and try again."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput({"autocomplete": "username", "autocapitalize": "none"})
        self.fields["password"].label = _("Password")
        self.helper = plain_helper("username", "password")

    def clean(self) -> dict[str, Any]:
        email, address = self.data.get("username", ""), self._address()
        if throttle.is_blocked(email, address):
            raise ValidationError(self.error_messages["blocked"], code="blocked")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.note_failure(email, address)
            raise
        throttle.forget(email, address)
        return cleaned

    def _address(self) -> str:
        return "" if self.request is None else self.request.META.get("REMOTE_ADDR", "")


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["email", "title", "is_active", "is_administrator"]
        labels = {"is_active": _("The account is open"), "is_administrator": _("Administrator")}
        help_texts = {"is_administrator": _("Handles users and roles. Gives no promise to look at.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(*self.fields)

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])

