"""From the home screen of a phone to a saved activity in three taps; a code on the wall opens the form filled in."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from activities.models import Activity
from promises.choices import Role
from promises.models import Promise
from tests.e2e.conftest import OpenPage, member
from tests.e2e.test_accessibility import overflows, violations

HOME_SCREEN = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TARGET = 44  # pixels: what a thumb finds


@pytest.fixture
def patrol(running: Promise, open_page: OpenPage) -> tuple[User, Page]:
    """An officer who has logged a patrol in Kroksbäck the long way, and their phone."""
    officer = member(running, Role.OFFICER, "police")
    page = open_page(officer, **HOME_SCREEN)
    page.goto(reverse("activities:log_form", args=[running.slug, 3]))
    page.get_by_label("Fotpatrull").tap(force=True)
    page.get_by_label("Kroksbäck", exact=True).tap(force=True)
    page.get_by_label("Anteckning").fill("Lugnt på torget")
    page.get_by_role("button", name="Spara", exact=True).tap()
    page.get_by_text("Sparad:").wait_for()
    return officer, page


def test_three_taps_from_the_home_screen_to_a_saved_row(patrol: tuple[User, Page]):
    officer, page = patrol
    page.goto("/logga/")  # the first tap: the icon on the home screen
    page.get_by_role("link", name="Logga igen").tap()
    page.get_by_role("button", name="Spara", exact=True).tap()
    page.get_by_text("Sparad:").wait_for()

    assert "Nu 2 av 25 aktiviteter." in page.locator("main").inner_text()
    assert "Du loggade samma" in page.locator("main").inner_text()  # within a minute: asked, not blocked
    first, second = Activity.objects.order_by("logged_at")
    assert (second.kind, second.logged_by) == (first.kind, officer)
    assert list(second.areas.all()) == list(first.areas.all())
    assert second.occurred_on == timezone.localdate()
    assert (first.note, second.note) == ("Lugnt på torget", "")


def test_save_is_in_sight_without_scrolling_and_all_targets_are_large(patrol: tuple[User, Page]):
    _officer, page = patrol
    page.goto("/logga/")
    page.get_by_role("link", name="Logga igen").tap()
    page.get_by_role("button", name="Spara", exact=True).wait_for()
    box = page.get_by_role("button", name="Spara", exact=True).bounding_box()
    assert box["y"] + box["height"] <= 844
    small = page.evaluate(
        """least => [...document.querySelectorAll(
            "main button, main summary, main .choice label, main select, main input:not([type=hidden]), .again a")]
            .filter(one => one.checkVisibility())
            .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
            .filter(([, height]) => height < least)""",
        TARGET,
    )
    assert small == []


def test_save_and_log_another_keeps_the_choices(patrol: tuple[User, Page]):
    _officer, page = patrol
    page.goto("/logga/")
    page.get_by_role("link", name="Logga igen").tap()
    page.get_by_role("button", name="Spara och logga en till").tap()
    page.get_by_text("Sparad:").wait_for()
    assert page.get_by_label("Fotpatrull").is_checked()
    assert page.get_by_label("Kroksbäck", exact=True).is_checked()
    assert not page.get_by_label("Holma", exact=True).is_checked()
    assert page.get_by_label("Anteckning").input_value() == ""
    assert Activity.objects.count() == 2


def test_first_other_area_that_is_pressed_takes_the_place_of_that_of_last_time(patrol: tuple[User, Page]):
    _officer, page = patrol
    page.goto("/logga/")
    page.get_by_role("link", name="Synliga aktiviteter").first.tap()
    holma, kroksback = (page.get_by_label(name, exact=True) for name in ("Holma", "Kroksbäck"))
    page.get_by_text("Valt som du loggade senast").wait_for()
    assert (holma.is_checked(), kroksback.is_checked()) == (False, True)

    holma.tap(force=True)
    assert (holma.is_checked(), kroksback.is_checked()) == (True, False)

    kroksback.tap(force=True)
    assert (holma.is_checked(), kroksback.is_checked()) == (True, True)


def test_code_on_the_wall_opens_the_form_filled_in(open_page: OpenPage, running: Promise):
    officer = member(running, Role.OFFICER, "police")
    page = open_page(officer, **HOME_SCREEN)
    page.goto(reverse("activities:links", args=[running.slug]) + "?atagande=3")
    page.get_by_label("Trygghetsvandring").tap(force=True)
    page.get_by_label("Kroksbäck", exact=True).tap(force=True)
    page.get_by_role("button", name="Gör koderna").tap()
    page.locator(".code").wait_for()
    assert page.locator(".code").count() == 1
    assert page.locator(".code__qr svg").bounding_box()["width"] >= 150
    page.goto(page.locator(".code__url a").get_attribute("href"))
    assert page.get_by_label("Trygghetsvandring").is_checked()
    assert page.get_by_label("Kroksbäck", exact=True).is_checked()
    page.get_by_role("button", name="Spara", exact=True).tap()
    page.get_by_text("Sparad: trygghetsvandring i Kroksbäck").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_around_the_form_have_no_fault(patrol: tuple[User, Page], running: Promise, scheme: str):
    """Full: what is chosen beforehand, a link that is not understood, a row that came twice, the choice of promise."""
    officer, page = patrol
    other = Promise.objects.get(pk=running.pk)
    page.emulate_media(color_scheme=scheme)
    form = reverse("activities:log_form", args=[other.slug, 3])
    page.goto("/logga/")
    page.get_by_role("link", name="Logga igen").tap()
    page.get_by_role("button", name="Spara och logga en till").tap()
    page.get_by_text("Du loggade samma").wait_for()
    faults = [*violations(page), *(["overflows"] if overflows(page) else [])]
    links = reverse("activities:links", args=[other.slug])
    for address in ("/logga/?alla=1", f"{form}?typ=x&antal=y", "/konto/mitt-bidrag/", f"{links}?atagande=3"):
        page.goto(address)
        faults += [f"{address}: {fault}" for fault in violations(page)]
        if overflows(page):
            faults.append(f"{address} scrolls sideways")
    assert faults == []
    officer.memberships.all().delete()
    page.goto("/logga/")
    page.get_by_text("Du har ingen roll som loggar").wait_for()
    assert violations(page) == []


def test_sheet_of_codes_fits_on_paper(open_page: OpenPage, running: Promise):
    coordinator = member(running, Role.COORDINATOR, "police")
    page = open_page(coordinator, color_scheme="dark", viewport={"width": 673, "height": 900})
    page.goto(reverse("activities:links", args=[running.slug]))
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav:visible, form:visible, button:visible").count() == 0
    assert page.locator(".code:visible").count() == 4
    assert not overflows(page)
    tops = {round(box.bounding_box()["y"]) for box in page.locator(".code").all()}
    assert len(tops) == 2  # three side by side
    fills = re.findall(r'fill="(#[0-9a-f]{3,6})"', page.locator(".code__qr").first.inner_html())
    assert fills[:1] == ["#fff"]  # cameras need dark on light, whatever the colours of the screen are
