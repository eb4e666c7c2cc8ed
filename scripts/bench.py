"""`make bench`: how long pages and exports take with many activities, in a database of its own.

    python scripts/bench.py [10000]

Pages go through Django's test client, the best of three; exports through the command, each in a process of
its own, so that the memory shown is that export's. It prints a table and judges nothing.
"""

import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.TemporaryDirectory(prefix="bench-")
os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER.name}/bench.sqlite3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medborgarlofte.settings")
sys.path.insert(0, str(ROOT))
django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from activities import tallies
from activities.models import Activity
from promises.choices import CommitmentForm, Role
from promises.models import Membership, Promise

SLUG = "malmo-vaster-2019-2020"
FORMATS = ["html", "pdf", "docx", "xlsx", "csv", "json"]


def fill(count: int) -> None:
    """The Malmö promise with ``count`` done activities over its whole period, spread over kinds and areas."""

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_promise", ROOT / "promises" / "data" / f"{SLUG}.yaml", verbosity=0)
    promise = Promise.objects.get(slug=SLUG)
    commitments = promise.commitments.filter(form=CommitmentForm.ACTIVITY).prefetch_related("kinds")
    kinds = itertools.cycle(
        [(commitment, kind) for commitment in commitments for kind in commitment.kinds.all()]
    )
    days = (promise.ends_on - promise.starts_on).days + 1
    rows = [
        Activity(
            promise=promise,
            commitment=commitment,
            kind=kind,
            occurred_on=promise.starts_on + timedelta(days=number * days // count),
            note="Samtal med boende på torget, frågor om belysning och cyklar.",
        )
        for number, (commitment, kind) in zip(range(count), kinds, strict=False)
    ]
    Activity.objects.bulk_create(rows, batch_size=500)
    areas = itertools.cycle(promise.areas.all())
    through = Activity.areas.through
    through.objects.bulk_create([through(activity=row, area=next(areas)) for row in rows], batch_size=500)
    for commitment in commitments:
        tallies.rebuild(commitment)


def time_pages() -> None:
    """Milliseconds, queries and kilobytes of each page, for a coordinator."""

    promise = Promise.objects.get(slug=SLUG)
    user = User.objects.create(email="samordnare@example.se")
    party = promise.commitments.first().responsible
    Membership.objects.create(user=user, promise=promise, role=Role.COORDINATOR, organisation=party)
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(user)
    print(f"{'page':<16}{'ms':>8}{'queries':>9}{'kB':>8}")
    pages = [("dashboard", "reports:dashboard", []), ("list", "activities:list", [])]
    pages += [(f"commitment {c.number}", "reports:commitment", [c.number]) for c in promise.commitments.all()]
    for title, name, arguments in pages:
        address = reverse(name, args=[SLUG, *arguments])
        best = float("inf")
        for _ in range(3):
            with CaptureQueriesContext(connection) as queries:
                began = time.perf_counter()
                response = client.get(address)
                best = min(best, time.perf_counter() - began)
            if response.status_code != 200:
                sys.exit(f"{address}: {response.status_code}")
        size = len(response.content) / 1000
        print(f"{title:<16}{best * 1000:>8.0f}{len(queries):>9}{size:>8.1f}")


def time_exports(folder: Path) -> None:
    """Seconds, peak memory and size of the evaluation in each format."""
    print(f"\n{'export':<16}{'s':>8}{'MB mem':>9}{'kB':>8}")
    for suffix in FORMATS:
        target = folder / f"evaluation.{suffix}"
        began = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "export_evaluation", SLUG, target], stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(child.pid, 0)
        if status:
            sys.exit(f"export_evaluation {suffix} failed")
        seconds = time.perf_counter() - began
        print(f"{suffix:<16}{seconds:>8.1f}{peak(used):>9.0f}{target.stat().st_size / 1000:>8.0f}")


def peak(used: resource.struct_rusage) -> float:
    """Peak memory in megabytes; macOS counts bytes, Linux kilobytes."""
    return used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with FOLDER:
        fill(count)
        print(f"{count} activities, SQLite\n")
        time_pages()
        time_exports(Path(FOLDER.name))


if __name__ == "__main__":
    main()
