"""How a promise stands today, or stood on a day before."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from promises.locks import locked_in_words
from reports import captions
from reports.evaluation import Evaluation
from reports.figures import nothing_logged
from reports.pages.area import area_urls
from reports.pages.attention import needs
from reports.pages.filtered import filtered_rows
from reports.pages.heat import HeatMap, heat_map
from reports.queries import last_logged_at, load_evaluation, months_by_area
from reports.sentences import promise_answer
from reports.views.filtering import FilterMixin
from reports.wording import month_and_year, whole_percent

MOST_MAPS = 2  # each commitment's own page has its map


class DashboardView(FilterMixin, TemplateView):
    template_name = "reports/dashboard.html"
    nav = "dashboard"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        evaluation = load_evaluation(
            self.promise,
            as_of=self.day.as_of,
            sees_plans=self.access.is_police,
            with_plans=not self.day.is_past,
        )
        shown = replace(
            evaluation, lines=tuple(line for line in evaluation.lines if line.number in self.filter.numbers)
        )
        gone = int(evaluation.share_of_period * 100)
        return super().get_context_data(**kwargs) | {
            "evaluation": evaluation,
            "locked": locked_in_words(self.promise),
            "context_line": captions.context_line(evaluation, area_names(evaluation)),
            "answer": promise_answer(evaluation),
            "days_left": captions.days_left(evaluation),
            "late": captions.logged_late(evaluation),
            # A sign of life, and what needs somebody now, are about today only.
            "last_logged": "" if self.day.is_past else self.last_logged(),
            "is_empty": nothing_logged(evaluation),
            "time": {
                "percent": gone,
                "starts": month_and_year(self.promise.starts_on),
                "elapsed": captions.period_gone(whole_percent(gone)),
                "ends": month_and_year(self.promise.ends_on),
            },
            "rows": filtered_rows(self.promise, evaluation, self.filter, self.filter_counts),
            "maps": self.heat_maps(shown),
            "needs": [] if self.day.is_past else needs(shown, self.access),
        }

    def last_logged(self) -> str:
        logged_at = last_logged_at(self.access)
        return captions.last_logged(
            timezone.localdate(logged_at) if logged_at else None, today=timezone.localdate()
        )

    def heat_maps(self, evaluation: Evaluation) -> list[HeatMap]:
        """Of the current or last year, for what is done out in the areas."""
        if evaluation.as_of < self.promise.starts_on:
            return []
        period, area = self.filter.period, self.filter.area
        year = min(period.end, evaluation.as_of).year if period else evaluation.as_of.year
        counts = months_by_area(self.promise, year=year, as_of=evaluation.as_of)
        lines = [line for line in evaluation.lines if line.areas and line.form == "activity" and line.days]
        return [
            heat_map(
                self.promise,
                line,
                counts,
                year=year,
                as_of=evaluation.as_of,
                area=area.name if area else "",
                urls=area_urls(self.promise, [count.area for count in line.areas], self.day.query),
            )
            for line in lines[:MOST_MAPS]
        ]


def area_names(evaluation: Evaluation) -> list[str]:
    """The areas as the promise calls them."""
    return next(
        ([count.area for count in line.areas] for line in evaluation.lines if line.areas),
        list(evaluation.promise.areas),
    )
