"""Review: rows that wait until a coordinator has looked at them, sent back or approved, and the author's answer."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView

from accounts.forms import add_errors
from activities.choices import State
from activities.entries import entry_of
from activities.forms import ReasonForm
from activities.locks import tell_locked
from activities.models import Activity, Evidence
from activities.review import StaleRows, answer, approve, last_words, require_review, return_row
from activities.views.row import ChangeMixin, facts, mark
from activities.wording import in_words
from history.models import Change
from promises.locks import PeriodLocked, refusal
from promises.permissions import Action, PromiseMixin

PER_PAGE = 50
ALL, CHOSEN = "alla", "valda"


class ReviewView(PromiseMixin, TemplateView):
    """What waits, by commitment, the oldest first. ``rad``: a row that is ticked, ``sett-ID``: how it looked."""

    action = Action.REVIEW
    template_name = "activities/review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = Activity.objects.visible_to(self.access).waiting().with_names()
        waiting = waiting.order_by("commitment__number", "occurred_on", "logged_at", "pk")
        page = Paginator(waiting, PER_PAGE).get_page(self.request.GET.get("page"))
        words = last_words(page.object_list)
        pieces = Evidence.objects.numbers(page.object_list)
        tell_locked(page.object_list, self.access)
        lines = [
            {
                "row": row,
                "mark": mark(row),
                "facts": facts(entry_of(row), leave_out=("state", "kind", "occurred_on", "link")),
                "said": words.get(row.pk),
                "evidence": pieces.get(row.pk, 0),
                "is_ticked": row.pk in kwargs.get("ticked", ()),
                "is_changed": row.pk in kwargs.get("changed", ()),
            }
            for row in page.object_list
        ]
        groups = [
            (commitment, list(of_one))
            for commitment, of_one in groupby(lines, lambda one: one["row"].commitment)
        ]
        return super().get_context_data(**kwargs) | {
            "page_obj": page,
            "groups": groups,
            "open_lines": sum(not one["row"].is_shut for one in lines),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticked = {int(pk) for pk in request.POST.getlist("rad") if is_number(pk)}
        seen = {
            int(name.removeprefix("sett-")): sent
            for name, sent in request.POST.items()
            if name.startswith("sett-") and is_number(name.removeprefix("sett-"))
        }
        wanted = set(seen) if request.POST.get("gor") == ALL else ticked
        if not wanted:
            return self.render_to_response(
                self.get_context_data(fault=_("No row is chosen. Tick those that are right."))
            )
        rows = Activity.objects.visible_to(self.access).in_bulk(wanted)
        if len(rows) != len(wanted):
            raise Http404
        versions = {
            row.pk: row.version if constant_time_compare(mark(row), seen.get(row.pk, "")) else 0
            for row in rows.values()
        }
        try:
            approved = approve(access=self.access, versions=versions)
        except StaleRows as stale:
            return self.tell_changed(stale.rows, ticked=wanted - {row.pk for row in stale.rows})
        except PeriodLocked as shut:
            return self.render_to_response(
                self.get_context_data(fault=refusal(shut.lock), ticked=wanted), status=409
            )
        self.thank(len(approved), len(wanted) - len(approved))
        return redirect("review:list", self.promise.slug)

    def tell_changed(self, rows: list[Activity], *, ticked: set[int]) -> HttpResponse:
        today = timezone.localdate()
        return self.render_to_response(
            self.get_context_data(
                changed={row.pk for row in rows},
                changed_rows=[(row, in_words(row, today)) for row in rows],
                ticked=ticked,
            ),
            status=409,
        )

    def thank(self, approved: int, already: int) -> None:
        if approved:
            text = ngettext(
                "%(number)s activity is approved and counts.",
                "%(number)s activities are approved and count.",
                approved,
            )
            messages.success(self.request, text % {"number": approved})
        if already:
            text = ngettext(
                "%(number)s was approved already, by somebody else or by the same press of the button.",
                "%(number)s were approved already, by somebody else or by the same press of the button.",
                already,
            )
            messages.info(self.request, text % {"number": already})


class ReturnView(ChangeMixin):
    action = Action.REVIEW
    template_name = "activities/return.html"
    done_message = gettext_lazy("Sent back: %(activity)s.")

    def impossible(self) -> str:
        if self.row.state != State.DONE or (self.row.is_counted and not self.promise.requires_review):
            return _("Only what is done and reviewed can be sent back.")
        return ""

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(
            data,
            field="why",
            label=_("What is to be put right?"),
            hint=_("Whoever logged the row reads it. For example “which area was it?”. Write no names."),
            missing=_("Say what is to be put right."),
        )

    def write(self, form: ReasonForm) -> None:
        return_row(access=self.access, activity=self.row, version=self.seen, reason=form.cleaned_data["why"])

    def is_saved(self, form: ReasonForm, current: Activity) -> bool:
        return current.is_returned and is_last_word(current, form.cleaned_data["why"])

    def thank(self) -> HttpResponse:
        super().thank()
        return redirect("review:list", self.promise.slug)


class AnswerView(ChangeMixin):
    action = Action.LOG
    template_name = "activities/answer.html"
    done_message = gettext_lazy("Answered: %(activity)s.")

    def impossible(self) -> str:
        return "" if self.row.is_returned else _("The row has not been sent back.")

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(
            data,
            field="why",
            label=_("Your answer"),
            hint=_("The coordinator reads it. Write no names."),
            missing=_("Write an answer."),
        )

    def write(self, form: ReasonForm) -> None:
        answer(access=self.access, activity=self.row, version=self.seen, text=form.cleaned_data["why"])

    def is_saved(self, form: ReasonForm, current: Activity) -> bool:
        return not current.is_returned and is_last_word(current, form.cleaned_data["why"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"said": last_words([self.row]).get(self.row.pk)}


class ReviewSettingView(PromiseMixin, FormView):
    """Whether rows are reviewed before they count: turned on and off with a reason."""

    action = Action.REVIEW
    template_name = "activities/review_setting.html"

    @property
    def wanted(self) -> bool:
        """What the button says; a page that was open since before somebody else pressed it changes nothing."""
        if self.request.method == "POST":
            return self.request.POST.get("pa") == "1"
        return not self.promise.requires_review

    def get_form(self, form_class: Any = None) -> ReasonForm:
        return ReasonForm(
            self.request.POST if self.request.method == "POST" else None,
            field="why",
            label=_("Why?"),
            hint=_("For example “decided at the steering group 3 March”. Write no names."),
            missing=_("Say why."),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        changes = Change.objects.of(self.promise).filter(values__has_key="requires_review")
        return super().get_context_data(**kwargs) | {
            "wanted": self.wanted,
            "waiting": Activity.objects.visible_to(self.access).waiting().count(),
            "changes": [
                {
                    "at": one.at,
                    "by": one.by or one.source,
                    "on": one.values["requires_review"][1],
                    "why": one.reason,
                }
                for one in changes.select_related("by").order_by("-at", "-pk")
            ],
        }

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        try:
            promise = require_review(
                access=self.access, required=self.wanted, reason=form.cleaned_data["why"]
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("From now on rows are reviewed before they count.")
            if promise.requires_review
            else _("From now on rows count at once."),
        )
        return redirect("promises:about", self.promise.slug)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 17


def is_last_word(row: Activity, text: str) -> bool:
    said = last_words([row]).get(row.pk)
    return said is not None and said.reason == text.strip()
