"""The promise and the officers of a soak, and what is stored in the end."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from accounts.models import Organisation, User
from activities.models import Activity
from activities.tallies import differences
from history.models import Change
from promises.choices import Role
from promises.models import Membership, Promise

PROMISE = Path(settings.BASE_DIR) / "promises" / "data" / "malmo-vaster-2019-2020.yaml"
COMMITMENT = 3  # visible activities


@dataclass(frozen=True, slots=True)
class Place:
    """Where the officers log, and what they choose."""

    path: str
    kinds: tuple[int, ...]
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """``rows``: (client key, note) -> how many; ``created``: rows whose history begins just once."""

    rows: Counter[tuple[str, str]]
    created: int
    totals_agree: bool


def make_officers(number: int) -> tuple[Place, list[str]]:
    """Signed in each on a session of their own; hashing fifty passwords is not what is tried."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_promise", str(PROMISE), verbosity=0)
    promise = Promise.objects.get()
    police = next(one for one in Organisation.objects.all() if one.is_police)
    sessions = []
    for n in range(number):
        user = User.objects.create_user(email=f"polis{n}@example.se")
        Membership.objects.create(user=user, promise=promise, organisation=police, role=Role.OFFICER)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions.append(str(session.session_key))
    commitment = promise.commitments.get(number=COMMITMENT)
    place = Place(
        path=f"/loften/{promise.slug}/aktiviteter/logga/{COMMITMENT}/",
        kinds=tuple(commitment.kinds.values_list("pk", flat=True)),
        areas=tuple(promise.areas.values_list("pk", flat=True)),
    )
    return place, sessions


def stored() -> Stored:
    rows = Counter(Activity.objects.values_list("client_key", "note"))
    created = Change.objects.filter(action=Change.Action.CREATED, subject="activities.activity")
    agree = not any(list(differences(one)) for one in Promise.objects.get().commitments.all())
    return Stored(rows, created.values("subject_id").distinct().count(), agree)
