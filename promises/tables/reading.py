"""A CSV or XLSX file as rows of text under known columns. Knows the format, nothing about what it tells."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from promises.tables import xlsx
from promises.tables.faults import Fault, InvalidImportError, refused
from promises.tables.limits import MAX_BYTES, MAX_ROWS, MAX_WIDTH
from promises.tables.text import tidy, unprotect
from promises.validators import personal_data_kinds


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns a kind of file may have, in any order, and the sheet its workbook is looked for in.

    ``missing``: the headers that are there -> what is wrong with those that are not.
    """

    sheet: str
    columns: tuple[str, ...]
    missing: Callable[[Collection[str]], list[Fault]]


@dataclass(frozen=True, slots=True)
class RawRow:
    """``number`` as a spreadsheet shows it, the header is 1. ``cells``: column -> text, "" where empty."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """``columns``: those with a header, in the file's order."""

    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]


def read(path: Path, layout: Layout) -> Sheet:
    """InvalidImportError with everything that is wrong with the file's form."""
    _checked_suffix(path.name)
    try:
        _check_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise refused(
            _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
        ) from None
    return read_bytes(data, name=path.name, layout=layout)


def read_bytes(data: bytes, *, name: str, layout: Layout) -> Sheet:
    """As ``read``, of what somebody has sent. ``name``: the file's, whose ending tells the format."""
    suffix = _checked_suffix(name)
    _check_size(len(data))
    if not data.strip():
        raise refused(_("The file is empty."))
    if suffix == ".xlsx":
        workbook = xlsx.open_workbook(data, sheet=layout.sheet)
        return _sheet(workbook.rows, layout, about=workbook.about)
    return _sheet(_csv_rows(data), layout)


def _checked_suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise refused(_("The file must be .csv or .xlsx, not “%(suffix)s”.") % {"suffix": suffix or name})
    return suffix


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise refused(_("The file is larger than %(most)s MB. Split it.") % {"most": MAX_BYTES // 1_000_000})


def _csv_rows(data: bytes) -> list[list[str]]:
    if data.startswith(b"PK\x03\x04"):
        raise refused(_("This is an Excel workbook. Give the file a name that ends with .xlsx."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(
            _(
                "The file is not UTF-8: line %(line)s has a character in another encoding. "
                "Save it as “CSV UTF-8”."
            )
            % {"line": data.count(b"\n", 0, error.start) + 1}
        ) from None
    if "\0" in text:
        raise refused(
            _("Line %(line)s has a NUL character: the file is damaged or no CSV.")
            % {"line": text.count("\n", 0, text.index("\0")) + 1}
        )
    header = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if any(row[MAX_WIDTH:]):
                raise _too_wide(len(rows) + 1)
            rows.append([unprotect(tidy(cell)) for cell in row[:MAX_WIDTH]])
            if len(rows) > MAX_ROWS + 1:
                raise _too_many()
    except csv.Error:
        raise InvalidImportError(
            [Fault(_("The quotation marks do not match, or a cell is far too long."), row=len(rows) + 1)]
        ) from None
    return rows


def _sheet(rows: Iterable[list[str]], layout: Layout, *, about: str = "") -> Sheet:
    """``about``: where in the file this was read, said with every fault of the header."""
    rows = iter(rows)
    columns = _header(next(rows, []), layout, about)
    found: list[RawRow] = []
    stray: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if number > MAX_ROWS + 1:
            raise _too_many()
        cells = dict.fromkeys(layout.columns, "")
        for place, text in enumerate(row):
            name = columns[place] if place < len(columns) else ""
            if name:
                cells[name] = text
            elif text:
                stray.append(
                    Fault(
                        _("Cell %(place)s of the row has no header above it. Is a separator in the text?")
                        % {"place": place + 1},
                        row=number,
                    )
                )
        found.append(RawRow(number, cells))
    if stray:
        raise InvalidImportError(stray)
    if not found:
        raise refused(" ".join(filter(None, [_("There are no rows under the header."), about])))
    return Sheet(tuple(filter(None, columns)), tuple(found))


def _header(row: Sequence[str], layout: Layout, about: str) -> list[str]:
    """The column of each place, "" where the header is empty."""
    names = [text.casefold() for text in row]
    while names and not names[-1]:
        names.pop()
    faults = []
    for place, name in enumerate(names):
        if name and name not in layout.columns:
            shown = str(place + 1) if personal_data_kinds(row[place]) else f"”{row[place][:40]}”"
            faults.append(
                Fault(
                    _("The column %(name)s is not known. Known are: %(known)s.")
                    % {"name": shown, "known": ", ".join(layout.columns)},
                    row=1,
                )
            )
    for name, times in Counter(filter(None, names)).items():
        if times > 1 and name in layout.columns:
            faults.append(Fault(_("The column stands %(times)s times.") % {"times": times}, 1, name))
    faults += layout.missing(names)
    if faults:
        raise InvalidImportError([*faults, Fault(about)] if about else faults)
    return names


def _too_wide(row: int) -> InvalidImportError:
    return InvalidImportError(
        [Fault(_("The row has more than %(most)s cells. Is this the right file?") % {"most": MAX_WIDTH}, row)]
    )


def _too_many() -> InvalidImportError:
    return refused(_("The file has more than %(most)s rows. Split it.") % {"most": MAX_ROWS})
