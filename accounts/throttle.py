"""Slows down the guessing of passwords. Five minutes without another failure, and a count is forgotten.

An account is counted for each address by itself, so that a stranger who guesses does not shut out its owner,
and once more for all addresses together, so that many machines get nowhere either.
"""

import hashlib
import unicodedata

from django.core.cache import cache

WINDOW_SECONDS = 5 * 60
PER_ACCOUNT_AND_ADDRESS = 5
PER_ADDRESS = 30  # a police station is one address
PER_ACCOUNT = 50


def is_blocked(email: str, address: str) -> bool:
    keys = _keys(email, address)
    counts = cache.get_many(keys)
    return any(counts.get(key, 0) >= most for key, most in keys.items())


def note_failure(email: str, address: str) -> None:
    for key in _keys(email, address):
        cache.set(key, cache.get(key, 0) + 1, WINDOW_SECONDS)


def forget(email: str, address: str) -> None:
    """A sign-in lets the account begin anew; not the address, or one good account would open the rest."""
    cache.delete(_own_key(email, address))


def _keys(email: str, address: str) -> dict[str, int]:
    """Key -> how many it bears."""
    return {
        _own_key(email, address): PER_ACCOUNT_AND_ADDRESS,
        _key("address", address): PER_ADDRESS,
        _key("account", _spelled(email)): PER_ACCOUNT,
    }


def _own_key(email: str, address: str) -> str:
    return _key("both", f"{_spelled(email)} {address}")


def _spelled(email: str) -> str:
    """As the account is found: whatever the case, however the letters are composed."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _key(kind: str, value: str) -> str:
    """Hashed: the cache keeps no e-mail and no address."""
    return f"signin:{kind}:{hashlib.sha256(value.encode(errors='replace')).hexdigest()}"
