"""The calendar of plans: what stands where, for whom; from plan to done in one press; the classes left to meet."""

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.choices import State
from activities.entries import entry_of
from activities.locks import grant_exception, lock_period
from activities.models import Activity
from activities.rules import ClassPresent
from activities.services import correct_activity, void_activity
from activities.tests.factories import ActivityFactory
from activities.tests.pages import TODAY, text_of, world
from history.models import Change
from promises.tests.factories import MunicipalityFactory, SchoolClassFactory, SchoolFactory, TargetFactory
from reports.queries.planning import Chosen, planned_month

__all__ = ["world"]


def plans(world, name="officer", query=""):
    return world.client(name).get(f"{world.base}planering/{query}")


def plan(world, day=date(2020, 6, 10), **entry):
    return world.log(state=State.PLANNED, occurred_on=day, **entry)


def days_of(response):
    """Day -> (look, what) of its items, of the month shown."""
    assert response.status_code == 200
    return {
        day.day.isoformat(): [(item.look, item.what) for item in day.items]
        for week in response.context["month"].weeks
        for day in week.days
        if day.items
    }


def links(response):
    return set(re.findall(r'href="([^"]+)"', response.content.decode().replace("&amp;", "&")))


# Today -----------------------------------------------------------------------------------------------------------


def test_plan_of_today_stands_on_top_with_its_button(world):
    row = plan(world, TODAY)
    plan(world, TODAY + timedelta(days=1))
    cancel(world, plan(world, TODAY))

    response = plans(world)

    assert [(line.row.pk, line.quick) for line in response.context["todays"]] == [(row.pk, True)]
    assert "som-planerat" in response.content.decode().partition('id="month"')[0]
    assert plans(world, query="?vy=lista").context["todays"] == []  # there it has its button in the list
    assert plans(world, query="?manad=2020-05").context["todays"] == []


# The month -------------------------------------------------------------------------------------------------------


def test_month_has_each_row_on_its_day_with_what_became_of_it(world):
    plan(world)
    plan(world, date(2020, 6, 30), starts_at=time(18, 30))
    world.log(occurred_on=date(2020, 6, 1))
    row = plan(world, date(2020, 6, 11))
    cancel(world, row)
    world.log(commitment=world.numbers, month_only=True, occurred_on=date(2020, 6, 1), quantity=9)
    page = plans(world)
    assert days_of(page) == {
        "2020-06-01": [("done", "Fotpatrull")],
        "2020-06-10": [("planned", "Fotpatrull")],
        "2020-06-11": [("cancelled", "Fotpatrull")],
        "2020-06-30": [("planned", "Fotpatrull")],
    }
    text = text_of(page)
    for words in (
        "Två aktiviteter är planerade i juni 2020.",
        "Planerad: 18:30 Fotpatrull Holma",
        "Inställd: Fotpatrull",
    ):
        assert words in text
    assert world.row_url(row) in links(page)


def cancel(world, row):
    return change(world, row, state=State.CANCELLED, reason="Sjuk")


def change(world, row, **entry):
    return correct_activity(
        access=world.actors.access("coordinator"),
        activity=row,
        entry=replace(entry_of(row), **entry),
        version=row.version,
        today=TODAY,
    )


def test_month_is_of_whole_iso_weeks_from_monday(world):
    month = plans(world, query="?manad=2020-03").context["month"]
    assert [week.number for week in month.weeks] == [9, 10, 11, 12, 13, 14]
    assert {day.day.weekday() for week in month.weeks for day in week.days[:1]} == {0}
    first = month.weeks[0].days
    assert [day.in_month for day in first] == [False] * 6 + [True]
    assert [whole for _short, whole in month.weekdays][:1] == ["måndag"]


def test_week_numbers_over_new_year_are_those_of_the_week(world):
    weeks = plans(world, query="?manad=2020-12").context["month"].weeks
    assert [week.number for week in weeks] == [49, 50, 51, 52, 53]


def test_today_is_marked_once_and_only_in_its_own_month(world):
    assert plans(world).content.decode().count('aria-current="date"') == 1
    assert 'aria-current="date"' not in plans(world, query="?manad=2020-05").content.decode()


def test_month_without_one_in_the_address_is_todays(world):
    page = plans(world)
    assert "Juni 2020" in text_of(page)
    steps = page.context["links"]
    assert (steps.previous.url, steps.following.url) == ("?manad=2020-05", "?manad=2020-07")
    assert steps.current is None
    other = plans(world, query="?manad=2020-07&vy=lista").context["links"]
    assert (other.previous.url, other.current.url) == ("?vy=lista", "?vy=lista")


@pytest.mark.parametrize(
    ("today", "month"), [(date(2018, 3, 1), "Januari 2019"), (date(2026, 1, 1), "December 2020")]
)
def test_before_and_after_the_promise_its_first_and_last_month_are_shown(world, monkeypatch, today, month):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: today)
    page = plans(world)
    assert month in text_of(page)
    assert page.context["links"].current is None


def test_first_and_last_month_lead_no_further(world):
    first, last = plans(world, query="?manad=2019-01"), plans(world, query="?manad=2020-12")
    assert first.context["links"].previous is None
    assert last.context["links"].following is None
    for day, page in ((date(2019, 1, 1), first), (date(2020, 12, 31), last)):
        assert any(one.day == day for week in page.context["month"].weeks for one in week.days)


def test_plan_on_the_promises_first_and_last_day_is_shown(world):
    plan(world, date(2019, 1, 1))
    plan(world, date(2020, 12, 31))
    assert days_of(plans(world, query="?manad=2019-01")) == {"2019-01-01": [("late", "Fotpatrull")]}
    assert days_of(plans(world, query="?manad=2020-12")) == {"2020-12-31": [("planned", "Fotpatrull")]}


def test_month_within_a_promise_that_begins_in_the_middle_of_it(world):
    promise = world.actors.promise
    type(promise).objects.filter(pk=promise.pk).update(starts_on=date(2020, 5, 20), ends_on=date(2020, 6, 12))
    page = plans(world)
    assert page.context["links"].following is None
    planned_for = {day for link in links(page) for day in re.findall(r"datum=([\d-]+)", link)}
    assert max(planned_for) == "2020-06-12"
    assert min(planned_for) == TODAY.isoformat()


def test_empty_month_says_so_and_leads_to_the_next_plan(world):
    plan(world, date(2020, 9, 3))
    page = plans(world)
    assert "Inget är planerat i juni 2020. Nästa är den 3 september 2020." in text_of(page)
    assert page.context["links"].next_plan.url == "?manad=2020-09"
    assert "Inget är planerat eller genomfört den här månaden" in text_of(
        plans(world, query="?manad=2020-07")
    )


def test_empty_promise_says_so_in_both_views(world):
    for query in ("", "?vy=lista"):
        text = text_of(plans(world, "staff", query))
        assert "Inget är planerat i juni 2020." in text
        assert "Planera något" not in text


def test_forty_plans_on_one_day_are_three_in_the_month_and_all_in_the_list(world):
    for number in range(40):
        ActivityFactory(
            commitment=world.visible,
            kind=world.patrol,
            planned=True,
            occurred_on=date(2020, 6, 10),
            quantity=number,
        )
    page = plans(world)
    assert "37 till" in text_of(page)
    assert "?vy=lista#2020-06-10" in links(page)
    listed = plans(world, query="?vy=lista")
    assert text_of(listed).count("Fotpatrull") == 40
    assert 'id="2020-06-10"' in listed.content.decode()


def test_many_done_on_one_day_are_counted_and_found_in_the_list_of_activities(world):
    for _number in range(10):
        ActivityFactory(commitment=world.visible, kind=world.patrol, occurred_on=date(2020, 5, 5))
    plan(world, date(2020, 5, 5))
    page = plans(world, query="?manad=2020-05&vy=lista")
    assert len(days_of(page)["2020-05-05"]) == 7
    assert "4 genomförda till" in text_of(page)
    assert f"{world.base}?fran=2020-05-05&till=2020-05-05" in links(page)
    assert "8 till" in text_of(plans(world, query="?manad=2020-05"))


def test_more_plans_than_a_month_can_show_are_told(world, monkeypatch):
    monkeypatch.setattr("reports.queries.planning.MOST_PLANS", 3)
    for day in range(3):
        plan(world, date(2020, 6, 10 + day))
    assert plans(world).context["left_out"] == 0
    plan(world, date(2020, 6, 20))
    page = plans(world)
    assert "1 plan till i månaden visas inte" in text_of(page)
    assert "Fyra aktiviteter är planerade" in text_of(page)


def test_moved_plan_stands_on_its_new_day_alone(world):
    row = plan(world)
    change(world, row, occurred_on=date(2020, 6, 12))
    assert list(days_of(plans(world))) == ["2020-06-12"]


def test_voided_plan_is_gone(world):
    row = plan(world)
    void_activity(access=world.actors.access("officer"), activity=row, version=1, reason="Fel")
    assert days_of(plans(world)) == {}


# Late ones -------------------------------------------------------------------------------------------------------


def test_late_plans_stand_first_whatever_month_is_shown(world):
    late = plan(world, date(2020, 3, 2))
    later = plan(world, date(2020, 5, 31))
    plan(world, TODAY)  # today is not late
    for query in ("", "?manad=2020-12", "?vy=lista"):
        page = plans(world, query=query)
        assert [line.row for line in page.context["late"]] == [late, later]
        text = text_of(page)
        assert "Två planerade aktiviteter skulle ha varit gjorda." in text
        assert text.index("Skulle ha varit gjort") < text.index("2020-03-02") < text.index("2020-05-31")
    for page in ("som-planerat/", "stall-in/", "ratta/"):
        assert world.row_url(late, page) in plans(world).content.decode()


def test_what_was_cancelled_or_done_is_not_late(world):
    cancel(world, plan(world, date(2020, 5, 1)))
    world.log(occurred_on=date(2020, 5, 2))
    cancel(world, plan(world, date(2020, 8, 1)))
    page = plans(world)
    assert page.context["late"] == []
    assert "Inget är planerat i juni 2020. " in text_of(page)
    assert page.context["links"].next_plan is None


def test_only_the_first_late_ones_are_shown_and_where_the_others_are(world, monkeypatch):
    monkeypatch.setattr("reports.queries.planning.MOST_LATE", 2)
    for day in (1, 2, 3):
        plan(world, date(2020, 5, day))
    page = plans(world)
    assert [line.row.occurred_on.day for line in page.context["late"]] == [1, 2]
    assert "Tre planerade aktiviteter" in text_of(page)
    assert f"{world.base}?lage=planned&till=2020-05-31" in links(page)


def test_buttons_are_for_who_may_change_the_row(world):
    row = plan(world, date(2020, 5, 1))
    for name, may in (("officer", True), ("coordinator", True), ("other_officer", False), ("staff", False)):
        assert (world.row_url(row, "som-planerat/") in plans(world, name).content.decode()) is may


def test_button_stands_from_the_day_itself(world):
    today, tomorrow = plan(world, TODAY), plan(world, TODAY + timedelta(days=1))
    page = plans(world, query="?vy=lista").content.decode()
    assert world.row_url(today, "som-planerat/") in page
    assert world.row_url(tomorrow, "som-planerat/") not in page
    assert world.row_url(tomorrow, "stall-in/") in page


# Filters ---------------------------------------------------------------------------------------------------------


def test_filter_chooses_by_commitment_area_and_responsible(world):
    plan(world)
    plan(world, date(2020, 6, 11), areas=(world.kroksback,))
    plan(world, date(2020, 6, 12), commitment=world.secret)
    assert list(days_of(plans(world, query="?atagande=4"))) == ["2020-06-12"]
    assert list(days_of(plans(world, query="?omrade=Kroksbäck"))) == ["2020-06-11"]
    world.secret.responsible = MunicipalityFactory()
    world.secret.save()
    (field,) = (field for field in plans(world).context["filter"].fields if field.name == "part")
    city = next(choice.value for choice in field.choices if choice.label == str(world.secret.responsible))
    assert list(days_of(plans(world, query=f"?part={city}"))) == ["2020-06-12"]


def test_filter_follows_to_other_months_and_views_and_back(world):
    plan(world, date(2020, 5, 1))
    page = plans(world, query="?atagande=3&omrade=Holma")
    steps = page.context["links"]
    assert steps.following.url == "?atagande=3&omrade=Holma&manad=2020-07"
    assert steps.as_list == "?atagande=3&omrade=Holma&vy=lista"
    assert 'name="nasta" value="' in page.content.decode()
    assert "Synliga aktiviteter · Holma" in text_of(page)


def test_plus_of_a_chosen_commitment_leads_straight_to_its_form(world):
    url = f"{world.base}logga/3/?planerad=1&datum=2020-06-10"
    assert url in links(plans(world, query="?atagande=3"))
    assert f"{world.base}logga/?planerad=1&datum=2020-06-10" in links(plans(world))
    assert 'value="2020-06-10"' in world.client("officer").get(url).content.decode()
    chosen = world.client("officer").get(f"{world.base}logga/?planerad=1&datum=2020-06-10")
    assert url in links(chosen)
    assert "datum=" not in plans(world, "staff").content.decode()
    assert (
        "datum=" not in plans(world, query="?manad=2020-05").content.decode()
    )  # what has been is not planned


@pytest.mark.parametrize(
    ("query", "said", "way"),
    [
        ("?manad=2021-01", "2021-01", "?manad=2020-12"),
        ("?manad=2020-6", "2020-6", "?manad=2020-06"),
        ("?manad=2020-13", "2020-13", "?manad=2020-06"),
        ("?vy=vecka", "vecka", "?vy=lista"),
        ("?atagande=9", "”9”", "?atagande=3"),
        ("?omrade=Atlantis", "Atlantis", "?omrade=Holma"),
        ("?part=ingen", "ingen", None),
        ("?omrade=Holma&atagande=1", "Holma", None),
        ("?manad=2020-06&manad=2020-07", "manad", "?manad=2020-06"),
        ("?mnad=2020-06", "mnad", None),
        ("?manad=" + "9" * 5000, "…", "?manad=2020-06"),
    ],
)
def test_what_the_address_cannot_have_is_refused_with_what_it_can(world, query, said, way):
    answer = plans(world, query=query)
    assert answer.status_code == 400
    assert said in text_of(answer)
    if way:
        assert f"{world.base}planering/{way}" in links(answer)


def test_empty_values_of_a_plain_form_are_all(world):
    plan(world)
    assert days_of(plans(world, query="?atagande=&omrade=&part=")) != {}


# From plan to done -----------------------------------------------------------------------------------------------


def press(world, row, name="officer", **sent):
    values = {"version": row.version, "nasta": f"{world.base}planering/?vy=lista&manad=2020-05"}
    return world.client(name).post(world.row_url(row, "som-planerat/"), values | sent, follow=True)


def test_one_press_makes_a_plan_done_as_it_was_planned(world):
    row = plan(
        world,
        date(2020, 5, 3),
        note="Torget",
        minutes=45,
        starts_at=time(17),
        areas=(world.holma, world.kroksback),
    )
    page = press(world, row)
    assert page.redirect_chain == [(f"{world.base}planering/?vy=lista&manad=2020-05", 302)]
    assert "Genomförd: fotpatrull i Holma och Kroksbäck" in text_of(page)
    assert world.row_url(row, "ratta/") in links(page)
    row = Activity.objects.get()
    assert (row.state, row.occurred_on, row.note, row.minutes, row.starts_at) == (
        "done", date(2020, 5, 3), "Torget", 45, time(17),
    )  # fmt: skip
    assert {area.name for area in row.areas.all()} == {"Holma", "Kroksbäck"}
    assert row.is_counted
    assert [one.action for one in Change.objects.of(row)] == ["done", "created"]


def test_two_presses_are_one(world):
    row = plan(world, date(2020, 5, 3))
    press(world, row)
    page = press(world, row)
    assert text_of(page).count("Genomförd: fotpatrull") == 1
    assert Change.objects.of(row).filter(action="done").count() == 1
    assert Activity.objects.get().version == 2


def test_two_presses_before_an_answer_is_shown_are_told_once(world):
    row = plan(world, date(2020, 5, 3))
    client, values = world.client("officer"), {"version": 1}
    for _press in range(2):
        client.post(world.row_url(row, "som-planerat/"), values)
    assert text_of(client.get(f"{world.base}planering/")).count("Genomförd: fotpatrull") == 1


def test_plan_that_somebody_changed_meanwhile_is_looked_at_first(world):
    row = plan(world, date(2020, 5, 3))
    change(world, row, areas=(world.kroksback,))
    page = press(world, row)
    assert page.status_code == 409
    assert Activity.objects.get().state == State.PLANNED
    assert "Kroksbäck" in text_of(page)
    form = page.content.decode()
    assert f'action="{world.row_url(row, "genomford/")}"' in form
    assert 'name="version" value="2"' in form


@pytest.mark.parametrize("act", ["cancel", "void"])
def test_plan_that_is_no_more_says_so(world, act):
    row = plan(world, date(2020, 5, 3))
    if act == "cancel":
        cancel(world, row)
    else:
        void_activity(access=world.actors.access("coordinator"), activity=row, version=1, reason="Fel")
    page = press(world, row)
    assert page.status_code == 409
    assert Activity.objects.get().state != State.DONE


def test_class_visit_is_asked_how_many_pupils_came(world):
    row = visit(world, world.a, day=date(2020, 5, 4))
    listed = plans(world).content.decode()
    assert world.row_url(row, "som-planerat/") not in listed
    assert world.row_url(row, "genomford/") in listed
    page = press(world, row)
    assert page.redirect_chain == [(world.row_url(row, "genomford/"), 302)]
    assert Activity.objects.get().state == State.PLANNED


def visit(world, *classes, day=date(2020, 6, 10), **entry):
    return plan(
        world, day, commitment=world.meetings, school=classes[0].school, school_year=2019, areas=(),
        classes=tuple(ClassPresent(school_class=one) for one in classes), **entry,
    )  # fmt: skip


def test_day_that_has_not_come_is_asked_about(world):
    row = plan(world, TODAY + timedelta(days=1))
    page = press(world, row)
    assert page.redirect_chain == [(world.row_url(row, "genomford/"), 302)]
    assert Activity.objects.get().state == State.PLANNED
    assert "har inte varit än" in text_of(page) or "inte kommit" in text_of(page)


def test_press_without_a_version_or_by_get_changes_nothing(world):
    row = plan(world, date(2020, 5, 3))
    asked = press(world, row, version="")
    assert asked.redirect_chain == [(world.row_url(row, "genomford/"), 302)]
    client = world.client("officer")
    assert client.get(world.row_url(row, "som-planerat/")).url == world.row_url(row, "genomford/")
    assert Activity.objects.get().state == State.PLANNED


@pytest.mark.parametrize(
    "back", ["https://example.se/", "//example.se/?a=1", "/loften/", "", "/konto/?x", "\r\nX: y", "?x" * 3000]
)
def test_press_leads_back_to_the_plans_and_nowhere_else(world, back):
    row = plan(world, date(2020, 5, 3))
    values = {"version": 1, "nasta": back}
    answer = world.client("officer").post(world.row_url(row, "som-planerat/"), values)
    assert (answer.status_code, answer.url) == (302, f"{world.base}planering/")


def test_press_needs_the_forms_token(world):
    row = plan(world, date(2020, 5, 3))
    client = world.client("officer")
    client.handler.enforce_csrf_checks = True
    assert client.post(world.row_url(row, "som-planerat/"), {"version": 1}).status_code == 403
    assert Activity.objects.get().state == State.PLANNED


def test_secret_plan_that_is_done_by_one_press_is_seen_by_all(world):
    row = plan(world, date(2020, 5, 3), commitment=world.secret)
    query = "?manad=2020-05"
    assert days_of(plans(world, "staff", query)) == {}
    assert world.client("staff").post(world.row_url(row, "som-planerat/"), {"version": 1}).status_code == 404
    press(world, row)
    assert days_of(plans(world, "staff", query)) == {"2020-05-03": [("done", "Riktad narkotikainsats")]}


def test_done_row_that_has_to_be_approved_says_so(world):
    promise = world.actors.promise
    type(promise).objects.filter(pk=promise.pk).update(requires_review=True)
    row = plan(world, date(2020, 5, 3))
    assert "när en samordnare har godkänt" in text_of(press(world, row))
    assert Activity.objects.get().is_waiting


def lock_may(world):
    return lock_period(
        access=world.actors.access("coordinator"),
        first=date(2020, 5, 1),
        last=date(2020, 5, 31),
        reason="Delårsrapport",
        today=TODAY,
    )


def test_locked_plan_has_no_buttons_and_a_press_says_why(world):
    row = plan(world, date(2020, 5, 3))
    lock_may(world)
    page = plans(world)
    assert "som-planerat/" not in page.content.decode()
    assert "Låst" in text_of(page)
    assert "låst" in text_of(press(world, row))
    assert Activity.objects.get().state == State.PLANNED


def test_press_under_an_exception_asks_for_the_reason(world):
    row = plan(world, date(2020, 5, 3))
    lock = lock_may(world)
    grant_exception(
        access=world.actors.access("coordinator"),
        lock=lock,
        user=world.user("officer"),
        until=timezone.now() + timedelta(days=2),
        reason="Glömt",
    )
    assert world.row_url(row, "som-planerat/") in plans(world).content.decode()
    page = press(world, row)
    assert page.redirect_chain == [(world.row_url(row, "genomford/"), 302)]
    assert 'name="why"' in page.content.decode()
    assert Activity.objects.get().state == State.PLANNED


# Classes left ----------------------------------------------------------------------------------------------------


@pytest.fixture
def grade_five(world):
    world.target = (
        None if False else TargetFactory(commitment=world.meetings, coverage=True, schools=[world.school])
    )
    return world


@pytest.fixture
def target(world):
    return TargetFactory(commitment=world.meetings, coverage=True, schools=[world.school])


def left(response):
    """(läsår, school, class) of every class that the page offers to visit."""
    assert response.status_code == 200
    return {
        (part.year, school.name, one.label)
        for part in response.context["classes_left"]
        for school in part.schools
        for one in school.classes
    }


def missing_in_grid(world, name, today=TODAY):
    """The same as the page of the commitment has it: the cells that say "saknas" in the läsår that is open."""
    page = world.client(name).get(f"/loften/{world.actors.promise.slug}/ataganden/1/")
    (part,) = page.context["parts"]
    return {
        (window.label, school.name, row.label)
        for place, window in enumerate(part.grid.windows)
        if window.start <= today < window.end
        for school in part.grid.schools
        for row in school.rows
        if row.cells[place].look == "missing"
    }


def met(world, *classes, day=date(2020, 5, 4)):
    return world.log(
        commitment=world.meetings,
        occurred_on=day,
        school=classes[0].school,
        school_year=2019,
        classes=tuple(ClassPresent(school_class=one, pupils_present=20) for one in classes),
    )


def test_classes_nobody_has_met_or_booked_are_offered_and_agree_with_the_grid(world, target):
    other = SchoolFactory(promise=world.actors.promise, name="Kroksbäcksskolan")
    target.schools.add(other)
    far = SchoolClassFactory(school=other, label="5C")
    SchoolClassFactory(school=other, label="4A", grade=4)
    SchoolClassFactory(school=other, label="5D", closed_on=date(2020, 1, 10), closed_reason="Sammanslagen")
    SchoolClassFactory(school=other, label="5C", school_year=2020)
    year = "2019/20"
    everything = {(year, world.school.name, "5A"), (year, world.school.name, "5B"), (year, other.name, "5C")}
    assert left(plans(world)) == everything == missing_in_grid(world, "officer")
    met(world, world.a)
    assert left(plans(world)) == everything - {(year, world.school.name, "5A")}
    assert left(plans(world)) == missing_in_grid(world, "officer")
    visit(world, far)
    assert left(plans(world)) == {(year, world.school.name, "5B")} == missing_in_grid(world, "officer")
    text = text_of(plans(world))
    assert "En klass är varken träffad eller bokad läsåret 2019/20" in text
    assert "En klass är bokad." in text
    met(world, world.b)
    assert left(plans(world)) == set() == missing_in_grid(world, "officer")
    assert "varken träffad" not in text_of(plans(world))


def test_met_too_few_times_is_left(world):
    TargetFactory(commitment=world.meetings, coverage=True, schools=[world.school], minimum=2)
    met(world, world.a, world.b)
    met(world, world.b, day=date(2020, 5, 5))
    assert left(plans(world)) == {("2019/20", world.school.name, "5A")} == missing_in_grid(world, "officer")


def test_class_that_waits_for_review_is_not_offered(world, target):
    promise = world.actors.promise
    type(promise).objects.filter(pk=promise.pk).update(requires_review=True)
    met(world, world.a)
    assert left(plans(world)) == {("2019/20", world.school.name, "5B")} == missing_in_grid(world, "officer")


def test_link_of_a_class_opens_the_form_with_it_ticked(world, target):
    name = world.school.name
    url = f"{world.base}logga/1/?planerad=1&skola={name}&lasar=2019%2F20&klasser=5A"
    assert url in links(plans(world))
    form = world.client("officer").get(url)
    assert form.context["form"].initial["state"] == State.PLANNED
    assert [one.label for one in form.context["options"].classes] == ["5A", "5B"]
    assert form.context["form"].initial["classes"]["ticked"] == [str(world.a.pk)]
    assert "skola=" not in plans(world, "staff").content.decode()
    assert left(plans(world, "staff")) == left(plans(world))


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2018, 12, 1), "2018/19"),  # before the promise: the first läsår
        (date(2019, 6, 29), "2018/19"),
        (date(2019, 6, 30), "2019/20"),  # the last day of a läsår is the next one's turn
        (date(2019, 7, 1), "2019/20"),
        (date(2020, 12, 30), "2020/21"),
        (date(2020, 12, 31), None),
        (date(2021, 3, 1), None),
    ],
)
def test_laasar_offered_is_the_one_that_has_a_day_left(world, target, monkeypatch, today, year):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: today)
    for start in (2018, 2020):
        SchoolClassFactory(school=world.school, label="5A", school_year=start)
    assert {one[0] for one in left(plans(world))} == ({year} if year else set())


def test_school_without_a_register_is_told(world, target):
    target.schools.add(SchoolFactory(promise=world.actors.promise, name="Lorensborgsskolan"))
    page = plans(world, "coordinator")
    assert "Klassregistret för 2019/20 är inte komplett: Lorensborgsskolan." in text_of(page)
    assert reverse("promises:class_list", args=[world.actors.promise.slug]) in links(page)
    assert "Samordnaren" in text_of(plans(world, "staff"))


def test_classes_follow_the_filter(world, target):
    assert left(plans(world, query="?atagande=1")) != set()
    assert left(plans(world, query="?atagande=3")) == set()
    assert left(plans(world, query="?omrade=Holma")) == set()


def test_bookings_that_are_secret_are_not_given_away_by_who_is_left(world, target):
    type(world.meetings).objects.filter(pk=world.meetings.pk).update(confidential_until_done=True)
    before = plans(world, "staff")
    visit(world, world.a)
    assert left(plans(world, "officer")) == {("2019/20", world.school.name, "5B")}
    assert text_of(plans(world, "staff")) == text_of(before)
    assert left(before) == set()


# What it asks of the database -------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by what is in the tables")
@pytest.mark.parametrize("name", ["officer", "staff"])
def test_late_plans_of_a_commitment_are_found_among_plans_and_not_among_its_rows(world, name):
    access, chosen = world.actors.access(name), Chosen([world.visible.pk])
    with CaptureQueriesContext(connection) as asked:
        planned_month(access, chosen, first=date(2020, 6, 1), last=date(2020, 6, 30), today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        assert "activity_list_of_state (state=? AND promise_id=? AND occurred_on<?)" in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("query", "budget"), [("", 40), ("?vy=lista", 40), ("?atagande=3&omrade=Holma&manad=2020-05", 20)]
)
def test_page_costs_the_same_for_3_and_for_300_rows(world, target, query, budget):
    client, address = world.client("officer"), f"{world.base}planering/{query}"

    def fill(numbers):
        for number in numbers:
            of_class = number % 3 == 0
            row = ActivityFactory(
                commitment=world.meetings if of_class else world.visible,
                kind=world.theme if of_class else world.patrol,
                state=State.DONE if number % 3 == 1 else State.PLANNED,
                occurred_on=date(2020, 5, 20) + timedelta(days=number * 7 % 40),
                school=world.school if of_class else None,
                school_year=2019 if of_class else None,
                areas=[] if of_class else [world.holma],
                logged_by=world.user("officer"),
            )
            if of_class:
                row.attendance.create(school_class=world.a)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    fill(range(6))
    few = cost()
    fill(range(6, 300))
    assert cost() - few in (0, 1)  # one more to count the late ones, once there are more than are shown
    assert few <= budget
    assert len(client.get(address, headers={"accept-encoding": "gzip"}).content) < 60_000
