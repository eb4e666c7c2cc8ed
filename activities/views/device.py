"""Work without network (docs/adr/0018): what makes the site a program on the phone, and what is kept there.

The page of what waits, empty forms without anything of anybody, and the few answers that scripts ask for.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django.views.generic.base import View

from accounts.models import User
from activities.device import writer_key
from activities.forms import form_class
from activities.theme import PAPER
from activities.views.answers import wants_json
from activities.views.logging import LogView
from promises import school_year
from promises.models import Commitment, Promise, SchoolClass
from promises.permissions import ALLOWED, Action


@method_decorator(login_not_required, name="dispatch")
class ManifestView(View):
    """What a phone needs to put the site among its programs (https://www.w3.org/TR/appmanifest/)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        manifest = {
            "id": "/",
            "name": "Medborgarlöfte",
            "short_name": "Löfte",
            "description": _("Log what is done for a public promise, also without network."),
            "lang": request.LANGUAGE_CODE,
            "start_url": reverse("log_start"),
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER["light"],
            "theme_color": PAPER["light"],
            "icons": [
                icon(f"img/icon-{size}{suffix}.png", size, purpose)
                for size in (192, 512)
                for suffix, purpose in (("", "any"), ("-maskable", "maskable"))
            ],
        }
        response = JsonResponse(manifest, content_type="application/manifest+json")
        patch_cache_control(response, private=True, max_age=3600)
        return response


def icon(path: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": static(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@method_decorator(login_not_required, name="dispatch")
class WorkerView(TemplateView):
    """The service worker, at the root so that it may answer for every page; asked for anew at every visit."""

    template_name = "device/sw.js"
    content_type = "text/javascript"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        patch_cache_control(response, no_cache=True)
        return response


class ForScripts(View):
    """Answers in JSON, kept nowhere; who is signed out gets 401 (medborgarlofte/middleware.py)."""

    wants_json = staticmethod(wants_json)

    def get(self, request: HttpRequest) -> HttpResponse:
        response = JsonResponse(self.told(request.user))
        patch_cache_control(response, private=True, no_store=True)
        return response

    def told(self, user: User) -> dict[str, Any]:
        raise NotImplementedError


class StateView(ForScripts):
    """Who is signed in, the token that a form needs now, and the time."""

    def told(self, user: User) -> dict[str, Any]:
        return {
            "user": writer_key(user),
            "token": get_token(self.request),
            "now": timezone.now().isoformat(),
        }


class ShellListView(ForScripts):
    """The pages that are kept on the phone: under which address, and where each is had without anything in it."""

    def told(self, user: User) -> dict[str, Any]:
        pages = [(reverse("device:queue"), reverse("device:queue_shell"))]
        for promise in promises_of(user):
            for commitment in promise.commitments.all():
                pages.extend(shells_of(promise, commitment))
        return {"pages": [{"at": at, "shell": shell} for at, shell in pages]}


def promises_of(user: User) -> QuerySet[Promise]:
    """Where the person may log, with the commitments."""
    mine = user.memberships.filter(role__in=ALLOWED[Action.LOG]).order_by().values("promise")
    return Promise.objects.filter(pk__in=mine).prefetch_related(
        Prefetch("commitments", Commitment.objects.order_by("number"))
    )


def shells_of(promise: Promise, commitment: Commitment) -> Iterator[tuple[str, str]]:
    """The form; of class meetings also one for each school with classes in the läsår that is now."""
    at, shell = (
        reverse(f"activities:{name}", args=[promise.slug, commitment.number])
        for name in ("log_form", "log_shell")
    )
    yield at, shell
    if commitment.class_meeting:
        year = school_year.containing(timezone.localdate())
        classes = SchoolClass.objects.filter(school__promise=promise, school_year=year)
        for school in classes.order_by("school").values_list("school", flat=True).distinct():
            query = urlencode({"skola": school, "lasar": school_year.label(year)})
            yield f"{at}?{query}", f"{shell}?{query}"


class ShellMixin(View):
    """A page as it is kept on a phone: without menu, name, token, key, or anything that somebody has logged."""

    http_method_names = ["get", "head", "options"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context | {"shell": "device/shell.html"}, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response


class FormShellView(ShellMixin, LogView):
    """The form of a commitment. Plans under secrecy are not offered: they are never kept on a phone."""

    shows_met = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load()
        self.options = replace(self.options, sees_plans=False)
        if self.options.commitment.class_meeting and not self.choose_school(request.GET):
            return self.render_to_response(self.get_context_data())
        form = form_class(self.options)(None, options=self.options)
        return self.render_to_response(self.get_context_data(form=form, client_key=""))


class QueueView(TemplateView):
    """What is kept on this phone. The entries are the phone's own: the site knows nothing of them."""

    template_name = "device/queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"promises": promises_of(self.request.user)}


class QueueShellView(ShellMixin, QueueView):
    pass
