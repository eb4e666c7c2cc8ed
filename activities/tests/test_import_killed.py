"""The server killed in the middle of an import: nothing of it is stored, the page says so, and it can be run again."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from activities.models import Activity, ImportBatch, Tally
from activities.tallies import differences
from activities.tests.importing_pages import kept, patrols, url
from activities.tests.pages import make_world, text_of
from history.models import Change
from promises.tests.actors import make_actors
from promises.tests.factories import PromiseFactory

pytestmark = pytest.mark.django_db(transaction=True)

KILLED = 9
SCRIPT = """
import os, sys
from datetime import date
import django
django.setup()
from accounts.models import User
from activities.importer import services
from activities.models import ImportBatch
from promises.permissions import access_to

batch = ImportBatch.objects.select_related("promise", "by").get(pk=int(sys.argv[1]))
real = services.create_many

def die(*args, **kwargs):
    real(*args, **kwargs)
    os._exit(9)  # all rows are written, and nothing is committed

services.create_many = die
services.store(
    access=access_to(batch.promise.slug, batch.by), batch=batch, reason="", today=date(2020, 6, 1)
)
"""


def database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user = f"{database['USER']}:{database['PASSWORD']}@" if database["USER"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{user}{database['HOST'] or ''}{port}/{database['NAME']}"


def test_server_killed_in_the_middle_leaves_nothing_and_the_file_can_be_read_in_again():
    world = make_world(make_actors(PromiseFactory()))
    batch = kept(world, *patrols(50))

    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(batch.pk)],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "medborgarlofte.settings",
        },
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == KILLED, ended.stderr.decode()
    assert not Activity.objects.exists()
    assert not Tally.objects.exists()
    assert not Change.objects.filter(action="created", subject="activities.activity").exists()
    batch.refresh_from_db()
    assert (batch.state, batch.progress) == ("storing", 50)
    client = world.client("coordinator")
    assert "Filen läses in" in text_of(client.get(url(world, "detail", batch.pk)))

    ImportBatch.objects.update(beat_at=timezone.now() - timedelta(seconds=91))
    assert "Inläsningen avbröts. Inget lästes in" in text_of(client.get(url(world, "detail", batch.pk)))
    done = client.post(url(world, "detail", batch.pk), follow=True)

    assert "50 aktiviteter lades till" in text_of(done)
    assert Activity.objects.count() == 50
    assert differences(world.visible) == []
