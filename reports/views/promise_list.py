"""The promises somebody has a role in."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.views.generic import ListView

from accounts.models import User
from promises.models import Promise


class PromiseListView(ListView):
    """One line a promise. Nobody else's: to others they do not exist."""

    template_name = "reports/promise_list.html"
    context_object_name = "promises"

    def get_queryset(self) -> QuerySet[Promise]:
        user = self.request.user
        if not isinstance(user, User):
            return Promise.objects.none()
        rows: QuerySet[Promise] = Promise.objects.visible_to(user)
        return rows.annotate(number_of_commitments=Count("commitments")).order_by("-ends_on", "title")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"today": timezone.localdate()}
