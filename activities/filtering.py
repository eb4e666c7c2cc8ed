"""What the filters of the site's lists share: they stand in the address, and what does not exist is an error."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from activities.forms.fields import shortened


class NamedField(forms.ChoiceField):
    """One of the choices, or nothing; the error names those there are."""

    def __init__(self, *, names: Iterable[tuple[str, Any]], every: Any, **kwargs: Any) -> None:
        self.names = list(names)
        super().__init__(choices=[("", every), *self.names], required=False, **kwargs)

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise forms.ValidationError(
                _("“%(value)s” does not exist. Choose one of: %(names)s."),
                code="invalid_choice",
                params={
                    "value": shortened(value),
                    "names": ", ".join(name for name, _label in self.names) or "–",
                },
            )


class ListFilter(forms.Form):
    """``usual_names``: the filters that are always in sight; the others stand behind "Fler filter".
    ``not_filters``: parameters of the address that say which page of the list is meant.

    A filter that does not exist, one that is said twice, and days the wrong way round are errors, never the whole list.
    """

    use_required_attribute = False
    usual_names: ClassVar[tuple[str, ...]] = ()
    not_filters: ClassVar[frozenset[str]] = frozenset()

    def clean(self) -> None:
        super().clean()
        for name in self.data:
            if name in self.not_filters:
                continue
            if name not in self.fields:
                raise forms.ValidationError(
                    _("There is no filter “%(value)s”. There are: %(names)s."),
                    params={"value": shortened(name), "names": ", ".join(self.fields)},
                )
            if hasattr(self.data, "getlist") and len(self.data.getlist(name)) > 1:
                self.add_error(name, _("Only one value at a time."))
        first, last = self.cleaned_data.get("fran"), self.cleaned_data.get("till")
        if first and last and last < first:
            self.add_error(
                "till",
                _("%(last)s comes before %(first)s. Write the first day first.")
                % {"first": first, "last": last},
            )

    @property
    def is_set(self) -> bool:
        return any(self.cleaned_data.values())

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in self.usual_names]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.usual_names]

    @property
    def more_is_set(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name not in self.usual_names)
