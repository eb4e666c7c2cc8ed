"""One commitment: how it stands, its curve, its classes, its latest rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from activities.choices import State
from activities.filters import list_url
from activities.models import Activity
from reports import captions, changes, kinds, outlook
from reports.charts import charted_target
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.figures import (
    by_year,
    has_known_window,
    has_many_windows,
    has_number,
    is_open,
    is_rhythm,
    shown_target,
    shown_window,
    unanswered,
)
from reports.pacing import pace_notes
from reports.pages.area import area_urls
from reports.pages.figure import burn_up_figure
from reports.pages.filtered import chosen_url, selected_note, verdict_of
from reports.pages.grid import Grid, coverage_grid
from reports.pages.heat import HeatMap, heat_map
from reports.pages.rows import area_links, known_actual, known_minimum, window_url
from reports.progress import Unanswered, WindowResult
from reports.queries import load_evaluation, months_by_area
from reports.remaining import enough_line, lost_line
from reports.sentences import commitment_answer, windows_kept
from reports.views.filtering import FilterMixin
from reports.wording import register_note, titled

LATEST = 5
TABLES = {  # targets without a number to reach have tables of their own
    "on_request": "reports/_windows_requests.html",
    "deliverable": "reports/_windows_deliverable.html",
    "effort": "reports/_windows_effort.html",
}
LATEST_WINDOWS = 8  # the last ones that have begun; all of them lie under their years


@dataclass(frozen=True, slots=True)
class WindowRow:
    window: WindowResult
    minimum: int | None
    actual: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Year:
    title: str
    windows: tuple[WindowRow, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One target of the commitment with its table and, for classes, its grid."""

    target: TargetLine
    title: str  # what was promised in one line, to tell several targets apart
    template: str  # of its table
    windows: tuple[WindowRow, ...]
    years: tuple[Year, ...]  # all windows again, by year, where they are too many for one table
    grid: Grid | None
    next_up: str
    enough: str  # what the open window needs from now on; "" where the headline says so already
    lost: str  # why all of it can no longer be kept, while there is still something left
    pace: tuple[str, ...]  # what its pace follows, where it is not even
    without_area: str  # how many count in no area, where each is counted by itself
    outlook: str  # its forecast in words, or why it has none; "" where the drawing says so already
    schools_without_register: tuple[str, ...]
    register_notes: tuple[str, ...]  # what changed the class register during a läsår, with its day
    unanswered: tuple[tuple[Unanswered, str], ...]  # requests, and what became of each


@dataclass(frozen=True, slots=True)
class OriginalPart:
    """A changed target as it was first promised. ``windows``: none where they are too many for one table."""

    target: TargetLine
    told: str
    windows: tuple[WindowRow, ...]


class CommitmentView(FilterMixin, TemplateView):
    template_name = "reports/commitment.html"
    nav = "dashboard"

    @property
    def commitment_number(self) -> int:
        number: int = self.kwargs["number"]
        return number

    @cached_property
    def evaluation(self) -> Evaluation:
        return load_evaluation(
            self.promise,
            as_of=self.day.as_of,
            sees_plans=self.access.is_police,
            with_plans=not self.day.is_past,
            commitment_number=self.commitment_number,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.evaluation.lines:
            raise Http404
        (line,) = self.evaluation.lines
        as_of = self.evaluation.as_of
        return super().get_context_data(**kwargs) | {
            "line": line,
            **self.selected(line),
            "as_of": as_of,
            "late": captions.logged_late(self.evaluation),
            "count_line": self.count_line(line, as_of),
            "waiting": captions.waiting_beside(line, as_of),
            "answer": commitment_answer(line, as_of=as_of),
            "figure": burn_up_figure(line, self.evaluation),
            "parts": [self.part(line, target, as_of) for target in line.targets],
            "map": self.heat_map(line),
            "amended": changes.all_told(line, as_of=as_of),
            "changes": [(changes.what_changed(line, one), one) for one in line.amendments],
            "originals": [self.original(line, target, as_of) for target in line.targets if target.original],
            **self.latest(line, as_of),
            **self.facts(line, as_of),
        }

    def count_line(self, line: CommitmentLine, as_of: date) -> str:
        """Beside the status: "22 av 25 insatser, väntat hittills 21,8"."""
        target = shown_target(line)
        if target is None:
            return ""
        if not has_number(target):
            return ""  # the headline says it all
        window = shown_window(target.progress.windows, as_of)
        if is_rhythm(target) and has_known_window(target) and not is_open(window, as_of):
            return windows_kept(target, as_of=as_of)
        if known_actual(window) is None or known_minimum(target, window) is None:
            return titled(window)
        return captions.count_in_window(line, target, window, as_of=as_of)

    def selected(self, line: CommitmentLine) -> dict[str, Any]:
        """What the filter chooses of the commitment, and its verdict where the period has one of its own."""
        period = self.filter.period
        area = self.filter.area.name if self.filter.area else ""
        verdict = verdict_of(line, period, area=area) if period else None
        return {
            "selected": selected_note(self.promise, line, self.filter, self.filter_counts, self.evaluation),
            "verdict": verdict,
            "verdict_line": captions.count_in_window(
                line, verdict.target, verdict.window, as_of=self.evaluation.as_of
            )
            if verdict and known_actual(verdict.window) is not None
            else "",
        }

    def part(self, line: CommitmentLine, target: TargetLine, as_of: date) -> Part:
        windows = target.progress.windows
        open_now = [window for window in windows if is_open(window, as_of) and window.cells]
        is_coverage = target.kind == "coverage"
        hides_bookings = line.process.planned is None
        many = has_many_windows(target)
        shown = shown_window(windows, as_of)
        begun = [window for window in windows if window.start <= as_of and window.area == shown.area]

        def row(window: WindowResult) -> WindowRow:
            return self.window_row(line, target, window, as_of)

        without = {school: None for window in windows for school in window.schools_without_register}
        return Part(
            target=target,
            title=captions.promised_of(line, target),
            template=TABLES.get(target.kind, "reports/_windows.html"),
            windows=tuple(row(window) for window in (begun[-LATEST_WINDOWS:] if many else windows)),
            years=tuple(
                Year(
                    captions.year_in_words(target, year, of_year, as_of=as_of)
                    if has_number(target)
                    else kinds.year_note(line, year, of_year, as_of=as_of),
                    tuple(row(window) for window in of_year),
                )
                for year, of_year in by_year(windows).items()
            )
            if many
            else (),
            grid=coverage_grid(target) if is_coverage else None,
            enough=""
            if target is shown_target(line) and not is_rhythm(target)
            else enough_line(shown_window(windows, as_of), as_of=as_of),
            lost=lost_line(target, as_of=as_of),
            pace=pace_notes(target),
            without_area=captions.without_area_note(line, target),
            outlook=""
            if target is charted_target(line)
            else outlook.forecast_line(shown_window(windows, as_of)),
            next_up=captions.next_up(open_now[0]) if is_coverage and open_now and not hides_bookings else "",
            schools_without_register=tuple(without),
            register_notes=tuple(register_note(note) for window in windows for note in window.register_notes),
            unanswered=tuple((one, kinds.unanswered_words(one)) for one in unanswered(windows)),
        )

    def window_row(
        self, line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date
    ) -> WindowRow:
        return WindowRow(
            window,
            known_minimum(target, window),
            known_actual(window) if window.start <= as_of else None,
            window_url(self.promise, line, window, as_of=as_of),
        )

    def original(self, line: CommitmentLine, target: TargetLine, as_of: date) -> OriginalPart:
        promised = target.as_promised
        one_by_one = has_number(promised) and not has_many_windows(promised)
        windows = promised.progress.windows if one_by_one else ()
        return OriginalPart(
            promised,
            changes.outcome(promised, as_of=as_of),
            tuple(self.window_row(line, promised, window, as_of) for window in windows),
        )

    def heat_map(self, line: CommitmentLine) -> HeatMap | None:
        as_of = self.evaluation.as_of
        if not line.areas or not line.days:
            return None
        period, area = self.filter.period, self.filter.area
        year = min(period.end, as_of).year if period else as_of.year
        counts = months_by_area(self.promise, year=year, as_of=as_of)
        return heat_map(
            self.promise,
            line,
            counts,
            year=year,
            as_of=as_of,
            area=area.name if area else "",
            urls=area_urls(self.promise, [count.area for count in line.areas], self.day.query),
        )

    def latest(self, line: CommitmentLine, as_of: date) -> dict[str, Any]:
        """The last rows that count, and where all of them are."""
        rows = Activity.objects.visible_to(self.access).counted()
        chosen = self.filter
        first, last = chosen.first(self.promise), min(chosen.last(self.promise), as_of)
        commitment = (
            self.promise.commitments.filter(number=line.number).order_by().values("pk")[:1]
        )  # a join would sort
        rows = rows.filter(commitment=commitment, occurred_on__range=(first, last))
        if chosen.area:
            rows = rows.filter(areas=chosen.area)
        if chosen.kind:
            rows = rows.filter(kind__code=chosen.kind.value)
        return {
            "latest": rows.with_names().order_by("-occurred_on", "-logged_at", "-pk")[:LATEST],
            "number_of_rows": rows.count() if chosen.narrows_rows else line.rows,
            "all_url": chosen_url(self.promise, line, chosen, as_of=as_of),
        }

    def facts(self, line: CommitmentLine, as_of: date) -> dict[str, Any]:
        """What stands in the card. Plans are left out altogether where the reader may not know of them."""
        process = line.process
        facts: dict[str, Any] = {
            "areas": area_links(self.promise, line, as_of),
            "overlap_note": captions.overlap_note(line),
            "waiting_url": list_url(self.promise, commitment=line.number, review="vantar", last=as_of),
            "returned_url": list_url(self.promise, commitment=line.number, review="atersand", last=as_of),
            "kinds": [
                (
                    count.kind,
                    count.actual,
                    list_url(
                        self.promise, commitment=line.number, kind=count.kind, state=State.DONE, last=as_of
                    ),
                )
                for count in line.kinds
                if count.actual
            ],
        }
        if process.planned is not None and process.cancelled is not None:
            facts["plans"] = captions.plans_ahead(
                process.planned - (process.overdue or 0), process.next_planned_on, as_of=as_of
            )
            facts["plans_url"] = (
                list_url(self.promise, commitment=line.number, state=State.PLANNED, first=as_of)
                if process.next_planned_on
                else ""
            )
            facts["cancelled"] = len(process.cancelled)
            facts["cancelled_url"] = list_url(
                self.promise, commitment=line.number, state=State.CANCELLED, last=as_of
            )
        return facts
