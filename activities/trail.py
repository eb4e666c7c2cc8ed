"""The history of one row, as one reader may see it.

A row of a commitment that is secret until done begins, for others than the police, when it became done: as if
it had been logged just then, with what it said then. Nothing tells that there was more before (OSL 18:1-2).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.choices import State
from activities.models import Activity
from activities.wording import FIELDS, value_in_words
from history.models import Change
from promises.permissions import Access


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act on the row. ``began``: it came into being here, so there is only what it said.
    ``by_exception``: in a locked period, by somebody who had an exception."""

    at: datetime
    by: str
    what: str
    began: bool
    fields: tuple[FieldChange, ...]
    why: str
    by_exception: bool = False


def trail(row: Activity, access: Access) -> list[Step]:
    """Newest first. One query."""
    changes = list(Change.objects.of(row).select_related("by").order_by("at", "pk"))
    if row.commitment.confidential_until_done and not access.is_police:
        changes = _from_done_on(changes)
    return [_step(one, month_only=row.month_only) for one in reversed(changes)]


def hidden_steps(row: Activity, access: Access) -> int:
    """How many of the row's first changes the reader may not know of.

    Versions count changes: a page shows, and takes, versions without these.
    """
    if access.is_police or not row.commitment.confidential_until_done:
        return 0
    changes = Change.objects.of(row).order_by("at", "pk")
    return next((index for index, one in enumerate(changes) if _became_done(one)), 0)


def content_after(changes: Iterable[Change]) -> dict[str, Any]:
    """What a row said after these changes, oldest first: field -> value as history keeps it."""
    content: dict[str, Any] = {}
    for one in changes:
        for name, (_old, new) in one.values.items():
            if new is None:
                content.pop(name, None)
            else:
                content[name] = new
    return content


def _became_done(one: Change) -> bool:
    return bool(one.values.get("state", [None, None])[1] == State.DONE)


def _from_done_on(changes: list[Change]) -> list[Change]:
    began = opening(changes)
    return [began, *(one for one in changes if (one.at, one.pk) > (began.at, began.pk))] if began else []


def opening(changes: list[Change]) -> Change | None:
    """The act by which a row became done, as if it had been logged just then; None where it is not done yet.

    ``changes``: all of the row's, oldest first. It has the number of the act that it stands for, and is never stored.
    """
    for index, one in enumerate(changes):
        if _became_done(one):
            content = content_after(changes[: index + 1])
            content.pop("erased", None)  # it is gone since before there was a row to know of
            return Change(
                pk=one.pk,
                at=one.at,
                by=one.by,
                source=one.source,
                action=Change.Action.CREATED,
                values={name: [None, value] for name, value in content.items()},
                exception_id=one.exception_id,
            )
    return None


def field_changes(one: Change, *, month_only: bool) -> tuple[FieldChange, ...]:
    """What an act changed in a row, in words, in the order of the page."""

    def words(name: str) -> tuple[str, str]:
        old, new = one.values[name]
        if name == "evidence" and isinstance(old, list) and isinstance(new, list):
            old, new = _without(old, new), _without(new, old)  # what went and what came, not all there is
        return value_in_words(name, old, month_only=month_only), value_in_words(
            name, new, month_only=month_only
        )

    return tuple(
        FieldChange(str(label), *words(name)) for name, label in FIELDS.items() if name in one.values
    )


def _step(one: Change, *, month_only: bool) -> Step:
    return Step(
        at=one.at,
        by=str(one.by or one.source),
        what=str(Change.Action(one.action).label),
        began=one.action == Change.Action.CREATED,
        fields=field_changes(one, month_only=month_only),
        why=one.reason,
        by_exception=one.exception_id is not None,
    )


def _without(names: list[str], others: list[str]) -> list[str]:
    """Two pictures without a title have one name: each takes away one."""
    left = Counter(names) - Counter(others)
    return [name for name, number in left.items() for _time in range(number)]
