"""The network between a browser and the site, so that a test can cut it, also in the middle of an answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Carries bytes from an address of its own to the site's.

    ``cut``: nothing comes through, as without network. ``mute``: the site gets what is sent, and its answer is lost,
    as when it is killed after it has stored a row.
    """

    def __init__(self, site: str) -> None:
        parts = urlsplit(site)
        self._site = (parts.hostname or "localhost", parts.port or 80)
        self._server = socket.create_server(("localhost", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.is_cut = self.is_mute = False
        self.url = f"http://localhost:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    @contextmanager
    def cut(self) -> Iterator[None]:
        self.is_cut = True
        self._drop()
        try:
            yield
        finally:
            self.is_cut = False

    @contextmanager
    def mute(self) -> Iterator[None]:
        self.is_mute = True
        try:
            yield
        finally:
            self.is_mute = False

    def close(self) -> None:
        self.is_cut = True
        self._server.close()
        self._drop()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._server.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        if self.is_cut:
            client.close()
            return
        site = socket.create_connection(self._site)
        with self._lock:
            self._open |= {client, site}
        threading.Thread(target=self._pump, args=(site, client, True), daemon=True).start()
        self._pump(client, site, False)

    def _pump(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_answer and self.is_mute:
                    break
                target.sendall(data)
        self._end({source, target})

    def _drop(self) -> None:
        with self._lock:
            open_now = set(self._open)
        self._end(open_now)

    def _end(self, sockets: set[socket.socket]) -> None:
        with self._lock:
            self._open -= sockets
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
