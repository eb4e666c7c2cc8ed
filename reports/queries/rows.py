"""The single rows of an evaluation, without notes and without who logged them."""

from collections import defaultdict
from datetime import date

from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf

from activities.models import ActivityQuerySet
from promises.models import Commitment, Promise
from reports.evaluation import ActivityLine
from reports.queries.counting import counted_by


def activity_lines(
    promise: Promise, commitments: list[Commitment], *, as_of: date, known_then: bool
) -> dict[int, list[ActivityLine]]:
    """Four queries for plain values: ten thousand model instances would take seconds."""
    counted = counted_by(promise, as_of, known_then=known_then).filter(
        commitment__in=[row.pk for row in commitments]
    )
    rows = counted.order_by("occurred_on", F("starts_at").asc(nulls_first=True), "logged_at", "pk")
    areas = _names(counted, F("areas__name"), "areas__position", "areas__pk")
    parties = _names(
        counted, Coalesce(NullIf("parties__short_name", Value("")), "parties__name"), "parties__name"
    )
    classes = _names(counted, F("attendance__school_class__label"), "attendance__pk")
    lines: dict[int, list[ActivityLine]] = defaultdict(list)
    for pk, commitment, day, month_only, at, kind, quantity, school, reached, minutes in rows.values_list(
        "pk",
        "commitment",
        "occurred_on",
        "month_only",
        "starts_at",
        "kind__name",
        "quantity",
        "school__name",
        "persons_reached",
        "minutes",
    ):
        lines[commitment].append(
            ActivityLine(
                day=day,
                month_only=month_only,
                starts_at=at,
                kind=kind or "",
                areas=tuple(areas[pk]),
                quantity=quantity,
                parties=tuple(parties[pk]),
                school=school or "",
                classes=tuple(classes[pk]),
                persons_reached=reached,
                minutes=minutes,
            )
        )
    return lines


def _names(counted: ActivityQuerySet, name: Combinable, *order: str) -> dict[int, list[str]]:
    """One query: row -> the names of what it is related to, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = counted.annotate(text=name).order_by("pk", *order)
    for pk, text in rows.values_list("pk", "text"):
        if text is not None:
            found[pk].append(text)
    return found
