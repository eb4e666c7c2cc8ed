"""Every address x everybody x GET and POST, by one table. An address without a row here fails the test.

A stranger to the promise gets 404, a reader who tries to write 403, a person not signed in the sign-in page.
The table in code is promises/permissions.py; this is its independent twin.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.services import invitation_path
from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.feed.services import make_token
from activities.models import Activity, Evidence, ImportBatch, ImportRow
from activities.storage import put
from activities.tests.factories import ActivityFactory
from activities.tests.made_files import picture
from promises.models import Measurement
from promises.tests.actors import Actors
from promises.tests.factories import (
    AmendmentFactory,
    AreaFactory,
    CommitmentFactory,
    EffectFactory,
    IndicatorFactory,
    KindFactory,
    LockExceptionFactory,
    PeriodLockFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)

POLICE = {"officer", "other_officer", "coordinator", "signatory"}
CITY = {"staff", "contributor", "city_coordinator", "city_signatory"}
MEMBERS = POLICE | CITY
LOGGERS = {"officer", "other_officer", "contributor", "coordinator", "city_coordinator"}
COORDINATORS = {"coordinator", "city_coordinator"}
EXPORTERS = COORDINATORS | {"signatory", "city_signatory"}
OUTSIDE = {"stranger", "administrator"}
EVERYBODY = MEMBERS | OUTSIDE


@dataclass(frozen=True)
class Door:
    """Who gets in (200, or 302 after a write), by method; who is told 403; all others get 404."""

    get: frozenset[str] | set[str] = frozenset()
    post: frozenset[str] | set[str] = frozenset()
    forbidden: frozenset[str] | set[str] = frozenset()  # sees that it exists, may not
    args: Callable[["World"], list[Any]] = lambda world: [world.actors.promise.slug]


@dataclass(frozen=True)
class World:
    actors: Actors
    row: Activity  # visible, done, logged by officer
    plan: Activity  # secret plan, logged by officer
    measurement: Measurement
    amendment: Any
    school_class: Any
    membership: Any
    batch: ImportBatch  # of the police, stored
    lock: Any
    exception: Any
    picture: Evidence  # on the row
    plan_picture: Evidence  # on the secret plan


@pytest.fixture
def world(actors: Actors) -> World:
    promise = actors.promise
    area = AreaFactory(promise=promise)
    open_one = CommitmentFactory(promise=promise, number=1)
    secret = CommitmentFactory(promise=promise, number=2, confidential=True)
    for commitment in (open_one, secret):
        TargetFactory(commitment=commitment)
    row = ActivityFactory(
        commitment=open_one, kind=KindFactory(commitment=open_one), logged_by=actors.officer, areas=[area]
    )
    plan = ActivityFactory(
        commitment=secret,
        kind=KindFactory(commitment=secret),
        logged_by=actors.officer,
        areas=[area],
        planned=True,
    )
    indicator = IndicatorFactory(effect=EffectFactory(promise=promise))
    measurement = Measurement.objects.create(
        indicator=indicator,
        role="baseline",
        value=51,
        measured_on=date(2019, 1, 1),
        source="Trygghetsmätning",
    )
    school_class = SchoolClassFactory(school=SchoolFactory(promise=promise))
    membership = actors.staff.memberships.get()
    amendment = AmendmentFactory(target=open_one.targets.get(), minimum=20, reading="Minst 20.")
    batch = ImportBatch.objects.create(
        promise=promise,
        by=actors.coordinator,
        sees_plans=True,
        digest="0",
        rows=1,
        state="stored",
        stored_at=timezone.now(),
        stored_by=actors.coordinator,
    )
    ImportRow.objects.create(batch=batch, number=2, verdict="new")
    lock = PeriodLockFactory(promise=promise, first_day=date(2020, 1, 1), last_day=date(2020, 3, 31))
    exception = LockExceptionFactory(lock=lock, user=actors.officer)
    pictures = [
        Evidence.objects.create(
            activity=one, kind="picture", stored=put(picture()), sha256="a" * 64, added_by=actors.officer
        )
        for one in (row, plan)
    ]
    return World(
        actors, row, plan, measurement, amendment, school_class, membership, batch, lock, exception, *pictures
    )


def row_args(world: World) -> list[Any]:
    return [world.actors.promise.slug, world.row.pk]


def plan_args(world: World) -> list[Any]:
    return [world.actors.promise.slug, world.plan.pk]


def batch_args(world: World) -> list[Any]:
    return [world.actors.promise.slug, world.batch.pk]


# A file of the police's coordinator is no news for the municipality's: it does not exist.
BATCH_READ = Door(get={"coordinator"}, forbidden=MEMBERS - COORDINATORS, args=batch_args)
BATCH = Door(get={"coordinator"}, post={"coordinator"}, forbidden=MEMBERS - COORDINATORS, args=batch_args)


def picture_args(world: World) -> list[Any]:
    return [*row_args(world), world.picture.pk]


def plan_picture_args(world: World) -> list[Any]:
    return [*plan_args(world), world.plan_picture.pk]


READ = Door(get=MEMBERS)
OWN_ROW = {"officer"} | COORDINATORS  # whoever logged it, and those who may change any
DOORS: dict[str, list[Door]] = {
    "log_start": [Door(get=EVERYBODY, args=lambda world: [])],
    "contribution": [Door(get=EVERYBODY, args=lambda world: [])],
    "reports:promise_list": [Door(get=EVERYBODY, args=lambda world: [])],
    "reports:dashboard": [READ],
    "reports:commitment": [Door(get=MEMBERS, args=lambda world: [world.actors.promise.slug, 1])],
    "reports:areas": [READ],
    "reports:area": [Door(get=MEMBERS, args=lambda world: [world.actors.promise.slug, "holma"])],
    "reports:boundaries": [Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    "reports:boundary_remove": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, "holma"],
        )
    ],
    "reports:quality": [READ],
    "reports:meeting": [READ],
    "reports:meeting_commitment": [Door(get=MEMBERS, args=lambda world: [world.actors.promise.slug, 1])],
    "reports:meeting_close": [READ],
    "reports:evaluation": [READ],
    "reports:export": [
        Door(
            get=EXPORTERS,
            forbidden=MEMBERS - EXPORTERS,
            args=lambda world: [world.actors.promise.slug, "csv"],
        )
    ],
    "reports:amend": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world, number=number: [world.actors.promise.slug, number],
        )
        for number in (1, 2)
    ],
    "reports:amend_target": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, 1, 1],
        )
    ],
    "promises:amendment_void": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.amendment.pk],
        )
    ],
    "promises:about": [READ],
    "promises:effects": [READ],
    "promises:class_list": [READ],
    "promises:class_create": [Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    "promises:class_correct": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.school_class.pk],
        )
    ],
    "promises:class_close": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.school_class.pk],
        )
    ],
    "promises:class_merge": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.school_class.pk],
        )
    ],
    "promises:measurement_create": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.measurement.indicator_id],
        )
    ],
    "promises:measurement_void": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.measurement.pk],
        )
    ],
    "activities:list": [READ],
    "activities:export": [
        Door(
            get=EXPORTERS,
            forbidden=MEMBERS - EXPORTERS,
            args=lambda world: [world.actors.promise.slug, "csv"],
        )
    ],
    "reports:plan": [READ],
    "activities:log": [Door(get=LOGGERS, forbidden=MEMBERS - LOGGERS)],
    "activities:links": [Door(get=LOGGERS, forbidden=MEMBERS - LOGGERS)],
    "activities:log_form": [
        Door(
            get=LOGGERS,
            post=LOGGERS,
            forbidden=MEMBERS - LOGGERS,
            args=lambda world, number=number: [world.actors.promise.slug, number],
        )
        for number in (1, 2)
    ],
    "activities:log_shell": [
        Door(
            get=LOGGERS,
            forbidden=MEMBERS - LOGGERS,
            args=lambda world, number=number: [world.actors.promise.slug, number],
        )
        for number in (1, 2)
    ],
    "activities:detail": [Door(get=MEMBERS, args=row_args), Door(get=POLICE, args=plan_args)],
    "activities:correct": [
        Door(get=OWN_ROW, post=OWN_ROW, forbidden=MEMBERS - OWN_ROW, args=row_args),
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_args),
    ],
    "activities:void": [
        Door(get=OWN_ROW, post=OWN_ROW, forbidden=MEMBERS - OWN_ROW, args=row_args),
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_args),
    ],
    "activities:evidence_add": [
        Door(get=OWN_ROW, post=OWN_ROW, forbidden=MEMBERS - OWN_ROW, args=row_args),
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_args),
    ],
    "activities:evidence_file": [
        Door(get=MEMBERS, args=picture_args),
        Door(get=POLICE, args=plan_picture_args),
    ],
    "activities:evidence_remove": [
        Door(get=OWN_ROW, post=OWN_ROW, forbidden=MEMBERS - OWN_ROW, args=picture_args),
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_picture_args),
    ],
    "activities:return": [
        Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS, args=row_args),
        Door(get={"coordinator"}, post={"coordinator"}, forbidden=MEMBERS - COORDINATORS, args=plan_args),
    ],
    "activities:answer": [
        Door(get=OWN_ROW, post=OWN_ROW, forbidden=MEMBERS - OWN_ROW, args=row_args),
        Door(
            get=OWN_ROW & POLICE,
            post=OWN_ROW & POLICE,
            forbidden=(POLICE - OWN_ROW) | (MEMBERS - LOGGERS),
            args=plan_args,
        ),
    ],
    "logbook:list": [READ],
    "logbook:export": [
        Door(
            get=EXPORTERS,
            forbidden=MEMBERS - EXPORTERS,
            args=lambda world: [world.actors.promise.slug, "csv"],
        )
    ],
    "locks:list": [READ],
    "locks:create": [Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    **{
        name: [
            Door(
                get=COORDINATORS,
                post=COORDINATORS,
                forbidden=MEMBERS - COORDINATORS,
                args=lambda world: [world.actors.promise.slug, world.lock.pk],
            )
        ]
        for name in ("locks:unlock", "locks:exception")
    },
    "locks:exception_end": [
        Door(
            get=COORDINATORS,
            post=COORDINATORS,
            forbidden=MEMBERS - COORDINATORS,
            args=lambda world: [world.actors.promise.slug, world.exception.pk],
        )
    ],
    "review:list": [Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    "review:setting": [Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    "imports:list": [Door(get=COORDINATORS, post=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    "imports:template": [Door(get=COORDINATORS, forbidden=MEMBERS - COORDINATORS)],
    "imports:detail": [BATCH],
    "imports:progress": [BATCH_READ],
    "imports:marked": [BATCH_READ],
    "imports:row": [replace(BATCH, args=lambda world: [*batch_args(world), 2])],
    "imports:discard": [BATCH],
    "imports:undo": [BATCH],
    "activities:done": [
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_args)
    ],
    "activities:done_as_planned": [
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_args)
    ],
    "activities:cancel": [
        Door(get=OWN_ROW & POLICE, post=OWN_ROW & POLICE, forbidden=POLICE - OWN_ROW, args=plan_args)
    ],
}
ADMINISTRATOR_ONLY = {
    "accounts:user_list": lambda world: [],
    "accounts:user_create": lambda world: [],
    "accounts:user_edit": lambda world: [world.actors.staff.pk],
    "accounts:user_invite": lambda world: [world.actors.staff.pk],
    "roles:list": lambda world: [world.actors.staff.pk],
    "roles:remove": lambda world: [world.actors.staff.pk, world.membership.pk],
}
FOR_ANYBODY_SIGNED_IN = {
    "reminders:settings",
    "accounts:profile",
    "accounts:password",
    "accounts:logout",
    "device:queue",
    "device:queue_shell",
    "device:shells",
    "device:state",
    "calendar_link",
}
OPEN = {
    "start",
    "accessibility",
    "set_language",
    "accounts:login",
    "accounts:invitation",
    "device:worker",
    "device:manifest",
    "reminders:unsubscribe",
    "calendar_feed",
}


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_address_has_a_row():
    known = DOORS.keys() | ADMINISTRATOR_ONLY.keys() | FOR_ANYBODY_SIGNED_IN | OPEN
    assert set(names(get_resolver().url_patterns)) == known


def cases() -> Iterator[Any]:
    for name, doors in DOORS.items():
        for number, door in enumerate(doors):
            for method in ("get", "post"):
                yield pytest.param(name, door, method, id=f"{name}-{number}-{method}")


@pytest.mark.parametrize(("name", "door", "method"), list(cases()))
def test_door_of_a_promise(world: World, name: str, door: Door, method: str):
    url = reverse(name, args=door.args(world))
    allowed = door.get if method == "get" else door.post
    wrong = []
    for who in sorted(EVERYBODY):
        client = Client()
        client.force_login(getattr(world.actors, who))
        answer = getattr(client, method)(url)
        if answer.streaming:
            b"".join(answer)  # a file is closed at its end
        status = answer.status_code
        if who in allowed:
            right = status in (200, 302, 400)  # an empty form is told what it lacks
        elif method == "post" and not door.post and who in MEMBERS | door.get:
            right = status in (403, 404, 405)  # nobody writes at this address
        elif who in door.forbidden:
            right = status == 403
        else:
            right = status == 404
        if not right:
            wrong.append(f"{who}: {status}")
    assert not wrong


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(ADMINISTRATOR_ONLY))
def test_door_of_the_administrator(world: World, name: str, method: str):
    url = reverse(name, args=ADMINISTRATOR_ONLY[name](world))
    for who in sorted(EVERYBODY):
        client = Client()
        client.force_login(getattr(world.actors, who))
        status = getattr(client, method)(url).status_code
        assert status in ((200, 302, 405) if who == "administrator" else (403, 405)), (who, status)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(DOORS.keys() | ADMINISTRATOR_ONLY.keys() | FOR_ANYBODY_SIGNED_IN))
def test_door_is_shut_to_whoever_is_not_signed_in(world: World, name: str, method: str):
    for door in DOORS.get(name, [Door(args=ADMINISTRATOR_ONLY.get(name, lambda world: []))]):
        answer = getattr(Client(), method)(reverse(name, args=door.args(world)))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith((reverse("accounts:login"), reverse("start")))


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_door_open_pages(world: World, who: str):
    client = Client()
    for name in ("accessibility", "accounts:profile", "reminders:settings"):
        client.force_login(getattr(world.actors, who))
        assert client.get(reverse(name)).status_code == 200


def test_door_invitation_with_a_false_token_gives_no_form(world: World):
    path = invitation_path(UserFactory(), by=world.actors.administrator)
    answer = Client().get(path[:-3] + "aa/")
    assert answer.status_code == 200
    assert b"new_password1" not in answer.content


def test_door_calendar_feed_opens_by_its_secret_alone(world: World):
    feed = reverse("calendar_feed", args=[make_token(world.actors.staff, now=timezone.now())])
    for who in sorted(EVERYBODY):  # signed in or not, and as whom, makes no difference
        client = Client()
        client.force_login(getattr(world.actors, who))
        assert client.get(feed).content == Client().get(feed).content
        assert client.get(reverse("calendar_feed", args=["x" * 32])).status_code == 404


def test_door_of_evidence_is_that_of_its_own_row(world: World):
    """A picture of a secret plan under the address of a row that everybody sees, and the other way round."""
    client = Client()
    wrong = [[*row_args(world), world.plan_picture.pk], [*plan_args(world), world.picture.pk]]
    for who in ("staff", "officer"):
        client.force_login(getattr(world.actors, who))
        for args in wrong:
            for method in (client.get, client.post):
                assert method(reverse("activities:evidence_file", args=args)).status_code in (404, 405)
                status = method(reverse("activities:evidence_remove", args=args)).status_code
                assert status in ((404,) if who == "officer" else (403, 404))
    assert not Evidence.objects.exclude(voided_at=None).exists()


def test_door_post_to_another_promise_changes_nothing(world: World):
    """A coordinator elsewhere, with a right address of a row here."""
    client = Client()
    client.force_login(world.actors.stranger)
    own = world.actors.stranger.memberships.get().promise.slug
    for name in ("activities:void", "activities:cancel", "activities:correct"):
        for row in (world.row, world.plan):
            answer = client.post(reverse(name, args=[own, row.pk]), {"why": "x", "reason": "x", "version": 1})
            assert answer.status_code == 404
    assert Activity.objects.filter(voided_at=None, version=1).count() == 2
    assert not Activity.objects.filter(state=State.CANCELLED).exists()
