"""Run a command with a PostgreSQL of its own, started from the installed binaries and thrown away afterwards.

    python scripts/with_postgres.py pytest -q

The command finds it in DATABASE_URL; the exit status is the command's. The server listens on a socket in a
private folder, on no port, and does not wait for the disk: right for tests, wrong for anything worth keeping.
`--find` only says whether it can be done: the folder of the binaries, or how to install them (exit 1).
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

MISSING = "PostgreSQL is not installed: sudo apt install postgresql (macOS: brew install postgresql@15)"
PLACES = [
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
]
LOCALE = "--locale=en_US.UTF-8" if sys.platform == "darwin" else "--locale=C.UTF-8"
OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def find_binaries() -> Path | None:
    """The folder with initdb: the one on PATH, else the newest version in the usual places."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [
        folder
        for place in PLACES
        for folder in Path("/").glob(place.removeprefix("/"))
        if (folder / "initdb").exists()
    ]
    return max(found, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], default=None)


def run_with_server(binaries: Path, command: list[str]) -> int:
    """Start a server in a temporary folder, run ``command``, stop and remove the server whatever happens."""
    # A short path: the name of a socket may have about 100 characters only.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    account = {}
    if os.getuid() == 0:  # the server refuses to run as root
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
        account = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}

    def control(program: str, *arguments: str) -> None:
        whole = [binaries / program, f"--pgdata={folder}/data", *arguments]
        subprocess.run(whole, check=True, stdout=subprocess.DEVNULL, cwd="/", **account)

    server = {"PGHOST": str(folder), "PGUSER": "test", "PGDATABASE": "test"}
    url = {"DATABASE_URL": f"postgres://test@/test?host={folder}"}
    try:
        control("initdb", "--username=test", "--auth=trust", "--encoding=UTF8", LOCALE, "--no-sync")
        control("pg_ctl", "--wait", f"--log={folder}/log", f"--options=-k {folder} {OPTIONS}", "start")
        try:
            subprocess.run([binaries / "createdb", "test"], check=True, env=os.environ | server)
            return subprocess.run(command, check=False, env=os.environ | server | url).returncode
        finally:
            control("pg_ctl", "--wait", "--mode=immediate", "stop")
    except subprocess.CalledProcessError as error:
        log = folder / "log"
        sys.exit(f"{error}\n{log.read_text() if log.exists() else ''}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    binaries = find_binaries()
    if binaries is None:
        sys.exit(MISSING)
    if arguments == ["--find"]:
        print(binaries)
        return 0
    if not arguments:
        sys.exit(__doc__)
    # A plain kill must not leave the server behind: turn it into the exception that runs `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return run_with_server(binaries, arguments)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
