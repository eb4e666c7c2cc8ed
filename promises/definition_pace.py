"""What is wrong with the scope and the pace of a definition's targets: areas, calendars, months, school terms."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from promises import school_terms
from promises.definition_reading import Found, as_day, as_items, as_list, twice
from promises.yaml_file import child, quoted

PACED = {"count", "rate", "coverage"}  # kinds with a number to reach step by step


def pace_problems(data: dict[str, Any]) -> Found:
    for path, commitment in as_items(data, "commitments"):
        for place, target in as_items(commitment, "targets", path):
            yield from _calendar(target, place)
            if target.get("scope") == "each_area":
                yield from _each_area(data, commitment, target, place)
    yield from _terms(data)
    name = data.get("school_terms_from")
    if isinstance(name, str) and name not in school_terms.names():
        shown = {"value": quoted(name), "known": ", ".join(school_terms.names())}
        yield (
            "school_terms_from",
            _("There are no school terms called %(value)s. There are: %(known)s.") % shown,
        )
    if name is not None and "school_terms" in data:
        yield "school_terms_from", _("Write the school terms or name them, not both.")


def _each_area(data: dict[str, Any], commitment: dict[str, Any], target: dict[str, Any], place: str) -> Found:
    if target.get("kind") not in {"count", "rate"}:
        yield f"{place}.scope", _("Only a count or a rate can hold in each area by itself.")
    elif commitment.get("areas") == "none" or not as_list(data, "areas"):
        yield f"{place}.scope", _("What is logged here has no areas, so none can be counted by itself.")


def _calendar(target: dict[str, Any], place: str) -> Found:
    calendar = target.get("calendar")
    if calendar not in {None, "even"} and target.get("kind") not in PACED:
        yield f"{place}.calendar", _("This kind of target has no pace. Take the calendar out.")
    weights = as_list(target, "month_weights")
    if calendar == "monthly_weights" and "month_weights" not in target:
        yield f"{place}.month_weights", _("This key is missing.")
    elif calendar != "monthly_weights" and "month_weights" in target:
        yield f"{place}.month_weights", _("Weights go with the calendar monthly_weights only.")
    elif calendar == "monthly_weights":
        numbers = [weight for weight in weights if isinstance(weight, int | Decimal)]
        if len(weights) != 12 or not any(numbers):
            yield f"{place}.month_weights", _("Twelve weights are needed, January first, and one above 0.")
        for number, weight in enumerate(weights):
            if isinstance(weight, Decimal) and weight != round(weight, 2):
                yield (
                    child(f"{place}.month_weights", number),
                    _("At most two decimals are kept. Round the value."),
                )


def _terms(data: dict[str, Any]) -> Found:
    yield from twice(as_items(data, "school_terms"), "name")
    yield from _in_order(data, "school_terms", "")
    for path, term in as_items(data, "school_terms"):
        yield from _in_order(term, "breaks", path)
        first, last = as_day(term, "first_day"), as_day(term, "last_day")
        for place, one in as_items(term, "breaks", path):
            for key in ("first_day", "last_day"):
                day = as_day(one, key)
                if day and first and last and first <= last and not first <= day <= last:
                    shown = {"day": day, "first": first, "last": last}
                    yield f"{place}.{key}", _("%(day)s lies outside the term, %(first)s – %(last)s.") % shown


def _in_order(data: dict[str, Any], key: str, path: str) -> Found:
    """Each ends after it starts, and begins after the one before it has ended."""
    before: date | None = None
    for place, one in as_items(data, key, path):
        first, last = as_day(one, "first_day"), as_day(one, "last_day")
        if first is None or last is None:
            continue
        if last < first:
            days = {"last": last, "first": first}
            yield f"{place}.last_day", _("The last day, %(last)s, comes before the first, %(first)s.") % days
        elif before is not None and first <= before:
            shown = {"first": first, "before": before}
            yield (
                f"{place}.first_day",
                _("%(first)s is not after %(before)s, where the one before ends.") % shown,
            )
        before = last
