"""Where an area lies. In a table of its own: areas are read on every page, twenty thousand points are not."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history.kept import KeptModel, KeptQuerySet
from promises.models.promise import Area
from promises.validators import no_personal_data


class AreaBoundary(KeptModel):
    """``shape``: a GeoJSON MultiPolygon in WGS 84, six decimals, checked by promises/boundary.py; None: taken away."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="boundary", verbose_name=_("area"))
    shape = models.JSONField(null=True)
    points = models.PositiveIntegerField(_("points"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True, validators=[no_personal_data])

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        ordering = ["area__position", "area"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shape__isnull=True, points=0, sha256="")
                | (Q(shape__isnull=False, points__gt=0) & ~Q(sha256="")),
                name="areaboundary_whole_or_none",
            )
        ]

    def __str__(self) -> str:
        return str(self.area)
