"""From the home screen to a saved row in few taps: what was used last stands first, and nothing wrong by silence."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.models import Activity
from activities.tests.pages import TODAY, text_of, world
from promises.choices import Role
from promises.tests.factories import MembershipFactory, PromiseFactory

__all__ = ["world"]


def checked(html, name):
    return re.findall(rf'name="{name}" value="(\d+)"[^>]*checked', html)


def numbers(html):
    """The commitments of the start page, in order."""
    return re.findall(r'class="commitment__number" aria-hidden="true">(\d)', html)


def again_url(html):
    found = re.search(r'<a class="btn btn-primary" href="([^"]+)">Logga igen</a>', html)
    return found[1].replace("&amp;", "&") if found else None


# The start page


def test_start_has_the_commitment_used_last_first_and_the_others_in_order(world):
    client = world.client("officer")
    assert numbers(client.get(world.base + "logga/").content.decode()) == ["1", "2", "3", "4"]
    world.log(commitment=world.secret)
    world.log(occurred_on=date(2020, 4, 1))  # logged later, though it happened before
    assert numbers(client.get(world.base + "logga/").content.decode()) == ["3", "1", "2", "4"]


def test_start_offers_to_log_the_latest_again_and_the_form_is_filled_in(world):
    police = world.actors.access("officer").memberships[0].organisation
    world.log(
        kind=world.walk, areas=(world.kroksback,), parties=(police,), quantity=3, note="Lugnt", minutes=90,
        persons_reached=12, occurred_on=date(2020, 3, 3),
    )  # fmt: skip
    client = world.client("officer")
    page = client.get(world.base + "logga/")
    said = text_of(page)
    assert "Du loggade senast: 3 mars" in said
    assert "Trygghetsvandring · Kroksbäck" in said

    html = client.get(again_url(page.content.decode())).content.decode()
    assert checked(html, "kind") == [str(world.walk.pk)]
    assert checked(html, "areas") == [str(world.kroksback.pk)]
    assert checked(html, "parties") == [str(police.pk)]
    assert re.search(rf'name="occurred_on" value="{TODAY.isoformat()}"', html)
    assert "Lugnt" not in html
    assert re.search(r'name="quantity" value="1"', html)
    for name in ("minutes", "persons_reached"):
        assert not re.search(rf'name="{name}" value=', html)


def test_numbers_again_have_neither_month_nor_number(world):
    world.log(commitment=world.numbers, month_only=True, quantity=7, areas=(world.holma,))
    client = world.client("officer")
    html = client.get(again_url(client.get(world.base + "logga/").content.decode())).content.decode()
    assert not re.search(r'name="quantity"[^>]* value=', html)
    assert '<option value="" selected>Välj månad' in html
    assert f'<option value="{world.holma.pk}" selected>' in html


def test_start_offers_nothing_again_of_colleagues_plans_or_voided_rows(world):
    world.log("other_officer")
    world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    voided = world.log()
    world.client("officer").post(world.row_url(voided, "makulera/"), {"version": 1, "why": "Dubbel"})
    html = world.client("officer").get(world.base + "logga/").content.decode()
    assert again_url(html) is None
    assert numbers(html) == ["1", "2", "3", "4"]


# Chosen beforehand on the form


def test_form_has_kind_and_areas_of_the_persons_last_row_and_says_so(world):
    world.log(kind=world.walk, areas=(world.kroksback,))
    world.log("other_officer", kind=world.patrol, areas=(world.holma,))
    page = world.client("officer").get(world.base + "logga/3/")
    html = page.content.decode()
    assert checked(html, "kind") == [str(world.walk.pk)]
    assert checked(html, "areas") == [str(world.kroksback.pk)]
    assert "Valt som du loggade senast: Trygghetsvandring · Kroksbäck." in text_of(page)


def test_form_of_somebody_who_has_not_logged_has_nothing_chosen(world):
    world.log("other_officer")
    page = world.client("officer").get(world.base + "logga/3/")
    html = page.content.decode()
    assert checked(html, "kind") == checked(html, "areas") == []
    assert "Valt som du loggade senast" not in text_of(page)
    assert "din senaste" not in text_of(page)


def test_form_tells_the_persons_latest_day_and_nothing_of_a_plan(world):
    world.log(occurred_on=date(2020, 3, 3))
    world.log(occurred_on=date(2020, 2, 1))
    world.log(state=State.PLANNED, occurred_on=date(2020, 7, 1))
    assert "din senaste: 3 mars" in text_of(world.client("officer").get(world.base + "logga/3/"))


def test_form_with_faults_keeps_what_was_chosen_and_not_what_is_usual(world):
    world.log(kind=world.walk, areas=(world.kroksback,))
    html = world.client("officer").post(world.base + "logga/3/", world.sent(areas=[])).content.decode()
    assert checked(html, "kind") == [str(world.patrol.pk)]
    assert checked(html, "areas") == []


def test_number_of_reports_about_children_is_never_chosen_beforehand(world):
    world.log(commitment=world.numbers, month_only=True, quantity=7)
    html = world.client("officer").get(world.base + "logga/2/").content.decode()
    assert not re.search(r'name="quantity"[^>]* value=', html)


def test_numbers_ask_for_the_keypad_of_numbers(world):
    html = world.client("officer").get(world.base + "logga/3/").content.decode()
    for name in ("quantity", "minutes", "persons_reached"):
        box = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)[0]
        assert 'inputmode="numeric"' in box
        assert 'enterkeyhint="next"' in box


# Save and log another


def test_save_and_another_comes_back_with_the_same_choices_and_the_thanks(world):
    sent = world.sent(areas=[world.kroksback.pk], note="Lugnt", quantity="2", en_till="1")
    page = world.client("officer").post(world.base + "logga/3/", sent, follow=True)
    html = page.content.decode()
    assert Activity.objects.count() == 1
    assert "Sparad: fotpatrull i Kroksbäck 1 maj." in text_of(page)
    assert checked(html, "kind") == [str(world.patrol.pk)]
    assert checked(html, "areas") == [str(world.kroksback.pk)]
    assert "Lugnt" not in re.search(r'<form class="form" method="post".*?</form>', html, re.S)[0]
    assert re.search(r'name="quantity" value="1"', html)
    assert sent["client_key"] not in html
    assert "Valt som du loggade senast" not in text_of(page)


def test_save_and_another_of_a_meeting_stays_at_the_school(world):
    sent = {
        "client_key": str(uuid.uuid4()), "skola": world.school.pk, "lasar": "2019/20", "state": "done",
        "kind": world.theme.pk, "occurred_on": "2020-05-01", "classes": [world.a.pk], "en_till": "1",
    }  # fmt: skip
    page = world.client("officer").post(world.base + "logga/1/", sent, follow=True)
    html = page.content.decode()
    assert "Sparad: tematräff i Holmaskolan 5A 1 maj." in text_of(page)
    assert f'name="classes-pupils-{world.b.pk}"' in html
    assert not re.search(rf'name="classes" value="{world.a.pk}"[^>]*checked', html)


def test_thanks_of_somebody_elses_row_are_not_said(world):
    row = world.log("other_officer", note="Hemligt möte")
    page = world.client("officer").get(world.base + f"logga/3/?sparad=ny&rad={row.pk}")
    assert "Sparad" not in text_of(page)
    plan = world.log(
        "coordinator", commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1)
    )
    page = world.client("contributor").get(world.base + f"logga/4/?sparad=ny&rad={plan.pk}")
    assert "Sparad" not in text_of(page)


def test_saving_does_not_ask_more_for_another(world, django_assert_num_queries):
    client, counts = world.client("officer"), []
    client.get(world.base + "logga/3/")
    for extra in ({}, {"en_till": "1"}):
        with django_assert_num_queries(13, exact=False) as asked:
            client.post(world.base + "logga/3/", world.sent(**extra))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Twice


def test_double_click_is_one_row_and_no_warning(world):
    client, sent = world.client("officer"), world.sent()
    for _press in range(2):
        page = client.post(world.base + "logga/3/", sent, follow=True)
    assert Activity.objects.count() == 1
    assert "Redan sparad" in text_of(page)
    assert "Du loggade samma" not in text_of(page)


def test_back_after_saving_and_save_again_is_one_row(world):
    """The page that Back shows still has its key."""
    client = world.client("officer")
    html = client.get(world.base + "logga/3/").content.decode()
    key = re.search(r'name="client_key" value="([^"]+)"', html)[1]
    for _press in range(2):
        page = client.post(world.base + "logga/3/", world.sent(client_key=key), follow=True)
    assert Activity.objects.count() == 1
    assert "Redan sparad" in text_of(page)


@pytest.mark.parametrize("extra", [{}, {"en_till": "1"}])
def test_two_tabs_with_the_same_are_both_saved_and_the_second_is_asked_about(world, extra):
    client = world.client("officer")
    first = client.post(world.base + "logga/3/", world.sent(), follow=True)
    assert "Du loggade samma" not in text_of(first)
    Activity.objects.update(logged_at=timezone.now() - timedelta(minutes=2, seconds=5))
    page = client.post(world.base + "logga/3/", world.sent(**extra), follow=True)
    assert Activity.objects.count() == 2
    assert "Du loggade samma för 2 minuter sedan. Båda är sparade." in text_of(page)
    older, newer = Activity.objects.order_by("logged_at")
    html = page.content.decode()
    assert f'href="{world.row_url(older)}"' in html
    assert f'href="{world.row_url(newer, "makulera/")}"' in html


@pytest.mark.parametrize(
    "other",
    [
        {"areas": "kroksback"}, {"kind": "walk"}, {"occurred_on": "2020-05-02"}, {"quantity": "2"},
        {"starts_at": "18:30"}, "long ago", "colleague", "voided",
    ],
)  # fmt: skip
def test_what_is_not_the_same_is_not_asked_about(world, other):
    row = world.log("other_officer" if other == "colleague" else "officer")
    if other == "long ago":
        Activity.objects.update(logged_at=timezone.now() - timedelta(minutes=11))
    if other == "voided":
        world.client("officer").post(world.row_url(row, "makulera/"), {"version": 1, "why": "Dubbel"})
    values = {}
    if isinstance(other, dict):
        [(name, value)] = other.items()
        values = {name: getattr(getattr(world, value, value), "pk", value)}
    page = world.client("officer").post(world.base + "logga/3/", world.sent(**values), follow=True)
    assert "Sparad:" in text_of(page)
    assert "Du loggade samma" not in text_of(page)


# The short address


def stranger_with(*promises):
    user = UserFactory()
    for promise in promises:
        organisation = promise.parties.first()
        MembershipFactory(
            user=user, promise=promise, role=Role.OFFICER,
            **({"organisation": organisation.organisation} if organisation else {}),
        )  # fmt: skip
    client = Client()
    client.force_login(user)
    return user, client


def test_short_address_with_one_promise_goes_straight_there(world):
    answer = world.client("officer").get("/logga/")
    assert (answer.status_code, answer["Location"]) == (302, world.base + "logga/")


def test_short_address_asks_which_promise_until_one_was_used(world):
    promise = world.actors.promise
    user, client = stranger_with(promise, PromiseFactory(title="Norr"), PromiseFactory(title="Söder"))
    page = client.get("/logga/")
    assert page.status_code == 200
    assert promise.title in text_of(page)
    assert {"Norr", "Söder"} <= set(re.findall(r"Norr|Söder", text_of(page)))

    row = world.log()
    Activity.objects.filter(pk=row.pk).update(logged_by=user)
    assert client.get("/logga/")["Location"] == world.base + "logga/"
    assert "Söder" in text_of(client.get("/logga/?alla=1"))
    assert "/logga/?alla=1" in client.get(world.base + "logga/").content.decode()


def test_short_address_leaves_out_a_promise_that_is_over_while_another_is_open(world):
    over = PromiseFactory(
        title="Förr", starts_on=date(2015, 1, 1), ends_on=date(2016, 12, 31), follow_up_on=date(2017, 1, 1)
    )
    _user, client = stranger_with(world.actors.promise, over)
    assert client.get("/logga/")["Location"] == world.base + "logga/"
    # No way to another promise that would only lead back here; from the one that is over there is one.
    assert "/logga/?alla=1" not in client.get(world.base + "logga/").content.decode()
    assert "/logga/?alla=1" in client.get(f"/loften/{over.slug}/aktiviteter/logga/").content.decode()
    _user, client = stranger_with(over)
    assert client.get("/logga/")["Location"] == f"/loften/{over.slug}/aktiviteter/logga/"


def test_short_address_tells_who_may_not_log(world):
    for name in ("staff", "administrator"):
        page = world.client(name).get("/logga/")
        assert page.status_code == 200
        assert "Du har ingen roll som loggar." in text_of(page)


def test_short_address_and_links_come_back_after_signing_in(world):
    address = world.base + "logga/3/?typ=fotpatrull"
    for where in ("/logga/", address):
        answer = Client().get(where)
        assert answer.status_code == 302
        assert "next=" in answer["Location"]
    page = Client().get(Client().get(address)["Location"]).content.decode()
    assert f'name="next" value="{address}"' in page


def test_start_asks_the_database_the_same_with_much_and_with_little(world, django_assert_num_queries):
    client, counts = world.client("officer"), []
    world.log()
    for _round in range(2):
        with django_assert_num_queries(14, exact=False) as asked:
            client.get(world.base + "logga/")
        counts.append(len(asked))
        for _number in range(15):
            world.log()
    assert counts[1] <= counts[0]


def test_script_that_sends_for_another_is_told_of_the_row_and_of_the_next_form(world):
    sent = world.sent(en_till="1")
    answer = world.client("officer").post(
        world.base + "logga/3/", sent, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 201
    row = Activity.objects.get()
    assert answer.json()["row"] == world.row_url(row)
    assert answer.json()["url"].startswith(f"{world.base}logga/3/?")
    assert f"rad={row.pk}" in answer.json()["url"]
