"""Who is told what: each kind by its edges. The day is a Tuesday, on which no coordinator gets the weekly mail."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from activities.entries import entry_of
from activities.locks import tell_locked
from activities.services import correct_activity, void_activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import World, world
from promises.choices import Role
from promises.models import PeriodLock, Promise
from promises.services import take_role
from promises.tests.factories import (
    CommitmentFactory,
    MembershipFactory,
    PeriodLockFactory,
    PoliceFactory,
    PromiseFactory,
    SchoolFactory,
    TargetFactory,
)
from reminders.cadence import Cadence, Rhythm
from reminders.choices import Kind
from reminders.services import choose
from reminders.tests.mailing import NEXT_MONDAY, TUESDAY, YESTERDAY, bodies, mailed, only, plan, waiting

__all__ = ["world"]

WEDNESDAY = TUESDAY + timedelta(days=1)


def test_nothing_to_say_is_no_mail(world: World):
    assert mailed() == []


def test_plan_of_yesterday_is_told_to_whoever_planned_it(world: World):
    row = plan(world)
    plan(world, by="contributor")

    told = bodies()

    assert sorted(told) == ["contributor", "officer"]
    assert "1 planerad aktivitet är inte markerad" in told["officer"]
    assert (
        f"2020-06-01 · Synliga aktiviteter\n  http://127.0.0.1:8000{world.row_url(row, 'genomford/')}"
        in (told["officer"])
    )


@pytest.mark.parametrize("day", [TUESDAY, TUESDAY + timedelta(days=1)])
def test_plan_of_today_or_later_is_not_told(world: World, day: date):
    plan(world, day)
    assert mailed() == []


def test_plan_cancelled_voided_done_or_moved_is_not_told(world: World):
    access = world.actors.access("officer")
    rows = [plan(world, areas=[world.holma], kind=world.patrol) for _ in range(4)]
    assert mailed(TUESDAY) == ["officer"]
    changes = [{"state": "cancelled", "reason": "Regn"}, {"state": "done"}, {"occurred_on": WEDNESDAY}]
    for row, change in zip(rows, changes, strict=False):
        correct_activity(
            access=access, activity=row, entry=replace(entry_of(row), **change), version=1, today=TUESDAY
        )
    void_activity(access=access, activity=rows[3], version=1, reason="Fel dag")

    assert mailed(WEDNESDAY) == []
    assert mailed(WEDNESDAY + timedelta(days=1)) == ["officer"]  # the moved one is late now


def test_plan_from_a_file_has_no_author_to_tell(world: World):
    ActivityFactory(commitment=world.visible, planned=True, occurred_on=YESTERDAY, logged_by=None)
    assert mailed() == []


def test_many_plans_are_counted_and_the_first_five_named(world: World):
    for days in range(1, 8):
        plan(world, TUESDAY - timedelta(days=days))

    text = bodies()["officer"]

    assert "Sju planerade aktiviteter är inte markerade" in text
    assert text.count("· Synliga aktiviteter") == 5
    assert "2020-05-26" in text
    assert "Två till" in text
    assert f"{world.base}planering/" in text


def test_five_plans_are_all_named(world: World):
    for days in range(1, 6):
        plan(world, TUESDAY - timedelta(days=days))

    text = bodies()["officer"]

    assert text.count("· Synliga aktiviteter") == 5
    assert " till\n" not in text


def test_rows_that_wait_are_told_to_coordinators_in_one_number(world: World):
    waiting(world)
    row = waiting(world)
    type(row).objects.filter(pk=row.pk).update(logged_at="2020-05-03T22:30:00Z")  # the 4th in Stockholm

    told = bodies()

    assert sorted(told) == ["city_coordinator", "coordinator"]
    assert "Två aktiviteter väntar på granskning" in told["coordinator"]
    assert "Den äldsta har väntat sedan 4 maj 2020." in told["coordinator"]
    assert f"/loften/{world.actors.promise.slug}/granskning/" in told["coordinator"]


def test_one_row_that_waits_is_not_the_oldest_of_several(world: World):
    waiting(world)

    told = bodies()["coordinator"]

    assert "1 aktivitet väntar på granskning" in told
    assert "Den har väntat sedan" in told
    assert "Den äldsta" not in told


def test_row_sent_back_is_told_to_its_author_alone(world: World):
    waiting(world, review="returned")

    told = bodies()

    assert sorted(told) == ["officer"]
    assert "1 aktivitet har skickats tillbaka till dig" in told["officer"]
    assert "granskning=atersand&mina=1" in told["officer"]


def test_link_to_what_was_sent_back_shows_just_that(world: World):
    row = waiting(world, review="returned", areas=[world.holma], kind=world.patrol)
    other = waiting(world, by="other_officer", review="returned", areas=[world.holma], kind=world.patrol)
    address = next(line.strip() for line in bodies()["officer"].splitlines() if "atersand" in line)

    page = world.client("officer").get(address.removeprefix("http://127.0.0.1:8000")).content.decode()

    assert world.row_url(row) in page
    assert world.row_url(other) not in page


def test_all_that_waits_for_one_person_is_one_mail(world: World):
    """Two promises, and two kinds in one of them."""
    other = PromiseFactory(slug="lofte-oster", short_title="Malmö Öster")
    MembershipFactory(
        user=world.actors.officer, promise=other, organisation=PoliceFactory(), role=Role.OFFICER
    )
    theirs = CommitmentFactory(promise=other, short_title="Trygghetsvandringar")
    plan(world)
    plan(world, commitment=theirs)
    waiting(world, review="returned")

    told = bodies()

    assert list(told) == ["officer"]
    text = told["officer"]
    assert text.index("MALMÖ VÄSTER") < text.index("MALMÖ ÖSTER")
    assert "har skickats tillbaka" in text[: text.index("MALMÖ ÖSTER")]
    assert "Trygghetsvandringar" in text[text.index("MALMÖ ÖSTER") :]
    assert mail.outbox[0].subject == "Medborgarlöfte: det här väntar på dig"


def test_kind_that_is_turned_off_is_left_out(world: World):
    plan(world)
    waiting(world, review="returned")
    choose(world.actors.officer, {Kind.PLANS: Rhythm(Cadence.OFF)})

    text = bodies()["officer"]

    assert "skickats tillbaka" in text
    assert "planerad" not in text


def test_weekly_comes_on_its_day_only(world: World):
    plan(world)
    choose(world.actors.officer, {Kind.PLANS: Rhythm(Cadence.WEEKLY, 3)})

    days = [TUESDAY + timedelta(days=n) for n in range(9)]

    assert [day for day in days if "officer" in mailed(day)] == [date(2020, 6, 4)]


def test_weekdays_are_without_the_weekend(world: World):
    plan(world)
    days = [TUESDAY + timedelta(days=n) for n in range(7)]

    assert [day.isoweekday() for day in days if "officer" in mailed(day)] == [2, 3, 4, 5, 1]


def test_coordinators_hear_of_others_plans_on_monday(world: World):
    plan(world)
    plan(world, by="coordinator")

    assert mailed() == ["coordinator", "officer"]  # the coordinator of a plan of her own
    told = bodies(NEXT_MONDAY)

    assert sorted(told) == ["city_coordinator", "coordinator", "officer"]
    assert "Synliga aktiviteter: 1 i planeringen har passerat sitt datum" in told["coordinator"]
    assert "Synliga aktiviteter: två i planeringen har passerat sitt datum" in told["city_coordinator"]


def test_overview_tells_what_is_behind_and_what_is_missing(world: World):
    TargetFactory(commitment=world.visible)
    TargetFactory(commitment=world.numbers, window="calendar_year")
    world.log()
    only(world, Kind.OVERVIEW)

    text = bodies()["coordinator"]

    assert "Synliga aktiviteter: efter" in text
    assert f"/loften/{world.actors.promise.slug}/ataganden/3/" in text
    assert "SoL-anmälningar: uppgift saknas för 17 månader" in text


def test_overview_names_no_class(world: World):
    TargetFactory(
        commitment=world.meetings, kind="coverage", window="school_year", minimum=1, grade=5
    ).schools.set([world.school])
    only(world, Kind.OVERVIEW)

    text = bodies()["coordinator"]

    assert "Två klasser har ingen bokad träff" in text
    assert "5A" not in text
    assert "5B" not in text


def test_overview_does_not_say_that_a_secret_meeting_is_not_booked(world: World):
    """Not even to the police's coordinator: the line would be gone as soon as there is a plan."""
    TargetFactory(
        commitment=world.meetings, kind="coverage", window="school_year", minimum=1, grade=5
    ).schools.set([world.school])
    world.meetings.confidential_until_done = True
    world.meetings.save()
    only(world, Kind.OVERVIEW)

    assert "bokad träff" not in bodies()["coordinator"]


def test_person_whose_account_is_closed_gets_nothing(world: World):
    plan(world)
    world.actors.officer.is_active = False
    world.actors.officer.save()

    assert mailed() == []


def test_person_whose_role_has_been_taken_gets_nothing(world: World):
    plan(world)
    take_role(by=world.actors.administrator, membership=world.actors.officer.memberships.get())

    assert mailed() == []


def test_person_who_may_no_longer_log_is_not_told_of_plans(world: World):
    plan(world)
    world.actors.officer.memberships.update(role=Role.STAFF)

    assert mailed() == []


def test_promise_that_has_not_begun_reminds_nobody(world: World):
    plan(world)
    Promise.objects.update(starts_on=TUESDAY + timedelta(days=1))

    assert mailed() == []
    assert mailed(TUESDAY + timedelta(days=1)) == ["officer"]


def test_promise_that_is_closed_reminds_nobody(world: World):
    plan(world)
    Promise.objects.update(state="closed")

    assert mailed() == []


def test_after_the_follow_up_only_rows_are_told(world: World):
    """Ended and followed up on 31 May 2020: what is planned, waits or was sent back must still be settled."""
    Promise.objects.update(ends_on=date(2020, 5, 31), follow_up_on=YESTERDAY)
    world.actors.promise.refresh_from_db()
    TargetFactory(commitment=world.numbers, window="calendar_year")
    only(world, Kind.OVERVIEW)
    told_before = bodies(YESTERDAY)
    assert "SoL-anmälningar: uppgift saknas" in told_before["coordinator"]
    assert "efter" not in told_before["coordinator"]

    assert mailed() == []
    plan(world, date(2020, 5, 31))

    assert "1 i planeringen har passerat sitt datum" in bodies(TUESDAY + timedelta(days=1))["coordinator"]
    only(world, Kind.PLANS)
    assert mailed(TUESDAY + timedelta(days=2)) == ["officer"]


def test_what_nobody_can_change_any_more_is_not_told(world: World):
    """Each kind by a row on the last locked day, then by one on the day after; unlocked, all are told again."""
    last = date(2020, 5, 31)
    lock = PeriodLockFactory(promise=world.actors.promise, last_day=last)
    only(world, Kind.PLANS, Kind.RETURNED, Kind.REVIEW)
    plan(world, last)
    for review in ("waiting", "returned"):
        waiting(world, review=review, day=0)

    assert mailed() == []
    plan(world, last + timedelta(days=1), by="contributor")
    assert mailed() == ["contributor"]
    PeriodLock.objects.filter(pk=lock.pk).update(
        unlocked_at=lock.locked_at, unlocked_by=lock.locked_by, unlock_reason="Fel"
    )
    assert mailed() == ["city_coordinator", "coordinator", "officer"]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2020, 3, 15), date(2020, 3, 31), False),
        (date(2020, 3, 31), date(2020, 4, 30), False),
        (date(2020, 2, 1), date(2020, 3, 1), False),
        (date(2020, 2, 1), date(2020, 2, 29), True),
        (date(2020, 4, 1), date(2020, 4, 30), True),
        (date(2019, 3, 15), date(2019, 3, 31), True),
    ],
)
def test_number_of_a_month_is_locked_with_one_of_its_days(world: World, first: date, last: date, told: bool):
    """As ``approve`` and ``correct_activity`` see it, which refuse it then."""
    PeriodLockFactory(promise=world.actors.promise, first_day=first, last_day=last)
    only(world, Kind.RETURNED, Kind.REVIEW)
    for review in ("waiting", "returned"):
        row = waiting(
            world, review=review, commitment=world.numbers, month_only=True, occurred_on=date(2020, 3, 1)
        )

    tell_locked([row], world.actors.access("coordinator"))
    assert row.is_shut is not told
    assert mailed() == (["city_coordinator", "coordinator", "officer"] if told else [])


def test_overview_asks_for_no_number_that_cannot_be_logged_any_more(world: World):
    """A month goes with one of its days, a longer stretch with all of them. The page on data quality still says it."""
    TargetFactory(commitment=world.visible, window="calendar_year")
    TargetFactory(commitment=world.numbers, window="calendar_year")
    world.log(occurred_on=date(2020, 1, 1))
    promise = world.actors.promise
    only(world, Kind.OVERVIEW)

    PeriodLockFactory(promise=promise, first_day=date(2019, 1, 2), last_day=date(2019, 12, 15))
    text = bodies()["coordinator"]
    assert "SoL-anmälningar: uppgift saknas för januari 2020, februari 2020, mars 2020" in text
    assert "Synliga aktiviteter: uppgift saknas för 2019." in text  # the last days of it are open

    PeriodLockFactory(promise=promise, first_day=promise.starts_on, last_day=date(2019, 1, 1))
    PeriodLockFactory(promise=promise, first_day=date(2019, 12, 16), last_day=date(2020, 3, 1))
    text = bodies(WEDNESDAY)["coordinator"]
    assert "SoL-anmälningar: uppgift saknas för april 2020 och maj 2020." in text
    assert "uppgift saknas för 2019" not in text
    assert "Synliga aktiviteter: inget sedan" in text

    PeriodLockFactory(promise=promise, first_day=date(2020, 3, 2), last_day=date(2020, 6, 30))
    text = bodies(WEDNESDAY + timedelta(days=1))["coordinator"]
    assert "uppgift saknas" not in text
    assert "inget sedan" not in text
    page = world.client("coordinator").get(reverse("reports:quality", args=[promise.slug]))
    assert "uppgift saknas för 17 månader" in page.content.decode()


def test_overview_asks_for_no_class_register_that_is_shut(world: World):
    school = SchoolFactory(promise=world.actors.promise, name="Kroksbäcksskolan")
    TargetFactory(
        commitment=world.meetings, kind="coverage", window="school_year", minimum=1, grade=5
    ).schools.set([school])
    only(world, Kind.OVERVIEW)
    assert "Lägg in klasserna för 2018/19 och 2019/20" in bodies()["coordinator"]

    PeriodLockFactory(promise=world.actors.promise)  # the half year that is the promise's part of 2018/19

    assert "Lägg in klasserna för 2019/20" in bodies(WEDNESDAY)["coordinator"]


def test_example_users_are_mailed_only_where_nothing_leaves_the_machine(world: World, settings):
    plan(world)
    type(world.actors.officer).objects.filter(pk=world.actors.officer.pk).update(is_example=True)
    settings.EMAIL_BACKEND = "reminders.tests.mailing.Faulty"

    assert mailed() == []

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailed() == ["officer"]
