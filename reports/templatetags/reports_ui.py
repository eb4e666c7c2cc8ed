"""Words and numbers in templates: nothing is worked out here, only written."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django import template

from reports import labels, wording
from reports.progress import WindowResult

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
def window_title(window: WindowResult) -> str:
    return wording.titled(window)


@register.filter
def long_date(day: date) -> str:
    return wording.long_date(day)


@register.filter
def iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
