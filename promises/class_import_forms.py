"""The two steps of a file of classes: the file, then yes to what it would change."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from promises.class_import.plan import Plan
from promises.class_import.rows import COLUMNS, MAX_CLASSES, ClassRow, read_rows
from promises.class_import.run import Ending
from promises.forms import day_field
from promises.models import Promise
from promises.services import MAX_REASON
from promises.tables.reading import RawRow
from promises.validators import no_personal_data

_SALT = "promises.class_import"
_LASTS = 24 * 60 * 60  # seconds between the two steps


def pack(rows: Sequence[ClassRow], name: str, promise_id: int) -> str:
    """The rows for the second step, in the page itself: signed, and good for this promise only."""
    return signing.dumps(
        [promise_id, name, [[row.number, *row.cells] for row in rows]], salt=_SALT, compress=True
    )


def unpack(text: str, promise: Promise) -> tuple[list[ClassRow], str]:
    """(rows, name of the file). signing.BadSignature where the text is another, too old or another promise's;
    InvalidImportError where the promise has changed so that they no longer hold."""
    packed_for, name, rows = signing.loads(text, salt=_SALT, max_age=_LASTS)
    if packed_for != promise.pk:
        raise signing.BadSignature
    raw = [RawRow(number, dict(zip(COLUMNS, cells, strict=True))) for number, *cells in rows]
    return read_rows(raw, promise), name


class ClassFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # said in our own words
        help_text=_("CSV or Excel. You see what would change before anything is saved."),
        error_messages={"required": _("Choose the file.")},
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("file")


class ConfirmForm(forms.Form):
    """``ending``: which of the classes that the file lacks have ended. ``seen``: the digest of what was shown."""

    payload = forms.CharField(widget=forms.HiddenInput, max_length=900_000)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    day = day_field(
        _("The changes hold from"),
        required=False,
        help_text=_(
            "Empty: since the school year began. With a day, the register before it stays as it was."
        ),
    )
    ending = forms.MultipleChoiceField(
        label=_("Which of these have ended?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the classes shown.")},
    )
    ending_day = day_field(_("From which day are they gone?"), required=False)
    why = forms.CharField(
        label=_("Why did they end?"), required=False, max_length=MAX_REASON, validators=[no_personal_data]
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.pk), str(row)) for row in plan.absent[:MAX_CLASSES]]
        cast(forms.MultipleChoiceField, self.fields["ending"]).choices = choices
        if not plan.absent:
            for name in ("ending", "ending_day", "why"):
                del self.fields[name]
        if not plan.changes:
            del self.fields["day"]
        self.helper = plain_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("ending"):
            if not cleaned.get("ending_day") and "ending_day" not in self.errors:
                self.add_error("ending_day", _("Write from which day they are gone."))
            if not cleaned.get("why") and "why" not in self.errors:
                self.add_error("why", _("Say why."))
        elif "ending" not in self.errors and (cleaned.get("ending_day") or cleaned.get("why")):
            self.add_error("ending", _("Choose which classes have ended, or leave day and reason empty."))
        return cleaned

    @property
    def holds_from(self) -> date | None:
        return self.cleaned_data.get("day")

    @property
    def ended(self) -> Ending | None:
        data = self.cleaned_data
        if not data.get("ending"):
            return None
        return Ending(frozenset(map(int, data["ending"])), data["ending_day"], data["why"])
