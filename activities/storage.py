"""Files of activities on the disk, under EVIDENCE_ROOT and random names, readable by the site's own user only."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from django.conf import settings

_NAME = re.compile(r"[0-9a-f]{32}")
_SMALL = ".small"
PART = ".part"


def put(content: bytes, small: bytes = b"") -> str:
    """Store a file, and the small picture beside it; the name to find them by. OSError: then nothing is left."""
    name = secrets.token_hex(16)
    folder = _path(name).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if small:
            _write(_path(name, small=True), small)
        _write(_path(name), content)
    except OSError:
        remove(name)
        raise
    return name


def open_file(name: str, *, small: bool = False) -> BufferedReader:
    """OSError where it is not there, ValueError where the name is none of ours."""
    return _path(name, small=small).open("rb")


def remove(name: str) -> None:
    """What is not there is no fault. OSError where it cannot be removed."""
    for small in (True, False):
        path = _path(name, small=small)
        path.unlink(missing_ok=True)
        _part_of(path).unlink(missing_ok=True)


def digest(name: str) -> str:
    """SHA-256 of the file as it lies there. OSError."""
    with open_file(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def paths() -> Iterator[Path]:
    """Every file there is, half written ones too."""
    return (path for path in Path(settings.EVIDENCE_ROOT).rglob("*") if path.is_file())


def name_of(path: Path) -> str:
    """The name a file belongs to; "" for one that is not of here."""
    name = path.name.removesuffix(_SMALL)
    return name if _NAME.fullmatch(name) and path.parent.name == name[:2] else ""


def _path(name: str, *, small: bool = False) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a stored file: {name!r}")
    return Path(settings.EVIDENCE_ROOT) / name[:2] / (name + (_SMALL if small else ""))


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + PART)


def _write(path: Path, content: bytes) -> None:
    """All of it under its name, or nothing: a reader never sees half a file, nor does the next start after a crash."""
    part = _part_of(path)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name too outlives a power failure
        finally:
            os.close(folder)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
