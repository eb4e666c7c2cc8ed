"""What every test shares: a database like the site's own, quick passwords, and the browser's whereabouts."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from promises import set_up
from promises.tests.actors import Actors, make_actors
from promises.tests.factories import PromiseFactory
from reports import windows

# A slow machine is no fault of the rule that is tried.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")

CHROMIUM_MISSING = (
    "Browser tests need Chromium: sudo apt install chromium (macOS: set CHROMIUM to its program)"
)


def find_chromium() -> str | None:
    """The browser: $CHROMIUM, one on PATH, or the one that macOS keeps among its applications."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    names.append("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that use the database: for the second database, as arithmetic has none",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    uses = {"db", "transactional_db", "django_db_setup", "live_server"}
    pure = [
        item
        for item in items
        if item.get_closest_marker("django_db") is None and uses.isdisjoint(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=pure)
    items[:] = [item for item in items if item not in set(pure)]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser for tests marked e2e. Without one they are skipped, or fail where REQUIRE_ALL is set."""
    path = find_chromium()
    if path is None and os.environ.get("REQUIRE_ALL"):
        pytest.fail(CHROMIUM_MISSING)
    return path or pytest.skip(CHROMIUM_MISSING)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite tests run on a file, as the site does.

    Django's default, a database in memory, is one connection that a browser test and its server thread would
    share: their transactions would run into each other, and no lock would ever be met.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder: Path = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """The real hash is slow on purpose; no test is about it."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def evidence_of_its_own(tmp_path_factory: pytest.TempPathFactory):
    """Files of activities never land among those of the site."""
    with override_settings(EVIDENCE_ROOT=tmp_path_factory.mktemp("evidence")):
        yield


@pytest.fixture(autouse=True)
def swedish():
    """A page in English leaves its language to whatever runs next in the thread; here every test begins anew."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_kept():
    """What the process keeps between requests would hide from one test what another one did to the code."""
    windows._cut.cache_clear()
    set_up.forget()


@pytest.fixture
def actors(db: None) -> Actors:
    """A promise with one person of each kind."""
    return make_actors(PromiseFactory())
