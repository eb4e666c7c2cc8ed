"""The pages that people open most weigh under 100 kB with everything they load, and ask for nothing else."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from activities.tests.factories import ActivityFactory
from promises.tests.factories import AreaFactory, CommitmentFactory, KindFactory, TargetFactory

LIMIT = 100_000
PACKED_ALREADY = {".woff2"}


@pytest.fixture
def busy(actors):
    """A promise with 300 activities."""
    commitment = CommitmentFactory(promise=actors.promise, number=1)
    TargetFactory(commitment=commitment)
    kind, area = KindFactory(commitment=commitment), AreaFactory(promise=actors.promise)
    for day in range(300):
        ActivityFactory(commitment=commitment, kind=kind, areas=[area], logged_by=actors.officer, day=day)
    return actors


def sent(path: Path) -> int:
    """Bytes on the wire of a static file, as the collected files are served."""
    body = path.read_bytes()
    return len(body) if path.suffix in PACKED_ALREADY else len(brotli.compress(body))


def loaded_by(html: str) -> set[Path]:
    """The static files of a page and what its stylesheets load in turn."""
    names = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html))
    found = {Path(finders.find(name)) for name in names}
    for sheet in [path for path in found if path.suffix == ".css"]:
        for name in re.findall(
            r'url\("?([^")#]+?\.(?:woff2|svg|png))"?\)', sheet.read_text(encoding="utf-8")
        ):
            if not name.startswith("data:"):
                found.add((sheet.parent / name).resolve())
    return found


@pytest.mark.parametrize(
    ("name", "more"), [("reports:dashboard", []), ("reports:commitment", [1]), ("activities:list", [])]
)
def test_page_weighs_under_100_kb(client, busy, name, more):
    client.force_login(busy.coordinator)
    html = client.get(reverse(name, args=[busy.promise.slug, *more])).content
    files = loaded_by(html.decode())
    assert {path.suffix for path in files} >= {".css", ".woff2", ".svg"}  # else nothing was weighed
    total = len(gzip.compress(html)) + sum(sent(path) for path in files)
    assert total < LIMIT


def test_page_shows_its_content_without_javascript(client, busy):
    """Small scripts for the menus and for what waits on a phone; none that the content waits for."""
    client.force_login(busy.coordinator)
    html = client.get(reverse("reports:dashboard", args=[busy.promise.slug])).content.decode()
    assert re.findall(r"<script[^>]*>", html) == [
        f'<script src="/static/js/{name}.js" defer>'
        for name in ("menus", "kept", "sending", "shells", "waiting")
    ]
