"""Closed lists of the accounts app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """Police or not is what secrecy turns on (OSL 18:1-2)."""

    POLICE = "police", _("Police")
    MUNICIPALITY = "municipality", _("Municipality")
    OTHER = "other", _("Other")
