"""A page or a file of a promise as it stood on a day: ``?per=2019-09-30`` in the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property

from promises.permissions import PromiseMixin
from reports.days import PARAMETER, DayRefused, ShownDay, shown_day


class DayMixin(PromiseMixin):
    """``self.day``, and in templates ``day``. A day that cannot be shown is 400, with the days that can."""

    @cached_property
    def day(self) -> ShownDay:
        return shown_day(self.request.GET.getlist(PARAMETER), self.promise, today=timezone.localdate())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except DayRefused as refused:
            return self.refuse(str(refused))

    def refuse(self, words: str) -> HttpResponse:
        usual = shown_day([], self.promise, today=timezone.localdate())
        context = {"promise": self.promise, "nav": self.nav, "day": usual, "refused": words}
        return render(self.request, "reports/day_refused.html", context, status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"day": self.day}
