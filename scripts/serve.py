"""`make run`: prepare the database, start the site on 127.0.0.1, and say so once it answers.

The server is the one used in production (granian). It replaces this process, so that Ctrl+C and kill reach it
directly; a small child process waits for the first answer and prints the address.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
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


def announce(address: str, server: int) -> None:
    """Print ``address`` as soon as the site answers; give up when the process ``server`` is gone."""
    while os.getppid() == server:
        try:
            with urllib.request.urlopen(f"{address}/", timeout=10):
                break
        except urllib.error.HTTPError as error:
            print(f"The site answers with an error ({error.code}); the lines above say why.", flush=True)
            return
        except OSError:
            time.sleep(0.05)
    else:
        return
    print(f"Medborgarlöfte is running on {address}/ (stop it with Ctrl+C)", flush=True)


def main() -> None:
    port = checked_port(sys.argv[1] if len(sys.argv) > 1 else "8000")
    prepare()
    server = os.getpid()
    if os.fork() == 0:
        announce(f"http://{HOST}:{port}", server)
        os._exit(0)
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port)]
    # One process is enough for one person; threads, so that a long export does not hold up the next page.
    options += ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning"]
    options += ["--working-dir", str(Path(__file__).resolve().parent.parent)]
    os.execv(granian, [granian, *options, "medborgarlofte.wsgi:application"])


if __name__ == "__main__":
    main()
