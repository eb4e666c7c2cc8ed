"""A promise's log: every act that the reader may know of, in sentences, and the same as a file."""

from typing import Any

from django import forms
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django.views.generic.base import View

from activities.forms.fields import shortened
from activities.logbook.exporting import csv_lines, xlsx_file
from activities.logbook.filters import LogFilter
from activities.logbook.reading import Log, Place
from promises.permissions import Action, PromiseMixin
from promises.tables.writing import XLSX


class LogbookView(PromiseMixin, TemplateView):
    action = Action.SEE
    template_name = "activities/logbook.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = LogFilter(request.GET, access=self.access)
        places = PlaceForm(request.GET)
        if not (chosen.is_valid() & places.is_valid()):
            return self.render_to_response(
                self.get_context_data(filter=chosen, refused=[chosen, places]), status=400
            )
        after, before = places.cleaned_data["efter"], places.cleaned_data["fore"]
        page = Log(self.access, chosen).page(after=after, before=before)
        return self.render_to_response(
            self.get_context_data(filter=chosen, page=page, is_first=not (after or before))
        )


class LogbookExportView(PromiseMixin, View):
    action = Action.EXPORT
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *_args: Any, slug: str, fmt: str) -> HttpResponseBase:
        if fmt not in ("csv", "xlsx"):
            raise Http404
        chosen = LogFilter(request.GET, access=self.access)
        if not chosen.is_valid():  # the page says what is wrong with it
            return redirect(f"{reverse('logbook:list', args=[slug])}?{request.GET.urlencode()}")
        lines = Log(self.access, chosen).every_line()
        name = f"{slug}-historik.{fmt}"
        if fmt == "xlsx":
            return FileResponse(xlsx_file(lines), as_attachment=True, filename=name, content_type=XLSX)
        return StreamingHttpResponse(
            csv_lines(lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class PlaceField(forms.CharField):
    """A place in the log (activities/logbook/reading.py), or None."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        place = Place.parse(text)
        if place is None:
            raise forms.ValidationError(
                _("“%(value)s” is no place in the log. Begin at the newest act, and follow “Older”."),
                params={"value": shortened(text)},
            )
        return place


class PlaceForm(forms.Form):
    """Which page of the log is meant."""

    efter = PlaceField(required=False, label="efter")
    fore = PlaceField(required=False, label="fore")

    def clean(self) -> None:
        super().clean()
        given = [name for name in self.fields if self.data.get(name)]
        if len(given) > 1:
            self.add_error(None, _("Only one of %(names)s at a time.") % {"names": ", ".join(given)})
        for name in self.fields:
            if hasattr(self.data, "getlist") and len(self.data.getlist(name)) > 1:
                self.add_error(name, _("Only one value at a time."))
