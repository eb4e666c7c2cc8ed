"""What a phone tells when it sends an entry that it has kept: whose it is, when it was saved, what its clock says.

Nothing of it is trusted for what counts (docs/adr/0018): ``logged_at`` is when the entry came in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from accounts.models import User

RIGHT_ENOUGH = timedelta(minutes=5)
"""A clock that is less wrong is called right: the way of the entry through the network is in it too."""
LONGEST_WAIT = timedelta(days=366)
_MOST_SECONDS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SavedThere:
    """``at``: when "Save" was pressed, by our clock. ``clock_ahead``: seconds the phone's clock goes before ours
    (negative: after), 0 where it is right enough."""

    at: datetime
    clock_ahead: int = 0


def saved_there(saved: str, sent: str, *, now: datetime) -> SavedThere | None:
    """From the phone's own times of saving and of sending, ISO 8601 with zone. None where they cannot be true.

    How long the entry has waited is the difference of two readings of one clock, so a clock that goes a day wrong
    does no harm. One that was put back in between does, and then nothing is known.
    """
    try:
        saved_at, sent_at = datetime.fromisoformat(saved), datetime.fromisoformat(sent)
        waited, ahead = sent_at - saved_at, sent_at - now
    except (ValueError, TypeError, OverflowError):  # no time, no zone, the year 1
        return None
    if not timedelta(0) <= waited <= LONGEST_WAIT:
        return None
    seconds = 0 if abs(ahead) <= RIGHT_ENOUGH else int(ahead.total_seconds())
    return SavedThere(now - waited, max(-_MOST_SECONDS, min(_MOST_SECONDS, seconds)))


def writer_key(user: User) -> str:
    """Whose an entry on a phone is. Tells nobody who finds it there who that is."""
    return salted_hmac("activities.device.writer", str(user.pk)).hexdigest()[:20]
