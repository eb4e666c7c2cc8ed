"""How well the rows behind the numbers are kept: what somebody should look at, and what was found well."""

from dataclasses import replace
from typing import Any

from django.views.generic import TemplateView

from reports.filters import AREA, KIND, PARTY
from reports.pages.findings import Rows
from reports.pages.quality import answer, checks, evidence
from reports.queries import load_evaluation
from reports.queries.quality import (
    late_rows,
    row_counts,
    rows_alike,
    rows_in_question,
    unusual_rows,
    unusual_sizes,
)
from reports.views.filtering import FilterMixin


class QualityView(FilterMixin, TemplateView):
    template_name = "reports/quality.html"
    nav = "dashboard"
    filter_names = (AREA, PARTY, KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.filter
        evaluation = load_evaluation(
            self.promise,
            as_of=self.day.as_of,
            sees_plans=self.access.is_police,
            with_plans=not self.day.is_past,
        )
        evaluation = replace(
            evaluation, lines=tuple(line for line in evaluation.lines if line.number in chosen.numbers)
        )
        counted = rows_in_question(
            self.promise,
            as_of=self.day.as_of,
            numbers=chosen.numbers,
            area=chosen.area.name if chosen.area else "",
            kind=chosen.kind.value if chosen.kind else "",
        )
        sizes = unusual_sizes(counted)
        rows = Rows(
            counts=row_counts(counted, self.promise),
            late=late_rows(counted),
            sizes=sizes,
            large=unusual_rows(counted, sizes),
            alike=rows_alike(counted),
        )
        found = checks(evaluation, rows, self.access, single_rows=chosen.narrows_rows)
        return super().get_context_data(**kwargs) | {
            "evaluation": evaluation,
            "answer": answer(evaluation, found),
            "found": [check for check in found if check.findings],
            "well": [check for check in found if not check.findings],
            "evidence": evidence(evaluation, rows),
            "single_rows": chosen.narrows_rows,
        }
