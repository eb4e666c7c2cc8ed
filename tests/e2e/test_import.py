"""A coordinator sends in a file, puts right what is wrong, reads it in, and takes it back."""

import pytest

from activities.models import Activity, ImportBatch
from tests.e2e.conftest import DESK, MALMO, PHONE
from tests.e2e.test_accessibility import overflows, violations

SLUG = MALMO.stem
ROWS = """id;datum;åtagande;typ;antal;områden
a;2019-05-02;3;Fotpatrull;2;Holma
b;2019-05-03;3;Fotpatrul;1;Holma
c;2019-05-04;3;Fotpatrul;1;Kroksbäck
d;2019-05-05;3;Nattvandring;många;Kroksbäck
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rader.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "look",
    [(DESK, "light", True), (PHONE, "dark", False)],
    ids=["desk", "phone-no-js"],
)
def test_coordinator_reads_in_a_file_with_errors(open_page, coordinator, file, look):
    viewport, scheme, script = look
    page = open_page(coordinator, viewport=viewport, color_scheme=scheme, java_script_enabled=script)
    faults = []

    def examine():
        if script:
            page.wait_for_load_state()
            faults.extend(violations(page))

    page.goto(f"/loften/{SLUG}/inlasning/")
    examine()
    page.get_by_label("Fil med aktiviteter").set_input_files(file)
    page.get_by_role("button", name="Se raderna").click()

    page.get_by_role("heading", name="3 rader behöver rättas").wait_for()
    examine()
    assert not Activity.objects.exists()
    with page.expect_download() as marked:
        page.get_by_role("link", name="Hämta filen med felen markerade").click()
    assert marked.value.suggested_filename.endswith("-att-ratta.xlsx")

    page.get_by_role("link", name="Rätta raderna här").click()
    page.get_by_role("heading", name="Rad 3").wait_for()
    examine()
    page.get_by_label("typ", exact=True).fill("Fotpatrull")
    page.get_by_label("Ändra samma text i de andra raderna också").check()
    page.get_by_role("button", name="Kontrollera igen").press("Enter")
    page.get_by_text("1 rad är kvar att rätta.").wait_for()
    page.get_by_label("antal", exact=True).fill("3")
    page.get_by_role("button", name="Kontrollera igen").press("Enter")

    page.get_by_role("heading", name="4 rader är klara att läsas in").wait_for()
    examine()
    assert script is False or not overflows(page)
    page.get_by_role("button", name="Läs in 4 rader").click()
    page.get_by_role("heading", name="4 aktiviteter lades till").wait_for()
    examine()
    page.get_by_role("link", name="Se 4 aktiviteter").click()
    assert page.locator(".data-table tbody tr").count() == 4
    assert ImportBatch.objects.get().added == 4

    page.go_back()
    page.get_by_role("link", name="Ångra inläsningen").click()
    page.get_by_text("4 aktiviteter makuleras.").wait_for()
    examine()
    page.get_by_role("button", name="Ångra inläsningen").press("Enter")
    page.get_by_label("Varför ångras inläsningen?").fill("Fel år i filen")
    page.get_by_role("button", name="Ångra inläsningen").press("Enter")
    page.get_by_role("heading", name="Inläsningen är ångrad").wait_for()
    examine()
    assert not Activity.objects.valid().exists()
    assert Activity.objects.count() == 4  # nothing is deleted
    assert faults == []
