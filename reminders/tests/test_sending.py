"""Each reminder is sent once, whatever runs again, at once, or is broken off (docs/adr/0025)."""

import smtplib
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from activities.tests.pages import World, make_world, world
from activities.tests.test_races import AT_ONCE, all_at_once
from promises.tests.actors import make_actors
from promises.tests.factories import PromiseFactory
from reminders import services
from reminders.cadence import Cadence, Rhythm
from reminders.choices import Kind, Sending
from reminders.models import MOST_ATTEMPTS, SentReminder
from reminders.run import Unreachable
from reminders.services import choose, claim
from reminders.tests.mailing import REFUSED, TUESDAY, YESTERDAY, Faulty, faulty, mailed, plan, run, waiting

__all__ = ["faulty", "world"]

WEDNESDAY = TUESDAY + timedelta(days=1)


def states() -> list[tuple[str, str]]:
    rows = SentReminder.objects.order_by("user__email", "kind")
    return [(row.user.email.split(".")[0], row.state) for row in rows.select_related("user")]


def test_second_run_of_a_day_sends_nothing(world: World):
    plan(world)

    assert mailed() == ["officer"]
    assert mailed() == []
    assert mailed(WEDNESDAY) == ["officer"]


def test_what_comes_up_later_the_same_day_waits_until_the_next(world: World):
    """At most one mail a day: politeness goes before haste."""
    plan(world)
    assert mailed() == ["officer"]
    waiting(world, review="returned")

    assert mailed() == []
    assert mailed(WEDNESDAY) == ["officer"]
    assert "skickats tillbaka" in mail.outbox[0].body


def test_nothing_to_say_in_the_morning_leaves_the_day_open(world: World):
    assert mailed() == []
    plan(world)

    assert mailed() == ["officer"]


def test_refusal_for_one_stops_no_other_and_is_tried_again(world: World, faulty: type[Faulty]):
    plan(world)
    plan(world, by="other_officer")
    faulty.answers = {"officer": REFUSED}

    outcome = run()

    assert [letter.user.email.split(".")[0] for letter in outcome.sent] == ["other_officer"]
    assert states() == [("officer", Sending.REFUSED), ("other_officer", Sending.SENT)]
    faulty.answers = {}
    assert mailed() == ["officer"]
    assert SentReminder.objects.get(user=world.actors.officer).attempts == 2


def test_refused_again_and_again_is_given_up_until_the_next_turn(world: World, faulty: type[Faulty]):
    plan(world)
    faulty.answers = {"officer": REFUSED}

    for _ in range(MOST_ATTEMPTS + 3):
        run()

    assert Counter(faulty.attempts) == {"officer": MOST_ATTEMPTS}
    faulty.answers = {}
    assert mailed() == []
    assert mailed(WEDNESDAY) == ["officer"]


def test_weekly_one_that_was_refused_is_tried_the_day_after(world: World, faulty: type[Faulty]):
    plan(world)
    choose(world.actors.officer, {Kind.PLANS: Rhythm(Cadence.WEEKLY, TUESDAY.weekday())})
    faulty.answers = {"officer": REFUSED}
    run()
    faulty.answers = {}

    assert mailed(WEDNESDAY) == ["officer"]
    assert mailed(WEDNESDAY + timedelta(days=1)) == []


@pytest.mark.parametrize("answer", [smtplib.SMTPServerDisconnected("gone"), TimeoutError()])
def test_no_answer_after_it_was_handed_over_is_not_sent_again(
    world: World, faulty: type[Faulty], answer: Exception
):
    plan(world)
    plan(world, by="other_officer")
    faulty.answers = {"officer": answer}

    outcome = run()

    assert (len(outcome.uncertain), len(outcome.sent)) == (1, 1)
    faulty.answers = {}
    assert mailed() == []
    assert mailed(WEDNESDAY) == ["officer", "other_officer"]


def test_server_that_cannot_be_reached_costs_no_attempt(world: World, faulty: type[Faulty]):
    plan(world)
    faulty.answers = {"open": ConnectionRefusedError()}

    for _ in range(MOST_ATTEMPTS + 1):
        with pytest.raises(Unreachable):
            run()

    assert states() == []
    faulty.answers = {}
    assert mailed() == ["officer"]


@pytest.mark.parametrize("killed_when", ["handing over", "marking"])
def test_run_killed_around_sending_never_sends_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, killed_when: str
):
    plan(world)

    def killed(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if killed_when == "handing over":
            patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", killed)
        else:
            patched.setattr(services, "mark_sent", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    went_out = len(mail.outbox)

    assert went_out == (0 if killed_when == "handing over" else 1)
    assert states() == [("officer", Sending.BEGUN)]
    assert mailed() == []
    assert mailed(WEDNESDAY) == ["officer"]


def test_run_killed_before_it_takes_up_a_reminder_loses_none(world: World, monkeypatch: pytest.MonkeyPatch):
    plan(world)
    with monkeypatch.context() as patched:
        patched.setattr(services, "claim", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run()

    assert mailed() == ["officer"]


def test_letter_of_two_kinds_is_taken_up_whole_or_not_at_all(world: World):
    officer, today = world.actors.officer, TUESDAY
    assert claim(officer, {Kind.PLANS: today}, as_of=today)

    assert not claim(officer, {Kind.PLANS: today, Kind.RETURNED: today}, as_of=today)
    assert not claim(officer, {Kind.RETURNED: today}, as_of=today)
    assert SentReminder.objects.count() == 1


def test_what_was_sent_long_ago_is_forgotten(world: World):
    plan(world)
    run()
    run(TUESDAY + timedelta(days=90))
    assert SentReminder.objects.filter(turn=TUESDAY).exists()

    run(TUESDAY + timedelta(days=91))

    assert not SentReminder.objects.filter(turn=TUESDAY).exists()


def test_time_of_sending_is_kept(world: World):
    before = timezone.now()
    plan(world)
    run()

    row = SentReminder.objects.get()
    assert row.sent_at is not None
    assert before <= row.sent_at <= timezone.now()
    assert (row.turn, row.tried_on, row.kind) == (date(2020, 6, 2), TUESDAY, Kind.PLANS)


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_send_one_mail_each(transactional_db: None):
    """On PostgreSQL and SQLite: as many runs as there are, begun at the same moment."""
    here = make_world(make_actors(PromiseFactory()))
    for by in ("officer", "other_officer", "contributor"):
        plan(here, YESTERDAY, by=by)
    mail.outbox.clear()

    outcomes = all_at_once(*[run] * AT_ONCE)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sum(len(one.sent) for one in outcomes) == 3
    assert len(mail.outbox) == 3
    assert Counter(states()) == {(by, Sending.SENT): 1 for by in ("officer", "other_officer", "contributor")}
