"""Logging a school visit: the school of last time, classes still to meet first, a tick and a number for each."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from activities.models import Activity
from activities.options import met_days, options_for
from activities.tests.pages import TODAY, text_of, world
from promises.models import SchoolClass
from promises.registering import merge_classes
from promises.tests.factories import SchoolClassFactory, SchoolFactory

__all__ = ["world"]


def url_of(world):
    return world.base + "logga/1/"


def sent(world, **values):
    return {
        "client_key": str(uuid.uuid4()), "skola": world.school.pk, "lasar": "2019/20", "state": "done",
        "kind": world.theme.pk, "occurred_on": "2020-05-04",
    } | values  # fmt: skip


def save(world, who="officer", **values):
    return world.client(who).post(url_of(world), sent(world, **values))


def present():
    row = Activity.objects.get()
    return [
        (one.school_class.label, one.pupils_present) for one in row.attendance.order_by("school_class__label")
    ]


def shown(page):
    """Labels of the classes in the order of the page."""
    return re.findall(r"data-there>\s*<label[^>]*>([^<\s]+)", page.content.decode())


# Which school


def test_the_only_school_is_chosen(world):
    page = world.client("officer").get(url_of(world))

    assert shown(page) == ["5A", "5B"]
    assert 'aria-pressed="true">Holmaskolan' in page.content.decode()


def test_the_school_of_last_time_is_chosen(world):
    other = SchoolFactory(promise=world.school.promise, name="Kroksbäcksskolan")
    SchoolClassFactory(school=other, label="5K")
    assert shown(world.client("officer").get(url_of(world))) == []

    save(world, classes=[world.a.pk])

    assert shown(world.client("officer").get(url_of(world))) == ["5B", "5A"]
    assert shown(world.client("officer").get(url_of(world), {"skola": other.pk})) == ["5K"]
    assert shown(world.client("contributor").get(url_of(world))) == []  # somebody else's last time


def test_every_school_is_one_press(world):
    other = SchoolFactory(promise=world.school.promise, name="Kroksbäcksskolan")

    page = world.client("officer").get(url_of(world)).content.decode()

    for school in (world.school, other):
        assert re.search(rf'<button[^>]*name="skola" value="{school.pk}">{school}</button>', page)


def test_school_of_nobody_is_told_and_keeps_the_choice(world):
    page = world.client("officer").get(url_of(world), {"skola": "98765", "lasar": "2019/20"})

    assert "98765" in text_of(page)
    assert 'name="skola"' in page.content.decode()


def test_many_schools_are_folded_once_one_is_chosen(world):
    for number in range(6):
        SchoolFactory(promise=world.school.promise, name=f"Skola {number}")

    page = world.client("officer").get(url_of(world), {"skola": world.school.pk, "lasar": "2019/20"})

    assert "Holmaskolan · en annan skola" in text_of(page)


def test_what_an_address_fills_in_stays_when_the_school_changes(world):
    page = world.client("officer").get(url_of(world), {"typ": "tematraff", "planerad": "1"}).content.decode()

    choice = re.search(r'<form class="school-choice".*?</form>', page, re.S)[0]
    assert 'name="typ" value="tematraff"' in choice
    assert 'name="planerad" value="1"' in choice


# Which classes


def test_classes_still_to_meet_come_first_and_ended_ones_last(world):
    SchoolClassFactory(school=world.school, label="5D", closed_on=date(2020, 1, 7), closed_reason="Flyttade.")
    save(world, classes=[world.a.pk])

    page = world.client("officer").get(url_of(world))

    assert shown(page) == ["5B", "5A", "5D"]
    assert "träffad 2020-05-04" in text_of(page)
    assert "upphörde 2020-01-07" in text_of(page)


def test_planned_meeting_has_met_nobody(world):
    save(world, classes=[world.a.pk], state="planned")

    assert "träffad" not in text_of(world.client("officer").get(url_of(world)))


def test_merged_class_was_not_met_before_it_was_merged(world):
    save(world, classes=[world.a.pk])
    merge_classes(
        access=world.actors.access("coordinator"),
        classes=[world.a, world.b],
        label="5A",
        pupils=40,
        day=date(2020, 5, 20),
        reason="För få elever.",
    )
    access = world.actors.access("officer")
    options = options_for(world.meetings, access=access, today=TODAY).at(world.school, 2019)
    assert met_days(options) == {}

    save(world, classes=[world.a.pk], occurred_on="2020-05-20")

    assert met_days(options) == {world.a.pk: date(2020, 5, 20)}


def test_class_of_another_year_is_not_offered_and_not_taken(world):
    old = SchoolClassFactory(school=world.school, school_year=2018, label="5X")

    assert "5X" not in text_of(world.client("officer").get(url_of(world)))
    assert str(old.pk) in text_of(save(world, classes=[old.pk]))
    assert not Activity.objects.exists()


@pytest.mark.parametrize(("year", "day"), [("2019/20", "2020-06-01"), ("2018/19", None)])
def test_today_is_filled_in_where_it_is_in_the_year(world, year, day):
    SchoolClassFactory(school=world.school, school_year=2018, label="5A")

    page = world.client("officer").get(url_of(world), {"skola": world.school.pk, "lasar": year})

    assert page.context["form"].fields["occurred_on"].initial == (day and date.fromisoformat(day))


# How many


def test_tick_without_a_number_is_a_class_met_by_nobody_knows_how_many(world):
    save(world, classes=[world.a.pk])

    assert present() == [("5A", None)]


def test_all_without_a_script_is_the_number_of_the_register(world):
    save(world, **{f"classes-all-{world.a.pk}": world.a.pk})

    assert present() == [("5A", 24)]


def test_all_is_the_number_of_today(world):
    SchoolClass.objects.filter(pk=world.a.pk).update(pupils=26, earlier_pupils=[["2020-05-01", 24]])

    assert "av 26" in text_of(world.client("officer").get(url_of(world)))
    save(world, **{f"classes-all-{world.a.pk}": world.a.pk})

    assert present() == [("5A", 26)]


def test_number_and_all_that_differ_are_asked_about(world):
    answer = save(world, **{f"classes-all-{world.a.pk}": world.a.pk, f"classes-pupils-{world.a.pk}": "22"})

    assert "5A: alla 24 eller 22? Ta bort det ena." in text_of(answer)
    assert re.search(r'id="[^"]*_all"[^>]*checked', answer.content.decode())
    assert not Activity.objects.exists()


def test_number_and_all_that_agree_are_one(world):
    save(world, **{f"classes-all-{world.a.pk}": world.a.pk, f"classes-pupils-{world.a.pk}": "24"})

    assert present() == [("5A", 24)]


def test_all_is_not_offered_where_nobody_knows_how_many(world):
    page = world.client("officer").get(url_of(world)).content.decode()

    assert f"classes-all-{world.a.pk}" in page
    assert f"classes-all-{world.b.pk}" not in page


def test_all_of_a_class_without_a_number_says_no_number(world):
    save(world, **{f"classes-all-{world.b.pk}": world.b.pk})

    assert present() == [("5B", None)]


@pytest.mark.parametrize("key", ["98765", "x", "9" * 40])
def test_all_of_no_class_is_refused(world, key):
    answer = save(world, classes=[world.a.pk], **{f"classes-all-{key}": "1"})

    assert "finns inte bland valen" in text_of(answer)
    assert not Activity.objects.exists()


@pytest.mark.parametrize("times", [1, 25])
def test_form_asks_as_much_however_many_classes(world, django_assert_num_queries, times):
    for number in range(times):
        SchoolClassFactory(school=world.school, label=f"6{number}")
    client = world.client("officer")
    client.get(url_of(world))

    with django_assert_num_queries(14):
        client.get(url_of(world))


def test_form_kept_on_the_phone_tells_nothing_of_who_has_been_met(world):
    save(world, classes=[world.a.pk])
    url = reverse("activities:log_shell", args=[world.meetings.promise.slug, 1])

    page = world.client("officer").get(url, {"skola": world.school.pk, "lasar": "2019/20"})

    assert shown(page) == ["5A", "5B"]
    assert "träffad" not in page.content.decode()
