"""A picture from a phone's own camera, seen by the coordinator; with and without scripts."""

from activities.models import Activity, Evidence
from activities.tests.made_files import document, photo
from promises.choices import Role
from tests.e2e.conftest import PHONE, member
from tests.e2e.test_accessibility import overflows, violations

TAKEN = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(1200, 1600))}


def test_officer_adds_a_picture_right_after_saving_and_others_see_it(open_page, running, settings, tmp_path):
    settings.EVIDENCE_ROOT = tmp_path
    page = open_page(member(running, Role.OFFICER, "police"), viewport=PHONE)
    page.goto(f"/loften/{running.slug}/aktiviteter/logga/3/")
    page.get_by_label("Fotpatrull").check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_role("button", name="Spara", exact=True).click()

    page.get_by_role("link", name="Lägg till bild eller länk").click()
    page.get_by_label("Bild eller PDF").set_input_files(TAKEN)
    page.get_by_label("Vad visar den?").first.fill("Torget efter städningen")
    page.get_by_role("button", name="Lägg till", exact=True).click()

    page.get_by_text("Tillagt: Torget efter städningen.").wait_for()
    picture = page.get_by_role("img", name="Torget efter städningen")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    assert violations(page) == []
    assert not overflows(page)

    reader = open_page(member(running, Role.STAFF, "municipality"))
    reader.goto(Activity.objects.get().get_absolute_url())
    reader.get_by_role("link", name="Torget efter städningen").click()
    assert reader.url.endswith(f"/underlag/{Evidence.objects.get().pk}/")
    assert reader.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [
        1200,
        1600,
    ]


def test_without_scripts_a_wrong_file_is_told_and_the_words_stay(
    open_page, malmo, officer, settings, tmp_path
):
    settings.EVIDENCE_ROOT = tmp_path
    page = open_page(officer, viewport=PHONE, java_script_enabled=False)
    page.goto(f"/loften/{malmo.slug}/aktiviteter/logga/3/")
    page.get_by_label("Fotpatrull").check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_label("Datum").fill("2019-05-02")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_role("link", name="Lägg till bild eller länk").click()
    title = page.get_by_label("Vad visar den?").first

    title.fill("Torget")
    page.get_by_label("Bild eller PDF").set_input_files(
        {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic"}
    )
    page.get_by_role("button", name="Lägg till", exact=True).click()
    assert "IMG_1.HEIC: Det här är en bild i formatet HEIC" in page.locator(".error-summary").inner_text()
    assert title.input_value() == "Torget"

    page.get_by_label("Bild eller PDF").set_input_files(
        {"name": "protokoll.pdf", "mimeType": "application/pdf", "buffer": document(2)}
    )
    page.get_by_role("button", name="Lägg till", exact=True).click()
    page.get_by_text("Tillagt: Torget.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Torget", exact=True).click()
    assert download.value.suggested_filename == f"underlag-{Evidence.objects.get().pk}.pdf"
