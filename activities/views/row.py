"""One row: look at it, correct it, cancel it, void it. Marking a plan as done is activities/views/done.py."""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from activities.choices import State
from activities.conflict import differences, merged
from activities.entries import entry_of, shown
from activities.evidence import may_have
from activities.forms import (
    CountForm,
    EntryForm,
    ReasonForm,
    SchoolYearForm,
    form_class,
    initial_of,
)
from activities.links import SAVED
from activities.locks import tell_locked
from activities.models import MOST_EVIDENCE, Activity
from activities.options import Options, options_for
from activities.review import last_words
from activities.rules import Entry
from activities.services import StaleVersion, correct_activity, void_activity
from activities.showing import shown_evidence
from activities.trail import Step, hidden_steps, trail
from activities.views.saying import SayingMixin, Twin, with_review
from activities.wording import FIELDS, duration_in_words, in_words, value_in_words
from history.services import plain
from promises.locks import refusal
from promises.permissions import Access, Action, PromiseMixin


class RowMixin(PromiseMixin, TemplateView):
    """``self.row`` is a row that the reader may see, else the answer is 404."""

    action = Action.SEE
    nav = "activities"

    @cached_property
    def row(self) -> Activity:
        rows = Activity.objects.visible_to(self.access).with_names()
        return get_object_or_404(
            rows.select_related("promise", "voided_by", "import_batch__stored_by"), pk=self.kwargs["pk"]
        )

    @cached_property
    def shut(self) -> str:
        """Why nothing of the row changes; "" where it may: nothing is locked, or the reader has an exception."""
        tell_locked([self.row], self.access)
        return refusal(self.row.lock) if self.row.is_shut and self.row.lock is not None else ""

    @cached_property
    def today(self) -> Any:
        return timezone.localdate()

    @property
    def words(self) -> str:
        return in_words(self.row, self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"row": self.row, "words": self.words}

    def to_row(self) -> HttpResponse:
        return redirect("activities:detail", self.promise.slug, self.row.pk)


class DetailView(SayingMixin, RowMixin):
    template_name = "activities/detail.html"
    twin: Twin | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if SAVED in request.GET and self.row.logged_by_id == self.access.user.pk:
            self.twin = self.say(self.row, how=request.GET[SAVED], today=self.today)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, steps, is_open = self.row, trail(self.row, self.access), not self.shut
        evidence, gone = shown_evidence(row, self.access)
        return super().get_context_data(**kwargs) | {
            "facts": facts(entry_of(row), leave_out=("state", "link")),
            "steps": steps,
            "first_step": steps[-1] if steps else None,
            "may_change": is_open and row.may_be_changed_by(self.access),
            "may_log": self.access.allows(Action.LOG),
            "may_answer": is_open and row.may_be_answered_by(self.access),
            "may_return": is_open
            and self.access.allows(Action.REVIEW)
            and (row.is_waiting or row.may_be_reviewed_again),
            "shut": self.shut,
            "said": last_words([row]).get(row.pk) if row.is_waiting or row.is_returned else None,
            "read_in": row.import_batch if shows_import(row, self.access) else None,
            "mark": mark(row) if is_open and (row.is_waiting or row.is_returned) else "",
            "is_overdue": row.is_overdue(self.today),
            "twin": self.twin,
            "evidence": evidence,
            "evidence_gone": gone,
            "may_take_away": is_open and row.is_in_hands_of(self.access),
            "may_add": is_open
            and row.may_be_changed_by(self.access)
            and may_have(row)
            and len(evidence) < MOST_EVIDENCE,
            "clock_words": "" if row.clock_wrong_by is None else duration_in_words(row.clock_wrong_by),
        }


class ChangeMixin(RowMixin, ABC):
    """Pages that change the row: 403 for who may not. The version the person saw travels with the form."""

    only_plans = False
    done_message: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.row.may_be_changed_by(self.access):
            raise PermissionDenied
        if self.only_plans and self.row.state != State.PLANNED:
            messages.info(request, self.too_late())
            return self.to_row()
        if fault := self.shut or self.impossible():
            messages.info(request, fault)
            return self.to_row()
        return self.show(self.form(), version=self.row.version - self.hidden)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.row.is_in_hands_of(self.access):  # also one that was voided meanwhile: that is told
            raise PermissionDenied
        tell_locked([self.row], self.access)
        form = self.form(request.POST)
        if self.row.is_voided or (self.only_plans and self.row.state != State.PLANNED):
            return self.answer_late(form)
        if form.is_valid():
            try:
                self.write(form)
            except StaleVersion as stale:
                return self.answer_stale(form, stale.current)
            except ValidationError as error:
                form.add_faults(error.message_dict)
            else:
                return self.thank()
        return self.show(form, version=max(self.seen - self.hidden, 0))

    @cached_property
    def hidden(self) -> int:
        return hidden_steps(self.row, self.access)

    @property
    def seen(self) -> int:
        """The version the person had before them; 0 where the request does not tell.

        Never one that was hidden from them: what it said could be found out by comparing with it.
        """
        text = self.request.POST.get("version", "")
        shown_version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        return shown_version + self.hidden if shown_version else 0

    def impossible(self) -> str:
        """Why the page has nothing to do for the row as it is; "" where it has. What is sent, the service judges."""
        return ""

    @abstractmethod
    def form(self, data: Any = None) -> Any:
        """The page's form, empty or with what was sent."""

    @abstractmethod
    def write(self, form: Any) -> None:
        """Call the service. StaleVersion, ValidationError."""

    @abstractmethod
    def is_saved(self, form: Any, current: Activity) -> bool:
        """Whether the row says just what was sent: the same form came twice."""

    def typed(self, form: Any) -> list[tuple[str, str]]:
        """What was typed, in words, for when it cannot be saved."""
        return [
            (str(field.label), str(field.value()).strip())
            for field in form
            if not field.is_hidden and isinstance(field.value(), str) and field.value().strip()
        ]

    def thank(self) -> HttpResponse:
        del self.row  # as it is now
        messages.success(self.request, self.said())
        return self.to_row()

    def said(self) -> str:
        """What is said of the row as it is now."""
        return with_review(self.done_message % {"activity": self.words}, self.row)

    def show(self, form: Any, *, version: int, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, version=version, **context), status=status
        )

    def answer_stale(self, form: Any, current: Activity) -> HttpResponse:
        if self.is_saved(form, current):
            return self.thank()
        del self.row
        return self.show(
            self.again(form),
            version=current.version - self.hidden,
            status=409,
            other=self.last_step(),
            differences=self.compare(form),
        )

    def again(self, form: Any) -> Any:
        """The form to go on with after somebody else's change; nothing typed is lost."""
        return form

    def compare(self, form: Any) -> list[Any]:
        return []

    def answer_late(self, form: Any) -> HttpResponse:
        """The row cannot be changed any more. Say so, and give back what was typed."""
        if form.is_valid() and self.is_saved(form, self.row):
            return self.thank()
        self.template_name = "activities/too_late.html"
        return self.render_to_response(
            self.get_context_data(message=self.too_late(), other=self.last_step(), typed=self.typed(form)),
            status=409,
        )

    def too_late(self) -> str:
        if self.row.is_voided:
            return _("The row has been voided.")
        if self.row.state == State.DONE:
            return _("The activity is done already.")
        return _("The activity has been cancelled.")

    def last_step(self) -> Step | None:
        steps = trail(self.row, self.access)
        return steps[0] if steps else None


class CorrectView(ChangeMixin):
    template_name = "activities/correct.html"
    done_message = gettext_lazy("Corrected: %(activity)s.")

    @cached_property
    def options(self) -> Options:
        options = options_for(self.row.commitment, access=self.access, today=self.today)
        if not options.commitment.class_meeting:
            return options
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        chosen = SchoolYearForm(sent, options=options)
        if "skola" in sent and chosen.is_valid():
            return options.at(chosen.cleaned_data["skola"], chosen.cleaned_data["lasar"])
        return options.at(self.row.school, self.row.school_year)

    @cached_property
    def school_form(self) -> SchoolYearForm | None:
        """Another school or läsår is chosen by GET, before anything is typed."""
        if not self.options.commitment.class_meeting:
            return None
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        if "skola" in sent:
            return SchoolYearForm(sent, options=self.options)
        return SchoolYearForm(
            initial={"skola": self.row.school_id, "lasar": self.row.year_label}, options=self.options
        )

    def form(self, data: Any = None) -> EntryForm:
        return form_class(self.options)(
            data, options=self.options, row=self.row, initial=initial_of(entry_of(self.row), self.options)
        )

    def write(self, form: EntryForm) -> None:
        if self.school_form is not None and self.school_form.is_bound and not self.school_form.is_valid():
            raise ValidationError(
                {"school": [m for faults in self.school_form.errors.values() for m in faults]}
            )
        corrected = correct_activity(
            access=self.access,
            activity=self.row,
            entry=form.entry,
            version=self.seen,
            today=self.today,
            reason=form.cleaned_data.get("why", ""),
        )
        if corrected.version == self.seen:
            self.done_message = gettext_lazy("Nothing was changed: %(activity)s.")

    def is_saved(self, form: EntryForm, current: Activity) -> bool:
        return shown(form.entry) == shown(entry_of(current))

    def again(self, form: EntryForm) -> EntryForm:
        entry = merged(form.entry, current=self.row, seen=self.seen)
        if entry.school != self.options.school or entry.school_year != self.options.school_year:
            entry = replace(entry, classes=form.entry.classes)
        initial = initial_of(entry, self.options) | {"why": form.cleaned_data.get("why", "")}
        return form_class(self.options)(options=self.options, row=self.row, initial=initial)

    def compare(self, form: EntryForm) -> list[Any]:
        return differences(form.entry, entry_of(self.row))

    def typed(self, form: EntryForm) -> list[tuple[str, str]]:
        if not form.is_valid():
            return super().typed(form)
        return facts(form.entry)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "options": self.options,
            "school_form": self.school_form,
            "is_count": form_class(self.options) is CountForm,
        }


class CancelView(ChangeMixin):
    template_name = "activities/cancel.html"
    nav = "planning"
    only_plans = True
    done_message = gettext_lazy("Cancelled: %(activity)s.")

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(
            data,
            field="reason",
            label=_("Why is it cancelled?"),
            hint=_(
                "It then counts as a request that was not answered. Was it taken back by whoever asked? Then void "
                "the row instead. Write no names."
            )
            if self.row.commitment.on_request
            else _("For example “ill”, “no staff”. Write no names."),
            missing=_("Say why it was cancelled."),
        )

    def entry(self, form: ReasonForm) -> Entry:
        reason = form.cleaned_data["reason"]
        return replace(entry_of(self.row), state=State.CANCELLED, reason=reason)

    def write(self, form: ReasonForm) -> None:
        correct_activity(
            access=self.access,
            activity=self.row,
            entry=self.entry(form),
            version=self.seen,
            today=self.today,
        )

    def is_saved(self, form: ReasonForm, current: Activity) -> bool:
        return current.state == State.CANCELLED and current.reason == form.cleaned_data["reason"]


class VoidView(ChangeMixin):
    template_name = "activities/void.html"
    done_message = gettext_lazy("Voided: %(activity)s.")

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(
            data,
            field="why",
            label=_("Why is the row voided?"),
            hint=_(
                "For example “the request was taken back” or “logged twice”. It then counts neither as asked for nor "
                "as answered. The row and the reason stay to be seen. Write no names."
            )
            if self.row.commitment.on_request
            else _("For example “logged twice”. The row and the reason stay to be seen. Write no names."),
            missing=_("Say why it is voided."),
        )

    def write(self, form: ReasonForm) -> None:
        void_activity(
            access=self.access, activity=self.row, version=self.seen, reason=form.cleaned_data["why"]
        )

    def is_saved(self, form: ReasonForm, current: Activity) -> bool:
        return current.is_voided and current.void_reason == form.cleaned_data["why"]


def shows_import(row: Activity, access: Access) -> bool:
    """Whether a reader may know when a row was read in: not where it was perhaps planned by then (OSL 18:1-2)."""
    batch = row.import_batch
    return batch is not None and (
        access.is_police or not batch.sees_plans or not row.commitment.confidential_until_done
    )


def mark(row: Activity) -> str:
    """How a row looked, as something to send back (``activities.views.review``).

    Not its version: that would tell how often a plan under secrecy was changed before it was done (OSL 18:1-2).
    """
    return salted_hmac("activities.review", f"{row.pk}:{row.version}").hexdigest()[:20]


def facts(entry: Entry, *, leave_out: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What an entry says, field by field, in words; what is empty is left out."""
    values = plain(shown(entry))
    return [
        (str(label), value_in_words(name, values[name], month_only=entry.month_only))
        for name, label in FIELDS.items()
        if name in values and name not in leave_out
    ]
