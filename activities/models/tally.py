"""Running totals: what the counted rows of a day add up to, kept as the rows change (docs/adr/0013)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from promises.models import Commitment


class Axis(models.TextChoices):
    """What a total is by; ``Tally.member`` says which one."""

    ALL = "all", _("in all")  # every row once; the others have quantity, rows and batches only
    AREA = "area", _("area")  # 0: rows that name no area
    KIND = "kind", _("kind")
    PARTY = "party", _("party")
    CLASS = "class", _("class")  # ``present``: pupils present, 0 where nobody wrote how many
    KNOWN = "known", _("known")  # every row once, on the later of its own day and the day it became known

    # The same for whole months, on their first day: a page adds up at most so many, and the days of the last month.
    MONTH_ALL = "all-m", _("in all, month")
    MONTH_AREA = "area-m", _("area, month")
    MONTH_KIND = "kind-m", _("kind, month")
    MONTH_PARTY = "party-m", _("party, month")
    MONTH_KNOWN = "known-m", _("known, month")


MONTHS = {
    Axis.ALL: Axis.MONTH_ALL,
    Axis.AREA: Axis.MONTH_AREA,
    Axis.KIND: Axis.MONTH_KIND,
    Axis.PARTY: Axis.MONTH_PARTY,
    Axis.KNOWN: Axis.MONTH_KNOWN,
}
"""The axis of a day's total -> that of its month."""

MEASURES = (
    "quantity",
    "rows",
    "rows_done",  # not nil reports
    "batches",  # rows for several events, or for a whole month
    "minutes",
    "rows_with_minutes",
    "reached",
    "rows_with_reached",
    "rows_joint",  # with two parties or more
    "rows_overlapping",  # in two areas or more
)


class Tally(models.Model):
    """Sums over the counted rows of one commitment on one day of the promise, or in one month. Derived, all of it.

    Written by activities/tallies.py alone, in the transaction that changes the rows. A total that has gone down to
    nothing stays, with zeros.
    """

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="+", db_index=False
    )  # see tally_once
    axis = models.CharField(max_length=7, choices=Axis)
    day = models.DateField()
    member = models.BigIntegerField(default=0)
    present = models.PositiveSmallIntegerField(default=0)
    quantity = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    batches = models.BigIntegerField(default=0)
    minutes = models.BigIntegerField(default=0)
    rows_with_minutes = models.BigIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    rows_with_reached = models.BigIntegerField(default=0)
    rows_joint = models.BigIntegerField(default=0)
    rows_overlapping = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # In this order its index also serves every read: one commitment, one axis, a stretch of days.
            models.UniqueConstraint(
                fields=["commitment", "axis", "day", "member", "present"], name="tally_once"
            ),
            models.CheckConstraint(condition=Q(axis__in=Axis.values), name="tally_axis_known"),
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 0 for name in MEASURES}), name="tally_never_below_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.day} {self.axis} {self.member}: {self.quantity}"
