"""Guessing passwords is slow, and nobody is shut out by the guesses of others."""

import pytest
from django.core.cache import cache

from accounts import throttle

pytestmark = pytest.mark.django_db

EMAIL, HERE, THERE = "polis@example.se", "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def no_failures_yet(db):
    cache.clear()


def fail(times, email=EMAIL, address=HERE):
    for _ in range(times):
        throttle.note_failure(email, address)


def test_account_is_blocked_at_the_fifth_failure_and_not_before():
    fail(4)
    assert not throttle.is_blocked(EMAIL, HERE)

    fail(1)

    assert throttle.is_blocked(EMAIL, HERE)


def test_failures_elsewhere_do_not_shut_out_the_owner():
    fail(5, address=THERE)

    assert not throttle.is_blocked(EMAIL, HERE)


def test_account_is_blocked_everywhere_after_failures_from_many_addresses():
    for number in range(10):
        fail(5, address=f"198.51.100.{number}")

    assert throttle.is_blocked(EMAIL, HERE)


def test_address_is_blocked_after_failures_on_many_accounts():
    for number in range(30):
        fail(1, email=f"person{number}@example.se")

    assert throttle.is_blocked(EMAIL, HERE)
    assert not throttle.is_blocked(EMAIL, THERE)


def test_account_is_the_same_however_it_is_spelled():
    fail(5, email=" POLIS@example.se ")

    assert throttle.is_blocked(EMAIL, HERE)


def test_forget_lets_the_account_begin_anew_but_not_the_address():
    fail(5)
    fail(25, email="annan@example.se")

    throttle.forget(EMAIL, HERE)

    assert throttle.is_blocked(EMAIL, HERE)  # thirty from this address
    assert not throttle.is_blocked(EMAIL, THERE)


def test_count_is_forgotten_when_the_time_is_over(monkeypatch):
    monkeypatch.setattr(throttle, "WINDOW_SECONDS", 0)

    fail(5)

    assert not throttle.is_blocked(EMAIL, HERE)


def test_cache_holds_neither_e_mail_nor_address(monkeypatch):
    keys = []
    monkeypatch.setattr(throttle.cache, "set", lambda key, *_rest: keys.append(key))

    fail(1)

    assert len(keys) == 3
    assert not any(EMAIL in key or HERE in key for key in keys)


def test_text_that_is_no_unicode_is_counted_too():
    fail(5, email="\udcff")

    assert throttle.is_blocked("\udcff", HERE)
