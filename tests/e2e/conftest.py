"""A real Chromium against the site, with the Malmö promise as it comes with the site."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from accounts.models import User
from accounts.tests.factories import UserFactory
from promises.choices import Role
from promises.models import Promise
from promises.tests.factories import MembershipFactory

MALMO = Path(settings.BASE_DIR) / "promises" / "data" / "malmo-vaster-2019-2020.yaml"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
# No background traffic, and no sandbox where the tests run as root, as in a container.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=sv",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    # Playwright's event loop runs in this thread; the tests talk to the database between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def launch(driver: Playwright, chromium_path: str) -> dict[str, Any]:
    """How the tests' browser is started."""
    env = {**os.environ, "LANGUAGE": "sv", "LANG": "sv_SE.UTF-8"}
    return {"executable_path": chromium_path, "args": ARGUMENTS, "env": env}


@pytest.fixture(scope="session")
def chromium(driver: Playwright, launch: dict[str, Any]) -> Iterator[Browser]:
    browser = driver.chromium.launch(**launch)
    yield browser
    browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[OpenPage]:
    """open_page(user, viewport=PHONE, …) -> a page of a signed-in person. Script errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(user: User | None = None, **options: object) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="sv-SE",
            # What they fetch on their own is tried in test_offline.py, and stands in the way of all else.
            **{"viewport": DESK, "service_workers": "block", **options},
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def malmo(transactional_db: None) -> Promise:
    """The Malmö promise, with nothing logged and no register."""
    call_command("load_promise", str(MALMO), verbosity=0)
    return Promise.objects.get()


@pytest.fixture
def running(transactional_db: None, tmp_path: Path) -> Promise:
    """The same promise as if it had been made for this year and the next, so that today is a day to log."""
    year = timezone.localdate().year
    text = MALMO.read_text(encoding="utf-8")
    for old, new in (("2019-01-01", f"{year}-01-01"), ("2020-12-31", f"{year + 1}-12-31")):
        text = text.replace(old, new)
    path = tmp_path / MALMO.name
    path.write_text(text, encoding="utf-8")
    call_command("load_promise", str(path), verbosity=0)
    return Promise.objects.get()


def member(promise: Promise, role: Role, kind: str) -> User:
    """A person with a role, for the police or the municipality."""
    organisation = promise.parties.filter(organisation__kind=kind).first().organisation
    user = UserFactory(email=f"{role}.{kind}@example.se")
    MembershipFactory(user=user, promise=promise, organisation=organisation, role=role)
    return user


@pytest.fixture
def officer(malmo: Promise) -> User:
    return member(malmo, Role.OFFICER, "police")


@pytest.fixture
def coordinator(malmo: Promise) -> User:
    return member(malmo, Role.COORDINATOR, "police")


A_DAY = date(2019, 5, 2)
