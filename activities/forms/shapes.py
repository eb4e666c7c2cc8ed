"""The three shapes of the form: an activity, a meeting with classes, a number of a month."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from activities.forms.classes import ClassesField, classes_initial
from activities.forms.entry import EntryForm
from activities.forms.fields import NumberField, RowChoiceField
from activities.forms.layout import MoreDetails
from activities.models import MAX_QUANTITY
from activities.models.activity import days_of
from activities.options import Options
from activities.rules import Entry
from promises.choices import AreaRule
from promises.locks import lock_of


class ActivityForm(EntryForm):
    """Kind, areas, date, parties; the rest if somebody wants to tell more."""

    layout = (
        "state",
        "kind",
        "areas",
        "asked_on",
        "occurred_on",
        "parties",
        "persons_reached",
        "note",
        MoreDetails("quantity", "starts_at", "minutes", "link"),
        "reason",
    )

    def build(self) -> None:
        self.fields["state"] = self.state_field()
        self.fields["kind"] = self.kind_field()
        if self.options.commitment.area_rule != AreaRule.NONE:
            self.fields["areas"] = self.areas_field()
        self.fields["occurred_on"] = self.day_field()
        self.asked_fields()
        self.fields["parties"] = self.parties_field()
        self.fields["persons_reached"] = self.reached_field()
        self.fields["note"] = self.note_field()
        if not self.options.commitment.on_request:  # a request is one
            self.fields["quantity"] = NumberField(
                least=0,
                most=MAX_QUANTITY,
                initial=1,
                label=_("Number"),
                help_text=_("How many it counts as. 0 tells that there was none."),
            )
        self.more_fields()

    def typed(self, before: Entry) -> Entry:
        data = self.cleaned_data
        return replace(
            self._more(before), areas=data.get("areas", ()), quantity=data.get("quantity", before.quantity)
        )


class MeetingForm(EntryForm):
    """A meeting with classes of one school and läsår, which ``options`` has chosen already."""

    layout = (
        "state",
        "asked_on",
        "occurred_on",
        "kind",
        "classes",
        "parties",
        "note",
        MoreDetails("persons_reached", "starts_at", "minutes", "link"),
        "reason",
    )
    shown_as: ClassVar[Mapping[str, str]] = {
        "school": "classes",
        "school_year": "occurred_on",
        "quantity": "classes",
    }

    def build(self) -> None:
        options = self.options
        self.fields["state"] = self.state_field()
        self.fields["occurred_on"] = self.day_field()
        self.asked_fields()
        self.fields["kind"] = self.kind_field()
        self.fields["classes"] = ClassesField(
            classes=options.classes,
            day=options.today,
            label=_("Classes and pupils present"),
            help_text=_("Tick the classes that are there. Without a number, how many came is not known."),
        )
        self.fields["parties"] = self.parties_field()
        self.fields["persons_reached"] = self.reached_field()
        self.fields["note"] = self.note_field()
        self.more_fields()

    def typed(self, before: Entry) -> Entry:
        return replace(
            self._more(before),
            school=self.options.school,
            school_year=self.options.school_year,
            classes=self.cleaned_data.get("classes", ()),
            quantity=1 if self.row is None else self.row.quantity,
        )


class CountForm(EntryForm):
    """Month, number, area and nothing else: reports about children are numbers (OSL 26:1)."""

    layout = ("occurred_on", "quantity", "areas")

    def __init__(self, *args: Any, reported: Mapping[date, int] | None = None, **kwargs: Any) -> None:
        self.reported = reported or {}
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        months = months_of(self.options.commitment.promise, up_to=self.options.today)
        names = [(f"{month:%Y-%m}", self._named(month)) for month in reversed(months)]
        self.months = {f"{month:%Y-%m}": month for month in months}
        self.fields["occurred_on"] = forms.ChoiceField(
            choices=[("", _("Choose month")), *names],
            label=_("Month"),
            help_text=self.options.closed_in_words,
            error_messages={
                "required": _("Choose the month."),
                "invalid_choice": _(
                    "“%(value)s” is not a month of the promise up to now. Choose one of those shown."
                ),
            },
        )
        self.fields["quantity"] = NumberField(
            least=0,
            most=MAX_QUANTITY,
            label=_("Number"),
            help_text=_("Write 0 if there were none: no number at all means that it is not known."),
        )
        if self.options.commitment.area_rule != AreaRule.NONE:
            self.fields["areas"] = RowChoiceField(
                rows=self.options.areas,
                name_of=lambda area: area.full_name,
                empty=_("All areas, or not known"),
                label=_("Area"),
                required=False,
            )

    def _named(self, month: date) -> str:
        name = date_format(month, "F Y")
        if lock_of(days_of(month, month_only=True), self.options.closed):
            return _("%(month)s (locked)") % {"month": name}
        if month.replace(day=1) in self.reported:
            return _("%(month)s (%(number)s logged already)") % {
                "month": name,
                "number": self.reported[month.replace(day=1)],
            }
        return name

    def typed(self, before: Entry) -> Entry:
        data = self.cleaned_data
        area = data.get("areas")
        return replace(
            before,
            occurred_on=self.months.get(data.get("occurred_on", ""), before.occurred_on),
            month_only=True,
            quantity=data.get("quantity", 1),
            areas=(area,) if area else (),
        )


def form_class(options: Options) -> type[EntryForm]:
    if options.commitment.counts_only:
        return CountForm
    return MeetingForm if options.commitment.class_meeting else ActivityForm


def initial_of(entry: Entry, options: Options) -> dict[str, Any]:
    """What the form shows for a stored row."""
    if options.commitment.counts_only:
        return {
            "occurred_on": f"{entry.occurred_on:%Y-%m}",
            "quantity": entry.quantity,
            "areas": entry.areas[0].pk if entry.areas else "",
        }
    return {
        "state": entry.state,
        "kind": entry.kind.pk if entry.kind else None,
        "areas": [area.pk for area in entry.areas],
        "asked_on": entry.asked_on,
        "occurred_on": entry.occurred_on,
        "quantity": entry.quantity,
        "parties": [party.pk for party in entry.parties],
        "persons_reached": entry.persons_reached,
        "starts_at": entry.starts_at,
        "minutes": entry.minutes,
        "classes": classes_initial(entry.classes),
        "link": entry.link,
        "note": entry.note,
        "reason": entry.reason,
    }


def months_of(promise: Any, *, up_to: date) -> list[date]:
    """The months of the promise up to a day, each as its first day within the period."""
    months = []
    day = promise.starts_on
    while day <= min(up_to, promise.ends_on):
        months.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return months
