"""One simulated officer: logs, waits a little, logs again; sends what was not acknowledged again, under its key."""

import http.client
import json
import random
import re
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

from soak.people import Place

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PAUSE = (0.2, 0.8)  # seconds between two entries
_AGAIN = 0.5  # seconds before an entry is sent again
_TWICE = 10  # every tenth entry is sent once more although it was acknowledged: a finger that taps twice


@dataclass(slots=True)
class Sent:
    """An entry. ``answers``: status of each time it was sent, 0 where none came. ``ms``: until it was acknowledged."""

    key: str
    note: str
    answers: list[int] = field(default_factory=list)
    ms: float = 0.0

    @property
    def acknowledged(self) -> bool:
        return any(status in (200, 201) for status in self.answers)


class Officer:
    def __init__(
        self,
        number: int,
        session: str,
        place: Place,
        address: tuple[str, int],
        *,
        until: float,
        give_up: float,
    ) -> None:
        self.number, self.session, self.place, self.address = number, session, place, address
        self.until, self.give_up = until, give_up
        self.chance = random.Random(number)  # the same days and pauses in every run
        self.sent: list[Sent] = []
        self.connection: http.client.HTTPConnection | None = None

    def work(self) -> None:
        token = self.token()
        while time.monotonic() < self.until:
            one = Sent(str(uuid.uuid4()), f"Prov {self.number}-{len(self.sent)}")
            self.sent.append(one)
            body = self.body(one, token)
            began = time.monotonic()
            while not one.acknowledged and time.monotonic() < self.give_up:
                one.answers.append(self.send(body, token))
                if not one.acknowledged:
                    time.sleep(_AGAIN)
            one.ms = (time.monotonic() - began) * 1000
            if len(self.sent) % _TWICE == 0:
                one.answers.append(self.send(body, token))
            time.sleep(self.chance.uniform(*_PAUSE))

    def token(self) -> str:
        """What the form says and its cookie: the two that a browser sends along."""
        while True:
            status, page, cookies = self.ask("GET", self.place.path)
            found = _TOKEN.search(page)
            if status == 200 and found:
                self.cookie = re.search(r"csrftoken=([^;]+)", cookies)[1]  # type: ignore[index]
                return found[1]
            if time.monotonic() > self.until:
                raise RuntimeError(f"the form was not shown: {status}")
            time.sleep(_AGAIN)

    def body(self, one: Sent, token: str) -> str:
        year, month, day = (
            self.chance.choice((2019, 2020)),
            self.chance.randint(1, 12),
            self.chance.randint(1, 28),
        )
        fields = {
            "csrfmiddlewaretoken": token,
            "client_key": one.key,
            "state": "done",
            "kind": self.chance.choice(self.place.kinds),
            "areas": self.chance.choice(self.place.areas),
            "occurred_on": f"{year}-{month:02}-{day:02}",
            "quantity": 1,
            "note": one.note,
        }
        return urlencode(fields)

    def send(self, body: str, token: str) -> int:
        status, answer, _cookies = self.ask("POST", self.place.path, body, token)
        if status in (200, 201) and json.loads(answer)["status"] not in ("new", "known"):
            return -status
        return status

    def ask(self, method: str, path: str, body: str | None = None, token: str = "") -> tuple[int, str, str]:
        """Status, text and cookies; status 0 where the connection broke before an answer came."""
        headers = {"Cookie": f"sessionid={self.session}" + (f"; csrftoken={self.cookie}" if token else "")}
        if body is not None:
            headers |= {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(*self.address, timeout=30)
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            text = response.read().decode()
            return response.status, text, response.headers.get("Set-Cookie", "")
        except (OSError, http.client.HTTPException):
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return 0, "", ""
