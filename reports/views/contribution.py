"""One's own rows in all promises, and what they are part of. Nobody is set beside a colleague."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from activities.filters import list_url
from activities.forms.fields import shortened
from activities.models import Activity
from activities.review import last_words
from promises.models import Commitment, Promise
from reports.days import default_as_of
from reports.pages.toward import contribution_line
from reports.queries.contribution import (
    Own,
    chosen_commitment,
    commitments_of,
    contributions,
    not_approved_of,
)
from reports.wording import number

CHOSEN = "atagande"


@dataclass(frozen=True, slots=True)
class Part:
    """A commitment with the person's rows. ``lines``: what they are part of, one for each target."""

    commitment: Commitment
    lines: tuple[str, ...]
    latest: tuple[Activity, ...]
    rows: int
    list_url: str


class ContributionView(TemplateView):
    template_name = "reports/contribution.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = request.GET.get(CHOSEN, "")
        chosen = chosen_commitment(self.promises, code) if code else None
        refused = shortened(code) if code and chosen is None else ""
        context = self.get_context_data(refused=refused, **({} if refused else self.found(chosen)))
        return self.render_to_response(context, status=400 if refused else 200)

    @cached_property
    def promises(self) -> list[Promise]:
        """Those the person has a role in."""
        return list(Promise.objects.visible_to(self.request.user).order_by("-ends_on", "title"))

    def found(self, chosen: Commitment | None) -> dict[str, Any]:
        today = timezone.localdate()
        own = contributions(self.request.user, self.promises, today=today, commitment=chosen)
        pending = not_approved_of(self.request.user, self.promises)
        words = last_words(pending) if pending else {}
        by_promise: dict[int, list[Part]] = {}
        for one in own:
            by_promise.setdefault(one.judged.commitment.promise_id, []).append(self.part(one))
        return {
            "answer": self.answer(own, pending),
            "groups": [
                (promise, by_promise[promise.pk]) for promise in self.promises if promise.pk in by_promise
            ],
            "pending": [(row, words.get(row.pk)) for row in pending],
            "chosen": chosen,
            "choices": [
                (f"{one.promise.slug}/{one.number}", one)
                for one in commitments_of(self.request.user, self.promises)
            ],
        }

    def part(self, own: Own) -> Part:
        commitment = own.judged.commitment
        promise = next(one for one in self.promises if one.pk == commitment.promise_id)
        as_of = default_as_of(promise, timezone.localdate())
        lines = [contribution_line(commitment, own, target, as_of=as_of) for target in own.judged.targets]
        return Part(
            commitment,
            tuple(lines),
            tuple(own.latest),
            own.rows,
            f"{list_url(promise, commitment=commitment.number)}&mina=1",
        )

    def answer(self, own: list[Own], pending: list[Activity]) -> str:
        counted = sum(one.rows for one in own)
        if counted:
            return ngettext(
                "One activity that you have logged counts.",
                "%(number)s activities that you have logged count.",
                counted,
            ) % {"number": number(counted)}
        if own or pending:
            return _("None of what you logged counts yet.")
        return _("You have not logged anything yet.")
