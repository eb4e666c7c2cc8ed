"""A coordinator registers classes, a theme meeting is logged, the grid shows it."""

from activities.models import Attendance
from promises.models import SchoolClass
from tests.e2e.conftest import PHONE


def test_class_is_registered_met_and_shown_in_the_grid(open_page, malmo, coordinator, officer):
    desk = open_page(coordinator)
    desk.goto(f"/loften/{malmo.slug}/klasser/nya/")
    desk.get_by_label("Skola").select_option(label="Holmaskolan")
    desk.get_by_label("Läsår").select_option(label="2019/20")
    desk.get_by_label("Klass").nth(0).fill("5A")
    desk.get_by_label("Elever").nth(0).fill("24")
    desk.get_by_label("Klass").nth(1).fill("5B")
    desk.get_by_role("button", name="Spara").click()
    desk.get_by_text("Nu i registret").wait_for()
    assert [(one.label, one.pupils) for one in SchoolClass.objects.all()] == [("5A", 24), ("5B", None)]

    phone = open_page(officer, viewport=PHONE)
    phone.goto(f"/loften/{malmo.slug}/aktiviteter/logga/1/")
    phone.get_by_label("Skola").select_option(label="Holmaskolan")
    phone.get_by_label("Läsår").select_option(label="2019/20")
    phone.locator("form[method=get] button").click()
    phone.get_by_label("Datum").fill("2019-10-14")
    phone.get_by_label("Närvarande elever från 5A").fill("22")
    phone.get_by_role("button", name="Spara").click()
    phone.get_by_text("Sparad").wait_for()
    assert Attendance.objects.get().pupils_present == 22

    desk.goto(f"/loften/{malmo.slug}/ataganden/1/")
    assert "2019-10-14" in desk.locator(".cover tr", has_text="5A").first.inner_text()
    assert "saknas" in desk.locator(".cover tr", has_text="5B").first.inner_text().lower()
