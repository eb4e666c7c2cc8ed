"""Which number, and which day, judges after the parties have changed it. Pure, no Django (docs/adr/0012)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from reports.windows import Window


@dataclass(frozen=True, slots=True)
class Decision:
    """One standing decision on one commitment, as it is stored.

    ``wording``: the new one, "" where it stays. ``target``: the stored target's key, None where no number
    or day changes; ``minimum`` or ``due_on`` and ``reading`` are then its new ones.
    """

    commitment: int
    target: int | None
    decided_on: date
    recorded_on: date
    decided_by: tuple[str, ...]
    reference: str
    reason: str
    wording: str
    minimum: int | None
    reading: str
    due_on: date | None = None  # deliverable only


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """One decision as it is told: what stood before it and what it put there.

    ``old_wording`` and ``new_wording``: "" where the wording stayed. ``target``: its place among the commitment's
    targets, from 1, None where none of them changed. ``old_due`` and ``new_due``: deliverables only.
    """

    decided_on: date
    recorded_on: date
    decided_by: tuple[str, ...]
    reference: str
    reason: str
    old_wording: str = ""
    new_wording: str = ""
    target: int | None = None
    old_minimum: int | None = None
    new_minimum: int | None = None
    old_reading: str = ""
    new_reading: str = ""
    old_due: date | None = None
    new_due: date | None = None


class Terms(NamedTuple):
    """What a target is judged by and how that is read."""

    minimum: int | None
    reading: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """What a decision may change, as it was first promised. ``targets``: key and terms, in order."""

    wording: str
    targets: tuple[tuple[int, Terms], ...]


def minimum_by_window(
    windows: Sequence[Window], original: int, changes: Iterable[Decision]
) -> tuple[int, ...]:
    """The number that judges each window: the last one decided by the window's last day.

    A window that was over when a decision was taken keeps the number it had: a decision cannot undo a broken
    year, nor break a kept one. ``changes``: those of one target, in order of day.
    """
    decided = [(change.decided_on, change.minimum) for change in changes if change.minimum is not None]
    return tuple(
        next((minimum for day, minimum in reversed(decided) if day <= window.end), original)
        for window in windows
    )


def due_by(original: date, changes: Iterable[Decision]) -> date:
    """The day that judges a deliverable: the last one decided while the day that stood had not passed.

    The day itself is still time. A decision taken after it changes neither what was broken nor what was kept, and nor
    does any that follows. ``changes``: those of the target, in order of day.
    """
    due = original
    for change in changes:
        if change.due_on is not None and change.decided_on <= due:
            due = change.due_on
    return due


def told(original: Original, decisions: Iterable[Decision]) -> tuple[AmendmentLine, ...]:
    """Each decision of one commitment with what stood before it. ``decisions`` in order of day."""
    wording = original.wording
    places = {key: place for place, (key, _terms) in enumerate(original.targets, start=1)}
    now = dict(original.targets)
    lines = []
    for one in decisions:
        old = Terms(None, "") if one.target is None else now[one.target]
        lines.append(
            AmendmentLine(
                decided_on=one.decided_on,
                recorded_on=one.recorded_on,
                decided_by=one.decided_by,
                reference=one.reference,
                reason=one.reason,
                old_wording=wording if one.wording else "",
                new_wording=one.wording,
                target=None if one.target is None else places[one.target],
                old_minimum=old.minimum,
                new_minimum=one.minimum,
                old_reading=old.reading,
                new_reading=one.reading,
                old_due=old.due_on,
                new_due=one.due_on,
            )
        )
        wording = one.wording or wording
        if one.target is not None:
            now[one.target] = Terms(one.minimum, one.reading, one.due_on)
    return tuple(lines)
