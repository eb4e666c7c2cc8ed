"""One sheet of an Excel workbook as rows of text, or why not. It may come from anywhere and is not trusted.

calamine reads the values. Before it sees anything, the parts it needs are unpacked under a limit and packed
anew: it reads exactly what was looked at here, however the archive is built. The sheet is gone through once
for formulas, whose values are only what some program last made of them, and for how far it reaches.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from promises.tables.faults import Fault, InvalidImportError, refused
from promises.tables.limits import MAX_ROWS, MAX_UNPACKED, MAX_WIDTH
from promises.tables.text import tidy
from promises.validators import personal_data_kinds

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # how .xls, and every workbook with a password, begins
_MOST_FORMULAS_NAMED = 20

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Workbook:
    rows: list[list[str]]
    about: str
    """Which sheet was read, and which there are."""


def open_workbook(data: bytes, *, sheet: str) -> Workbook:
    """The sheet of that name, or the first one that is not hidden. InvalidImportError."""
    if data.startswith(_OLE):
        raise refused(
            _("The file has a password or is an old .xls. Save it without a password as .xlsx or CSV UTF-8.")
        )
    try:
        parts = _unpacked(data)
        sheets = _sheets(parts)
        wanted = [name for name in sheets if name.strip().casefold() == sheet.casefold()]
        chosen = next(iter([*wanted, *sheets]), None)
        if chosen is None:
            raise refused(_("The workbook has no sheet that is shown."))
        about = _("The sheet %(sheet)s was read. The file has: %(names)s.") % {
            "sheet": _shown(chosen),
            "names": ", ".join(_shown(name) for name in sheets),
        }
        _look_through(parts[sheets[chosen]], _lengths_of_shared(parts))
        with CalamineWorkbook.from_filelike(_packed(parts)) as workbook:
            values = workbook.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        CalamineError,
        LookupError,
        ValueError,
        EOFError,
    ):
        raise refused(_("The file is damaged or no Excel workbook (.xlsx).")) from None
    except (NotImplementedError, RuntimeError):  # zipfile: a compression it does not know, an encrypted part
        raise refused(_("The file is locked or packed in an unusual way. Save it anew in Excel.")) from None
    return Workbook([[_text(value) for value in row] for row in values], about)


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The XML parts by name. Their sizes are counted as they are unpacked: an archive may lie about them."""
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if posixpath.basename(name).lower() == "vbaproject.bin":
                raise refused(_("The workbook has macros. Save it as .xlsx without them."))
        for name in dict.fromkeys(archive.namelist()):
            if not name.lower().endswith((".xml", ".rels")):
                continue
            with archive.open(name) as part:
                parts[name] = part.read(left + 1)
            left -= len(parts[name])
            if left < 0:
                raise _too_large()
    return parts


def _too_large() -> InvalidImportError:
    return refused(
        _("Unpacked the workbook is larger than %(most)s MB. Save only the rows as CSV UTF-8.")
        % {"most": MAX_UNPACKED // 1_000_000}
    )


def _packed(parts: dict[str, bytes]) -> BytesIO:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def _sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Name -> part, for the sheets that are not hidden, in their order."""
    targets: dict[str, str] = {}
    found: dict[str, str] = {}

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = posixpath.join("/xl", attributes["Target"])
            targets[attributes["Id"]] = posixpath.normpath(target).lstrip("/")

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            target = targets.get(attributes["id"])  # a chart on a sheet of its own is no worksheet
            if target is not None:
                found[attributes["name"]] = target

    _parse(parts["xl/_rels/workbook.xml.rels"], relation)
    _parse(parts["xl/workbook.xml"], sheet)
    return found


def _lengths_of_shared(parts: dict[str, bytes]) -> list[int]:
    """How long each of the workbook's shared texts is, whichever part they are in."""
    lengths: list[int] = []

    def start(name: str, _attributes: Attributes) -> None:
        if name == "si":
            lengths.append(0)

    def text(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    for name, content in parts.items():
        if posixpath.basename(name).lower() == "sharedstrings.xml":
            _parse(content, start, text=text)
    return lengths


class _Look:
    """Goes through a sheet cell by cell, without keeping any."""

    def __init__(self, shared: Sequence[int]) -> None:
        """``shared``: the lengths of the texts that cells point at by number."""
        self.row = self.column = 0
        self.formulas: list[str] = []
        self._shared = shared
        self._points = self._in_value = False
        self._value = ""
        self._left = MAX_UNPACKED

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "c":
            self._cell(attributes.get("r", ""))
            self._points = attributes.get("t") == "s"
        elif name == "f":
            self.formulas.append(f"{_letters(self.column)}{self.row}")
        if name in ("v", "is", "f"):
            self._within_limits()
        self._in_value, self._value = name == "v", ""

    def text(self, text: str) -> None:
        if self._in_value and self._points:
            self._value += text

    def end(self, name: str) -> None:
        """One long text that many cells point at takes its room in each of them."""
        if name == "v" and self._points:
            number = int(self._value)  # ValueError, as of anything else that is damaged
            self._left -= self._shared[number] if number < len(self._shared) else 0
            if self._left < 0:
                raise _too_large()
        self._in_value = False

    def _cell(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        self.column = _number(letters) if letters else self.column + 1
        if reference[len(letters) :]:
            self.row = int(reference[len(letters) :])

    def _within_limits(self) -> None:
        """A single cell far out would be answered with a table as large as that."""
        if self.row > MAX_ROWS + 1:
            raise refused(_("The file has more than %(most)s rows. Split it.") % {"most": MAX_ROWS})
        if self.column > MAX_WIDTH:
            raise refused(
                _("Cell %(cell)s is far outside the columns that are read. Clear what stands there.")
                % {"cell": f"{_letters(self.column)}{self.row}"}
            )


def _look_through(sheet: bytes, shared: Sequence[int]) -> None:
    look = _Look(shared)
    _parse(sheet, look.start, text=look.text, end=look.end)
    if look.formulas:
        named = look.formulas[:_MOST_FORMULAS_NAMED]
        more = len(look.formulas) - len(named)
        faults = [
            Fault(_("Cell %(cell)s is a formula. Paste its value instead.") % {"cell": cell})
            for cell in named
        ]
        if more:
            faults.append(Fault(_("%(count)s more cells are formulas.") % {"count": more}))
        raise InvalidImportError(faults)


def _parse(
    content: bytes,
    start: Callable[[str, Attributes], None],
    *,
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """Every element, its name and attributes without namespaces.

    A document type is refused: Excel writes none, and with it come entities, which unfold to anything.
    """
    parser = expat.ParserCreate(namespace_separator=" ")

    def doctype(*_args: Any) -> None:
        raise ValueError("document type")

    def element(name: str, attributes: Attributes) -> None:
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    parser.buffer_text = True
    if text is not None:
        parser.CharacterDataHandler = text
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    parser.Parse(content, True)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _number(letters: str) -> int:
    """ "A" -> 1, "AA" -> 27."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or number > 1_000_000:
            raise ValueError("no cell")
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _shown(name: str) -> str:
    return "…" if personal_data_kinds(name) else f"”{name[:40]}”"


def _text(value: object) -> str:
    """A cell as typed in CSV. Excel keeps every number as a decimal one: 2.0 is 2, and 1.5 stays."""
    if isinstance(value, bool):
        return _("TRUE") if value else _("FALSE")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime):
        day, clock = value.date(), value.time()
        return day.isoformat() if clock == time() else f"{day.isoformat()} {clock.isoformat()}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat()
    text = tidy(str(value))
    if "\0" in text:
        raise refused(_("A cell has a NUL character: the file is damaged."))
    return text
