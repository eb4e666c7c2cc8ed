"""Decisions that change what was promised. The original stands where it was written; these stand beside it."""

from datetime import timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from history.kept import KeptModel, KeptQuerySet
from promises.choices import TargetKind
from promises.models.commitment import Commitment, Target
from promises.validators import no_personal_data

MAX_REASON = 1000
EARLIEST = timedelta(days=366)  # before the promise's first day: an older decision was about another promise


class AmendmentQuerySet(KeptQuerySet):
    def standing(self) -> Self:
        return self.filter(voided_on=None)


class Amendment(KeptModel):
    """One dated decision on one commitment (docs/adr/0012). Never changed; one that is wrong is voided.

    ``wording``: the new one, "" where it stays. ``target`` with its new ``reading`` and what it is judged by:
    ``minimum``, a deliverable's ``due_on``, nothing more where there is neither; or none of them. ``recorded_on``:
    when it came into the system, on or after the day of the decision.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="amendments")
    decided_on = models.DateField(_("decided on"))
    decided_by = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("decided by"))
    reference = models.CharField(_("reference"), max_length=120, blank=True, validators=[no_personal_data])
    reason = models.TextField(_("reason"), max_length=MAX_REASON, validators=[no_personal_data])
    wording = models.TextField(_("new wording"), blank=True, validators=[no_personal_data])
    target = models.ForeignKey(
        Target, models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name=_("target")
    )
    minimum = models.PositiveIntegerField(_("new number"), null=True, blank=True)
    due_on = models.DateField(_("new day"), null=True, blank=True)
    reading = models.TextField(_("new reading"), blank=True, validators=[no_personal_data])
    recorded_on = models.DateField(_("recorded on"), default=timezone.localdate)
    voided_on = models.DateField(_("voided on"), null=True, blank=True)
    void_reason = models.CharField(_("why"), max_length=200, blank=True, validators=[no_personal_data])

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["decided_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_reason"),
            models.CheckConstraint(
                condition=~Q(wording="") | Q(target__isnull=False), name="amendment_changes_something"
            ),
            models.CheckConstraint(
                # which of number and day belongs to the target depends on its kind: see clean()
                condition=Q(target=None, minimum=None, due_on=None, reading="")
                | (
                    Q(target__isnull=False)
                    & ~Q(reading="")
                    & (Q(minimum=None) | Q(minimum__gte=1, due_on=None))
                ),
                name="amendment_target_whole",
                violation_error_message=_("Write both the new number, at least 1, and how it is read."),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__lte=F("recorded_on")),
                name="amendment_not_before_decision",
                violation_error_message=_("The day of the decision has not come yet."),
            ),
            models.CheckConstraint(
                condition=Q(voided_on=None, void_reason="")
                | (Q(voided_on__isnull=False) & ~Q(void_reason="")),
                name="amendment_voided_with_reason",
            ),
            models.UniqueConstraint(
                fields=["target", "decided_on"],
                condition=Q(voided_on=None, target__isnull=False),
                name="amendment_target_once_a_day",
                violation_error_message=_(
                    "The target was changed on this day already. Void that change first."
                ),
            ),
            models.UniqueConstraint(
                fields=["commitment", "decided_on"],
                condition=Q(voided_on=None) & ~Q(wording=""),
                name="amendment_wording_once_a_day",
                violation_error_message=_(
                    "The wording was changed on this day already. Void that change first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment} {self.decided_on}"

    def clean(self) -> None:
        """A decision within the promise's life, on a target of its own commitment."""
        promise = self.commitment.promise
        if self.target is not None and self.target.commitment_id != self.commitment_id:
            raise ValidationError({"target": _("The target belongs to another commitment.")})
        self._check_terms()
        if self.decided_on is None:
            return  # the field says so itself
        if self.decided_on > self.recorded_on:
            raise ValidationError(
                {
                    "decided_on": _("%(day)s has not come yet. Choose a day up to today.")
                    % {"day": self.decided_on}
                }
            )
        first, last = promise.starts_on - EARLIEST, promise.ends_on
        if not first <= self.decided_on <= last:
            raise ValidationError(
                {
                    "decided_on": _("Choose a day from %(first)s to the promise's last day, %(last)s.")
                    % {"first": first, "last": last}
                }
            )

    def _check_terms(self) -> None:
        """A target with a number gets a number, a deliverable a day within the promise, the others neither."""
        if self.target is None:
            return
        has_number, has_day = (
            self.target.minimum is not None,
            self.target.kind == TargetKind.DELIVERABLE,
        )
        if has_number and self.minimum is None:
            raise ValidationError(_("Write both the new number, at least 1, and how it is read."))
        if has_day and self.due_on is None:
            raise ValidationError({"due_on": _("Write the new day.")})
        if self.minimum is not None and not has_number:
            raise ValidationError({"minimum": _("The target has no number that a decision could change.")})
        if self.due_on is None:
            return
        if not has_day:
            raise ValidationError({"due_on": _("The target has no day that a decision could change.")})
        promise = self.commitment.promise
        if not promise.starts_on <= self.due_on <= promise.ends_on:
            shown = {"day": self.due_on, "first": promise.starts_on, "last": promise.ends_on}
            text = _("The day %(day)s lies outside the period %(first)s – %(last)s.")
            raise ValidationError({"due_on": text % shown})
