"""Links that open the form filled in, with their QR codes, to send to a colleague or to print for the locker room."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import segno
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from activities.forms.fields import RowsChoiceField
from activities.forms.layout import form_helper
from activities.links import areas_by_name, form_url, kinds_by_name, link_query, schools_by_name
from activities.options import Options, options_for
from promises.models import Commitment
from promises.permissions import Action, PromiseMixin

MOST = 24
"""Codes on one sheet: four pages of paper."""


@dataclass(frozen=True, slots=True)
class Code:
    """``chosen``: what the form is filled in with, in words; "" where it opens empty."""

    number: int
    title: str
    chosen: str
    url: str
    svg: str


class LinksForm(forms.Form):
    """What the links of one commitment fill in: a link for each kind in each place."""

    use_required_attribute = False

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options
        if options.kinds:
            self.fields["vad"] = RowsChoiceField(rows=options.kinds, label=_("What"), required=False)
        places = options.schools or options.areas
        if places:
            self.fields["var"] = RowsChoiceField(
                rows=places,
                name_of=lambda place: getattr(place, "full_name", str(place)),
                label=_("Schools") if options.schools else _("Areas"),
                required=False,
            )
        self.helper = form_helper(self, "vad", "var")

    def clean(self) -> None:
        super().clean()
        number = len(list(self.pairs()))
        if number > MOST:
            self.add_error(
                None,
                _("That would be %(number)s codes. Choose fewer: at most %(most)s at a time.")
                % {"number": number, "most": MOST},
            )

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """(kind or None, area or school or None)."""
        kinds = self.cleaned_data.get("vad") or (None,)
        return product(kinds, self.cleaned_data.get("var") or (None,))


class LinksView(PromiseMixin, TemplateView):
    action = Action.LOG
    template_name = "activities/links.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by_number = {str(one.number): one for one in self.promise.commitments.all()}
        asked = self.request.GET.get("atagande", "")
        commitment = by_number.get(asked)
        context = super().get_context_data(**kwargs) | {"commitments": list(by_number.values())}
        if commitment is None:
            return context | {
                "unknown": asked[:40],
                "codes": [self.code(one, "", "") for one in by_number.values()],
            }
        options = options_for(commitment, access=self.access, today=timezone.localdate())
        form = LinksForm(self.request.GET, options=options)
        return context | {
            "commitment": commitment,
            "links_form": form,
            "form": form,
            "codes": self.codes(form, options) if form.is_valid() else [],
        }

    def codes(self, form: LinksForm, options: Options) -> list[Code]:
        kinds = kinds_by_name(options.kinds)
        areas, schools = areas_by_name(options.areas), schools_by_name(options.schools)
        found = []
        for kind, place in form.pairs():
            words = " · ".join(str(one) for one in (kind, place) if one)
            query = link_query(
                kind=kinds.key(kind) if kind else "",
                areas=[areas.key(place)] if place and not options.schools else [],
                school=schools.key(place) if place and options.schools else "",
            )
            found.append(self.code(options.commitment, words, query))
        return found

    def code(self, commitment: Commitment, chosen: str, query: str) -> Code:
        url = self.request.build_absolute_uri(form_url(self.promise, commitment.number, query))
        return Code(commitment.number, commitment.short_title, chosen, url, qr_svg(url))


def qr_svg(text: str) -> str:
    """Black on white in every colour scheme, with the quiet zone that cameras need; as large as its frame."""
    svg: str = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, light="#fff", border=4)
    return svg
