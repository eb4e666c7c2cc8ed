"""A whole import taken back: voided with a reason, set back, never deleted (docs/adr/0022)."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from activities.entries import entry_of
from activities.importer.services import store
from activities.importer.undoing import AlreadyUndone, ChangedMeanwhile, plan, undo
from activities.models import Activity, ImportBatch
from activities.review import require_review
from activities.services import correct_activity, void_activity
from activities.tallies import differences
from activities.tests.factories import ActivityFactory, count_again
from activities.tests.importing_pages import PATROL, PLAN, kept, patrols, url
from activities.tests.pages import TODAY, text_of, world
from history.models import Change
from promises.locks import PeriodLocked
from promises.tests.factories import LockExceptionFactory, PeriodLockFactory

__all__ = ["world"]


def stored(world, *rows, who="coordinator"):
    return store(
        access=world.actors.access(who), batch=kept(world, *rows, who=who), reason="Räknat om", today=TODAY
    )


def undone(world, batch, *, who="coordinator", reason="Fel år i filen", touched_too=False, seen=None):
    access = world.actors.access(who)
    seen = plan(batch, access).mark if seen is None else seen
    return undo(access=access, batch=batch, reason=reason, touched_too=touched_too, seen=seen, today=TODAY)


def corrected(world, key, **values):
    row = Activity.objects.get(client_key=key)
    return correct_activity(
        access=world.actors.access("coordinator"),
        activity=row,
        entry=replace(entry_of(row), **values),
        version=row.version,
        today=TODAY,
        reason="För hand",
    )


def test_undo_gives_keys_that_no_file_can_have_taken(world):
    """Somebody's file may hold any id; what is taken back must not meet it."""
    batch = stored(world, *patrols(2))
    before = {row.client_key for row in Activity.objects.all()}
    for row in Activity.objects.filter(import_batch=batch):
        ActivityFactory(commitment=world.visible, client_key=f"undone-{row.pk}")
    count_again(world.actors.promise)

    assert undone(world, batch).voided == 2
    freed = {row.client_key for row in Activity.objects.filter(import_batch=batch)}
    assert freed.isdisjoint(before)


def test_undo_voids_every_row_with_its_reason_and_the_totals_follow(world):
    other = world.log()
    batch = stored(world, *patrols(40))

    result = undone(world, batch)

    assert (result.voided, result.set_back, result.left) == (40, 0, 0)
    rows = Activity.objects.filter(import_batch=batch)
    assert {(row.is_voided, row.void_reason, row.voided_by, row.version) for row in rows} == {
        (True, "Fel år i filen", world.user("coordinator"), 2)
    }
    changes = Change.objects.filter(action="voided")
    assert {(one.reason, one.by) for one in changes} == {("Fel år i filen", world.user("coordinator"))}
    assert {one.subject_id for one in changes} == {row.pk for row in rows}
    assert not Activity.objects.get(pk=other.pk).is_voided
    assert differences(world.visible) == []
    batch = ImportBatch.objects.get(pk=batch.pk)
    assert (batch.state, batch.undo_reason, batch.undone_by) == (
        "undone",
        "Fel år i filen",
        world.user("coordinator"),
    )


def test_file_can_be_read_in_again_after_it_was_taken_back(world):
    undone(world, stored(world, PATROL, PATROL | {"id": ""}))

    again = stored(world, PATROL, PATROL | {"id": ""})

    assert again.added == 2
    assert Activity.objects.valid().count() == 2
    assert Activity.objects.count() == 4


def test_undo_sets_back_what_the_file_corrected(world):
    stored(world, PATROL | {"anteckning": "Förut"})
    batch = stored(world, PATROL | {"antal": "9", "områden": "Kroksbäck", "anteckning": "Nu"})
    row = Activity.objects.get()
    assert row.quantity == 9

    result = undone(world, batch)

    assert (result.voided, result.set_back) == (0, 1)
    row.refresh_from_db()
    assert (row.quantity, row.note, [area.name for area in row.areas.all()]) == (2, "Förut", ["Holma"])
    assert not row.is_voided
    assert Change.objects.of(row).order_by("pk").last().reason == "Fel år i filen"
    assert differences(world.visible) == []
    assert (
        stored(world, PATROL | {"antal": "9", "anteckning": "Nu"}).corrected == 1
    )  # it can be read in again


def test_row_changed_by_hand_since_is_kept_or_voided_by_choice(world):
    batch = stored(world, *patrols(3))
    corrected(world, "p1", quantity=7)
    found = plan(batch, world.actors.access("coordinator"))
    assert [row.client_key for row in found.touched] == ["p1"]

    result = undone(world, batch)

    assert result.voided == 2
    assert [row.quantity for row in Activity.objects.valid()] == [7]

    second = stored(world, *patrols(3, id=""))
    row = Activity.objects.filter(import_batch=second).first()
    corrected(world, row.client_key, quantity=8)
    assert undone(world, second, touched_too=True).voided == second.added
    assert not Activity.objects.filter(import_batch=second, voided_at=None).exists()
    assert differences(world.visible) == []


def test_correction_overtaken_by_hand_stays(world):
    stored(world, PATROL, PATROL | {"id": "b"})
    batch = stored(world, PATROL | {"antal": "9"}, PATROL | {"id": "b", "antal": "9"})
    corrected(world, "a", quantity=5)
    b = Activity.objects.get(client_key="b")
    void_activity(access=world.actors.access("coordinator"), activity=b, version=b.version, reason="Dubblett")

    result = undone(world, batch, touched_too=True)

    assert (result.voided, result.set_back, result.left) == (0, 0, 0)
    assert Activity.objects.get(client_key="a").quantity == 5


def test_row_voided_by_hand_keeps_its_own_reason(world):
    batch = stored(world, *patrols(2))
    row = Activity.objects.get(client_key="p0")
    void_activity(access=world.actors.access("coordinator"), activity=row, version=1, reason="Dubblett")

    assert undone(world, batch).voided == 1
    assert Activity.objects.get(pk=row.pk).void_reason == "Dubblett"


def test_plan_that_the_file_marked_as_done_cannot_become_a_plan_again(world):
    plan_row = PATROL | {"datum": "2020-05-02", "status": "planerad"}
    stored(world, plan_row)
    batch = stored(world, plan_row | {"status": "genomförd"}, PATROL | {"id": "b"})

    result = undone(world, batch)

    assert (result.voided, result.set_back, result.left) == (1, 0, 1)


def test_undo_where_somebody_changed_a_row_meanwhile_is_asked_again(world):
    batch = stored(world, *patrols(2))
    seen = plan(batch, world.actors.access("coordinator")).mark
    corrected(world, "p0", quantity=5)

    with pytest.raises(ChangedMeanwhile):
        undone(world, batch, seen=seen, touched_too=True)
    assert not Activity.objects.exclude(voided_at=None).exists()


def test_undo_twice_happens_once(world):
    batch = stored(world, *patrols(2))
    undone(world, batch)

    with pytest.raises(AlreadyUndone):
        undone(world, batch)
    assert Change.objects.filter(action="voided").count() == 2


@pytest.mark.parametrize("reason", ["", "  ", "ring 070-123 45 67", "x" * 201])
def test_undo_needs_a_reason_that_can_be_kept(world, reason):
    batch = stored(world, PATROL)

    with pytest.raises(ValidationError):
        undone(world, batch, reason=reason)
    assert not Activity.objects.get().is_voided


def test_file_that_was_not_stored_is_not_taken_back(world):
    with pytest.raises(PermissionDenied):
        undone(world, kept(world, PATROL))


@pytest.mark.parametrize("who", ["officer", "staff", "signatory", "city_coordinator"])
def test_undo_only_by_those_who_may_know_of_the_import(world, who):
    batch = stored(world, PATROL)

    with pytest.raises(PermissionDenied):
        undone(world, batch, who=who, seen="0-0")


def test_undo_where_rows_are_reviewed_leaves_nothing_waiting(world):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    batch = stored(world, *patrols(2))

    undone(world, batch)

    assert not Activity.objects.waiting().exists()
    assert differences(world.visible) == []


def test_undo_in_a_locked_period_takes_nothing_back(world):
    batch = stored(world, PATROL | {"datum": "2020-03-01"}, PATROL | {"id": "b", "datum": "2020-05-01"})
    lock = PeriodLockFactory(
        promise=world.actors.promise, first_day=date(2020, 1, 1), last_day=date(2020, 3, 31)
    )

    with pytest.raises(PeriodLocked):
        undone(world, batch)
    assert not Activity.objects.exclude(voided_at=None).exists()
    assert ImportBatch.objects.get(pk=batch.pk).is_stored

    exception = LockExceptionFactory(lock=lock, user=world.user("coordinator"))
    assert undone(world, batch).voided == 2
    marked = Change.objects.filter(action="voided", exception_id=exception.pk)
    assert marked.count() == 1


def test_correction_in_a_locked_period_is_not_set_back_by_halves(world):
    stored(world, PATROL | {"datum": "2020-03-01"})
    batch = stored(world, PATROL | {"datum": "2020-03-01", "antal": "9"}, PATROL | {"id": "b"})
    PeriodLockFactory(promise=world.actors.promise, first_day=date(2020, 1, 1), last_day=date(2020, 3, 31))

    with pytest.raises(PeriodLocked):
        undone(world, batch)
    assert Activity.objects.valid().count() == 2


def test_rows_in_a_locked_period_are_at_fault_before_anything_is_stored(world):
    stored(world, PATROL | {"datum": "2020-03-01"})
    PeriodLockFactory(promise=world.actors.promise, first_day=date(2020, 1, 1), last_day=date(2020, 3, 31))

    batch = kept(
        world,
        PATROL | {"datum": "2020-03-01"},
        PATROL | {"datum": "2020-03-31", "id": "b"},
        PATROL | {"datum": "2020-04-01", "id": "c"},
    )
    moved = kept(world, PATROL | {"datum": "2020-04-01"})

    found = {
        line.number: (line.verdict, [one["column"] for one in line.faults]) for line in batch.lines.all()
    }
    assert found == {2: ("same", []), 3: ("error", ["datum"]), 4: ("new", [])}
    assert moved.lines.get().verdict == "error"  # it would leave a locked period


# --- Pages


def test_pages_take_an_import_back_and_say_so(world):
    batch = stored(world, *patrols(3))
    corrected(world, "p1", quantity=7)
    client = world.client("coordinator")
    assert "Ångra inläsningen" in text_of(client.get(url(world, "detail", batch.pk)))

    page = client.get(url(world, "undo", batch.pk))
    assert "2 aktiviteter makuleras." in text_of(page)
    assert "1 aktivitet har ändrats sedan dess" in text_of(page)
    refused = client.post(url(world, "undo", batch.pk), {"why": "", "sett": "1-0"})
    assert refused.status_code == 400
    stale = client.post(url(world, "undo", batch.pk), {"why": "Fel år", "sett": "0-0"})
    assert stale.status_code == 409
    done = client.post(
        url(world, "undo", batch.pk), {"why": "Fel år", "sett": "1-0", "andrade": "on"}, follow=True
    )

    text = text_of(done)
    assert "3 aktiviteter makulerades." in text
    assert "Inläsningen är ångrad" in text
    assert "Fel år" in text
    assert "Ångra inläsningen" not in text
    again = client.post(url(world, "undo", batch.pk), {"why": "Fel år", "sett": "0-0"}, follow=True)
    assert "Inläsningen är redan ångrad" in text_of(again)
    assert "Ångrad" in text_of(client.get(url(world, "list")))


def test_page_says_that_a_period_is_locked_and_keeps_what_was_typed(world):
    batch = stored(world, PATROL | {"datum": "2020-03-01"})
    PeriodLockFactory(promise=world.actors.promise, first_day=date(2020, 1, 1), last_day=date(2020, 3, 31))

    answer = world.client("coordinator").post(url(world, "undo", batch.pk), {"why": "Fel år", "sett": "0-0"})

    assert answer.status_code == 400
    assert "låst" in text_of(answer)
    assert "Fel år" in answer.content.decode()


@pytest.mark.parametrize("rows", [3, 100])
def test_undo_page_query_budget(world, django_assert_num_queries, rows):
    batch = stored(world, *patrols(rows), PLAN)
    corrected(world, "p1", quantity=7)
    client = world.client("coordinator")
    client.get(url(world, "undo", batch.pk))

    with django_assert_num_queries(13):
        client.get(url(world, "undo", batch.pk))
