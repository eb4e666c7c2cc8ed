"""PDF and Word as documents: tags, language, headings, alt texts, and what happens with thousands of rows."""

import io
import zipfile
from collections import Counter
from dataclasses import replace

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from lxml import etree

from reports.renderers import FORMATS
from reports.renderers.content import document
from reports.renderers.document import Bullets, Table
from reports.renderers.glyphs import drawable
from reports.tests import samples
from reports.tests.read_back import read_docx, read_pdf, squeezed


def tables_of(evaluation, **options):
    return [b for s in document(evaluation, **options).sections for b in s.blocks if isinstance(b, Table)]


def tags(pdf):
    """How often each structure tag occurs, and the alternative texts."""
    found, alternatives = Counter(), []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node and "/P" in node:
                found[str(node.S)] += 1
                if "/Alt" in node:
                    alternatives.append(str(node.Alt))
            if "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot)
    return found, alternatives


@pytest.fixture(scope="module")
def worked_pdf():
    with pikepdf.open(io.BytesIO(FORMATS["pdf"].render(samples.worked_example()))) as pdf:
        yield pdf


def test_pdf_says_language_title_and_that_it_is_tagged(worked_pdf):
    assert str(worked_pdf.Root.Lang).startswith("sv")
    assert worked_pdf.Root.MarkInfo.Marked
    assert worked_pdf.Root.ViewerPreferences.DisplayDocTitle
    with worked_pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Utvärdering: Medborgarlöfte Malmö Väster 2019–2020"
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")


def test_pdf_one_table_is_one_tag(worked_pdf):
    found, _alternatives = tags(worked_pdf)

    assert found["/Table"] == len(tables_of(samples.worked_example()))


def test_pdf_table_over_many_pages_is_one_tag():
    evaluation = samples.many(300)

    with pikepdf.open(io.BytesIO(FORMATS["pdf"].render(evaluation))) as pdf:
        found, _alternatives = tags(pdf)
        assert len(pdf.pages) > 15

    assert found["/Table"] == len(tables_of(evaluation))


def test_pdf_charts_have_alternative_texts(worked_pdf):
    _found, alternatives = tags(worked_pdf)

    assert len(alternatives) == 4
    assert all("jämn takt" in text for text in alternatives)


def test_pdf_draft_stands_on_every_page(worked_pdf):
    pages = read_pdf(FORMATS["pdf"].render(samples.worked_example())).text.split("Läget den")

    assert len(pages) > len(worked_pdf.pages)
    assert sum("UTKAST · Exempeldata" in page for page in pages) == len(worked_pdf.pages)


def test_pdf_too_many_rows_are_added_up_and_none_is_lost():
    evaluation = samples.many(2000)
    (table,) = [t for t in tables_of(evaluation, most_rows=400) if t.columns[0].label == "Månad"]

    assert sum(int(row[1]) for row in table.rows) == 2000
    assert len(table.rows) == 24
    text = read_pdf(FORMATS["pdf"].render(evaluation)).text
    assert squeezed("Åtagandet har 2 000 rader. Här är de summerade.") in squeezed(text)


def test_pdf_rows_are_added_up_by_day_where_days_are_few():
    (table,) = [t for t in tables_of(samples.worked_example(), most_rows=26) if t.columns[1].label == "Rader"]

    assert table.columns[0].label == "Månad"  # 27 days are more than 26 as well
    two_a_day = samples.many(2 * 731)
    by_day = [t for t in tables_of(two_a_day, most_rows=731) if t.columns[1].label == "Rader"]
    assert [(t.columns[0].label, len(t.rows)) for t in by_day] == [("Datum", 731)]


@pytest.mark.parametrize("form", ["docx", "html"])
def test_other_documents_have_every_row(form):
    evaluation = samples.many(2000)

    content = FORMATS[form].render(evaluation)

    if form == "docx":
        file = docx.Document(io.BytesIO(content))
        assert max(len(table._tbl.tr_lst) for table in file.tables) == 2001
    else:
        assert content.decode().count("<tr>") > 2000


def test_drawable_says_in_words_what_no_font_has():
    assert drawable("åäö – 85 %\n") == "åäö – 85 %\n"
    assert drawable("bra 😀\ufe0f") == "bra [grinning face]"
    assert drawable("\x07\U000fffff") == "[u+fffff]"


def with_strange_names():
    """A class that somebody has called with an emoji, and areas with a character that no XML may hold."""
    example = samples.worked_example()
    lines = []
    for line in example.lines:
        targets = []
        for target in line.targets:
            windows = tuple(
                replace(window, cells=tuple(replace(cell, label=f"{cell.label} 🎉") for cell in window.cells))
                for window in target.progress.windows
            )
            targets.append(replace(target, progress=replace(target.progress, windows=windows)))
        areas = tuple(replace(area, area=f"{area.area}\x0b") for area in line.areas)
        lines.append(replace(line, targets=tuple(targets), areas=areas))
    return replace(example, lines=tuple(lines))


def test_pdf_draws_a_class_whose_name_no_font_has():
    """Else nobody would get the paper, for one class somebody named with an emoji."""
    assert "[partypopper]" in squeezed(read_pdf(FORMATS["pdf"].render(with_strange_names())).text)


def test_xlsx_pictures_are_xml_whatever_an_area_is_called():
    with zipfile.ZipFile(io.BytesIO(FORMATS["xlsx"].render(with_strange_names()))) as book:
        for name in book.namelist():
            etree.fromstring(book.read(name))  # raises where it is none


def test_docx_headings_language_and_properties():
    file = docx.Document(io.BytesIO(FORMATS["docx"].render(samples.worked_example())))

    titles = [p.text for p in file.paragraphs if p.style.name == "Heading 1"]
    assert titles == [section.title for section in document(samples.worked_example()).sections]
    assert file.core_properties.title == "Utvärdering: Medborgarlöfte Malmö Väster 2019–2020"
    assert file.core_properties.language == "sv-SE"
    defaults = file.styles.element.find(qn("w:docDefaults"))
    assert next(defaults.iter(qn("w:lang"))).get(qn("w:val")) == "sv-SE"


def test_docx_every_section_has_the_mark_and_page_numbers():
    file = docx.Document(io.BytesIO(FORMATS["docx"].render(samples.worked_example())))

    for section in file.sections:
        assert section.header.paragraphs[0].text.startswith("UTKAST · Exempeldata")
        fields = [f.get(qn("w:instr")) for f in section.footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]


def test_docx_tables_repeat_their_header_and_pictures_have_alt_texts():
    file = docx.Document(io.BytesIO(FORMATS["docx"].render(samples.worked_example())))

    assert len(file.tables) == len(tables_of(samples.worked_example()))
    for table in file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    pictures = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert len(pictures) == 4
    assert all("jämn takt" in text for text in pictures)


def test_docx_typed_place_mark_stays_text():
    """Tables are put in at marks in the XML: somebody who types one gets it back as text."""
    evaluation = samples.nasty()
    mark = "<?evaluation-table 0?>"
    lines = tuple(samples.replace(line, title=mark, wording=mark) for line in evaluation.lines)

    content = FORMATS["docx"].render(samples.replace(evaluation, lines=lines))

    assert mark in read_docx(content).text
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None


def test_docx_no_empty_line_before_a_page_break_that_a_full_table_would_push_over():
    file = docx.Document(io.BytesIO(FORMATS["docx"].render(samples.worked_example())))
    body = list(file.element.body)
    breaks = [
        index
        for index, element in enumerate(body)
        if element.find(qn("w:pPr") + "/" + qn("w:sectPr")) is not None
    ]

    assert len(breaks) == 2  # before and after the page on its side
    assert body[breaks[1] - 1].tag == qn("w:tbl")


def test_summary_says_once_that_a_commitment_is_judged_in_words():
    evaluation = samples.without_a_number()
    effort = evaluation.lines[-1]

    (bullets,) = [b for s in document(evaluation).sections for b in s.blocks if isinstance(b, Bullets)][:1]

    (said,) = [one for one in bullets.items if "bedöms i ord" in one.lower()]
    assert said.startswith(f"{effort.short_title}: bedöms i ord. Hittills ")
    assert said.lower().count("bedöms i ord") == 1
