"""Boundaries come in here: a file is read, shown on a map with the areas found in it, and saved when it is right."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import FormView, TemplateView

from accounts.forms import add_errors
from medborgarlofte.uploads import SmallFile
from promises.area_keys import area_keys
from promises.boundaries import matches, remove_boundary, set_boundaries
from promises.boundary import MOST_BYTES, Feature
from promises.boundary_forms import (
    BoundaryChoiceForm,
    BoundaryFileForm,
    BoundaryRemoveForm,
    feature_name,
    pack,
    unpack,
)
from promises.models import Area, AreaBoundary
from promises.permissions import Action, PromiseMixin
from reports import maps
from reports.pages.area import AreaMap, drawn_map
from reports.wording import number


def area_of(areas: Sequence[Area], key: str) -> Area:
    """The area of an address; Http404."""
    keys = area_keys([area.name for area in areas])
    found = next((area for area in areas if keys[area.name] == key), None)
    if found is None:
        raise Http404
    return found


@method_decorator(csrf_exempt, name="dispatch")  # checked in post, once it is known who sends the file
class BoundariesView(PromiseMixin, TemplateView):
    action = Action.REGISTER
    template_name = "reports/boundaries.html"
    nav = "dashboard"

    @cached_property
    def areas(self) -> list[Area]:
        return list(self.promise.areas.all())

    @cached_property
    def stored(self) -> dict[int, AreaBoundary]:
        rows = AreaBoundary.objects.filter(area__promise=self.promise, shape__isnull=False).defer("shape")
        return {row.area_id: row for row in rows}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keys = area_keys([area.name for area in self.areas])
        kwargs.setdefault("form", BoundaryFileForm())
        return super().get_context_data(**kwargs) | {
            "areas": [
                (
                    area,
                    self.stored.get(area.pk),
                    reverse("reports:boundary_remove", args=[self.promise.slug, keys[area.name]]),
                )
                for area in self.areas
            ]
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [SmallFile(most=MOST_BYTES)]
        return self.receive(request)

    @method_decorator(csrf_protect)
    def receive(self, request: HttpRequest) -> HttpResponse:
        return self.save(request.POST["payload"]) if "payload" in request.POST else self.read()

    def read(self) -> HttpResponse:
        """The first step: nothing is kept but in the page that answers."""
        form = BoundaryFileForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.answer(form)
        try:
            found = matches(self.areas, form.features)
        except ValidationError as error:
            form.add_error("file", error)
            return self.answer(form)
        choice = self.choice_form(
            form.features,
            initial={
                "payload": pack(form.features, self.promise.pk),
                "source": form.cleaned_data["source"],
                **{
                    BoundaryChoiceForm.name_of(area): str(found[area.pk] + 1)
                    for area in self.areas
                    if area.pk in found
                },
            },
        )
        return self.answer(choice, preview=self.preview(form.features), status=200)

    def save(self, payload: str) -> HttpResponse:
        try:
            features = unpack(payload, self.promise.pk)
        except signing.BadSignature:
            form = BoundaryFileForm({}, {})
            form.full_clean()
            form.errors["file"] = form.error_class(
                [_("The file that was read is no longer there. Choose it again.")]
            )
            return self.answer(form)
        form = self.choice_form(features, data=self.request.POST)
        if form.is_valid():
            try:
                changed = set_boundaries(
                    access=self.access,
                    shapes=form.shapes,
                    source=form.cleaned_data["source"],
                    reason=form.cleaned_data.get("why", ""),
                )
            except ValidationError as error:
                add_errors(form, error)
            else:
                self.tell(changed)
                return redirect("reports:areas", self.promise.slug)
        return self.answer(form, preview=self.preview(features))

    def tell(self, changed: int) -> None:
        if not changed:
            messages.info(self.request, _("The boundaries were just so already. Nothing is changed."))
            return
        text = ngettext(
            "The boundary of %(number)s area is saved.",
            "The boundaries of %(number)s areas are saved.",
            changed,
        )
        messages.success(self.request, text % {"number": number(changed)})

    def choice_form(self, features: Sequence[Feature], **kwargs: Any) -> BoundaryChoiceForm:
        return BoundaryChoiceForm(areas=self.areas, features=features, replaces=bool(self.stored), **kwargs)

    def preview(self, features: Sequence[Feature]) -> AreaMap:
        """Every shape of the file, by its number in the choices."""
        return drawn_map(
            [
                maps.MapArea(
                    name="", number=str(count), said=feature_name(count, one), shape=one.shape, strength=1
                )
                for count, one in enumerate(features, start=1)
            ],
            _("What the file shows"),
        )

    def answer(self, form: Any, *, preview: AreaMap | None = None, status: int = 400) -> HttpResponse:
        context = self.get_context_data(form=form, choosing=preview is not None, preview=preview)
        return self.render_to_response(context, status=status)


class BoundaryRemoveView(PromiseMixin, FormView):
    action = Action.REGISTER
    form_class = BoundaryRemoveForm
    template_name = "reports/boundary_remove.html"
    nav = "dashboard"

    @cached_property
    def area(self) -> Area:
        return area_of(list(self.promise.areas.all()), self.kwargs["area"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"area": self.area}

    def form_valid(self, form: BoundaryRemoveForm) -> HttpResponse:
        try:
            remove_boundary(access=self.access, area=self.area, reason=form.cleaned_data["why"])
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("The boundary is taken away."))
        return redirect("reports:boundaries", self.promise.slug)
