"""One table of a Word file as XML."""

from collections.abc import Iterator
from html import escape

from reports.renderers.colours import status_colours
from reports.renderers.document import Cell, Chip, Column, Table
from reports.renderers.plain import xml_text

_TWIPS_A_CM = 567
_TEXT = '<w:sz w:val="18"/>'
_HEAD = '<w:b/><w:color w:val="55606E"/><w:sz w:val="18"/>'


def table_xml(table: Table, *, width_cm: float) -> Iterator[str]:
    """A ``w:tbl`` in pieces; its header row is repeated on every page and no row is cut by one."""
    return _parts(table, _widths(table, width_cm))


def _widths(table: Table, width_cm: float) -> list[int]:
    """Twips, by weight."""
    weights = [column.weight for column in table.columns]
    whole = min(width_cm, 1.3 * sum(weights)) if table.is_small else width_cm
    return [int(whole * _TWIPS_A_CM * weight / sum(weights)) for weight in weights]


def _parts(table: Table, widths: list[int]) -> Iterator[str]:
    line = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="DEDBD2"/>'
    yield "<w:tbl><w:tblPr>"
    yield f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
    yield f"<w:tblBorders>{line.format('bottom')}{line.format('insideH')}</w:tblBorders>"
    yield '<w:tblLayout w:type="fixed"/>'
    yield '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"/>'
    yield f'<w:tblCaption w:val="{_escaped(table.caption)}"/>'
    yield f'<w:tblDescription w:val="{_escaped(table.description or table.caption)}"/>'
    yield "</w:tblPr><w:tblGrid>"
    yield "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    for column, width in zip(table.columns, widths, strict=True):
        yield _cell(column.label, column, width, head=True)
    yield "</w:tr>"
    for row in table.rows:
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        for cell, column, width in zip(row, table.columns, widths, strict=True):
            yield _cell(cell, column, width)
        yield "</w:tr>"
    yield "</w:tbl>"


def _cell(cell: Cell, column: Column, width: int, *, head: bool = False) -> str:
    shade, look = "", _HEAD if head else _TEXT
    if isinstance(cell, Chip):
        colour, ground = status_colours(cell.status)
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground}"/>'
        look = f'<w:b/><w:color w:val="{colour}"/><w:sz w:val="18"/>'
    align = '<w:jc w:val="right"/>' if column.role == "number" else ""
    still = "<w:noWrap/>" if column.role == "date" else ""
    keep = "<w:keepNext/>" if head else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(_escaped(part) for part in str(cell).split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}{still}</w:tcPr>'
        f'<w:p><w:pPr>{keep}<w:spacing w:before="40" w:after="40"/>{align}</w:pPr>'
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r></w:p></w:tc>'
    )


def _escaped(text: str) -> str:
    return escape(xml_text(text))
