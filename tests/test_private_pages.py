"""What a browser keeps, and what is left behind for the next person at a shared phone."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from promises.tests.actors import Actors
from promises.tests.factories import AreaFactory, CommitmentFactory, KindFactory


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "name",
    [
        "reports:dashboard",
        "reports:evaluation",
        "activities:list",
        "reports:plan",
        "promises:about",
        "promises:class_list",
    ],
)
def test_no_page_of_a_promise_is_kept(actors: Actors, name: str):
    answer = signed_in(actors.officer).get(reverse(name, args=[actors.promise.slug]))

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_no_file_of_a_promise_is_kept(actors: Actors, fmt: str):
    for name in ("activities:export", "reports:export"):
        answer = signed_in(actors.coordinator).get(reverse(name, args=[actors.promise.slug, fmt]))
        b"".join(answer)  # a streamed answer is closed at its end

        assert "no-store" in answer["Cache-Control"]


def test_refusals_are_not_kept_either(actors: Actors):
    answer = signed_in(actors.stranger).get(reverse("reports:dashboard", args=[actors.promise.slug]))

    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]


def test_form_is_kept_for_back_when_the_network_fails(actors: Actors):
    """A browser drops what was typed on a page it may not keep."""
    CommitmentFactory(promise=actors.promise, number=1)

    answer = signed_in(actors.officer).get(reverse("activities:log_form", args=[actors.promise.slug, 1]))

    assert "no-store" not in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_message_nobody_has_read_is_gone_with_the_session(actors: Actors):
    """The answer to "Save" was lost on its way; then somebody else signs in."""
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    kind, area = KindFactory(commitment=secret, name="Vapensök"), AreaFactory(promise=actors.promise)
    phone = signed_in(actors.officer)
    phone.post(
        reverse("activities:log_form", args=[actors.promise.slug, 4]),
        {
            "state": "planned",
            "kind": kind.pk,
            "areas": [area.pk],
            "occurred_on": actors.promise.ends_on.isoformat(),
            "quantity": 1,
        },
    )
    row = secret.activities.get()
    phone.post(
        reverse("activities:void", args=[actors.promise.slug, row.pk]), {"version": 1, "why": "Fel dag"}
    )
    assert secret.activities.exclude(voided_at=None).exists()
    phone.post(reverse("accounts:logout"))

    phone.force_login(actors.staff)
    answer = phone.get(reverse("reports:dashboard", args=[actors.promise.slug]))

    assert "apensök" not in answer.content.decode()
    assert not list(get_messages(answer.wsgi_request))


def test_files_are_refused_before_they_are_read(db: None):
    answer = Client().post(
        reverse("accounts:login"), {"username": "a", "password": "b", "fil": SimpleUploadedFile("x", b"x")}
    )

    assert answer.status_code == 400


def test_form_without_a_file_may_be_multipart(actors: Actors):
    answer = Client().post(reverse("accounts:login"), {"username": "a@example.se", "password": "b"})

    assert answer.status_code == 200
