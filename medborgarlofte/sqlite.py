"""Search in Swedish on SQLite, whose own LIKE takes "öre" and "Örebro" for different letters."""

import re
from functools import lru_cache
from typing import Any

from django.db.backends.signals import connection_created


def swedish_like() -> None:
    """Give every new SQLite connection a LIKE that knows the case of all letters."""
    connection_created.connect(_register, dispatch_uid="swedish_like")


def like(pattern: object, value: object, escape: str | None = None) -> bool | None:
    """``value LIKE pattern ESCAPE escape``: % any text, _ one character, without regard to case."""
    if pattern is None or value is None:
        return None
    return _compiled(str(pattern), escape).match(str(value)) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str, escape: str | None) -> re.Pattern[str]:
    parts = []
    characters = iter(pattern)
    for one in characters:
        if one == escape:
            parts.append(re.escape(next(characters, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(one, re.escape(one)))
    return re.compile("".join(parts) + r"\Z", re.IGNORECASE | re.DOTALL)


def _register(*, connection: Any, **_signal: Any) -> None:
    if connection.vendor == "sqlite":
        for arguments in (2, 3):
            connection.connection.create_function("like", arguments, like, deterministic=True)
