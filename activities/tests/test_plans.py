"""Which index answers what: SQLite has no statistics and takes what a query says, so a query must say enough."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Count
from django.http import QueryDict

from activities import paging
from activities.filters import ActivityFilter
from activities.models import Activity
from activities.tests.pages import world

__all__ = ["world"]

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL plans by what is in the tables"
)

DAYS = (date(2019, 1, 1), date(2020, 12, 31))


def plan(rows):
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return " | ".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize("name", ["officer", "staff"])
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "activity_list_of_promise"),
        ("atagande=3", "activity_list_of_commitment"),
        ("slag=Fotpatrull", "activity_list_of_kind"),
        ("skola=Holmaskolan", "activity_list_of_school"),
        ("mina=1", "activity_list_of_own"),
        ("lage=planned", "activity_list_of_state"),
        ("lage=cancelled&fran=2019-05-01", "activity_list_of_state"),
        ("lage=voided", "activity_list_of_voided"),
        ("granskning=vantar", "activity_waiting"),
        ("ar=2019", "activity_list_of_promise"),
        ("sok=torg&slag=Fotpatrull", "activity_list_of_kind"),
    ],
)
def test_filter_of_the_list_has_an_index_in_its_order(world, name, query, index):
    access = world.actors.access(name)
    chosen = ActivityFilter(QueryDict(query), access=access)
    assert chosen.is_valid()
    rows = chosen.found(Activity.objects.visible_to(access)).indexed
    ordered = rows.with_names().order_by("-occurred_on", "-logged_at", "-pk")[: paging.PER_PAGE]
    assert f"USING INDEX {index} (" in plan(ordered)
    assert "TEMP B-TREE" not in plan(ordered)


def test_few_rows_among_many_are_found_by_their_own_index(world):
    rows = Activity.objects.filter(promise=world.actors.promise)
    mine = rows.filter(logged_by=world.user("officer"))
    days = rows.filter(occurred_on__range=DAYS)
    assert "activity_waiting (promise_id=? AND review=?" in plan(
        days.not_approved().order_by("occurred_on").values_list("commitment").annotate(n=Count("pk"))
    )
    assert "activity_waiting (promise_id=? AND review=?" in plan(rows.waiting())
    assert "activity_waiting (promise_id=? AND review=?" in plan(
        mine.returned().order_by("occurred_on", "pk")
    )
    assert "state=? AND promise_id=?" in plan(rows.not_done().filter(state="planned"))
