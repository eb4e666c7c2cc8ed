"""What was promised, by whom, where and for how long."""

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from history.kept import KeptModel, KeptQuerySet
from promises.choices import BasisKind, PartyRole, PromiseState
from promises.validators import no_personal_data


def new_stamp() -> str:
    return uuid4().hex


class PromiseQuerySet(KeptQuerySet):
    def visible_to(self, user: User) -> Self:
        """The promises a person has a role in. To anybody else they do not exist."""
        return self.filter(pk__in=user.memberships.values("promise"))


class Promise(KeptModel):
    """A medborgarlöfte. Its wording is what was signed and is not edited (docs/adr/0004).

    ``locked_until``: the last day of the last locked period, None where nothing is locked (docs/adr/0023).
    ``set_up_stamp``: another one whenever an area, a kind or a party was saved; see promises/set_up.py.
    """

    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160, validators=[no_personal_data])
    short_title = models.CharField(_("short title"), max_length=60, blank=True, validators=[no_personal_data])
    wording = models.TextField(_("wording"), validators=[no_personal_data])
    purpose = models.TextField(_("purpose"), validators=[no_personal_data])
    source = models.TextField(_("source"), blank=True, validators=[no_personal_data])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    follow_up_on = models.DateField(_("follow-up"))
    follow_up = models.TextField(_("how it is followed up"), blank=True, validators=[no_personal_data])
    state = models.CharField(_("state"), max_length=8, choices=PromiseState, default=PromiseState.ACTIVE)
    requires_review = models.BooleanField(_("rows are reviewed before they count"), default=False)
    locked_until = models.DateField(null=True, blank=True, editable=False)
    organisations = models.ManyToManyField(Organisation, through="PromiseParty", related_name="promises")
    set_up_stamp = models.CharField(max_length=32, default=new_stamp, editable=False)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["-ends_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="promise_ends_after_start",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(follow_up_on__gte=F("starts_on")),
                name="promise_follow_up_after_start",
                violation_error_message=_("The follow-up comes before the first day."),
            ),
            models.CheckConstraint(condition=Q(state__in=PromiseState.values), name="promise_state_known"),
        ]

    def __str__(self) -> str:
        return self.short_title or self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:dashboard", args=[self.slug])

    def contains(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def renew_set_up(self) -> None:
        """What was kept of the promise's areas, kinds and parties holds no longer, in any process."""
        self.set_up_stamp = new_stamp()
        self.save(update_fields=["set_up_stamp"])


class PromiseParty(models.Model):
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=PartyRole)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "organisation"], name="promiseparty_once"),
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="promiseparty_role_known"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.promise.renew_set_up()


class Area(models.Model):
    """A place as the promise names it, and as the city does: "Bellevue" is the city's Bellevuegården."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="areas")
    name = models.CharField(_("name"), max_length=80, validators=[no_personal_data])
    official_name = models.CharField(
        _("official name"), max_length=80, blank=True, validators=[no_personal_data]
    )
    code = models.CharField(_("official code"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "name"], name="area_name_unique_in_promise")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.promise.renew_set_up()

    @property
    def full_name(self) -> str:
        if self.official_name and self.official_name != self.name:
            return f"{self.name} ({self.official_name})"
        return self.name


class Basis(models.Model):
    """What the promise was built on: citizens' dialogues, a safety survey."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="basis")
    kind = models.CharField(_("kind"), max_length=10, choices=BasisKind)
    text = models.TextField(_("text"), validators=[no_personal_data])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("basis")
        verbose_name_plural = _("basis")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BasisKind.values), name="basis_kind_known")
        ]

    def __str__(self) -> str:
        return self.text
