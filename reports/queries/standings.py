"""How many promises stand, for the overview: kept in a cache, and worked out for all that are missing at once.

A standing is kept under the promise, its newest history row and the day. Every write leaves a history row in its own
transaction (docs/adr/0004), so whatever changes a number changes the key as well, and nothing has to be thrown away.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from activities.models import Activity, Axis, Tally
from history.models import Change
from promises.choices import TargetKind, TargetScope
from promises.models import Area, Commitment, Promise, SchoolClass, Target
from reports.coverage import Attendance as Visit
from reports.coverage import Meeting
from reports.days import default_as_of
from reports.evaluation import DayCount, TargetLine
from reports.figures import stands_well, unanswered
from reports.queries import status_of, target_lines
from reports.queries.amendments import decisions_of
from reports.queries.calendars import calendars_of
from reports.queries.counting import Sums
from reports.queries.in_areas import OfArea, days_by_area
from reports.queries.requests import requests_and_deliveries
from reports.queries.totals import up_to
from reports.register import ClassKey
from reports.standing import LineStanding, Standing, standing_of
from reports.windows import cut_windows

RULES = 2
"""Part of every key: raise it when a change of the rules gives another standing for the same rows."""

CHUNK = 400  # keys of one question to the cache


@dataclass(frozen=True, slots=True)
class Known:
    """A promise with the number of its newest history row; 0 where it has none."""

    promise: Promise
    newest: int


def with_newest(promises: Any) -> list[Known]:
    """One query, an index step a promise."""
    rows = promises.annotate(newest=Subquery(Change.objects.newest_of(OuterRef("pk"))))
    return [Known(row, row.newest or 0) for row in rows]


def standings(known: Sequence[Known], *, today: date) -> dict[int, Standing]:
    """Promise id -> how it stands on its own usual day (today, or its last day).

    One query for every 400 promises that are kept; for all that are not, a number that does not depend on how many.
    """
    cache = caches["standings"]
    keys = {_key(one, today): one.promise for one in known}
    found: dict[int, Standing] = {}
    for part in _chunks(list(keys)):
        for key, plain in cache.get_many(part).items():
            found[keys[key].pk] = standing_of(*plain)
    missing = {key: promise for key, promise in keys.items() if promise.pk not in found}
    if missing:
        fresh = load_standings(list(missing.values()), today=today)
        with transaction.atomic():  # one for all: each by itself would wait for the disk
            cache.set_many({key: fresh[promise.pk].plain() for key, promise in missing.items()})
        found |= fresh
    return found


def load_standings(promises: Sequence[Promise], *, today: date) -> dict[int, Standing]:
    """Worked out anew, by the rules of the dashboard and without forecasts, in a constant number of queries."""
    by_id = {promise.pk: promise for promise in promises}
    lines: dict[int, list[LineStanding]] = defaultdict(list)
    has_rows: set[int] = set()
    judged = judge(Commitment.objects.filter(promise__in=by_id), by_id, today=today)
    for one in judged:
        row, targets = one.commitment, one.targets
        status = status_of(targets)
        if one.has_rows or any(unanswered(target.progress.windows) for target in targets):
            has_rows.add(row.promise_id)
        lines[row.promise_id].append(
            LineStanding(row.number, row.short_title, status, stands_well(status, targets))
        )
    logged = _last_logged(by_id)
    return {pk: Standing(tuple(lines[pk]), pk in has_rows, *logged[pk]) for pk in by_id}


@dataclass(frozen=True, slots=True)
class Judged:
    """A commitment with its targets as the dashboard judges them today. ``has_rows``: whether any row counts."""

    commitment: Commitment
    targets: tuple[TargetLine, ...]
    has_rows: bool


def judge(rows: QuerySet[Commitment], promises: dict[int, Promise], *, today: date) -> list[Judged]:
    """Commitments of whichever ``promises`` (by id), in order, by the rules of the dashboard on the usual day of each.

    Without forecasts; the number of queries does not depend on how many there are.
    """
    commitments = list(
        rows.order_by("promise", "number").prefetch_related(
            Prefetch("targets", Target.objects.prefetch_related("schools"))
        )
    )
    sums = _sums(commitments, promises, today=today)
    register: dict[int, list[SchoolClass]] = defaultdict(list)
    by_classes = {row.promise_id for row in commitments if _is_by_classes(row)}
    if by_classes:
        for one in SchoolClass.objects.filter(school__promise__in=by_classes).select_related("school"):
            register[one.school.promise_id].append(one)
    found = requests_and_deliveries(commitments)
    decisions = decisions_of(*promises.values(), as_of=today)
    calendars = calendars_of(commitments)
    in_areas = _in_areas(commitments, today=today)
    judged = []
    for row in commitments:
        promise = promises[row.promise_id]
        as_of = default_as_of(promise, today)
        targets = target_lines(
            row,
            promise=promise,
            register=register[promise.pk],
            sums=sums[row.pk],
            found=found[row.pk],
            decisions=[act for act in decisions.get(row.pk, ()) if act.decided_on <= as_of],
            calendars=calendars,
            in_areas=in_areas[row.pk],
            as_of=as_of,
        )
        judged.append(Judged(row, targets, bool(sums[row.pk].days)))
    return judged


def _sums(commitments: Sequence[Commitment], promises: dict[int, Promise], *, today: date) -> dict[int, Sums]:
    """What a verdict needs: months where no window ends within one, days where one does, and visits to classes."""
    sums: dict[int, Sums] = defaultdict(Sums)
    by_month = [row.pk for row in commitments if _by_months(row, promises[row.promise_id])]
    by_day = {row.pk for row in commitments}.difference(by_month)
    kept = Tally.objects.filter(axis=Axis.ALL, day__lte=today, rows__gt=0).order_by()
    starts = {row.pk: promises[row.promise_id].starts_on for row in commitments}
    months: dict[tuple[int, date], int] = defaultdict(int)
    of_months = Tally.objects.filter(commitment__in=by_month, rows__gt=0).order_by()
    whole, single = (
        part.values_list("commitment", "day", "quantity") for part in up_to(of_months, today, Axis.ALL)
    )
    for commitment, day, total in whole.union(single, all=True):
        months[commitment, day.replace(day=1)] += total
    for (commitment, first), total in sorted(months.items()):
        sums[commitment].days.append(DayCount(max(first, starts[commitment]), total))
    days = kept.filter(commitment__in=by_day).order_by("commitment", "day")
    for commitment, day, total in days.values_list("commitment", "day", "quantity"):
        sums[commitment].days.append(DayCount(day, total))
    for found in sums.values():
        found.batches = {
            entry.day for entry in found.days
        }  # sums of many rows: nothing is foreseen from them
    _add_visits(sums, commitments, today=today)
    return sums


def _in_areas(commitments: Sequence[Commitment], *, today: date) -> dict[int, list[tuple[str, OfArea]]]:
    """Commitment -> its areas with their days, for those that are judged area by area. Two queries, or none."""
    found: dict[int, list[tuple[str, OfArea]]] = defaultdict(list)
    needing: dict[int, list[int]] = defaultdict(list)  # by promise
    for row in commitments:
        if any(target.scope == TargetScope.EACH_AREA for target in row.targets.all()):
            needing[row.promise_id].append(row.pk)
    if not needing:
        return found
    days = days_by_area(commitments, as_of=today)
    for area in Area.objects.filter(promise__in=needing):
        for pk in needing[area.promise_id]:
            own = days.get((pk, area.pk), OfArea())
            own.batches.update(entry.day for entry in own.days)
            found[pk].append((area.name, own))
    return found


def _is_by_classes(commitment: Commitment) -> bool:
    return any(target.kind == TargetKind.COVERAGE for target in commitment.targets.all())


def _by_months(commitment: Commitment, promise: Promise) -> bool:
    """Whether each window of its targets begins with a month, or with the promise."""
    return all(
        window.start.day == 1 or window.start == promise.starts_on
        for kind in {target.window for target in commitment.targets.all()}
        for window in cut_windows(kind, starts_on=promise.starts_on, ends_on=promise.ends_on)
    )


def _add_visits(sums: dict[int, Sums], commitments: Sequence[Commitment], *, today: date) -> None:
    """The counted meetings with classes. What is booked changes no verdict."""
    by_classes = [row.pk for row in commitments if _is_by_classes(row)]
    visits = Tally.objects.filter(
        commitment__in=by_classes, axis=Axis.CLASS, day__lte=today, rows__gt=0
    ).values_list("commitment", "day", "member", "rows")
    found = list(visits.order_by("commitment", "day"))
    classes = SchoolClass.objects.filter(pk__in={member for _commitment, _day, member, _times in found})
    keys = {
        row.pk: ClassKey(row.school.name, row.school_year, row.label)
        for row in classes.select_related("school")
    }
    for commitment, day, member, times in found:
        sums[commitment].meetings.append(Meeting(day, True, (Visit(keys[member], None),), times=times))
    for pk in by_classes:  # a meeting that names no class is still a report
        sums[pk].meetings += [Meeting(entry.day, True, ()) for entry in sums[pk].days]


def _last_logged(promises: Iterable[int]) -> dict[int, tuple[Any, Any]]:
    """Promise id -> when it got its last row that all may see, and that the police may see. One query."""
    rows = Activity.objects.filter(promise=OuterRef("pk")).valid().with_known_at().order_by("-known_at")
    found = Promise.objects.filter(pk__in=list(promises)).order_by()
    return {
        pk: (everybody, police)
        for pk, everybody, police in found.values_list(
            "pk",
            Subquery(rows.open_to_both_parties().values("known_at")[:1]),
            Subquery(rows.values("known_at")[:1]),
        )
    }


def _key(known: Known, today: date) -> str:
    as_of = default_as_of(known.promise, today)
    return f"{RULES}:{known.promise.pk}:{known.newest}:{as_of.isoformat()}"


def _chunks(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
