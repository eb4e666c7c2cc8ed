"""The promise on a wall, for the monthly meeting: one commitment after another, large."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from reports import captions
from reports.evaluation import Evaluation
from reports.pages.attention import Need, needs
from reports.pages.figure import burn_up_figure
from reports.pages.rows import commitment_rows
from reports.queries import load_evaluation
from reports.sentences import commitment_answer, promise_answer
from reports.views.day import DayMixin
from reports.wording import in_words, sentence


@dataclass(frozen=True, slots=True)
class Walk:
    """Where one stands among the pages: "2 av 6". ``before`` and ``after``: None at the ends."""

    place: int
    of: int
    first: str
    before: str | None
    after: str | None
    last: str


class MeetingMixin(DayMixin):
    """Both parties look at the wall: what the police plan in secret is not on it, whoever shows it."""

    nav = "dashboard"

    @cached_property
    def evaluation(self) -> Evaluation:
        return load_evaluation(
            self.promise, as_of=self.day.as_of, sees_plans=False, with_plans=not self.day.is_past
        )

    def walk(self, here: str) -> Walk:
        """``here``: the page's own path."""
        slug = self.promise.slug
        pages = [
            reverse("reports:meeting", args=[slug]),
            *(
                reverse("reports:meeting_commitment", args=[slug, line.number])
                for line in self.evaluation.lines
            ),
            reverse("reports:meeting_close", args=[slug]),
        ]
        at = pages.index(here)
        urls = [page + self.day.query for page in pages]
        return Walk(
            place=at + 1,
            of=len(pages),
            first=urls[0],
            before=urls[at - 1] if at else None,
            after=urls[at + 1] if at + 1 < len(urls) else None,
            last=urls[-1],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "walk": self.walk(self.request.path),
            "as_of": self.evaluation.as_of,
        }


class MeetingView(MeetingMixin, TemplateView):
    """How the promise stands, and its commitments in one line each."""

    template_name = "reports/meeting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "answer": promise_answer(self.evaluation),
            "days_left": captions.days_left(self.evaluation),
            "rows": commitment_rows(self.promise, self.evaluation),
        }


class MeetingCommitmentView(MeetingMixin, TemplateView):
    template_name = "reports/meeting_commitment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = commitment_rows(self.promise, self.evaluation)
        row = next((row for row in rows if row.line.number == self.kwargs["number"]), None)
        if row is None:
            raise Http404
        return super().get_context_data(**kwargs) | {
            "row": row,
            "answer": commitment_answer(row.line, as_of=self.evaluation.as_of),
            "figure": burn_up_figure(row.line, self.evaluation),
        }


class MeetingCloseView(MeetingMixin, TemplateView):
    """What needs somebody: the decisions to take before everybody leaves. About today only."""

    template_name = "reports/meeting_close.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = [] if self.day.is_past else needs(self.evaluation, self.access)
        return super().get_context_data(**kwargs) | {"needs": found, "answer": self.answer(found)}

    def answer(self, found: list[Need]) -> str:
        if self.day.is_past:
            return _("What needs somebody is told for today only.")
        if not found:
            return _("Nothing needs a decision today.")
        return ngettext(
            "One thing needs somebody now.", "%(number)s things need somebody now.", len(found)
        ) % {"number": sentence(in_words(len(found)))}
