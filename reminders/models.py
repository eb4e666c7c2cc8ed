"""What somebody has chosen to be reminded of, and which reminders have gone out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reminders.cadence import Cadence, Rhythm
from reminders.choices import CADENCES, WEEKDAYS, Kind, Sending

MOST_ATTEMPTS = 5


class ReminderSetting(models.Model):
    """Without a row: choices.USUAL. A person's own wish about their own mail; nothing in it is kept as history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminder_settings")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    cadence = models.CharField(_("how often"), max_length=8, choices=CADENCES)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS, default=0)

    class Meta:
        verbose_name = _("reminder setting")
        verbose_name_plural = _("reminder settings")
        ordering = ["user", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="remindersetting_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="remindersetting_kind_known"),
            models.CheckConstraint(
                condition=Q(cadence__in=[one.value for one in Cadence]), name="remindersetting_cadence_known"
            ),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="remindersetting_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_cadence_display()}"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(Cadence(self.cadence), self.weekday)


class SentReminder(models.Model):
    """One reminder to one person. ``turn``: the day it was due, which names it together with person and kind.

    ``tried_on``: the day of the run that last took it up; a person is mailed at most once a day. ``attempts``: how
    often it has been taken up; after so many refusals the next turn comes instead.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=8, choices=Kind)
    turn = models.DateField()
    state = models.CharField(max_length=8, choices=Sending)
    tried_on = models.DateField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sent reminder")
        verbose_name_plural = _("sent reminders")
        ordering = ["-turn", "user", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "turn"], name="sentreminder_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="sentreminder_kind_known"),
            models.CheckConstraint(condition=Q(state__in=Sending.values), name="sentreminder_state_known"),
            models.CheckConstraint(
                condition=Q(state=Sending.SENT, sent_at__isnull=False)
                | (~Q(state=Sending.SENT) & Q(sent_at=None)),
                name="sentreminder_sent_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["turn"], name="sentreminder_by_turn")]

    def __str__(self) -> str:
        return f"{self.kind} {self.turn}: {self.state}"

    @property
    def may_be_tried(self) -> bool:
        return self.state == Sending.REFUSED and self.attempts < MOST_ATTEMPTS
