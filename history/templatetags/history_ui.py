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
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("class"),
    "link": gettext_lazy("link"),
    "margin": gettext_lazy("margin of error"),
    "minutes": gettext_lazy("minutes"),
    "month_only": gettext_lazy("month only"),
    "n": gettext_lazy("number of answers"),
    "note": gettext_lazy("note"),
    "occurred_on": gettext_lazy("date"),
    "parties": gettext_lazy("parties"),
    "persons_reached": gettext_lazy("persons reached"),
    "pupils": gettext_lazy("pupils"),
    "quantity": gettext_lazy("number"),
    "reason": gettext_lazy("why cancelled"),
    "role": gettext_lazy("role"),
    "school": gettext_lazy("school"),
    "school_year": gettext_lazy("school year"),
    "starts_at": gettext_lazy("time"),
    "state": gettext_lazy("state"),
    "year_label": gettext_lazy("school year"),
}
VALUES = {
    "planned": gettext_lazy("Planned"),
    "done": gettext_lazy("Done"),
    "cancelled": gettext_lazy("Cancelled"),
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
    if name == "school_year":
        return f"{value}/{(value + 1) % 100:02d}"
    return str(VALUES.get(value, value)) if name == "state" else str(value)
