"""The pages of activities that say what one more counts towards (docs/adr/0017).

Activities know no figures: what stands above them lends them to their pages. The addresses keep their names, for
``reports.urls_activities`` takes over those of activities.
"""

from collections.abc import Sequence

from django.utils import timezone

from activities.models import Activity
from activities.views.done import DoneAsPlannedView, DoneView
from activities.views.logging import LogView
from activities.views.row import DetailView
from activities.views.saying import SayingMixin
from promises.models import Commitment
from reports.days import default_as_of
from reports.pages.toward import standing_after, standing_lines
from reports.queries.standings import Judged, judge


class FiguresMixin(SayingMixin):
    def standing(self, commitment: Commitment) -> Sequence[str]:
        judged = judged_today(commitment)
        as_of = default_as_of(commitment.promise, timezone.localdate())
        return standing_lines(commitment, judged.targets, as_of=as_of)

    def standing_after(self, row: Activity) -> str:
        return standing_after(
            row.commitment,
            judged_today(row.commitment).targets,
            day=row.occurred_on,
            areas={area.name for area in row.areas.all()},
        )


def judged_today(commitment: Commitment) -> Judged:
    promise = commitment.promise
    rows = Commitment.objects.filter(pk=commitment.pk)
    (found,) = judge(rows, {promise.pk: promise}, today=timezone.localdate())
    return found


class CountingLogView(FiguresMixin, LogView):
    """The form, with what it counts towards."""


class CountingDetailView(FiguresMixin, DetailView):
    """The row, with what it did once it has been saved."""


class CountingDoneView(FiguresMixin, DoneView):
    """From plan to done, with what it did."""


class CountingDoneAsPlannedView(FiguresMixin, DoneAsPlannedView):
    """The same in one press."""
