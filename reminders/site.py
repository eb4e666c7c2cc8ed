"""What the environment must say before anything is sent, and addresses that hold outside the site."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

KEPT_HERE = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "filebased", "locmem", "dummy")
}
"""Ways of "sending" by which nothing leaves the machine."""


def faults() -> list[str]:
    """What is missing or wrong, each with what to write instead; none where mail can be sent."""
    found = []
    if not settings.MAIL_CONFIGURED:
        found.append(
            _("EMAIL_URL is missing: the mail server, for example %(example)s.")
            % {"example": "smtp+tls://user:password@mail.example.se:587"}
        )
    if not settings.DEFAULT_FROM_EMAIL:
        found.append(
            _("DEFAULT_FROM_EMAIL is missing: whom mails come from, for example %(example)s.")
            % {"example": "Medborgarlöfte <lofte@example.se>"}
        )
    address = urlsplit(settings.SITE_URL)
    schemes = {"https"} if settings.PRODUCTION else {"https", "http"}
    if address.scheme not in schemes or not address.hostname or address.query or address.fragment:
        found.append(
            _("SITE_URL is “%(value)s”: write the site’s own address, for example %(example)s.")
            % {"value": settings.SITE_URL, "example": "https://lofte.example.se"}
        )
    return found


def absolute(path: str) -> str:
    """A path of the site as it stands in a mail."""
    return settings.SITE_URL.rstrip("/") + path


def leaves_the_machine() -> bool:
    return settings.EMAIL_BACKEND not in KEPT_HERE
