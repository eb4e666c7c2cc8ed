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


class Verdict(models.TextChoices):
    """What a row of a file would do (docs/adr/0022), in the order in which somebody has to look at them."""

    ERROR = "error", _("To put right")
    CHANGED = "changed", _("Changes a row")
    NEW = "new", _("New")
    SAME = "same", _("There already")


class BatchState(models.TextChoices):
    """Of a file that was sent in: looked through, being stored, stored, and taken back."""

    CHECKED = "checked", _("Not read in yet")
    STORING = "storing", _("Being read in")
    STORED = "stored", _("Read in")
    UNDONE = "undone", _("Taken back")


class EvidenceKind(models.TextChoices):
    LINK = "link", _("Link")
    PICTURE = "picture", _("Picture")
    PDF = "pdf", _("PDF")
