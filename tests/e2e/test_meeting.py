"""The meeting view on a wall: by keys, by links without JavaScript, in full screen, without scrolling."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from promises.choices import Role
from promises.models import Promise
from tests.e2e.conftest import OpenPage, member

WALLS = [(1280, 720), (1920, 1080)]


@pytest.fixture
def examples(transactional_db: None, settings) -> Promise:
    settings.EXAMPLE_DATA = True
    call_command("load_examples", verbosity=0)
    return Promise.objects.get()


def test_meeting_walks_by_keys(open_page: OpenPage, examples: Promise):
    page = open_page(member(examples, Role.STAFF, "municipality"))
    page.goto(reverse("reports:meeting", args=[examples.slug]))
    for key, place in (
        ("ArrowRight", "2 av 6"),
        ("PageDown", "3 av 6"),
        ("ArrowLeft", "2 av 6"),
        ("End", "6 av 6"),
        ("ArrowRight", "6 av 6"),
        ("Home", "1 av 6"),
    ):
        page.keyboard.press(key)
        expect(page.locator(".meeting__place")).to_have_text(place)
    page.keyboard.press("Escape")
    page.wait_for_url(reverse("reports:dashboard", args=[examples.slug]), wait_until="commit")


def test_meeting_stays_in_full_screen_from_page_to_page(open_page: OpenPage, examples: Promise):
    page = open_page(member(examples, Role.STAFF, "municipality"))
    page.goto(reverse("reports:meeting", args=[examples.slug]))
    page.get_by_role("button", name="Helskärm").click()
    page.wait_for_function("document.fullscreenElement !== null")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".meeting__place")).to_have_text("2 av 6")
    assert page.evaluate("document.fullscreenElement !== null")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.get_by_role("link", name="Nästa").click()
    expect(page.locator(".meeting__place")).to_have_text("3 av 6")
    assert page.evaluate("document.fullscreenElement !== null")
    assert page.url.endswith("/mote/2/")
    page.go_back()
    expect(page.locator(".meeting__place")).to_have_text("2 av 6")


def test_meeting_works_by_links_alone(open_page: OpenPage, examples: Promise):
    page = open_page(member(examples, Role.STAFF, "municipality"), java_script_enabled=False)
    page.goto(reverse("reports:meeting", args=[examples.slug]) + "?per=2019-09-15")
    for number in range(2, 7):
        page.get_by_role("link", name="Nästa").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".meeting__place")).to_have_text(f"{number} av 6")
    assert page.get_by_role("link", name="Nästa").count() == 0
    assert page.get_by_role("button", name="Helskärm").count() == 0
    assert page.url.endswith("/mote/nu/?per=2019-09-15")


@pytest.mark.parametrize(("width", "height"), WALLS)
def test_meeting_page_fits_the_wall(open_page: OpenPage, examples: Promise, width: int, height: int):
    """Nobody scrolls a wall: every page ends above its lower edge, and the number is large."""
    page = open_page(
        member(examples, Role.STAFF, "municipality"), viewport={"width": width, "height": height}
    )
    too_long = []
    for place in ("", "1/", "2/", "3/", "4/", "nu/"):
        page.goto(reverse("reports:meeting", args=[examples.slug]) + place)
        if page.evaluate("document.documentElement.scrollHeight > window.innerHeight"):
            too_long.append(page.locator("h1").inner_text())
        sizes = page.locator(".meeting__figure strong").evaluate_all(
            "all => all.map(one => parseFloat(getComputedStyle(one).fontSize) / window.innerHeight)"
        )
        assert len(sizes) == (place[:1].isdigit())
        assert all(size > 0.1 for size in sizes)
    assert too_long == []
