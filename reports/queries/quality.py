"""What the rows themselves say about how well they are kept. A constant number of queries, each list with an end."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, Func, IntegerField, Max, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from activities.models import Activity, ActivityQuerySet, Evidence
from promises.choices import CommitmentForm
from promises.models import Promise
from reports.quality import (
    LATE_DAYS,
    LATE_DAYS_OF_A_MONTH,
    OUTLIERS,
    Likeness,
    Unusual,
    likely_twice,
    unusual,
)
from reports.queries.counting import counted_by

MOST_ROWS = 100  # of unusual and of late rows, latest first; all of them are counted
MOST_GROUPS = 200  # days with two rows of one kind, latest first; beyond them nobody looks
MOST_ALIKE = 1_000  # rows on such days


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Of the rows that count towards one commitment."""

    rows: int
    with_evidence: int  # a link, a picture or a PDF
    late: int
    late_at_most: int  # days after its own day, the latest of all rows
    after_the_end: int  # of the late ones, logged when the promise was over


class _DayNumber(Func):
    """A day, or the day of a moment (UTC), as a number to subtract. The database's own function: one row in a
    million costs as little as the first."""

    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(CAST(%(expressions)s AS date) - DATE '2000-01-01')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(date(%(expressions)s)) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


def rows_in_question(
    promise: Promise, *, as_of: date, numbers: Collection[int], area: str = "", kind: str = ""
) -> ActivityQuerySet:
    """What counts towards the commitments with these numbers, in an area and of a kind by its code where given."""
    rows = counted_by(promise, as_of).filter(commitment__number__in=numbers)
    if area:
        rows = rows.filter(areas__promise=promise, areas__name=area)
    return rows.filter(kind__code=kind) if kind else rows


def row_counts(counted: ActivityQuerySet, promise: Promise) -> dict[int, RowCounts]:
    """By the commitment's number; only those with a row."""
    over = timezone.make_aware(datetime.combine(promise.ends_on + timedelta(days=1), time.min))
    totals = (
        _with_lateness(counted)
        .values_list("commitment__number")
        .annotate(
            n=Count("pk"),
            shown=Count("pk", filter=~Q(link="") | Q(pk__in=Evidence.objects.valid().values("activity"))),
            late=Count("pk", filter=_LATE),
            most=Max("days_late", filter=_LATE, default=0),
            after=Count("pk", filter=_LATE & Q(known_at__gte=over)),
        )
    )
    return {number: RowCounts(n, shown, late, most, after) for number, n, shown, late, most, after in totals}


def late_rows(counted: ActivityQuerySet) -> list[Activity]:
    rows = _with_lateness(counted).filter(_LATE)
    return list(_with_owner(rows)[:MOST_ROWS])


def unusual_sizes(counted: ActivityQuerySet) -> dict[int, list[Unusual]]:
    """By the commitment's number."""
    found: dict[int, list[Unusual]] = defaultdict(list)
    for field in OUTLIERS:
        spread: dict[int, dict[int, int]] = defaultdict(dict)
        counts = (
            counted.filter(**{f"{field}__isnull": False})
            .values_list("commitment__number", field)
            .annotate(n=Count("pk"))
        )
        for number, value, rows in counts:
            spread[number][value] = rows
        for number, of_one in spread.items():
            if result := unusual(field, of_one):
                found[number].append(result)
    return found


def unusual_rows(counted: ActivityQuerySet, sizes: Mapping[int, Sequence[Unusual]]) -> list[Activity]:
    if not sizes:
        return []
    above = Q()
    for number, results in sizes.items():
        for result in results:
            above |= Q(**{"commitment__number": number, f"{result.field}__gt": result.limit})
    rows = counted.filter(above)
    return list(_with_owner(rows)[:MOST_ROWS])


def rows_alike(counted: ActivityQuerySet) -> list[tuple[Activity, ...]]:
    """Rows that may be one thing logged twice, latest first.

    Two reports to the social services on one day are two reports; two numbers for one month are not.
    """
    counted = counted.exclude(commitment__form=CommitmentForm.COUNTS_ONLY, month_only=False)
    days = list(
        counted.values("commitment", "occurred_on", "kind")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by("-occurred_on", "commitment", "kind")[:MOST_GROUPS]
    )
    if not days:
        return []
    wanted = {(day["commitment"], day["occurred_on"], day["kind"]) for day in days}
    rows = (
        counted.filter(
            commitment__in={day["commitment"] for day in days},
            occurred_on__in={day["occurred_on"] for day in days},
        )
        .with_names()
        .order_by("-occurred_on", "commitment__number", "logged_at", "pk")[:MOST_ALIKE]
    )
    return likely_twice(
        (_likeness(row), row.starts_at, row)
        for row in rows
        if (row.commitment_id, row.occurred_on, row.kind_id) in wanted
    )


def _likeness(row: Activity) -> Likeness:
    return Likeness(
        commitment=row.commitment_id,
        day=row.occurred_on,
        kind=str(row.kind or ""),
        areas=frozenset(area.name for area in row.areas.all()),
        school=str(row.school or ""),
        classes=frozenset(one.school_class.label for one in row.attendance.all()),
    )


def _with_owner(rows: ActivityQuerySet) -> ActivityQuerySet:
    return rows.select_related("commitment", "logged_by").order_by("-occurred_on", "-pk")


_LATE = Q(days_late__gt=F("days_allowed"))


def _with_lateness(rows: ActivityQuerySet) -> ActivityQuerySet:
    return rows.with_known_at().annotate(
        days_late=_DayNumber(Coalesce("done_at", "logged_at")) - _DayNumber("occurred_on"),
        days_allowed=Case(When(month_only=True, then=Value(LATE_DAYS_OF_A_MONTH)), default=Value(LATE_DAYS)),
    )
