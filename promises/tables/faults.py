"""What is wrong with a file, in words that somebody can act on. Never with the personal data it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """``row``: the header is 1, as in a spreadsheet; None: the whole file. ``value`` None: not told."""

    reason: str
    row: int | None = None
    column: str = ""
    value: str | None = None

    @property
    def shown(self) -> str:
        """The value on one line, without characters that a terminal obeys, and not pages of it; "" if not told."""
        return _printable(self.value) if self.value else ""

    def __str__(self) -> str:
        parts = []
        if self.row is not None:
            parts.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            parts.append(_("column %(column)s") % {"column": self.column})
        if self.value:
            parts.append(_("value “%(value)s”") % {"value": self.shown})
        return f"{', '.join(parts)}: {self.reason}" if parts else self.reason


class InvalidImportError(Exception):
    """Everything that is wrong with one file. As text: a line each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def refused(reason: str) -> InvalidImportError:
    """The whole file, for one reason."""
    return InvalidImportError([Fault(reason)])


def _printable(value: str) -> str:
    """On one line, without characters that a terminal obeys, and not pages of it."""
    line = "".join(character if character.isprintable() else " " for character in value).strip()
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
