"""A Word file that the parties go on writing in: real headings, repeated table headers, alt texts, page
numbers.

Tables go into the finished file as a stream of XML: as cells of python-docx, or in any tree, thousands of
rows take seconds and hundreds of megabytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import docx
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from lxml import etree

from reports.evaluation import Evaluation
from reports.renderers.content import document
from reports.renderers.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Chip,
    Document,
    Facts,
    Heading,
    Paragraph,
    Section,
    Table,
)
from reports.renderers.docx_table import table_xml
from reports.renderers.pictures import png
from reports.renderers.plain import xml_text

FONT = "Arial"
INK, MUTED, WARNING = RGBColor(0x16, 0x20, 0x2C), RGBColor(0x55, 0x60, 0x6E), RGBColor(0x9C, 0x1F, 0x1F)
MARGIN, TOP = Cm(2.2), Cm(2.6)
LOW_TOP, LOW_BOTTOM = Cm(2.1), Cm(1.8)  # a page on its side is short
SPACER = Pt(8)  # under a table
SHORT, LONG = Cm(21.0), Cm(29.7)  # A4

_PLACE = re.compile(r"<\?evaluation-table (\d+)\?>")

# python-docx has no types: a file in the making is Any here.
File = Any


def render(evaluation: Evaluation) -> bytes:
    shown = document(evaluation)
    file = docx.Document()
    _set_up(file, shown)
    _about(file, shown, evaluation)
    _cover(file, shown)
    tables: list[Iterator[str]] = []
    landscape = False
    for section in shown.sections:
        if section.landscape or landscape:
            _turn(file, landscape=section.landscape)
            landscape = section.landscape
        _section(file, section, tables)
    out = io.BytesIO()
    file.save(out)
    return _with_tables(out, tables)


def _with_tables(saved: io.BytesIO, tables: list[Iterator[str]]) -> bytes:
    """The saved file with each place mark replaced by its table, piece by piece."""
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for item in before.infolist():
            if item.filename != "word/document.xml":
                after.writestr(item, before.read(item))
                continue
            texts_and_numbers = _PLACE.split(before.read(item).decode())
            with after.open(item, "w") as stream:
                stream.write(texts_and_numbers[0].encode())
                for number, text in zip(texts_and_numbers[1::2], texts_and_numbers[2::2], strict=True):
                    for part in tables[int(number)]:
                        stream.write(part.encode())
                    stream.write(text.encode())
    return out.getvalue()


def _set_up(file: File, shown: Document) -> None:
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(10), INK
    normal.paragraph_format.space_after = Pt(6)
    defaults = file.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    language.set(qn("w:val"), shown.language)
    language.set(qn("w:eastAsia"), shown.language)
    for name, size, before, after in (
        ("Title", 28, 120, 6),
        ("Subtitle", 14, 0, 18),
        ("Heading 1", 18, 24, 8),
        ("Heading 2", 13, 16, 6),
        ("Caption", 10, 8, 4),
        ("Quote", 10.5, 4, 8),
    ):
        style = file.styles[name]
        # The template names theme fonts, which would win over the name.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        style.font.name, style.font.size, style.font.bold = (
            FONT,
            Pt(size),
            name not in {"Quote", "Subtitle"},
        )
        style.font.italic = False
        style.font.color.rgb = MUTED if name in {"Subtitle", "Caption", "Quote"} else INK
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = name not in {"Quote", "Title"}
    rule = file.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if rule is not None:
        file.styles["Title"].element.pPr.remove(rule)
    note = file.styles.add_style("Evaluation Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size, note.font.color.rgb = normal, Pt(9.5), MUTED
    lead = file.styles.add_style("Evaluation Lead", WD_STYLE_TYPE.PARAGRAPH)
    lead.base_style, lead.font.size, lead.font.bold = normal, Pt(14), True


def _about(file: File, shown: Document, evaluation: Evaluation) -> None:
    about = file.core_properties
    about.title, about.subject = xml_text(shown.title)[:255], xml_text(shown.description)[:255]
    about.author, about.language = xml_text(shown.author)[:255], shown.language
    about.keywords, about.comments = ", ".join(shown.marks), ""
    about.last_modified_by = ""
    # The clock is not read here: the file is as old as its numbers.
    about.created = about.modified = datetime.combine(evaluation.as_of, time(), UTC)


def _cover(file: File, shown: Document) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = SHORT, LONG
    page.left_margin = page.right_margin = page.bottom_margin = MARGIN
    page.top_margin = TOP
    header = page.header.paragraphs[0]
    if shown.marks:
        mark = header.add_run(xml_text(" · ".join(shown.marks)))
        mark.bold, mark.font.color.rgb = True, WARNING
        header.add_run("   ")
    header.add_run(xml_text(shown.title)).font.color.rgb = MUTED
    footer = page.footer.paragraphs[0]
    footer.add_run(f"{shown.subtitle} · {_('Page')} ")
    _field(footer, "PAGE")
    footer.add_run(f" {pgettext('page of pages', 'of')} ")
    _field(footer, "NUMPAGES")

    file.add_paragraph(xml_text(shown.title), style="Title")
    file.add_paragraph(xml_text(shown.subtitle), style="Subtitle")
    for text in shown.marks_explained:
        run = file.add_paragraph().add_run(xml_text(text))
        run.bold, run.font.color.rgb = True, WARNING
    _facts(file, shown.cover)
    file.add_page_break()


def _turn(file: File, *, landscape: bool) -> None:
    page = file.add_section(WD_SECTION.NEW_PAGE)
    _without_an_empty_line(file)
    page.top_margin, page.bottom_margin = (LOW_TOP, LOW_BOTTOM) if landscape else (TOP, MARGIN)
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)


def _without_an_empty_line(file: File) -> None:
    """A table that fills its page leaves no room for two empty lines: the break goes into the table's own."""
    *_before, spacer, with_break, _end = file.element.body
    if spacer.tag == qn("w:p") and not spacer.r_lst:
        spacer.get_or_add_pPr().append(with_break.pPr.find(qn("w:sectPr")))
        file.element.body.remove(with_break)


def _section(file: File, section: Section, tables: list[Iterator[str]]) -> None:
    heading = file.add_heading(xml_text(section.title), level=1)
    heading.paragraph_format.page_break_before = section.new_page
    for block in section.blocks:
        _block(file, block, tables)


def _block(file: File, block: Block, tables: list[Iterator[str]]) -> None:
    if isinstance(block, Heading):
        file.add_heading(xml_text(block.text), level=2)
    elif isinstance(block, Paragraph):
        styles = {"lead": "Evaluation Lead", "quote": "Quote", "note": "Evaluation Note"}
        file.add_paragraph(xml_text(block.text), style=styles.get(block.tone))
    elif isinstance(block, Bullets):
        for item in block.items:
            file.add_paragraph(xml_text(item), style="List Bullet")
    elif isinstance(block, Facts):
        _facts(file, block)
    elif isinstance(block, Table):
        _table(file, block, tables)
    else:
        _chart(file, block)


def _facts(file: File, facts: Facts) -> None:
    """Lines of text, not a table: a screen reader reads them as they are."""
    for label, value in facts.rows:
        line = file.add_paragraph()
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Cm(4.2), Cm(-4.2)
        line.paragraph_format.tab_stops.add_tab_stop(Cm(4.2))
        line.add_run(f"{xml_text(label)}\t").font.color.rgb = MUTED
        _value(line, value)


def _value(line: Any, value: Cell) -> None:
    run = line.add_run(xml_text(str(value)))
    run.bold = isinstance(value, Chip)


def _table(file: File, table: Table, tables: list[Iterator[str]]) -> None:
    """A caption, and a place mark that nobody can type: what is typed has its "<" escaped."""
    file.add_paragraph(xml_text(table.caption), style="Caption")
    page = file.sections[-1]
    width = page.page_width - page.left_margin - page.right_margin
    body = file.element.body
    body.insert(len(body) - 1, etree.ProcessingInstruction("evaluation-table", str(len(tables))))
    tables.append(table_xml(table, width_cm=width / Cm(1)))
    spacer = file.add_paragraph(style="Evaluation Note").paragraph_format
    spacer.space_after, spacer.line_spacing = Pt(0), SPACER


def _chart(file: File, chart: Chart) -> None:
    file.add_paragraph(xml_text(chart.title), style="Caption")
    page = file.sections[-1]
    width = page.page_width - page.left_margin - page.right_margin
    picture = file.add_picture(io.BytesIO(png(chart.paper)), width=width)._inline.docPr
    picture.set("descr", xml_text(chart.alt))
    picture.set("title", xml_text(chart.title))
    file.add_paragraph(xml_text(chart.key), style="Evaluation Note")


def _field(paragraph: Any, name: str) -> None:
    """A number that Word keeps: the page, or how many there are."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
