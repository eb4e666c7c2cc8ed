"""Sending in a file of activities, and writing over one of its rows."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import plain_helper
from activities.forms.layout import form_helper
from activities.forms.steps import ReasonForm
from activities.importer.faults import Fault, InvalidImportError
from activities.importer.template import HELP

_MOST_TOLD = 20
_MOST_TYPED = 5_000


def field_name(column: str) -> str:
    """ "områden" -> "omraden": as it stands in what a browser sends."""
    return unicodedata.normalize("NFD", column).encode("ascii", "ignore").decode()


class ImportFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with activities"),
        allow_empty_file=True,  # said in our own words
        help_text=gettext_lazy(
            "Excel (.xlsx) or CSV, at most 10 MB. You see every row before anything is stored."
        ),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("file")

    def refuse(self, error: InvalidImportError) -> None:
        """Everything that is wrong with the file as a whole, as far as somebody reads on."""
        for fault in error.faults[:_MOST_TOLD]:
            self.add_error("file", str(fault))
        if len(error.faults) > _MOST_TOLD:
            more = _("%(count)s more errors of this kind.") % {"count": len(error.faults) - _MOST_TOLD}
            self.add_error("file", more)


class CellField(forms.CharField):
    """May be empty, and does not say "optional": which cells a row needs is told by its other cells."""

    def validate(self, value: Any) -> None:
        return None


class MendRowForm(forms.Form):
    """The cells of one row as text. Always bound: a row is looked at because of its faults."""

    use_required_attribute = False

    def __init__(self, cells: Mapping[str, str], *, columns: Sequence[str], twins: int) -> None:
        self.columns = {field_name(name): name for name in columns}
        super().__init__(cells)
        for field, name in self.columns.items():
            self.fields[field] = CellField(
                label=name,
                max_length=_MOST_TYPED,
                help_text=HELP[name],
                widget=forms.Textarea({"rows": 3}) if name == "anteckning" else forms.TextInput(),
            )
        if twins:
            self.fields["overallt"] = forms.BooleanField(
                required=False,
                label=gettext_lazy("Change the same text in the other rows too"),
                help_text=gettext_lazy("So many other rows have one of the same errors: %(count)s.")
                % {"count": twins},
            )
        self.helper = plain_helper(*self.fields)

    @property
    def content(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(field, "") for field, name in self.columns.items()}

    def tell(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            field = field_name(fault.column)
            self.add_error(field if field in self.fields else None, fault.reason)


class UndoForm(ReasonForm):
    """Why an import is taken back, and what becomes of the rows that somebody has changed since."""

    def __init__(self, *args: Any, touched: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if touched:
            self.fields["andrade"] = forms.BooleanField(
                required=False, label=gettext_lazy("Void those too that have been changed since")
            )
        self.helper = form_helper(self, "why", "andrade")
