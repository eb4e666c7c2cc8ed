"""An officer with a phone logs a visible activity, and the dashboard moves from 0 to 1."""

from django.utils import timezone

from activities.models import Activity
from promises.choices import Role
from tests.e2e.conftest import A_DAY, PHONE, member


def test_officer_logs_on_a_phone_and_the_dashboard_moves(open_page, running):
    officer = member(running, Role.OFFICER, "police")
    page = open_page(officer, viewport=PHONE)
    page.goto("/")
    row = page.locator(".commitment", has_text="Synligt trygghetsskapande arbete")
    assert row.locator(".figure strong").inner_text() == "0"

    page.get_by_role("link", name="Logga", exact=True).click()
    page.get_by_role("link", name="Synliga aktiviteter").click()
    page.get_by_label("Fotpatrull").check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_role("button", name="Spara", exact=True).click()  # today is filled in

    page.get_by_text("Sparad").wait_for()
    page.goto("/")
    assert row.locator(".figure strong").inner_text() == "1"
    logged = Activity.objects.get()
    assert (logged.kind.name, logged.logged_by) == ("Fotpatrull", officer)
    assert logged.occurred_on == timezone.localdate()
    assert [area.name for area in logged.areas.all()] == ["Holma"]

    row.locator(".figure a").click()
    assert page.locator(".data-table tbody tr").count() == 1  # the number leads to the row behind it


def test_officer_uses_the_keyboard_only(open_page, malmo, officer):
    page = open_page(officer)
    page.goto(f"/loften/{malmo.slug}/aktiviteter/logga/3/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    _tab_to(page, page.locator("summary", has_text="Fler slag"))
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")  # back into the group, whose arrows now lead on to the folded ones
    for _step in range(5):
        page.keyboard.press("ArrowDown")
    _tab_to(page, page.get_by_label("Holma", exact=True))
    page.keyboard.press("Space")
    _tab_to(page, page.get_by_label("Datum"))
    page.keyboard.type("20190502")
    _tab_to(page, page.get_by_role("button", name="Spara", exact=True))
    page.keyboard.press("Enter")

    page.get_by_text("Sparad").wait_for()
    logged = Activity.objects.get()
    assert (logged.kind.name, logged.occurred_on) == ("Skolbesök", A_DAY)


def test_officer_without_javascript_sees_every_fault_and_loses_nothing(open_page, malmo, officer):
    page = open_page(officer, viewport=PHONE, java_script_enabled=False)
    page.goto(f"/loften/{malmo.slug}/aktiviteter/logga/3/")
    page.get_by_label("Holma", exact=True).check()
    page.get_by_label("Anteckning").fill("Nattvandring med föräldrar, ring 070-123 45 67")
    page.get_by_label("Datum").fill("2021-01-01")
    page.get_by_role("button", name="Spara", exact=True).click()

    summary = page.locator(".error-summary")
    assert "2021-01-01" in summary.inner_text()
    assert "telefonnummer" in summary.inner_text()
    assert page.get_by_label("Anteckning").input_value() == "Nattvandring med föräldrar, ring 070-123 45 67"
    assert page.get_by_label("Holma", exact=True).is_checked()
    assert not Activity.objects.exists()


def _tab_to(page, target) -> None:
    for _step in range(80):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")
