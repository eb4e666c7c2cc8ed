"""A dashboard of a promise that can be filtered: area, party, period and kind, in its address (docs/adr/0014).

How a view and its template use it::

    class QualityView(FilterMixin, TemplateView):
        def get_context_data(self, **kwargs):
            chosen = self.filter          # reports.filters.Filter; a wrong address never comes this far
            lines = [line for line in evaluation.lines if line.number in chosen.numbers]
            counts = self.filter_counts   # commitment number -> what counts; one query. None: all of each commitment

    {% include "reports/_filter.html" %}  the form, what is chosen, and the way back
    href="…{{ dashboard_query }}"         every link to another dashboard: it keeps the day and the filter

A page leaves out of ``filter_names`` what makes no sense on it (an area's page has its area in the path), and says
in ``own_parameters`` what else it understands in its address; all else is 400.
"""

from typing import Any

from django.utils.functional import cached_property

from reports import filter_words
from reports.days import PARAMETER
from reports.filters import NAMES, Filter, FilterRefused, read_filter
from reports.queries.selection import areas_of, counts_of, traits_of
from reports.views.day import DayMixin


class FilterMixin(DayMixin):
    """``self.filter``, in templates ``filter``; a filter that cannot be shown is 400 with what can."""

    filter_names: tuple[str, ...] = NAMES

    @property
    def parameters(self) -> tuple[str, ...]:
        return (*super().parameters, *self.filter_names)

    @property
    def commitment_number(self) -> int | None:
        """Of a page about one commitment: a kind of another one is refused there."""
        return None

    @cached_property
    def filter(self) -> Filter:
        day = self.day  # a wrong day is said before a wrong filter
        try:
            return read_filter(
                self.request.GET,
                self.promise,
                areas=areas_of(self.promise),
                traits=traits_of(self.promise),
                as_of=day.as_of,
                day={PARAMETER: day.as_of.isoformat()} if day.is_past else {},
                number=self.commitment_number,
                names=self.filter_names,
            )
        except FilterRefused as refused:
            refused.day_query = day.query
            raise

    @cached_property
    def filter_counts(self) -> dict[int, int] | None:
        """None where the filter chooses no rows: then the commitment's own number is the answer."""
        chosen = self.filter
        if not chosen.narrows_rows:
            return None
        return counts_of(
            self.promise,
            area=chosen.area,
            kind=chosen.kind.value if chosen.kind else "",
            first=chosen.first(self.promise),
            last=chosen.last(self.promise),
            as_of=self.day.as_of,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "filter": self.filter,
            "filter_line": filter_words.filter_line(self.filter),
            "dashboard_query": self.filter.query,
        }
