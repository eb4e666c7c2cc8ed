from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reminders.cadence import Cadence, Rhythm
from reminders.choices import CADENCES, WEEKDAYS, WHAT, Kind


class ReminderForm(forms.Form):
    """How often, for each kind that concerns the person. ``<kind>_day`` matters only where it is once a week."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, kinds: Iterable[Kind], rhythms: Mapping[Kind, Rhythm], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = list(kinds)
        for kind in self.kinds:
            rhythm = rhythms[kind]
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                help_text=WHAT[kind],
                choices=CADENCES,
                initial=rhythm.cadence.value,
                widget=forms.RadioSelect,
            )
            self.fields[f"{kind.value}_day"] = forms.TypedChoiceField(
                label=_("Weekday, when it is once a week"),
                choices=WEEKDAYS,
                coerce=int,
                initial=rhythm.weekday,
            )

    def rhythms(self) -> dict[Kind, Rhythm]:
        return {
            kind: Rhythm(Cadence(self.cleaned_data[kind.value]), self.cleaned_data[f"{kind.value}_day"])
            for kind in self.kinds
        }
