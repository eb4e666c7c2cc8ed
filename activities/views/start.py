"""The short address to log at, for a phone's home screen: straight to the promise that is logged in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from activities.usual import promise_logged_in_last, promises_to_log_in


class LogStartView(TemplateView):
    """The one promise there is, or the one used last; ``?alla=1`` and whoever has not logged yet get the list."""

    template_name = "activities/log_start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        promises = promises_to_log_in(request.user, today=timezone.localdate())
        if len(promises) == 1:
            return redirect("activities:log", promises[0].slug)
        if "alla" not in request.GET:
            last = promise_logged_in_last(request.user, promises)
            if last is not None:
                return redirect("activities:log", last.slug)
        return self.render_to_response(self.get_context_data(promises=promises))
