"""The calendar feed: what is in it and what never is, who may fetch it, and that calendars can read it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from accounts.models import CalendarToken
from activities.choices import State
from activities.entries import entry_of
from activities.feed.ics import STOCKHOLM, calendar_file, for_calendar
from activities.feed.services import digest_of, make_token, note_fetch, owner_of
from activities.models import Activity
from activities.rules import ClassPresent
from activities.services import correct_activity, void_activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import TODAY, text_of, world
from history.models import Change
from promises.choices import Role
from promises.tests.factories import MembershipFactory, PoliceFactory

__all__ = ["world"]

NOW = datetime(2020, 6, 1, 9, 30, tzinfo=UTC)
PAGE = "/konto/kalender/"


def address(user):
    return reverse("calendar_feed", args=[make_token(user, now=NOW)])


def events(user, **headers):
    answer = Client().get(address(user), **headers)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def plan(world, day=date(2020, 6, 10), **entry):
    return world.log(state=State.PLANNED, occurred_on=day, **entry)


def change(world, row, **entry):
    return correct_activity(
        access=world.actors.access("coordinator"),
        activity=row,
        entry=replace(entry_of(row), **entry),
        version=row.version,
        today=TODAY,
    )


def test_plan_of_a_day_is_an_event_of_that_day(world):
    row = plan(world, note="Samling vid torget", areas=(world.kroksback, world.holma))
    (event,) = events(world.user("staff"))
    assert event["summary"] == "Planerad: Fotpatrull, Holma, Kroksbäck"
    assert event["location"] == "Holma, Kroksbäck"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2020, 6, 10), date(2020, 6, 11))
    assert event["url"] == f"http://testserver{world.row_url(row)}"
    assert (event["status"], event["transp"], event["sequence"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert event.decoded("last-modified") == Change.objects.of(row).get().at.replace(microsecond=0)
    assert event["uid"] == f"aktivitet-{row.pk}@medborgarlofte"


def test_plan_with_a_time_is_an_event_in_stockholm(world):
    plan(world, starts_at=time(18, 30), minutes=90)
    (event,) = events(world.user("staff"))
    start = event.decoded("dtstart")
    assert start == datetime(2020, 6, 10, 18, 30, tzinfo=STOCKHOLM)
    assert start.astimezone(UTC).hour == 16
    assert event["dtstart"].params["TZID"] == "Europe/Stockholm"
    assert event.decoded("duration") == timedelta(minutes=90)


def test_plan_without_minutes_is_drawn_as_an_hour(world):
    plan(world, starts_at=time(18, 30))
    assert events(world.user("staff"))[0].decoded("duration") == timedelta(hours=1)


def test_class_visit_names_the_school_and_neither_class_nor_pupil(world):
    entry = {"school": world.school, "school_year": 2019, "areas": ()}
    plan(world, commitment=world.meetings, classes=present(world.a), **entry)
    (event,) = events(world.user("staff"))
    assert event["summary"] == f"Planerad: Tematräff, {world.school}"
    assert "5A" not in event.to_ical().decode()


def present(*classes):
    return tuple(ClassPresent(school_class=one) for one in classes)


@pytest.mark.parametrize("name", ["officer", "coordinator", "staff", "city_coordinator"])
def test_secret_plan_is_in_nobodys_calendar_not_even_the_polices(world, name):
    plan(world)
    before = Client().get(address(world.user(name))).content
    plan(world, commitment=world.secret)
    assert world.secret.short_title.encode() not in before
    assert Client().get(address(world.user(name))).content == before


def test_feed_has_no_note_no_person_and_no_reason(world):
    plan(world, note="Samling vid torget", link="https://example.se/x")
    text = Client().get(address(world.user("officer"))).content.decode()
    for word in ("Samling", "officer.", "example.se/x"):
        assert word not in text


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (lambda world, row: change(world, row, state=State.DONE, occurred_on=TODAY), 0),
        (lambda world, row: change(world, row, state=State.CANCELLED, reason="Sjuk"), 0),
        (
            lambda world, row: void_activity(
                access=world.actors.access("coordinator"), activity=row, version=1, reason="Fel"
            ),
            0,
        ),
        (lambda world, row: change(world, row, occurred_on=date(2020, 6, 12)), 1),
    ],
    ids=["done", "cancelled", "voided", "moved"],
)
def test_what_is_no_plan_any_more_is_gone_and_what_moved_has_moved(world, act, left):
    row = plan(world)
    (before,) = events(world.user("staff"))
    act(world, row)
    after = events(world.user("staff"))
    assert len(after) == left
    for event in after:
        assert event.decoded("dtstart") == date(2020, 6, 12)
        assert event["uid"] == before["uid"]
        assert event["sequence"] == 1


def test_feed_begins_thirty_days_back(world):
    plan(world, TODAY - timedelta(days=30), minutes=30)
    plan(world, TODAY - timedelta(days=31), minutes=31)
    assert [event.decoded("dtstart") for event in events(world.user("staff"))] == [date(2020, 5, 2)]


def test_feed_has_all_promises_of_the_person_and_no_other(world):
    plan(world)
    elsewhere = world.actors.stranger
    theirs = ActivityFactory(commitment__promise=elsewhere.memberships.get().promise, planned=True)
    Activity.objects.filter(pk=theirs.pk).update(occurred_on=date(2020, 6, 11))
    assert [str(event["uid"]) for event in events(elsewhere)] == [f"aktivitet-{theirs.pk}@medborgarlofte"]
    MembershipFactory(
        user=elsewhere, promise=world.actors.promise, organisation=PoliceFactory(), role=Role.COORDINATOR
    )
    assert len(events(elsewhere)) == 2


def test_role_that_ended_takes_its_plans_out_of_the_calendar(world):
    plan(world)
    feed = address(world.user("staff"))
    world.user("staff").memberships.all().delete()
    answer = Client().get(feed)
    assert answer.status_code == 200
    assert Calendar.from_ical(answer.content).walk("VEVENT") == []


def test_closed_account_has_no_feed(world):
    feed = address(world.user("staff"))
    world.actors.staff.is_active = False
    world.actors.staff.save()
    assert Client().get(feed).status_code == 404


@pytest.mark.parametrize("token", ["a", "x" * 32, "-" * 200, "a" * 3000])
def test_unknown_address_is_404(world, token):
    address(world.user("staff"))
    assert Client().get(f"/kalender/{token}.ics").status_code == 404


def test_address_cannot_be_written_to(world):
    assert Client().post(address(world.user("staff"))).status_code == 405


def test_address_opens_nothing_but_the_feed(world):
    client = Client()
    client.get(address(world.user("staff")))
    assert client.get(world.base).status_code == 302
    assert not client.cookies


# The file itself ------------------------------------------------------------------------------------------------


def test_long_swedish_names_are_folded_and_escaped_and_read_back(world):
    world.patrol.name = "Öppen gårdsträff; kaffe, bullar \\ saft på Ärtholmsvägen åt alla"
    world.patrol.save()
    world.holma.name = "Södra Ängelholmsgatans, å-ä-ö; kvarter"
    world.holma.save()
    plan(world)
    answer = Client().get(address(world.user("staff")))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    assert answer.content.endswith(b"END:VCALENDAR\r\n")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["summary"] == f"Planerad: {world.patrol.name}, {world.holma.name}"


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2020, 3, 29), time(1, 59), "2020-03-29T00:59"),  # the last minute of winter
        (date(2020, 3, 29), time(3, 0), "2020-03-29T01:00"),
        (date(2020, 10, 24), time(23, 30), "2020-10-24T21:30"),
        (date(2020, 10, 25), time(3, 0), "2020-10-25T02:00"),
        (date(2020, 12, 31), time(23, 59), "2020-12-31T22:59"),
    ],
)
def test_time_is_stockholms_also_around_the_change_of_the_clock(world, day, at, utc):
    row = plan(world, day, starts_at=at)
    rows = for_calendar(Activity.objects.filter(pk=row.pk))
    read = Calendar.from_ical(calendar_file(rows, address_of=lambda row: "https://example.se/"))
    (event,) = read.walk("VEVENT")
    assert event.decoded("dtstart").astimezone(UTC).strftime("%Y-%m-%dT%H:%M") == utc


def test_zone_in_the_file_changes_the_clock_when_stockholm_does(world):
    plan(world, starts_at=time(12))
    (zone,) = Calendar.from_ical(Client().get(address(world.user("staff"))).content).walk("VTIMEZONE")
    told = zone.to_tz(lookup_tzid=False)
    wrong = [
        (year, month, day)
        for year in range(2019, 2035)
        for month in (3, 10)
        for day in range(22, 32)
        if datetime(year, month, day, 12, tzinfo=told).utcoffset()
        != datetime(year, month, day, 12, tzinfo=ZoneInfo("Europe/Stockholm")).utcoffset()
    ]
    assert wrong == []


def test_feed_is_the_same_bytes_until_something_changes(world):
    row = plan(world)
    feed = address(world.user("staff"))
    first = Client().get(feed)
    assert "private" in first["Cache-Control"]
    again = Client().get(feed, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    change(world, row, occurred_on=date(2020, 6, 20))
    moved = Client().get(feed, HTTP_IF_NONE_MATCH=first["ETag"])
    assert moved.status_code == 200
    assert b"20200620" in moved.content


def test_feed_is_swedish_whatever_the_calendar_asks_for(world):
    plan(world)
    assert events(world.user("staff"), HTTP_ACCEPT_LANGUAGE="en")[0]["summary"].startswith("Planerad")


def test_feed_costs_the_same_for_3_and_for_300_plans(world):
    feed = address(world.user("staff"))

    def fill(number):
        for day in range(number):
            ActivityFactory(
                commitment=world.visible, kind=world.patrol, areas=[world.holma], planned=True, day=366 + day
            )
        Activity.objects.filter(state=State.PLANNED).update(occurred_on=date(2020, 6, 2))

    def cost():
        with CaptureQueriesContext(connection) as made:
            assert Client().get(feed).status_code == 200
        return len(made)

    fill(3)
    Client().get(feed)  # the first time it is also written down that it was fetched
    few = cost()
    fill(297)
    assert cost() == few <= 4


# The page -------------------------------------------------------------------------------------------------------


def make(client):
    page = client.post(PAGE, {"gor": "ny"})
    assert page.status_code == 200
    return page


def test_page_makes_an_address_and_shows_it_once(world):
    plan(world)
    client = world.client("officer")
    assert "Skapa min adress" in text_of(client.get(PAGE))
    page = make(client)
    shown = page.context["address"]
    assert shown in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Client().get(shown).status_code == 200
    later = client.get(PAGE)
    assert shown.rsplit("/", 1)[1] not in later.content.decode()
    assert "kan inte visas igen" in text_of(later)
    assert page.context["subscribe"] == shown.replace("http:", "webcal:")


def test_secret_is_long_and_only_its_digest_is_kept(world):
    token = make_token(world.user("officer"), now=NOW)
    assert len(token) >= 32  # 6 bits each: 192
    row = CalendarToken.objects.get()
    assert row.digest == digest_of(token)
    assert token not in str(Change.objects.values_list("values", "source", "reason"))
    assert make_token(world.user("officer"), now=NOW) != token


def test_new_address_ends_the_old_one_and_history_tells(world):
    client = world.client("officer")
    first = make(client).context["address"]
    second = make(client).context["address"]
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post(PAGE, {"gor": "ta-bort"})
    assert Client().get(second).status_code == 404
    assert not CalendarToken.objects.exists()
    told = Change.objects.of(world.actors.officer).order_by("pk")
    assert [one.action for one in told] == ["created", "corrected", "voided"]
    assert {one.by for one in told} == {world.actors.officer}


def test_taking_back_twice_is_harmless(world):
    client = world.client("officer")
    make(client)
    for words in ("tagits tillbaka", "ingen kalenderadress"):
        assert words in text_of(client.post(PAGE, {"gor": "ta-bort"}, follow=True))
    assert Change.objects.of(world.actors.officer).count() == 2


def test_another_persons_address_is_left_alone(world):
    theirs = address(world.user("staff"))
    client = world.client("officer")
    make(client)
    client.post(PAGE, {"gor": "ta-bort"})
    assert Client().get(theirs).status_code == 200


def test_page_refuses_what_it_does_not_know_and_makes_nothing(world):
    answer = world.client("officer").post(PAGE, {"gor": "allt"})
    assert answer.status_code == 400
    assert not CalendarToken.objects.exists()


def test_page_says_when_the_feed_was_last_fetched(world):
    token = make_token(world.user("officer"), now=NOW)
    client = world.client("officer")
    assert "Ingen kalender har hämtat" in text_of(client.get(PAGE))
    note_fetch(owner_of(token), now=NOW)
    assert "2020-06-01 11:30" in text_of(client.get(PAGE))


def test_fetch_is_written_down_once_in_ten_minutes(world):
    token = make_token(world.user("officer"), now=NOW)
    for minutes, noted in ((0, 0), (9, 0), (10, 10), (19, 10)):
        note_fetch(owner_of(token), now=NOW + timedelta(minutes=minutes))
        assert CalendarToken.objects.get().fetched_at == NOW + timedelta(minutes=noted)


def test_page_of_somebody_without_a_role_says_so(world):
    assert "ingen roll" in text_of(world.client("administrator").get(PAGE))
