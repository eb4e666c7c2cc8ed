"""What is measured: each page or act of the product, and beside it the floors that answer the same question."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.urls import reverse

from activities.models import Activity
from activities.paging import PER_PAGE, Key
from bench.fill import NOTE, Filled

OURS, SQL, BARE, ADMIN = "product", "SQL", "bare view", "admin"
LIST = "-occurred_on", "-logged_at", "-pk"
DEEP = 0.9  # how far down the deep page of the list lies


@dataclass(frozen=True)
class Case:
    """``run`` does it once and raises where the answer is not the right one. ``after`` is not timed."""

    what: str
    who: str
    run: Callable[[], None]
    after: Callable[[], None] | None = None


def cases_of(filled: Filled) -> list[Case]:
    """All cases, the product's before its floors."""
    client = Client(headers={"host": "localhost"})
    client.force_login(filled.user)
    promise = filled.promise
    commitment = promise.commitments.get(number=3)

    def page(address: str) -> Callable[[], None]:
        return lambda: answered(client.get(address), 200)

    def sql(statement: str, *parameters: Any) -> Callable[[], None]:
        return lambda: fetch(statement, parameters)

    slug, pk = promise.slug, promise.pk
    table, areas = Activity._meta.db_table, Activity.areas.through._meta.db_table
    counted = "state = 'done' AND voided_at IS NULL"
    month = month_of("occurred_on")
    shown = "id, occurred_on, commitment_id, kind_id, quantity, logged_by_id, state"
    order = "ORDER BY occurred_on DESC, logged_at DESC, id DESC LIMIT 51"
    admin = reverse("admin:activities_activity_changelist") + f"?promise__id__exact={pk}"
    place = deep_place(filled)
    rows = Activity.objects.filter(promise=promise).count()
    deep_page = max(int(rows * DEEP) // PER_PAGE, 1)
    log = Logging(filled, client, commitment)
    return [
        Case("overview", OURS, page(reverse("reports:promise_list"))),
        Case(
            "overview",
            SQL,
            sql(f"SELECT promise_id, COUNT(*), SUM(quantity) FROM {table} WHERE {counted} GROUP BY 1"),
        ),
        Case("overview", BARE, page("/bare/promises/")),
        Case("overview", ADMIN, page(reverse("admin:promises_promise_changelist"))),
        Case("dashboard", OURS, page(reverse("reports:dashboard", args=[slug]))),
        Case(
            "dashboard",
            SQL,
            sql(
                f"SELECT commitment_id, {month}, SUM(quantity) FROM {table}"
                f" WHERE promise_id = %s AND {counted} GROUP BY 1, 2",
                pk,
            ),
        ),
        Case("dashboard", BARE, page(f"/bare/promise/{pk}/")),
        Case("commitment", OURS, page(reverse("reports:commitment", args=[slug, 3]))),
        Case(
            "commitment",
            SQL,
            sql(
                f"SELECT area_id, {month}, SUM(quantity) FROM {table} LEFT JOIN {areas} a ON a.activity_id = {table}.id"
                f" WHERE commitment_id = %s AND {counted} GROUP BY 1, 2",
                commitment.pk,
            ),
        ),
        Case("commitment", BARE, page(f"/bare/commitment/{commitment.pk}/")),
        Case("list", OURS, page(reverse("activities:list", args=[slug]))),
        Case("list", SQL, sql(f"SELECT {shown} FROM {table} WHERE promise_id = %s {order}", pk)),
        Case("list", BARE, page(f"/bare/list/{pk}/")),
        Case("list", ADMIN, page(admin)),
        Case("deep list", OURS, page(reverse("activities:list", args=[slug]) + f"?efter={place}")),
        Case(
            "deep list",
            SQL,
            sql(
                f"SELECT {shown} FROM {table}"
                f" WHERE promise_id = %s AND (occurred_on, logged_at, id) < (%s, %s, %s) {order}",
                pk,
                *adapted(place),
            ),
        ),
        Case("deep list", ADMIN, page(f"{admin}&p={deep_page}")),
        Case("logging", OURS, log.by_product, log.tell),
        Case("logging", BARE, log.by_bare_view),
        Case("logging", ADMIN, log.by_admin, log.tell),
    ]


class Logging:
    """One activity with an area and two parties, sent as a browser sends it."""

    def __init__(self, filled: Filled, client: Client, commitment: Any) -> None:
        promise = filled.promise
        self.client, self.commitment = client, commitment
        self.days = count()
        self.first = promise.starts_on
        self.sent = {
            "commitment": commitment.pk,
            "kind": commitment.kinds.first().pk,
            "areas": [promise.areas.first().pk],
            "parties": [one.organisation_id for one in promise.parties.all()[:2]],
            "quantity": "1",
            "state": "done",
            "note": NOTE,
        }
        self.ours = reverse("activities:log_form", args=[promise.slug, commitment.number])
        self.bare = f"/bare/log/{promise.pk}/"
        self.admin = reverse("admin:activities_activity_add")

    def send(self, address: str, **other: Any) -> None:
        day = date.fromordinal(self.first.toordinal() + next(self.days) % 700)
        sent = urlencode(self.sent | {"occurred_on": day.isoformat()} | other, doseq=True)
        answered(self.client.post(address, sent, content_type="application/x-www-form-urlencoded"), 302)

    def by_product(self) -> None:
        self.send(self.ours, client_key=str(uuid.uuid4()))

    def tell(self) -> None:
        """As the next page does, which tells what was saved and takes it out of the session."""
        session = self.client.session
        session.pop("_messages", None)
        session.save()

    def by_bare_view(self) -> None:
        self.send(self.bare)

    def by_admin(self) -> None:
        self.send(self.admin, _save="1")


def answered(response: Any, status: int) -> None:
    if response.status_code != status:
        raise RuntimeError(f"{response.request['PATH_INFO']}: {response.status_code}, not {status}")


def fetch(statement: str, parameters: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.fetchall()


def month_of(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"DATE_TRUNC('month', {column})"
    return f"SUBSTR({column}, 1, 7)"


def deep_place(filled: Filled) -> Key:
    rows = Activity.objects.filter(promise=filled.promise).order_by(*LIST)
    return Key.of(rows[int(rows.count() * DEEP)])


def adapted(key: Key) -> tuple[Any, ...]:
    fields = [Activity._meta.get_field(name) for name in ("occurred_on", "logged_at", "id")]
    return tuple(field.get_db_prep_value(value, connection) for field, value in zip(fields, key, strict=True))
