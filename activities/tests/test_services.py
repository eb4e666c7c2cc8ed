"""The write layer: who may, what is kept, and that nothing is doubled."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from activities.choices import State
from activities.entries import entry_of
from activities.models import Activity
from activities.rules import Entry
from activities.services import KeyTaken, StaleVersion, correct_activity, log_activity, void_activity
from history.models import Change
from promises.permissions import access_to
from promises.tests.factories import AreaFactory, CommitmentFactory, KindFactory

TODAY = date(2020, 6, 1)


@pytest.fixture
def commitment(actors):
    return CommitmentFactory(promise=actors.promise)


@pytest.fixture
def entry(commitment):
    return Entry(
        state=State.DONE,
        occurred_on=date(2020, 5, 1),
        kind=KindFactory(commitment=commitment),
        areas=(AreaFactory(promise=commitment.promise),),
    )


@pytest.fixture
def row(actors, commitment, entry):
    return log_activity(access=actors.access("officer"), commitment=commitment, entry=entry, today=TODAY)[0]


def test_log_activity_keeps_who_what_and_history(actors, commitment, entry):
    row, created = log_activity(
        access=actors.access("officer"), commitment=commitment, entry=entry, today=TODAY
    )

    assert created
    assert row.logged_by == actors.officer
    assert entry_of(row) == entry
    [trace] = Change.objects.of(row)
    assert trace.by == actors.officer
    assert trace.values["occurred_on"] == [None, "2020-05-01"]
    assert trace.values["areas"] == [None, ["Holma"]]


@pytest.mark.parametrize("name", ["staff", "signatory"])
def test_log_activity_refuses_readers(actors, commitment, entry, name):
    with pytest.raises(PermissionDenied):
        log_activity(access=actors.access(name), commitment=commitment, entry=entry, today=TODAY)
    assert not Activity.objects.exists()


def test_log_activity_sent_twice_is_one_row(actors, commitment, entry):
    access = actors.access("officer")
    first, _ = log_activity(access=access, commitment=commitment, entry=entry, today=TODAY, client_key="a")
    second, created = log_activity(
        access=access, commitment=commitment, entry=entry, today=TODAY, client_key="a"
    )

    assert (second, created) == (first, False)
    assert Activity.objects.count() == 1
    assert Change.objects.count() == 1


def test_log_activity_same_key_other_content_is_refused(actors, commitment, entry):
    access = actors.access("officer")
    first, _ = log_activity(access=access, commitment=commitment, entry=entry, today=TODAY, client_key="a")

    with pytest.raises(KeyTaken) as caught:
        log_activity(
            access=access,
            commitment=commitment,
            entry=replace(entry, quantity=3),
            today=TODAY,
            client_key="a",
        )
    assert caught.value.current == first


def test_log_activity_key_of_another_person_is_not_theirs(actors, commitment, entry):
    log_activity(
        access=actors.access("officer"), commitment=commitment, entry=entry, today=TODAY, client_key="a"
    )

    with pytest.raises(KeyTaken):
        log_activity(
            access=actors.access("other_officer"),
            commitment=commitment,
            entry=entry,
            today=TODAY,
            client_key="a",
        )
    assert Activity.objects.get().logged_by == actors.officer


def test_log_activity_commitment_of_another_promise(actors, entry):
    other = CommitmentFactory()
    with pytest.raises(PermissionDenied):
        log_activity(access=actors.access("officer"), commitment=other, entry=entry, today=TODAY)


def test_correct_activity_counted_row_needs_reason(actors, row, entry):
    new = replace(entry, quantity=2)
    with pytest.raises(ValidationError) as caught:
        correct_activity(access=actors.access("officer"), activity=row, entry=new, version=1, today=TODAY)
    assert "why" in caught.value.message_dict
    assert Activity.objects.get().quantity == 1


def test_correct_activity_keeps_old_new_and_why(actors, row, entry):
    changed = correct_activity(
        access=actors.access("officer"),
        activity=row,
        entry=replace(entry, quantity=2),
        version=1,
        today=TODAY,
        reason="Två pass",
    )
    assert (changed.quantity, changed.version) == (2, 2)
    trace = Change.objects.of(row).first()
    assert trace.values == {"quantity": [1, 2]}
    assert trace.reason == "Två pass"


def test_correct_activity_stale_version_is_told_and_stores_nothing(actors, row, entry):
    access = actors.access("officer")
    correct_activity(
        access=access, activity=row, entry=replace(entry, quantity=2), version=1, today=TODAY, reason="A"
    )
    with pytest.raises(StaleVersion) as caught:
        correct_activity(
            access=access, activity=row, entry=replace(entry, quantity=3), version=1, today=TODAY, reason="B"
        )
    assert caught.value.current.quantity == 2


def test_correct_activity_without_difference_leaves_no_trace(actors, row, entry):
    correct_activity(
        access=actors.access("officer"), activity=row, entry=entry, version=1, today=TODAY, reason="Inget"
    )
    assert Change.objects.of(row).count() == 1
    assert Activity.objects.get().version == 1


def test_correct_activity_of_another_officer_only_by_the_coordinator(actors, row, entry):
    new = replace(entry, quantity=2)
    with pytest.raises(PermissionDenied):
        correct_activity(
            access=actors.access("other_officer"), activity=row, entry=new, version=1, today=TODAY, reason="x"
        )
    correct_activity(
        access=actors.access("coordinator"),
        activity=row,
        entry=new,
        version=1,
        today=TODAY,
        reason="Räknat om",
    )
    assert Activity.objects.get().quantity == 2


def test_correct_activity_done_never_becomes_planned(actors, row, entry):
    with pytest.raises(ValidationError) as caught:
        correct_activity(
            access=actors.access("officer"),
            activity=row,
            entry=replace(entry, state=State.PLANNED),
            version=1,
            today=TODAY,
            reason="Fel",
        )
    assert "state" in caught.value.message_dict


def test_void_activity_stale_version_is_told_and_stores_nothing(actors, row, entry):
    access = actors.access("officer")
    correct_activity(
        access=access, activity=row, entry=replace(entry, quantity=2), version=1, today=TODAY, reason="A"
    )

    with pytest.raises(StaleVersion):
        void_activity(access=access, activity=row, version=1, reason="Dubbelt")
    assert not Activity.objects.get().is_voided


def test_version_counts_the_changes_in_the_history(actors, row, entry):
    """conflict.merged() and trail.hidden_steps() find what somebody saw by counting changes."""
    access = actors.access("officer")
    new = replace(entry, quantity=2)
    versions = [row.version]
    versions.append(
        correct_activity(access=access, activity=row, entry=new, version=1, today=TODAY, reason="A").version
    )
    correct_activity(access=access, activity=row, entry=new, version=2, today=TODAY, reason="Samma igen")
    versions.append(void_activity(access=access, activity=row, version=2, reason="Dubbelt").version)

    assert versions == [1, 2, 3]
    assert Change.objects.of(row).count() == 3


def test_done_at_is_when_a_plan_was_done(actors, commitment, entry):
    access = actors.access("officer")
    plan, _new = log_activity(
        access=access, commitment=commitment, entry=replace(entry, state=State.PLANNED), today=TODAY
    )
    assert plan.done_at is None

    done = correct_activity(access=access, activity=plan, entry=entry, version=1, today=TODAY)
    again = correct_activity(
        access=access, activity=done, entry=replace(entry, quantity=2), version=2, today=TODAY, reason="A"
    )

    marked = Change.objects.of(done).get(action=Change.Action.DONE)
    assert done.done_at == again.done_at == marked.at
    assert Activity.objects.with_known_at().get().known_at == marked.at


def test_known_at_of_a_row_logged_as_done_is_when_it_was_logged(row):
    assert row.done_at is None
    assert Activity.objects.with_known_at().get().known_at == row.logged_at


def test_void_activity_stops_counting_and_stays(actors, row):
    void_activity(access=actors.access("officer"), activity=row, version=1, reason="Dubbelt")

    assert not Activity.objects.counted().exists()
    assert Activity.objects.get().void_reason == "Dubbelt"
    assert Change.objects.of(row).first().action == Change.Action.VOIDED


def test_void_activity_needs_reason(actors, row):
    with pytest.raises(ValidationError):
        void_activity(access=actors.access("officer"), activity=row, version=1, reason=" ")
    assert Activity.objects.counted().exists()


def test_voided_row_stays_as_it_is(actors, row, entry):
    void_activity(access=actors.access("officer"), activity=row, version=1, reason="Dubbelt")
    with pytest.raises(PermissionDenied):
        correct_activity(
            access=actors.access("coordinator"), activity=row, entry=entry, version=2, today=TODAY, reason="x"
        )


def test_confidential_plan_is_for_the_police(actors, entry):
    commitment = CommitmentFactory(promise=actors.promise, confidential=True)
    plan = replace(
        entry, state=State.PLANNED, kind=KindFactory(commitment=commitment), occurred_on=date(2020, 7, 1)
    )
    with pytest.raises(ValidationError) as caught:
        log_activity(access=actors.access("contributor"), commitment=commitment, entry=plan, today=TODAY)
    assert "state" in caught.value.message_dict

    row, _ = log_activity(access=actors.access("officer"), commitment=commitment, entry=plan, today=TODAY)
    assert list(Activity.objects.visible_to(actors.access("officer"))) == [row]
    assert not Activity.objects.visible_to(actors.access("staff")).exists()
    assert not Activity.objects.visible_to(actors.access("city_coordinator")).exists()


def test_visible_to_keeps_promises_apart(actors, row):
    assert Activity.objects.visible_to(actors.access("staff")).exists()
    foreign = access_to(actors.stranger.memberships.get().promise.slug, actors.stranger)
    assert not Activity.objects.visible_to(foreign).exists()


def test_activity_is_never_deleted(row):
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        Activity.objects.all().delete()


@pytest.mark.parametrize(
    ("who", "own", "of_another", "from_a_file"),
    [
        ("officer", True, False, False),
        ("coordinator", True, True, True),
        ("city_coordinator", True, True, True),
        ("staff", False, False, False),
    ],
)
def test_row_is_in_the_hands_of_its_author_and_the_coordinators(actors, who, own, of_another, from_a_file):
    """A voided one too, which nobody may change."""
    access = actors.access(who)
    rows = [Activity(logged_by=user) for user in (access.user, actors.other_officer, None)]

    assert [row.is_in_hands_of(access) for row in rows] == [own, of_another, from_a_file]
    assert [row.may_be_changed_by(access) for row in rows] == [own, of_another, from_a_file]
    for row in rows:
        row.voided_at = timezone.now()
    assert [row.is_in_hands_of(access) for row in rows] == [own, of_another, from_a_file]
    assert not any(row.may_be_changed_by(access) for row in rows)
