"""The class register: which classes there are to meet, läsår by läsår. No pupils, only how many."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history.kept import KeptModel, KeptQuerySet
from promises import school_year
from promises.models.promise import Promise
from promises.validators import no_personal_data

MAX_PUPILS = 60


class School(models.Model):
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="schools")
    name = models.CharField(_("name"), max_length=80, validators=[no_personal_data])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "name"], name="school_name_unique_in_promise")
        ]

    def __str__(self) -> str:
        return self.name


class SchoolClass(KeptModel):
    """A class in one läsår. ``pupils`` None: nobody has said how many. Closed classes stay, with day and reason."""

    school = models.ForeignKey(School, models.PROTECT, related_name="classes", verbose_name=_("school"))
    school_year = models.PositiveSmallIntegerField(_("school year"))  # the year it starts in: 2019 is 2019/20
    grade = models.PositiveSmallIntegerField(_("grade"))
    label = models.CharField(_("class"), max_length=20, validators=[no_personal_data])
    pupils = models.PositiveSmallIntegerField(_("pupils"), null=True, blank=True)
    closed_on = models.DateField(_("ended on"), null=True, blank=True)
    closed_reason = models.CharField(_("why"), max_length=200, blank=True, validators=[no_personal_data])
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("school class")
        verbose_name_plural = _("school classes")
        ordering = ["school__position", "school", "school_year", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "label"],
                name="schoolclass_once_a_year",
                violation_error_message=_("The class is in the register already."),
            ),
            models.CheckConstraint(
                condition=Q(pupils__isnull=True) | Q(pupils__range=(1, MAX_PUPILS)),
                name="schoolclass_pupils_1_to_60",
            ),
            models.CheckConstraint(condition=Q(grade__range=(0, 9)), name="schoolclass_grade_0_to_9"),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_reason="")
                | (Q(closed_on__isnull=False) & ~Q(closed_reason="")),
                name="schoolclass_closed_with_reason",
                violation_error_message=_("Say on which day and why the class ended."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.label} {self.year_label}"

    @property
    def year_label(self) -> str:
        return school_year.label(self.school_year)

    def is_open(self, day: date) -> bool:
        return self.closed_on is None or day < self.closed_on
