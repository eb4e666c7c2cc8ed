"""History rows in words."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history.models import Change

register = template.Library()

FIELDS = {
    "area": gettext_lazy("area"),
    "areas": gettext_lazy("areas"),
    "classes": gettext_lazy("classes"),
    "closed_on": gettext_lazy("ended on"),
    "closed_reason": gettext_lazy("why it ended"),
    "grade": gettext_lazy("grade"),
    "indicator": gettext_lazy("indicator"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("class"),
    "link": gettext_lazy("link"),
    "margin": gettext_lazy("margin of error"),
    "measured_on": gettext_lazy("measured on"),
    "minutes": gettext_lazy("minutes"),
    "month_only": gettext_lazy("month only"),
    "n": gettext_lazy("number of answers"),
    "note": gettext_lazy("note"),
    "occurred_on": gettext_lazy("date"),
    "organisation": gettext_lazy("party"),
    "parties": gettext_lazy("parties"),
    "persons_reached": gettext_lazy("persons reached"),
    "pupils": gettext_lazy("pupils"),
    "quantity": gettext_lazy("number"),
    "reason": gettext_lazy("why cancelled"),
    "role": gettext_lazy("role"),
    "school": gettext_lazy("school"),
    "school_year": gettext_lazy("school year"),
    "source": gettext_lazy("source"),
    "starts_at": gettext_lazy("time"),
    "state": gettext_lazy("state"),
    "user": gettext_lazy("user"),
    "value": gettext_lazy("value"),
    "void_reason": gettext_lazy("why voided"),
    "voided": gettext_lazy("voided"),
    "year_label": gettext_lazy("school year"),
}
VALUES = {  # codes that are kept, of ``state`` and ``role``
    "planned": gettext_lazy("Planned"),
    "done": gettext_lazy("Done"),
    "cancelled": gettext_lazy("Cancelled"),
    "baseline": gettext_lazy("Before"),
    "follow_up": gettext_lazy("After"),
    "officer": gettext_lazy("Police officer"),
    "staff": gettext_lazy("Municipal staff"),
    "contributor": gettext_lazy("Municipal staff who log"),
    "coordinator": gettext_lazy("Coordinator"),
    "signatory": gettext_lazy("Signatory"),
}


@register.filter
def change_lines(change: Change) -> Iterator[dict[str, str]]:
    """label, old, new for each field that changed; "" where there was nothing."""
    for name, (old, new) in change.values.items():
        yield {"label": str(FIELDS.get(name, name)), "old": _words(name, old), "new": _words(name, new)}


def _words(name: str, value: Any) -> str:
    if value is None or value == [] or value is False:
        return ""
    if value is True:
        return _("yes")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if name == "school_year" and isinstance(value, int):
        return f"{value}/{(value + 1) % 100:02d}"
    return str(VALUES.get(value, value)) if name in ("state", "role") else str(value)
