"""A coordinator exports DOCX and XLSX: the numbers read back are those of the page."""

import io
import re

import docx
import openpyxl
import pytest
from django.core.management import call_command

from accounts.models import User


@pytest.fixture
def example_coordinator(transactional_db):
    call_command("load_examples", verbosity=0)
    return User.objects.get(email="kommunpolis@example.se")


def download(page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile(name)).click()
    return waiting.value.path().read_bytes()


def test_docx_and_xlsx_have_the_numbers_of_the_page(open_page, settings, example_coordinator):
    settings.EXAMPLE_DATA = True
    page = open_page(example_coordinator)
    page.goto("/")
    shown = [number.inner_text() for number in page.locator(".commitment .figure strong").all()]
    assert len(shown) == 4
    page.get_by_role("link", name="Utvärdering").first.click()
    word, excel = download(page, "Word"), download(page, "Excel")

    text = "\n".join(
        cell.text
        for table in docx.Document(io.BytesIO(word)).tables
        for row in table.rows
        for cell in row.cells
    )
    book = openpyxl.load_workbook(io.BytesIO(excel))
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    for number in shown:
        assert re.search(rf"(?<!\d){number}(?!\d)", text), f"{number} is not in the Word file"
        assert int(number) in values, f"{number} is not a number in the Excel file"
