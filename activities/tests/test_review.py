"""Review: which rows wait at which door, what approving and sending back do to the numbers and the history."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from activities import tallies
from activities.entries import entry_of
from activities.importer.run import import_file
from activities.models import Activity, Axis, Tally
from activities.review import StaleRows, answer, approve, last_words, require_review, return_row
from activities.services import StaleVersion, correct_activity, log_activity, void_activity
from activities.tests.importing import Files
from activities.tests.pages import TODAY, world
from history.models import Change
from promises.permissions import access_to

__all__ = ["world"]

MAY = date(2020, 5, 1)


@pytest.fixture(autouse=True)
def _reviewed(world):
    reviewed(world, True)


def reviewed(world, on, name="coordinator"):
    return require_review(access=world.actors.access(name), required=on, reason="Beslut i styrgruppen")


def counted(world, commitment=None):
    """By the running totals, which must be what the rows add up to."""
    commitment = commitment or world.visible
    assert tallies.differences(commitment) == []
    return sum(Tally.objects.filter(commitment=commitment, axis=Axis.ALL).values_list("quantity", flat=True))


def correct(world, name, row, *, why="Fel antal", **fields):
    return correct_activity(
        access=world.actors.access(name),
        activity=row,
        entry=replace(entry_of(row), **fields),
        version=row.version,
        today=TODAY,
        reason=why,
    )


def accept(world, *rows, name="coordinator"):
    return approve(access=world.actors.access(name), versions={row.pk: row.version for row in rows})


def sent_back(world, row, name="coordinator", reason="Vilket område?"):
    return return_row(access=world.actors.access(name), activity=row, version=row.version, reason=reason)


def acts(row):
    changes = Change.objects.of(row).order_by("at", "pk")
    return [(one.action, one.values.get("review"), one.reason) for one in changes]


# --- Which rows wait


@pytest.mark.parametrize(
    ("name", "review"),
    [("officer", "waiting"), ("contributor", "waiting"), ("coordinator", ""), ("city_coordinator", "")],
)
def test_row_logged_as_done_waits_unless_a_coordinator_logs_it(world, name, review):
    row = world.log(name, quantity=2)

    assert row.review == review
    assert row.is_counted == (not review)
    assert counted(world) == (0 if review else 2)
    assert acts(row) == [("created", [None, "waiting"] if review else None, "")]


def test_plan_waits_when_it_is_done_and_not_before(world):
    row = world.log(state="planned", occurred_on=date(2020, 7, 1))
    assert row.review == ""

    row = correct(world, "officer", row, state="done", occurred_on=MAY)

    assert row.review == "waiting"
    assert counted(world) == 0
    assert acts(row)[-1] == ("done", [None, "waiting"], "Fel antal")


def test_plan_that_a_coordinator_marks_as_done_counts(world):
    row = correct(world, "coordinator", world.log(state="planned"), state="done")

    assert row.review == ""
    assert counted(world) == 1


def test_cancelled_plan_needs_no_review(world):
    row = correct(world, "officer", world.log(state="planned"), state="cancelled", reason="Regn")

    assert row.review == ""


@pytest.mark.parametrize(("name", "review"), [(None, "waiting"), ("officer", "waiting"), ("coordinator", "")])
def test_imported_rows_wait_unless_a_coordinator_reads_them_in(world, tmp_path, name, review):
    row = {"datum": "2020-05-01", "åtagande": "3", "typ": "Fotpatrull", "områden": "Holma"}
    plan = row | {"status": "planerad", "datum": "2020-07-01"}
    file = Files(tmp_path).csv(row, plan)
    access = world.actors.access(name) if name else None

    import_file(file, promise=world.actors.promise, today=TODAY, access=access)
    again = import_file(file, promise=world.actors.promise, today=TODAY, access=access)

    assert (again.added, again.unchanged) == (0, 2)
    assert Activity.objects.get(state="done").review == review
    assert Activity.objects.get(state="planned").review == ""
    assert counted(world) == (0 if review else 1)


def test_same_form_sent_twice_is_one_row_that_waits_once(world):
    row = world.log()
    sent = {"commitment": world.visible, "entry": entry_of(row), "today": TODAY, "client_key": row.client_key}

    same, is_new = log_activity(access=world.actors.access("officer"), **sent)

    assert (same.pk, is_new) == (row.pk, False)


# --- Corrections


@pytest.mark.parametrize(("name", "review"), [("officer", "waiting"), ("coordinator", "")])
def test_approved_row_waits_again_when_its_author_corrects_it(world, name, review):
    (row,) = accept(world, world.log(quantity=2))
    assert counted(world) == 2

    row = correct(world, name, row, quantity=3)

    assert row.review == review
    assert counted(world) == (0 if review else 3)


def test_approved_row_needs_a_reason_to_be_corrected_a_waiting_one_does_not(world):
    row = world.log(quantity=2)
    row = correct(world, "officer", row, quantity=3, why="")
    (row,) = accept(world, row)

    with pytest.raises(ValidationError) as refused:
        correct(world, "officer", row, quantity=4, why=" ")
    assert "why" in refused.value.message_dict


def test_correction_that_changes_nothing_moves_nothing(world):
    (row,) = accept(world, world.log())

    same = correct(world, "officer", row)

    assert (same.review, same.version) == ("", row.version)


def test_coordinators_correction_of_a_waiting_row_does_not_approve_it(world):
    row = correct(world, "coordinator", world.log(quantity=2), quantity=3)

    assert row.review == "waiting"
    assert counted(world) == 0


def test_voided_row_waits_for_nobody(world):
    row = world.log()
    void_activity(access=world.actors.access("officer"), activity=row, version=1, reason="Dubblett")

    assert not Activity.objects.waiting().exists()
    assert counted(world) == 0
    with pytest.raises(StaleRows):
        accept(world, row)


# --- Approving


def test_approved_rows_count_and_history_says_who_and_when(world):
    rows = [world.log(quantity=2), world.log(quantity=3), world.log(commitment=world.numbers, quantity=4)]

    approved = accept(world, *rows, name="city_coordinator")

    assert {row.pk for row in approved} == {row.pk for row in rows}
    assert (counted(world), counted(world, world.numbers)) == (5, 4)
    for row in rows:
        row.refresh_from_db()
        assert (row.review, row.version) == ("", 2)
        last = Change.objects.of(row).order_by("at", "pk").last()
        assert (last.action, last.values) == ("approved", {"review": ["waiting", ""]})
        assert last.by == world.user("city_coordinator")
        assert last.promise_id == world.actors.promise.pk


def test_second_coordinator_gets_what_the_first_did(world):
    row = world.log(quantity=2)

    first, second = accept(world, row), accept(world, row, name="city_coordinator")

    assert ([one.pk for one in first], second) == ([row.pk], [])
    assert counted(world) == 2
    assert [act for act, *_rest in acts(row)] == ["created", "approved"]


def test_one_changed_row_stops_all(world):
    seen, other = world.log(quantity=2), world.log()
    correct(world, "officer", Activity.objects.get(pk=seen.pk), quantity=9)

    with pytest.raises(StaleRows) as refused:
        accept(world, seen, other)

    assert [(row.pk, row.quantity) for row in refused.value.rows] == [(seen.pk, 9)]
    assert Activity.objects.waiting().count() == 2
    assert counted(world) == 0


@pytest.mark.parametrize("name", ["officer", "contributor", "staff", "signatory"])
def test_nobody_else_reviews(world, name):
    row = world.log()
    with pytest.raises(PermissionDenied):
        accept(world, row, name=name)
    with pytest.raises(PermissionDenied):
        sent_back(world, row, name)
    with pytest.raises(PermissionDenied):
        reviewed(world, False, name)


def test_coordinator_of_another_promise_reviews_nothing_here(world):
    row = world.log()
    stranger = world.user("stranger")

    elsewhere = access_to(stranger.memberships.get().promise.slug, stranger)
    with pytest.raises(PermissionDenied):
        approve(access=elsewhere, versions={row.pk: 1})
    with pytest.raises(PermissionDenied):
        return_row(access=elsewhere, activity=row, version=1, reason="Nej")


def test_plan_cannot_be_approved(world):
    plan = world.log(state="planned")

    with pytest.raises(StaleRows):
        accept(world, plan)


# --- Sent back, and the answer


def test_row_sent_back_says_why_and_comes_back_corrected(world):
    row = sent_back(world, world.log(quantity=2))
    assert (row.review, counted(world)) == ("returned", 0)
    assert last_words([row])[row.pk].reason == "Vilket område?"

    row = correct(world, "officer", row, areas=(world.kroksback,), why="")
    assert row.review == "waiting"
    (row,) = accept(world, row)

    assert counted(world) == 2
    assert [act for act, *_rest in acts(row)] == ["created", "returned", "corrected", "approved"]


def test_row_sent_back_is_answered_in_words(world):
    row = sent_back(world, world.log())

    row = answer(access=world.actors.access("officer"), activity=row, version=2, text="Det var Holma.")

    assert row.review == "waiting"
    assert last_words([row])[row.pk].reason == "Det var Holma."
    assert acts(row)[-1] == ("answered", ["returned", "waiting"], "Det var Holma.")


def test_approved_row_that_is_sent_back_counts_no_more(world):
    (row,) = accept(world, world.log(quantity=2))

    row = sent_back(world, row)

    assert counted(world) == 0
    accept(world, row)
    assert counted(world) == 2


@pytest.mark.parametrize("reason", ["", "   ", "Ring 070-123 45 67", "x" * 201])
def test_sending_back_and_answering_need_a_reason_without_personal_data(world, reason):
    row = world.log()
    with pytest.raises(ValidationError):
        sent_back(world, row, reason=reason)
    row = sent_back(world, row)
    with pytest.raises(ValidationError):
        answer(access=world.actors.access("officer"), activity=row, version=2, text=reason)

    assert acts(row)[-1][0] == "returned"


def test_sending_back_or_answering_a_row_that_changed_is_told(world):
    row = world.log()
    correct(world, "officer", Activity.objects.get(pk=row.pk), quantity=3)
    with pytest.raises(StaleVersion):
        sent_back(world, row)
    row = sent_back(world, Activity.objects.get(pk=row.pk))
    with pytest.raises(StaleVersion):
        answer(access=world.actors.access("officer"), activity=row, version=1, text="Holma")


def test_only_the_author_or_a_coordinator_answers(world):
    row = sent_back(world, world.log())
    for name in ("other_officer", "staff", "signatory"):
        with pytest.raises(PermissionDenied):
            answer(access=world.actors.access(name), activity=row, version=2, text="Holma")


def test_what_was_not_sent_back_is_not_answered(world):
    row = world.log()

    with pytest.raises(ValidationError):
        answer(access=world.actors.access("officer"), activity=row, version=1, text="Holma")


def test_plan_is_not_sent_back(world):
    with pytest.raises(ValidationError):
        sent_back(world, world.log(state="planned"))


# --- Turning it on and off


def test_rows_that_count_go_on_counting_when_review_is_turned_on(world):
    reviewed(world, False)
    row = world.log(quantity=2)
    reviewed(world, True)

    row.refresh_from_db()
    assert row.is_counted
    assert counted(world) == 2


def test_review_is_not_turned_off_while_rows_wait(world):
    rows = [world.log(), world.log()]

    with pytest.raises(ValidationError, match="2 aktiviteter väntar på granskning: godkänn eller skicka"):
        reviewed(world, False)
    world.actors.promise.refresh_from_db()
    assert world.actors.promise.requires_review

    accept(world, rows[0])
    sent_back(world, rows[1])
    assert not reviewed(world, False).requires_review


def test_row_sent_back_counts_when_answered_after_review_was_turned_off(world):
    row = sent_back(world, world.log(quantity=2))
    reviewed(world, False)
    with pytest.raises(ValidationError):
        sent_back(world, world.log())  # counts already, and nothing is reviewed

    row = answer(access=world.actors.access("officer"), activity=row, version=2, text="Holma")

    assert row.is_counted
    assert counted(world) == 3


def test_setting_is_kept_with_reason_and_once(world):
    reviewed(world, True)  # as it is

    changes = Change.objects.of(world.actors.promise).filter(values__has_key="requires_review")
    assert [(one.values, one.reason) for one in changes] == [
        ({"requires_review": [False, True]}, "Beslut i styrgruppen")
    ]
    with pytest.raises(ValidationError):
        require_review(access=world.actors.access("coordinator"), required=False, reason="")
