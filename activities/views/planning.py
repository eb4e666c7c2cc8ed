"""What is planned: first what should have been done by now, then what lies ahead."""

from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.views.generic import TemplateView

from activities.choices import State
from activities.locks import tell_locked
from activities.models import Activity
from activities.paging import PER_PAGE
from promises.permissions import Action, PromiseMixin


class PlanView(PromiseMixin, TemplateView):
    action = Action.SEE
    nav = "planning"
    template_name = "activities/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        rows = Activity.objects.visible_to(self.access).valid().filter(state=State.PLANNED)
        rows = rows.order_by("occurred_on", "logged_at", "pk")
        pages = Paginator(rows.with_names(), PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        shown = list(page.object_list)
        tell_locked(shown, self.access)
        lines = [(row, row.may_be_changed_by(self.access) and not row.is_shut) for row in shown]
        overdue = [line for line in lines if line[0].is_overdue(today)]
        ahead = [line for line in lines if not line[0].is_overdue(today)]
        return super().get_context_data(**kwargs) | {
            "overdue": overdue,
            "ahead": ahead,
            "page_obj": page,
            "total": pages.count,
        }
