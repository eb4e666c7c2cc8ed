"""All rows that the reader may see, filtered by the address, fifty at a time."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from activities.choices import Review
from activities.filters import ActivityFilter
from activities.forms.fields import shortened
from activities.models import COUNTED, Activity
from activities.review import last_words
from promises.permissions import Action, PromiseMixin

PER_PAGE = 50
MOST_RETURNED = 20


class CountedPaginator(Paginator):
    """A paginator that has been told how many rows there are."""

    def __init__(self, rows: Any, per_page: int, *, total: int) -> None:
        super().__init__(rows, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        return self._total


class ActivityListView(PromiseMixin, TemplateView):
    action = Action.SEE
    nav = "activities"
    template_name = "activities/list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = ActivityFilter(request.GET, access=self.access)
        if not found.is_valid():
            return self.refuse(found)
        rows = found.apply(Activity.objects.visible_to(self.access))
        totals = rows.order_by().aggregate(
            rows=Count("pk"),
            voided=Count("pk", filter=Q(voided_at__isnull=False)),
            counted=Sum("quantity", filter=COUNTED),
        )
        page = self.page(rows.with_names(), totals["rows"])
        if page is None:
            found.add_error(
                None,
                _("There is no page “%(value)s”. There are pages 1 to %(pages)s, and all.")
                % {
                    "value": shortened(request.GET.get("page", "")),
                    "pages": max(1, -(-totals["rows"] // PER_PAGE)),
                },
            )
            return self.refuse(found)
        return self.render_to_response(
            self.get_context_data(
                filter=found,
                page_obj=page,
                totals=totals,
                counted=totals["counted"] or 0,
                returned=self.sent_back(),
                one_commitment=found.commitment,
            )
        )

    def sent_back(self) -> list[tuple[Activity, Any]]:
        """The reader's own rows that somebody wants put right, each with the reason."""
        if not self.access.allows(Action.LOG):
            return []
        rows = Activity.objects.visible_to(self.access).not_approved()
        rows = rows.filter(review=Review.RETURNED, logged_by=self.access.user).order_by("occurred_on", "pk")
        found = list(rows.with_names()[:MOST_RETURNED])
        words = last_words(found) if found else {}
        return [(row, words.get(row.pk)) for row in found]

    def page(self, rows: Any, total: int) -> Page | None:
        wanted = self.request.GET.get("page", "1")
        if wanted == "all":
            return CountedPaginator(rows, max(total, 1), total=total).page(1)
        pages = CountedPaginator(rows, PER_PAGE, total=total)
        if (
            not (wanted.isascii() and wanted.isdigit())
            or len(wanted) > 9
            or int(wanted) not in pages.page_range
        ):
            return None
        return pages.page(int(wanted))

    def refuse(self, found: ActivityFilter) -> HttpResponse:
        return self.render_to_response(self.get_context_data(filter=found, refused=True), status=400)
