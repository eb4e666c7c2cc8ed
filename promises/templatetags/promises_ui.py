"""Numbers of the promise as people write them, and the history of a class in words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from history.models import Change
from promises import school_year

register = template.Library()

CLASS_FIELDS = {
    "school": _("school"),
    "year_label": _("school year"),
    "school_year": _("school year"),
    "grade": _("grade"),
    "label": _("class"),
    "pupils": _("pupils"),
    "pupils_from": _("number of pupils holds from"),
    "opened_on": _("began on"),
    "closed_on": _("ended on"),
    "closed_reason": _("why it ended"),
    "merged_into": _("merged into"),
}
"""As ``registering.class_shown`` and the loader of definitions name them."""


@register.filter
def plain_decimal(value: Decimal | None) -> str:
    """No more decimals than were measured: 56,50 -> "56,5"; "–" where it is not known."""
    return "–" if value is None else number_format(value.normalize(), use_l10n=True, force_grouping=True)


@register.filter
def change_lines(change: Change) -> Iterator[dict[str, str]]:
    """label, old, new for each field of a class that changed; "" where there was nothing."""
    for name, (old, new) in change.values.items():
        yield {
            "label": str(CLASS_FIELDS.get(name, name)),
            "old": _written(name, old),
            "new": _written(name, new),
        }


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    return school_year.label(value) if name == "school_year" else str(value)
