"""Several at once, each on a connection of its own: nothing is lost, nothing is stored twice."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from activities.choices import State
from activities.entries import entry_of
from activities.importer.run import import_file
from activities.importer.services import AlreadyStored, BeingStored, store
from activities.importer.undoing import undo
from activities.locks import end_exception, grant_exception, lock_period
from activities.models import Activity, Axis, ImportBatch, Tally
from activities.review import approve, require_review
from activities.rules import Entry
from activities.services import StaleVersion, correct_activity, log_activity, void_activity
from activities.tallies import differences
from activities.tests.importing import VISIBLE, Files
from activities.tests.importing_pages import kept, patrols
from activities.tests.pages import TODAY, World, make_world
from history.models import Change
from promises.locks import PeriodLocked
from promises.models import PeriodLock
from promises.tests.actors import make_actors
from promises.tests.factories import PromiseFactory

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6
PATIENCE = 60  # seconds; a deadlock must fail and not hang


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(make_actors(PromiseFactory()))


def all_at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each gave back, or the exception it ended with. None begins before all are there."""
    gate = threading.Barrier(len(jobs), timeout=PATIENCE)
    outcomes: list[Any] = [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait()
            outcomes[number] = job()
        except Exception as error:  # noqa: BLE001  # the test says which are right
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, job), daemon=True) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def entry(world: World, **values: Any) -> Entry:
    return replace(
        Entry(state=State.DONE, occurred_on=date(2020, 5, 1), kind=world.patrol, areas=(world.holma,)),
        **values,
    )


def logging(world: World, key: str) -> Callable[[], Any]:
    access = world.actors.access("officer")
    return lambda: log_activity(
        access=access, commitment=world.visible, entry=entry(world), today=TODAY, client_key=key
    )


def test_same_form_sent_many_times_at_once_is_one_row(world):
    key = str(uuid.uuid4())

    outcomes = all_at_once(*[logging(world, key)] * AT_ONCE)

    assert Counter(is_new for _row, is_new in outcomes) == {True: 1, False: AT_ONCE - 1}
    assert Activity.objects.count() == 1
    assert Change.objects.count() == 1


def test_different_forms_at_once_are_all_stored(world):
    outcomes = all_at_once(*[logging(world, str(uuid.uuid4())) for _ in range(AT_ONCE)])

    assert [is_new for _row, is_new in outcomes] == [True] * AT_ONCE
    assert Activity.objects.count() == AT_ONCE
    assert Change.objects.filter(action=Change.Action.CREATED).count() == AT_ONCE


def test_corrections_at_once_one_is_saved_and_the_others_are_told(world):
    row = world.log()
    access = world.actors.access("officer")

    def correct(quantity: int) -> Callable[[], Any]:
        new = replace(entry_of(row), quantity=quantity)
        return lambda: correct_activity(
            access=access, activity=row, entry=new, version=1, today=TODAY, reason="Fel antal"
        )

    outcomes = all_at_once(*[correct(number) for number in range(2, 2 + AT_ONCE)])

    [saved] = [one for one in outcomes if isinstance(one, Activity)]
    assert sum(isinstance(one, StaleVersion) for one in outcomes) == AT_ONCE - 1
    row.refresh_from_db()
    assert (row.version, row.quantity) == (2, saved.quantity)
    assert Change.objects.of(row).count() == 2


def test_void_and_correction_at_once_only_one_happens(world):
    row = world.log()
    officer, coordinator = world.actors.access("officer"), world.actors.access("coordinator")
    new = replace(entry_of(row), quantity=9)

    outcomes = all_at_once(
        lambda: void_activity(access=coordinator, activity=row, version=1, reason="Dubblett"),
        lambda: correct_activity(
            access=officer, activity=row, entry=new, version=1, today=TODAY, reason="Fel antal"
        ),
    )

    assert sum(isinstance(one, Activity) for one in outcomes) == 1
    row.refresh_from_db()
    assert row.version == 2
    assert row.is_voided != (row.quantity == 9)
    assert Change.objects.of(row).count() == 2


def test_same_file_at_once_adds_its_rows_once(world, tmp_path):
    rows = [VISIBLE | {"datum": f"2019-03-{day:02}"} for day in range(1, 29)]
    path = Files(tmp_path).csv(*rows)

    outcomes = all_at_once(*[lambda: import_file(path, promise=world.actors.promise, today=TODAY)] * 3)

    assert Activity.objects.count() == len(rows)
    assert Change.objects.count() == len(rows)
    assert [one.added + one.unchanged for one in outcomes] == [len(rows)] * 3


def test_everybody_at_once_leaves_totals_that_are_the_rows(world):
    """Twenty acts on the same days and areas, in each other's way: none is lost, none deadlocks."""
    officer, coordinator = world.actors.access("officer"), world.actors.access("coordinator")
    rows = [world.log(quantity=2, areas=(world.holma, world.kroksback)) for _ in range(10)]

    def correct(row: Activity) -> Callable[[], Any]:
        new = replace(entry_of(row), quantity=3, areas=(world.kroksback,), occurred_on=date(2020, 5, 2))
        return lambda: correct_activity(
            access=officer, activity=row, entry=new, version=1, today=TODAY, reason="Fel"
        )

    def void(row: Activity) -> Callable[[], Any]:
        return lambda: void_activity(access=coordinator, activity=row, version=1, reason="Dubblett")

    outcomes = all_at_once(
        *[logging(world, str(uuid.uuid4())) for _ in range(10)],
        *[correct(row) for row in rows[:5]],
        *[void(row) for row in rows[5:]],
    )

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert differences(world.visible) == []
    kept = Tally.objects.filter(commitment=world.visible, axis=Axis.ALL).order_by("day")
    assert list(kept.values_list("quantity", "rows")) == [(10, 10), (15, 5)]
    trail = Change.objects.filter(promise_id=world.actors.promise.pk).order_by("pk")
    assert [one.at for one in trail] == sorted(one.at for one in trail)


def test_two_coordinators_approving_at_once_count_each_row_once(world):
    coordinators = [world.actors.access(name) for name in ("coordinator", "city_coordinator")]
    require_review(access=coordinators[0], required=True, reason="Beslut")
    rows = [world.log(quantity=2) for _ in range(3)]
    versions = {row.pk: row.version for row in rows}

    outcomes = all_at_once(
        *(lambda access=access: approve(access=access, versions=versions) for access in coordinators * 2)
    )

    assert sorted(len(approved) for approved in outcomes) == [0, 0, 0, 3]
    assert Change.objects.filter(action=Change.Action.APPROVED).count() == 3
    kept = Tally.objects.filter(commitment=world.visible, axis=Axis.ALL)
    assert sum(kept.values_list("quantity", flat=True)) == 6
    assert differences(world.visible) == []


def test_turning_review_off_while_somebody_logs_leaves_nothing_waiting_unseen(world):
    coordinator = world.actors.access("coordinator")
    require_review(access=coordinator, required=True, reason="Beslut")

    turned_off, *_logged = all_at_once(
        lambda: require_review(access=coordinator, required=False, reason="Prövat"),
        *(logging(world, str(uuid.uuid4())) for _ in range(3)),
    )

    waiting = Activity.objects.waiting().exists()
    assert isinstance(turned_off, ValidationError) == waiting
    assert type(coordinator.promise).objects.get(pk=coordinator.promise.pk).requires_review == waiting
    assert differences(world.visible) == []


def locking(world: World, name: str = "coordinator") -> Callable[[], Any]:
    access = world.actors.access(name)
    return lambda: lock_period(
        access=access, first=date(2019, 1, 1), last=date(2020, 5, 31), reason="Stängt", today=TODAY
    )


def test_no_save_is_under_way_across_a_lock(world):
    """What was saved was saved before the lock; what came after is refused. Nothing in between."""
    rows = [world.log() for _ in range(2)]
    officer = world.actors.access("officer")

    def correct(row: Activity) -> Callable[[], Any]:
        new = replace(entry_of(row), quantity=5)
        return lambda: correct_activity(
            access=officer, activity=row, entry=new, version=1, today=TODAY, reason="Fel"
        )

    locked, *saved = all_at_once(
        locking(world),
        *[logging(world, str(uuid.uuid4())) for _ in range(AT_ONCE)],
        *[correct(row) for row in rows],
    )

    assert isinstance(locked, PeriodLock)
    refused = [one for one in saved if isinstance(one, PeriodLocked)]
    kept = [one for one in saved if not isinstance(one, Exception)]
    assert len(refused) + len(kept) == AT_ONCE + 2
    of_rows = Change.objects.filter(subject="activities.activity").order_by("pk")
    assert of_rows.count() == len(rows) + len(kept)
    assert of_rows.last().pk < Change.objects.of(locked).get().pk
    assert differences(world.visible) == []


def test_same_period_locked_by_two_coordinators_at_once_is_locked_once(world):
    outcomes = all_at_once(*[locking(world, name) for name in ("coordinator", "city_coordinator")] * 2)

    assert PeriodLock.objects.count() == 1
    assert {one.pk for one in outcomes if isinstance(one, PeriodLock)} == {PeriodLock.objects.get().pk}
    assert Change.objects.filter(subject="promises.periodlock").count() == 1


def test_ending_an_exception_while_its_owner_saves_leaves_nothing_after_it(world):
    coordinator = world.actors.access("coordinator")
    exception = grant_exception(
        access=coordinator,
        lock=locking(world)(),
        user=world.user("officer"),
        until=timezone.now() + timedelta(days=1),
        reason="En rättelse",
    )

    _ended, *saved = all_at_once(
        lambda: end_exception(access=coordinator, exception=exception),
        *[logging(world, str(uuid.uuid4())) for _ in range(AT_ONCE)],
    )

    assert all(isinstance(one, tuple | PeriodLocked) for one in saved)
    end = Change.objects.of(exception).order_by("pk").last()
    assert not Change.objects.filter(subject="activities.activity", pk__gt=end.pk).exists()


def test_two_coordinators_storing_the_same_upload_at_once_store_it_once(world):
    batch = kept(world, *patrols(20))
    accesses = [world.actors.access("coordinator") for _ in range(3)]

    outcomes = all_at_once(
        *(
            lambda access=access: store(access=access, batch=batch, reason="", today=TODAY)
            for access in accesses
        )
    )

    assert Counter(type(one).__name__ for one in outcomes)["ImportBatch"] == 1
    assert all(isinstance(one, ImportBatch | AlreadyStored | BeingStored) for one in outcomes)
    assert Activity.objects.count() == 20
    assert Change.objects.filter(action=Change.Action.CREATED).count() == 20
    assert differences(world.visible) == []


def test_same_file_sent_in_twice_and_stored_at_once_adds_its_rows_once(world):
    batches = [kept(world, *patrols(20)) for _ in range(2)]
    access = world.actors.access("coordinator")

    outcomes = all_at_once(
        *(lambda batch=batch: store(access=access, batch=batch, reason="", today=TODAY) for batch in batches)
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["ImportBatch", "PreviewMoved"]
    assert Activity.objects.count() == 20
    assert differences(world.visible) == []


def test_import_taken_back_twice_at_once_is_voided_once(world):
    access = world.actors.access("coordinator")
    batch = store(access=access, batch=kept(world, *patrols(10)), reason="", today=TODAY)

    def take_back() -> Any:
        return undo(access=access, batch=batch, reason="Fel år", touched_too=True, seen="0-0", today=TODAY)

    outcomes = all_at_once(*[take_back] * 3)

    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyUndone", "AlreadyUndone", "Undone"]
    assert Change.objects.filter(action=Change.Action.VOIDED).count() == 10
    assert differences(world.visible) == []
