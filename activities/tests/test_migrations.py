"""Rows that were there before a column was, and what the column says of them afterwards."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from activities import tallies
from activities.models import Activity, Attendance, Tally
from activities.tests.factories import ActivityFactory
from history.models import Change
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    MunicipalityFactory,
    PoliceFactory,
    SchoolClassFactory,
    SchoolFactory,
)

BEFORE = [("activities", "0001_activity_and_attendance")]
MARKED = datetime(2020, 5, 2, 8, tzinfo=UTC)


def changed(row, action, at):
    Change.objects.create(
        at=at, source="test", subject="activities.activity", subject_id=row.pk, action=action
    )


def there_and_back(before):
    """To a state of the past and again to the newest one, which the next test needs."""
    MigrationExecutor(connection).migrate(before)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_when_plans_were_done_is_filled_from_the_history():
    was_planned, logged_as_done, still_planned = (
        ActivityFactory(planned=one) for one in (False, False, True)
    )
    changed(was_planned, "created", datetime(2020, 4, 1, tzinfo=UTC))
    changed(was_planned, "done", MARKED)
    changed(was_planned, "corrected", datetime(2020, 6, 1, tzinfo=UTC))
    changed(logged_as_done, "created", datetime(2020, 4, 1, tzinfo=UTC))

    there_and_back(BEFORE)

    found = dict(Activity.objects.values_list("pk", "done_at"))
    assert found == {was_planned.pk: MARKED, logged_as_done.pk: None, still_planned.pk: None}


@pytest.mark.django_db(transaction=True)
def test_running_totals_are_filled_from_the_rows_there_are():
    commitment = CommitmentFactory()
    promise = commitment.promise
    holma, kroksback = AreaFactory(promise=promise), AreaFactory(promise=promise, name="Kroksbäck")
    school_class = SchoolClassFactory(school=SchoolFactory(promise=promise))
    common = {"commitment": commitment, "kind": KindFactory(commitment=commitment)}
    ActivityFactory(**common, areas=[holma], parties=[PoliceFactory()], quantity=3, minutes=20)
    joint = ActivityFactory(
        **common,
        areas=[holma, kroksback],
        parties=[PoliceFactory(), MunicipalityFactory()],
        persons_reached=7,
    )
    Attendance.objects.create(activity=joint, school_class=school_class, pupils_present=20)
    ActivityFactory(
        commitment=commitment, quantity=0, day=1, done_at=datetime(2020, 1, 31, 23, 30, tzinfo=UTC)
    )
    ActivityFactory(commitment=commitment, planned=True)
    ActivityFactory(commitment=commitment, day=-1)

    there_and_back([("activities", "0002_when_plans_were_done")])

    kept = Tally.objects.filter(rows__gt=0)
    # Two days, as they were and as they became known; two areas and none; a kind, two parties, a class.
    assert kept.exclude(axis__endswith="-m").count() == 2 + 2 + 3 + 1 + 2 + 1
    assert kept.filter(axis__endswith="-m").count() == 1 + 2 + 3 + 1 + 2
    assert tallies.differences(commitment) == []


@pytest.mark.django_db(transaction=True)
def test_secret_plans_that_are_done_begin_when_they_were_done():
    logged = datetime(2020, 4, 1, tzinfo=UTC)
    secret = CommitmentFactory(confidential=True)
    was_planned = ActivityFactory(commitment=secret, logged_at=logged, done_at=MARKED)
    others = [
        ActivityFactory(commitment=secret, logged_at=logged),
        ActivityFactory(commitment=secret, logged_at=logged, planned=True),
        ActivityFactory(logged_at=logged, done_at=MARKED),
    ]

    there_and_back([("activities", "0011_batches_of_members")])

    found = dict(Activity.objects.values_list("pk", "logged_at"))
    assert found == {was_planned.pk: MARKED} | {row.pk: logged for row in others}
