"""The list as a file: what the reader may see, through the filters of the list."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic.base import View

from activities.exporting import csv_lines, xlsx_file
from activities.filters import ActivityFilter
from activities.models import Activity
from promises.permissions import Action, PromiseMixin
from promises.tables.writing import XLSX


class ListExportView(PromiseMixin, View):
    action = Action.EXPORT
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *_args: Any, slug: str, fmt: str) -> HttpResponseBase:
        if fmt not in ("csv", "xlsx"):
            raise Http404
        chosen = ActivityFilter(request.GET, access=self.access)
        if not chosen.is_valid():  # the list says what is wrong with it
            return redirect(f"{reverse('activities:list', args=[slug])}?{request.GET.urlencode()}")
        rows = chosen.apply(Activity.objects.visible_to(self.access))
        name = f"{slug}-aktiviteter.{fmt}"
        if fmt == "xlsx":
            return FileResponse(xlsx_file(rows), as_attachment=True, filename=name, content_type=XLSX)
        return StreamingHttpResponse(
            csv_lines(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
