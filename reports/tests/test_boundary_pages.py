"""New boundaries through the browser: a file, the choice, saved; and each wrong file with one clear sentence."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from history.models import Change
from medborgarlofte import uploads
from promises.boundary import MOST_BYTES, read_features
from promises.boundary_forms import pack
from promises.models import AreaBoundary
from promises.tests.factories import AreaFactory, PromiseFactory
from promises.tests.geojson import MALMO_AREAS, collection, feature, geometry, square
from reports.tests.pages import text_of
from reports.tests.test_boundary_files import WRONG

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas(actors):
    return [
        AreaFactory(
            promise=actors.promise, name="Bellevue", official_name="Bellevuegården", code="25506", position=0
        ),
        AreaFactory(promise=actors.promise, name="Holma", code="25611", position=1),
        AreaFactory(promise=actors.promise, name="Kroksbäck", code="25609", position=2),
    ]


@pytest.fixture
def url(actors):
    return reverse("reports:boundaries", args=[actors.promise.slug])


@pytest.fixture
def coordinator(client, actors):
    client.force_login(actors.coordinator)
    return client


def send(client, url, content, *, name="granser.geojson", kind="application/geo+json", **values):
    return client.post(url, {"file": SimpleUploadedFile(name, content, kind), "source": "", **values})


def choose(client, url, answer, **values):
    """The second step as the page has filled it in, with ``values`` over it."""
    form = answer.context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return client.post(url, data | values)


def test_malmo_file_is_found_shown_and_saved(coordinator, actors, areas, url):
    answer = send(coordinator, url, MALMO_AREAS.read_bytes(), source="Malmö stad, CC0")

    assert answer.status_code == 200
    assert not AreaBoundary.objects.exists()
    assert answer.content.count(b'class="map"') == 2
    assert "Yta 1: Bellevuegården · 25506" in text_of(answer)

    saved = choose(coordinator, url, answer)

    assert saved.status_code == 302
    rows = list(AreaBoundary.objects.order_by("area__position"))
    assert [(row.area, row.points, row.source) for row in rows] == [
        (area, points, "Malmö stad, CC0") for area, points in zip(areas, (45, 119, 376), strict=True)
    ]
    assert Change.objects.filter(subject="promises.areaboundary").count() == 3
    assert "Gränserna för 3 områden är sparade." in text_of(coordinator.get(saved["Location"]))


def test_file_name_and_kind_do_not_matter(coordinator, areas, url):
    answer = send(coordinator, url, MALMO_AREAS.read_bytes(), name="x.exe", kind="text/html")

    assert answer.status_code == 200


def test_shape_that_is_not_found_is_chosen(coordinator, areas, url):
    answer = send(coordinator, url, collection(feature(namn="Delområde 7")))
    assert all(not answer.context["form"][f"omrade_{area.pk}"].value() for area in areas)

    saved = choose(coordinator, url, answer, **{f"omrade_{areas[1].pk}": "1"})

    assert saved.status_code == 302
    assert AreaBoundary.objects.get().area == areas[1]


@pytest.mark.parametrize(("content", "words"), WRONG)
def test_wrong_file_is_told_in_a_sentence_and_nothing_is_kept(coordinator, areas, url, content, words):
    answer = send(coordinator, url, content, source="Malmö stad")

    assert answer.status_code == 400
    assert words in text_of(answer)
    assert 'value="Malmö stad"' in answer.content.decode()
    assert not AreaBoundary.objects.exists()


def test_no_file_is_told(coordinator, areas, url):
    answer = coordinator.post(url, {"source": ""})

    assert answer.status_code == 400
    assert "file" in answer.context["form"].errors


def test_file_beyond_the_limit_is_thrown_away_and_told(coordinator, areas, url):
    answer = send(coordinator, url, b" " * (MOST_BYTES + 1000))

    assert answer.status_code == 400
    assert "Filen är större än 10 MB." in text_of(answer)


def test_upload_keeps_one_byte_more_than_allowed_and_no_more():
    handler = uploads.SmallFile(most=10)
    handler.new_file("file", "x", "text/plain", None)
    for start in range(0, 40, 8):
        handler.receive_data_chunk(b"12345678", start)

    file = handler.file_complete(40)

    assert file.size == 11
    assert file.read() == b"12345678123"


def test_second_file_is_refused(coordinator, areas, url):
    files = [SimpleUploadedFile(name, collection(feature())) for name in "ab"]

    answer = coordinator.post(url, {"file": files, "source": ""})

    assert answer.status_code == 400
    assert not AreaBoundary.objects.exists()


def test_two_shapes_with_the_same_code_are_refused(coordinator, areas, url):
    answer = send(
        coordinator, url, collection(feature(kod=25611), feature(geometry(square(14.0)), kod="25611"))
    )

    assert answer.status_code == 400
    assert "Både yta 1 och yta 2 i filen heter 25611. Låt bara en stå kvar." in text_of(answer)


def test_same_shape_for_two_areas_is_refused(coordinator, areas, url):
    answer = send(coordinator, url, collection(feature(), feature(geometry(square(14.0)))))

    refused = choose(coordinator, url, answer, **{f"omrade_{area.pk}": "2" for area in areas[:2]})

    assert refused.status_code == 400
    assert "Samma yta är vald för Bellevue." in text_of(refused)
    assert not AreaBoundary.objects.exists()


def test_no_shape_chosen_is_refused(coordinator, areas, url):
    refused = choose(coordinator, url, send(coordinator, url, collection(feature())))

    assert refused.status_code == 400
    assert "Välj en yta för minst ett område." in text_of(refused)


@pytest.mark.parametrize("wrong", ["9", "-1", "0", "x", "1 "])
def test_choice_that_is_not_in_the_file_is_refused(coordinator, areas, url, wrong):
    answer = send(coordinator, url, collection(feature()))

    assert choose(coordinator, url, answer, **{f"omrade_{areas[0].pk}": wrong}).status_code == 400
    assert not AreaBoundary.objects.exists()


def test_shapes_changed_between_the_steps_are_refused(coordinator, actors, areas, url):
    foreign = pack(read_features(collection(feature())), PromiseFactory().pk)
    for payload in (
        "",
        "x",
        foreign,
        pack(read_features(collection(feature())), actors.promise.pk)[:-2] + "aa",
    ):
        answer = coordinator.post(url, {"payload": payload, f"omrade_{areas[0].pk}": "1"})

        assert answer.status_code == 400
        assert "Filen som lästes finns inte kvar. Välj den igen." in text_of(answer)
    assert not AreaBoundary.objects.exists()


def test_replacing_takes_a_reason(coordinator, areas, url):
    chosen = {f"omrade_{areas[0].pk}": "1"}
    choose(coordinator, url, send(coordinator, url, collection(feature())), **chosen)
    answer = send(coordinator, url, collection(feature(geometry(square(14.0)))))

    refused = choose(coordinator, url, answer, **chosen)
    assert refused.status_code == 400
    assert "why" in refused.context["form"].errors

    assert choose(coordinator, url, refused, **chosen, why="Ny indelning").status_code == 302
    assert AreaBoundary.objects.get().shape["coordinates"][0][0][0] == [14.0, 55.6]


def test_boundary_is_taken_away_with_a_reason(coordinator, actors, areas, url):
    choose(coordinator, url, send(coordinator, url, MALMO_AREAS.read_bytes()))
    remove = reverse("reports:boundary_remove", args=[actors.promise.slug, "holma"])
    assert remove in coordinator.get(url).content.decode()

    assert coordinator.post(remove, {"why": ""}).status_code == 200
    assert AreaBoundary.objects.filter(shape__isnull=False).count() == 3
    assert coordinator.post(remove, {"why": "Fel område"}).status_code == 302

    assert AreaBoundary.objects.get(area=areas[1]).shape is None
    assert coordinator.get(url).status_code == 200


def test_script_in_a_file_is_neither_kept_nor_shown(coordinator, areas, url):
    evil = "<script>alert(1)</script>"
    shape = geometry() | {"onload": evil}
    content = collection(
        feature(shape, namn=evil, kod=25611), feature(geometry(square(14.0)), namn=evil), name=evil
    )

    answer = send(coordinator, url, content)
    choose(coordinator, url, answer)

    assert b"<script>alert" not in answer.content
    assert "alert" not in text_of(answer)
    row = AreaBoundary.objects.get()
    assert set(row.shape) == {"type", "coordinates"}
    assert "alert" not in str(row.shape) + str(Change.objects.of(row).get().values)


def test_file_is_not_read_before_it_is_known_who_sends_it(actors, areas, url, monkeypatch):
    read = []
    monkeypatch.setattr(uploads.SmallFile, "receive_data_chunk", lambda *args: read.append(args))
    client = Client()
    client.force_login(actors.officer)

    assert send(client, url, MALMO_AREAS.read_bytes()).status_code == 403
    assert read == []


def test_upload_takes_a_token(actors, areas, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(actors.coordinator)

    assert send(client, url, MALMO_AREAS.read_bytes()).status_code == 403
    client.get(url)
    token = client.get(url).context["csrf_token"]
    assert send(client, url, MALMO_AREAS.read_bytes(), csrfmiddlewaretoken=token).status_code == 200
