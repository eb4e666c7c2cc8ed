"""Files of activities that were sent in by browser (docs/adr/0022)."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.choices import BatchState
from activities.models.numbers import new_number
from promises.models import Promise
from promises.permissions import Access
from promises.validators import no_personal_data

PATIENCE = timedelta(seconds=90)
"""Longer than the one transaction that stores the largest file, during which nothing is heard."""


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, access: Access) -> Self:
        """What the police's coordinators send in may hold plans under secrecy, and how many: the municipality's see
        the files of the municipality."""
        batches = self.filter(promise=access.promise)
        return batches if access.is_police else batches.filter(sees_plans=False)

    def done(self) -> Self:
        """Stored, and perhaps taken back since."""
        return self.filter(state__in=[BatchState.STORED, BatchState.UNDONE])


class ImportBatch(models.Model):
    """One file. ``sees_plans``: whether whoever sent it may know of plans under secrecy; by that it is judged, whoever
    stores it. ``file_name`` is empty where it looked like personal data. ``columns``: the file's, in its order.
    ``rows``: how many it had; ``progress``: how many have been gone through while it is being stored, ``beat_at``:
    when that was said last, ``attempt``: which try it is. ``added``, ``corrected``, ``unchanged``: what storing did.
    """

    id = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    sees_plans = models.BooleanField()
    file_name = models.CharField(_("file"), max_length=120, blank=True, validators=[no_personal_data])
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=8, choices=BatchState, default=BatchState.CHECKED)
    attempt = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(_("read in"), null=True, blank=True)
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    added = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_reason = models.CharField(max_length=200, blank=True, validators=[no_personal_data])

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="importbatch_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["checked", "storing"], stored_at=None, stored_by=None)
                | Q(state__in=["stored", "undone"], stored_at__isnull=False, stored_by__isnull=False),
                name="importbatch_stored_at_and_by",
            ),
            models.CheckConstraint(
                condition=(~Q(state="undone") & Q(undone_at=None, undone_by=None, undo_reason=""))
                | (Q(state="undone", undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="importbatch_undone_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["promise", "-at"], name="importbatch_of_promise")]

    def __str__(self) -> str:
        day = timezone.localtime(self.stored_at or self.at)
        return f"{day:%Y-%m-%d %H:%M} {self.file_name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("imports:detail", args=[self.promise.slug, self.pk])

    def is_broken_off(self, now: datetime) -> bool:
        """Storing was begun and has not been heard of for a while: the server was stopped, and nothing is stored."""
        return self.state == BatchState.STORING and (self.beat_at is None or now - self.beat_at > PATIENCE)

    @property
    def is_stored(self) -> bool:
        return self.state == BatchState.STORED

    @property
    def is_undone(self) -> bool:
        return self.state == BatchState.UNDONE

    @property
    def is_open(self) -> bool:
        """Neither stored nor taken back: its rows are still here."""
        return self.state in (BatchState.CHECKED, BatchState.STORING)
