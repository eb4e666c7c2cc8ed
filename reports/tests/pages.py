"""Reading a page as a person does, on a day that stands still."""

import re
from datetime import date

from django.utils import timezone

AUTUMN = date(2020, 9, 30)


def stand_still(monkeypatch, day=AUTUMN):
    """Today is ``day``; a given moment keeps its own day."""
    real = timezone.localdate
    monkeypatch.setattr(
        timezone, "localdate", lambda value=None, **more: real(value, **more) if value else day
    )


def text_of(response):
    """What a reader sees: no tags, single spaces, no non-breaking ones."""
    content = response.content.decode()
    content = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", content, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content).replace("\u00a0", " "))
