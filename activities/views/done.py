"""From plan to done: on a page that asks who came, or in one press as it was planned."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import State
from activities.entries import entry_of, shown
from activities.forms import DoneForm, initial_of
from activities.models import Activity
from activities.options import Options, options_for
from activities.services import StaleVersion, correct_activity
from activities.views.row import ChangeMixin, facts
from activities.views.saying import SayingMixin


class DoneView(SayingMixin, ChangeMixin):
    template_name = "activities/done.html"
    nav = "planning"
    only_plans = True
    done_message = gettext_lazy("Done: %(activity)s.")

    @cached_property
    def options(self) -> Options:
        options = options_for(self.row.commitment, access=self.access, today=self.today)
        return options.at(self.row.school, self.row.school_year) if self.row.school else options

    def form(self, data: Any = None) -> DoneForm:
        planned = entry_of(self.row)
        initial = initial_of(planned, self.options) | {"occurred_on": min(planned.occurred_on, self.today)}
        return DoneForm(data, options=self.options, row=self.row, planned=planned, initial=initial)

    def write(self, form: DoneForm) -> None:
        correct_activity(
            access=self.access,
            activity=self.row,
            entry=form.entry,
            version=self.seen,
            today=self.today,
            reason=form.cleaned_data.get("why", ""),
        )

    def is_saved(self, form: DoneForm, current: Activity) -> bool:
        return shown(form.entry) == shown(entry_of(current))

    def typed(self, form: DoneForm) -> list[tuple[str, str]]:
        return facts(form.entry, leave_out=("state",)) if form.is_valid() else super().typed(form)

    def said(self) -> str:
        return self.with_standing(self.done_message % {"activity": self.words}, self.row)


class DoneAsPlannedView(DoneView):
    """From plan to done in one press: on the planned day, with all that was planned. What the plan does not say yet
    (how many pupils came) or must not be (a day to come) is asked on the page of ``DoneView``."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.ask()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.row.is_in_hands_of(self.access):
            raise PermissionDenied
        return self.answer_early() or self.press()

    def answer_early(self) -> HttpResponse | None:
        """The answer where the row is no plan any more, or is not to be changed."""
        if self.row.is_voided or self.row.state == State.CANCELLED:
            return self.answer_late(self.form({}))
        if self.row.state == State.DONE:  # pressed twice, or somebody else was quicker
            return self.thank()
        if self.shut:
            messages.info(self.request, self.shut)
            return self.to_plans()
        return None

    def press(self) -> HttpResponse:
        if self.row.commitment.class_meeting or not self.seen:
            return self.ask()
        entry = replace(entry_of(self.row), state=State.DONE, reason="")
        try:
            correct_activity(
                access=self.access, activity=self.row, entry=entry, version=self.seen, today=self.today
            )
        except StaleVersion:
            return self.ask_again()
        except ValidationError as error:
            messages.info(self.request, " ".join(error.messages))
            return self.ask()
        return self.thank()

    def ask(self) -> HttpResponse:
        if not self.row.may_be_changed_by(self.access):
            raise PermissionDenied
        return redirect("activities:done", self.promise.slug, self.row.pk)

    def ask_again(self) -> HttpResponse:
        """Somebody changed the plan after the page was shown: what it says now is looked at before it counts."""
        del self.row
        return self.answer_early() or self.show(
            self.form(), version=self.row.version - self.hidden, status=409, other=self.last_step()
        )

    def thank(self) -> HttpResponse:
        del self.row  # as it is now
        said = self.said()
        correct = reverse("activities:correct", args=[self.promise.slug, self.row.pk])
        more = _("Add details or correct")
        self.say_once(format_html('{} <a href="{}">{}</a>', said, correct, more))
        return self.to_plans()

    def say_once(self, text: str) -> None:
        """Of a double press both are answered, and one answer is shown."""
        waiting = messages.get_messages(self.request)
        said = any(one.message == text for one in waiting)
        waiting.used = False
        if not said:
            messages.success(self.request, text)

    def to_plans(self) -> HttpResponse:
        """Back to the month and the filter that the press came from."""
        plans = reverse("reports:plan", args=[self.promise.slug])
        path, _mark, query = self.request.POST.get("nasta", "").partition("?")
        return redirect(f"{plans}?{query}" if path == plans and query else plans)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = reverse("activities:done", args=[self.promise.slug, self.row.pk])
        return super().get_context_data(**kwargs) | {"send_to": done}
