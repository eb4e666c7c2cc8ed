"""A locked period: nothing in it changes through any door, but by an exception, and that is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.choices import Review, State
from activities.entries import entry_of
from activities.evidence import add_file, add_link, take_away
from activities.importer.faults import InvalidImportError
from activities.importer.run import import_file
from activities.locks import covered, end_exception, grant_exception, lock_period, unlock_period
from activities.models import Activity
from activities.review import answer, approve, require_review, return_row
from activities.rules import ClassPresent, Entry
from activities.services import (
    KeyTaken,
    Origin,
    correct_activity,
    create_many,
    draft,
    log_activity,
    void_activity,
)
from activities.tallies import differences
from activities.tests.importing import Files
from activities.tests.made_files import picture
from activities.tests.pages import TODAY, World, text_of, world
from activities.trail import trail
from history.models import Change
from promises.locks import PeriodLocked, locked_in_words
from promises.models import LockException, PeriodLock, Promise
from promises.registering import NewClass, close_class, correct_class, merge_classes, register_classes
from promises.tests.factories import PeriodLockFactory

__all__ = ["world"]

FIRST, LAST = date(2019, 1, 1), date(2019, 12, 31)
INSIDE, AFTER = date(2019, 5, 1), date(2020, 5, 1)


def lock(
    world: World, first: date = FIRST, last: date = LAST, name: str = "coordinator", **more
) -> PeriodLock:
    values = {"reason": "Året är avslutat", "today": TODAY} | more
    return lock_period(access=world.actors.access(name), first=first, last=last, **values)


def grant(world: World, row: PeriodLock, to: str = "officer", by: str = "coordinator", days: int = 7):
    return grant_exception(
        access=world.actors.access(by),
        lock=row,
        user=world.user(to),
        until=timezone.now() + timedelta(days=days),
        reason="Två besök på fel dag",
    )


def correct(world: World, row: Activity, name: str = "officer", why: str = "Fel", **values) -> Activity:
    row = Activity.objects.get(pk=row.pk)
    return correct_activity(
        access=world.actors.access(name),
        activity=row,
        entry=replace(entry_of(row), **values),
        version=row.version,
        today=TODAY,
        reason=why,
    )


def void(world: World, row: Activity, name: str = "officer") -> Activity:
    return void_activity(
        access=world.actors.access(name),
        activity=row,
        version=Activity.objects.get(pk=row.pk).version,
        reason="Dubblett",
    )


@pytest.fixture
def stored(world: World) -> Activity:
    return world.log(occurred_on=INSIDE)


# --- Every door


def test_nothing_is_logged_in_a_locked_period(world):
    lock(world)

    with pytest.raises(PeriodLocked) as refused:
        world.log(occurred_on=INSIDE)

    assert refused.value.code == "locked"
    assert refused.value.error_dict["occurred_on"][0].code == "locked"
    [text] = refused.value.message_dict["occurred_on"]
    for part in ("2019-01-01", "2019-12-31", str(world.user("coordinator")), "samordnare"):
        assert part in text
    assert not Activity.objects.exists()


@pytest.mark.parametrize("day", [date(2019, 3, 1), date(2019, 3, 31)])
def test_first_and_last_day_are_locked(world, day):
    lock(world, date(2019, 3, 1), date(2019, 3, 31))

    with pytest.raises(PeriodLocked):
        world.log(occurred_on=day)


@pytest.mark.parametrize("day", [date(2019, 2, 28), date(2019, 4, 1)])
def test_day_before_and_day_after_are_open(world, day):
    lock(world, date(2019, 3, 1), date(2019, 3, 31))

    assert world.log(occurred_on=day).occurred_on == day


def test_row_is_neither_corrected_nor_voided(world, stored):
    lock(world)

    for act in (
        lambda: correct(world, stored, quantity=3),
        lambda: correct(world, stored, "coordinator", note="Ny"),
        lambda: void(world, stored),
        lambda: void(world, stored, "coordinator"),
    ):
        with pytest.raises(PeriodLocked):
            act()

    stored.refresh_from_db()
    assert (stored.version, stored.quantity, stored.is_voided) == (1, 1, False)


@pytest.mark.parametrize(("was", "becomes"), [(INSIDE, AFTER), (AFTER, INSIDE), (LAST, date(2020, 1, 1))])
def test_row_is_not_moved_across_the_edge(world, was, becomes):
    row = world.log(occurred_on=was)
    lock(world)

    with pytest.raises(PeriodLocked):
        correct(world, row, occurred_on=becomes)

    assert Activity.objects.get().occurred_on == was
    assert differences(world.visible) == []


@pytest.mark.parametrize("state", [State.DONE, State.CANCELLED])
def test_plan_is_neither_done_nor_cancelled(world, state):
    row = world.log(occurred_on=INSIDE, state=State.PLANNED)
    lock(world)

    with pytest.raises(PeriodLocked):
        correct(world, row, state=state, reason="Sjukdom" if state == State.CANCELLED else "")
    with pytest.raises(PeriodLocked):
        correct(world, row, state=State.DONE, occurred_on=AFTER)


def test_classes_that_were_met_stay(world):
    met = (ClassPresent(school_class=world.a, pupils_present=20),)
    row = world.log(
        commitment=world.meetings,
        occurred_on=date(2019, 10, 1),
        school=world.school,
        school_year=2019,
        classes=met,
    )
    lock(world)

    with pytest.raises(PeriodLocked):
        correct(world, row, classes=(ClassPresent(school_class=world.a, pupils_present=24),))

    assert row.attendance.get().pupils_present == 20


def test_rows_are_neither_approved_nor_sent_back_nor_answered(world):
    coordinator = world.actors.access("coordinator")
    require_review(access=coordinator, required=True, reason="Beslut")
    waiting, returned = world.log(occurred_on=INSIDE), world.log(occurred_on=INSIDE)
    return_row(access=coordinator, activity=returned, version=1, reason="Var?")
    lock(world, accepted=2)

    for act in (
        lambda: approve(access=coordinator, versions={waiting.pk: 1}),
        lambda: return_row(access=coordinator, activity=waiting, version=1, reason="Var?"),
        lambda: answer(access=world.actors.access("officer"), activity=returned, version=2, text="I Holma"),
    ):
        with pytest.raises(PeriodLocked):
            act()

    assert set(Activity.objects.values_list("review", flat=True)) == {Review.WAITING, Review.RETURNED}


def test_one_locked_row_among_many_stops_the_approval_of_all(world):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    rows = [world.log(occurred_on=day) for day in (INSIDE, AFTER)]
    lock(world, accepted=1)

    with pytest.raises(PeriodLocked):
        approve(access=world.actors.access("coordinator"), versions={row.pk: 1 for row in rows})

    assert Activity.objects.waiting().count() == 2


def test_file_is_refused_with_every_locked_row(world, tmp_path):
    row = {"åtagande": "3", "typ": "Fotpatrull", "områden": "Holma"}
    path = Files(tmp_path).csv(
        row | {"datum": "2019-03-14"}, row | {"datum": "2020-03-14"}, row | {"datum": "2019-12-31"}
    )
    lock(world)

    with pytest.raises(InvalidImportError) as refused:
        import_file(path, promise=world.actors.promise, today=TODAY)

    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(2, "datum"), (4, "datum")]
    assert not Activity.objects.exists()


def test_file_read_in_before_the_lock_is_still_the_same_afterwards(world, tmp_path):
    path = Files(tmp_path).csv(
        {"åtagande": "3", "typ": "Fotpatrull", "områden": "Holma", "datum": "2019-03-14"}
    )
    import_file(path, promise=world.actors.promise, today=TODAY)
    lock(world)

    again = import_file(path, promise=world.actors.promise, today=TODAY)

    assert (again.added, again.unchanged) == (0, 1)


def test_many_rows_at_once_pass_the_same_guard(world, stored):
    held = Promise.objects.get(pk=lock(world).promise_id)
    entry = entry_of(stored)
    origin = Origin(by=None, source="import test")
    rows = [(draft(world.visible, entry, client_key="ny", origin=origin), entry)]

    with pytest.raises(PeriodLocked):
        create_many(rows, origin=origin, held=held, waits=False)


# --- Months


@pytest.mark.parametrize(
    ("first", "last"), [(date(2019, 3, 15), date(2019, 3, 20)), (date(2019, 1, 1), date(2019, 3, 1))]
)
def test_month_with_one_locked_day_is_locked(world, first, last):
    lock(world, first, last)

    with pytest.raises(PeriodLocked):
        world.log(commitment=world.numbers, occurred_on=date(2019, 3, 1), month_only=True, quantity=4)
    assert world.log(commitment=world.numbers, occurred_on=date(2019, 4, 1), month_only=True).month_only


def test_covered_has_the_months_with_a_locked_day(world):
    for month in (2, 3, 4):
        world.log(commitment=world.numbers, occurred_on=date(2019, month, 1), month_only=True)
    world.log(occurred_on=date(2019, 3, 14))

    assert covered(world.actors.access("coordinator"), date(2019, 3, 15), date(2019, 3, 20)).rows == 1
    assert covered(world.actors.access("coordinator"), date(2019, 3, 14), date(2019, 4, 1)).rows == 3


# --- What is sent again


def test_row_saved_before_the_lock_and_sent_again_is_there_already(world):
    access, key = world.actors.access("officer"), "6a0b8c6e-1d5e-4f5e-9a43-4f0e6bd20a11"
    entry = Entry(state=State.DONE, occurred_on=INSIDE, kind=world.patrol, areas=(world.holma,))
    send = {"access": access, "commitment": world.visible, "today": TODAY, "client_key": key}
    row, _is_new = log_activity(entry=entry, **send)
    lock(world)

    assert log_activity(entry=entry, **send) == (row, False)
    with pytest.raises(KeyTaken):
        log_activity(entry=replace(entry, quantity=2), **send)


# --- Locking


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2018, 12, 31), LAST, "first"),
        (FIRST, date(2021, 1, 1), "last"),
        (LAST, FIRST, "last"),
        (FIRST, TODAY + timedelta(days=1), "last"),
    ],
)
def test_days_that_cannot_be_locked_are_named(world, first, last, field):
    with pytest.raises(ValidationError) as refused:
        lock(world, first, last)

    assert list(refused.value.message_dict) == [field]
    assert not PeriodLock.objects.exists()


@pytest.mark.parametrize(
    ("first", "last"), [(INSIDE, date(2020, 1, 31)), (FIRST, FIRST), (LAST, date(2020, 1, 1)), (FIRST, LAST)]
)
def test_locks_have_no_day_in_common(world, first, last):
    lock(world)

    with pytest.raises(ValidationError, match="2019-01-01"):
        lock(world, first, last, reason="En gång till")

    assert PeriodLock.objects.count() == 1


def test_next_period_begins_the_day_after(world):
    lock(world)
    lock(world, date(2020, 1, 1), date(2020, 3, 31), reason="Kvartalet")

    assert PeriodLock.objects.count() == 2
    assert Promise.objects.get(pk=world.actors.promise.pk).locked_until == date(2020, 3, 31)


def test_same_lock_sent_twice_is_one(world):
    assert lock(world).pk == lock(world).pk
    assert Change.objects.filter(subject="promises.periodlock").count() == 1


def test_lock_is_in_the_history(world):
    row = lock(world)

    change = Change.objects.of(row).get()
    assert (change.action, change.by, change.reason) == (
        "created",
        world.user("coordinator"),
        "Året är avslutat",
    )
    assert change.values == {"first_day": [None, "2019-01-01"], "last_day": [None, "2019-12-31"]}
    assert change.promise_id == world.actors.promise.pk


@pytest.mark.parametrize("name", ["officer", "contributor", "staff", "signatory"])
def test_only_coordinators_lock_and_unlock(world, name):
    with pytest.raises(PermissionDenied):
        lock(world, name=name)
    row = lock(world, name="city_coordinator")
    for act in (
        lambda: unlock_period(access=world.actors.access(name), lock=row, reason="Fel"),
        lambda: grant(world, row, by=name),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_what_waits_has_to_be_accepted(world):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    world.log(occurred_on=INSIDE)
    world.log(occurred_on=INSIDE)

    for accepted in (0, 1):  # 1: another has come since the page was shown
        with pytest.raises(ValidationError) as refused:
            lock(world, accepted=accepted)
        assert list(refused.value.message_dict) == ["accepted"]

    assert lock(world, accepted=2).is_standing


def test_lock_of_another_promise_shuts_nothing_here(world):
    PeriodLockFactory()

    assert world.log(occurred_on=date(2019, 3, 1))


def test_unlocked_period_is_open_again_and_says_why(world, stored):
    row = lock(world)
    later = lock(world, date(2020, 2, 1), date(2020, 2, 29), reason="Februari")

    unlocked = unlock_period(access=world.actors.access("city_coordinator"), lock=row, reason="Rader saknas")

    assert correct(world, stored, quantity=2).quantity == 2
    assert (unlocked.unlock_reason, unlocked.unlocked_by) == ("Rader saknas", world.user("city_coordinator"))
    change = Change.objects.of(row).first()
    assert (change.action, change.reason) == ("voided", "Rader saknas")
    assert Promise.objects.get(pk=row.promise_id).locked_until == later.last_day
    unlock_period(access=world.actors.access("coordinator"), lock=later, reason="Fel månad")
    unlock_period(access=world.actors.access("coordinator"), lock=later, reason="Fel månad")
    assert Promise.objects.get(pk=row.promise_id).locked_until is None
    assert Change.objects.of(later).count() == 2


def test_unlocking_needs_a_reason(world):
    with pytest.raises(ValidationError):
        unlock_period(access=world.actors.access("coordinator"), lock=lock(world), reason=" ")


# --- Exceptions


def test_exception_lets_one_person_in_and_marks_what_they_do(world, stored):
    exception = grant(world, lock(world))

    correct(world, stored, quantity=3)
    new = world.log(occurred_on=INSIDE)
    void(world, new)
    outside = world.log(occurred_on=AFTER)

    marks = Change.objects.filter(subject="activities.activity").order_by("pk")
    by_row = [(one.subject_id, one.exception_id) for one in marks]
    assert by_row == [
        (stored.pk, None),
        (stored.pk, exception.pk),
        (new.pk, exception.pk),
        (new.pk, exception.pk),
        (outside.pk, None),
    ]
    steps = trail(Activity.objects.get(pk=stored.pk), world.actors.access("staff"))
    assert [step.by_exception for step in steps] == [True, False]
    for name in ("coordinator", "city_coordinator"):
        with pytest.raises(PeriodLocked):
            correct(world, stored, name, quantity=4)


def test_exception_asks_for_a_reason_also_for_a_plan(world):
    row = world.log(occurred_on=INSIDE, state=State.PLANNED)
    grant(world, lock(world))

    with pytest.raises(ValidationError) as refused:
        correct(world, row, why="", state=State.DONE)
    assert list(refused.value.message_dict) == ["why"]

    assert correct(world, row, why="Genomförd, aldrig markerad", state=State.DONE).state == State.DONE


def test_exception_gives_no_more_than_the_role(world, stored):
    grant(world, lock(world), to="other_officer")

    with pytest.raises(PermissionDenied):
        correct(world, stored, "other_officer", quantity=2)


def test_exception_holds_in_its_own_period_only(world):
    row = lock(world, FIRST, date(2019, 6, 30))
    lock(world, date(2019, 7, 1), LAST, reason="Hösten")
    grant(world, row)
    early = world.log(occurred_on=INSIDE)

    with pytest.raises(PeriodLocked):
        world.log(occurred_on=date(2019, 7, 1))
    with pytest.raises(PeriodLocked):
        correct(world, early, occurred_on=date(2019, 7, 1))


def test_exception_does_nothing_a_second_after(world, monkeypatch):
    exception = grant(world, lock(world))

    monkeypatch.setattr(timezone, "now", lambda: exception.until - timedelta(seconds=1))
    assert world.log(occurred_on=INSIDE)
    for moment in (exception.until, exception.until + timedelta(seconds=1)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        with pytest.raises(PeriodLocked):
            world.log(occurred_on=INSIDE)


def test_exception_can_be_ended_early(world):
    exception = grant(world, lock(world))

    ended = end_exception(access=world.actors.access("city_coordinator"), exception=exception)
    end_exception(access=world.actors.access("coordinator"), exception=exception)

    assert ended.ended_by == world.user("city_coordinator")
    assert Change.objects.of(exception).count() == 2
    with pytest.raises(PeriodLocked):
        world.log(occurred_on=INSIDE)


def test_exception_ends_with_its_lock(world):
    row = lock(world)
    grant(world, row)
    unlock_period(access=world.actors.access("coordinator"), lock=row, reason="Fel")
    lock(world)

    with pytest.raises(PeriodLocked):
        world.log(occurred_on=INSIDE)


def test_coordinator_needs_one_too_and_may_grant_it_to_themselves_for_all_to_see(world, stored):
    exception = grant(world, lock(world), to="coordinator")

    assert exception.is_own
    assert correct(world, stored, "coordinator", quantity=2).quantity == 2
    [words] = locked_in_words(Promise.objects.get(pk=world.actors.promise.pk))
    assert str(world.user("coordinator")) in words
    assert Change.objects.of(exception).get().by == world.user("coordinator")


@pytest.mark.parametrize(("days", "is_right"), [(0, False), (-1, False), (30, True), (32, False)])
def test_exception_lasts_at_most_thirty_days(world, days, is_right):
    row = lock(world)
    if is_right:
        assert grant(world, row, days=days)
        return
    with pytest.raises(ValidationError) as refused:
        grant(world, row, days=days)
    assert list(refused.value.message_dict) == ["until"]


@pytest.mark.parametrize("name", ["staff", "signatory", "stranger", "administrator"])
def test_exception_is_for_those_who_log(world, name):
    with pytest.raises(ValidationError) as refused:
        grant(world, lock(world), to=name)
    assert list(refused.value.message_dict) == ["user"]


def test_second_exception_for_the_same_person_is_refused_and_the_same_sent_twice_is_one(world):
    row = lock(world)
    first = grant(world, row)
    values = {"access": world.actors.access("coordinator"), "lock": row, "user": world.user("officer")}

    assert grant_exception(**values, until=first.until, reason=first.reason) == first
    with pytest.raises(ValidationError) as refused:
        grant_exception(**values, until=first.until, reason="Något annat")
    assert list(refused.value.message_dict) == ["user"]
    assert LockException.objects.count() == 1


def test_exception_in_a_file(world, tmp_path):
    path = Files(tmp_path).csv(
        *(
            {"åtagande": "3", "typ": "Fotpatrull", "områden": "Holma", "datum": day}
            for day in ("2019-03-14", "2020-03-14")
        )
    )
    exception = grant(world, lock(world))

    import_file(path, promise=world.actors.promise, today=TODAY, access=world.actors.access("officer"))

    marks = Change.objects.filter(subject="activities.activity").values_list("exception_id", flat=True)
    assert sorted(marks, key=bool) == [None, exception.pk]


# --- The class register


def register(world: World, label: str = "5C") -> list:
    return register_classes(
        access=world.actors.access("coordinator"),
        school=world.school,
        year=2018,
        grade=5,
        classes=[NewClass(label, 20)],
    )


def test_register_of_a_school_year_that_is_locked_whole_does_not_change(world):
    [there], [other] = (
        register(world),
        register(world, "5D"),
    )  # 2018/19: within the promise from January to June 2019
    coordinator = world.actors.access("coordinator")
    change = {"access": coordinator, "school_class": there, "version": 1, "reason": "Delad"}
    lock(world, FIRST, date(2019, 6, 30))

    for act in (
        lambda: register_classes(
            access=coordinator, school=world.school, year=2018, grade=5, classes=[NewClass("5E", 20)]
        ),
        lambda: correct_class(label="5C", grade=5, pupils=21, **change),
        lambda: close_class(day=date(2019, 3, 1), **change),
        lambda: merge_classes(
            access=coordinator,
            classes=[there, other],
            label="5CD",
            pupils=40,
            day=date(2019, 3, 1),
            reason="Få",
        ),
    ):
        with pytest.raises(PeriodLocked):
            act()

    assert Change.objects.of(there).count() == 1


def test_register_changes_while_one_day_of_the_school_year_is_open(world):
    lock(world, FIRST, date(2019, 6, 29))

    assert register(world)


def test_register_is_shut_by_two_locks_together_and_open_by_exception(world):
    locks = [
        lock(world, FIRST, date(2019, 3, 31)),
        lock(world, date(2019, 4, 1), date(2019, 6, 30), reason="Våren"),
    ]
    with pytest.raises(PeriodLocked):
        register(world)

    exceptions = [grant(world, row, to="coordinator") for row in locks]
    [there] = register(world)

    assert Change.objects.of(there).get().exception_id in {one.pk for one in exceptions}


# --- What it costs


def queries(act) -> int:
    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught)


def test_guard_asks_nothing_for_days_after_the_lock(world):
    world.log(occurred_on=AFTER)
    free = queries(lambda: world.log(occurred_on=AFTER))
    lock(world)

    assert queries(lambda: world.log(occurred_on=AFTER)) == free


# --- Evidence


def test_evidence_is_neither_added_nor_taken_away_but_by_exception(world, stored):
    officer = world.actors.access("officer")
    there, _is_new = add_link(access=officer, activity=stored, url="https://malmo.se/torget")
    exception_lock = lock(world)

    for act in (
        lambda: add_link(access=officer, activity=stored, url="https://malmo.se/parken"),
        lambda: take_away(access=officer, evidence=there, reason="Fel plats", erase=False),
    ):
        with pytest.raises(PeriodLocked):
            act()
    assert stored.evidence.valid().count() == 1

    exception = grant(world, exception_lock)
    take_away(access=officer, evidence=there, reason="Fel plats", erase=False)
    assert Change.objects.of(stored).first().exception_id == exception.pk


def test_file_for_a_locked_period_is_not_kept_and_one_in_it_is_not_erased(world, stored, settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path
    officer = world.actors.access("officer")
    there, _is_new = add_file(access=officer, activity=stored, content=picture())
    kept = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    lock(world)

    for act in (
        lambda: add_file(access=officer, activity=stored, content=picture(size=(9, 9))),
        lambda: take_away(access=officer, evidence=there, reason="Ett ansikte syns", erase=True),
    ):
        with pytest.raises(PeriodLocked):
            act()

    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == kept
    there.refresh_from_db()
    assert there.stored


def test_page_of_evidence_says_that_the_period_is_locked(world, stored):
    there, _is_new = add_link(
        access=world.actors.access("officer"), activity=stored, url="https://malmo.se/torget"
    )
    lock(world)
    client = world.client("officer")

    for page in ("underlag/", f"underlag/{there.pk}/ta-bort/"):
        for reply in (
            client.get(world.row_url(stored, page), follow=True),
            client.post(
                world.row_url(stored, page), {"url": "https://malmo.se/2", "why": "Fel"}, follow=True
            ),
        ):
            assert reply.redirect_chain
            assert "är låst" in text_of(reply)
    assert "Lägg till bild eller länk" not in text_of(client.get(world.row_url(stored)))
    assert stored.evidence.valid().count() == 1
