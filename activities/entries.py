"""A stored row read as an entry, and whether it is the entry that was sent."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from activities.choices import State
from activities.models import Activity
from activities.rules import ClassPresent, Entry
from history.models import Change
from history.services import plain
from promises.models import Commitment
from promises.permissions import Access

SCALARS = (
    "state", "asked_on", "occurred_on", "month_only", "starts_at", "minutes", "kind", "quantity", "persons_reached",
    "school", "school_year", "link", "note", "reason",
)  # fmt: skip


def entry_of(row: Activity) -> Entry:
    """The row as an entry: what a form begins with and what a correction is compared to."""
    return Entry(
        areas=tuple(row.areas.all()),
        parties=tuple(row.parties.all()),
        classes=tuple(
            ClassPresent(school_class=one.school_class, pupils_present=one.pupils_present)
            for one in row.attendance.all()  # with_names() has fetched them, for a list
        ),
        **{name: getattr(row, name) for name in SCALARS} | {"state": State(row.state)},
    )


def scalars(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in SCALARS} | {"reason": entry.reason.strip()}


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as history keeps it: one value a field, in words; what is empty is left out."""
    values = {item.name: getattr(entry, item.name) for item in fields(entry)}
    values["classes"] = [
        one.school_class.label
        if one.pupils_present is None
        else f"{one.school_class.label}: {one.pupils_present}"
        for one in entry.classes
    ]
    values["state"] = str(entry.state)
    # 0 is said (nobody came, none this month), False is not: 0 == False, so it is asked for by identity
    return {
        name: value
        for name, value in values.items()
        if value is not False and value not in (None, "", (), [])
    }


def began_as(row: Activity, entry: Entry) -> bool:
    """Whether the row was first stored with just this content: then it was sent twice, not changed in between."""
    first = Change.objects.of(row).filter(action=Change.Action.CREATED).get()
    content = {name: new for name, (_old, new) in first.values.items() if name != "review"}
    return content == plain(shown(entry))


def stored_as_sent(
    *,
    access: Access,
    commitment: Commitment,
    entry: Entry,
    client_keys: Collection[str],
    whole: Collection[int],
) -> Activity | None:
    """The person's own row with one of the keys, where nobody has changed its content and ``entry`` is the same.

    For an entry whose answer was lost, and that the rules or the register of today would refuse or call otherwise: by
    the rows it names, not by their names. ``whole``: ids of classes sent as "all", whatever number that is now.
    """
    rows = Activity.objects.visible_to(access).filter(
        promise=access.promise, commitment=commitment, logged_by=access.user, client_key__in=client_keys
    )
    untouched = {Change.Action.CREATED, Change.Action.APPROVED, Change.Action.RETURNED, Change.Action.VOIDED}
    for row in rows:
        changed = Change.objects.of(row).exclude(action__in=untouched).exists()
        if not changed and _content(entry_of(row), whole) == _content(entry, whole):
            return row
    return None


def _content(entry: Entry, whole: Collection[int]) -> dict[str, Any]:
    return {item.name: getattr(entry, item.name) for item in fields(entry)} | {
        "state": str(entry.state),
        "areas": {area.pk for area in entry.areas},
        "parties": {party.pk for party in entry.parties},
        "classes": {
            (one.school_class.pk, None if one.school_class.pk in whole else one.pupils_present)
            for one in entry.classes
        },
    }
