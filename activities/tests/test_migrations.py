"""Rows that were there before a column was, and what the column says of them afterwards."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from activities.models import Activity
from activities.tests.factories import ActivityFactory
from history.models import Change

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
