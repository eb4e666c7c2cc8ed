"""Locked periods: what is locked, since when and by whom; locking, unlocking, and exceptions for one person."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView
from django.views.generic.base import View

from accounts.forms import add_errors
from activities.filters import list_url
from activities.forms.locks import DaysForm, ExceptionForm, LockForm, WhyForm
from activities.locks import (
    MOST_DAYS,
    USUAL_DAYS,
    covered,
    end_exception,
    grant_exception,
    lock_period,
    unlock_period,
)
from promises.locks import standing_locks
from promises.models import LockException, Membership, PeriodLock
from promises.permissions import ALLOWED, Action, PromiseMixin


class LockListView(PromiseMixin, TemplateView):
    action = Action.SEE
    template_name = "activities/locks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        exceptions: dict[int, list[tuple[LockException, bool]]] = {}
        rows = LockException.objects.filter(lock__promise=self.promise)
        for one in rows.select_related("lock", "user", "granted_by", "ended_by"):
            exceptions.setdefault(one.lock_id, []).append((one, one.is_valid(now)))
        locks = PeriodLock.objects.filter(promise=self.promise).select_related("locked_by", "unlocked_by")
        told = [(lock, exceptions.get(lock.pk, [])) for lock in locks]
        return super().get_context_data(**kwargs) | {
            "standing": [one for one in told if one[0].is_standing],
            "lifted": [one for one in told if not one[0].is_standing],
        }


class LockCreateView(PromiseMixin, FormView):
    """First which days, by GET; then what they cover, the reason, and the button."""

    action = Action.LOCK
    template_name = "activities/lock.html"

    @cached_property
    def sent(self) -> Any:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """The days asked for, or those that come next; None where they cannot be read."""
        form = self.days_form
        if not form.is_bound:
            return self.next_days()
        if not form.is_valid():
            return None
        first, last = form.cleaned_data["fran"], form.cleaned_data["till"]
        if last < first:
            form.add_error(
                "till",
                _("%(last)s comes before %(first)s. Write the first day first.")
                % {"first": first, "last": last},
            )
            return None
        return first, last

    @cached_property
    def days_form(self) -> DaysForm:
        if {"fran", "till"} & set(self.sent):
            return DaysForm(self.sent)
        first, last = self.next_days()
        return DaysForm(initial={"fran": first, "till": last})

    def next_days(self) -> tuple[date, date]:
        """From the first day that is not locked to the end of the last year that has closed, else to yesterday."""
        promise, today = self.promise, timezone.localdate()
        first = promise.starts_on
        for lock in standing_locks(promise):
            if lock.touches(first, first):
                first = lock.last_day + timedelta(days=1)
        last = min(promise.ends_on, date(today.year - 1, 12, 31))
        if last < first:
            last = max(first, min(promise.ends_on, today - timedelta(days=1)))
        return first, last

    @cached_property
    def covered(self) -> Any:
        return covered(self.access, *self.days) if self.days else None

    def get_form(self, form_class: Any = None) -> LockForm:
        waiting = self.covered.waiting if self.covered else 0
        if self.request.method == "POST":
            return LockForm(self.request.POST, waiting=waiting)
        days = self.days or (None, None)
        return LockForm(initial={"fran": days[0], "till": days[1]}, waiting=waiting)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"days_form": self.days_form, "days": self.days, "covered": self.covered}
        if self.days:
            first, last = self.days
            context |= {
                "rows_url": list_url(self.promise, first=first, last=last),
                "waiting_url": list_url(self.promise, first=first, last=last, review="vantar"),
                "planned_url": list_url(self.promise, first=first, last=last, state="planned"),
            }
        return super().get_context_data(**kwargs) | context

    def form_valid(self, form: LockForm) -> HttpResponse:
        try:
            lock = lock_period(
                access=self.access,
                first=form.cleaned_data["fran"],
                last=form.cleaned_data["till"],
                reason=form.cleaned_data["why"],
                today=timezone.localdate(),
                accepted=form.accepted,
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("%(first)s to %(last)s is locked.") % {"first": lock.first_day, "last": lock.last_day},
        )
        return redirect("locks:list", self.promise.slug)


class OneLockView(PromiseMixin, FormView):
    """A page about one standing lock."""

    action = Action.LOCK

    @cached_property
    def lock(self) -> PeriodLock:
        rows = PeriodLock.objects.filter(promise=self.promise).select_related("locked_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.lock.is_standing:
            messages.info(request, _("The period is not locked any more."))
            return redirect("locks:list", self.promise.slug)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"lock": self.lock}

    def write(self, form: Any) -> str:
        """Call the service and say what happened. ValidationError."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            said = self.write(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, said)
        return redirect("locks:list", self.promise.slug)


class UnlockView(OneLockView):
    template_name = "activities/unlock.html"

    def get_form(self, form_class: Any = None) -> WhyForm:
        return WhyForm(
            self.request.POST if self.request.method == "POST" else None,
            label=_("Why is the period unlocked?"),
            hint=_("Everybody who sees the promise can read it. Write no names."),
        )

    def write(self, form: WhyForm) -> str:
        row = unlock_period(access=self.access, lock=self.lock, reason=form.cleaned_data["why"])
        return _("%(first)s to %(last)s is open again.") % {"first": row.first_day, "last": row.last_day}


class ExceptionCreateView(OneLockView):
    template_name = "activities/lock_exception.html"

    def get_form(self, form_class: Any = None) -> ExceptionForm:
        today = timezone.localdate()
        members = Membership.objects.filter(promise=self.promise, role__in=ALLOWED[Action.LOG])
        people = {one.user_id: one.user for one in members.select_related("user").order_by("user__email")}
        return ExceptionForm(
            self.request.POST if self.request.method == "POST" else None,
            people=people,
            usual=today + timedelta(days=USUAL_DAYS),
            last=today + timedelta(days=MOST_DAYS),
        )

    def write(self, form: ExceptionForm) -> str:
        row = grant_exception(
            access=self.access,
            lock=self.lock,
            user=form.people[form.cleaned_data["user"]],
            until=form.until,
            reason=form.cleaned_data["why"],
        )
        return _("%(who)s may change what is in %(first)s to %(last)s, up to and including %(until)s.") % {
            "who": row.user,
            "first": self.lock.first_day,
            "last": self.lock.last_day,
            "until": row.last_day,
        }


class ExceptionEndView(PromiseMixin, View):
    action = Action.LOCK
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Whoever had to sign in on the way comes by GET: the button stands on the page."""
        return redirect("locks:list", self.promise.slug)

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        rows = LockException.objects.filter(lock__promise=self.promise).select_related("lock", "user")
        row = end_exception(access=self.access, exception=get_object_or_404(rows, pk=self.kwargs["pk"]))
        messages.success(request, _("The exception for %(who)s has ended.") % {"who": row.user})
        return redirect("locks:list", self.promise.slug)
