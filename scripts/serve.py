"""`make run`: prepare the database, start the site on 127.0.0.1, and say so once it answers.

The server is the one used in production (granian). It replaces this process, so that Ctrl+C and kill reach it
directly; a small child process waits for the first answer and prints the address.
"""

import http.client
import os
import socket
import sys
import time
from pathlib import Path

from prepare import prepare

HOST = "127.0.0.1"


def checked_port(text: str) -> int:
    """The port as a number, if it is one and nobody listens there."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        sys.exit(
            f"PORT={text} is not a port: choose a number from 1024 to 65535, for example make run PORT=8001"
        )
    with socket.socket() as trial:
        # As the server does it: a port that was in use a moment ago is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, int(text)))
        except OSError as error:
            sys.exit(f"Port {text} cannot be used ({error.strerror}). Choose another: make run PORT=8001")
    return int(text)


def announce(port: int, server: int) -> None:
    """Print the address as soon as the site answers; give up when the process ``server`` is gone."""
    while os.getppid() == server:
        # Not urllib: it would ask a proxy, and on macOS it does not survive a fork.
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            connection.request("GET", "/")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            continue
        if status < 400:
            print(f"Medborgarlöfte is running on http://{HOST}:{port} (stop it with Ctrl+C)", flush=True)
        else:
            print(f"The first page answers {status}; the lines above say why.", flush=True)
        return


def main() -> None:
    port = checked_port(sys.argv[1] if len(sys.argv) > 1 else "8000")
    prepare()
    server = os.getpid()
    if os.fork() == 0:
        announce(port, server)
        os._exit(0)
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port)]
    # One process is enough for one person; threads, so that a long export does not hold up the next page.
    options += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning"]
    options += ["--working-dir", str(Path(__file__).resolve().parent.parent)]
    os.execv(granian, [granian, *options, "medborgarlofte.wsgi:application"])


if __name__ == "__main__":
    main()
