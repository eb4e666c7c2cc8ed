"""The filters of the list of activities, as they stand in its address.

    /loften/<slug>/aktiviteter/?atagande=3&omrade=Holma&lage=done&fran=2019-01-01&till=2019-12-31

``atagande``: number · ``omrade``, ``skola``, ``slag``: name, as the promise has it · ``lage``: done,
planned, cancelled, voided; done leaves out what is voided or not approved · ``granskning``: vantar, atersand ·
``ar``: year · ``fran``, ``till``: days, both included · ``mina=1``: own rows · ``inlasning``: number of an import ·
``sok``: text in notes, kinds and
schools. A value or a filter that does not exist is an error, never the whole list. ``efter``, ``fore``
(activities/paging.py) and ``visa=alla`` say which page of the list is meant, and are no filters.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from activities.choices import Review, State
from activities.filtering import ListFilter, NamedField
from activities.forms.fields import DayField
from activities.models import COUNTED, Activity, ActivityQuerySet, ImportBatch
from activities.models.activity import NOT_APPROVED
from activities.paging import MOST_COUNTED, Found
from promises.models import Kind, Promise
from promises.permissions import Access

VOIDED = "voided"
REVIEWS = {"vantar": Review.WAITING, "atersand": Review.RETURNED}
_INDEXED = ("granskning", "makulerade", "planer", "inlasning", "skola", "mina", "slag", "atagande", "lage")
"""What an index of the list serves, the narrowest first (Meta.indexes of Activity)."""


class ActivityFilter(ListFilter):
    usual_names = ("atagande", "omrade", "lage", "sok")
    not_filters = frozenset({"efter", "fore", "visa"})

    def __init__(self, data: Mapping[str, Any], *, access: Access) -> None:
        super().__init__(data)
        self.access = access
        promise = access.promise
        years = range(promise.starts_on.year, promise.ends_on.year + 1)
        self.commitments = {str(one.number): one for one in promise.commitments.all()}
        self.areas = {one.name: one for one in promise.areas.all()}
        self.schools = {one.name: one for one in promise.schools.all()}
        self.kinds: dict[str, list[Kind]] = {}
        for kind in Kind.objects.filter(commitment__promise=promise).order_by(
            "commitment__number", "position", "pk"
        ):
            self.kinds.setdefault(kind.name, []).append(kind)
        commitments = [(number, f"{number}. {one.short_title}") for number, one in self.commitments.items()]
        self.fields |= {
            "atagande": NamedField(
                names=commitments, every=gettext_lazy("All"), label=gettext_lazy("Commitment")
            ),
            "slag": NamedField(
                names=[(name, name) for name in self.kinds],
                every=gettext_lazy("All"),
                label=gettext_lazy("What"),
            ),
            "omrade": NamedField(
                names=[(name, one.full_name) for name, one in self.areas.items()],
                every=gettext_lazy("All"),
                label=gettext_lazy("Area"),
            ),
            "lage": NamedField(
                names=[*State.choices, (VOIDED, gettext_lazy("Voided"))],
                every=gettext_lazy("All"),
                label=gettext_lazy("State"),
            ),
            "granskning": NamedField(
                names=[(name, review.label) for name, review in REVIEWS.items()],
                every=gettext_lazy("All"),
                label=gettext_lazy("Review"),
            ),
            "ar": NamedField(
                names=[(str(year), str(year)) for year in years],
                every=gettext_lazy("All"),
                label=gettext_lazy("Year"),
            ),
            "fran": DayField(required=False, label=pgettext_lazy("first day", "From")),
            "till": DayField(required=False, label=gettext_lazy("Up to")),
            "skola": NamedField(
                names=[(name, name) for name in self.schools],
                every=gettext_lazy("All"),
                label=gettext_lazy("School"),
            ),
            "mina": NamedField(
                names=[("1", gettext_lazy("My own"))],
                every=gettext_lazy("Everybody’s"),
                label=gettext_lazy("Logged by"),
            ),
            "inlasning": NamedField(
                names=[
                    (str(one.pk), str(one))
                    for one in ImportBatch.objects.visible_to(access).done().order_by("-at")
                ],
                every=gettext_lazy("All"),
                label=gettext_lazy("Import"),
            ),
            "sok": forms.CharField(required=False, max_length=100, label=gettext_lazy("Search")),
        }

    @property
    def commitment(self) -> Any:
        return self.commitments.get(self.cleaned_data["atagande"])

    def apply(self, rows: ActivityQuerySet) -> ActivityQuerySet:
        """``rows``: what the reader may see. Only for a valid filter."""
        for condition in self._conditions().values():
            rows = rows.filter(condition)
        return rows

    def found(self, rows: ActivityQuerySet) -> Found:
        """As ``apply``, for the list: the rows, and those that the best index gives in the order of the list.

        Days bound every index; of the other filters one leads. Rows in an area are asked for by their ids where
        they are few, since no index has area and day.
        """
        conditions = self._conditions()
        indexed = rows.filter(conditions.pop("days"))
        if "omrade" in conditions:
            ids = self._ids_in_area()
            if len(ids) <= MOST_COUNTED:
                indexed = rows = indexed.filter(pk__in=ids)
                for condition in conditions.values():
                    indexed = indexed.filter(condition)
                return Found(indexed, indexed)
        lead = next((name for name in _INDEXED if name in conditions), None)
        if lead is not None:
            indexed = indexed.filter(conditions.pop(lead))
        wanted = indexed
        for condition in conditions.values():
            wanted = wanted.filter(condition)
        return Found(indexed, wanted)

    def _ids_in_area(self) -> list[int]:
        """Of the chosen area, what the reader may see, and of those no more than one too many."""
        rows = Activity.objects.filter(areas=self.areas[self.cleaned_data["omrade"]]).order_by()
        if not self.access.is_police:
            rows = rows.open_to_both_parties()
        return list(rows.values_list("pk", flat=True)[: MOST_COUNTED + 1])

    def _conditions(self) -> dict[str, Q]:
        """Name of the filter -> what it asks for; "days" stands for all three that ask for days."""
        data = self.cleaned_data
        days = {
            "occurred_on__year": data["ar"] and int(data["ar"]),
            "occurred_on__gte": data["fran"],
            "occurred_on__lte": data["till"],
        }
        asked = {"days": Q(**{lookup: value for lookup, value in days.items() if value})}
        if data["atagande"]:
            asked["atagande"] = Q(commitment=self.commitment)
        if data["slag"]:
            kinds = self.kinds[data["slag"]]
            asked["slag" if len(kinds) == 1 else "slagen"] = (
                Q(kind=kinds[0]) if len(kinds) == 1 else Q(kind__in=kinds)
            )
        if data["omrade"]:
            asked["omrade"] = Q(areas=self.areas[data["omrade"]])
        if data["skola"]:
            asked["skola"] = Q(school=self.schools[data["skola"]])
        if data["mina"]:
            asked["mina"] = Q(logged_by=self.access.user)
        if data["inlasning"]:
            asked["inlasning"] = Q(import_batch=int(data["inlasning"]))
        asked |= self._states()
        if text := data["sok"]:
            asked["sok"] = (
                Q(note__icontains=text) | Q(kind__name__icontains=text) | Q(school__name__icontains=text)
            )
        return asked

    def _states(self) -> dict[str, Q]:
        """``lage`` and ``granskning``: done is what counts, unless it is asked for what does not yet."""
        state, review = self.cleaned_data["lage"], self.cleaned_data["granskning"]
        asked = {}
        if state == VOIDED:
            asked["makulerade"] = Q(voided_at__isnull=False)
        elif state == State.DONE:
            asked["lage"] = Q(state=state, voided_at=None) if review else COUNTED
        elif state:
            asked["planer"] = Q(state=state, voided_at=None)
        if review:
            asked["granskning"] = NOT_APPROVED & Q(review=REVIEWS[review])
        return asked


def list_url(
    promise: Promise,
    *,
    commitment: int | None = None,
    area: str = "",
    school: str = "",
    kind: str = "",
    state: str = "",
    review: str = "",
    first: date | None = None,
    last: date | None = None,
) -> str:
    """The address of the rows behind a number: ``state="done"`` for what counts, ``review``: one of REVIEWS."""
    values = {
        "atagande": commitment,
        "omrade": area,
        "skola": school,
        "slag": kind,
        "lage": state,
        "granskning": review,
        "fran": first,
        "till": last,
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return reverse("activities:list", args=[promise.slug]) + (f"?{query}" if query else "")
