"""`make soak`: officers log at once against PostgreSQL while workers of the server are killed; then every acknowledged
entry must be there exactly once. Writes docs/soak.md; ends with status 1 where one is missing, doubled or not counted.

    OFFICERS=50 SECONDS=60 python scripts/with_postgres.py python scripts/soak

Loopback only, and bounded: the officers stop after SECONDS, and have GRACE more to send what they have begun.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = [
    str(Path(__file__).resolve().parent.parent),
    str(Path(__file__).resolve().parent.parent.parent),
]
os.environ["DJANGO_SETTINGS_MODULE"] = "medborgarlofte.settings"

import django

django.setup()

from django.db import connection

from soak.judge import judge
from soak.officers import Officer, Sent
from soak.people import make_officers, stored
from soak.report import write

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
WORKERS = 4
KILLED_AFTER = (0.3, 0.6)  # shares of the time
GRACE = 45.0


def main(officers: int, seconds: float) -> int:
    if connection.vendor != "postgresql":
        sys.exit("make soak needs PostgreSQL: make soak starts one of its own")
    promise, sessions = make_officers(officers)
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    server = start(port)
    try:
        wait_for(port)
        began = time.monotonic()
        until = began + seconds
        people = [
            Officer(number, session, promise, (HOST, port), until=until, give_up=until + GRACE)
            for number, session in enumerate(sessions)
        ]
        threads = [threading.Thread(target=person.work, name=f"officer {person.number}") for person in people]
        for thread in threads:
            thread.start()
        killed = [kill_one(server, at=began + share * seconds) for share in KILLED_AFTER]
        for thread in threads:
            thread.join(seconds + GRACE + 30)
        took = time.monotonic() - began
    finally:
        server.terminate()
        server.wait(30)
    sent: list[Sent] = [one for person in people for one in person.sent]
    outcome = judge(sent, stored())
    write(outcome, sent, officers=officers, seconds=seconds, took=took, killed=len(killed), workers=WORKERS)
    print(outcome.in_words())
    return 0 if outcome.holds and len(killed) == len(KILLED_AFTER) else 1


def start(port: int) -> subprocess.Popen[bytes]:
    """The server as docs/operations.md starts it, with more workers than there will be killed at once."""
    granian = Path(sys.executable).with_name("granian")
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", str(WORKERS)]
    options += ["--blocking-threads", "4", "--respawn-failed-workers", "--log-level", "error"]
    environment = os.environ | {"EXAMPLE_DATA": "0", "DEBUG": "0"}
    return subprocess.Popen([granian, *options, "medborgarlofte.wsgi:application"], cwd=ROOT, env=environment)


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start within a minute")


def kill_one(server: subprocess.Popen[bytes], *, at: float) -> int:
    """Without a warning, at that moment, in the middle of what it does. The process that was killed."""
    time.sleep(max(0.0, at - time.monotonic()))
    victim = children(server.pid)[0]
    os.kill(victim, signal.SIGKILL)
    print(f"killed worker {victim}", flush=True)
    return victim


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if listed.exists():
        return [int(child) for child in listed.read_text().split()]
    found = subprocess.run(["pgrep", "-P", str(pid)], check=True, stdout=subprocess.PIPE, text=True)
    return [int(child) for child in found.stdout.split()]


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("OFFICERS") or 50), float(os.environ.get("SECONDS") or 60)))
