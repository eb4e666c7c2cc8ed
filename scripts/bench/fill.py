"""A database with many activities: rows as logging makes them, written past Django, as the database likes it best.

The promises come in through the product's own door (the Malmö promise, under other names). Every row lies on a day
of its two years, was logged the same evening, has areas, parties and its history; of a hundred planned operations
two are still planned and one is cancelled. Theme meetings have no rows: there are only so many school classes.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction

from accounts.models import User
from activities import tallies
from activities.models import Activity, Tally
from history.models import Change
from history.services import difference
from promises.choices import CommitmentForm, Role
from promises.definition import load
from promises.loading import load_promise
from promises.models import Area, Commitment, Kind, Membership, Promise, PromiseParty, Target

FILE = settings.BASE_DIR / "promises" / "data" / "malmo-vaster-2019-2020.yaml"
NOTE = "Samtal med boende på torget, frågor om belysning och cyklar."
SHARES = {2: 10, 3: 60, 4: 30}  # rows of a hundred, by the number of the commitment
LOGGERS = 20
PATTERN = 2_000
TABLES = (Activity, Activity.areas.through, Activity.parties.through, Change)
STEP = 9 * 10**8  # between the numbers of two rows of the pattern, so that all copies find room


@dataclass(frozen=True)
class Filled:
    """``promise``: one that has rows; ``user``: its coordinator, of the police."""

    rows: int
    promises: int
    promise: Promise
    user: User


@dataclass(frozen=True)
class Place:
    """What the rows of one commitment can say."""

    promise: Promise
    commitment: Any
    kinds: list[Kind]
    areas: list[Area]
    parties: list[int]


def fill(rows: int, *, promises: int) -> Filled:
    """An empty database becomes one with so many rows, spread evenly over so many promises."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    first = load_promise(load(FILE), by=None, source="bench").promise
    made = [first, *copies_of(first, promises - 1)]
    users = make_users(made)
    random.seed(1)  # the same rows every time
    copies = promises if promises > 1 else -(-rows // PATTERN)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            run(
                "SET LOCAL session_replication_role = replica"
            )  # a million rows of foreign keys, not asked for each
        dropped = drop_indexes()
        write_pattern(max(rows // copies, 1), first, users)
        if promises > 1:
            count_again(first)
        multiply(copies, first, spread=promises)
        if promises == 1:
            count_again(first)
        for statement in dropped:
            run(statement)
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE")
    return Filled(Activity.objects.count(), promises, made[len(made) // 2], users[0])


def copies_of(first: Promise, number: int) -> list[Promise]:
    """The same promise under other names. Their rows have numbers at even distances from those of the first."""
    made = [copy_of(first, slug=f"lofte-{index + 2}") for index in range(number)]
    with transaction.atomic():
        Promise.objects.bulk_create(made)
        old = {"promise": first}
        for model, owner in ((PromiseParty, "promise"), (Area, "promise"), (Commitment, "promise")):
            rows = list(model._default_manager.filter(**old).order_by("pk"))
            copied = [copy_of(row, **{owner: one}) for one in made for row in rows]
            model._default_manager.bulk_create(copied)
        commitments = list(first.commitments.order_by("pk"))
        of_copy = list(Commitment.objects.filter(promise__in=made).order_by("pk"))
        for model in (Kind, Target):
            rows = list(
                model._default_manager.filter(commitment__in=commitments).order_by("commitment", "pk")
            )
            places = {one.pk: index for index, one in enumerate(commitments)}
            model._default_manager.bulk_create(
                copy_of(row, commitment=of_copy[copy * len(commitments) + places[row.commitment_id]])
                for copy in range(number)
                for row in rows
            )
    return made


def copy_of(row: Any, **other: Any) -> Any:
    values = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.name != "id"}
    copied = type(row)(**values)
    for name, value in other.items():
        setattr(copied, name, value)
    return copied


def make_users(promises: list[Promise]) -> list[User]:
    """The first is coordinator of all promises, the others log."""
    users = [User.objects.create(email=f"bench{index}@example.se") for index in range(LOGGERS + 1)]
    police = promises[0].commitments.get(number=3).responsible
    for promise in promises:
        Membership.objects.create(user=users[0], promise=promise, role=Role.COORDINATOR, organisation=police)
    return users


def places(promise: Promise) -> list[Place]:
    areas, parties = list(promise.areas.all()), [one.organisation_id for one in promise.parties.all()]
    commitments = {one.number: one for one in promise.commitments.all()}
    return [
        Place(promise, commitments[number], list(commitments[number].kinds.all()), areas, parties)
        for number, share in SHARES.items()
        for _ in range(share)
    ]


def write_pattern(rows: int, promise: Promise, users: list[User]) -> None:
    """The first rows, of the first promise; all others are copies of them."""
    choices = places(promise)
    found: dict[str, list[models.Model]] = defaultdict(list)
    for index in range(rows):
        pk = 10**14 + index * STEP * 10
        for one in rows_of(pk, choices[index * 37 % len(choices)], random.choice(users[1:])):
            found[one._meta.label].append(one)
    for model in TABLES:
        model._default_manager.bulk_create(found[model._meta.label], batch_size=500)


def multiply(copies: int, first: Promise, *, spread: int) -> None:
    """Copy ``copies - 1`` times, each time for the next promise, or, with one promise, for the same.

    What differs is a number: the copies' commitments, kinds and areas lie at even distances.
    """
    pks = {"promise_id": 1, "commitment_id": first.commitments.count(), "area_id": first.areas.count()}
    pks["kind_id"] = Kind.objects.filter(commitment__promise=first).count()
    for model in TABLES if spread == 1 else (*TABLES, Tally):
        columns = [one.column for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
        said = {column: f'"{column}"' for column in columns}
        number = f"{STEP} * CAST(n AS BIGINT) / {copies} * 10"
        for column in ("id", "activity_id", "subject_id"):
            if column in said:
                said[column] += f" + {number}"
        if "client_key" in said:
            said["client_key"] += " || '-' || n"
        if "member" in said:
            said["member"] = (
                "CASE WHEN member = 0 THEN 0"
                f" WHEN axis IN ('area', 'area-m') THEN member + n * {pks['area_id']}"
                f" WHEN axis IN ('kind', 'kind-m') THEN member + n * {pks['kind_id']} ELSE member END"
            )
        if spread > 1:
            said |= {column: f"{said[column]} + n * {by}" for column, by in pks.items() if column in said}
        names = ", ".join(f'"{column}"' for column in columns)
        run(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {copies - 1})"
            f" INSERT INTO {model._meta.db_table} ({names})"
            f" SELECT {', '.join(said.values())} FROM {model._meta.db_table} CROSS JOIN numbers WHERE n < {copies}"
        )


def count_again(promise: Promise) -> None:
    """The running totals, from the rows; past the service that keeps history of it."""
    for commitment in promise.commitments.all():
        tallies.rebuild(commitment)


def rows_of(pk: int, place: Place, user: User) -> Iterator[models.Model]:
    """One activity and all that belongs to it."""
    promise, commitment = place.promise, place.commitment
    days = (promise.ends_on - promise.starts_on).days + 1
    day = promise.starts_on + timedelta(days=random.randrange(days))
    by_month = commitment.form == CommitmentForm.COUNTS_ONLY
    if by_month:
        day = day.replace(day=1)
    at = datetime.combine(day, time(18), UTC) + timedelta(microseconds=random.randrange(3_600_000_000))
    fate = random.randrange(100) if commitment.confidential_until_done else 99
    state = "planned" if fate < 2 else "cancelled" if fate == 2 else "done"
    areas = random.sample(place.areas, 2 if random.random() < 0.1 and not by_month else 1)
    parties = [] if by_month else random.sample(place.parties, 2 if random.random() < 0.3 else 1)
    said: dict[str, Any] = {"month_only": True} if by_month else {"minutes": 60, "note": NOTE}
    said |= {"state": state, "occurred_on": day, "quantity": 1}
    kind = None if by_month else random.choice(place.kinds)
    yield Activity(
        pk=pk,
        promise=promise,
        commitment=commitment,
        kind=kind,
        reason="Sjukdom" if state == "cancelled" else "",
        logged_by=user,
        logged_at=at,
        client_key=f"bench-{pk}",
        **said,
    )
    for area in areas:
        yield Activity.areas.through(activity_id=pk, area=area)
    for party in parties:
        yield Activity.parties.through(activity_id=pk, organisation_id=party)
    said |= {"kind": kind, "areas": areas}
    yield Change(
        at=at,
        by=user,
        promise_id=promise.pk,
        subject=Activity._meta.label_lower,
        subject_id=pk,
        action=Change.Action.CREATED,
        values=difference({}, said),
    )


def drop_indexes() -> list[str]:
    """Take away the tables' plain indexes; the statements that make them again."""
    tables = tuple(model._meta.db_table for model in TABLES)
    marks = ", ".join(["%s"] * len(tables))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
                f" WHERE c.conname IS NULL AND i.tablename IN ({marks})",
                tables,
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master"
                f" WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
                tables,
            )
        found = cursor.fetchall()
    for name, _statement in found:
        run(f'DROP INDEX "{name}"')
    return [statement for _name, statement in found]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
