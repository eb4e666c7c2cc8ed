"""The log form's answers to a script that sends what a phone has kept (docs/adr/0018): JSON in place of pages.

A form is sent as ever; with ``Accept: application/json`` what would be a page or a redirect is told as:
201 new · 200 sent before · 401 signed out, or somebody else is · 403 may not · 404 not there · 409 its key is taken by
another content · 422 refused, with the faults by field · 423 refused, for the period is locked.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.generic.base import View

from accounts.models import User
from activities.device import writer_key
from activities.models import Activity
from promises import locks


def wants_json(request: HttpRequest) -> bool:
    return request.accepts("application/json") and not request.accepts("text/html")


def is_locked(error: ValidationError) -> bool:
    """Whether any fault of the error is that the period is locked."""
    named = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    return any(one.code == locks.CODE for faults in named for one in faults)


class JsonAnswers(View):
    """Before PromiseMixin, on a view whose ``post`` redirects once the row is stored.

    The view says in ``stored`` and ``is_new`` which row it is and whether it was stored now, and in ``is_locked`` why
    it was refused; all else is read from what it would have shown.
    """

    wants_json = staticmethod(wants_json)  # medborgarlofte.middleware asks it, of who is signed out
    stored: Activity
    is_new = False
    is_locked = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not wants_json(request):
            return super().dispatch(request, *args, **kwargs)
        if _is_of_another(request):
            return _told(401, "other_user", message=_("Somebody else has signed in."))
        try:
            response: Any = super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            return _told(403, "forbidden", message=_("You may not log in this promise."))
        except Http404:
            return _told(404, "gone", message=_("The promise or the commitment is not there for you."))
        if isinstance(response, HttpResponseRedirect):
            status, word = (201, "new") if self.is_new else (200, "known")
            return _told(status, word, url=response.url, row=self.stored.get_absolute_url())
        return self.refusal(response.context_data)

    def refusal(self, context: dict[str, Any]) -> JsonResponse:
        taken: Activity | None = context.get("taken")
        if taken is not None:
            words = _("It has been saved before, with another content: %(activity)s.")
            return _told(
                409,
                "taken",
                url=taken.get_absolute_url(),
                message=words % {"activity": context["taken_words"]},
            )
        form: BaseForm | None = context.get("form")
        faults = list(_faults(form if form is not None else context["school_form"]))
        if not faults:  # the school is known, and has no classes
            options = context["options"]
            words = _("No classes in the register for %(school)s %(year)s.")
            message = words % {"school": options.school, "year": options.year_label}
            faults = [{"field": "skola", "label": _("School"), "message": message}]
        if self.is_locked:
            return _told(423, locks.CODE, faults=faults)
        return _told(422, "invalid", faults=faults)


def _is_of_another(request: HttpRequest) -> bool:
    """Whether the entry says that it is of another than who is signed in, on a phone that several use."""
    said = request.headers.get("X-Writer", "")
    return bool(said) and not (isinstance(request.user, User) and said == writer_key(request.user))


def _faults(form: BaseForm) -> Iterator[dict[str, str]]:
    """In the order of the form; ``label`` empty for what is said of all of it."""
    for message in form.non_field_errors():
        yield {"field": "", "label": "", "message": str(message)}
    for field in form:
        for message in field.errors:
            yield {"field": field.name, "label": str(field.label), "message": str(message)}


def _told(status: int, word: str, **more: Any) -> JsonResponse:
    response = JsonResponse({"status": word} | more, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
