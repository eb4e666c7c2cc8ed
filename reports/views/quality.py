"""How well the rows behind the numbers are kept: what somebody should look at, and what was found well."""

from typing import Any

from django.views.generic import TemplateView

from reports.pages.quality import Rows, answer, checks, evidence
from reports.queries import load_evaluation
from reports.queries.quality import late_rows, row_counts, rows_alike, unusual_rows, unusual_sizes
from reports.views.day import DayMixin


class QualityView(DayMixin, TemplateView):
    template_name = "reports/quality.html"
    nav = "dashboard"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        as_of = self.day.as_of
        evaluation = load_evaluation(
            self.promise,
            as_of=as_of,
            sees_plans=self.access.is_police,
            with_plans=not self.day.is_past,
        )
        sizes = unusual_sizes(self.promise, as_of=as_of)
        rows = Rows(
            counts=row_counts(self.promise, as_of=as_of),
            late=late_rows(self.promise, as_of=as_of),
            sizes=sizes,
            large=unusual_rows(self.promise, sizes, as_of=as_of),
            alike=rows_alike(self.promise, as_of=as_of),
        )
        found = checks(evaluation, rows, self.access)
        return super().get_context_data(**kwargs) | {
            "evaluation": evaluation,
            "answer": answer(evaluation, found),
            "found": [check for check in found if check.findings],
            "well": [check for check in found if not check.findings],
            "evidence": evidence(evaluation, rows),
        }
