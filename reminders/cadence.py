"""How often somebody is reminded, and whose turn it is on a day. Pure, no Django."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5


class Cadence(StrEnum):
    OFF = "off"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``weekday``: Monday 0 to Sunday 6; it matters only where the cadence is weekly. Holidays are weekdays."""

    cadence: Cadence
    weekday: int = 0

    def turn(self, day: date) -> date | None:
        """The day whose reminder is due on ``day``; the last such day where the weekly one has passed.

        It names the reminder, so that each is sent once. None: on such a day nothing is sent.
        """
        if self.cadence == Cadence.OFF or (self.cadence == Cadence.WEEKDAYS and day.weekday() >= SATURDAY):
            return None
        if self.cadence == Cadence.WEEKLY:
            return day - timedelta(days=(day.weekday() - self.weekday) % 7)
        return day

    def next_from(self, day: date) -> date | None:
        """The first day from ``day`` on that has its turn. None: never."""
        if self.cadence == Cadence.OFF:
            return None
        return next(
            one for one in (day + timedelta(days=ahead) for ahead in range(7)) if self.turn(one) == one
        )
