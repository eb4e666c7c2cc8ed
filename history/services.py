"""The one way to write history."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import User
from history.models import Change


def named_source(text: str) -> str:
    """What is written down as the way an act came, as much of it as there is room for."""
    return text[: Change._meta.get_field("source").max_length].strip()


def plain(value: Any) -> Any:
    """As JSON keeps it: days and times in ISO, decimals as text, rows by their name, lists item by item."""
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | models.QuerySet):
        return [plain(item) for item in value]
    return value


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """field -> [old, new] for the fields that differ; a field missing on one side is None there."""
    names = [*new, *(name for name in old if name not in new)]
    pairs = {name: [plain(old.get(name)), plain(new.get(name))] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def change(
    subject: models.Model,
    *,
    action: Change.Action,
    by: User | None,
    source: str = "",
    promise_id: int | None = None,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    reason: str = "",
    exception_id: int | None = None,
) -> Change:
    """A history row, not yet stored. ValueError where nobody and nothing is named as its origin."""
    if by is None and not source:
        raise ValueError("history needs a person or a source")
    return Change(
        by=by,
        source=source,
        promise_id=promise_id,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        action=action,
        values=difference(old, new),
        reason=reason,
        exception_id=exception_id,
    )


def record(subject: models.Model, **what: Any) -> Change:
    """Store what happened to a row, in the caller's transaction. Takes what ``change`` takes."""
    row = change(subject, **what)
    row.save()
    return row
