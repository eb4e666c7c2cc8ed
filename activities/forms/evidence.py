"""The forms of evidence: a file, a link, and why one is taken away."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms.layout import form_helper
from activities.forms.steps import ReasonForm
from promises.validators import NoPersonalData, personal_data_kinds

_TITLE = {
    "label": gettext_lazy("What does it show?"),
    "required": False,
    "max_length": 120,
    "help_text": gettext_lazy("For example “The square after the clean-up”. Write no names."),
    "validators": [NoPersonalData("evidence.title")],
    "error_messages": {"max_length": gettext_lazy("At most %(limit_value)d characters.")},
}


class EvidenceFileForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("Picture or PDF"),
        allow_empty_file=True,  # said in our own words
        widget=forms.FileInput({"accept": "image/*,application/pdf"}),
        error_messages={"required": gettext_lazy("Choose a picture or a PDF.")},
    )
    title = forms.CharField(**_TITLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "JPEG, PNG, WebP or PDF, at most %(megabytes)s MB. No faces, no registration plates. Where and when a "
            "picture was taken is removed from the file."
        ) % {"megabytes": settings.EVIDENCE_MOST_BYTES // 1_000_000}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors and "file" in cleaned:
            self.add_error("file", _("Choose the file again: the browser does not keep it."))
        return cleaned

    def add_faults(self, error: ValidationError) -> None:
        """What the service refused: a fault of the file with the name it has on the person's own disk."""
        faults = error.error_dict if hasattr(error, "error_dict") else {"file": error.error_list}
        for name, errors in faults.items():
            called = self._called() if name == "file" else ""
            named = [
                ValidationError(f"{called}: {text}" if called else text, code=one.code)
                for one in errors
                for text in one.messages
            ]
            self.add_error(name if name in self.fields else None, named)

    def _called(self) -> str:
        name = str(self.files["file"].name) if "file" in self.files else ""
        return "" if personal_data_kinds(name) else Truncator(name).chars(60)


class EvidenceLinkForm(forms.Form):
    use_required_attribute = False

    url = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("To a page that tells of it, for example on polisen.se or malmo.se."),
        validators=[NoPersonalData("evidence.url")],
        error_messages={
            "required": gettext_lazy("Write the link."),
            "invalid": gettext_lazy(
                "This is not a link. Write the whole address, for example https://polisen.se."
            ),
        },
    )
    link_title = forms.CharField(**_TITLE)

    def add_faults(self, error: ValidationError) -> None:
        faults = error.error_dict if hasattr(error, "error_dict") else {"url": error.error_list}
        for name, errors in faults.items():
            self.add_error(name if name in self.fields else None, errors)


class TakeAwayForm(ReasonForm):
    """``may_erase``: there is a file, which may have to go altogether."""

    def __init__(self, *args: Any, may_erase: bool, must_erase: bool, **kwargs: Any) -> None:
        super().__init__(
            *args,
            field="why",
            label=_("Why is the file erased?") if must_erase else _("Why is it taken away?"),
            hint=_("For example “shows another place” or “a face can be seen”. Write no names."),
            missing=_("Say why it is taken away."),
            **kwargs,
        )
        self.must_erase = must_erase
        if may_erase and not must_erase:
            self.fields["erase"] = forms.BooleanField(
                label=_("Erase the file for good"),
                required=False,
                help_text=_(
                    "When it must not exist, for example because a face can be seen. It cannot be brought back."
                ),
            )
            self.helper = form_helper(self, "why", "erase")

    @property
    def erase(self) -> bool:
        return self.must_erase or bool(self.cleaned_data.get("erase"))
