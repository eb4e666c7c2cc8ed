"""Who changed what, when, from what to what, and why: for every row that carries a number (docs/adr/0004)."""

from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What a command line did, in words for those who read the history: nobody there knows the commands by name.
COMMANDS = {
    "load_promise": _("Reading in of the promise"),
    "load_examples": _("Reading in of the examples"),
    "check_totals": _("Check of the totals"),
}


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, subject: models.Model) -> Self:
        return self.filter(subject=subject._meta.label_lower, subject_id=subject.pk)

    def newest_of(self, promise_id: OuterRef) -> models.QuerySet[Any, Any]:
        """The number of a promise's newest row, for a Subquery: one step in the index change_newest_of_promise."""
        return self.filter(promise_id=promise_id).order_by("-pk").values("pk")[:1]

    def delete(self) -> NoReturn:
        raise TypeError("History is never deleted.")

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("History is never changed.")


class Change(models.Model):
    """One act on one row. ``values``: field -> [old, new], as shown to people; old is None when it began.

    Points at its row by name and number and not by foreign key: every kind of row has its history here, in
    one table that can be searched, and no row can take its history with it.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("Created")
        CORRECTED = "corrected", _("Corrected")
        DONE = "done", _("Marked as done")
        CANCELLED = "cancelled", _("Cancelled")
        VOIDED = "voided", _("Voided")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        ANSWERED = "answered", _("Answered")

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )  # None: a command line, named in ``source``
    source = models.CharField(_("through"), max_length=80, blank=True)
    promise_id = models.PositiveBigIntegerField(null=True)
    subject = models.CharField(max_length=60)
    subject_id = models.PositiveBigIntegerField()
    action = models.CharField(_("what"), max_length=12, choices=Action)
    values = models.JSONField(default=dict)
    exception_id = models.PositiveBigIntegerField(null=True)  # the exception from a locked period, if by one
    reason = models.CharField(_("why"), max_length=300, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject", "subject_id", "-at"], name="change_of_one_row"),
            models.Index(fields=["promise_id", "-at"], name="change_log_of_promise"),
            models.Index(fields=["promise_id", "-id"], name="change_newest_of_promise"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.action}"

    @property
    def through(self) -> str:
        """``source`` as it is shown: a file by its name, a command in words."""
        return str(COMMANDS.get(self.source, self.source))

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("History is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("History is never deleted.")
