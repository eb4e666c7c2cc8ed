"""`make bench`: how fast the site is with many activities, beside its floors, on SQLite and PostgreSQL.

    make bench                              everything, about 20 minutes; writes docs/performance.md
    make bench QUICK=1                      1,000 and 10,000 rows, about two minutes; prints only
    make bench ROWS=1000,100000 DB=sqlite   these sizes, this database; prints only

Databases are temporary and gone afterwards, also when it is stopped.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS))

from with_postgres import MISSING, find_binaries

from bench import report

ROOT = SCRIPTS.parent
SIZES = (1_000, 100_000, 1_000_000)
QUICK = (1_000, 10_000)
SPREAD = 500
ROUNDS, SECONDS = 15, 60
EXPORTED = 100_000
"""Files of more rows than this are not measured: they only take longer."""


def main() -> None:
    sizes, databases, whole = asked_for(os.environ)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that folders are taken away
    print(f"{len(sizes) * 2 * len(databases)} databases; with a million rows each takes two to four minutes.")
    began, found = time.monotonic(), []
    for database in databases:
        for rows in sizes:
            for promises in (SPREAD, 1):
                one = run_one(database, rows, promises)
                found.append(one)
                print(report.one_database(one), flush=True)
    print(report.summary(found))
    print(f"{(time.monotonic() - began) / 60:.0f} minutes")
    if whole:
        (ROOT / "docs" / "performance.md").write_text(report.page(found), encoding="utf-8")
        print("Written: docs/performance.md")


def asked_for(
    environment: "os._Environ[str] | dict[str, str]",
) -> tuple[tuple[int, ...], tuple[str, ...], bool]:
    """Sizes, databases, and whether that is everything. SystemExit with one line where it is not understood."""
    sizes = QUICK if environment.get("QUICK") else SIZES
    given = environment.get("ROWS") or environment.get("N")
    if given:
        parts = given.replace("_", "").split(",")
        if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 10**7 for part in parts):
            sys.exit(
                f"ROWS={given}: write whole numbers up to 10000000 with commas between, such as 1000,100000"
            )
        sizes = tuple(int(part) for part in parts)
    databases = tuple((environment.get("DB") or "sqlite,postgresql").split(","))
    if not set(databases) <= {"sqlite", "postgresql"}:
        sys.exit(f"DB={environment['DB']}: sqlite, postgresql or both with a comma between")
    if "postgresql" in databases and find_binaries() is None:
        sys.exit(f"{MISSING}\nor: make bench DB=sqlite")
    return sizes, databases, (sizes, len(databases)) == (SIZES, 2)


def run_one(database: str, rows: int, promises: int) -> dict[str, object]:
    numbers = [rows, min(promises, rows), ROUNDS, SECONDS, EXPORTED]
    command = [sys.executable, "-m", "bench.one", *map(str, numbers)]
    paths = {
        "PYTHONPATH": os.pathsep.join([str(SCRIPTS), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if database == "postgresql":
            command = [sys.executable, str(SCRIPTS / "with_postgres.py"), *command]
        else:
            paths["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        with subprocess.Popen(
            command, env=os.environ | paths, stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as child:
            try:
                printed, _ = child.communicate()
            except BaseException:
                child.terminate()
                child.wait()
                raise
    if child.returncode:
        sys.exit(f"{database}, {rows} rows: failed ({child.returncode})")
    return json.loads(printed.splitlines()[-1])


if __name__ == "__main__":
    main()
