"""Closed lists of the reminders app: what is reminded of, whom it concerns, and how often without a choice."""

from django.db import models
from django.utils.dates import WEEKDAYS as DAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from promises.permissions import Action
from reminders.cadence import Cadence, Rhythm


class Kind(models.TextChoices):
    """The order is that of a mail: one's own first, then what others wait for."""

    PLANS = "plans", _("What you planned and have not marked")
    RETURNED = "returned", _("What was sent back to you")
    REVIEW = "review", _("What waits for your review")
    OVERVIEW = "overview", _("What needs you in the promise")


WHAT = {
    Kind.PLANS: _(
        "Activities you planned for a day that has passed, and that are neither done nor cancelled."
    ),
    Kind.RETURNED: _("Activities a coordinator wants you to put right or answer about."),
    Kind.REVIEW: _("How many activities wait for review, and since when."),
    Kind.OVERVIEW: _(
        "Commitments that are behind, missing numbers and classes, and what others planned and have not marked."
    ),
}

NEEDED = {
    Kind.PLANS: Action.LOG,
    Kind.RETURNED: Action.LOG,
    Kind.REVIEW: Action.REVIEW,
    Kind.OVERVIEW: Action.REVIEW,
}
"""Whom it concerns: those who may do something about it."""

ONLY_WITH_REVIEW = frozenset({Kind.RETURNED, Kind.REVIEW})

CADENCES = [
    (Cadence.OFF.value, _("Never")),
    (Cadence.DAILY.value, _("Every day")),
    (Cadence.WEEKDAYS.value, _("Monday to Friday")),
    (Cadence.WEEKLY.value, _("Once a week")),
]

WEEKDAYS = [(number, capfirst(name)) for number, name in DAYS.items()]

USUAL = {
    Kind.PLANS: Rhythm(Cadence.WEEKDAYS),
    Kind.RETURNED: Rhythm(Cadence.WEEKDAYS),
    Kind.REVIEW: Rhythm(Cadence.WEEKDAYS),
    Kind.OVERVIEW: Rhythm(Cadence.WEEKLY),
}
"""Of whoever has chosen nothing."""


class Sending(models.TextChoices):
    """``BEGUN`` is stored before the mail is handed over. Left behind, it may have been sent: never sent again."""

    BEGUN = "begun", _("Begun")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused")
