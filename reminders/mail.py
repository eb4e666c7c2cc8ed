"""A letter as a mail: text and HTML that say the same, and the headers by which it is turned off at once."""

from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from reminders.choices import Kind
from reminders.contents import Letter
from reminders.site import absolute
from reminders.tokens import token


def unsubscribe_url(user: int, kinds: list[Kind]) -> str:
    return absolute(reverse("reminders:unsubscribe", args=[token(user, kinds)]))


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Nothing is fetched when it is read, and nothing tells that it was. In the language of the site."""
    with translation.override(settings.LANGUAGE_CODE):
        return _compose(letter)


def _compose(letter: Letter) -> EmailMultiAlternatives:
    context = {
        "letter": letter,
        "site": absolute(""),
        "settings_url": absolute(reverse("reminders:settings")),
        "stops": [(kind.label, unsubscribe_url(letter.user.pk, [kind])) for kind in letter.kinds],
    }
    # RFC 2369 and 8058: the mail program's own button. RFC 3834 and Exchange: no automatic answers.
    headers = {
        "List-Unsubscribe": f"<{unsubscribe_url(letter.user.pk, letter.kinds)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    }
    mail = EmailMultiAlternatives(
        letter.subject,
        render_to_string("reminders/mail.txt", context),
        to=[letter.user.email],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("reminders/mail_document.html", context), "text/html")
    return mail
