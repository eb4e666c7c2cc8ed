"""A page or a file of a promise as it stood on a day: ``?per=2019-09-30`` in the address, and ``kand=1``."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property

from promises.permissions import PromiseMixin
from reports.days import KNOWN_THEN, PARAMETER, DayRefused, ShownDay, known_then, shown_day
from reports.filters import FilterRefused, refuse_unknown_names


class DayMixin(PromiseMixin):
    """``self.day``, and in templates ``day``. A day that cannot be shown is 400, with the days that can.

    ``shows_known_then``: the page understands ``kand=1``. ``own_parameters``: what else it understands in its address;
    anything but these is 400 as well, for it would pass in silence.
    """

    shows_known_then = False
    own_parameters: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        return (PARAMETER, KNOWN_THEN, *self.own_parameters)

    @cached_property
    def day(self) -> ShownDay:
        asked = self.request.GET
        refuse_unknown_names(asked, self.parameters)
        day = shown_day(asked.getlist(PARAMETER), self.promise, today=timezone.localdate())
        known = known_then(asked.getlist(KNOWN_THEN), is_choice=self.shows_known_then)
        return replace(day, known_then=known)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except DayRefused as refused:
            return self.refuse(str(refused))
        except FilterRefused as refused:
            return self.refuse_filter(refused)

    def refuse_filter(self, refused: FilterRefused) -> HttpResponse:
        context = {
            "promise": self.promise,
            "nav": self.nav,
            "refused": str(refused),
            "allowed": refused.allowed,
            "plain": f"{self.request.path}{refused.day_query}",
        }
        return render(self.request, "reports/filter_refused.html", context, status=400)

    def refuse(self, words: str) -> HttpResponse:
        usual = shown_day([], self.promise, today=timezone.localdate())
        context = {"promise": self.promise, "nav": self.nav, "day": usual, "refused": words}
        return render(self.request, "reports/day_refused.html", context, status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "day": self.day,
            "dashboard_query": self.day.query,  # what a link to a dashboard takes along
        }
