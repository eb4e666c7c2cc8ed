"""The rows of a file that was sent in by browser, until they are stored (docs/adr/0022)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import Verdict
from activities.models.activity import Activity
from activities.models.batch import ImportBatch


class ImportRow(models.Model):
    """A row of a file that is not stored yet, as it was judged. ``number`` as a spreadsheet shows it.

    ``cells``: column -> text, without empty ones and without personal data, which is never kept. ``faults``: column,
    reason, and the value or None. ``changes``: column, old, new, where it would change ``activity``. ``key``: its id;
    ``mark``: the digest of its content. Of a stored file only the rows that changed something are kept: ``was`` is
    what the activity said before, ``version`` its version since.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    verdict = models.CharField(max_length=7, choices=Verdict)
    faults = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    key = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, blank=True)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="+")
    was = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="importrow_number_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="importrow_verdict_known"),
        ]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="importrow_by_verdict")]

    def __str__(self) -> str:
        return str(self.number)
