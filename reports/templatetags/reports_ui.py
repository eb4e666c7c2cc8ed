"""Words and numbers in templates: nothing is worked out here, only written."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django import template

from reports import labels, wording

register = template.Library()


@register.filter
def status_label(code: str) -> str:
    return labels.status_label(code)


@register.filter
def number(value: int | Decimal | Fraction | None) -> str:
    """None is written as a dash: nobody knows."""
    return "–" if value is None else wording.number(value)


@register.filter
def percent(share: Fraction | None) -> str:
    return wording.percent(share)


@register.filter
def window_title(label: str) -> str:
    return wording.window_title(label)


@register.filter
def long_date(day: date) -> str:
    return wording.long_date(day)


@register.filter
def iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
