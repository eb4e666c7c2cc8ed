"""What somebody wants to be reminded of, and the link in a mail that says no more."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView, TemplateView

from accounts.models import User
from reminders.cadence import Rhythm
from reminders.choices import Kind, Sending
from reminders.forms import ReminderForm
from reminders.models import SentReminder
from reminders.people import kinds_for, rhythms_of
from reminders.services import choose, turn_off
from reminders.site import faults
from reminders.tokens import read


@dataclass(frozen=True, slots=True)
class Row:
    """One kind on the page. ``next_on`` None: never. ``is_today``: the next one can come today."""

    cadence: BoundField
    weekday: BoundField
    next_on: date | None
    is_today: bool
    last_sent: datetime | None


class SettingsView(FormView):
    form_class = ReminderForm
    template_name = "reminders/settings.html"

    @cached_property
    def rhythms(self) -> dict[Kind, Rhythm]:
        return rhythms_of(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kinds": kinds_for(self.request.user), "rhythms": self.rhythms}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"rows": self.rows(context["form"]), "sends_mail": not faults()}

    def rows(self, form: ReminderForm) -> list[Row]:
        today = timezone.localdate()
        sent: dict[str, SentReminder] = {}
        mailed_today = False
        for row in SentReminder.objects.filter(user=self.request.user).order_by("turn"):
            mailed_today = mailed_today or (row.tried_on == today and row.state != Sending.REFUSED)
            if row.state == Sending.SENT:
                sent[row.kind] = row
        begins = today + timedelta(days=1) if mailed_today else today
        rows = []
        for kind in form.kinds:
            next_on = self.rhythms[kind].next_from(begins)
            rows.append(
                Row(
                    form[kind.value],
                    form[f"{kind.value}_day"],
                    next_on,
                    next_on == today,
                    sent[kind].sent_at if kind in sent else None,
                )
            )
        return rows

    def form_valid(self, form: ReminderForm) -> HttpResponse:
        choose(self.request.user, form.rhythms())
        messages.success(self.request, _("Your reminders are saved."))
        return redirect("reminders:settings")


@method_decorator([login_not_required, csrf_exempt, never_cache], name="dispatch")
class UnsubscribeView(TemplateView):
    """The link itself is the right to do this, for people and for mail programs (RFC 8058). It names nobody."""

    template_name = "reminders/unsubscribe.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.user_pk, self.kinds = read(kwargs["token"])
        except ValueError:
            return self.render_to_response({"kinds": []}, status=404)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response({"kinds": self.kinds, "is_off": False})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = User.objects.filter(pk=self.user_pk).first()
        if user is not None:
            turn_off(user, self.kinds)
        return self.render_to_response({"kinds": self.kinds, "is_off": True})
