"""The class register: which classes there are to meet, läsår by läsår. No pupils, only how many."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
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


def earlier_numbers(value: Any) -> None:
    """ValidationError unless it is a list of [day, pupils], each day later than the one before."""
    try:
        found = [(date.fromisoformat(day), pupils) for day, pupils in value]
    except (TypeError, ValueError):
        raise ValidationError(_("No list of days and numbers.")) from None
    days = [day for day, _pupils in found]
    if days != sorted(set(days)):
        raise ValidationError(_("The days are not in order."))
    for _day, pupils in found:
        if pupils is not None and (not isinstance(pupils, int) or not 1 <= pupils <= MAX_PUPILS):
            raise ValidationError(_("No number of pupils."))


class SchoolClass(KeptModel):
    """A class in one läsår. Closed and merged ones stay, with day and reason (docs/adr/0021).

    ``pupils``: as it is since the last change; None: nobody has said how many. ``opened_on`` None: since the läsår
    began. ``merged_into``: where its pupils are from ``closed_on`` on. ``earlier_pupils``: [[day, number], …]: before
    that day it was that number. Kept with the class, because it is never read without it and never searched.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="classes", verbose_name=_("school"))
    school_year = models.PositiveSmallIntegerField(_("school year"))  # the year it starts in: 2019 is 2019/20
    grade = models.PositiveSmallIntegerField(_("grade"))
    label = models.CharField(_("class"), max_length=20, validators=[no_personal_data])
    pupils = models.PositiveSmallIntegerField(_("pupils"), null=True, blank=True)
    earlier_pupils = models.JSONField(default=list, blank=True, editable=False, validators=[earlier_numbers])
    opened_on = models.DateField(_("began on"), null=True, blank=True)
    closed_on = models.DateField(_("ended on"), null=True, blank=True)
    closed_reason = models.CharField(_("why"), max_length=200, blank=True, validators=[no_personal_data])
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("merged into")
    )
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
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(closed_on__isnull=False) & ~Q(merged_into=F("pk"))),
                name="schoolclass_merged_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(opened_on__lte=F("closed_on")),
                name="schoolclass_ends_after_it_begins",
                violation_error_message=_("The class would end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.label} {self.year_label}"

    @property
    def year_label(self) -> str:
        return school_year.label(self.school_year)

    @property
    def earlier(self) -> tuple[tuple[date, int | None], ...]:
        """(day, number): before that day it was that many, in order of day."""
        return tuple((date.fromisoformat(day), pupils) for day, pupils in self.earlier_pupils)

    @property
    def pupils_from(self) -> date | None:
        """The day from which ``pupils`` holds; None: all the läsår."""
        return self.earlier[-1][0] if self.earlier_pupils else None

    def pupils_on(self, day: date) -> int | None:
        return next((pupils for until, pupils in self.earlier if day < until), self.pupils)

    def is_open(self, day: date) -> bool:
        return (self.opened_on is None or self.opened_on <= day) and (
            self.closed_on is None or day < self.closed_on
        )
