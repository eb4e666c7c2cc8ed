"""Rows that are judged one by one and not added up: what was asked for, and what was delivered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from activities.choices import Review, State
from activities.models import Activity
from promises.choices import TargetKind
from promises.models import Commitment
from reports.requests import Answer, Request


@dataclass
class Found:
    """What one commitment has of either. ``deliveries``: (day, link or "")."""

    requests: list[Request] = field(default_factory=list)
    deliveries: list[tuple[date, str]] = field(default_factory=list)


def requests_and_deliveries(
    commitments: Sequence[Commitment], *, known_by: date | None = None
) -> dict[int, Found]:
    """Of every day, for the rules choose. One query, and none where no commitment, of whichever promise, is judged so.
    ``commitments`` have their targets at hand.

    A request that was cancelled, or is still planned, is what the target is judged by: it is read on every day, past
    ones included, and says what it says today (docs/adr/0008). ``known_by``: only what was logged by that day's
    last minute; what was marked as done later stands as it was planned, and so does what waits for review.
    """
    found: dict[int, Found] = defaultdict(Found)
    by_kind = {
        kind: {one.pk for one in commitments if any(target.kind == kind for target in one.targets.all())}
        for kind in (TargetKind.ON_REQUEST, TargetKind.DELIVERABLE)
    }
    asked, delivered = by_kind.values()
    if not (asked or delivered):
        return found
    rows = (
        Activity.objects.filter(
            Q(commitment__in=asked, asked_on__isnull=False)
            | Q(commitment__in=delivered, state=State.DONE, review=Review.NONE, quantity__gt=0)
        )
        .open_to_both_parties()
        .valid()
        .order_by("occurred_on", "logged_at", "pk")
    )
    if known_by is not None:
        rows = rows.filter(logged_at__date__lte=known_by)
    for commitment, asked_on, day, state, link, done_at, review in rows.values_list(
        "commitment", "asked_on", "occurred_on", "state", "link", "done_at", "review"
    ):
        done_later = bool(known_by and done_at and timezone.localtime(done_at).date() > known_by)
        if commitment in asked and asked_on is not None:
            answer = Answer.PLANNED if done_later or review else Answer(state)
            found[commitment].requests.append(Request(asked_on, day, answer))
        if commitment in delivered and not done_later:
            found[commitment].deliveries.append((day, link))
    return found
