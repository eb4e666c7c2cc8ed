from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Review(models.TextChoices):
    """Of a done row in a promise that requires review (docs/adr/0016)."""

    NONE = "", _("Approved")  # or never had to be
    WAITING = "waiting", _("Waiting for review")
    RETURNED = "returned", _("Sent back")


class EvidenceKind(models.TextChoices):
    LINK = "link", _("Link")
    PICTURE = "picture", _("Picture")
    PDF = "pdf", _("PDF")
