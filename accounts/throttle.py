"""Slows down the guessing of passwords: five wrong in five minutes for an account, twenty from an address."""

import hashlib

from django.core.cache import cache

WINDOW_SECONDS = 5 * 60
PER_ACCOUNT = 5
PER_ADDRESS = 20


def is_blocked(email: str, address: str) -> bool:
    counts = cache.get_many(_keys(email, address))
    return any(counts.get(key, 0) >= most for key, most in _keys(email, address).items())


def note_failure(email: str, address: str) -> None:
    for key in _keys(email, address):
        if not cache.add(key, 1, WINDOW_SECONDS):
            cache.incr(key)


def forget(email: str, address: str) -> None:
    """After a sign-in the account begins anew; the address does not, or one good account would open the rest."""
    cache.delete(next(iter(_keys(email, address))))


def _keys(email: str, address: str) -> dict[str, int]:
    """Key -> how many it bears. Hashed: the cache keeps no e-mail."""
    return {
        _key("account", email.strip().casefold()): PER_ACCOUNT,
        _key("address", address): PER_ADDRESS,
    }


def _key(kind: str, value: str) -> str:
    return f"signin:{kind}:{hashlib.sha256(value.encode()).hexdigest()}"
