"""What a document is made of, before it is HTML, PDF or Word. Every text in it is shown as it stands.

Cells hold text that is ready to be read; "\\n" in a cell begins a new line. Nothing here is markup.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Chip:
    """A status: its word, and its code for the colour."""

    text: str
    status: str

    def __str__(self) -> str:
        return self.text


SMALL = 8

Cell: TypeAlias = str | Chip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section: level 3; sections themselves are level 2."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``tone``: "lead" the answer, "quote" somebody's own wording, "note" small print, or ""."""

    kind: ClassVar[str] = "paragraph"
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value, line by line."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, Cell], ...]

    @property
    def cells(self) -> Iterator[tuple[str, str, str]]:
        """(label, text, status or "")."""
        for label, cell in self.rows:
            yield label, str(cell), cell.status if isinstance(cell, Chip) else ""


@dataclass(frozen=True, slots=True)
class Column:
    """``weight``: its width next to the others'.

    ``role``: "number", "date" (never broken over lines), or "".
    """

    label: str
    weight: int = 2
    role: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``caption`` says what the table tells. ``description`` is for those who hear it."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    description: str = ""

    @property
    def is_small(self) -> bool:
        """A few narrow columns: two numbers do not fill the width of a page."""
        return sum(column.weight for column in self.columns) <= SMALL

    @property
    def cells(self) -> Iterator[list[tuple[str, str, str]]]:
        """Row by row (text, role of the column, status or ""): a template need not ask for types."""
        roles = [column.role for column in self.columns]
        for row in self.rows:
            yield [
                (str(cell), role, cell.status if isinstance(cell, Chip) else "")
                for cell, role in zip(row, roles, strict=True)
            ]


@dataclass(frozen=True, slots=True)
class Chart:
    """``title`` is its conclusion; ``alt`` says in words what is drawn; ``key`` explains the lines."""

    kind: ClassVar[str] = "chart"
    title: str
    alt: str
    key: str
    wide: str  # SVG
    narrow: str  # the same for a phone
    paper: str  # the same for A4


Block: TypeAlias = Heading | Paragraph | Bullets | Facts | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its own heading. ``landscape``: its table is too wide for an upright page.

    ``new_page``: on paper it begins one.
    """

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """``marks``: what must stand on every page ("UTKAST", "Exempeldata"), empty once signed and real."""

    title: str
    subtitle: str
    description: str
    author: str
    language: str  # "sv-SE"
    marks: tuple[str, ...]
    marks_explained: tuple[str, ...]
    cover: Facts
    sections: tuple[Section, ...]
