"""Who is what in which promise: given by administrators, kept in the history, never doubled."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.urls import reverse

from accounts.choices import OrganisationKind
from accounts.tests.factories import OrganisationFactory, UserFactory
from history.models import Change
from promises.choices import PartyRole, Role
from promises.models import Membership, PromiseParty
from promises.services import give_role, take_role
from promises.tests.factories import MembershipFactory, MunicipalityFactory, PoliceFactory, PromiseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = UserFactory(email="admin@example.se", is_administrator=True)
    client.force_login(user)
    return user


@pytest.fixture
def promise():
    return PromiseFactory()


@pytest.fixture
def person():
    return UserFactory(email="person@example.se")


def give(administrator, person, promise, *, organisation=None, role=Role.OFFICER):
    return give_role(
        by=administrator,
        user=person,
        promise=promise,
        organisation=organisation or PoliceFactory(),
        role=role,
    )


def test_give_role_keeps_who_and_what(administrator, person, promise):
    row = give(administrator, person, promise)

    [trace] = Change.objects.of(row)
    assert trace.by == administrator
    assert trace.promise_id == promise.pk
    assert trace.values["user"] == [None, "person@example.se"]
    assert trace.values["role"] == [None, "officer"]


def test_take_role_keeps_that_it_was_there(administrator, person, promise):
    row = give(administrator, person, promise)
    pk = row.pk

    take_role(by=administrator, membership=row)

    assert not Membership.objects.exists()
    last = Change.objects.filter(subject="promises.membership", subject_id=pk).first()
    assert last.values["role"] == ["officer", None]


def test_role_taken_twice_leaves_one_trace(administrator, person, promise):
    row = give(administrator, person, promise)
    again = Membership.objects.get(pk=row.pk)

    take_role(by=administrator, membership=row)
    take_role(by=administrator, membership=again)

    assert Change.objects.count() == 2


def test_only_administrators_give_and_take(person, promise):
    somebody = UserFactory()

    with pytest.raises(PermissionDenied):
        give(somebody, person, promise)
    with pytest.raises(PermissionDenied):
        take_role(by=somebody, membership=MembershipFactory(user=person, promise=promise))


@pytest.mark.parametrize(
    ("party", "role", "fits"),
    [
        (PoliceFactory, Role.OFFICER, True),
        (MunicipalityFactory, Role.OFFICER, False),
        (PoliceFactory, Role.STAFF, False),
        (MunicipalityFactory, Role.STAFF, True),
        (PoliceFactory, Role.CONTRIBUTOR, False),
        (MunicipalityFactory, Role.CONTRIBUTOR, True),
        (PoliceFactory, Role.COORDINATOR, True),
        (MunicipalityFactory, Role.COORDINATOR, True),
        (PoliceFactory, Role.SIGNATORY, True),
        (MunicipalityFactory, Role.SIGNATORY, True),
    ],
)
def test_role_and_party_go_together(party, role, fits):
    administrator, person, promise = UserFactory(is_administrator=True), UserFactory(), PromiseFactory()

    if fits:
        assert give(administrator, person, promise, organisation=party(), role=role).pk
    else:
        with pytest.raises(ValidationError) as refused:
            give(administrator, person, promise, organisation=party(), role=role)
        assert list(refused.value.message_dict) == ["role"]


def test_organisation_must_be_a_party(administrator, person, promise):
    outside = OrganisationFactory(name="Annan stad", kind=OrganisationKind.MUNICIPALITY)

    with pytest.raises(ValidationError) as refused:
        give(administrator, person, promise, organisation=outside, role=Role.STAFF)

    assert list(refused.value.message_dict) == ["organisation"]


def test_partner_does_not_sign(administrator, person, promise):
    partner = OrganisationFactory(name="Bostadsbolaget", kind=OrganisationKind.OTHER)
    PromiseParty.objects.create(promise=promise, organisation=partner, role=PartyRole.PARTNER)

    with pytest.raises(ValidationError, match="undertecknar inte"):
        give(administrator, person, promise, organisation=partner, role=Role.SIGNATORY)
    assert give(administrator, person, promise, organisation=partner, role=Role.CONTRIBUTOR).pk


def test_person_works_for_one_party_in_a_promise(administrator, person, promise):
    give(administrator, person, promise, role=Role.COORDINATOR)
    city = MunicipalityFactory()

    with pytest.raises(ValidationError) as refused:
        give(administrator, person, promise, organisation=city, role=Role.SIGNATORY)

    assert list(refused.value.message_dict) == ["organisation"]
    assert give(administrator, person, promise, role=Role.SIGNATORY).pk
    assert give(administrator, person, PromiseFactory(), organisation=city, role=Role.STAFF).pk


def test_race_for_a_role_is_a_message_and_no_error(administrator, person, promise, monkeypatch):
    def refuse(*_args, **_options):
        raise IntegrityError

    monkeypatch.setattr(Membership, "save", refuse)

    with pytest.raises(ValidationError, match="redan den rollen"):
        give(administrator, person, promise)


def sent(promise):
    return {"promise": promise.pk, "role": "officer", "organisation": PoliceFactory().pk}


def test_page_gives_a_role_once(client, administrator, person, promise):
    url = reverse("roles:list", args=[person.pk])

    first = client.post(url, sent(promise))
    second = client.post(url, sent(promise))

    assert first.status_code == 302
    assert "Personen har redan den rollen." in second.content.decode()
    assert person.memberships.count() == 1


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"promise": ""}, "promise"),
        ({"promise": str(10**30)}, "promise"),
        ({"promise": "\x00"}, "promise"),
        ({"role": ""}, "role"),
        ({"role": "administrator"}, "role"),
        ({"role": "staff"}, "role"),
        ({"organisation": ""}, "organisation"),
        ({"organisation": "0"}, "organisation"),
        ({"organisation": "x"}, "organisation"),
    ],
)
@pytest.mark.usefixtures("administrator")
def test_bad_role_is_refused_at_its_field(client, person, promise, fields, at):
    answer = client.post(reverse("roles:list", args=[person.pk]), sent(promise) | fields)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [at]
    assert f'href="#id_{at}' in answer.content.decode()
    assert not person.memberships.exists()


def test_page_offers_parties_only(client, administrator, person, promise):
    OrganisationFactory(name="Utanför", kind=OrganisationKind.OTHER)

    assert "Utanför" not in client.get(reverse("roles:list", args=[person.pk])).content.decode()


def test_page_takes_a_role_back_and_a_second_press_does_no_harm(client, administrator, person, promise):
    row = give(administrator, person, promise)
    url = reverse("roles:remove", args=[person.pk, row.pk])

    assert client.get(url).status_code == 405
    answers = [client.post(url, follow=True) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not person.memberships.exists()


def test_role_of_another_person_is_not_taken_by_an_edited_address(client, administrator, person, promise):
    row = give(administrator, UserFactory(), promise)

    client.post(reverse("roles:remove", args=[person.pk, row.pk]))

    assert Membership.objects.filter(pk=row.pk).exists()


def test_taken_role_closes_the_promise_at_once(client, administrator, person, promise):
    row = give(administrator, person, promise)
    client.force_login(person)
    url = reverse("promises:about", args=[promise.slug])
    assert client.get(url).status_code == 200

    take_role(by=administrator, membership=row)

    assert client.get(url).status_code == 404


def test_person_without_a_role_is_told_what_that_means(client, administrator, person):
    assert "Ingen roll än" in client.get(reverse("roles:list", args=[person.pk])).content.decode()
