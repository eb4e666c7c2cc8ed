"""The log form's answers to a phone that sends what it has kept: by status, and never a page taken for "saved"."""

import random
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from activities.device import writer_key
from activities.models import Activity
from activities.tests.pages import world
from history.models import Change
from promises.models import Area, Membership, SchoolClass
from promises.tests.factories import KindFactory, PeriodLockFactory

__all__ = ["world"]

JSON = {"Accept": "application/json"}


def send(world, values, *, client=None, number=3, **headers):
    client = client or world.client("officer")
    return client.post(f"{world.base}logga/{number}/", values, headers=JSON | headers)


def test_new_entry_is_201_with_the_address_that_thanks(world):
    answer = send(world, world.sent())

    row = Activity.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "status": "new",
        "url": world.row_url(row, "?sparad=ny"),
        "row": world.row_url(row),
    }
    assert "no-store" in answer["Cache-Control"]


def test_entry_sent_again_is_200_and_no_row_more(world):
    values = world.sent()
    send(world, values)
    answer = send(world, values)

    assert answer.status_code == 200
    assert answer.json()["status"] == "known"
    assert Activity.objects.count() == 1


def test_entry_that_is_refused_is_422_with_every_fault_at_its_field(world):
    answer = send(world, world.sent(occurred_on="2020-06-02", note="Ring 070-123 45 67", areas=[]))

    assert answer.status_code == 422
    faults = {one["field"]: (one["label"], one["message"]) for one in answer.json()["faults"]}
    assert list(faults) == ["areas", "occurred_on", "note"]
    assert faults["occurred_on"][0] == "Datum"
    assert "2020-06-02 har inte kommit än" in faults["occurred_on"][1]
    assert not Activity.objects.exists()


def test_kind_that_has_gone_meanwhile_is_422_and_named(world):
    values = world.sent(kind=KindFactory().pk)

    answer = send(world, values)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["faults"]] == ["kind"]


def test_class_meeting_without_school_is_422_at_the_school(world):
    values = {"client_key": str(uuid.uuid4()), "skola": "", "lasar": "2019/20"}

    answer = send(world, values, number=1)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["faults"]] == ["skola"]


def test_class_meeting_whose_classes_have_gone_is_422_and_says_so(world):
    values = {"client_key": str(uuid.uuid4()), "skola": world.school.pk, "lasar": "2018/19"}

    answer = send(world, values, number=1)

    assert answer.status_code == 422
    assert answer.json()["faults"][0]["message"] == "Inga klasser i registret för Holmaskolan 2018/19."


def test_key_of_another_content_is_409_with_the_row_that_has_it(world):
    values = world.sent()
    send(world, values)

    answer = send(world, values | {"quantity": "2"})

    row = Activity.objects.get()
    assert answer.status_code == 409
    assert answer.json()["url"] == world.row_url(row)
    assert "fotpatrull i Holma" in answer.json()["message"]


def test_key_of_a_row_that_is_not_ones_own_makes_one_row_however_often_it_is_sent(world):
    values = world.sent()
    send(world, values, client=world.client("coordinator"))

    first, again = send(world, values), send(world, values)

    assert (first.status_code, again.status_code) == (201, 200)
    assert Activity.objects.count() == 2
    assert send(world, values | {"quantity": "2"}).status_code == 409


@pytest.fixture
def locked(world):
    PeriodLockFactory(promise=world.actors.promise, first_day=date(2020, 1, 1), last_day=date(2020, 5, 31))


def test_locked_period_is_423_with_the_words_at_the_day(world, locked):
    answer = send(world, world.sent())

    assert (answer.status_code, answer.json()["status"]) == (423, "locked")
    (fault,) = answer.json()["faults"]
    assert (fault["field"], fault["label"]) == ("occurred_on", "Datum")
    assert "2020-01-01 till 2020-05-31" in fault["message"]
    assert not Activity.objects.exists()


def test_entry_stored_before_the_period_was_locked_is_200_when_it_is_sent_again(world, request):
    values = world.sent()
    send(world, values)
    request.getfixturevalue("locked")

    assert send(world, values).status_code == 200
    assert Activity.objects.count() == 1


def meeting(world, **values):
    return {
        "client_key": str(uuid.uuid4()), "skola": world.school.pk, "lasar": "2019/20", "state": "done",
        "kind": world.theme.pk, "occurred_on": "2020-05-01", "classes": [world.a.pk],
    } | values  # fmt: skip


def class_ends(world):
    SchoolClass.objects.filter(pk=world.a.pk).update(closed_on=date(2020, 4, 1), closed_reason="Slut")


def class_shrinks(world):
    SchoolClass.objects.filter(pk=world.a.pk).update(pupils=5)


def class_is_renamed(world):
    SchoolClass.objects.filter(pk=world.a.pk).update(label="5X")


@pytest.mark.parametrize("meanwhile", [class_ends, class_shrinks, class_is_renamed])
@pytest.mark.parametrize("present", ["", "9", "all"])
def test_entry_whose_answer_was_lost_is_200_whatever_becomes_of_its_class(world, meanwhile, present):
    SchoolClass.objects.filter(pk=world.a.pk).update(pupils=20)
    number = (
        {f"classes-all-{world.a.pk}": "1"} if present == "all" else {f"classes-pupils-{world.a.pk}": present}
    )
    values = meeting(world, **number)
    assert send(world, values, number=1).status_code == 201
    meanwhile(world)

    answer = send(world, values, number=1)

    assert (answer.status_code, answer.json()["status"]) == (200, "known")
    assert answer.json()["row"] == world.row_url(Activity.objects.get())


def test_entry_that_is_refused_and_was_stored_with_another_content_is_409_and_never_422(world):
    values = meeting(world)
    send(world, values, number=1)
    class_ends(world)

    answer = send(world, values | {"note": "Mer"}, number=1)

    assert answer.status_code == 409
    assert Activity.objects.count() == 1


def test_entry_whose_area_was_renamed_is_200_when_it_is_sent_again(world):
    values = world.sent()
    send(world, values)
    Area.objects.filter(pk=world.holma.pk).update(name="Nya Holma")

    assert send(world, values).status_code == 200


def test_key_of_somebody_else_in_a_locked_period_is_423(world, request):
    values = world.sent()
    send(world, values, client=world.client("coordinator"))
    request.getfixturevalue("locked")

    assert send(world, values).status_code == 423
    assert Activity.objects.count() == 1


def test_fault_of_all_of_the_entry_has_no_field(world, monkeypatch):
    def refuse(**_kwargs):
        raise ValidationError({"__all__": ["Det går inte."]})

    monkeypatch.setattr("activities.views.logging.log_activity", refuse)

    answer = send(world, world.sent())

    assert (answer.status_code, answer.json()["faults"]) == (
        422,
        [{"field": "", "label": "", "message": "Det går inte."}],
    )


def test_signed_out_is_401_and_no_redirect_that_looks_like_saved(world):
    answer = send(world, world.sent(), client=Client())

    assert (answer.status_code, answer.json()) == (401, {"status": "signed_out"})
    assert not Activity.objects.exists()


def test_signed_out_browser_still_comes_to_the_sign_in_page(world):
    answer = Client().post(f"{world.base}logga/3/", world.sent())

    assert answer.status_code == 302
    assert answer.url.startswith("/konto/logga-in/")


def test_entry_of_another_writer_is_401_and_not_stored_under_the_wrong_name(world):
    writer = writer_key(world.user("officer"))

    answer = send(world, world.sent(), client=world.client("other_officer"), **{"X-Writer": writer})

    assert (answer.status_code, answer.json()["status"]) == (401, "other_user")
    assert not Activity.objects.exists()
    assert send(world, world.sent(), **{"X-Writer": writer}).status_code == 201


@pytest.mark.parametrize(("name", "status"), [("staff", 403), ("stranger", 404)])
def test_who_may_not_log_is_told_in_json(world, name, status):
    answer = send(world, world.sent(), client=world.client(name))

    assert answer.status_code == status
    assert answer.json()["message"]
    assert not Activity.objects.exists()


def test_role_taken_away_meanwhile_is_404_in_json(world):
    client = world.client("officer")
    Membership.objects.filter(user=world.user("officer")).delete()

    assert send(world, world.sent(), client=client).status_code == 404


def test_form_without_a_csrf_token_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("officer"))

    answer = send(world, world.sent(), client=client)

    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/html")  # the one 403 that a new token mends
    assert not Activity.objects.exists()


def test_browser_gets_pages_as_ever(world):
    answer = world.client("officer").post(
        f"{world.base}logga/3/", world.sent(areas=[]), headers={"Accept": "text/html,*/*;q=0.8"}
    )

    assert answer["Content-Type"].startswith("text/html")


def test_times_of_a_phone_a_day_ahead_are_put_right_and_kept_beside_ours(world):
    there = timezone.now() + timedelta(days=1)
    sent = world.sent(saved_at=(there - timedelta(hours=9)).isoformat(), sent_at=there.isoformat())

    assert send(world, sent).status_code == 201

    row = Activity.objects.get()
    assert abs(row.logged_at - timezone.now()) < timedelta(minutes=1)
    assert abs(row.logged_at - row.client_saved_at - timedelta(hours=9)) < timedelta(minutes=1)
    assert abs(row.client_clock_ahead - 86_400) < 60
    assert row.occurred_on.isoformat() == "2020-05-01"  # what the person chose
    values = Change.objects.of(row).get().values
    assert not {"saved_at", "client_saved_at"} & values.keys()


def test_200_entries_shuffled_and_each_sent_twice_are_200_rows(world):
    entries = [world.sent(note=f"Nummer {number}") for number in range(200)]
    shuffled = entries * 2
    random.Random(4).shuffle(shuffled)
    client = world.client("officer")

    statuses = [send(world, values, client=client).status_code for values in shuffled]

    assert sorted(statuses) == [200] * 200 + [201] * 200
    assert set(Activity.objects.values_list("client_key", flat=True)) == {
        one["client_key"] for one in entries
    }
    assert Activity.objects.count() == 200
