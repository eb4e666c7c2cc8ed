"""One database of one size and shape: fill it, measure it, print the result as JSON (the last line).

    python -m bench.one ROWS PROMISES ROUNDS SECONDS EXPORTS

in an empty database that DATABASE_URL names. EXPORTS: files are measured up to so many rows of one promise.
"""

import json
import os
import subprocess
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import connection

from bench.cases import cases_of
from bench.fill import Filled, fill
from bench.measure import measure

FILES = (
    ("list", "nothing"),
    ("list", "csv"),
    ("list", "xlsx"),
    ("evaluation", "csv"),
    ("evaluation", "xlsx"),
)


def main(rows: int, promises: int, rounds: int, seconds: int, exports: int) -> None:
    began = time.monotonic()
    filled = fill(rows, promises=promises)
    took = time.monotonic() - began
    lines = measure(cases_of(filled), rounds=rounds, seconds=seconds)
    files = measure_exports(filled) if rows // promises <= exports else []
    found = {"database": connection.vendor, "rows": filled.rows, "promises": promises, "filled_in": took}
    print(json.dumps(found | {"version": version(), "lines": lines, "files": files}))


def measure_exports(filled: Filled) -> list[dict[str, object]]:
    connection.close()
    found = []
    for kind, fmt in FILES:
        command = [sys.executable, "-m", "bench.exports", kind, fmt, filled.promise.slug, filled.user.email]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found.append({"kind": kind, "format": fmt} | json.loads(done.stdout.splitlines()[-1]))
    return found


def version() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
