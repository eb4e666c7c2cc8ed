from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from promises.models import SchoolClass
from promises.models.register import MAX_PUPILS


class Attendance(models.Model):
    """A class that a meeting is for. ``pupils_present`` None: planned, or nobody counted."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="attendance")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="+", verbose_name=_("class"))
    pupils_present = models.PositiveSmallIntegerField(_("pupils present"), null=True, blank=True)

    class Meta:
        verbose_name = _("class met")
        verbose_name_plural = _("classes met")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "school_class"], name="attendance_class_once"),
            models.CheckConstraint(
                condition=Q(pupils_present__isnull=True) | Q(pupils_present__range=(1, MAX_PUPILS)),
                name="attendance_pupils_1_to_60",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_class}: {self.pupils_present}"
