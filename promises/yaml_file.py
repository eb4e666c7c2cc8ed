"""A YAML file as plain data, with the line of every value; or everything that is wrong with it, in words.

Stricter than YAML, because a definition is read by people: no key twice (PyYAML silently keeps the last), no
aliases (a few lines of them unfold to gigabytes), no tags, no words that turn into something else (``no``,
``on`` and dates stay the text they are). Knows nothing about promises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml import events

from promises import privacy

MAX_BYTES = 1_000_000
MAX_DEPTH = 12

_INTEGER = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d{1,15}\.\d{1,15}", re.ASCII)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """``path``: where in the file, as ``commitments[1].title``; "" is the whole file. ``line`` from 1."""

    path: str
    reason: str
    line: int | None = None


class InvalidFileError(Exception):
    """Everything that is wrong with one file. As text: a line each, with file, path and reason."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = sorted(set(problems), key=lambda p: (p.line or 0, p.path, p.reason))

    def __str__(self) -> str:
        return "\n".join(self._line(problem) for problem in self.problems)

    def _line(self, problem: Problem) -> str:
        place = problem.path
        if problem.line is not None:
            line = _("line %(line)d") % {"line": problem.line}
            place = f"{place} ({line})" if place else line
        return ": ".join(part for part in (str(self.file), place, problem.reason) if part)


@dataclass(frozen=True, slots=True)
class Document:
    data: Any
    lines: dict[str, int]


def child(path: str, key: str | int) -> str:
    """``commitments`` + 1 -> ``commitments[1]``; + "title" -> ``commitments.title``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    shown = quoted(key) if privacy.find(key) or not re.fullmatch(r"\w{1,40}", key) else key
    return f"{path}.{shown}" if path else shown


def quoted(value: object) -> str:
    """A value as an error may show it: short, on one line, and never personal data."""
    text = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(str(value).split())
    )
    if privacy.find(text):
        return "”…”"
    return f"”{text[:60]}…”" if len(text) > 60 else f"”{text}”"


def read(file: Path) -> Document:
    """Raises InvalidFileError: unreadable, too large, not UTF-8, not YAML, or YAML not allowed here."""
    text = _read_text(file)
    reader = _Reader()
    try:
        data = reader.read(yaml.parse(text, Loader=yaml.SafeLoader))
    except _TooDeepError as error:
        reason = _("This is nested too deep to be a definition.")
        raise InvalidFileError(file, [Problem("", reason, error.line)]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = _(
            "This is not valid YAML. Look at the indentation, the colons and the quotation marks here."
        )
        raise InvalidFileError(file, [Problem("", reason, mark.line + 1 if mark else None)]) from None
    except yaml.YAMLError:
        reason = _("The file holds control characters. Save it as plain text.")
        raise InvalidFileError(file, [Problem("", reason)]) from None
    if reader.problems:
        raise InvalidFileError(file, reader.problems)
    return Document(data, reader.lines)


def _read_text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        reason = _("The file does not exist.")
    except IsADirectoryError:
        reason = _("This is a folder, not a file.")
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        reason = _("The file cannot be read.")
    else:
        if len(content) <= MAX_BYTES:
            return _decode(file, content)
        reason = _("The file is larger than 1 MB.")
    raise InvalidFileError(file, [Problem("", reason)])


def _decode(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = _("The file is not UTF-8. Save it with the encoding UTF-8.")
        raise InvalidFileError(file, [Problem("", reason, line)]) from None


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _Reader:
    """Plain data from parser events. Nothing is unfolded, so the work is bounded by the file's size."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def read(self, stream: Iterator[events.Event]) -> Any:
        data = None
        documents = 0
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
            elif isinstance(event, events.NodeEvent):
                value = self._value(event, stream, path="", depth=0)
                data = value if documents == 1 else data
        if documents > 1:
            self.problems.append(
                Problem("", _("The file holds several documents. Keep one promise in one file."))
            )
        return data

    def _value(self, event: events.Event, stream: Iterator[events.Event], *, path: str, depth: int) -> Any:
        line = _line(event)
        if depth > MAX_DEPTH:
            raise _TooDeepError(line)
        self.lines.setdefault(path, line)
        if isinstance(event, events.AliasEvent):
            reason = _("References (*name) are not allowed. Write the value out.")
            self.problems.append(Problem(path, reason, line))
            return None
        if getattr(event, "tag", None):
            self.problems.append(
                Problem(path, _("Tags (!name) are not allowed. Write the value only."), line)
            )
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(stream, path=path, depth=depth)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(stream, path=path, depth=depth)
        return _scalar(event) if isinstance(event, events.ScalarEvent) else None

    def _mapping(self, stream: Iterator[events.Event], *, path: str, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in stream:
            if isinstance(event, events.MappingEndEvent):
                break
            line = _line(event)
            key = event.value if isinstance(event, events.ScalarEvent) else None
            if key is None:  # a list or another mapping as a key
                self.problems.append(Problem(path, _("A key must be a single word."), line))
                self._value(event, stream, path=path, depth=depth + 1)
            place = child(path, key or "")
            if key in mapping:
                reason = _("The key stands here twice. Keep one of them.")
                self.problems.append(Problem(place, reason, line))
            self.lines.setdefault(place, line)
            value = self._value(next(stream), stream, path=place, depth=depth + 1)
            mapping.setdefault(key or "", value)
        return mapping

    def _sequence(self, stream: Iterator[events.Event], *, path: str, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in stream:
            if isinstance(event, events.SequenceEndEvent):
                break
            items.append(self._value(event, stream, path=child(path, len(items)), depth=depth + 1))
        return items


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: events.ScalarEvent) -> Any:
    """Numbers (decimals exact), true, false and nothing; everything else is text, without space around it."""
    text: str = event.value.strip()
    if event.style is not None:  # in quotation marks, or a block of text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
