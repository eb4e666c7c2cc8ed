"""The numbered undertakings of a promise, what may be logged towards them and what they are judged by."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from history.kept import KeptModel, KeptQuerySet
from promises.choices import (
    NUMBERED_KINDS,
    RATE_WINDOWS,
    AreaRule,
    CommitmentForm,
    TargetCalendar,
    TargetKind,
    TargetScope,
    TargetWindow,
)
from promises.models.promise import Promise
from promises.models.register import School
from promises.validators import no_personal_data, twelve_weights


class Commitment(KeptModel):
    """One åtagande with its exact wording. ``unit_one``/``unit_many``: "insats", "insatser", for sentences."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="commitments")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=160, validators=[no_personal_data])
    short_title = models.CharField(_("short title"), max_length=60, validators=[no_personal_data])
    wording = models.TextField(_("wording"), validators=[no_personal_data])
    responsible = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("responsible organisation")
    )
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("together with")
    )
    form = models.CharField(_("what is logged"), max_length=14, choices=CommitmentForm)
    area_rule = models.CharField(_("areas"), max_length=8, choices=AreaRule)
    confidential_until_done = models.BooleanField(_("plans seen by the police only"), default=False)
    unit_one = models.CharField(_("one of them"), max_length=40)
    unit_many = models.CharField(_("several of them"), max_length=40)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["promise", "number"]
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="commitment_number_unique_in_promise"),
            models.CheckConstraint(condition=Q(number__gte=1), name="commitment_number_from_1"),
            models.CheckConstraint(condition=Q(form__in=CommitmentForm.values), name="commitment_form_known"),
            models.CheckConstraint(
                condition=Q(area_rule__in=AreaRule.values), name="commitment_area_rule_known"
            ),
            models.CheckConstraint(
                condition=~Q(form=CommitmentForm.CLASS_MEETING) | Q(area_rule=AreaRule.NONE),
                name="commitment_class_meeting_has_no_area",
            ),
            models.CheckConstraint(
                condition=~Q(form=CommitmentForm.COUNTS_ONLY) | ~Q(area_rule=AreaRule.REQUIRED),
                name="commitment_counts_only_area_optional",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("reports:commitment", args=[self.promise.slug, self.number])

    @property
    def counts_only(self) -> bool:
        return self.form == CommitmentForm.COUNTS_ONLY

    @property
    def class_meeting(self) -> bool:
        return self.form == CommitmentForm.CLASS_MEETING

    @cached_property
    def on_request(self) -> bool:
        """Whether each row answers a request, with the day it was asked for. A query, unless targets are at hand."""
        return any(target.kind == TargetKind.ON_REQUEST for target in self.targets.all())


class Kind(models.Model):
    """What may be logged towards a commitment: "Fotpatrull", "Trygghetsvandring"."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="kinds")
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=80, validators=[no_personal_data])
    hint = models.CharField(_("hint"), max_length=200, blank=True, validators=[no_personal_data])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("kind of activity")
        verbose_name_plural = _("kinds of activity")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "code"], name="kind_code_unique_in_commitment"),
            models.UniqueConstraint(fields=["commitment", "name"], name="kind_name_unique_in_commitment"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.commitment.promise.renew_set_up()


class Target(KeptModel):
    """What a commitment is judged by, with its reading in words.

    ``minimum``: count and rate = events in each window; coverage = meetings with each class; None where there is no
    number to reach (docs/adr/0010). ``grade`` and ``schools`` say whom a coverage target means; ``due_on`` is the last
    day a deliverable is in time. ``calendar``: which days carry the pace; ``month_weights``: twelve numbers with a
    space between, January first, for the pace by month.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="targets")
    kind = models.CharField(_("kind"), max_length=12, choices=TargetKind)
    window = models.CharField(_("judged for"), max_length=14, choices=TargetWindow)
    minimum = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    calendar = models.CharField(_("pace"), max_length=16, choices=TargetCalendar, default=TargetCalendar.EVEN)
    month_weights = models.CharField(
        _("weights of the months"), max_length=200, blank=True, validators=[twelve_weights]
    )
    scope = models.CharField(_("areas"), max_length=10, choices=TargetScope, default=TargetScope.ALL_AREAS)
    reading = models.TextField(_("reading"), validators=[no_personal_data])
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    schools = models.ManyToManyField(School, blank=True, related_name="targets", verbose_name=_("schools"))
    due_on = models.DateField(_("done by"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(minimum__gte=1),
                name="target_minimum_from_1",
                violation_error_message=_("A target is at least 1."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NUMBERED_KINDS, minimum__isnull=False)
                | (~Q(kind__in=NUMBERED_KINDS) & Q(minimum__isnull=True)),
                name="target_minimum_fits_kind",
                violation_error_message=_(
                    "A count, a rate and a coverage have a number to reach, the other kinds have none."
                ),
            ),
            models.CheckConstraint(condition=~Q(reading=""), name="target_has_reading"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[TargetKind.COUNT, TargetKind.ON_REQUEST, TargetKind.EFFORT],
                    window__in=TargetWindow.values,
                )
                | Q(kind=TargetKind.RATE, window__in=RATE_WINDOWS)
                | Q(kind=TargetKind.COVERAGE, window=TargetWindow.SCHOOL_YEAR)
                | Q(kind=TargetKind.DELIVERABLE, window=TargetWindow.PERIOD),
                name="target_window_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=TargetKind.COVERAGE, grade__isnull=False)
                | (~Q(kind=TargetKind.COVERAGE) & Q(grade__isnull=True)),
                name="target_grade_with_coverage_only",
            ),
            models.CheckConstraint(
                condition=Q(kind=TargetKind.DELIVERABLE, due_on__isnull=False)
                | (~Q(kind=TargetKind.DELIVERABLE) & Q(due_on__isnull=True)),
                name="target_due_on_with_deliverable_only",
                violation_error_message=_("A deliverable has a day it is done by; other kinds have none."),
            ),
            models.CheckConstraint(
                condition=Q(calendar__in=TargetCalendar.values), name="target_calendar_known"
            ),
            models.CheckConstraint(
                condition=Q(calendar=TargetCalendar.MONTHLY_WEIGHTS) & ~Q(month_weights="")
                | ~Q(calendar=TargetCalendar.MONTHLY_WEIGHTS) & Q(month_weights=""),
                name="target_weights_with_monthly_weights_only",
                violation_error_message=_("Twelve weights go with the pace by month, and with no other."),
            ),
            models.CheckConstraint(condition=Q(scope__in=TargetScope.values), name="target_scope_known"),
            models.CheckConstraint(
                condition=~Q(scope=TargetScope.EACH_AREA) | Q(kind__in=[TargetKind.COUNT, TargetKind.RATE]),
                name="target_each_area_with_a_count",
            ),
        ]

    def __str__(self) -> str:
        return self.reading

    @property
    def is_measurable(self) -> bool:
        """An effort has no number: nobody can say whether it was kept."""
        return self.kind != TargetKind.EFFORT

    @property
    def weights(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(weight) for weight in self.month_weights.split())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A stored target stands: changing what was promised is a dated decision, not a save (docs/adr/0004)."""
        if self.pk is not None:
            raise TypeError("A stored target is not changed.")
        super().save(*args, **kwargs)
