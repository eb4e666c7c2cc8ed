"""What the shapes of the form share: fields become an Entry, and activities/rules.py judges that."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import State
from activities.forms.fields import (
    NOT_A_CHOICE,
    ClockField,
    DayField,
    NumberField,
    RowChoiceField,
    RowsChoiceField,
)
from activities.forms.layout import form_helper
from activities.models import MAX_MINUTES, MAX_REACHED, Activity
from activities.options import Options
from activities.rules import Entry
from promises.choices import AreaRule
from promises.validators import NoPersonalData

MANY, USUAL = 6, 4
"""Up to MANY kinds are large buttons; of more, the USUAL first ones, and the others fold away (docs/look.md)."""


class EntryForm(forms.Form):
    """``entry`` is there once the form is valid.

    ``row``: the stored row that is corrected; once it has been counted the form also asks why.
    """

    entry: Entry
    layout: ClassVar[tuple[Any, ...]] = ()
    shown_as: ClassVar[Mapping[str, str]] = {}
    """Field of Entry -> field of this form, where a fault is better shown at another field."""

    asks_why = True
    use_required_attribute = False

    def __init__(self, *args: Any, options: Options, row: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options, self.row = options, row
        self.build()
        if self.asks_why and row is not None and row.is_counted:
            self.ask_why(
                _("It has been counted, so the reason is kept with the old and the new values."),
                _("Say why the row is corrected: it has been counted."),
            )
        elif self.asks_why:
            self.ask_why_under_exception()

    def ask_why(self, hint: Any, missing: Any, *, required: bool = True) -> None:
        self.fields["why"] = forms.CharField(
            label=_("Why is the row corrected?"),
            required=required,
            max_length=300,
            help_text=hint,
            validators=[NoPersonalData("activity.why")],
            error_messages={"required": missing},
        )

    def ask_why_under_exception(self) -> None:
        """Whatever changes in a locked period has a reason, also where nothing was counted yet."""
        if self.row is not None and self.options.has_exception:
            self.ask_why(
                _("What is changed in a locked period has a reason beside it."),
                _("Say why the row is changed: its period is locked."),
                required=self.row.lock is not None,
            )

    @cached_property
    def helper(self) -> FormHelper:
        """Only for the page: a form that is stored is never laid out."""
        return form_helper(self, *self.layout, "why")

    def build(self) -> None:
        raise NotImplementedError

    def typed(self, before: Entry) -> Entry:
        """``before`` with what was typed; a field that could not be read keeps its value there."""
        raise NotImplementedError

    def clean(self) -> None:
        """All faults at once: a field that could not be read has its own message and is not judged twice."""
        super().clean()
        self.unread = unread = frozenset(self.errors)
        self.entry = self.typed(self.blank_entry())
        faults = [
            (name, message)
            for field, message in self.options.check(self.entry)
            if (name := self.shown_as.get(field, field)) not in unread
        ]
        for name, message in faults:
            self.add_error(name if name in self.fields else None, message)

    def add_faults(self, faults: Mapping[str, Iterable[str]]) -> None:
        """What the service refused, each at its field."""
        for field, messages in faults.items():
            name = self.shown_as.get(field, field)
            for message in messages:
                self.add_error(name if name in self.fields else None, message)

    def blank_entry(self) -> Entry:
        promise = self.options.commitment.promise
        state = State.DONE if self.row is None else State(self.row.state)
        return Entry(state=state, occurred_on=min(promise.ends_on, self.options.today))

    # Fields that more than one shape has

    def state_field(self) -> forms.ChoiceField:
        """Which states may be chosen. Where there is no choice it is hidden, and the rules judge it."""
        was = None if self.row is None else self.row.state
        choices = [State.DONE, State.PLANNED] if self.options.may_plan and was != State.DONE else [State.DONE]
        if was == State.CANCELLED:
            choices.append(State.CANCELLED)
        if len(choices) == 1:
            return forms.ChoiceField(
                choices=State.choices,
                widget=forms.HiddenInput,
                initial=State.DONE,
                required=False,
                label=_("State"),
                error_messages={"invalid_choice": NOT_A_CHOICE},
            )
        return forms.ChoiceField(
            choices=[(one.value, one.label) for one in choices],
            widget=forms.RadioSelect,
            initial=State.DONE,
            label=_("State"),
            error_messages={
                "required": _("Choose whether it is done or planned."),
                "invalid_choice": NOT_A_CHOICE,
            },
        )

    def kind_field(self) -> RowChoiceField:
        kinds = self.options.kinds
        folded = {"first": USUAL, "more": _("More kinds")} if len(kinds) > MANY else {}
        only = kinds[0].pk if len(kinds) == 1 else None
        return RowChoiceField(rows=kinds, widget=forms.RadioSelect, label=_("What"), initial=only, **folded)

    def day_field(self) -> DayField:
        promise = self.options.commitment.promise
        options = self.options
        field = DayField(label=_("Date"), initial=options.usual_day, help_text=options.closed_in_words)
        first = min(options.first_open_day, promise.ends_on)
        field.widget.attrs |= {"min": first.isoformat(), "max": promise.ends_on.isoformat()}
        return field

    def asked_fields(self) -> None:
        """When it was asked for, and what its date means then."""
        if not self.options.commitment.on_request:
            return
        promise = self.options.commitment.promise
        field = DayField(
            label=_("Asked for on"),
            initial=self.options.usual_day,
            help_text=_("The day somebody asked for it."),
        )
        field.widget.attrs |= {
            "min": promise.starts_on.isoformat(),
            "max": min(promise.ends_on, self.options.today).isoformat(),
        }
        self.fields["asked_on"] = field
        said = [_("The day it was done, or is to be done."), self.options.closed_in_words]
        self.fields["occurred_on"].help_text = " ".join(str(one) for one in said if one)

    def parties_field(self) -> RowsChoiceField:
        own = self.options.own_party
        return RowsChoiceField(
            rows=self.options.parties,
            label=_("Parties taking part"),
            required=False,
            help_text=_("Something done together counts once."),
            initial=[own.pk] if own in self.options.parties and own is not None else [],
        )

    def areas_field(self) -> RowsChoiceField:
        return RowsChoiceField(
            rows=self.options.areas,
            name_of=lambda area: area.full_name,
            label=_("Areas"),
            required=self.options.commitment.area_rule == AreaRule.REQUIRED,
        )

    def note_field(self) -> forms.CharField:
        return forms.CharField(
            label=_("Note"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Write no names and nothing that points out a person."),
            validators=[NoPersonalData("activity.note")],
            error_messages={"max_length": _("The note is too long: at most %(limit_value)d characters.")},
        )

    def reached_field(self) -> NumberField:
        return NumberField(
            least=0,
            most=MAX_REACHED,
            required=False,
            label=_("Persons reached"),
            help_text=_("A number, also a rough one."),
        )

    def more_fields(self) -> None:
        self.fields["starts_at"] = ClockField(label=_("Time"), required=False)
        self.fields["minutes"] = NumberField(least=1, most=MAX_MINUTES, required=False, label=_("Minutes"))
        self.fields["link"] = forms.URLField(
            label=_("Link"),
            required=False,
            max_length=300,
            assume_scheme="https",
            help_text=_("To a page that tells of it, for example on polisen.se or malmo.se."),
            validators=[NoPersonalData("activity.link")],
            error_messages={
                "invalid": _("This is not a link. Write the whole address, for example https://polisen.se.")
            },
        )
        if self.row is not None and self.row.state == State.CANCELLED:
            self.fields["reason"] = forms.CharField(
                label=pgettext_lazy("of an activity", "Why cancelled"),
                required=False,
                max_length=300,
                validators=[NoPersonalData("activity.reason")],
            )

    def _more(self, before: Entry) -> Entry:
        """The fields that activities and meetings share."""
        data = self.cleaned_data
        state = State(data.get("state") or before.state)
        return replace(
            before,
            state=state,
            kind=data.get("kind"),
            asked_on=data.get("asked_on"),
            occurred_on=data.get("occurred_on", before.occurred_on),
            parties=data.get("parties", ()),
            persons_reached=data.get("persons_reached"),
            starts_at=data.get("starts_at"),
            minutes=data.get("minutes"),
            link=data.get("link", ""),
            note=data.get("note", ""),
            reason=data.get("reason", "") if state == State.CANCELLED else "",
        )
