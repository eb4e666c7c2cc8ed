"""Numbers of the promise as people write them."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def plain_decimal(value: Decimal | None) -> str:
    """No more decimals than were measured: 56,50 -> "56,5"; "–" where it is not known."""
    return "–" if value is None else number_format(value.normalize(), use_l10n=True, force_grouping=True)
