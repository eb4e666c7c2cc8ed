from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.models import Organisation
from promises import school_year
from promises.choices import MeasurementRole, Role, TargetKind
from promises.models import Area, Indicator, Measurement, Membership, Promise, School, SchoolClass, Target
from promises.models.register import MAX_PUPILS
from promises.services import NewClass
from promises.validators import no_personal_data

WHOLE_NUMBER = _("Write a whole number from 1 to %(most)s, or leave it empty.")


def _pupils_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Pupils"),
        required=False,
        min_value=1,
        max_value=MAX_PUPILS,
        error_messages={
            name: WHOLE_NUMBER % {"most": MAX_PUPILS} for name in ("invalid", "min_value", "max_value")
        },
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


class ClassesForm(forms.Form):
    """Which school, läsår and grade the classes of the rows below it belong to."""

    school = forms.ModelChoiceField(School.objects.none(), label=_("School"), empty_label=None)
    school_year = forms.TypedChoiceField(label=_("School year"), coerce=int)
    grade = forms.IntegerField(label=_("Grade"), min_value=0, max_value=9)

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = school_year.touching(promise.starts_on, promise.ends_on)
        self.fields["school"].queryset = promise.schools.all()
        self.fields["school_year"].choices = [(year, school_year.label(year)) for year in years]
        grades = Target.objects.filter(commitment__promise=promise, kind=TargetKind.COVERAGE)
        self.fields["grade"].initial = grades.values_list("grade", flat=True).first()
        self.helper = plain_helper("school", "school_year", "grade")


class ClassRowForm(forms.Form):
    label = forms.CharField(label=_("Class"), max_length=20, required=False, validators=[no_personal_data])
    pupils = _pupils_field()

    def clean(self) -> None:
        if self.cleaned_data.get("pupils") and not self.cleaned_data.get("label") and "label" not in self.errors:
            self.add_error("label", _("Write which class the pupils belong to."))


class BaseClassRows(BaseFormSet):
    def classes(self) -> list[NewClass]:
        """The rows that somebody filled in, in order."""
        rows = [form.cleaned_data for form in self.forms]
        return [NewClass(row["label"].strip(), row.get("pupils")) for row in rows if row.get("label")]


ClassRows = formset_factory(ClassRowForm, formset=BaseClassRows, extra=4, max_num=4, absolute_max=4)


class ClassForm(forms.Form):
    label = forms.CharField(label=_("Class"), max_length=20, validators=[no_personal_data])
    pupils = _pupils_field()
    why = forms.CharField(label=_("Why is it corrected?"), max_length=200, validators=[no_personal_data])
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper(*self.fields)


class CloseClassForm(forms.Form):
    closed_on = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(
        label=_("Why?"), max_length=200, validators=[no_personal_data], help_text=_("For example: merged with 5A.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, school_class: SchoolClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, last = school_year.span(school_class.school_year)
        self.fields["closed_on"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        self.helper = plain_helper(*self.fields)


class MeasurementForm(forms.ModelForm):
    class Meta:
        model = Measurement
        fields = ["role", "value", "n", "margin", "measured_on", "area", "source"]
        localized_fields = ["value", "margin"]
        widgets = {
            "role": forms.RadioSelect(choices=MeasurementRole.choices),
            "measured_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "n": _("How many answered."),
            "margin": _("Plus or minus, in the same unit as the value."),
            "area": _("Leave empty for all areas together."),
            "source": _("Where the value is published, with year."),
        }

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.indicator = indicator
        self.fields["area"].queryset = Area.objects.filter(promise=indicator.effect.promise)
        self.fields["area"].empty_label = _("All areas together")
        self.helper = plain_helper(*self.fields)


class VoidForm(forms.Form):
    why = forms.CharField(label=_("Why is it voided?"), max_length=200, validators=[no_personal_data])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper("why")


class RoleForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["promise", "role", "organisation"]
        widgets = {"role": forms.RadioSelect(choices=Role.choices)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = Organisation.objects.filter(promises__isnull=False).distinct()
        self.fields["organisation"].queryset = parties
        self.helper = plain_helper(*self.fields)

    def _post_clean(self) -> None:
        """``services.give_role`` judges the row as a whole, with its user."""
