"""What is planned, month by month: late ones first, from plan to done in one press, and the classes left to meet."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from promises.models import Commitment
from promises.permissions import PromiseMixin
from reports.filters import FilterRefused
from reports.pages import planning as page
from reports.pages.classes_left import classes_left
from reports.pages.plan_filter import read_plan_filter
from reports.queries.planning import commitments_of, lines_by_classes, planned_month


class PlanView(PromiseMixin, TemplateView):
    nav = "planning"
    template_name = "reports/planning.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except FilterRefused as refused:
            context = {
                "promise": self.promise,
                "nav": self.nav,
                "refused": str(refused),
                "allowed": refused.allowed,
                "plain": request.path,
            }
            return render(request, "reports/filter_refused.html", context, status=400)

    @cached_property
    def commitments(self) -> list[Commitment]:
        return commitments_of(self.promise)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        chosen = read_plan_filter(
            self.request.GET,
            self.promise,
            commitments=self.commitments,
            areas=list(self.promise.areas.all()),
            today=today,
        )
        found = planned_month(self.access, chosen.chosen, first=chosen.first, last=chosen.last, today=today)
        month = page.month_of(found, self.access, chosen, today=today)
        fitting = [row for row in self.commitments if chosen.chosen.has(row)]
        lines = lines_by_classes(self.access, fitting, today=today)
        return super().get_context_data(**kwargs) | {
            "filter": chosen,
            "filter_line": chosen.line,
            "answer": page.plan_answer(found, month, chosen, today=today),
            "month": month,
            "late": page.late_lines(found, self.access, today=today),
            "todays": [] if chosen.as_list else page.lines_of_today(found, self.access, today=today),
            "late_more": page.late_more(found, self.access, chosen, today=today),
            "links": page.links_of(found, month, chosen, today=today),
            "left_out": found.left_out,
            "classes_left": classes_left(lines, self.access, today=today),
            "here": self.request.get_full_path(),
        }
