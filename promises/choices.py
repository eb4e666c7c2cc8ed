"""Closed lists of what a promise can be made of. The codes are those of docs/promise-format.md."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseState(models.TextChoices):
    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class PartyRole(models.TextChoices):
    SIGNATORY = "signatory", _("Signing party")
    PARTNER = "partner", _("Partner")


class Role(models.TextChoices):
    """What somebody is in one promise. Administrators stand outside promises: ``User.is_administrator``."""

    OFFICER = "officer", _("Police officer")
    STAFF = "staff", _("Municipal staff")
    CONTRIBUTOR = "contributor", _("Municipal staff who log")
    COORDINATOR = "coordinator", _("Coordinator")
    SIGNATORY = "signatory", _("Signatory")


class CommitmentForm(models.TextChoices):
    """What is asked when something is logged."""

    ACTIVITY = "activity", _("Activity: kind, areas, date, parties")
    COUNTS_ONLY = "counts_only", _("Numbers only: month, number, area")
    CLASS_MEETING = "class_meeting", _("Meeting with school classes")


class AreaRule(models.TextChoices):
    REQUIRED = "required", _("At least one area")
    OPTIONAL = "optional", _("Area if known")
    NONE = "none", _("No area")


class TargetKind(models.TextChoices):
    COUNT = "count", _("Count")
    RATE = "rate", _("Rate")
    COVERAGE = "coverage", _("Coverage")
    ON_REQUEST = "on_request", _("On request")
    DELIVERABLE = "deliverable", _("Deliverable")
    EFFORT = "effort", _("Effort")


NUMBERED_KINDS = (TargetKind.COUNT, TargetKind.RATE, TargetKind.COVERAGE)  # those with a number to reach


class TargetWindow(models.TextChoices):
    PERIOD = "period", _("the whole period")
    CALENDAR_YEAR = "calendar_year", _("each calendar year")
    PROMISE_YEAR = "promise_year", _("each year from the promise's first day")
    HALF_YEAR = "half_year", _("each half-year")
    TERTIAL = "tertial", _("each tertial")
    QUARTER = "quarter", _("each quarter")
    MONTH = "month", _("each month")
    WEEK = "week", _("each week")
    SCHOOL_YEAR = "school_year", _("each school year")
    TERM = "term", _("each term")


RATE_WINDOWS = (TargetWindow.QUARTER, TargetWindow.MONTH, TargetWindow.WEEK)  # a rate is a rhythm


class TargetScope(models.TextChoices):
    ALL_AREAS = "all_areas", _("all areas together")
    EACH_AREA = "each_area", _("each area by itself")


class TargetCalendar(models.TextChoices):
    """Which days carry the pace (reports/calendars.py)."""

    EVEN = "even", _("an even pace")
    SCHOOL_DAYS = "school_days", _("school days")
    MONTHLY_WEIGHTS = "monthly_weights", _("months by weight")


class BasisKind(models.TextChoices):
    DIALOGUE = "dialogue", _("Citizen dialogue")
    SURVEY = "survey", _("Safety survey")
    OTHER = "other", _("Other")


class Better(models.TextChoices):
    """The direction that is better. Kept with every indicator: Malmö's problem index is better when it falls."""

    LOWER = "lower", _("Lower is better")
    HIGHER = "higher", _("Higher is better")
    NEITHER = "neither", _("Neither is better by itself")


class MeasurementRole(models.TextChoices):
    BASELINE = "baseline", _("Before")
    FOLLOW_UP = "follow_up", _("After")
