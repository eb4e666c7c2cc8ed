"""A person's plans in their own calendar: the file behind a secret address, and the page that gives the address."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django.views.generic.base import View

from accounts.models import CalendarToken, User
from activities.feed.ics import calendar_file, for_calendar
from activities.feed.services import make_token, note_fetch, owner_of, revoke_token
from activities.models import Activity

DAYS_BACK = 30
MAKE, REVOKE = "ny", "ta-bort"


@method_decorator(login_not_required, name="dispatch")
class FeedView(View):
    """Whoever has the address reads it: a calendar cannot sign in. 404 where it is nobody's."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        owner = owner_of(token)
        if owner is None:
            raise Http404
        note_fetch(owner, now=timezone.now())
        since = timezone.localdate() - timedelta(days=DAYS_BACK)
        rows = for_calendar(Activity.objects.planned_for_calendar(owner.user, since=since))
        with translation.override(settings.LANGUAGE_CODE):  # a calendar has no reader's language
            content = calendar_file(
                rows, address_of=lambda row: request.build_absolute_uri(row.get_absolute_url())
            )
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["ETag"] = etag
        response["Content-Disposition"] = 'inline; filename="medborgarlofte.ics"'
        response["X-Robots-Tag"] = "noindex"
        response = get_conditional_response(request, etag=etag, response=response)
        patch_cache_control(response, private=True, no_cache=True)
        return response


class CalendarLinkView(TemplateView):
    """The person's own address: made, shown once, replaced and taken back."""

    template_name = "activities/calendar_link.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("gor")
        if act == MAKE:
            token = make_token(self.owner, now=timezone.now())
            address = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
            # Not by way of another page: then the secret would have to be kept somewhere until that is shown.
            return self.render_to_response(self.get_context_data(address=address))
        if act == REVOKE:
            if revoke_token(self.owner):
                messages.success(request, _("The address has been taken back. It leads nowhere any more."))
            else:
                messages.info(request, _("You have no calendar address."))
            return redirect("calendar_link")
        return self.render_to_response(self.get_context_data(), status=400)

    @property
    def owner(self) -> User:
        user = self.request.user
        if not isinstance(user, User):  # LoginRequiredMiddleware has been here; this holds if it ever is not
            raise Http404
        return user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = kwargs.get("address", "")
        return super().get_context_data(**kwargs) | {
            "link": CalendarToken.objects.filter(user=self.owner).first(),
            "subscribe": f"webcal:{address.partition(':')[2]}" if address else "",
            "days_back": DAYS_BACK,
            "has_promises": self.owner.memberships.exists(),
        }
