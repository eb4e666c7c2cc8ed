"""An officer plans for a day from the calendar, and when the day has come one press makes it done."""

from datetime import timedelta

from django.utils import timezone

from activities.choices import State
from activities.models import Activity
from activities.rules import Entry
from activities.services import log_activity
from promises.choices import Role
from promises.permissions import access_to
from tests.e2e.conftest import DESK, PHONE, member


def planned(promise, officer, day):
    """A patrol in Holma, planned while its day lay ahead."""
    commitment = promise.commitments.get(number=3)
    return log_activity(
        access=access_to(promise.slug, officer),
        commitment=commitment,
        entry=Entry(
            state=State.PLANNED,
            occurred_on=day,
            kind=commitment.kinds.first(),
            areas=(promise.areas.get(name="Holma"),),
        ),
        today=day,
    )[0]


def test_plan_of_today_is_done_by_one_press_on_a_phone(open_page, running):
    officer = member(running, Role.OFFICER, "police")
    row = planned(running, officer, timezone.localdate())
    page = open_page(officer, viewport=PHONE)
    page.goto(f"/loften/{running.slug}/aktiviteter/planering/?vy=lista")

    page.get_by_role("button", name="Genomförd").click()

    page.get_by_role("status").get_by_text("Genomförd: ").wait_for()
    assert "vy=lista" in page.url
    assert page.get_by_role("button", name="Genomförd").count() == 0
    assert Activity.objects.get(pk=row.pk).is_counted
    page.get_by_role("link", name="Lägg till uppgifter eller rätta").click()
    page.get_by_label("Varför rättas raden?").wait_for()


def test_day_of_the_calendar_opens_the_form_with_its_date_by_keyboard(open_page, running):
    officer = member(running, Role.OFFICER, "police")
    day = timezone.localdate() + timedelta(days=1)
    page = open_page(officer, viewport=DESK)
    page.goto(f"/loften/{running.slug}/aktiviteter/planering/?atagande=3&manad={day:%Y-%m}")
    plus = page.locator(f'a[href$="datum={day.isoformat()}"]')
    plus.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Datum").wait_for()
    assert page.get_by_label("Datum").input_value() == day.isoformat()
    assert page.get_by_label("Planerad").is_checked()

    page.get_by_label("Fotpatrull").check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Planerad:").wait_for()

    row = Activity.objects.get()
    assert (row.state, row.occurred_on) == (State.PLANNED, day)
    page.goto(f"/loften/{running.slug}/aktiviteter/planering/?manad={day:%Y-%m}")
    assert page.locator(".month .plan-item--planned").count() == 1


def test_months_cells_become_days_under_each_other_on_a_phone(open_page, running):
    officer = member(running, Role.OFFICER, "police")
    planned(running, officer, timezone.localdate())
    address = f"/loften/{running.slug}/aktiviteter/planering/"
    desk, phone = open_page(officer, viewport=DESK), open_page(officer, viewport=PHONE)
    desk.goto(address)
    phone.goto(address)

    assert desk.locator(".month thead").is_visible()
    assert not phone.locator(".month thead").is_visible()
    assert phone.locator(".month__day:visible").count() == 1  # of today, which has a row
    assert phone.locator(".month__day:visible .month__name").is_visible()
    assert desk.locator(".month__day:visible").count() >= 28


def test_calendar_address_is_made_and_can_be_fetched(open_page, running):
    officer = member(running, Role.OFFICER, "police")
    planned(running, officer, timezone.localdate())
    page = open_page(officer, viewport=PHONE)
    page.goto("/konto/kalender/")
    page.get_by_role("button", name="Skapa min adress").click()
    address = page.get_by_label("Kalenderadress").input_value()

    fetched = open_page(None).request.get(address)

    assert fetched.status == 200
    assert "Planerad: Fotpatrull\\, Holma" in fetched.text().replace("\r\n ", "")
    page.goto("/konto/kalender/")
    page.get_by_role("button", name="Ta tillbaka adressen").click()
    page.get_by_text("tagits tillbaka").wait_for()
    assert open_page(None).request.get(address).status == 404
