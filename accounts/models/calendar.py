from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class CalendarToken(models.Model):
    """Whoever has a person's secret calendar address may read their feed (docs/adr/0019).

    Only the SHA-256 of the secret is kept: 192 bits at random need no salt and no slow hash. Taken back, the row goes;
    history says that it was there.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="calendar_token")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return f"{self.user}"
