"""The promises somebody has a role in: where each stands, what needs somebody first."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.models import User
from reports.filters import FilterRefused
from reports.pages.overview import overview_answer, overview_groups, read_overview_filter
from reports.queries.overview import promises_of


class OverviewView(TemplateView):
    """Nobody else's promises: to others they do not exist."""

    template_name = "reports/overview.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except FilterRefused as refused:
            context = {"refused": str(refused), "allowed": refused.allowed, "plain": request.path}
            return render(request, "reports/filter_refused.html", context, status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        if not isinstance(user, User):  # LoginRequiredMiddleware has been here; this holds if it ever is not
            raise Http404
        today = timezone.localdate()
        facts = promises_of(user, today=today)
        chosen, fitting = read_overview_filter(self.request.GET, facts)
        return super().get_context_data(**kwargs) | {
            "number_of_promises": len(facts),
            "answer": overview_answer(facts) if facts else "",
            "filter": chosen,
            "filter_line": chosen.line,
            "groups": overview_groups(fitting, today=today, folds=not chosen.is_set),
            "today": today,
        }
