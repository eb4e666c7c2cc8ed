"""What a phone says of its clock, and what of it is kept on the row."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.choices import State
from activities.device import LONGEST_WAIT, SavedThere, saved_there, writer_key
from activities.entries import entry_of
from activities.services import correct_activity, log_activity
from activities.tests.pages import TODAY, text_of, world

__all__ = ["world"]

NOW = datetime(2020, 3, 4, 7, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.mark.parametrize("ahead", [timedelta(0), A_DAY, -A_DAY, timedelta(days=-18_000)])
def test_wait_is_measured_by_one_clock_however_wrong_it_goes(ahead):
    saved = NOW + ahead - timedelta(hours=16, minutes=55)

    told = saved_there(saved.isoformat(), (NOW + ahead).isoformat(), now=NOW)

    assert told == SavedThere(NOW - timedelta(hours=16, minutes=55), int(ahead.total_seconds()))


def test_clock_up_to_five_minutes_wrong_is_right():
    five = timedelta(minutes=5)
    near = saved_there(NOW.isoformat(), (NOW + five).isoformat(), now=NOW)
    wrong = saved_there(NOW.isoformat(), (NOW + five + timedelta(seconds=1)).isoformat(), now=NOW)

    assert near is not None
    assert near.clock_ahead == 0
    assert wrong is not None
    assert wrong.clock_ahead == 301


@pytest.mark.parametrize(
    ("saved", "sent"),
    [
        ("", ""),
        ("i går", NOW.isoformat()),
        (NOW.isoformat(), ""),
        ("2020-03-04T07:00:00", NOW.isoformat()),  # in which zone?
        ("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:00"),
        ((NOW + timedelta(seconds=1)).isoformat(), NOW.isoformat()),  # the clock was put back while it waited
        ((NOW - LONGEST_WAIT - timedelta(seconds=1)).isoformat(), NOW.isoformat()),
    ],
)
def test_times_that_cannot_be_true_tell_nothing(saved, sent):
    assert saved_there(saved, sent, now=NOW) is None


def test_clock_thousands_of_years_ahead_fits_into_the_row():
    told = saved_there("9999-12-31T00:00:00Z", "9999-12-31T00:01:00Z", now=NOW)

    assert told == SavedThere(NOW - timedelta(minutes=1), 2**31 - 1)


def test_writer_key_differs_by_person_and_names_nobody(world):
    one, other = world.user("officer"), world.user("other_officer")

    assert writer_key(one) == writer_key(one) != writer_key(other)
    assert one.email not in writer_key(one)


def saved(world, row):
    """The row as if it had waited on a phone since the evening before, whose clock went a day ahead."""
    type(row).objects.filter(pk=row.pk).update(
        client_saved_at=row.logged_at - timedelta(hours=18), client_clock_ahead=24 * 3600 + 180
    )
    row.refresh_from_db()
    return row


def test_page_of_the_row_tells_when_it_was_saved_and_that_the_clock_was_wrong(world):
    row = saved(world, world.log())

    words = text_of(world.client("staff").get(world.row_url(row)))

    assert "Sparad på telefonen" in words
    assert "Telefonens klocka gick 24 tim 3 min fel" in words


def test_page_says_nothing_of_a_row_that_was_sent_at_once(world):
    row = world.log()
    type(row).objects.filter(pk=row.pk).update(client_saved_at=row.logged_at - timedelta(minutes=5))

    assert "Sparad på telefonen" not in text_of(world.client("staff").get(world.row_url(row)))


def test_secret_plan_that_is_done_does_not_tell_when_it_was_saved(world):
    """It would tell that the operation was planned before (OSL 18:1-2)."""
    row = saved(world, world.log(commitment=world.secret, state=State.PLANNED))
    done = correct_activity(
        access=world.actors.access("officer"),
        activity=row,
        entry=type(entry_of(row))(
            state=State.DONE, occurred_on=row.occurred_on, kind=row.kind, areas=(world.holma,)
        ),
        version=1,
        today=TODAY,
    )

    done.refresh_from_db()
    assert (done.client_saved_at, done.client_clock_ahead) == (None, 0)


def test_same_entry_saved_at_another_time_is_the_same_row(world):
    def send(told):
        entry = entry_of(world.log(note="Lugnt"))
        return log_activity(
            access=world.actors.access("officer"),
            commitment=world.visible,
            entry=entry,
            today=TODAY,
            client_key="7b0c3ad8-2f6e-4c8e-9a53-0a1d2d1c7f10",
            saved=told,
        )

    first, is_new = send(SavedThere(NOW))
    again, is_new_again = send(SavedThere(NOW + A_DAY, 86_400))

    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)
    again.refresh_from_db()
    assert again.client_saved_at == NOW
