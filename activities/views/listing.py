"""All rows that the reader may see, filtered by the address, fifty at a time."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from activities.filters import ActivityFilter
from activities.forms.fields import shortened
from activities.locks import tell_locked
from activities.models import Activity
from activities.paging import MOST_COUNTED, Key, all_of, page_of, totals_of
from activities.review import last_words
from promises.permissions import Action, PromiseMixin

MOST_RETURNED = 20


class ActivityListView(PromiseMixin, TemplateView):
    action = Action.SEE
    nav = "activities"
    template_name = "activities/list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("page") in ("1", "all"):  # addresses of before there were places
            return self.without_page_number()
        chosen = ActivityFilter(request.GET, access=self.access)
        places = PlaceForm(request.GET)
        if not (chosen.is_valid() & places.is_valid()):
            return self.refuse(chosen, places)
        found = chosen.found(Activity.objects.visible_to(self.access))
        totals = totals_of(found)
        if not places.cleaned_data["visa"]:
            page = page_of(found, after=places.cleaned_data["efter"], before=places.cleaned_data["fore"])
        elif totals.all_known:
            page = all_of(found)
        else:
            places.add_error(
                "visa",
                _("The list has more than %(most)s rows. Use filters, or download it as a file.")
                % {"most": MOST_COUNTED},
            )
            return self.refuse(chosen, places)
        tell_locked(page.rows, self.access)
        return self.render_to_response(
            self.get_context_data(
                filter=chosen,
                page=page,
                totals=totals,
                one_commitment=chosen.commitment,
                is_first=not (places.cleaned_data["efter"] or places.cleaned_data["fore"]),
                show_all=totals.all_known and page.has_other_pages,
                returned=self.sent_back(),
            )
        )

    def sent_back(self) -> list[tuple[Activity, Any]]:
        """The reader's own rows that somebody wants put right, each with the reason."""
        if not self.access.allows(Action.LOG):
            return []
        rows = Activity.objects.visible_to(self.access).returned()
        rows = rows.filter(logged_by=self.access.user).order_by("occurred_on", "pk")
        found = list(rows.with_names()[:MOST_RETURNED])
        words = last_words(found) if found else {}
        return [(row, words.get(row.pk)) for row in found]

    def without_page_number(self) -> HttpResponse:
        query = self.request.GET.copy()
        if query.pop("page") == ["all"]:
            query["visa"] = "alla"
        return HttpResponseRedirect(
            f"{self.request.path}?{query.urlencode()}" if query else self.request.path
        )

    def refuse(self, chosen: ActivityFilter, places: "PlaceForm") -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(filter=chosen, refused=[chosen, places]), status=400
        )


class PlaceField(forms.CharField):
    """A place in the list (activities/paging.py), or None."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        key = Key.parse(text)
        if key is None:
            raise forms.ValidationError(
                _("“%(value)s” is no place in the list. Begin at the newest row, and follow “Older”."),
                params={"value": shortened(text)},
            )
        return key


class PlaceForm(forms.Form):
    """Which page of the list is meant."""

    efter = PlaceField(required=False, label="efter")
    fore = PlaceField(required=False, label="fore")
    visa = forms.ChoiceField(
        choices=[("", ""), ("alla", "alla")],
        required=False,
        label="visa",
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is not possible. Only “alla” is.")},
    )

    def clean(self) -> None:
        super().clean()
        given = [name for name in self.fields if self.data.get(name)]
        if len(given) > 1:
            self.add_error(None, _("Only one of %(names)s at a time.") % {"names": ", ".join(given)})
        for name in self.fields:
            if hasattr(self.data, "getlist") and len(self.data.getlist(name)) > 1:
                self.add_error(name, _("Only one value at a time."))
