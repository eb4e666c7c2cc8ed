"""Writing down a decision that changes a commitment: the form, then what it would change, then it is stored."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.forms import add_errors
from promises.amending import StaleAmendmentError, Stands, amend, draft, stands, version_of
from promises.forms import AmendmentForm
from promises.models import Amendment, Commitment, Target
from promises.permissions import Action, PromiseMixin
from reports import changes
from reports.amended import Decision
from reports.days import default_as_of
from reports.evaluation import CommitmentLine
from reports.queries import load_evaluation


class AmendView(PromiseMixin, TemplateView):
    """``position``: which of the commitment's targets the page is about, from 1.

    Nothing is stored before the person has seen how the status changes (``save`` in what is sent).
    """

    action = Action.AMEND
    template_name = "reports/amend.html"

    @cached_property
    def commitment(self) -> Commitment:
        rows = self.promise.commitments.select_related("promise")
        return get_object_or_404(rows, number=self.kwargs["number"])

    @cached_property
    def targets(self) -> list[Target]:
        return list(self.commitment.targets.all())

    @cached_property
    def now(self) -> Stands:
        position = self.kwargs.get("position", 1)
        if position == 1 and not self.targets:
            return stands(self.commitment, None)
        if not 1 <= position <= len(self.targets):
            raise Http404
        return stands(self.commitment, self.targets[position - 1])

    def form(self, data: Any = None) -> AmendmentForm:
        return AmendmentForm(
            data,
            now=self.now,
            promise=self.promise,
            today=timezone.localdate(),
            initial={"version": version_of(self.commitment)},
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", self.form())
        return context | {
            "commitment": self.commitment,
            "now": self.now,
            "others": [
                (position, stands(self.commitment, target).reading)
                for position, target in enumerate(self.targets, start=1)
                if target != self.now.target
            ],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                return self.store(form) if "save" in request.POST else self.ask_once_more(form)
            except ValidationError as error:
                add_errors(form, error)
            except StaleAmendmentError as stale:
                self.tell(form, stale)
        return self.render_to_response(self.get_context_data(form=form))

    def store(self, form: AmendmentForm) -> HttpResponse:
        amend(
            access=self.access,
            commitment=self.commitment,
            wanted=form.wanted(),
            version=form.cleaned_data["version"],
            today=timezone.localdate(),
        )
        messages.success(self.request, _("The change is saved."))
        return redirect("reports:commitment", self.promise.slug, self.commitment.number)

    def ask_once_more(self, form: AmendmentForm) -> HttpResponse:
        wanted = form.wanted()
        row = draft(access=self.access, commitment=self.commitment, wanted=wanted, today=timezone.localdate())
        if form.cleaned_data["version"] != (current := version_of(self.commitment)):
            raise StaleAmendmentError(current)
        if "edit" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        who = tuple(organisation.name for organisation in wanted.decided_by)
        before, after = self.line(), self.line(decision_of(row, who))
        as_of = default_as_of(self.promise, timezone.localdate())
        context = self.get_context_data(form=form) | {
            "row": row,
            "decided_by": who,
            "changed": form.what_changes(),
            "line_before": before,
            "line_after": after,
            "results": [
                (old.reading, changes.result(old, as_of=as_of), changes.result(new, as_of=as_of))
                for old, new in zip(before.targets, after.targets, strict=True)
                if new.has_two_results
            ],
            "told": changes.what_changed(after, after.amendments[-1]) if after.amendments else "",
        }
        return self.response_class(
            request=self.request,
            template=["reports/amend_confirm.html"],
            context=context,
            using=self.template_engine,
        )

    def line(self, *proposed: Decision) -> CommitmentLine:
        (line,) = load_evaluation(
            self.promise,
            as_of=default_as_of(self.promise, timezone.localdate()),
            sees_plans=False,
            with_plans=False,
            commitment_number=self.commitment.number,
            proposed=proposed,
        ).lines
        return line

    def tell(self, form: AmendmentForm, stale: StaleAmendmentError) -> None:
        """To whoever was second: what they typed stays, what they had left as it was is now as it stands."""
        mine = form.what_changes()
        data: Any = form.data.copy()
        data["version"] = str(stale.version)
        data.setlist("changed", [])
        if "wording" not in mine:
            data["wording"] = self.now.wording
        if "target" not in mine and self.now.target is not None:
            stands_now = {"minimum": self.now.minimum, "due_on": self.now.due_on, "reading": self.now.reading}
            data.update({name: str(value) for name, value in stands_now.items() if name in form.fields})
        form.data = data
        form.add_error(
            None,
            _("Somebody else has changed the commitment meanwhile. Read how it stands now, and save again."),
        )


def decision_of(row: Amendment, decided_by: tuple[str, ...]) -> Decision:
    """A decision that is not stored yet, as the evaluation takes it."""
    return Decision(
        commitment=row.commitment_id,
        target=row.target_id,
        decided_on=row.decided_on,
        recorded_on=row.recorded_on,
        decided_by=decided_by,
        reference=row.reference,
        reason=row.reason,
        wording=row.wording,
        minimum=row.minimum,
        reading=row.reading,
        due_on=row.due_on,
    )
