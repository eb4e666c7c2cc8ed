"""Every dashboard on A4: what stands there, on how many sheets; nothing cut, no buttons, dark on white always."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page
from pypdf import PdfReader

from accounts.models import User
from promises.choices import Role
from promises.models import Promise
from tests.e2e.conftest import OpenPage, member

A4 = (595, 842)  # points
MARGIN = 45  # 16 mm
CONTENT = 673  # CSS pixels between the margins
ONLY_ON_SCREEN = [
    "Hoppa till innehållet",
    "Logga aktivitet",
    "Tillgänglighetsredogörelse",
    "Visa läget en annan dag",
    "Avsluta",
]

Print = Callable[[str], tuple[Page, PdfReader]]
# address within the promise, most sheets, what must stand there
SHEETS = [
    ("", 2, "Två av fyra åtaganden"),
    ("?per=2019-09-15", 2, "Läget 2019-09-15"),
    ("ataganden/1/", 3, "Lorensborgsskolan"),
    ("ataganden/3/", 3, "Senaste aktiviteterna"),
    ("kvalitet/", 2, "Kontrollerat utan anmärkning"),
    ("utvardering/", 20, "Åtagandena i korthet"),
    ("aktiviteter/lankar/", 1, "rikta kameran mot en kod"),
    ("aktiviteter/planering/?manad=2020-10", 2, "Oktober 2020"),
    ("aktiviteter/planering/?manad=2020-10&vy=lista", 3, "Oktober 2020"),
    ("mote/", 1, "Synligt trygghetsskapande arbete"),
    ("mote/3/", 1, "27 av 25"),
    ("mote/nu/", 1, "behöver någon nu"),
]


@pytest.fixture
def examples(transactional_db: None, settings) -> Promise:
    settings.EXAMPLE_DATA = True
    call_command("load_examples", verbosity=0)
    return Promise.objects.get()


@pytest.fixture
def reader(examples: Promise) -> User:
    return member(examples, Role.COORDINATOR, "police")


def printed(page: Page) -> PdfReader:
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def words(pdf: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in pdf.pages)).replace("\u00a0", " ")


def outside(pdf: PdfReader) -> list[str]:
    """What begins left of the margin or right of the sheet's content."""
    found: list[str] = []

    def look(text, matrix, text_matrix, _font, _size):
        x = matrix[0] * text_matrix[4] + matrix[2] * text_matrix[5] + matrix[4]
        if text.strip() and not MARGIN - 2 <= x <= A4[0] - MARGIN:
            found.append(f"{text.strip()} at {x:.0f}")

    for sheet in pdf.pages:
        sheet.extract_text(visitor_text=look)
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=[address or "dash" for address, *_ in SHEETS])
def test_page_on_a4(open_page: OpenPage, examples: Promise, reader: User, sheet: tuple[str, int, str]):
    address, most, text = sheet
    page = open_page(reader, color_scheme="dark")
    page.goto(reverse("reports:dashboard", args=[examples.slug]) + address)

    pdf = printed(page)

    assert len(pdf.pages) <= most
    assert {tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in pdf.pages} == {(595, 842)}
    said = words(pdf)
    assert examples.title in said
    assert f"1 ({len(pdf.pages)})" in said
    if text != "Två av fyra åtaganden":  # the headline follows today
        assert text in said
    assert "Påhittade siffror" in said
    assert [word for word in ONLY_ON_SCREEN if word in said] == []
    assert outside(pdf) == []


@pytest.mark.parametrize("address", [address for address, *_ in SHEETS])
def test_page_on_paper_is_not_wider_than_the_sheet(
    open_page: OpenPage, examples: Promise, reader: User, address: str
):
    page = open_page(reader, color_scheme="dark", viewport={"width": CONTENT, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(reverse("reports:dashboard", args=[examples.slug]) + address)

    wide = page.evaluate(
        """width => [...document.querySelectorAll("main *")]
            .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
            .filter(one => !one.closest(".visually-hidden"))
            .map(one => one.outerHTML.slice(0, 80))""",
        CONTENT,
    )
    assert wide == []
    ink = page.evaluate("getComputedStyle(document.querySelector('h1, h2')).color")
    assert ink == "rgb(22, 32, 44)"
    assert page.locator("button:visible, summary:visible, select:visible, nav:visible").count() == 0


def test_what_a_reader_unfolds_is_printed(open_page: OpenPage, examples: Promise, reader: User):
    page = open_page(reader)
    page.goto(reverse("reports:commitment", args=[examples.slug, 3]))
    assert "2019-05" not in words(printed(page))

    page.get_by_text("Visa som tabell").click()

    assert "2019-05" in words(printed(page))
