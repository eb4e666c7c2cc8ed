"""What is kept of a promise between requests, and that it never outlives a change."""

import pytest

from accounts.tests.factories import OrganisationFactory
from promises import set_up
from promises.models import Area, Kind, Promise, PromiseParty
from promises.set_up import set_up_of
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    PromiseFactory,
)


@pytest.fixture
def promise(db):
    promise = PromiseFactory()
    KindFactory(commitment=CommitmentFactory(promise=promise, number=1))
    AreaFactory(promise=promise)
    return promise


def as_next_request(promise):
    """The promise as another process left it: read anew."""
    return Promise.objects.get(pk=promise.pk)


def test_second_request_asks_nothing(promise, django_assert_num_queries):
    first = set_up_of(as_next_request(promise))
    again = as_next_request(promise)

    with django_assert_num_queries(0):
        second = set_up_of(again)

    assert second is first
    assert [area.promise_id for area in second.areas] == [promise.pk]


@pytest.mark.parametrize(
    "change", ["area added", "area renamed", "kind added", "kind renamed", "party added"]
)
def test_every_change_is_seen_by_the_next_request(promise, change):
    set_up_of(as_next_request(promise))
    other = as_next_request(promise)  # a second process, with objects of its own
    commitment = other.commitments.get()

    match change:
        case "area added":
            AreaFactory(promise=other, name="Hyllie")
        case "area renamed":
            area = Area.objects.get(promise=other)
            area.name = "Hyllie"
            area.save()
        case "kind added":
            KindFactory(commitment=commitment, name="Hyllie", code="hyllie")
        case "kind renamed":
            kind = Kind.objects.get(commitment=commitment)
            kind.name = "Hyllie"
            kind.save()
        case "party added":
            PromiseParty.objects.create(
                promise=other, organisation=OrganisationFactory(name="Hyllie"), role="partner"
            )

    seen = set_up_of(as_next_request(promise))
    names = [
        *(area.name for area in seen.areas),
        *(kind.name for kind in seen.kinds[commitment.pk]),
        *(party.organisation.name for party in seen.parties),
    ]
    assert "Hyllie" in names


def test_promises_do_not_mix(promise):
    another = PromiseFactory()
    area = AreaFactory(promise=another)

    set_up_of(as_next_request(promise))

    assert set_up_of(as_next_request(another)).areas == (area,)
    assert area not in set_up_of(as_next_request(promise)).areas


def test_what_passes_the_stamp_by_is_seen_after_a_minute(promise, monkeypatch):
    set_up_of(as_next_request(promise))
    Area.objects.filter(promise=promise).update(name="Hyllie")
    now = set_up.monotonic()

    monkeypatch.setattr(set_up, "monotonic", lambda: now + 59)
    assert set_up_of(as_next_request(promise)).areas[0].name != "Hyllie"
    monkeypatch.setattr(set_up, "monotonic", lambda: now + 61)
    assert set_up_of(as_next_request(promise)).areas[0].name == "Hyllie"


def test_no_more_than_so_many_are_kept(promise, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(set_up, "_MOST", 2)
    others = [PromiseFactory() for _ in range(2)]
    for one in (promise, *others):
        set_up_of(one)

    with django_assert_num_queries(0):
        for one in others:
            set_up_of(one)
    with django_assert_num_queries(3):  # the oldest has gone
        set_up_of(promise)
