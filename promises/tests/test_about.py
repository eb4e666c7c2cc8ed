"""The promise word for word, for everybody in it and for nobody else."""

import re
from datetime import date

import pytest
from django.urls import reverse

from promises.models import Basis, SchoolBreak, SchoolTerm
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    EffectFactory,
    KindFactory,
    PromiseFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db


def page_of(promise):
    return reverse("promises:about", args=[promise.slug])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200),
        ("staff", 200),
        ("contributor", 200),
        ("coordinator", 200),
        ("signatory", 200),
        ("stranger", 404),
        ("administrator", 404),
    ],
)
def test_who_sees_the_promise(client, actors, who, status):
    client.force_login(getattr(actors, who))

    assert client.get(page_of(actors.promise)).status_code == status
    assert client.post(page_of(actors.promise)).status_code == (405 if status == 200 else 404)


def test_promise_that_does_not_exist_looks_like_one_that_may_not_be_seen(client, actors):
    client.force_login(actors.stranger)

    there = client.get(page_of(actors.promise))
    absent = client.get(reverse("promises:about", args=["finns-inte"]))

    assert there.status_code == absent.status_code == 404
    token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    seen = there.content.replace(f"/{actors.promise.slug}/".encode(), b"/finns-inte/")
    assert token.sub(b"", seen) == token.sub(b"", absent.content)


def test_page_says_what_was_promised_and_how_it_is_read(client, actors):
    commitment = CommitmentFactory(promise=actors.promise, wording="Minst 25 aktiviteter <tillsammans>.")
    TargetFactory(commitment=commitment)
    KindFactory(commitment=commitment)
    CommitmentFactory(promise=actors.promise, confidential=True)
    AreaFactory(promise=actors.promise, name="Bellevue", official_name="Bellevuegården")
    EffectFactory(promise=actors.promise)
    Basis.objects.create(promise=actors.promise, kind="survey", text="Mätningen 2018.")
    client.force_login(actors.staff)

    page = client.get(page_of(actors.promise)).content.decode()

    for words in (
        "Detta lovar vi.",
        "Minst 25 aktiviteter &lt;tillsammans&gt;.",
        "Minst 25 under hela perioden, områdena tillsammans.",
        "Fotpatrull",
        "Planer syns bara för polisen",
        "Bellevue (Bellevuegården)",
        "En tryggare utomhusmiljö.",
        "Trygghetsmätning",
        "2019-01-01 – 2020-12-31",
    ):
        assert words in page


def test_page_of_an_empty_promise_says_what_is_not_known(client, actors):
    client.force_login(actors.officer)

    assert client.get(page_of(actors.promise)).content.decode().count("Uppgift saknas") == 2


def test_page_offers_nothing_of_other_promises(client, actors):
    CommitmentFactory(promise=PromiseFactory(), title="Ett annat löftes åtagande")
    client.force_login(actors.officer)

    assert "Ett annat löftes" not in client.get(page_of(actors.promise)).content.decode()


@pytest.mark.parametrize("times", [1, 12])
def test_page_takes_as_many_queries_however_long(client, actors, django_assert_num_queries, times):
    for _ in range(times):
        commitment = CommitmentFactory(promise=actors.promise)
        TargetFactory(commitment=commitment)
        KindFactory(commitment=commitment)
    client.force_login(actors.officer)

    with django_assert_num_queries(14):
        client.get(page_of(actors.promise))


def test_page_points_out_what_cannot_be_measured(client, actors):
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise, number=1), effort=True)
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise, number=2), on_request=True)
    client.force_login(actors.staff)

    html = client.get(page_of(actors.promise)).content.decode()

    first, second = html.split('aria-labelledby="commitment-2"')
    assert "Går inte att mäta" in first
    assert "Ange ett minsta antal" in first
    assert "Går inte att mäta" not in second


def test_page_says_by_when_a_deliverable_is_done(client, actors):
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise), deliverable=True)
    client.force_login(actors.staff)

    html = client.get(page_of(actors.promise)).content.decode()

    assert "Klart senast: 2019-06-30" in html
    assert "Går inte att mäta" not in html


def test_page_shows_the_school_terms_with_their_source(client, actors):
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise), calendar="school_days")
    term = SchoolTerm.objects.create(
        promise=actors.promise,
        name="HT 2019",
        first_day=date(2019, 8, 19),
        last_day=date(2019, 12, 20),
        source="Kommunens läsårstider",
    )
    SchoolBreak.objects.create(
        term=term, name="Höstlov", first_day=date(2019, 10, 28), last_day=date(2019, 11, 1)
    )
    client.force_login(actors.officer)

    text = client.get(page_of(actors.promise)).content.decode()

    for words in ("HT 2019", "2019-08-19", "Höstlov", "2019-11-01", "Kommunens läsårstider", "skoldagar"):
        assert words in text


def test_page_without_school_terms_says_nothing_of_them(client, actors):
    client.force_login(actors.officer)

    assert "Terminstider" not in client.get(page_of(actors.promise)).content.decode()


def test_page_tells_that_each_area_counts_by_itself(client, actors):
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise), scope="each_area")
    client.force_login(actors.officer)

    assert "varje område för sig" in client.get(page_of(actors.promise)).content.decode()
