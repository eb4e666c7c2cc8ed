"""The words a promise can be judged by, and which of them is worse. Pure, no Django.

Codes are stable (docs/progress-json.md); labels are translated where they are shown
(reports/labels.py).
"""

from collections.abc import Collection, Iterable
from enum import StrEnum


class Status(StrEnum):
    UPCOMING = "upcoming"
    KEPT = "kept"
    ON_PACE = "on_pace"
    AT_RISK = "at_risk"
    BEHIND = "behind"
    NOT_KEPT = "not_kept"
    PARTLY_KEPT = "partly_kept"
    UNKNOWN = "unknown"
    CANNOT_ASSESS = "cannot_assess"
    NO_REQUESTS = "no_requests"
    JUDGED = "judged"


_WORST_FIRST = (
    Status.NOT_KEPT,
    Status.BEHIND,
    Status.CANNOT_ASSESS,
    Status.AT_RISK,
    Status.UNKNOWN,
    Status.PARTLY_KEPT,
    Status.ON_PACE,
    Status.UPCOMING,
    Status.JUDGED,
    Status.NO_REQUESTS,
    Status.KEPT,
)


_NOT_JUDGED = frozenset({Status.JUDGED, Status.NO_REQUESTS})


def of_commitment(statuses: Collection[Status]) -> Status:
    """The worst of its targets. What says nothing of how it went (no number, nobody asked) never hides what does.

    JUDGED where there is no target.
    """
    return worst(set(statuses) - _NOT_JUDGED or statuses or {Status.JUDGED})


def badness(status: Status) -> int:
    """0 for the one that needs somebody most; for sorting."""
    return _WORST_FIRST.index(status)


def worst(statuses: Iterable[Status]) -> Status:
    """The one that needs somebody most. ValueError on none."""
    return min(statuses, key=badness)
