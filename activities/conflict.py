"""Two people at the same row: what both wrote, side by side, and a form that loses neither."""

from dataclasses import dataclass, fields, replace

from activities.choices import State
from activities.entries import entry_of, shown
from activities.models import Activity
from activities.rules import Entry
from activities.trail import content_after
from activities.wording import FIELDS, value_in_words
from history.models import Change
from history.services import plain


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    typed: str
    saved: str


def differences(typed: Entry, saved: Entry) -> list[Difference]:
    """The fields in which two versions differ, in words."""
    yours, theirs = plain(shown(typed)), plain(shown(saved))
    return [
        Difference(
            str(label),
            value_in_words(name, yours.get(name), month_only=typed.month_only),
            value_in_words(name, theirs.get(name), month_only=saved.month_only),
        )
        for name, label in FIELDS.items()
        if yours.get(name) != theirs.get(name)
    ]


def merged(typed: Entry, *, current: Activity, seen: int) -> Entry:
    """``typed``, with what the person left as it was in version ``seen`` taken from ``current``.

    So saving once more changes only what the person changed, and does not take back what somebody else did.
    Where both changed a field, what was typed stays.
    """
    saved = entry_of(current)
    changes = list(Change.objects.of(current).order_by("at", "pk"))
    if seen > len(changes):
        return typed
    before, yours = content_after(changes[:seen]), plain(shown(typed))
    untouched = {
        item.name: getattr(saved, item.name)
        for item in fields(Entry)
        if before.get(item.name) == yours.get(item.name)
    }
    entry = replace(typed, **untouched)
    return replace(entry, state=State.DONE, reason="") if saved.state == State.DONE else entry
