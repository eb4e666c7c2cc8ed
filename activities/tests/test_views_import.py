"""Reading in a file in the browser: what each page says, and that nothing comes in by halves."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from xlsxwriter import Workbook

from activities.importer.services import store
from activities.models import Activity, ImportBatch, ImportRow
from activities.tests.importing_pages import PATROL, PLAN, content_of, kept, patrols, upload, url, verdicts
from activities.tests.pages import TODAY, text_of, world
from promises.tables import limits, reading

__all__ = ["world"]


def stored(world, *rows, who="coordinator"):
    return store(
        access=world.actors.access(who), batch=kept(world, *rows, who=who), reason="Rättat", today=TODAY
    )


def get(world, name, *args, who="coordinator", query=""):
    return world.client(who).get(url(world, name, *args) + query)


# --- Sending in


def test_upload_leads_to_every_row(world):
    answer = upload(world, content_of(*patrols(3), PATROL | {"typ": "Fotpatrul"}))

    batch = ImportBatch.objects.get()
    assert answer["Location"] == url(world, "detail", batch.pk)
    text = text_of(get(world, "detail", batch.pk))
    assert "1 rad behöver rättas innan något läses in" in text
    assert "4 rader: 3 nya och 1 att rätta." in text
    assert "Rad 5" in text
    assert "Fotpatrul" in text
    assert "Trygghetsvandring" in text  # what to write instead
    assert "Läs in 3 rader" not in text


def test_upload_without_a_file_is_told(world):
    answer = world.client("coordinator").post(url(world, "list"), {})

    assert answer.status_code == 400
    assert "Välj en fil" in text_of(answer)


def workbook(fill, *sheets):
    file = io.BytesIO()
    with Workbook(file) as book:
        for name in sheets or ("Aktiviteter",):
            fill(book.add_worksheet(name))
    return file.getvalue()


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (limits.MAX_UNPACKED + 1))
    return file.getvalue()


def formula(sheet):
    sheet.write_row(0, 0, ["datum", "åtagande"])
    sheet.write_formula(1, 0, "=TODAY()", None, 43831)


def elsewhere(sheet):
    sheet.write_row(0, 0, ["datum", "åtagande"])
    sheet.write_formula(1, 1, "='[annan.xlsx]Blad1'!A1", None, 3)


def far_out(sheet):
    sheet.write_row(0, 0, ["datum", "åtagande"])
    sheet.write(1, 16_383, "x")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rader.csv", b"", "Filen är tom"),
        ("rader.csv", content_of(PATROL).decode().encode("utf-16"), "UTF-8"),
        ("rader.csv", "datum;åtagande\n2020-05-01;3".encode("latin-1"), "UTF-8"),
        ("rader.txt", content_of(PATROL), ".xlsx"),
        ("rader.xlsx", content_of(PATROL), "skadad"),
        ("rader.csv", b"datum;\xc3\xa5tagande\n" + b'"' * 201, "Citattecknen"),
        ("rader.csv", b"datum;" + b"x;" * 1_000_000 + b"\n1", "fler än 60 celler"),
        ("rader.xlsx", bomb(), "100 MB"),
        ("rader.xlsx", workbook(lambda sheet: sheet.write(0, 0, "Budget"), "Blad1", "Blad2"), "Blad1"),
        ("rader.xlsx", workbook(formula), "A2"),
        ("rader.xlsx", workbook(elsewhere), "B2"),
        ("rader.xlsx", workbook(far_out), "XFD2"),
    ],
    ids=[
        "empty", "utf-16", "latin-1", "other kind", "no workbook", "quotes", "a million columns", "zip bomb",
        "wrong sheet", "formula", "other workbook", "far out",
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_says_why_and_is_not_kept(world, name, content, said):
    answer = upload(world, content, name=name)

    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not ImportBatch.objects.exists()


def test_too_large_file_is_thrown_away_as_it_comes(world, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 10)

    answer = upload(world, content_of(PATROL))

    assert answer.status_code == 400
    assert "större än" in text_of(answer)


def test_file_with_many_faults_of_its_form_does_not_fill_the_page(world):
    header = "datum;åtagande;" + ";".join(f"kolumn{n}" for n in range(50))

    text = text_of(upload(world, header.encode()))

    assert "fel till av det här slaget" in text


def test_upload_takes_a_token(world):
    client = world.client("coordinator")
    client.handler.enforce_csrf_checks = True

    assert client.post(url(world, "list"), {"file": io.BytesIO(content_of(PATROL))}).status_code == 403


# --- The preview


def test_preview_tells_old_and_new_and_asks_why(world):
    stored(world, PATROL)
    batch = kept(world, PATROL | {"antal": "5"}, PATROL | {"id": "b"})
    address = url(world, "detail", batch.pk)
    client = world.client("coordinator")

    text = text_of(client.get(address))
    assert "antal : 2 → 5" in text
    assert "Läs in 2 rader" in text
    refused = client.post(address, {"why": ""})
    assert (refused.status_code, Activity.objects.count()) == (400, 1)
    done = client.post(address, {"why": "Räknat om"}, follow=True)

    assert "1 aktivitet lades till och 1 rättades" in text_of(done)
    assert Activity.objects.get(client_key="a").quantity == 5


def test_preview_page_by_page_and_all(world):
    batch = kept(world, *patrols(120))

    first = get(world, "detail", batch.pk)
    assert first.content.decode().count("import-row__head") == 50
    assert "Visa alla 120" in text_of(first)
    third = get(world, "detail", batch.pk, query="?page=3")
    assert third.content.decode().count("import-row__head") == 20
    whole = get(world, "detail", batch.pk, query="?hela=1")
    assert whole.content.decode().count("import-row__head") == 120


def test_preview_shows_one_kind_of_rows_at_a_time(world):
    stored(world, PATROL)
    batch = kept(world, PATROL, PATROL | {"id": "b"}, PATROL | {"id": "c", "typ": "x"})

    assert "Rad 4" in text_of(get(world, "detail", batch.pk))
    assert "Rad 3" not in text_of(get(world, "detail", batch.pk))
    assert "Rad 2" in text_of(get(world, "detail", batch.pk, query="?visa=finns"))
    assert "Rad 3" in text_of(get(world, "detail", batch.pk, query="?visa=nya"))
    rows = text_of(get(world, "detail", batch.pk, query="?visa=alla"))
    assert all(f"Rad {n}" in rows for n in (2, 3, 4))


def test_preview_masks_personal_data(world):
    batch = kept(world, PATROL | {"anteckning": "ring 070-123 45 67"})

    for page in (get(world, "detail", batch.pk), get(world, "row", batch.pk, 2)):
        assert "070" not in page.content.decode()
        assert "telefonnummer" in text_of(page)


def test_preview_text_is_text(world):
    batch = kept(world, PATROL | {"typ": "<script>alert(1)</script>"})

    assert b"<script>alert" not in get(world, "detail", batch.pk).content


@pytest.mark.parametrize("rows", [3, 300])
def test_preview_query_budget(world, django_assert_num_queries, rows):
    stored(world, PATROL)
    batch = kept(world, *patrols(rows), *patrols(rows, typ="x", id=""), PATROL | {"antal": "5"})
    client = world.client("coordinator")
    address = url(world, "detail", batch.pk)
    client.get(address)

    with django_assert_num_queries(9):
        answer = client.get(address)
    assert answer.content.decode().count("import-row__head") == min(rows, 50)


def test_row_that_moved_since_the_preview_is_told(world):
    batch = kept(world, PATROL)
    stored(world, PATROL)

    answer = world.client("coordinator").post(url(world, "detail", batch.pk))

    assert answer.status_code == 409
    assert "1 rad har fått ett annat utfall" in text_of(answer)
    assert "Alla rader finns redan" in text_of(answer)


def test_row_that_came_to_change_an_activity_since_the_preview_asks_why(world):
    batch = kept(world, PATROL)
    stored(world, PATROL | {"antal": "1"})
    client = world.client("coordinator")

    moved = client.post(url(world, "detail", batch.pk))

    assert moved.status_code == 409
    assert 'name="why"' in moved.content.decode()
    assert "Skriv varför" not in text_of(moved)  # it had not been asked
    done = client.post(url(world, "detail", batch.pk), {"why": "Räknade om"}, follow=True)
    assert Activity.objects.get().quantity == 2, text_of(done)


def test_same_file_sent_in_again_is_pointed_out(world):
    first = stored(world, PATROL)

    page = get(world, "detail", kept(world, PATROL).pk)

    assert "Samma fil lästes in" in text_of(page)
    assert first.get_absolute_url() in page.content.decode()


def test_pressing_twice_leads_to_the_result(world):
    batch = kept(world, PATROL)
    client = world.client("coordinator")
    client.post(url(world, "detail", batch.pk))

    again = client.post(url(world, "detail", batch.pk), follow=True)

    assert "Filen är redan inläst" in text_of(again)
    assert Activity.objects.count() == 1


def test_running_import_says_how_far_it_is_and_then_that_it_was_broken_off(world):
    batch = kept(world, *patrols(3))
    ImportBatch.objects.update(state="storing", attempt=1, progress=2, beat_at=timezone.now())
    page = get(world, "detail", batch.pk)
    assert "2 av 3 rader genomgångna" in text_of(page)
    answer = get(world, "progress", batch.pk).json()
    assert (answer["running"], answer["progress"], answer["rows"]) == (True, 2, 3)

    ImportBatch.objects.update(beat_at=timezone.now() - timedelta(minutes=3))
    page = get(world, "detail", batch.pk)

    assert "Inläsningen avbröts. Inget lästes in: försök igen." in text_of(page)
    assert get(world, "progress", batch.pk).json()["running"] is False
    done = world.client("coordinator").post(url(world, "detail", batch.pk), follow=True)
    assert "3 aktiviteter lades till" in text_of(done)


# --- Mending


def test_mending_leads_from_fault_to_fault_and_back(world):
    batch = kept(world, PATROL | {"typ": "x"}, PATROL | {"id": "b", "antal": "y"})
    client = world.client("coordinator")
    page = client.get(url(world, "row", batch.pk, 2))
    assert 'value="x"' in page.content.decode()
    right = {
        "id": "a",
        "datum": "2020-05-01",
        "atagande": "3",
        "typ": "Fotpatrull",
        "antal": "2",
        "omraden": "Holma",
    }

    still = client.post(url(world, "row", batch.pk, 2), right | {"datum": "2020-13-01"})
    assert still.status_code == 400
    assert 'value="2020-13-01"' in still.content.decode()
    on = client.post(url(world, "row", batch.pk, 2), right)
    assert on["Location"] == url(world, "row", batch.pk, 3)
    assert "1 rad är kvar att rätta" in text_of(client.get(on["Location"]))
    back = client.post(url(world, "row", batch.pk, 3), right | {"id": "b"})

    assert back["Location"] == url(world, "detail", batch.pk)
    assert verdicts(batch) == {2: "new", 3: "new"}


def test_mending_a_row_of_a_file_that_was_stored_meanwhile_says_so(world):
    batch = kept(world, PATROL | {"typ": "x"})
    client = world.client("coordinator")
    right = {"id": "a", "datum": "2020-05-01", "atagande": "3", "typ": "Fotpatrull", "omraden": "Holma"}
    client.post(url(world, "row", batch.pk, 2), right)
    client.post(url(world, "detail", batch.pk))

    again = client.post(url(world, "row", batch.pk, 2), right, follow=True)

    assert again.status_code == 200
    assert "Filen är redan inläst" in text_of(again)


def test_mending_offers_the_column_that_the_file_lacks(world):
    row = {name: text for name, text in PATROL.items() if name != "typ"}
    batch = kept(world, row)

    assert 'name="typ"' in get(world, "row", batch.pk, 2).content.decode()


def test_mending_text_typed_with_personal_data_stays_on_the_page_only(world):
    batch = kept(world, PATROL | {"anteckning": "x", "typ": "y"})

    answer = world.client("coordinator").post(
        url(world, "row", batch.pk, 2), {"id": "a", "anteckning": "ring 070-123 45 67"}
    )

    assert "070-123 45 67" in answer.content.decode()  # nothing typed is lost
    assert "070-123" not in str(list(ImportRow.objects.values()))


def test_row_that_is_not_there_is_404(world):
    assert get(world, "row", kept(world, PATROL).pk, 99).status_code == 404


# --- Afterwards


def test_stored_import_leads_to_its_rows_and_they_to_it(world):
    batch = stored(world, *patrols(3))
    world.log()

    page = get(world, "detail", batch.pk)
    link = f"{world.base}?inlasning={batch.pk}"
    assert link in page.content.decode()
    assert "3 aktiviteter" in text_of(world.client("officer").get(link))
    row = text_of(
        world.client("officer").get(world.row_url(Activity.objects.filter(import_batch=batch).first()))
    )
    assert f"Inläst från fil {timezone.localdate():%Y-%m-%d}"[:17] in row
    assert f"av {world.user('coordinator')}" in row


def test_filter_of_an_import_that_does_not_exist_is_refused(world):
    assert world.client("officer").get(f"{world.base}?inlasning=1").status_code == 400


def test_list_of_imports_says_who_when_and_what(world):
    stored(world, *patrols(3))
    kept(world, PATROL, name="mars.csv")

    text = text_of(get(world, "list"))

    assert "mars.csv" in text
    assert "3 aktiviteter lades till" in text
    assert str(world.user("coordinator")) in text


@pytest.mark.parametrize("files", [2, 40])
def test_list_of_imports_query_budget(world, django_assert_num_queries, files):
    for _n in range(files // 2):
        kept(world, PATROL)
    for n in range(files // 2):
        stored(world, PATROL | {"id": f"q{n}"})
    client = world.client("coordinator")
    client.get(url(world, "list"))

    with django_assert_num_queries(6):
        client.get(url(world, "list"))


def test_discarded_file_is_gone(world):
    batch = kept(world, PATROL)

    answer = world.client("coordinator").post(url(world, "discard", batch.pk), follow=True)

    assert "Inget av den sparades" in text_of(answer)
    assert get(world, "detail", batch.pk).status_code == 404


# --- Secrecy


@pytest.mark.parametrize("name", ["detail", "progress", "marked"])
def test_file_of_the_police_does_not_exist_for_the_municipality(world, name):
    batch = kept(world, PLAN)

    assert get(world, name, batch.pk, who="city_coordinator").status_code == 404
    assert get(world, "row", batch.pk, 2, who="city_coordinator").status_code == 404
    assert get(world, "list", who="city_coordinator").content.count(b"rader.csv") == 0
    assert world.client("city_coordinator").post(url(world, "discard", batch.pk)).status_code == 404


def test_page_of_a_row_that_was_planned_does_not_tell_the_municipality_when_it_was_read_in(world):
    stored(world, PLAN, PATROL)
    secret = Activity.objects.get(client_key="hemlig")
    Activity.objects.filter(pk=secret.pk).update(
        state="done", done_at=timezone.now(), occurred_on="2020-05-01"
    )
    visible = Activity.objects.get(client_key="a")

    assert "Inläst från fil" in text_of(world.client("officer").get(world.row_url(secret)))
    assert "Inläst från fil" not in text_of(world.client("staff").get(world.row_url(secret)))
    assert "Inläst från fil" in text_of(world.client("staff").get(world.row_url(visible)))
    assert world.client("staff").get(f"{world.base}?inlasning={secret.import_batch_id}").status_code == 400
