"""The areas of a promise, and one area: what was promised and what was done there."""

from datetime import date
from typing import Any

from django.utils.functional import cached_property
from django.views.generic import TemplateView

from activities.filters import list_url
from promises.models import Area
from reports import captions
from reports.evaluation import Evaluation
from reports.filters import KIND, PARTY, PERIOD
from reports.pages import area as page
from reports.pages.heat import HeatMap
from reports.queries import load_evaluation, months_by_area
from reports.queries.areas import (
    Chosen,
    kinds_in_area,
    last_days,
    outlines,
    rows_done,
    rows_planned,
    sums_in_areas,
)
from reports.views.boundary import area_of
from reports.views.filtering import FilterMixin
from reports.wording import sentence

LATEST = 8
PLANNED = 8


class _AreaMixin(FilterMixin):
    nav = "dashboard"
    filter_names = (PARTY, PERIOD, KIND)  # the area is the page's own

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
        as_of, rows = self.evaluation.as_of, self.chosen_rows
        lines = [line for line in self.evaluation.lines if line.number in self.filter.numbers]
        counted = [line.number for line in page.counted_lines(lines)]
        narrows = self.filter.narrows_rows
        return page.places(
            self.promise,
            self.evaluation,
            [area.name for area in self.areas],
            last_days(self.promise, as_of=as_of, numbers=counted, chosen=rows),
            chosen=self.filter,
            sums=sums_in_areas(self.promise, as_of=as_of, chosen=rows) if narrows else None,
            wholes=self.filter_counts,
        )

    @cached_property
    def chosen_rows(self) -> Chosen:
        chosen = self.filter
        return Chosen(
            numbers=chosen.numbers,
            first=chosen.first(self.promise),
            last=chosen.last(self.promise),
            kind=chosen.kind.value if chosen.kind else "",
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
            "notes": []
            if self.filter.narrows_rows  # the notes count all rows
            else [(line.short_title, note) for line in found.lines if (note := captions.overlap_note(line))],
            "map": page.area_map(found, outlines(self.promise)),
            "has_unplaced": not self.filter.narrows_rows and any(line.without_area for line in found.lines),
        }


class AreaView(_AreaMixin, TemplateView):
    template_name = "reports/area.html"

    @cached_property
    def area(self) -> Area:
        return area_of(self.areas, self.kwargs["area"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area, found, as_of = self.area, self.places, self.evaluation.as_of
        row = next(row for row in found.rows if row.name == area.name)
        kinds = kinds_in_area(self.promise, area, as_of=as_of, chosen=self.chosen_rows)
        done = rows_done(self.access, area, as_of=as_of, chosen=self.chosen_rows)
        return super().get_context_data(**kwargs) | {
            "area": area,
            "answer": page.area_answer(found, row),
            "late": captions.logged_late(self.evaluation),
            "promised": page.promised_here(self.promise, found, row, self.filter.query),
            "done": [(cell, page.kinds_text(kinds, cell.line.number)) for cell in row.cells if cell.actual],
            "map": page.area_map(found, outlines(self.promise), here=area.name),
            "heat": self.heat(row),
            "latest": done[:LATEST],
            "number_of_rows": done.count(),
            "all_url": self.rows_url(
                "done", first=self.chosen_rows.first, last=min(as_of, self.chosen_rows.last)
            ),
            "others": [other for other in found.rows if other is not row],
            **self.plans(),
        }

    def plans(self) -> dict[str, Any]:
        """What lies ahead, as far as the reader may know; nothing on a day gone by (docs/adr/0008)."""
        if self.day.is_past:
            return {}
        rows = rows_planned(self.access, self.area, as_of=self.day.as_of, chosen=self.chosen_rows)
        return {
            "plans": rows[:PLANNED],
            "plans_url": self.rows_url("planned", first=self.day.as_of, last=self.chosen_rows.last),
        }

    def heat(self, row: page.AreaRow) -> HeatMap | None:
        """Of the period's year, or the last. None where a kind is chosen: the months have all kinds together."""
        if self.filter.kind is not None:
            return None
        as_of, period = self.evaluation.as_of, self.filter.period
        year = min(period.end, as_of).year if period else as_of.year
        counts = months_by_area(self.promise, year=year, as_of=as_of)
        return page.area_heat(self.promise, self.places, row, counts, year=year, query=self.filter.query)

    def rows_url(self, state: str, *, first: date, last: date) -> str:
        """The list of just the rows shown; "" where it has no filter for them (several of the commitments)."""
        chosen = self.filter
        if len(chosen.numbers) not in (1, chosen.of):
            return ""
        number = next(iter(chosen.numbers)) if len(chosen.numbers) < chosen.of else None
        kinds = set(chosen.kind_names.values())
        if len(kinds) > 1:
            return ""
        return list_url(
            self.promise,
            commitment=number,
            area=self.area.name,
            kind=next(iter(kinds), ""),
            state=state,
            first=first,
            last=last,
        )
