"""The start page: who gets in, where to, and what whoever guesses is told."""

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from accounts.examples import PASSWORD as EXAMPLE_PASSWORD
from accounts.forms import client_address
from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from promises.choices import Role
from promises.tests.factories import MembershipFactory, MunicipalityFactory, PromiseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_failures_yet(db):
    cache.clear()


@pytest.fixture
def user():
    return UserFactory(email="polis@example.se")


def sign_in(client, email="polis@example.se", password=PASSWORD, **more):
    return client.post(reverse("accounts:login"), {"username": email, "password": password} | more)


def signed_in_as(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


@pytest.mark.parametrize("email", ["polis@example.se", "POLIS@Example.SE", " polis@example.se "])
def test_sign_in_takes_the_e_mail_in_any_case(client, user, email):
    sign_in(client, email=email)

    assert signed_in_as(client) == user


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("polis@example.se", "fel"),
        ("polis@example.se", ""),
        ("ingen@example.se", PASSWORD),
        ("%", PASSWORD),
        ("", ""),
        ("polis@example.se\x00", PASSWORD),
        ("polis@example.se", "\x00"),
        ("x" * 100_000, PASSWORD),
    ],
)
def test_sign_in_refuses_with_the_form(client, user, email, password):
    answer = sign_in(client, email=email, password=password)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert signed_in_as(client) is None


def test_sign_in_says_the_same_whether_the_account_exists_is_closed_or_waits_for_a_password(client, user):
    UserFactory(email="closed@example.se", is_active=False)
    UserFactory(email="invited@example.se", password=None)
    people = ["polis@example.se", "closed@example.se", "invited@example.se", "nobody@example.se"]

    told = {str(sign_in(client, email, "fel").context["form"].non_field_errors()) for email in people}

    assert len(told) == 1


def test_closed_account_is_refused_and_its_session_ends(client, user):
    sign_in(client)
    user.is_active = False
    user.save()

    assert client.get(reverse("accounts:profile")).status_code == 302
    other = Client()
    sign_in(other)
    assert signed_in_as(other) is None


def test_new_password_ends_the_sessions_elsewhere(client, user):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    new = {
        "old_password": PASSWORD,
        "new_password1": "en-annan-lösenfras",
        "new_password2": "en-annan-lösenfras",
    }

    client.post(reverse("accounts:password"), new)

    assert client.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_sign_in_gives_the_session_a_new_key(client, user):
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.example/",
        "//evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
    ],
)
def test_next_leads_to_no_other_site(client, user, next_page):
    answer = sign_in(client, next=next_page)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("reports:promise_list")


def test_next_leads_back_to_the_page_that_was_asked_for(client, user):
    asked = client.get(reverse("accounts:profile"))
    assert asked["Location"] == f"{reverse('accounts:login')}?next={reverse('accounts:profile')}"

    answer = sign_in(client, next=reverse("accounts:profile"))

    assert answer["Location"] == reverse("accounts:profile")


def test_whoever_has_one_promise_begins_there(client, user):
    membership = MembershipFactory(user=user)

    assert sign_in(client)["Location"] == reverse("reports:dashboard", args=[membership.promise.slug])


def test_two_roles_in_one_promise_are_one_promise(client, user):
    promise = PromiseFactory()
    MembershipFactory(user=user, promise=promise)
    MembershipFactory(user=user, promise=promise, role=Role.COORDINATOR)

    assert sign_in(client)["Location"] == reverse("reports:dashboard", args=[promise.slug])


def test_whoever_has_two_promises_or_none_begins_at_the_list(client, user):
    assert sign_in(client)["Location"] == reverse("reports:promise_list")

    for _ in range(2):
        MembershipFactory(user=user, promise=PromiseFactory())

    assert client.get(reverse("start"))["Location"] == reverse("reports:promise_list")


def test_administrator_without_promise_begins_at_the_users(client):
    UserFactory(email="polis@example.se", is_administrator=True)

    assert sign_in(client)["Location"] == reverse("accounts:user_list")


def test_whoever_has_no_role_is_told_so(client, user):
    sign_in(client)

    page = client.get(reverse("start"), follow=True)

    assert "Du har ingen roll i något löfte" in page.content.decode()


def test_sixth_attempt_is_blocked_even_with_the_right_password(client, user):
    for _ in range(5):
        sign_in(client, password="fel")

    answer = sign_in(client)

    assert "Vänta fem minuter" in answer.content.decode()
    assert signed_in_as(client) is None


def test_an_empty_password_does_not_reset_the_count(client, user):
    for _ in range(4):
        sign_in(client, password="fel")
    sign_in(client, password="")
    sign_in(client, password="fel")

    sign_in(client)

    assert signed_in_as(client) is None


def test_a_sign_in_resets_the_count(client, user):
    for _ in range(4):
        sign_in(client, password="fel")
    sign_in(client)
    client.post(reverse("accounts:logout"))
    for _ in range(4):
        sign_in(client, password="fel")

    sign_in(client)

    assert signed_in_as(client) == user


def test_address_is_the_visitors_own_behind_a_proxy(rf):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="made-up, 203.0.113.9, 192.0.2.7")

    assert client_address(request) == "10.0.0.1"
    with override_settings(BEHIND_PROXY=True):
        assert client_address(request) == "192.0.2.7"


def test_address_behind_a_proxy_that_says_nothing_is_the_proxys(rf):
    with override_settings(BEHIND_PROXY=True):
        assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


@pytest.mark.parametrize("example_data", [True, False])
def test_example_users_exist_in_the_example_mode_only(client, example_data):
    user = UserFactory(email="polis@example.se", is_example=True, password=EXAMPLE_PASSWORD)

    with override_settings(EXAMPLE_DATA=example_data):
        start = client.get(reverse("start")).content.decode()
        sign_in(client, password=EXAMPLE_PASSWORD)

    assert (user.email in start) is example_data
    assert (EXAMPLE_PASSWORD in start) is example_data
    assert (signed_in_as(client) == user) is example_data


def test_session_of_an_example_user_ends_with_the_example_mode(client):
    user = UserFactory(is_example=True)
    client.force_login(user)

    assert client.get(reverse("accounts:profile")).status_code == 302


def test_example_user_cannot_change_the_password_that_all_share(client):
    with override_settings(EXAMPLE_DATA=True):
        client.force_login(UserFactory(is_example=True))

        assert client.get(reverse("accounts:password")).status_code == 403
        assert client.post(reverse("accounts:password"), {}).status_code == 403


def test_signing_out_takes_a_press_and_not_a_link(client, user):
    sign_in(client)

    assert client.get(reverse("accounts:logout")).status_code == 405
    assert signed_in_as(client) == user
    assert client.post(reverse("accounts:logout"))["Location"] == reverse("start")
    assert signed_in_as(client) is None


def test_start_page_is_kept_by_no_cache_and_framed_by_no_site(client):
    answer = client.get(reverse("start"))

    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_sign_in_needs_the_token_of_our_own_page(user):
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client).status_code == 403


def test_profile_names_the_roles(client, user):
    MembershipFactory(
        user=user,
        promise=PromiseFactory(title="Tryggt i Nydala"),
        organisation=MunicipalityFactory(),
        role=Role.STAFF,
    )
    sign_in(client)

    page = client.get(reverse("accounts:profile")).content.decode()

    assert "Tryggt i Nydala" in page
    assert "Malmö stad" in page


def test_accessibility_statement_is_open_to_all(client):
    assert client.get(reverse("accessibility")).status_code == 200
