"""PDF/A-3a and PDF/UA-1 by Typst: evaluation.typ lays out what the document says.

All text travels as JSON and is never markup, whatever somebody typed.
"""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.evaluation import Evaluation
from reports.renderers.content import document
from reports.renderers.document import Block, Cell, Chart, Chip, Document, Facts, Table
from reports.renderers.glyphs import FONTS, drawable

_HERE = Path(__file__).resolve().parent
# Typst keeps the whole layout in memory, some 12 kB for each cell: 10,000 rows one by one would take 900 MB.
# The rows are shared out among the commitments; one that has more lists them by day or month, and says so.
MOST_ROWS, LEAST_ROWS = 1600, 100


def render(evaluation: Evaluation) -> bytes:
    shown = document(evaluation, most_rows=max(LEAST_ROWS, MOST_ROWS // max(len(evaluation.lines), 1)))
    return typst.compile(
        _template(),
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_drawable(_data(shown)), ensure_ascii=False)},
    )


@cache
def _fonts() -> typst.Fonts:
    """Our own only: the page breaks where it does on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


@cache
def _template() -> bytes:
    return (_HERE / "evaluation.typ").read_bytes()


def _data(shown: Document) -> dict[str, Any]:
    language, _hyphen, region = shown.language.partition("-")
    return {
        "title": shown.title,
        "subtitle": shown.subtitle,
        "description": shown.description,
        "author": shown.author,
        "language": language,
        "region": region,
        "mark": " · ".join(shown.marks),
        "marks_explained": list(shown.marks_explained),
        "page": _("Page"),
        "page_of": pgettext("page of pages", "of"),
        "contents": _("Contents"),
        "cover": _block(shown.cover),
        "sections": [
            {
                "title": section.title,
                "landscape": section.landscape,
                "new_page": section.new_page,
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in shown.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Facts):
        rows = [[{"text": label}, _cell(value)] for label, value in block.rows]
        return {"kind": block.kind, "rows": rows}
    if isinstance(block, Table):
        return {
            "kind": block.kind,
            "caption": block.caption,
            "small": block.is_small,
            "columns": [asdict(column) for column in block.columns],
            "rows": [[_cell(cell) for cell in row] for row in block.rows],
        }
    if isinstance(block, Chart):
        return {
            "kind": block.kind,
            "title": block.title,
            "alt": block.alt,
            "key": block.key,
            "svg": block.paper,
        }
    return {"kind": block.kind, **asdict(block)}


def _cell(cell: Cell) -> dict[str, str] | str:
    if isinstance(cell, Chip):
        return {"text": cell.text, "status": cell.status}
    return cell


def _drawable(value: Any) -> Any:
    """The same data with only signs that our fonts have; pictures are left as they are."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, list | tuple):
        return [_drawable(inner) for inner in value]
    if isinstance(value, dict):
        return {key: inner if key == "svg" else _drawable(inner) for key, inner in value.items()}
    return value
