"""Something planned or done towards one commitment. Cancelled or voided with a reason, never deleted."""

import uuid
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MaxValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from activities.choices import Review, State
from activities.device import RIGHT_ENOUGH
from activities.models.batch import ImportBatch
from activities.models.numbers import new_number
from history.kept import KeptModel, KeptQuerySet
from promises import school_year
from promises.models import Area, Commitment, Kind, LockException, PeriodLock, Promise, School
from promises.permissions import ALLOWED, Access, Action
from promises.validators import no_personal_data

MAX_QUANTITY = 9_999
MAX_REACHED = 100_000
MAX_MINUTES = 24 * 60
MAX_NOTE = 2_000

COUNTED = Q(state=State.DONE, voided_at=None, review=Review.NONE)
"""What counts towards a target, apart from its day (docs/adr/0003, 0016): queries, sums and index say it by this."""

NOT_DONE = ~Q(state=State.DONE) & Q(voided_at=None)

NOT_APPROVED = ~Q(review=Review.NONE) & Q(voided_at=None)


def new_client_key() -> str:
    return str(uuid.uuid4())


def days_of(occurred_on: date, *, month_only: bool) -> tuple[date, date]:
    """First and last day that a row stands for: one day, or all that is left of its month."""
    if not month_only:
        return occurred_on, occurred_on
    return occurred_on, occurred_on.replace(day=monthrange(occurred_on.year, occurred_on.month)[1])


class ActivityQuerySet(KeptQuerySet):
    def visible_to(self, access: Access) -> Self:
        """Plans may be secret (OSL 18:1-2): until such a row is done, only the police party sees that it exists."""
        rows = self.filter(promise=access.promise)
        return rows if access.is_police else rows.open_to_both_parties()

    def open_to_both_parties(self) -> Self:
        """What may stand in a paper that both parties read."""
        secret = Commitment.objects.filter(confidential_until_done=True).order_by().values("pk")
        return self.filter(Q(state=State.DONE) | ~Q(commitment__in=secret))

    def within(self, first: date, last: date) -> Self:
        """What stands for a day from ``first`` to ``last``: also a month that has such a day."""
        month = Q(month_only=True, occurred_on__gte=first.replace(day=1), occurred_on__lt=first)
        return self.filter(Q(occurred_on__range=(first, last)) | month)

    def valid(self) -> Self:
        return self.filter(voided_at=None)

    def planned_for_calendar(self, user: User, *, since: date) -> Self:
        """What a person's calendar outside this site may hold: plans of all the promises they see, and of nothing that
        is secret until done, not even for the police: an address can be passed on, and a phone be lost."""
        seen = user.memberships.filter(role__in=ALLOWED[Action.SEE]).values("promise")
        secret = Commitment.objects.filter(confidential_until_done=True).order_by().values("pk")
        rows = self.not_done().filter(state=State.PLANNED, promise__in=seen, occurred_on__gte=since)
        return rows.exclude(commitment__in=secret)

    def counted(self) -> Self:
        return self.filter(COUNTED)

    def not_done(self) -> Self:
        """Planned or cancelled: few among many, and with an index of their own."""
        return self.filter(NOT_DONE)

    def not_approved(self) -> Self:
        """Done, and waiting for review or sent back: few among many, and with an index of their own."""
        # Which reviews these are is said as well: only by that SQLite, which has no statistics, finds their index.
        return self.filter(NOT_APPROVED, review__in=[Review.WAITING, Review.RETURNED])

    def returned(self) -> Self:
        return self.filter(NOT_APPROVED, review=Review.RETURNED)

    def waiting(self) -> Self:
        return self.filter(NOT_APPROVED, review=Review.WAITING)

    def with_known_at(self) -> Self:
        """``known_at``: since when the row says what it counts as, whatever it was planned as before."""
        return self.annotate(known_at=Coalesce("done_at", "logged_at"))

    def with_names(self) -> Self:
        """All that a line in a list shows, in a constant number of queries."""
        return self.select_related("commitment", "kind", "school", "logged_by").prefetch_related(
            "areas", "parties", "attendance__school_class"
        )


class Activity(KeptModel):
    """``asked_on``: the day somebody asked for it, where the commitment answers requests; each row is one then.
    ``quantity`` 0 is a nil report: somebody says there was none. ``month_only``: ``occurred_on`` is the first day
    of the month within the period. ``client_key``: the client's own id; the same key twice is the same row.
    ``client_saved_at``: when it was saved on a phone that sent it later, by our clock; ``client_clock_ahead``: how many
    seconds that phone's clock went before ours (activities/device.py). Told, and trusted for nothing.
    ``done_at``: when what had been planned was marked as done; None where it was logged as done.
    ``logged_at`` of a secret plan becomes that moment too: lists are in its order, and theirs to see begins there.
    ``review``: empty once it counts; who approved it and when stands in the history.
    ``version`` counts the row's changes in the history: every service that records one adds one."""

    id = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    promise = models.ForeignKey(
        Promise, models.PROTECT, related_name="activities", editable=False, db_index=False
    )
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="activities", verbose_name=_("commitment"), db_index=False
    )
    kind = models.ForeignKey(
        Kind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind"),
        db_index=False,
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DONE)
    asked_on = models.DateField(_("asked for"), null=True, blank=True)
    occurred_on = models.DateField(_("date"))
    month_only = models.BooleanField(default=False, editable=False)
    starts_at = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MaxValueValidator(MAX_MINUTES)]
    )
    quantity = models.PositiveIntegerField(
        _("number"), default=1, validators=[MaxValueValidator(MAX_QUANTITY)]
    )
    areas = models.ManyToManyField(Area, blank=True, related_name="+", verbose_name=_("areas"))
    parties = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("parties"))
    persons_reached = models.PositiveIntegerField(
        _("persons reached"), null=True, blank=True, validators=[MaxValueValidator(MAX_REACHED)]
    )
    school = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("school"),
        db_index=False,
    )
    school_year = models.PositiveSmallIntegerField(_("school year"), null=True, blank=True)
    link = models.URLField(
        _("link"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"]), no_personal_data],
    )
    note = models.TextField(  # max_length alone binds only forms
        _("note"),
        max_length=MAX_NOTE,
        blank=True,
        validators=[MaxLengthValidator(MAX_NOTE), no_personal_data],
    )
    reason = models.CharField(_("why cancelled"), max_length=300, blank=True, validators=[no_personal_data])
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    void_reason = models.CharField(_("why voided"), max_length=300, blank=True, validators=[no_personal_data])
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="logged",
        editable=False,
        db_index=False,
    )  # None: read in from a file by command line
    logged_at = models.DateTimeField(_("logged"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("marked as done"), null=True, blank=True, editable=False)
    client_saved_at = models.DateTimeField(_("saved on the phone"), null=True, blank=True, editable=False)
    client_clock_ahead = models.IntegerField(default=0, editable=False)
    client_key = models.CharField(max_length=64, default=new_client_key, editable=False)
    imported_as = models.CharField(max_length=64, blank=True, editable=False)  # digest of the file's row
    import_batch = models.ForeignKey(
        ImportBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        editable=False,
        db_index=False,
    )  # None: not added by a file read in the browser
    is_example = models.BooleanField(default=False, editable=False)
    review = models.CharField(
        _("review"), max_length=8, choices=Review, default=Review.NONE, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-occurred_on", "-logged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "client_key"], name="activity_client_key_unique_in_promise"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="activity_state_known"),
            models.CheckConstraint(
                condition=Q(quantity__range=(0, MAX_QUANTITY)), name="activity_quantity_0_to_9999"
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, MAX_MINUTES)),
                name="activity_minutes_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(persons_reached__isnull=True) | Q(persons_reached__lte=MAX_REACHED),
                name="activity_reached_at_most_100000",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CANCELLED) & ~Q(reason=""))
                | (~Q(state=State.CANCELLED) & Q(reason="")),
                name="activity_cancelled_has_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="activity_voided_with_reason",
                violation_error_message=_("Say why it is voided."),
            ),
            models.CheckConstraint(
                condition=Q(month_only=False) | Q(starts_at=None, minutes=None, note="", kind=None),
                name="activity_month_is_a_number_only",
            ),
            models.CheckConstraint(
                condition=Q(asked_on__isnull=True) | Q(asked_on__lte=models.F("occurred_on"), quantity=1),
                name="activity_asked_once_before_done",
                violation_error_message=_(
                    "A request is one row, and its day is not before the day it was asked for."
                ),
            ),
            models.CheckConstraint(
                condition=Q(school=None, school_year=None)
                | Q(school__isnull=False, school_year__isnull=False),
                name="activity_school_with_school_year",
            ),
            models.CheckConstraint(
                condition=Q(client_saved_at__isnull=True) | Q(client_saved_at__lte=models.F("logged_at")),
                name="activity_saved_before_it_came_in",
            ),
            models.CheckConstraint(condition=Q(review__in=Review.values), name="activity_review_known"),
            models.CheckConstraint(
                condition=Q(review=Review.NONE) | Q(state=State.DONE), name="activity_only_done_is_reviewed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["promise", "-occurred_on", "-logged_at", "-id"], name="activity_list_of_promise"
            ),
            # Each filter of the list has the list in its order (activities/filters.py). They begin with the foreign
            # key, whose own index they stand in for; the promise makes SQLite, which has no statistics, choose them.
            models.Index(
                fields=["commitment", "promise", "-occurred_on", "-logged_at", "-id"],
                name="activity_list_of_commitment",
            ),
            models.Index(
                fields=["kind", "promise", "-occurred_on", "-logged_at", "-id"], name="activity_list_of_kind"
            ),
            models.Index(
                fields=["logged_by", "promise", "-occurred_on", "-logged_at", "-id"],
                name="activity_list_of_own",
            ),
            models.Index(
                fields=["state", "promise", "-occurred_on", "-logged_at", "-id"],
                name="activity_list_of_state",
            ),
            models.Index(
                fields=["school", "promise", "-occurred_on", "-logged_at", "-id"],
                condition=Q(school__isnull=False),
                name="activity_list_of_school",
            ),
            models.Index(
                fields=["import_batch", "promise", "-occurred_on", "-logged_at", "-id"],
                condition=Q(import_batch__isnull=False),
                name="activity_list_of_import",
            ),
            models.Index(
                fields=["promise", "-occurred_on", "-logged_at", "-id"],
                condition=Q(voided_at__isnull=False),
                name="activity_list_of_voided",
            ),
            # The sums of a day again from its rows; the latest rows of a commitment.
            models.Index(
                fields=["commitment", "-occurred_on", "-logged_at", "-id"],
                condition=COUNTED,
                name="activity_counted_latest",
            ),
            models.Index(
                fields=["promise", "state", "occurred_on"], condition=NOT_DONE, name="activity_not_done"
            ),
            models.Index(
                fields=["promise", "review", "-occurred_on", "-logged_at", "-id"],
                condition=NOT_APPROVED,
                name="activity_waiting",
            ),
            models.Index(
                "promise",
                Coalesce("done_at", "logged_at").desc(),
                condition=Q(voided_at=None),
                name="activity_last_known",
            ),
            models.Index(
                fields=["promise"], condition=Q(is_example=True), name="activity_example_of_promise"
            ),
        ]

    lock: PeriodLock | None = None
    """For pages (``activities.locks.tell_locked``): the locked period that the row lies in."""
    is_shut = False
    """Whether the reader has no exception from that."""
    exception: LockException | None = None

    def __str__(self) -> str:
        return f"{self.when}: {self.kind or self.commitment.title}"

    def get_absolute_url(self) -> str:
        return reverse("activities:detail", args=[self.promise.slug, self.pk])

    @property
    def when(self) -> str:
        """The day, or the month alone where only the month is known: "2019-03-14", "2019-03"."""
        return f"{self.occurred_on:%Y-%m}" if self.month_only else self.occurred_on.isoformat()

    @property
    def days(self) -> tuple[date, date]:
        """First and last day that the row stands for."""
        return days_of(self.occurred_on, month_only=self.month_only)

    @property
    def year_label(self) -> str:
        return "" if self.school_year is None else school_year.label(self.school_year)

    @property
    def waited_since(self) -> datetime | None:
        """When it was saved on a phone, where that was well before it came in."""
        saved = self.client_saved_at
        return saved if saved is not None and self.logged_at - saved > RIGHT_ENOUGH else None

    @property
    def clock_wrong_by(self) -> timedelta | None:
        """How wrong the clock of the phone was, where it was."""
        return timedelta(seconds=abs(self.client_clock_ahead)) if self.client_clock_ahead else None

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def is_counted(self) -> bool:
        return self.state == State.DONE and not self.is_voided and self.review == Review.NONE

    @property
    def is_waiting(self) -> bool:
        return self.review == Review.WAITING and not self.is_voided

    @property
    def is_returned(self) -> bool:
        return self.review == Review.RETURNED and not self.is_voided

    @property
    def may_be_reviewed_again(self) -> bool:
        """Approved already, or counted since before rows were reviewed: what is found later is sent back as well."""
        return self.is_counted and self.promise.requires_review

    def may_be_answered_by(self, access: Access) -> bool:
        """What was sent back is answered by whoever logged it; the coordinator may, for nobody else could if
        it was read in from a file."""
        return self.is_returned and self.may_be_changed_by(access)

    def is_overdue(self, today: date) -> bool:
        return self.state == State.PLANNED and not self.is_voided and self.occurred_on < today

    def may_be_changed_by(self, access: Access) -> bool:
        """A voided row stays as it is."""
        return not self.is_voided and self.is_in_hands_of(access)

    def is_in_hands_of(self, access: Access) -> bool:
        """Own rows of those who log, any row of the coordinator's; also voided ones: a file of them may have to go."""
        own = self.logged_by_id is not None and self.logged_by_id == access.user.pk
        return access.allows(Action.CHANGE_ANY) or (own and access.allows(Action.LOG))
