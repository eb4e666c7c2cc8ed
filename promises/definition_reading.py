"""Reading a definition whose shape may be wrong: what is not as it should be is passed over, not an error."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from promises.yaml_file import child, quoted

Found = Iterator[tuple[str, str]]  # path, reason


def as_items(data: Any, key: str, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and content of each item of a list, as far as they are what they should be."""
    place = child(path, key)
    for number, item in enumerate(as_list(data, key)):
        if isinstance(item, dict):
            yield child(place, number), item


def as_list(data: Any, key: str) -> list[Any]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, list) else []


def as_day(data: Any, key: str) -> date | None:
    value = data.get(key) if isinstance(data, dict) else None
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def as_span(data: dict[str, Any]) -> tuple[date, date] | None:
    """The period, where it is one."""
    first, last = as_day(data.get("period"), "starts_on"), as_day(data.get("period"), "ends_on")
    if first is None or last is None or last < first:
        return None
    return first, last


def twice(items: Iterator[tuple[str, dict[str, Any]]], *keys: str) -> Found:
    """The same values under ``keys`` in two items, big and small letters alike; missing is no clash."""
    first: dict[tuple[str, ...], str] = {}
    for path, item in items:
        values = tuple(str(item.get(key)).casefold() for key in keys)
        if any(item.get(key) is None for key in keys):
            continue
        if values in first:
            shown = {"value": quoted(", ".join(str(item[key]) for key in keys)), "first": first[values]}
            yield child(path, keys[-1]), _("%(value)s stands twice; the first is %(first)s.") % shown
        first.setdefault(values, child(path, keys[-1]))
