"""What waits for somebody in many promises at once: one query for each question, however many rows and people.

Only what both parties may know is read, whoever the mail is for: a mail travels unprotected, and the police's would
tell of a secret plan by being sent at all (OSL 18:1-2; docs/adr/0025).
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from activities.choices import State
from activities.models import Activity, ActivityQuerySet
from promises.models import Commitment, PeriodLock


@dataclass(frozen=True, slots=True)
class Plan:
    """Planned for a day that has passed. ``author``: None where it was read in from a file."""

    pk: int
    number: int
    title: str
    day: date
    author: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """``since``: the day from which the oldest has been known."""

    rows: int
    since: date


def overdue_plans(promises: Collection[int], *, as_of: date) -> dict[int, list[Plan]]:
    """Promise -> its plans of days before ``as_of``, by commitment and then the oldest first."""
    found: dict[int, list[Plan]] = defaultdict(list)
    rows = _open(promises).not_done().filter(state=State.PLANNED, occurred_on__lt=as_of)
    rows = rows.order_by("promise", "commitment__number", "occurred_on", "pk")
    for promise, *values in rows.values_list(
        "promise", "pk", "commitment__number", "commitment__short_title", "occurred_on", "logged_by"
    ):
        found[promise].append(Plan(*values))
    return found


def waiting_for_review(promises: Collection[int]) -> dict[int, Waiting]:
    rows = _open(promises).waiting().with_known_at().order_by()
    counts = rows.values("promise").annotate(rows=Count("pk"), since=Min("known_at"))
    return {one["promise"]: Waiting(one["rows"], timezone.localtime(one["since"]).date()) for one in counts}


def sent_back(promises: Collection[int]) -> Counter[tuple[int, int]]:
    """(promise, author) -> how many of their rows a coordinator wants them to look at."""
    rows = _open(promises).returned().filter(logged_by__isnull=False).order_by()
    counts = rows.values_list("promise", "logged_by").annotate(rows=Count("pk"))
    return Counter({(promise, author): number for promise, author, number in counts})


def with_secrets(promises: Collection[int]) -> set[int]:
    """The promises with a commitment whose plans are secret: by what was promised, and not by whether there are any."""
    secret = Commitment.objects.filter(promise__in=promises, confidential_until_done=True).order_by()
    return set(secret.values_list("promise", flat=True))


def _open(promises: Collection[int]) -> ActivityQuerySet:
    """Those that can still be settled: in a locked period nothing changes any more (docs/adr/0023)."""
    rows = Activity.objects.filter(promise__in=promises).open_to_both_parties()
    ends_after = PeriodLock.objects.standing().filter(
        promise=OuterRef("promise"), last_day__gte=OuterRef("occurred_on")
    )
    day = ends_after.filter(first_day__lte=OuterRef("occurred_on"))
    # as ``Activity.days``: a month that is a number is locked when one of its days is
    month = ends_after.alias(first_month=TruncMonth("first_day")).filter(first_month__lte=OuterRef("month"))
    return rows.alias(month=TruncMonth("occurred_on")).filter(
        ~Exists(day), Q(month_only=False) | ~Exists(month)
    )
