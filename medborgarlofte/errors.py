"""What is answered when something fails that is nobody's fault who asked."""

import sys
from collections.abc import Iterator

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

RETRY_AFTER = 30  # seconds


def server_fault(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the database is locked or gone: then nothing was stored, and what was sent is given back.

    The page has what was sent as a form that sends it again: with the same client key, so once stored it stays one
    row. The database is not asked again here, not even who is signed in.
    """
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    if request.accepts("application/json") and not request.accepts("text/html"):
        words = _("The database does not answer. Nothing was saved; send it again in a moment.")
        response: HttpResponse = JsonResponse({"status": "unavailable", "message": words}, status=503)
    else:
        page = render_to_string("503.html", {"sent": list(_sent(request)), "path": request.get_full_path()})
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "private, no-store"
    return response


def _sent(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Field and value as they came; nothing of a sign-in, whose passwords are not written into a page.

    Nor what cannot be read any more: a file that came when nobody had asked for one yet.
    """
    match = request.resolver_match
    if request.method != "POST" or match is None or match.namespace == "accounts":
        return
    try:
        sent = request.POST.lists()
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return
    for name, values in sent:
        for value in values:
            yield name, value
