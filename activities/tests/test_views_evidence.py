"""Evidence in the browser: added, shown, taken away; and what is said when it cannot be."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from activities import storage
from activities.choices import State
from activities.evidence import add_file, add_link, take_away
from activities.models import MOST_EVIDENCE, Activity, Evidence
from activities.services import void_activity
from activities.tests.made_files import document, photo, picture
from activities.tests.pages import World, text_of, world
from history.models import Change

__all__ = ["world"]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.EVIDENCE_ROOT = tmp_path
    return tmp_path


def status(client: Client, url: str) -> int:
    answer = client.get(url)
    if answer.streaming:
        b"".join(answer)  # a file is closed at its end
    return answer.status_code


def page(world: World, row: Activity) -> str:
    return world.row_url(row, "underlag/")


def send(client: Client, url: str, content: bytes | None, *, name: str = "bild.jpg", title: str = "") -> Any:
    data: dict[str, Any] = {"title": title}
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content, "image/jpeg")
    return client.post(url, data)


def added(world: World, row: Activity, content: bytes | None = None, *, title: str = "Torget") -> Evidence:
    return add_file(
        access=world.actors.access("officer"), activity=row, content=content or picture(), title=title
    )[0]


def test_picture_is_added_and_shown_to_all_who_see_the_row(world):
    row, client = world.log(), world.client("officer")

    answer = send(client, page(world, row), photo(), title="Torget i Holma")

    assert answer.status_code == 302
    assert answer["Location"] == world.row_url(row)
    assert "Tillagt: Torget i Holma." in text_of(client.get(answer["Location"]))
    one = row.evidence.get()
    for name in ("officer", "staff", "city_signatory"):
        shown = world.client(name).get(world.row_url(row))
        assert "Torget i Holma" in text_of(shown)
        assert f'src="{one.get_absolute_url()}?liten"' in shown.content.decode()
        assert ("Lägg till bild eller länk" in text_of(shown)) == (name == "officer")
        assert ("Ta bort" in text_of(shown)) == (name == "officer")


def test_row_just_saved_leads_to_its_evidence(world):
    client = world.client("officer")

    answer = client.post(f"{world.base}logga/3/", world.sent(), follow=True)

    row = Activity.objects.get()
    assert "Sparad" in text_of(answer)
    assert f'href="{page(world, row)}"' in answer.content.decode()
    assert client.get(page(world, row)).status_code == 200


def test_link_is_added_and_followed_without_telling_where_from(world):
    row, client = world.log(link="https://polisen.se/"), world.client("officer")

    answer = client.post(
        page(world, row), {"url": "malmo.se/vandring", "link_title": "Inbjudan"}, follow=True
    )

    assert "Tillagt: Inbjudan." in text_of(answer)
    content = answer.content.decode()
    for url in ("https://polisen.se/", "https://malmo.se/vandring"):
        assert f'<a href="{url}" rel="noopener noreferrer nofollow">' in content


def test_row_shows_its_evidence_in_few_questions(world, django_assert_num_queries):
    row, client = world.log(), world.client("coordinator")
    add_link(access=world.actors.access("officer"), activity=row, url="https://malmo.se/a")
    client.get(world.row_url(row))
    with django_assert_num_queries(30, exact=False) as few:
        client.get(world.row_url(row))
    for number in range(MOST_EVIDENCE - 1):
        add_link(access=world.actors.access("officer"), activity=row, url=f"https://malmo.se/{number}")
    with django_assert_num_queries(30, exact=False) as many:
        client.get(world.row_url(row))

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("content", "content_type", "how"),
    [(picture(), "image/jpeg", "inline"), (document(), "application/pdf", "attachment")],
)
def test_file_is_served_as_what_it_is_and_kept_by_nobody(world, content, content_type, how):
    row = world.log()
    one = added(world, row, content)

    answer = world.client("staff").get(one.get_absolute_url())

    assert answer.status_code == 200
    with storage.open_file(one.stored) as file:
        assert b"".join(answer) == file.read()
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith(f'{how}; filename="underlag-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert not {"ETag", "Last-Modified"} & set(answer.headers)
    assert one.stored not in str(answer.headers)


def test_small_picture_is_small(world):
    one = added(world, world.log(), picture(size=(1000, 800)))
    client = world.client("staff")

    small, large = (
        Image.open(BytesIO(b"".join(client.get(one.get_absolute_url() + query)))) for query in ("?liten", "")
    )

    assert (small.size, large.size) == ((480, 384), (1000, 800))


def test_file_that_is_gone_from_the_disk_is_not_found(world, caplog):
    one = added(world, world.log())
    storage.remove(one.stored)

    assert world.client("staff").get(one.get_absolute_url()).status_code == 404
    assert f"file of evidence {one.pk} cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (None, "", "Välj en bild eller en PDF."),
        (b"", "tom.jpg", "tom.jpg: Filen är tom."),
        (picture("GIF"), "dans.jpg", "dans.jpg: GIF-bilder tas inte emot."),
        (b"\0\0\0\x18ftypheic", "IMG_1.HEIC", "IMG_1.HEIC: Det här är en bild i formatet HEIC"),
        (b"<svg onload=x()>", "ritning.jpg", "ritning.jpg: SVG-bilder tas inte emot."),
        (b"MZ" + bytes(99), "ritning.jpg", "ritning.jpg: Det här är varken en bild"),
        (picture(size=(300, 300))[:400], "halv.jpg", "halv.jpg: Filen är skadad"),
        (bytes(10_000_001), "stor.pdf", "stor.pdf: Filen är större än 10 MB."),
        (b"MZ", "<script>x()</script>.jpg", "script>.jpg: Det här är varken en bild"),
        (b"MZ", "19900101-1234.jpg", "Det här är varken en bild"),
    ],
)
def test_file_that_cannot_be_kept_is_named_with_the_reason(world, folder, content, name, words):
    row = world.log()

    answer = send(world.client("officer"), page(world, row), content, name=name, title="Torget i Holma")

    assert answer.status_code == (413 if name == "stor.pdf" else 400)
    assert words in text_of(answer)
    assert 'value="Torget i Holma"' in answer.content.decode()
    assert "19900101" not in answer.content.decode()
    assert "<script>x()" not in answer.content.decode()
    assert not Evidence.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_name_of_the_file_is_kept_nowhere(world, folder):
    row = world.log()

    send(world.client("officer"), page(world, row), picture(), name="Hemligt Namn 19900101-1234.jpg")

    one = row.evidence.get()
    stored = [str(value) for value in vars(one).values()]
    stored += [str(change.values) for change in Change.objects.of(row)]
    stored += [str(path) for path in folder.rglob("*")]
    assert not [text for text in stored if "Hemligt" in text or "19900101" in text]
    assert str(one) == "Bild"


def test_wrong_title_asks_for_the_file_again(world):
    """A browser does not send back the file it has: that is said, and not only the fault of the title."""
    answer = send(world.client("officer"), page(world, world.log()), picture(), title="Ring 070-123 45 67")

    assert answer.status_code == 400
    assert "telefonnummer" in text_of(answer)
    assert "Välj filen igen" in text_of(answer)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Skriv länken."),
        ("inte en länk", "Det här är ingen länk."),
        ("javascript:alert(1)", ""),
        ("https://malmo.se/?p=19900101-1234", "personnummer"),
        ("ftp://malmo.se/a", ""),
    ],
)
def test_link_that_cannot_be_kept_is_told(world, url, words):
    answer = world.client("officer").post(page(world, world.log()), {"url": url, "link_title": "Inbjudan"})

    assert answer.status_code == 400
    assert words in text_of(answer)
    assert answer.context["form"].errors.keys() == {"url"}
    assert 'value="Inbjudan"' in answer.content.decode()
    assert not Evidence.objects.exists()


def test_file_and_link_sent_together_are_both_added(world):
    row, client = world.log(), world.client("officer")

    answer = client.post(page(world, row), both(), follow=True)

    assert "Tillagt: Torget." in text_of(answer)
    assert "Tillagt: Inbjudan." in text_of(answer)
    assert sorted(str(one) for one in row.evidence.all()) == ["Inbjudan", "Torget"]


@pytest.mark.parametrize("url", ["", "inte en länk"])
def test_fault_of_the_link_does_not_cost_the_file(world, url):
    """The browser would not send the file again with the link put right."""
    row, client = world.log(), world.client("officer")

    answer = client.post(page(world, row), both(url=url))

    assert answer.status_code == 400
    assert "Tillagt: Torget." in text_of(answer)
    assert [(name, list(form.errors)) for name, form in forms_of(answer)] == [("file", []), ("link", ["url"])]
    assert 'value="Torget"' not in answer.content.decode()
    assert 'value="Inbjudan"' in answer.content.decode()
    assert [str(one) for one in row.evidence.all()] == ["Torget"]


def test_fault_of_the_file_does_not_cost_the_link(world):
    row, client = world.log(), world.client("officer")

    answer = client.post(page(world, row), both(file=SimpleUploadedFile("dans.jpg", picture("GIF"))))

    assert answer.status_code == 400
    assert "Tillagt: Inbjudan." in text_of(answer)
    assert [(name, list(form.errors)) for name, form in forms_of(answer)] == [
        ("file", ["file"]),
        ("link", []),
    ]
    assert 'value="Torget"' in answer.content.decode()
    assert 'value="Inbjudan"' not in answer.content.decode()
    assert [str(one) for one in row.evidence.all()] == ["Inbjudan"]


def test_faults_of_both_are_told_once_each_on_top(world):
    answer = world.client("officer").post(
        page(world, world.log()), both(url="inte en länk", file=SimpleUploadedFile("tom.jpg", b""))
    )

    content = answer.content.decode()
    assert content.count('class="error-summary"') == 1
    assert 'href="#id_file"' in content
    assert 'href="#id_url"' in content
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("data", [{}, {"title": " ", "url": " ", "link_title": ""}])
def test_nothing_given_is_one_fault(world, data):
    answer = world.client("officer").post(page(world, world.log()), data)

    assert answer.status_code == 400
    assert "Välj en bild eller en PDF, eller skriv en länk." in text_of(answer)
    assert [len(form.errors) for _name, form in forms_of(answer)] == [1, 0]


def test_tenth_is_the_file_and_the_link_stays_in_its_field(world):
    row, client = world.log(), world.client("officer")
    for number in range(MOST_EVIDENCE - 1):
        add_link(access=world.actors.access("officer"), activity=row, url=f"https://malmo.se/{number}")

    answer = client.post(page(world, row), both())

    assert "Tillagt: Torget." in text_of(answer)
    assert "Aktiviteten har redan 10, och fler går inte." in text_of(answer)
    assert 'value="https://malmo.se/vandring"' in answer.content.decode()
    assert row.evidence.count() == MOST_EVIDENCE


def both(**changed: Any) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("bild.jpg", picture(), "image/jpeg"),
        "title": "Torget",
        "url": "https://malmo.se/vandring",
        "link_title": "Inbjudan",
    } | changed


def forms_of(answer: Any) -> list[tuple[str, Any]]:
    return [(name, answer.context[f"{name}_form"]) for name in ("file", "link")]


def test_same_file_twice_is_told(world):
    row, client = world.log(), world.client("officer")
    for _time in range(2):
        answer = send(client, page(world, row), picture(), title="Torget")

    assert "Finns redan: Torget." in text_of(client.get(answer["Location"]))
    assert row.evidence.count() == 1


def test_eleventh_is_refused_in_words(world):
    row, client = world.log(), world.client("officer")
    for number in range(MOST_EVIDENCE):
        add_link(access=world.actors.access("officer"), activity=row, url=f"https://malmo.se/{number}")

    for answer in (
        client.get(page(world, row), follow=True),
        client.post(page(world, row), {"url": "https://malmo.se/elva"}, follow=True),
        client.post(page(world, row), {"file": SimpleUploadedFile("a.jpg", picture())}, follow=True),
    ):
        assert "Aktiviteten har redan 10, och fler går inte." in text_of(answer)
    assert "Lägg till bild eller länk" not in text_of(client.get(world.row_url(row)))
    assert row.evidence.count() == MOST_EVIDENCE


def test_numbers_about_children_and_voided_rows_have_no_page_for_it(world):
    client = world.client("officer")
    number = world.log(commitment=world.numbers, month_only=True)
    voided = world.log()
    void_activity(access=world.actors.access("officer"), activity=voided, version=1, reason="Fel")

    for row, words in ((number, "loggas bara månad, antal och område"), (voided, "Raden är redan makulerad")):
        answer = client.post(page(world, row), {"url": "https://malmo.se"}, follow=True)
        assert words in text_of(answer)
        assert "Lägg till bild eller länk" not in text_of(answer)
    assert not Evidence.objects.exists()


def test_form_of_another_site_is_refused(world):
    """The page reads its file before Django would check the mark of the form: it is checked all the same."""
    row = world.log()
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("officer"))

    for data in ({"url": "https://malmo.se"}, {"file": SimpleUploadedFile("a.jpg", picture())}):
        assert client.post(page(world, row), data).status_code == 403
    assert not Evidence.objects.exists()


def test_file_of_who_may_not_is_not_read(world, monkeypatch):
    monkeypatch.setattr("medborgarlofte.uploads.SmallFile.receive_data_chunk", None)
    row = world.log()

    for name in ("other_officer", "staff"):
        assert send(world.client(name), page(world, row), picture()).status_code == 403
    assert send(world.client("stranger"), page(world, row), picture()).status_code == 404


def test_second_file_is_refused(world):
    files = [SimpleUploadedFile(name, picture()) for name in ("a.jpg", "b.jpg")]

    answer = world.client("officer").post(page(world, world.log()), {"file": files})

    assert answer.status_code == 400
    assert not Evidence.objects.exists()


def test_taken_away_it_is_seen_no_more_but_in_the_history(world):
    row = world.log()
    one = added(world, row)
    url = world.row_url(row, f"underlag/{one.pk}/ta-bort/")
    officer, staff = world.client("officer"), world.client("staff")
    assert "Ta bort: Torget" in text_of(officer.get(url))

    empty = officer.post(url, {"why": ""})
    assert (empty.status_code, "Skriv varför det tas bort." in text_of(empty)) == (400, True)
    answer = officer.post(url, {"why": "Fel torg"}, follow=True)

    assert "Borttaget: Torget." in text_of(answer)
    assert "1 borttaget" in text_of(answer)
    assert staff.get(one.get_absolute_url()).status_code == 404
    assert status(officer, one.get_absolute_url()) == 200
    shown = staff.get(world.row_url(row))
    assert "Fel torg" in text_of(shown)
    assert one.get_absolute_url() not in shown.content.decode()


def test_file_is_erased_for_good(world, folder):
    row = world.log()
    one = added(world, row)
    url, client = world.row_url(row, f"underlag/{one.pk}/ta-bort/"), world.client("officer")

    answer = client.post(url, {"why": "Ett ansikte syns", "erase": "on"}, follow=True)

    assert "Raderad: Torget." in text_of(answer)
    assert "Filen är raderad." in text_of(answer)
    assert client.get(one.get_absolute_url()).status_code == 404
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    again = client.post(url, {"why": "Ett ansikte syns", "erase": "on"}, follow=True)
    assert "Det är redan borttaget." in text_of(again)
    assert Change.objects.of(row).count() == 3


def test_file_taken_away_before_or_on_a_voided_row_can_still_be_erased(world, folder):
    row, client = world.log(), world.client("officer")
    first, second = added(world, row), added(world, row, document(), title="Protokollet")
    take_away(access=world.actors.access("officer"), evidence=first, reason="Fel", erase=False)
    void_activity(access=world.actors.access("officer"), activity=row, version=4, reason="Dubbelt")

    for one in (first, second):
        url = world.row_url(row, f"underlag/{one.pk}/ta-bort/")
        assert "Radera filen" in text_of(client.get(url))
        client.post(url, {"why": "Ett ansikte syns"})  # no box to tick: there is nothing else to do

    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert Evidence.objects.filter(erased_at=None).count() == 0


def test_link_has_nothing_to_erase(world):
    row = world.log()
    one, _new = add_link(access=world.actors.access("officer"), activity=row, url="https://malmo.se/a")
    url, client = world.row_url(row, f"underlag/{one.pk}/ta-bort/"), world.client("officer")

    assert "Radera filen" not in text_of(client.get(url))
    assert client.get(world.row_url(row, f"underlag/{one.pk}/")).status_code == 404
    client.post(url, {"why": "Fel", "erase": "on"})

    one.refresh_from_db()
    assert (one.is_voided, one.erased_at) == (True, None)


def test_file_of_a_voided_row_is_still_seen_by_who_sees_the_row(world):
    row = world.log()
    one = added(world, row)
    void_activity(access=world.actors.access("officer"), activity=row, version=2, reason="Dubbelt")

    assert status(world.client("staff"), one.get_absolute_url()) == 200
    assert world.client("stranger").get(one.get_absolute_url()).status_code == 404


def test_file_of_a_plan_under_secrecy_is_seen_when_it_is_done(world):
    plan = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=world.actors.promise.starts_on)
    one = added(world, plan)
    staff, officer = world.client("staff"), world.client("officer")
    urls = [one.get_absolute_url(), one.get_absolute_url() + "?liten", world.row_url(plan, "underlag/")]
    assert [staff.get(url).status_code for url in urls] == [404] * 3
    assert [world.client("city_coordinator").get(url).status_code for url in urls] == [404] * 3

    officer.post(
        world.row_url(plan, "genomford/"), {"version": 2, "occurred_on": plan.occurred_on.isoformat()}
    )

    plan.refresh_from_db()
    assert plan.state == State.DONE
    assert [status(staff, url) for url in urls] == [200, 200, 403]


def test_address_of_each_page_is_swedish(world):
    row = world.log()
    one = added(world, row)
    slug = world.actors.promise.slug

    assert reverse("activities:evidence_add", args=[slug, row.pk]).endswith(f"/{row.pk}/underlag/")
    assert one.get_absolute_url().endswith(f"/{row.pk}/underlag/{one.pk}/")
