"""Which number judges which stretch after the parties have changed it. Pure, no Django (docs/adr/0012)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reports.windows import Window


@dataclass(frozen=True, slots=True)
class Decision:
    """One standing decision on one commitment, as it is stored.

    ``wording``: the new one, "" where it stays. ``target``: the stored target's key, None where no number
    changes; ``minimum`` and ``reading`` are then its new ones.
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


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """One decision as it is told: what stood before it and what it put there.

    ``old_wording`` and ``new_wording``: "" where the wording stayed. ``target``: its place among the commitment's
    targets, from 1, None where no number changed.
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


@dataclass(frozen=True, slots=True)
class Original:
    """What a decision may change, as it was first promised. ``targets``: (key, minimum, reading) in order."""

    wording: str
    targets: tuple[tuple[int, int | None, str], ...]


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


def told(original: Original, decisions: Iterable[Decision]) -> tuple[AmendmentLine, ...]:
    """Each decision of one commitment with what stood before it. ``decisions`` in order of day."""
    wording = original.wording
    places = {key: place for place, (key, _minimum, _reading) in enumerate(original.targets, start=1)}
    now = {key: (minimum, reading) for key, minimum, reading in original.targets}
    lines = []
    for one in decisions:
        old_minimum, old_reading = (None, "") if one.target is None else now[one.target]
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
                old_minimum=old_minimum,
                new_minimum=one.minimum,
                old_reading=old_reading,
                new_reading=one.reading,
            )
        )
        wording = one.wording or wording
        if one.target is not None:
            now[one.target] = (one.minimum, one.reading)
    return tuple(lines)
