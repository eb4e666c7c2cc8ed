"""What statuses are called on screen and in documents; translated when shown."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import State
from reports.status import Status

STATUS_LABELS: dict[Status, LazyText | str] = {
    Status.UPCOMING: pgettext_lazy("status", "Upcoming"),
    Status.KEPT: pgettext_lazy("status", "Kept"),
    Status.ON_PACE: pgettext_lazy("status", "On pace"),
    Status.AT_RISK: pgettext_lazy("status", "At risk"),
    Status.BEHIND: pgettext_lazy("status", "Behind"),
    Status.NOT_KEPT: pgettext_lazy("status", "Not kept"),
    Status.PARTLY_KEPT: pgettext_lazy("status", "Partly kept"),
    Status.UNKNOWN: pgettext_lazy("status", "Not known"),
    Status.CANNOT_ASSESS: pgettext_lazy("status", "Cannot be assessed"),
    Status.NO_REQUESTS: pgettext_lazy("status", "No requests"),
    Status.JUDGED: pgettext_lazy("status", "Judged in words"),
}

_LOOKS = {
    Status.KEPT: "kept",
    Status.ON_PACE: "on_pace",
    Status.AT_RISK: "at_risk",
    Status.PARTLY_KEPT: "at_risk",
    Status.BEHIND: "behind",
    Status.NOT_KEPT: "behind",
}


def status_label(code: str) -> str:
    """The word for a status of a target, or for the state of an activity ("planned", "voided")."""
    if code == "voided":
        return str(_("Voided"))
    if code in State.values:
        return str(State(code).label)
    return str(STATUS_LABELS[Status(code)])


def status_look(code: str) -> str:
    """The one of five looks a status has: kept, on_pace, at_risk, behind, unknown."""
    return _LOOKS.get(Status(code), "unknown")
