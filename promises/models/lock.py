"""Periods in which nothing changes any more, and who may change something there all the same (docs/adr/0023)."""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from history.kept import KeptModel, KeptQuerySet
from promises.models.promise import Promise
from promises.validators import no_personal_data


class PeriodLockQuerySet(KeptQuerySet):
    def standing(self) -> Self:
        return self.filter(unlocked_at=None)

    def touching(self, first: date, last: date) -> Self:
        """Those with a day from ``first`` to ``last``, both included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


class PeriodLock(KeptModel):
    """From ``first_day`` to ``last_day``, both included. Unlocked with a reason, never deleted.

    Standing locks of a promise have no day in common; ``Promise.locked_until`` is the last day of the last one.
    """

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="locks")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("up to and including"))
    reason = models.CharField(_("why locked"), max_length=200, validators=[no_personal_data])
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(default=timezone.now)
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unlocked_at = models.DateTimeField(null=True, blank=True)
    unlock_reason = models.CharField(
        _("why unlocked"), max_length=200, blank=True, validators=[no_personal_data]
    )

    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("locked period")
        verbose_name_plural = _("locked periods")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="periodlock_ends_after_start",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="periodlock_has_reason"),
            models.CheckConstraint(
                condition=Q(unlocked_at=None, unlocked_by=None, unlock_reason="")
                | (Q(unlocked_at__isnull=False, unlocked_by__isnull=False) & ~Q(unlock_reason="")),
                name="periodlock_unlocked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day.isoformat()} – {self.last_day.isoformat()}"

    @property
    def is_standing(self) -> bool:
        return self.unlocked_at is None

    def touches(self, first: date, last: date) -> bool:
        return self.first_day <= last and first <= self.last_day


class LockExceptionQuerySet(KeptQuerySet):
    def valid(self, at: datetime) -> Self:
        """``until`` itself is no longer within."""
        return self.filter(ended_at=None, until__gt=at, lock__unlocked_at=None)


class LockException(KeptModel):
    """One person may change what is in one locked period, until a moment. What they do is marked in the history."""

    lock = models.ForeignKey(PeriodLock, models.PROTECT, related_name="exceptions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("for whom")
    )
    reason = models.CharField(_("why"), max_length=200, validators=[no_personal_data])
    until = models.DateTimeField(_("up to"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LockExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception from a locked period")
        verbose_name_plural = _("exceptions from locked periods")
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("granted_at")), name="lockexception_lies_ahead"),
            models.CheckConstraint(condition=~Q(reason=""), name="lockexception_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="lockexception_ended_by_and_at_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.lock}"

    @property
    def last_day(self) -> date:
        """The last day of which some part lies before ``until``."""
        return timezone.localtime(self.until - timedelta(microseconds=1)).date()

    def is_valid(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.until and self.lock.is_standing

    @property
    def is_own(self) -> bool:
        """Granted by the person whom it is for."""
        return self.user_id == self.granted_by_id
