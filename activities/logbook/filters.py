"""The filters of a promise's log, as they stand in its address.

    /loften/<slug>/historik/?vad=aktivitet&handelse=corrected&atagande=3&fran=2020-01-01&till=2020-01-31&sok=torget

``person``: number of somebody who has or had a role, or ``fil`` · ``vad``: what it was about · ``handelse``: an act of
history.Change · ``atagande``: number · ``fran``, ``till``: days of the act, both included · ``undantag=1``: made by
exception in a locked period · ``sok``: text in what the page says. A value or a filter that does not exist is an
error, never the whole log. ``efter`` and ``fore`` say which page is meant (activities/logbook/reading.py).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from activities.filtering import ListFilter, NamedField
from activities.forms.fields import DayField, shortened
from activities.logbook.words import ACTIVITY, GROUPS, SET_UP
from activities.models import Activity
from history.models import Change
from promises.models import Amendment, Commitment, Kind, Membership, Target
from promises.permissions import Access

FILE = "fil"


class PersonField(NamedField):
    """The error names people, not their numbers."""

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise forms.ValidationError(
                _("“%(value)s” is nobody who has or had a role here. There are: %(names)s."),
                params={
                    "value": shortened(value),
                    "names": ", ".join(str(label) for _value, label in self.names),
                },
            )


class LogFilter(ListFilter):
    usual_names = ("vad", "handelse", "person", "sok")
    not_filters = frozenset({"efter", "fore"})

    def __init__(self, data: Mapping[str, Any], *, access: Access) -> None:
        super().__init__(data)
        self.access = access
        self.commitments = {str(one.number): one for one in access.promise.commitments.all()}
        everything = gettext_lazy("All")
        self.fields |= {
            "vad": NamedField(
                names=[(name, group.label) for name, group in GROUPS.items()],
                every=everything,
                label=gettext_lazy("About what"),
            ),
            "handelse": NamedField(
                names=Change.Action.choices, every=everything, label=gettext_lazy("Kind of act")
            ),
            "person": PersonField(
                names=[*people_of(access), (FILE, gettext_lazy("Read in from a file"))],
                every=gettext_lazy("Everybody"),
                label=gettext_lazy("By whom"),
            ),
            "atagande": NamedField(
                names=[(number, f"{number}. {one.short_title}") for number, one in self.commitments.items()],
                every=everything,
                label=gettext_lazy("Commitment"),
            ),
            "fran": DayField(required=False, label=pgettext_lazy("first day", "From")),
            "till": DayField(required=False, label=gettext_lazy("Up to")),
            "undantag": NamedField(
                names=[("1", gettext_lazy("By exception only"))],
                every=everything,
                label=gettext_lazy("Locked periods"),
            ),
            "sok": forms.CharField(required=False, max_length=100, label=gettext_lazy("Search")),
        }

    @property
    def text(self) -> str:
        """What is searched for, as ``Line.has`` takes it."""
        return str(self.cleaned_data["sok"]).casefold()

    def days(self) -> Q:
        """The moments that the days ask for: in the order of the log, so that they bound what is read."""
        first, last = self.cleaned_data["fran"], self.cleaned_data["till"]
        asked = Q()
        if first:
            asked &= Q(at__gte=_midnight(first))
        if last:
            asked &= Q(at__lt=_midnight(last + timedelta(days=1)))
        return asked

    @property
    def asks_for_acts(self) -> bool:
        return any(self.cleaned_data[name] for name in ("vad", "handelse", "person", "atagande", "undantag"))

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the acts are to be about, where that happens seldom beside activities; () where it does not."""
        name = self.cleaned_data["vad"]
        subjects = GROUPS[name].subjects if name else ()
        return () if ACTIVITY in subjects else subjects

    def condition(self) -> Q:
        """For acts with ``opens`` (``reading.visible_to``): what began to a reader was created, and not done."""
        data = self.cleaned_data
        asked = Q()
        if data["vad"]:
            asked &= _about(data["vad"])
        if data["handelse"] == Change.Action.CREATED:
            asked &= Q(action=Change.Action.CREATED) | Q(opens=True)
        elif data["handelse"]:
            asked &= Q(action=data["handelse"], opens=False)
        if data["person"]:
            asked &= Q(by=None) if data["person"] == FILE else Q(by=int(data["person"]))
        if data["atagande"]:
            asked &= _of(self.commitments[data["atagande"]])
        if data["undantag"]:
            asked &= Q(exception_id__isnull=False)
        return asked


def people_of(access: Access) -> list[tuple[str, str]]:
    """Number and name of everybody who has or had a role in the promise, or gave one; three queries.

    Not of those who did something: whoever has only planned in secret would be told of by that.
    """
    promise = access.promise
    given = Change.objects.filter(promise_id=promise.pk, subject=Membership._meta.label_lower)
    emails, givers = set(), set()
    for values, by in given.values_list("values", "by"):
        emails |= {one for pair in values.get("user", []) for one in [pair] if one}
        givers.add(by)
    members = Membership.objects.filter(promise=promise).values("user")
    users = User.objects.filter(Q(pk__in=members) | Q(pk__in=givers - {None}) | Q(email__in=emails))
    return sorted(((str(user.pk), str(user)) for user in users), key=lambda one: one[1].casefold())


def _about(name: str) -> Q:
    if name != SET_UP:
        return Q(subject__in=GROUPS[name].subjects)
    named = [subject for group in GROUPS.values() for subject in group.subjects]
    return ~Q(subject__in=named)


def _of(commitment: Commitment) -> Q:
    """Acts on a commitment, its rows and its decisions."""
    rows = Activity.objects.filter(commitment=commitment).values("pk")
    asked = Q(subject=ACTIVITY, subject_id__in=rows)
    asked |= Q(subject=Commitment._meta.label_lower, subject_id=commitment.pk)
    for model in (Amendment, Target, Kind):
        pks = model._default_manager.filter(commitment=commitment).values("pk")
        asked |= Q(subject=model._meta.label_lower, subject_id__in=pks)
    return asked


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
