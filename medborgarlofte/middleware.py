"""What the site's own middleware adds to answers."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.cache import patch_cache_control


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """What somebody saw when signed in is not kept: nobody sees it on a shared phone with Back or on its disk.

    A view that says itself how long its answer may be kept is left alone.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """The sign-in page for whoever is not signed in; for a script that sends an entry, an answer that it can tell
    from "saved": a script follows a redirect and sees a page that went well."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        wants_json = getattr(getattr(view_func, "view_class", None), "wants_json", None)
        if wants_json is not None and wants_json(request):
            return JsonResponse({"status": "signed_out"}, status=401, headers={"Cache-Control": "no-store"})
        return super().handle_no_permission(request, view_func)
