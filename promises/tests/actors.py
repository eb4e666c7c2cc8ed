"""The people of every permission test: one of each kind in a promise. ``stranger`` has a role in another."""

from dataclasses import dataclass

from accounts.models import User
from accounts.tests.factories import UserFactory
from promises.choices import Role
from promises.models import Promise
from promises.permissions import Access, access_to
from promises.tests.factories import MembershipFactory, MunicipalityFactory, PoliceFactory, PromiseFactory


@dataclass(frozen=True)
class Actors:
    promise: Promise
    officer: User
    other_officer: User
    staff: User
    contributor: User
    coordinator: User  # the police's, who sees plans
    city_coordinator: User  # the municipality's, who does not
    signatory: User
    city_signatory: User
    administrator: User
    stranger: User

    def access(self, name: str) -> Access:
        return access_to(self.promise.slug, getattr(self, name))


_POLICE = {
    "officer": Role.OFFICER,
    "other_officer": Role.OFFICER,
    "coordinator": Role.COORDINATOR,
    "signatory": Role.SIGNATORY,
}
_CITY = {
    "staff": Role.STAFF,
    "contributor": Role.CONTRIBUTOR,
    "city_coordinator": Role.COORDINATOR,
    "city_signatory": Role.SIGNATORY,
}


def make_actors(promise: Promise) -> Actors:
    people = {}
    for roles, organisation in ((_POLICE, PoliceFactory()), (_CITY, MunicipalityFactory())):
        for name, role in roles.items():
            user = UserFactory(email=f"{name}.{promise.slug}@example.se")
            MembershipFactory(user=user, promise=promise, organisation=organisation, role=role)
            people[name] = user
    stranger = UserFactory(email=f"stranger.{promise.slug}@example.se")
    MembershipFactory(user=stranger, promise=PromiseFactory(), role=Role.COORDINATOR)
    administrator = UserFactory(email=f"administrator.{promise.slug}@example.se", is_administrator=True)
    return Actors(promise=promise, stranger=stranger, administrator=administrator, **people)
