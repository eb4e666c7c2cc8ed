"""Users: the administrator's alone, never without an administrator, nothing doubled."""

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.urls import reverse

from accounts.models import User
from accounts.services import create_user, save_user
from accounts.tests.factories import PASSWORD, UserFactory
from promises.choices import Role
from promises.tests.factories import MembershipFactory, PromiseFactory

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("accounts:user_list"), reverse("accounts:user_create")


@pytest.fixture
def administrator(client):
    user = UserFactory(email="admin@example.se", is_administrator=True)
    client.force_login(user)
    return user


def edit(client, user, **fields):
    values = {"email": user.email, "title": user.title, "is_active": "on"} | fields
    url = reverse("accounts:user_edit", args=[user.pk])
    return client.post(url, {name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize("who", ["officer", "staff", "contributor", "coordinator", "signatory", "stranger"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_users_are_the_administrators_alone(client, actors, who, method):
    client.force_login(getattr(actors, who))
    pk = actors.officer.pk
    urls = [
        LIST,
        NEW,
        reverse("accounts:user_edit", args=[pk]),
        reverse("accounts:user_invite", args=[pk]),
        reverse("roles:list", args=[pk]),
        reverse("roles:remove", args=[pk, actors.officer.memberships.get().pk]),
    ]

    answers = {getattr(client, method)(url).status_code for url in urls}

    assert answers == {403}
    assert actors.officer.memberships.count() == 1


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get(LIST)["Location"].startswith(reverse("accounts:login"))


def test_new_user_can_be_invited_and_not_sign_in_before(client, administrator):
    answer = client.post(NEW, {"email": "Ny@EXAMPLE.se", "title": "områdespolis Holma"}, follow=True)

    user = User.objects.get(email="Ny@example.se")
    assert not user.has_usable_password()
    assert user.is_active
    assert not user.is_administrator
    assert reverse("accounts:user_invite", args=[user.pk]) in answer.content.decode()


def test_second_press_makes_no_second_user(client, administrator):
    for _ in range(2):
        answer = client.post(NEW, {"email": "ny@example.se"})

    assert "Det finns redan en användare" in answer.content.decode()
    assert 'href="#id_email"' in answer.content.decode()
    assert User.objects.filter(email="ny@example.se").count() == 1


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"email": "OFFICER@example.se"}, "email"),
        ({"email": "polis"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a@example.se\x00"}, "email"),
        ({"email": f"{'x' * 250}@example.se"}, "email"),
        ({"title": "x" * 81}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "ring 040-12 34 56"}, "title"),
        ({"title": "19900101-1234"}, "title"),
    ],
)
@pytest.mark.parametrize("existing", [True, False])
def test_bad_input_is_refused_at_its_field(client, administrator, fields, at, existing):
    UserFactory(email="officer@example.se")
    other = UserFactory(email="other@example.se")

    answer = (
        edit(client, other, **fields) if existing else client.post(NEW, {"email": "ny@example.se"} | fields)
    )

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [at]
    assert f'href="#id_{at}"' in answer.content.decode()
    assert User.objects.count() == 3
    assert User.objects.get(pk=other.pk).email == "other@example.se"


def test_edited_request_cannot_set_what_the_form_does_not_have(client, administrator):
    user = UserFactory()

    edit(client, user, is_example="on", password="x", id=administrator.pk)

    stored = User.objects.get(pk=user.pk)
    assert not stored.is_example
    assert stored.check_password(PASSWORD)


def test_own_e_mail_can_be_written_in_another_case(client, administrator):
    user = UserFactory(email="polis@example.se")

    edit(client, user, email="Polis@example.se")

    assert User.objects.get(pk=user.pk).email == "Polis@example.se"


@pytest.mark.parametrize(
    ("gone", "at"), [("is_active", "is_active"), ("is_administrator", "is_administrator")]
)
def test_last_administrator_stays(client, administrator, gone, at):
    UserFactory(is_administrator=True, is_active=False)
    fields = {"is_active": "on", "is_administrator": "on"} | {gone: None}

    answer = edit(client, administrator, **fields)

    assert list(answer.context["form"].errors) == [at]
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.is_administrator


def test_administrator_can_go_while_another_stays(client, administrator):
    UserFactory(is_administrator=True)

    answer = edit(client, administrator, is_administrator=None)

    assert answer["Location"] == reverse("start")
    administrator.refresh_from_db()
    assert not administrator.is_administrator


def test_closing_an_account_is_logged_by_number(client, administrator, caplog):
    user = UserFactory()

    edit(client, user, is_active=None)

    assert f"is_active=False: user={user.pk} by={administrator.pk}" in caplog.text
    assert user.email not in caplog.text


def test_race_for_an_e_mail_is_a_message_and_no_error(administrator, monkeypatch):
    UserFactory(email="ny@example.se")
    monkeypatch.setattr(
        User, "full_clean", lambda *_args, **_options: None
    )  # as if the other came just after

    with pytest.raises(ValidationError):
        create_user(email="NY@example.se", by=administrator)
    administrator.email = "ny@example.se"
    with pytest.raises(ValidationError):
        save_user(administrator, by=administrator)


def test_list_says_who_is_closed_who_administrates_and_who_has_which_role(client, administrator):
    MembershipFactory(
        user=UserFactory(email="closed@example.se", is_active=False),
        promise=PromiseFactory(short_title="Tryggt i Nydala"),
        role=Role.SIGNATORY,
    )

    page = client.get(LIST).content.decode()

    assert "Tryggt i Nydala" in page
    assert page.count("Kontot är stängt") == 1
    assert "Administratör" in page


@pytest.mark.parametrize("more", [1, 30])
def test_list_takes_as_many_queries_whoever_is_in_it(client, administrator, more, django_assert_num_queries):
    promise = PromiseFactory()
    for _ in range(more):
        MembershipFactory(promise=promise)

    with django_assert_num_queries(7):
        client.get(LIST)


def test_list_has_pages(client, administrator):
    for _ in range(51):
        UserFactory()

    assert len(client.get(LIST).context["object_list"]) == 50
    assert len(client.get(LIST, {"page": 2}).context["object_list"]) == 2
    assert client.get(LIST, {"page": "x\x00"}).status_code == 404


@pytest.mark.parametrize("pk", [0, 10**30])
def test_user_that_does_not_exist_is_not_found(client, administrator, pk):
    for name in ("accounts:user_edit", "roles:list"):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.post(reverse("accounts:user_invite", args=[pk])).status_code == 404
    assert client.post(reverse("roles:remove", args=[pk, 10**30])).status_code == 404


def test_example_user_is_offered_no_link(client, administrator):
    with override_settings(EXAMPLE_DATA=True):
        user = UserFactory(is_example=True)
        page = client.get(reverse("accounts:user_edit", args=[user.pk])).content.decode()

    assert reverse("accounts:user_invite", args=[user.pk]) not in page
