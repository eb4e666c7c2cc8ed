"""The database is locked or gone: nothing is lost, nothing is doubled, the person is told and can go on."""

import re
import uuid
from html import unescape

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from django.test import Client

from activities.models import Activity, Evidence
from activities.tests.made_files import picture
from activities.tests.pages import World, make_world, text_of
from history.models import Change
from promises.tests.actors import make_actors
from promises.tests.factories import PromiseFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(make_actors(PromiseFactory()))


@pytest.fixture
def client(world: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.actors.officer)
    return client


@pytest.fixture
def entry(world: World) -> dict[str, object]:
    return {
        "client_key": str(uuid.uuid4()),
        "state": "done",
        "kind": world.patrol.pk,
        "areas": [world.holma.pk, world.kroksback.pk],
        "occurred_on": "2020-05-01",
        "quantity": 1,
        "note": 'Samtal vid "torget" <& parken>',
    }


def sent_again(response):
    """What the page's form would send, as a browser reads it."""
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.content.decode())
    return [(unescape(name), unescape(value)) for name, value in fields]


def post(client, world, fields):
    return client.post(world.base + "logga/3/", fields)


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_entry_that_could_not_be_stored_is_given_back_and_stored_once(
    world, client, entry, monkeypatch, fault
):
    def gone(*_args, **_kwargs):
        raise fault("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr("activities.services._began", gone)  # in the middle: the row itself is written by then
        response = post(client, world, entry)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "Inget har sparats" in text_of(response)
    assert not Activity.objects.exists()
    assert not Change.objects.exists()

    kept = {name: [v for n, v in sent_again(response) if n == name] for name, _value in sent_again(response)}
    assert kept["note"] == [entry["note"]]
    assert kept["areas"] == [str(pk) for pk in entry["areas"]]
    for _ in range(2):
        assert post(client, world, kept).status_code == 302
    row = Activity.objects.get()
    assert (row.note, row.client_key) == (entry["note"], entry["client_key"])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one writer at a time is SQLite's")
def test_locked_database_is_told_and_the_entry_kept(world, client, entry):
    other = connections.create_connection("default")
    try:
        other.cursor().execute("BEGIN IMMEDIATE")
        connection.cursor().execute("PRAGMA busy_timeout = 50")  # twenty seconds, in the product
        response = post(client, world, entry)
    finally:
        other.close()
        connection.cursor().execute("PRAGMA busy_timeout = 20000")

    assert response.status_code == 503
    assert dict(sent_again(response))["client_key"] == entry["client_key"]
    assert post(client, world, entry).status_code == 302
    assert Activity.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to lose")
def test_connections_that_were_cut_are_made_anew(world, client, entry):
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            connection.ensure_connection()
            mine = connection.connection.info.backend_pid
            cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
    finally:
        other.close()

    first = post(client, world, entry)
    close_old_connections()  # as the server does between requests; the test client leaves it out
    second = post(client, world, entry)

    assert (first.status_code, second.status_code) == (503, 302)
    assert Activity.objects.count() == 1


def test_phone_is_told_to_keep_what_it_sent(world, client, entry, monkeypatch):
    def gone(*_args, **_kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("activities.services.hold", gone)

    response = client.post(world.base + "logga/3/", entry, headers={"accept": "application/json"})

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"


def test_page_that_was_only_looked_at_can_be_tried_again(world, client, monkeypatch):
    def gone(*_args, **_kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("promises.permissions.access_to", gone)

    response = client.get(world.base + "?sok=torget")

    assert response.status_code == 503
    assert f'href="{world.base}?sok=torget"' in response.content.decode()


def test_password_is_not_written_into_a_page(world, monkeypatch):
    def gone(*_args, **_kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("accounts.backends.EmailBackend.authenticate", gone)

    response = Client(raise_request_exception=False).post(
        "/konto/logga-in/", {"username": "polis@example.se", "password": "hemligt-ord-123"}
    )

    assert response.status_code == 503
    assert "hemligt-ord-123" not in response.content.decode()


def test_another_fault_is_still_a_500(world, client, monkeypatch):
    def wrong(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("promises.permissions.access_to", wrong)

    assert client.get(world.base).status_code == 500


@pytest.mark.parametrize("where", ["promises.permissions.access_to", "activities.evidence.hold"])
def test_picture_that_could_not_be_stored_leaves_no_file(world, client, monkeypatch, tmp_path, where):
    """Before anybody has asked for the file, and when it lies on the disk already."""
    monkeypatch.setattr(settings, "EVIDENCE_ROOT", tmp_path)
    row = world.log()

    def gone(*_args, **_kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(where, gone)
    response = client.post(
        world.row_url(row, "underlag/"), {"file": SimpleUploadedFile("a.jpg", picture()), "title": "Torget"}
    )

    assert response.status_code == 503
    assert "Databasen svarar inte" in response.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Evidence.objects.exists()
