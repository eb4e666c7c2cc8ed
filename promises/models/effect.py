"""What the promise should lead to, and how that is measured. Apart from whether it was kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history.kept import KeptModel, KeptQuerySet
from promises.choices import Better, MeasurementRole
from promises.models.promise import Area, Promise
from promises.validators import no_personal_data


class Effect(models.Model):
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="effects")
    wording = models.TextField(_("wording"), validators=[no_personal_data])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("effect")
        verbose_name_plural = _("effects")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.wording


class Indicator(models.Model):
    effect = models.ForeignKey(Effect, models.PROTECT, related_name="indicators")
    name = models.CharField(_("name"), max_length=160, validators=[no_personal_data])
    unit = models.CharField(_("unit"), max_length=40)
    better = models.CharField(_("direction"), max_length=8, choices=Better)
    source = models.CharField(_("source"), max_length=200, blank=True, validators=[no_personal_data])
    note = models.TextField(_("note"), blank=True, validators=[no_personal_data])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["effect", "name"], name="indicator_name_unique_in_effect"),
            models.CheckConstraint(condition=Q(better__in=Better.values), name="indicator_direction_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Measurement(KeptModel):
    """One value of an indicator. ``n``: how many answered; ``margin``: ± in the indicator's unit, 95 %."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measurements")
    role = models.CharField(_("before or after"), max_length=10, choices=MeasurementRole)
    value = models.DecimalField(_("value"), max_digits=10, decimal_places=2)
    n = models.PositiveIntegerField(_("number of answers"), null=True, blank=True)
    margin = models.DecimalField(_("margin of error"), max_digits=8, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField(_("measured on"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )  # None: all areas together
    source = models.CharField(_("source"), max_length=200, validators=[no_personal_data])
    voided_on = models.DateField(_("voided on"), null=True, blank=True)
    void_reason = models.CharField(_("why"), max_length=200, blank=True, validators=[no_personal_data])

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["measured_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=MeasurementRole.values), name="measurement_role_known"
            ),
            models.CheckConstraint(
                condition=Q(n__isnull=True) | Q(n__gte=1), name="measurement_answers_from_1"
            ),
            models.CheckConstraint(
                condition=Q(margin__isnull=True) | Q(margin__gte=0), name="measurement_margin_from_0"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="measurement_has_source"),
            models.CheckConstraint(
                condition=Q(voided_on=None, void_reason="")
                | (Q(voided_on__isnull=False) & ~Q(void_reason="")),
                name="measurement_voided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.measured_on}: {self.value}"
