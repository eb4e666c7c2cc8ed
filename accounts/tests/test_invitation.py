"""The link where a person chooses a password: once, in time, and for an account that may sign in."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from accounts.services import invitation_path
from accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = "en-helt-ny-lösenfras"


@pytest.fixture
def invited():
    return UserFactory(email="ny@example.se", password=None)


def choose(client, path, password=NEW, again=None):
    form = client.get(path, follow=True).request["PATH_INFO"]
    return client.post(form, {"new_password1": password, "new_password2": again or password})


def works(path):
    return Client().get(path, follow=True).context["validlink"]


def test_invited_chooses_a_password_and_is_signed_in(client, invited):
    answer = choose(client, invitation_path(invited, by=None))

    assert answer["Location"] == reverse("start")
    assert client.session["_auth_user_id"] == str(invited.pk)
    invited.refresh_from_db()
    assert invited.check_password(NEW)


def test_token_is_not_in_the_address_of_the_form(client, invited):
    path = invitation_path(invited, by=None)

    answer = client.get(path)

    assert path.split("/")[-2] not in answer["Location"]


def test_link_works_once(client, invited):
    path = invitation_path(invited, by=None)
    choose(client, path)

    assert not works(path)


def test_new_password_ends_all_links(client, invited):
    first, second = invitation_path(invited, by=None), invitation_path(invited, by=None)
    choose(client, first)

    assert not works(second)


@pytest.mark.parametrize(
    ("age", "still_works"), [(timedelta(days=3), True), (timedelta(days=3, seconds=1), False)]
)
def test_link_works_for_three_days(monkeypatch, invited, age, still_works):
    path = invitation_path(invited, by=None)
    made = path.split("/")[-2].split("-")[0]
    begun = datetime(2001, 1, 1) + timedelta(seconds=int(made, 36))
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: begun + age)

    assert works(path) is still_works


def test_closed_account_has_no_link(client, invited):
    path = invitation_path(invited, by=None)
    invited.is_active = False
    invited.save()

    assert not works(path)


def test_account_closed_between_opening_and_saving_keeps_its_password(client, invited):
    form = client.get(invitation_path(invited, by=None), follow=True).request["PATH_INFO"]
    invited.is_active = False
    invited.save()

    client.post(form, {"new_password1": NEW, "new_password2": NEW})

    invited.refresh_from_db()
    assert not invited.has_usable_password()
    assert "_auth_user_id" not in client.session


def test_example_user_has_no_link():
    with override_settings(EXAMPLE_DATA=True):
        assert not works(invitation_path(UserFactory(is_example=True), by=None))


@pytest.mark.parametrize("uid", ["x", "LTE", "AAAA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "å"])
def test_link_that_was_tampered_with_is_refused(client, invited, uid):
    token = invitation_path(invited, by=None).split("/")[-2]

    answer = client.get(reverse("accounts:invitation", args=[uid, token]))

    assert answer.status_code == 200
    assert not answer.context["validlink"]


def test_link_of_another_is_refused(invited):
    token = invitation_path(UserFactory(), by=None).split("/")[-2]
    path = invitation_path(invited, by=None)

    assert not works(path.replace(path.split("/")[-2], token))


@pytest.mark.parametrize(
    ("password", "again"), [("kort", None), ("123456789012345", None), (NEW, "något annat helt"), ("", "")]
)
def test_bad_password_is_refused_at_its_field(client, invited, password, again):
    answer = choose(client, invitation_path(invited, by=None), password, again)

    assert answer.status_code == 200
    assert 'class="error-summary"' in answer.content.decode()
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_link_opened_by_somebody_signed_in_makes_it_the_inviteds_session(client, invited):
    client.force_login(UserFactory(is_administrator=True))

    choose(client, invitation_path(invited, by=None))

    assert client.session["_auth_user_id"] == str(invited.pk)


def test_administrator_makes_a_link_by_a_press(client, invited):
    client.force_login(UserFactory(is_administrator=True))
    url = reverse("accounts:user_invite", args=[invited.pk])

    assert client.get(url).status_code == 405
    answer = client.post(url)

    assert "no-store" in answer["Cache-Control"]
    path = answer.context["link"].removeprefix("http://testserver")
    assert works(path)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_example": True}])
def test_no_link_is_made_for_whoever_may_not_use_it(client, fields):
    client.force_login(UserFactory(is_administrator=True))

    assert client.post(reverse("accounts:user_invite", args=[UserFactory(**fields).pk])).status_code == 404


def test_link_leaves_a_trace_without_the_token(invited, caplog):
    administrator = UserFactory()

    path = invitation_path(invited, by=administrator)

    assert f"user={invited.pk} by={administrator.pk}" in caplog.text
    assert path.split("/")[-2] not in caplog.text


def test_create_administrator_prints_a_link_that_works(capsys, client):
    call_command("create_administrator", "forst@example.se", site="https://lofte.example.se/")

    *_told, link = capsys.readouterr().out.strip().splitlines()
    choose(client, link.removeprefix("https://lofte.example.se"))
    user = User.objects.get(email="forst@example.se")
    assert user.is_administrator
    assert client.session["_auth_user_id"] == str(user.pk)


def test_create_administrator_twice_makes_one_and_changes_nothing(capsys):
    there = UserFactory(email="forst@example.se", is_administrator=True)

    call_command("create_administrator", "FORST@example.se")

    assert "redan administratör" in capsys.readouterr().out
    assert list(User.objects.all()) == [there]
    there.refresh_from_db()
    assert there.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("email", "fields"),
    [
        ("there@example.se", {}),
        ("there@example.se", {"is_administrator": True, "is_active": False}),
        ("there@example.se", {"is_administrator": True, "is_example": True}),
        ("no e-mail", None),
        ("", None),
    ],
)
def test_create_administrator_refuses_in_one_line(email, fields):
    if fields is not None:
        UserFactory(email=email, **fields)

    with pytest.raises(CommandError) as refused:
        call_command("create_administrator", email)

    assert "\n" not in str(refused.value)
    assert User.objects.filter(is_administrator=True, is_active=True, is_example=False).count() == 0
