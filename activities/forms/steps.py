"""The small forms: which school, done, cancelled, voided."""

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import State
from activities.forms.classes import ClassesField
from activities.forms.entry import EntryForm
from activities.forms.fields import RowChoiceField
from activities.forms.layout import form_helper
from activities.options import Options
from activities.rules import Entry
from promises import school_year
from promises.validators import NoPersonalData


class SchoolYearForm(forms.Form):
    """Whose classes a meeting is with. Sent by GET, and again with the meeting itself."""

    use_required_attribute = False

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = options.school_years
        usual = school_year.containing(options.today)
        self.fields["skola"] = RowChoiceField(
            rows=options.schools, empty=_("Choose school"), label=_("School")
        )
        self.fields["lasar"] = forms.ChoiceField(
            choices=[(school_year.label(year), school_year.label(year)) for year in years],
            label=_("School year"),
            initial=school_year.label(usual if usual in years else years[-1]),
            error_messages={
                "required": _("Choose the school year."),
                "invalid_choice": _(
                    "“%(value)s” is not a school year of the promise. Choose one of those shown."
                ),
            },
        )
        self.helper = form_helper(self, "skola", "lasar")

    def clean_skola(self) -> Any:
        if self.cleaned_data["skola"] is None:
            raise forms.ValidationError(_("Choose the school."), code="required")
        return self.cleaned_data["skola"]

    def clean_lasar(self) -> int:
        return school_year.parse(self.cleaned_data["lasar"])


class DoneForm(EntryForm):
    """A plan that has been carried out: on which day, and who was there. All else is as planned."""

    asks_why = False  # it is only now that the row is counted
    layout = ("occurred_on", "classes", "persons_reached", "note")
    shown_as: ClassVar[dict[str, str]] = {"school_year": "occurred_on", "quantity": "classes"}

    def __init__(self, *args: Any, planned: Entry, **kwargs: Any) -> None:
        self.planned = planned
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        self.fields["occurred_on"] = self.day_field()
        if self.options.commitment.class_meeting:
            self.fields["classes"] = ClassesField(
                classes=self.options.classes,
                day=self.options.today,
                label=_("Classes and pupils present"),
            )
        self.fields["persons_reached"] = self.reached_field()
        self.fields["note"] = self.note_field()
        self.ask_why_under_exception()

    def blank_entry(self) -> Entry:
        return replace(self.planned, state=State.DONE, reason="")

    def typed(self, before: Entry) -> Entry:
        data = self.cleaned_data
        return replace(
            before,
            occurred_on=data.get("occurred_on", before.occurred_on),
            classes=data.get("classes", before.classes),
            persons_reached=data.get("persons_reached", before.persons_reached),
            note=data.get("note", before.note),
        )


class ReasonForm(forms.Form):
    """Why a plan is cancelled or a row is voided. ``field``: what the service calls it."""

    use_required_attribute = False

    def __init__(self, *args: Any, field: str, label: Any, hint: Any, missing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[field] = forms.CharField(
            label=label,
            help_text=hint,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 3}),
            validators=[NoPersonalData(f"activity.{field}")],
            error_messages={
                "required": missing,
                "max_length": _("The reason is too long: at most %(limit_value)d characters."),
            },
        )
        self.helper = form_helper(self, field)

    def add_faults(self, faults: dict[str, list[str]]) -> None:
        for name, messages in faults.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)
