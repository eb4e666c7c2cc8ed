"""What one person has logged in all their promises, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Sum, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from activities.choices import State
from activities.models import Activity, ActivityQuerySet
from promises.models import Commitment, Promise
from reports.queries.standings import Judged, judge

LATEST, MOST = 5, 50  # rows of each commitment: among all of them, and where one is chosen
MOST_OPEN = 20


@dataclass
class Own:
    """``days``: what the person's counted rows added, by day. ``rows``: how many rows those are. ``latest``: the last
    ones that are done, counted or not, the newest first."""

    judged: Judged
    days: list[tuple[date, int]] = field(default_factory=list)
    rows: int = 0
    latest: list[Activity] = field(default_factory=list)


def own_rows_in(user: User, promises: Sequence[Promise]) -> ActivityQuerySet:
    """Done rows only: all who are in a promise may see those, whatever its plans are (OSL 18:1-2)."""
    rows: ActivityQuerySet = Activity.objects.filter(logged_by=user, promise__in=promises, state=State.DONE)
    return rows.valid()


def contributions(
    user: User, promises: Sequence[Promise], *, today: date, commitment: Commitment | None = None
) -> list[Own]:
    """The commitments the person has logged towards, in order; only that one where one is chosen."""
    rows = own_rows_in(user, promises)
    if commitment is not None:
        rows = rows.filter(commitment=commitment)
    most = LATEST if commitment is None else MOST
    place = Window(RowNumber(), partition_by="commitment", order_by=["-occurred_on", "-logged_at", "-pk"])
    latest: dict[int, list[Activity]] = defaultdict(list)
    for row in rows.annotate(place=place).filter(place__lte=most).with_names():
        latest[row.commitment_id].append(row)
    by_id = {promise.pk: promise for promise in promises}
    judged = judge(Commitment.objects.filter(pk__in=latest), by_id, today=today)
    found = {one.commitment.pk: Own(one, latest=latest[one.commitment.pk]) for one in judged}
    counted = rows.counted().order_by("commitment", "occurred_on").values_list("commitment", "occurred_on")
    for pk, day, total, number in counted.annotate(total=Sum("quantity"), number=Count("pk")):
        found[pk].days.append((day, total))
        found[pk].rows += number
    return list(found.values())


def not_approved_of(user: User, promises: Sequence[Promise]) -> list[Activity]:
    """What the person has logged and that does not count yet: sent back first, then what waits."""
    rows = own_rows_in(user, promises).not_approved().with_names().select_related("promise")
    return list(rows.order_by("review", "occurred_on", "pk")[:MOST_OPEN])


def commitments_of(user: User, promises: Sequence[Promise]) -> list[Commitment]:
    """Those the person has logged towards, with their promises."""
    own = own_rows_in(user, promises).order_by().values("commitment")
    return list(
        Commitment.objects.filter(pk__in=own)
        .select_related("promise")
        .order_by("-promise__ends_on", "promise__title", "number")
    )


def chosen_commitment(promises: Sequence[Promise], code: str) -> Commitment | None:
    """By "slug/number", among those of the promises."""
    slug, _slash, number = code.rpartition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        return None
    found: Commitment | None = Commitment.objects.filter(
        promise__in=promises, promise__slug=slug, number=number
    ).first()
    return found
