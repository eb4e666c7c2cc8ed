"""How a promise stands, in short: what its line in the overview is written from. Pure, no Django.

Data and no words, so that it can be kept for readers of every language (reports/queries/standings.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reports.status import Status, of_commitment

NEEDS_SOMEBODY = frozenset({Status.BEHIND, Status.AT_RISK, Status.UNKNOWN, Status.CANNOT_ASSESS})
UNJUDGED = frozenset({Status.JUDGED, Status.UPCOMING, Status.NO_REQUESTS})


class Phase(StrEnum):
    """Where a promise is, what needs somebody first; the value stands in the overview's address."""

    NEEDS = "behover"
    RUNNING = "pagar"
    UPCOMING = "kommande"
    ENDED = "avslutat"


@dataclass(frozen=True, slots=True)
class LineStanding:
    number: int
    short_title: str
    status: Status
    on_track: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """``logged_at``: when the promise last got a row that everybody in it may see; ``logged_at_police``: that the
    police may see. The reader is shown one of the two (OSL 18:1-2)."""

    lines: tuple[LineStanding, ...]
    has_rows: bool
    logged_at: datetime | None
    logged_at_police: datetime | None

    @property
    def judged(self) -> tuple[LineStanding, ...]:
        return tuple(line for line in self.lines if line.status not in UNJUDGED)

    @property
    def on_track(self) -> int:
        return sum(line.on_track for line in self.judged)

    @property
    def kept(self) -> int:
        return sum(line.status == Status.KEPT for line in self.judged)

    @property
    def worst(self) -> LineStanding | None:
        """The first of the worst. None of no commitments."""
        if not self.lines:
            return None
        status = of_commitment([line.status for line in self.lines])
        return next(line for line in self.lines if line.status == status)

    def phase(self, *, starts_on: date, ends_on: date, today: date) -> Phase:
        """On its last day a promise is over, as everywhere (docs/adr/0003)."""
        if today < starts_on:
            return Phase.UPCOMING
        if today >= ends_on:
            return Phase.ENDED
        needs = any(line.status in NEEDS_SOMEBODY for line in self.lines)
        return Phase.NEEDS if needs else Phase.RUNNING

    def plain(self) -> tuple[object, ...]:
        """What the cache keeps: only tuples, texts, numbers and moments, whatever becomes of this class."""
        lines = tuple((row.number, row.short_title, str(row.status), row.on_track) for row in self.lines)
        return lines, self.has_rows, self.logged_at, self.logged_at_police


def standing_of(
    lines: Iterable[Sequence[object]], has_rows: bool, logged_at: object, logged_at_police: object
) -> Standing:
    """From ``Standing.plain()``. Errors: ValueError and TypeError on anything else."""
    return Standing(
        tuple(
            LineStanding(int(str(number)), str(title), Status(str(status)), bool(on_track))
            for number, title, status, on_track in lines
        ),
        bool(has_rows),
        logged_at if isinstance(logged_at, datetime) else None,
        logged_at_police if isinstance(logged_at_police, datetime) else None,
    )
