from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms import plain_helper
from accounts.models import Organisation
from promises import school_year
from promises.amending import MOST, Stands, Wanted, signing_parties
from promises.choices import MeasurementRole, Role, TargetKind
from promises.models import Area, Indicator, Measurement, Promise, School, SchoolClass, Target
from promises.models.amendment import MAX_REASON as MAX_AMENDMENT_REASON
from promises.models.register import MAX_PUPILS
from promises.registering import NewClass
from promises.services import MAX_REASON
from promises.validators import no_personal_data, year_that_can_be_meant

MAX_ANSWERS = 1_000_000
CLASS_ROWS = 6


def _whole_number(label: Any, *, most: int, help_text: Any = "") -> forms.IntegerField:
    message = format_lazy(_("Write a whole number from 1 to {most}, or leave it empty."), most=most)
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        help_text=help_text,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), message),
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=MAX_REASON, validators=[no_personal_data], help_text=help_text
    )


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This day does not exist. Write it as 2019-12-31.")},
        validators=[year_that_can_be_meant],
        **options,
    )


def _grade() -> forms.IntegerField:
    message = _("Write the grade as a whole number from 0 to 9; 0 is the preschool class.")
    return forms.IntegerField(
        label=_("Grade"),
        min_value=0,
        max_value=9,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), message),
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


class ClassesForm(forms.Form):
    """Which school, läsår and grade the classes of the rows below it belong to."""

    school = forms.ModelChoiceField(School.objects.none(), label=_("School"), empty_label=None)
    school_year = forms.TypedChoiceField(label=_("School year"), coerce=int)
    grade = _grade()
    opened_on = day_field(
        _("The classes began on"),
        required=False,
        help_text=_("Only for classes that are new during the school year. Empty: since it began."),
    )

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = school_year.touching(promise.starts_on, promise.ends_on)
        self.fields["school"].queryset = promise.schools.all()
        self.fields["school_year"].choices = [(year, school_year.label(year)) for year in years]
        grades = Target.objects.filter(commitment__promise=promise, kind=TargetKind.COVERAGE)
        self.fields["grade"].initial = grades.values_list("grade", flat=True).first()


class ClassRowForm(forms.Form):
    label = forms.CharField(
        label=_("Class"),
        max_length=20,
        required=False,
        validators=[no_personal_data],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    pupils = _whole_number(_("Pupils"), most=MAX_PUPILS)

    def clean(self) -> None:
        if (
            self.cleaned_data.get("pupils")
            and not self.cleaned_data.get("label")
            and "label" not in self.errors
        ):
            self.add_error("label", _("Write which class the pupils belong to."))

    @property
    def new_class(self) -> NewClass | None:
        """What somebody filled in; None for a row that was left empty."""
        label = self.cleaned_data["label"]
        return NewClass(label, self.cleaned_data["pupils"]) if label else None


def class_rows(data: Any = None) -> list[ClassRowForm]:
    """Always as many rows, so that nothing that is sent decides their number."""
    return [ClassRowForm(data, prefix=f"rows-{number}") for number in range(CLASS_ROWS)]


class ClassForm(forms.Form):
    label = forms.CharField(label=_("Class"), max_length=20, validators=[no_personal_data])
    grade = _grade()
    pupils = _whole_number(_("Pupils"), most=MAX_PUPILS)
    pupils_from = day_field(
        _("The number holds from"),
        required=False,
        help_text=_("Empty: all the school year. With a day, the number before stays for the days before."),
    )
    opened_on = day_field(
        _("The class began on"),
        required=False,
        help_text=_("Only for a class that is new during the school year."),
    )
    why = _reason(_("Why is it corrected?"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, school_class: SchoolClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _within_year(school_class, self.fields["pupils_from"], self.fields["opened_on"])
        self.helper = plain_helper(*self.fields)


class CloseClassForm(forms.Form):
    closed_on = day_field(_("From which day is it gone?"))
    why = _reason(_("Why?"), _("For example: the pupils have moved to other schools."))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, school_class: SchoolClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["closed_on"]
        _within_year(school_class, day)
        if school_class.closed_on is not None:
            day.required = False
            day.help_text = _("Leave it empty if the class goes on after all.")
        self.helper = plain_helper(*self.fields)


class MergeForm(forms.Form):
    """``others``: the classes that ``school_class`` may become one with."""

    classes = forms.MultipleChoiceField(
        label=_("Together with"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose which classes it becomes one with."),
            "invalid_choice": _("Choose among the classes shown."),
        },
    )
    label = forms.CharField(
        label=_("What is the class called since?"),
        max_length=20,
        validators=[no_personal_data],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    pupils = _whole_number(
        _("Pupils in the merged class"),
        most=MAX_PUPILS,
        help_text=_(
            "Empty: the sum of the classes' numbers, where all of them are known; otherwise it is not known."
        ),
    )
    day = day_field(_("From which day?"))
    why = _reason(_("Why?"), _("For example: too few pupils for two classes."))

    def __init__(
        self, *args: Any, school_class: SchoolClass, others: QuerySet[SchoolClass], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(row.pk): row for row in others}
        self.fields["classes"].choices = [(key, _label_and_pupils(row)) for key, row in self.others.items()]
        self.fields["label"].help_text = format_lazy(
            _("{label} if it goes on under that name, the other class's name, or a new one."),
            label=school_class.label,
        )
        _within_year(school_class, self.fields["day"])
        self.helper = plain_helper(*self.fields)

    def clean_classes(self) -> list[SchoolClass]:
        return [self.others[key] for key in self.cleaned_data["classes"]]


def _label_and_pupils(row: SchoolClass) -> str:
    if row.pupils is None:
        return row.label
    return ngettext("%(label)s, %(pupils)s pupil", "%(label)s, %(pupils)s pupils", row.pupils) % {
        "label": row.label,
        "pupils": row.pupils,
    }


def _within_year(school_class: SchoolClass, *days: forms.DateField) -> None:
    first, last = school_year.span(school_class.school_year)
    for day in days:
        day.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}


class MeasurementForm(forms.ModelForm):
    n = _whole_number(_("Number of answers"), most=MAX_ANSWERS, help_text=_("How many answered."))
    measured_on = day_field(_("Measured on"))

    class Meta:
        model = Measurement
        fields = ["role", "value", "n", "margin", "measured_on", "area", "source"]
        localized_fields = ["value", "margin"]
        widgets = {"role": forms.RadioSelect}
        help_texts = {
            "margin": _("Plus or minus, in the same unit as the value."),
            "area": _("Leave empty for all areas together."),
            "source": _("Where the value is published, with year."),
        }

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.indicator = indicator
        self.fields["role"].choices = MeasurementRole.choices
        self.fields["area"].queryset = Area.objects.filter(promise=indicator.effect.promise)
        self.fields["area"].empty_label = _("All areas together")
        self.helper = plain_helper(*self.fields)

    def clean_margin(self) -> Decimal | None:
        margin = self.cleaned_data["margin"]
        if margin is not None and margin < 0:
            raise forms.ValidationError(_("Write the margin of error without a sign, for example 3,5."))
        return margin


class VoidForm(forms.Form):
    why = _reason(_("Why is it voided?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("why")


class RoleForm(forms.Form):
    """``services.give_role`` judges whether promise, role and party go together."""

    promise = forms.ModelChoiceField(Promise.objects.all(), label=_("Promise"), empty_label=None)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(promises__isnull=False).distinct(),
        label=_("Party"),
        empty_label=_("Choose the party"),
        help_text=_("Which party the person works for."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(*self.fields)


class AmendmentForm(forms.Form):
    """What the parties have decided. The fields begin as it stands; what is left so is not changed.

    ``changed``: which of "wording" and "target" a person has seen as changed on the page that asks once more.
    """

    decided_on = day_field(
        _("Day of the decision"), help_text=_("The day the parties decided, today or earlier.")
    )
    decided_by = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Who has decided"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who took the decision.")},
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=120,
        required=False,
        validators=[no_personal_data],
        help_text=_("The municipality's diary number, for example. No police case number."),
    )
    minimum = forms.IntegerField(
        label=_("At least"),
        min_value=1,
        max_value=MOST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a whole number, at least 1.")
        ),
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    due_on = day_field(_("Done by"))
    reading = forms.CharField(
        label=_("Read as"),
        max_length=10_000,
        validators=[no_personal_data],
        widget=forms.Textarea({"rows": 3}),
        help_text=_("How the number is understood: in which time, where, together or each by itself."),
    )
    wording = forms.CharField(
        label=_("Wording"),
        max_length=10_000,
        validators=[no_personal_data],
        widget=forms.Textarea({"rows": 5}),
    )
    reason = forms.CharField(
        label=_("Why is it changed?"),
        max_length=MAX_AMENDMENT_REASON,
        validators=[no_personal_data],
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Citizens will read this in the evaluation."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    changed = forms.MultipleChoiceField(
        choices=[("wording", ""), ("target", "")], required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args: Any, now: Stands, promise: Promise, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        parties = signing_parties(promise)
        self.fields["decided_by"].queryset = Organisation.objects.filter(pk__in=[row.pk for row in parties])
        self.fields["decided_by"].initial = parties
        self.fields["decided_on"].widget.attrs["max"] = today.isoformat()
        self.fields["wording"].initial = now.wording
        self._begin_target(now, promise)
        self.helper = plain_helper(*(name for name in self.fields if name != "changed"))

    def _begin_target(self, now: Stands, promise: Promise) -> None:
        """Only the fields of what the target is judged by."""
        terms = {"minimum": now.minimum, "due_on": now.due_on, "reading": now.reading or None}
        for name, value in terms.items():
            if value is None:
                del self.fields[name]
            else:
                self.fields[name].initial = value
        if now.target is None:
            return
        if now.minimum is not None:
            self.fields["minimum"].label = (
                _("At least so many times for each class")
                if now.target.kind == TargetKind.COVERAGE
                else format_lazy(_("At least, judged for {window}"), window=now.target.get_window_display())
            )
        elif now.due_on is not None:
            self.fields["due_on"].widget.attrs |= {
                "min": promise.starts_on.isoformat(),
                "max": promise.ends_on.isoformat(),
            }
            self.fields["due_on"].help_text = _(
                "The last day it is done in time: the decision's day or later."
            )
            self.fields["reading"].help_text = _("How the day is understood: what is done by then.")
        else:
            self.fields["reading"].help_text = _("How the commitment is judged. There is no number to reach.")

    def what_changes(self) -> list[str]:
        """Of a valid form: what somebody has seen as changed, or else what differs from how it stands."""
        data = self.cleaned_data
        if data["changed"]:
            return data["changed"]
        target = self.now.target and any(data[name] != getattr(self.now, name) for name in self._terms())
        found = {"wording": data["wording"] != self.now.wording, "target": target}
        return [name for name, differs in found.items() if differs]

    def _terms(self) -> list[str]:
        return [name for name in ("minimum", "due_on", "reading") if name in self.fields]

    def wanted(self) -> Wanted:
        data, changes = self.cleaned_data, self.what_changes()
        target = {"target": self.now.target, **{name: data[name] for name in self._terms()}}
        return Wanted(
            decided_on=data["decided_on"],
            decided_by=list(data["decided_by"]),
            reason=data["reason"],
            reference=data["reference"],
            wording=data["wording"] if "wording" in changes else "",
            **(target if "target" in changes else {}),
        )
