"""What the tests of pages share: a world small enough to hold in the head, on one fixed day."""

import html
import re
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from activities.models import Activity
from activities.rules import Entry
from activities.services import log_activity
from promises.models import Area, Commitment, Kind, School, SchoolClass
from promises.tests.actors import Actors
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    SchoolClassFactory,
    SchoolFactory,
)

TODAY = date(2020, 6, 1)


@dataclass(frozen=True)
class World:
    """Commitments 1 meetings, 2 numbers, 3 visible, 4 secret until done; ``foreign``: another promise's."""

    actors: Actors
    meetings: Commitment
    numbers: Commitment
    visible: Commitment
    secret: Commitment
    holma: Area
    kroksback: Area
    patrol: Kind
    walk: Kind
    raid: Kind
    theme: Kind
    school: School
    a: SchoolClass
    b: SchoolClass
    foreign_area: Area
    foreign_kind: Kind
    foreign_class: SchoolClass

    @property
    def base(self) -> str:
        return f"/loften/{self.actors.promise.slug}/aktiviteter/"

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(getattr(self.actors, name))
        return client

    def user(self, name: str) -> User:
        return getattr(self.actors, name)

    def row_url(self, row: Activity, page: str = "") -> str:
        return f"{self.base}{row.pk}/{page}"

    def log(self, name: str = "officer", commitment: Commitment | None = None, **entry: Any) -> Activity:
        """A row with its history, as the form would store it."""
        commitment = commitment or self.visible
        kinds = {self.visible: self.patrol, self.secret: self.raid, self.meetings: self.theme}
        values: dict[str, Any] = {"state": "done", "occurred_on": date(2020, 5, 1)}
        if commitment in kinds:
            values["kind"] = kinds[commitment]
        if commitment in (self.visible, self.secret):
            values["areas"] = (self.holma,)
        return log_activity(
            access=self.actors.access(name), commitment=commitment, entry=Entry(**values | entry), today=TODAY
        )[0]

    def sent(self, **values: Any) -> dict[str, Any]:
        """What the form for visible activities sends: a patrol in Holma on 1 May."""
        return {
            "client_key": str(uuid.uuid4()),
            "state": "done",
            "kind": self.patrol.pk,
            "areas": [self.holma.pk],
            "occurred_on": "2020-05-01",
            "quantity": "1",
        } | values


def make_world(actors: Actors) -> World:
    promise = actors.promise
    meetings = CommitmentFactory(promise=promise, number=1, class_meeting=True)
    visible = CommitmentFactory(promise=promise, number=3)
    secret = CommitmentFactory(promise=promise, number=4, confidential=True)
    school = SchoolFactory(promise=promise)
    return World(
        actors=actors,
        meetings=meetings,
        numbers=CommitmentFactory(promise=promise, number=2, counts_only=True),
        visible=visible,
        secret=secret,
        holma=AreaFactory(promise=promise, name="Holma"),
        kroksback=AreaFactory(promise=promise, name="Kroksbäck"),
        patrol=KindFactory(commitment=visible, code="fotpatrull", name="Fotpatrull"),
        walk=KindFactory(commitment=visible, code="vandring", name="Trygghetsvandring"),
        raid=KindFactory(commitment=secret, code="narkotika", name="Riktad narkotikainsats"),
        theme=KindFactory(commitment=meetings, code="tematraff", name="Tematräff"),
        school=school,
        a=SchoolClassFactory(school=school, label="5A", pupils=24),
        b=SchoolClassFactory(school=school, label="5B", pupils=None),
        foreign_area=AreaFactory(name="Rosengård"),
        foreign_kind=KindFactory(name="Cykelpatrull"),
        foreign_class=SchoolClassFactory(label="5Z", school__name="Rosengårdsskolan"),
    )


def text_of(response: Any) -> str:
    """What a reader of the page reads: no tags, no breaks, nothing that scripts may show."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    assert main is not None
    shown = re.sub(r"<template.*?</template>", " ", main[0], flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown))).strip()


@pytest.fixture
def world(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_kwargs: TODAY)
    return make_world(actors)
