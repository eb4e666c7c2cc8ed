"""`make test`: every test, on PostgreSQL and on SQLite, with browser tests where there is a browser.

PostgreSQL first (what uses the database, but for the browser tests), SQLite last with everything: the last
summary is the whole suite's. What is missing on this machine is named with the command that installs it; with
REQUIRE_ALL=1 it is a failure.

DATABASE_URL, if it names a PostgreSQL, is used for that run (a test database beside its own); otherwise a
temporary server is started.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from with_postgres import MISSING, find_binaries

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", str(max(2, os.cpu_count() or 2)), "--dist", "worksteal"]


PAGES_ONLY = [
    *(
        f"--ignore-glob=*/test_{name}.py"
        for name in ("views_*", "*_page", "pages_*", "secrecy", "doors", "weight")
    ),
    *(
        f"--ignore-glob=*/tests/test_{name}.py"
        for name in ("planning", "overview", "dashboard", "commitment")
    ),
]
"""What a page shows, and to whom, is the same whatever database is under it: tried once, on SQLite. Rules, services,
sums, imports, exports, races and migrations are tried on both."""


def run(title: str, command: list[str], **environment: str) -> bool:
    """Run one round of tests; say what it was, how long it took, and whether all was well."""
    print(f"== {title}", flush=True)
    began = time.monotonic()
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    passed = subprocess.run(command, check=False, cwd=ROOT, env=kept | environment).returncode == 0
    print(f"== {title}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return passed


def run_on_postgres(arguments: list[str]) -> bool:
    """The round on PostgreSQL, or one line about what it needs; False where that is a failure."""
    tests = [*PYTEST, "--database-only", "-m", "not e2e", *PAGES_ONLY, *arguments]
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://")):
        return run("PostgreSQL (DATABASE_URL)", tests, DATABASE_URL=url)
    if find_binaries() is None:
        print(f"== PostgreSQL: not tested. {MISSING}", flush=True)
        return not os.environ.get("REQUIRE_ALL")
    return run("PostgreSQL", [sys.executable, str(ROOT / "scripts" / "with_postgres.py"), *tests])


def main(arguments: list[str]) -> int:
    on_postgres = run_on_postgres(arguments)
    on_sqlite = run("SQLite and browser", [*PYTEST, *arguments])
    if not on_postgres:
        print("The tests on PostgreSQL did not pass: see above.")
    return 0 if on_postgres and on_sqlite else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
