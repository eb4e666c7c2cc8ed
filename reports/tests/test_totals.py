"""What pages read from the running totals is what single rows add up to, on every day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from activities.tests.factories import ActivityFactory, count_again
from promises.tests.factories import AreaFactory, CommitmentFactory, KindFactory, TargetFactory
from reports.queries import load_evaluation, months_by_area
from reports.queries.counting import counted_by
from reports.queries.in_areas import days_by_area
from reports.queries.selection import counts_of
from reports.queries.totals import stored_totals, totals_of_rows
from reports.tests.malmo import make_worked_example

DAYS = [
    date(2018, 12, 31),
    date(2019, 1, 1),
    date(2019, 12, 31),
    date(2020, 6, 15),
    date(2020, 6, 30),
    date(2020, 7, 1),
    date(2020, 12, 31),
    date(2030, 1, 1),
]


@pytest.mark.parametrize("as_of", DAYS)
def test_stored_totals_are_what_the_rows_add_up_to(db, as_of):
    promise = make_worked_example()
    late = ActivityFactory(
        commitment=promise.commitments.get(number=3), day=700, logged_at=datetime(2021, 2, 1, tzinfo=UTC)
    )
    ActivityFactory(
        commitment=late.commitment,
        day=3,
        logged_at=datetime(2019, 1, 4, tzinfo=UTC),
        minutes=30,
        persons_reached=0,
    )
    commitments = [row.pk for row in promise.commitments.all()]

    stored = stored_totals(commitments, with_visits=commitments, as_of=as_of)
    counted = totals_of_rows(counted_by(promise, as_of), as_of=as_of)

    assert stored.days == counted.days
    assert stored.in_all == counted.in_all
    assert sorted(stored.members) == sorted(counted.members)
    assert sorted(stored.visits, key=repr) == sorted(counted.visits, key=repr)
    assert bool(stored.days) is (as_of >= DAYS[1])


@pytest.mark.parametrize(
    ("as_of", "late"),
    [(date(2020, 3, 1), 0), (date(2020, 3, 2), 2), (date(2020, 3, 9), 1), (date(2020, 3, 12), 0)],
)
def test_rows_logged_late_by_the_day_that_is_shown(db, as_of, late):
    """Two rows of 2 March, known on the 9th and the 12th: before their own day neither counts at all."""
    commitment = CommitmentFactory()
    for day in (9, 12):
        ActivityFactory(
            commitment=commitment,
            occurred_on=date(2020, 3, 2),
            logged_at=datetime(2020, 3, day, 12, tzinfo=UTC),
        )

    (line,) = load_evaluation(commitment.promise, as_of=as_of, sees_plans=False).lines

    assert line.process.logged_late == late


def test_evaluation_reads_no_row_that_counts(db):
    """Only rows that are planned, cancelled or wait for review, and whether any is an example."""
    promise = make_worked_example()
    with CaptureQueriesContext(connection) as caught:
        load_evaluation(promise, as_of=DAYS[-2], sees_plans=True)
        months_by_area(promise, year=2020, as_of=DAYS[-2])

    reads = [query["sql"] for query in caught if 'FROM "activities_activity"' in query["sql"]]
    assert len(reads) == 5  # examples, planned, cancelled, classes booked, waiting
    assert all("is_example" in sql or "NOT" in sql or "waiting" in sql for sql in reads)


def test_months_by_area_of_an_area_that_nothing_was_done_in(db):
    commitment = CommitmentFactory()
    AreaFactory(promise=commitment.promise, name="Bellevue")
    holma = AreaFactory(promise=commitment.promise, name="Holma")
    row = ActivityFactory(commitment=commitment, areas=[holma], kind=KindFactory(commitment=commitment))
    Activity.objects.filter(pk=row.pk).update(occurred_on=row.occurred_on + timedelta(days=400))
    count_again(commitment.promise)

    assert months_by_area(commitment.promise, year=2019, as_of=DAYS[-2]) == ()
    assert [one.area for one in months_by_area(commitment.promise, year=2020, as_of=DAYS[-2])] == ["Holma"]


def test_filtered_counts_are_what_the_rows_add_up_to(db):
    """One choice is read from the totals, area and kind together from the rows."""
    promise = make_worked_example()
    first, last, as_of = date(2019, 3, 2), date(2020, 12, 31), date(2020, 10, 14)
    choices = {
        "area": set(promise.areas.all()),
        "kind": {kind.code for row in promise.commitments.all() for kind in row.kinds.all()},
    }
    for area in [None, *choices["area"]]:
        for kind in ["", *choices["kind"]]:
            rows = counted_by(promise, as_of).filter(occurred_on__gte=first)
            rows = rows.filter(areas=area) if area else rows
            rows = rows.filter(kind__code=kind) if kind else rows
            expected = dict(rows.values_list("commitment__number").annotate(total=Sum("quantity")))

            found = counts_of(promise, area=area, kind=kind, first=first, last=last, as_of=as_of)

            assert found == expected
            assert found


@pytest.mark.parametrize("as_of", [date(2019, 6, 15), date(2020, 12, 31)])
def test_days_by_area_are_what_the_rows_add_up_to(db, as_of):
    promise = make_worked_example()
    commitments = list(promise.commitments.filter(number__in=(3, 4)))
    for commitment in commitments:
        TargetFactory(commitment=commitment, scope="each_area")
    ActivityFactory(commitment=commitments[0], areas=list(promise.areas.all()), quantity=4, day=20)
    promise.activities.update(logged_at=datetime(2018, 12, 31, tzinfo=UTC))  # all were known then

    known = counted_by(promise, as_of, known_then=True)
    stored, counted = (days_by_area(commitments, as_of=as_of, rows=rows) for rows in (None, known))

    assert stored == counted
    assert any(one.batches for one in stored.values())
