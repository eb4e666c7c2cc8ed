"""Keeping the running totals: what a row adds, written with the row, and counting them again from the rows.

Every service that changes what counts says what the row added before and what it adds now; docs/adr/0013.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, DateField, F, Q, Sum
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from activities.models import MEASURES, MONTHS, Activity, ActivityQuerySet, Axis, Tally
from promises.models import Commitment

logger = logging.getLogger(__name__)

_AT_ONCE = 500


class Key(NamedTuple):
    """One total; in the order of its index, so that writers take them in the same order."""

    commitment: int
    axis: str
    day: date
    member: int = 0
    present: int = 0


Amounts = tuple[int, ...]
"""One number for each of MEASURES, in their order."""

Totals = dict[Key, Amounts]

BATCH = Q(quantity__gt=1) | Q(month_only=True)

_NOTHING: Amounts = (0,) * len(MEASURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Ids of what a row is related to. ``classes``: (class, pupils present or None)."""

    areas: tuple[int, ...] = ()
    parties: tuple[int, ...] = ()
    classes: tuple[tuple[int, int | None], ...] = ()


def added_by(row: Activity, related: Related) -> Totals:
    """What one row adds as it stands; nothing where it does not count or lies outside the promise's period."""
    if not row.is_counted or not row.commitment.promise.contains(row.occurred_on):
        return {}
    day = row.occurred_on
    once = _amounts(quantity=row.quantity, rows=1, batches=_is_batch(row))
    totals = {
        Key(row.commitment_id, Axis.ALL, day): _amounts(
            quantity=row.quantity,
            rows=1,
            rows_done=row.quantity > 0,
            batches=_is_batch(row),
            minutes=row.minutes or 0,
            rows_with_minutes=row.minutes is not None,
            reached=row.persons_reached or 0,
            rows_with_reached=row.persons_reached is not None,
            rows_joint=len(related.parties) > 1,
            rows_overlapping=len(related.areas) > 1,
        ),
        Key(row.commitment_id, Axis.KNOWN, max(day, known_on(row))): once,
    }
    members = [
        *((Axis.AREA, area, 0) for area in related.areas or (0,)),
        *((Axis.PARTY, party, 0) for party in related.parties),
        *((Axis.CLASS, school_class, present or 0) for school_class, present in related.classes),
    ]
    if row.kind_id is not None:
        members.append((Axis.KIND, row.kind_id, 0))
    totals |= {Key(row.commitment_id, axis, day, member, present): once for axis, member, present in members}
    return with_months(totals)


def _is_batch(row: Activity) -> bool:
    """For several events, or for a whole month: ``BATCH`` says the same to the database."""
    return row.quantity > 1 or row.month_only


def known_on(row: Activity) -> date:
    """The day of ``known_at``, in the site's time zone."""
    known_at: datetime = row.done_at or row.logged_at
    return timezone.localtime(known_at).date()


def with_months(days: Totals) -> Totals:
    """And the months that the days add up to."""
    totals = dict(days)
    for key, amounts in days.items():
        if key.axis in MONTHS:
            month = key._replace(axis=MONTHS[Axis(key.axis)], day=key.day.replace(day=1))
            totals[month] = _plus(totals.get(month, _NOTHING), amounts)
    return totals


def total(parts: Iterable[Totals]) -> Totals:
    """The sum of what several rows add."""
    totals: Totals = {}
    for part in parts:
        for key, amounts in part.items():
            totals[key] = _plus(totals.get(key, _NOTHING), amounts)
    return totals


def change(*, before: Totals, now: Totals) -> None:
    """Write the difference into the stored totals, in the caller's transaction, which holds the promise."""
    differences = {
        key: difference
        for key in sorted({*before, *now})
        if any(difference := _plus(now.get(key, _NOTHING), tuple(-n for n in before.get(key, _NOTHING))))
    }
    lower = {key: amounts for key, amounts in differences.items() if min(amounts) < 0}
    _raise([(key, amounts) for key, amounts in differences.items() if key not in lower])
    drifted = {key.commitment for key, amounts in lower.items() if not _lower(key, amounts)}
    for commitment in drifted:
        # Nobody's correction fails because a total was wrong already; the log says that something wrote past us.
        logger.error("the totals of commitment %s did not hold what its rows had added", commitment)
        rebuild(Commitment.objects.get(pk=commitment))


def _raise(totals: list[tuple[Key, Amounts]]) -> None:
    """One statement for each 500: what is not there begins, what is there grows."""
    quote = connection.ops.quote_name
    table = quote(Tally._meta.db_table)
    keys = ", ".join(quote(name) for name in ("commitment_id", "axis", "day", "member", "present"))
    measures = [quote(name) for name in MEASURES]
    grown = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in measures)
    one = f"({', '.join(['%s'] * (len(Key._fields) + len(MEASURES)))})"
    for start in range(0, len(totals), _AT_ONCE):
        part = totals[start : start + _AT_ONCE]
        values: list[Any] = []
        for key, amounts in part:
            day = connection.ops.adapt_datefield_value(key.day)
            values += [key.commitment, key.axis, day, key.member, key.present, *amounts]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({keys}, {', '.join(measures)}) "  # noqa: S608  # only our own names
                f"VALUES {', '.join([one] * len(part))} ON CONFLICT ({keys}) DO UPDATE SET {grown}",
                values,
            )


def _lower(key: Key, amounts: Amounts) -> bool:
    """Not by the statement above: it would offer the database a number below zero. False: too little is there."""
    enough = {f"{name}__gte": -n for name, n in zip(MEASURES, amounts, strict=True) if n < 0}
    left = {name: F(name) + n for name, n in zip(MEASURES, amounts, strict=True) if n}
    return Tally.objects.filter(**key._asdict(), **enough).update(**left) == 1


# --- From the rows


def counted_again(rows: ActivityQuerySet) -> Totals:
    """What ``rows`` add up to, by the database: the same totals as ``added_by`` gives for each of them.

    Rows that do not count, or lie outside their promise's period, add nothing.
    """
    rows = rows.counted().order_by()
    rows = rows.filter(
        occurred_on__gte=F("commitment__promise__starts_on"),
        occurred_on__lte=F("commitment__promise__ends_on"),
    )
    totals: Totals = {}
    for commitment, day, *amounts in rows.values_list("commitment", "occurred_on").annotate(
        quantity_=Sum("quantity"),
        rows_=Count("pk"),
        rows_done_=Count("pk", filter=Q(quantity__gt=0)),
        batches_=Count("pk", filter=BATCH),
        minutes_=Coalesce(Sum("minutes"), 0),
        rows_with_minutes_=Count("minutes"),
        reached_=Coalesce(Sum("persons_reached"), 0),
        rows_with_reached_=Count("persons_reached"),
    ):
        totals[Key(commitment, Axis.ALL, day)] = (*amounts, 0, 0)
    for measure, relation in (("rows_joint", "parties"), ("rows_overlapping", "areas")):
        # One query for each: two joins in one would multiply the rows.
        for commitment, day, number in _with_several(rows, relation):
            key = Key(commitment, Axis.ALL, day)
            totals[key] = _plus(totals[key], _amounts(**{measure: number}))
    for key, quantity, number, batches in _by_member(rows):
        totals[key] = _amounts(quantity=quantity, rows=number, batches=batches)
    return with_months(totals)


def _with_several(rows: ActivityQuerySet, relation: str) -> Iterable[tuple[int, date, int]]:
    """(commitment, day, rows with two or more) where there are such rows."""
    several = rows.values("pk").annotate(n=Count(relation)).filter(n__gte=2).values("pk")
    found = Activity.objects.filter(pk__in=several).order_by()
    return found.values_list("commitment", "occurred_on").annotate(n=Count("pk"))


def _by_member(rows: ActivityQuerySet) -> Iterator[tuple[Key, int, int, int]]:
    """(total, quantity, rows, batches) of every axis but ALL."""
    known = Greatest("occurred_on", TruncDate(Coalesce("done_at", "logged_at")), output_field=DateField())
    groups: dict[Axis, tuple[ActivityQuerySet, list[str]]] = {
        Axis.AREA: (rows, ["occurred_on", "areas"]),
        Axis.KIND: (rows.filter(kind__isnull=False), ["occurred_on", "kind"]),
        Axis.PARTY: (rows.filter(parties__isnull=False), ["occurred_on", "parties"]),
        Axis.CLASS: (
            rows.filter(attendance__isnull=False),
            ["occurred_on", "attendance__school_class", "attendance__pupils_present"],
        ),
        Axis.KNOWN: (rows.annotate(known_on=known), ["known_on"]),
    }
    for axis, (found, names) in groups.items():
        grouped = found.values_list("commitment", *names).annotate(
            quantity_=Sum("quantity"), rows_=Count("pk"), batches_=Count("pk", filter=BATCH)
        )
        for commitment, day, *members, quantity, number, batches in grouped:
            yield Key(commitment, axis, day, *(member or 0 for member in members)), quantity, number, batches


# --- Proving and mending


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored number that is not what the rows add up to."""

    key: Key
    measure: str
    stored: int
    counted: int


def differences(commitment: Commitment) -> list[Difference]:
    """Every number of a commitment that is not what its rows add up to, in order. Empty: the totals are proved."""
    counted = counted_again(Activity.objects.filter(commitment=commitment))
    stored = {
        Key(*row[: len(Key._fields)]): row[len(Key._fields) :]
        for row in Tally.objects.filter(commitment=commitment).values_list(*Key._fields, *MEASURES)
    }
    return [
        Difference(key, measure, there, right)
        for key in sorted({*stored, *counted})
        for measure, there, right in zip(
            MEASURES, stored.get(key, _NOTHING), counted.get(key, _NOTHING), strict=True
        )
        if there != right
    ]


def rebuild(commitment: Commitment) -> None:
    """Count a commitment's totals again from its rows. The caller holds the promise."""
    with transaction.atomic():
        Tally.objects.filter(commitment=commitment).delete()
        _raise(sorted(counted_again(Activity.objects.filter(commitment=commitment)).items()))


def _amounts(**values: int) -> Amounts:
    return tuple(int(values.get(name, 0)) for name in MEASURES)


def _plus(one: Amounts, other: Amounts) -> Amounts:
    return tuple(a + b for a, b in zip(one, other, strict=True))
