"""The areas of a promise, and one area: what was promised and what was done there."""

from typing import Any

from django.utils.functional import cached_property
from django.views.generic import TemplateView

from activities.filters import list_url
from promises.models import Area
from reports import captions
from reports.evaluation import Evaluation
from reports.pages import area as page
from reports.queries import load_evaluation, months_by_area
from reports.queries.areas import kinds_in_area, last_days, outlines, rows_done, rows_planned
from reports.views.boundary import area_of
from reports.views.day import DayMixin
from reports.wording import sentence

LATEST = 8
PLANNED = 8


class _AreaMixin(DayMixin):
    nav = "dashboard"

    @cached_property
    def areas(self) -> list[Area]:
        return list(self.promise.areas.all())

    @cached_property
    def evaluation(self) -> Evaluation:
        return load_evaluation(
            self.promise,
            as_of=self.day.as_of,
            sees_plans=self.access.is_police,
            with_plans=not self.day.is_past,
        )

    @cached_property
    def places(self) -> page.Places:
        counted = [line.number for line in page.counted_lines(self.evaluation.lines)]
        last = last_days(self.promise, as_of=self.evaluation.as_of, numbers=counted)
        return page.places(
            self.promise, self.evaluation, [area.name for area in self.areas], last, day=self.day
        )


class AreaListView(_AreaMixin, TemplateView):
    template_name = "reports/areas.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.places
        return super().get_context_data(**kwargs) | {
            "answer": page.places_answer(found),
            "late": captions.logged_late(self.evaluation),
            "places": found,
            "total_unit": sentence(found.unit(2)),
            "totals": [(line, sum(day.actual for day in line.days)) for line in found.lines],
            "notes": [
                (line.short_title, note) for line in found.lines if (note := captions.overlap_note(line))
            ],
            "map": page.area_map(found, outlines(self.promise)),
            "has_unplaced": any(line.without_area for line in found.lines),
        }


class AreaView(_AreaMixin, TemplateView):
    template_name = "reports/area.html"

    @cached_property
    def area(self) -> Area:
        return area_of(self.areas, self.kwargs["area"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area, found, as_of = self.area, self.places, self.evaluation.as_of
        row = next(row for row in found.rows if row.name == area.name)
        kinds = kinds_in_area(self.promise, area, as_of=as_of)
        counts = months_by_area(self.promise, year=as_of.year, as_of=as_of)
        done = rows_done(self.access, area, as_of=as_of)
        return super().get_context_data(**kwargs) | {
            "area": area,
            "answer": page.area_answer(found, row),
            "late": captions.logged_late(self.evaluation),
            "promised": page.promised_here(self.promise, row, self.day),
            "done": [(cell, page.kinds_text(kinds, cell.line.number)) for cell in row.cells if cell.actual],
            "map": page.area_map(found, outlines(self.promise), here=area.name),
            "heat": page.area_heat(self.promise, found, row, counts, year=as_of.year, day=self.day),
            "latest": done[:LATEST],
            "number_of_rows": done.count(),
            "all_url": list_url(
                self.promise,
                area=area.name,
                state="done",
                first=self.promise.starts_on,
                last=min(as_of, self.promise.ends_on),
            ),
            "others": [other for other in found.rows if other is not row],
            **self.plans(),
        }

    def plans(self) -> dict[str, Any]:
        """What lies ahead, as far as the reader may know; nothing on a day gone by (docs/adr/0008)."""
        if self.day.is_past:
            return {}
        rows = rows_planned(self.access, self.area, as_of=self.day.as_of)
        return {
            "plans": rows[:PLANNED],
            "plans_url": list_url(self.promise, area=self.area.name, state="planned", first=self.day.as_of),
        }
