"""A coordinator reads in the register, a visit is logged on a phone in few taps, the grid shows it."""

import pytest

from activities.models import Attendance
from promises.models import SchoolClass
from tests.e2e.conftest import PHONE

HEADER = "skola;läsår;klass;årskurs;elever"
ROWS = ["Holmaskolan;2019/20;5A;5;24", "Holmaskolan;2019/20;5B;5;", "Kroksbäcksskolan;2019/20;5A;5;21"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "klasser.csv"
    path.write_text("\n".join([HEADER, *ROWS]), encoding="utf-8")
    return path


def read_in(page, malmo, file):
    page.goto(f"/loften/{malmo.slug}/klasser/")
    page.get_by_role("link", name="Läs in klasser").click()
    page.get_by_label("Fil").set_input_files(file)
    page.get_by_role("button", name="Läs filen").click()
    page.get_by_text("3 nya, 0 ändrade, 0 oförändrade").wait_for()
    assert SchoolClass.objects.count() == 0
    page.get_by_role("button", name="Spara i registret").click()
    page.get_by_text("Registret är sparat").wait_for()


@pytest.fixture
def people(coordinator, officer):
    return coordinator, officer


@pytest.mark.parametrize("script", [True, False])
def test_register_is_read_in_and_a_visit_logged_on_a_phone(open_page, malmo, people, file, script):
    coordinator, officer = people
    desk = open_page(coordinator, java_script_enabled=script)
    read_in(desk, malmo, file)
    assert [(one.label, one.pupils) for one in SchoolClass.objects.all()] == [
        ("5A", 24),
        ("5B", None),
        ("5A", 21),
    ]

    phone = open_page(officer, viewport=PHONE, java_script_enabled=script)
    phone.goto(f"/loften/{malmo.slug}/aktiviteter/logga/1/?lasar=2019/20")
    phone.get_by_text("Läsår", exact=False).locator("visible=true").first.click()
    phone.get_by_label("Läsår").select_option(label="2019/20")
    phone.get_by_role("button", name="Holmaskolan").click()
    phone.get_by_label("Datum").fill("2019-10-14")
    phone.locator("label", has_text="Alla 24 i 5A").click()
    if script:
        assert phone.get_by_label("Närvarande elever från 5A").input_value() == "24"
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.get_by_role("button", name="Spara", exact=True).click()
    phone.get_by_text("Sparad").first.wait_for()
    assert Attendance.objects.get().pupils_present == 24

    # The next visit: the school of last time, and the class that is left stands first.
    phone.goto(f"/loften/{malmo.slug}/aktiviteter/logga/1/?skola=holmaskolan&lasar=2019/20")
    assert phone.locator("[data-class]").first.inner_text().startswith("5B")
    assert "träffad 2019-10-14" in phone.locator("[data-class]").nth(1).inner_text()

    desk.goto(f"/loften/{malmo.slug}/ataganden/1/")
    assert "2019-10-14" in desk.locator(".cover tr", has_text="5A").first.inner_text()
    assert "saknas" in desk.locator(".cover tr", has_text="5B").first.inner_text().lower()


def test_a_number_and_all_follow_each_other(open_page, malmo, people, file):
    coordinator, officer = people
    read_in(open_page(coordinator), malmo, file)
    phone = open_page(officer, viewport=PHONE)
    phone.goto(f"/loften/{malmo.slug}/aktiviteter/logga/1/?skola=holmaskolan&lasar=2019/20")
    row = phone.locator("[data-class]").first
    there, pupils, whole = (row.locator(f"[data-{name}]") for name in ("there", "pupils", "all"))

    row.locator("label", has_text="Alla").click()
    assert (there.is_checked(), pupils.input_value()) == (True, "24")
    pupils.fill("22")
    assert (there.is_checked(), whole.is_checked()) == (True, False)
    pupils.fill("24")
    assert whole.is_checked()
    there.uncheck()
    assert (pupils.input_value(), whole.is_checked()) == ("", False)
