"""Which day a page or a file speaks of when nobody has chosen one."""

from datetime import date

from promises.models import Promise


def default_as_of(promise: Promise, today: date) -> date:
    """Today while the promise runs, its last day afterwards: what is over stands still."""
    return min(today, promise.ends_on)
