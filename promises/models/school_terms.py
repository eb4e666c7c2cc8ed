"""When there is school: the terms that the pace by school days follows, with their source."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from promises.models.promise import Promise
from promises.validators import no_personal_data


class SchoolTerm(models.Model):
    """First and last day with pupils at school; both belong to it. The holidays within it are its breaks."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="school_terms")
    name = models.CharField(_("term"), max_length=40, validators=[no_personal_data])
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    source = models.TextField(_("source"), blank=True, validators=[no_personal_data])

    class Meta:
        verbose_name = _("school term")
        verbose_name_plural = _("school terms")
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "name"], name="schoolterm_name_unique_in_promise"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="schoolterm_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolBreak(models.Model):
    """Days within a term on which there is no school."""

    term = models.ForeignKey(SchoolTerm, models.PROTECT, related_name="breaks")
    name = models.CharField(_("holiday"), max_length=60, validators=[no_personal_data])
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("school holiday")
        verbose_name_plural = _("school holidays")
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["term", "first_day"], name="schoolbreak_once_in_term"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="schoolbreak_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name
