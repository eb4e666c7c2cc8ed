"""What shows that something was done: a link, a picture or a PDF on an activity (docs/adr/0024)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.choices import EvidenceKind
from activities.models.activity import Activity
from activities.models.numbers import new_number
from history.kept import KeptModel, KeptQuerySet
from promises.permissions import Access
from promises.validators import no_personal_data

MOST_EVIDENCE = 10  # on one activity


class EvidenceQuerySet(KeptQuerySet):
    def valid(self) -> Self:
        return self.filter(voided_at=None)

    def numbers(self, activities: Iterable[Activity]) -> dict[int, int]:
        """One query: activity id -> how many valid pieces it has; without those that have none."""
        rows = self.valid().filter(activity__in=[one.pk for one in activities])
        return dict(rows.order_by().values_list("activity").annotate(Count("pk")))

    def of(self, activity: Activity, access: Access) -> models.QuerySet[Any]:
        """What the reader may know of, where they may see the activity. With who added it, in order.

        What was taken away while a plan was secret would tell others than the police that there was one.
        """
        rows = activity.evidence.select_related("added_by", "voided_by").order_by("added_at", "pk")
        if activity.commitment.confidential_until_done and not access.is_police:
            rows = rows.exclude(voided_at__lt=activity.logged_at)
        return rows


class Evidence(KeptModel):
    """``stored``: the name of the file below EVIDENCE_ROOT, at random; "" for a link, and when the file itself had to
    go (``erased_at``). ``sha256`` and ``size`` in bytes are those of the file as it is kept."""

    id = models.BigIntegerField(primary_key=True, default=new_number, editable=False)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="evidence", editable=False)
    kind = models.CharField(_("kind"), max_length=7, choices=EvidenceKind, editable=False)
    title = models.CharField(_("what it shows"), max_length=120, blank=True, validators=[no_personal_data])
    url = models.URLField(
        _("link"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"]), no_personal_data],
    )
    stored = models.CharField(max_length=32, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(null=True, blank=True, editable=False)
    width = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    pages = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, db_index=False
    )
    voided_at = models.DateTimeField(_("taken away"), null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    void_reason = models.CharField(
        _("why taken away"), max_length=300, blank=True, validators=[no_personal_data]
    )
    erased_at = models.DateTimeField(_("file erased"), null=True, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=EvidenceKind.LINK, stored="", sha256="", erased_at=None) & ~Q(url=""))
                | (Q(kind__in=[EvidenceKind.PICTURE, EvidenceKind.PDF], url="") & ~Q(sha256="")),
                name="evidence_is_a_link_or_a_file",
            ),
            models.CheckConstraint(
                condition=Q(kind=EvidenceKind.LINK)
                | (Q(erased_at=None) & ~Q(stored=""))
                | Q(erased_at__isnull=False, voided_at__isnull=False, stored=""),
                name="evidence_file_is_there_or_erased",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="evidence_voided_with_reason",
            ),
            models.UniqueConstraint(
                fields=["activity", "sha256"],
                condition=Q(voided_at=None) & ~Q(sha256=""),
                name="evidence_file_once_on_activity",
            ),
            models.UniqueConstraint(
                fields=["activity", "url"],
                condition=Q(voided_at=None) & ~Q(url=""),
                name="evidence_link_once_on_activity",
            ),
        ]

    def __str__(self) -> str:
        """Its title, or what it is: "Bild", "PDF", "malmo.se"."""
        if self.title:
            return self.title
        if self.kind == EvidenceKind.LINK:
            return urlsplit(self.url).hostname or self.url
        return str(EvidenceKind(self.kind).label)

    def get_absolute_url(self) -> str:
        """The page on the web, or the file through the site."""
        if self.kind == EvidenceKind.LINK:
            return self.url
        slug = self.activity.promise.slug
        return reverse("activities:evidence_file", args=[slug, self.activity_id, self.pk])

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def is_picture(self) -> bool:
        return self.kind == EvidenceKind.PICTURE

    @property
    def has_file(self) -> bool:
        return bool(self.stored)

    def since(self, access: Access) -> datetime:
        """When it was added, as the reader may know it: to a plan under secrecy, when that became done."""
        if access.is_police or not self.activity.commitment.confidential_until_done:
            return self.added_at
        return max(self.added_at, self.activity.logged_at)
