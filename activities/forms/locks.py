"""The forms of locked periods: which days, why, and for whom there is an exception."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.forms import plain_helper
from accounts.models import User
from activities.forms.fields import DayField
from promises.services import MAX_REASON
from promises.validators import no_personal_data


def reason_field(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MAX_REASON,
        validators=[no_personal_data],
        error_messages={"required": _("Say why.")},
    )


class DaysForm(forms.Form):
    """Which days are to be locked: asked by GET, so that the page tells what they cover."""

    use_required_attribute = False

    fran = DayField(label=pgettext_lazy("first day", "From"))
    till = DayField(label=_("Up to and including"))


class AcceptedField(forms.MultipleChoiceField):
    """Not "optional", and no fault of the form when nothing is ticked: the service says what has to be done first."""

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


class LockForm(DaysForm):
    """The same days, and why. ``waiting``: so many rows wait for review in them."""

    def __init__(self, *args: Any, waiting: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"] = reason_field(
            _("Why is the period locked?"), _("For example “the year is closed”. Write no names.")
        )
        for name in ("fran", "till"):
            self.fields[name].widget = forms.HiddenInput()
        if waiting:
            label = ngettext(
                "%(number)s activity waits for review and cannot be approved afterwards",
                "%(number)s activities wait for review and cannot be approved afterwards",
                waiting,
            )
            self.fields["accepted"] = AcceptedField(
                label=_("What waits stays so"),
                widget=forms.CheckboxSelectMultiple,
                choices=[(str(waiting), label % {"number": waiting})],
                error_messages={
                    "invalid_choice": _("Another number waits now. Look at it, and tick if they may stay so.")
                },
            )
        self.helper = plain_helper(*self.fields)

    @property
    def accepted(self) -> int:
        """How many waiting rows the person has ticked."""
        return max(map(int, self.cleaned_data.get("accepted", ())), default=0)


class WhyForm(forms.Form):
    def __init__(self, *args: Any, label: Any, hint: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"] = reason_field(label, hint)
        self.helper = plain_helper("why")


class ExceptionForm(forms.Form):
    """For whom, up to and including which day, and why."""

    def __init__(self, *args: Any, people: dict[int, User], usual: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["user"] = forms.TypedChoiceField(
            label=_("For whom?"),
            choices=[("", _("Choose a person")), *((pk, str(person)) for pk, person in people.items())],
            coerce=int,
            error_messages={
                "required": _("Choose a person."),
                "invalid_choice": _("“%(value)s” is not among the choices. Choose one of those shown."),
            },
        )
        self.fields["until"] = DayField(
            label=_("Up to and including"),
            initial=usual,
            help_text=_("At most 30 days ahead."),
        )
        self.fields["until"].widget.attrs |= {"max": last.isoformat()}
        self.fields["why"] = reason_field(
            _("Why?"), _("For example “two school visits were logged on the wrong day”. Write no names.")
        )
        self.helper = plain_helper("user", "until", "why")

    @property
    def until(self) -> datetime:
        """The end of the chosen day."""
        day: date = self.cleaned_data["until"] + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time()))
