"""Have a file cleaned in a process of its own, so that one made to break or burst the reader breaks only that."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from activities.files.kinds import PICTURES, FileKind, Unfit, kind_of

SECONDS = 40  # on the clock; the process itself has less of the processor (``worker``)
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is kept of a file. A picture: JPEG, a ``small`` one beside it, ``width`` and ``height`` in pixels.
    A PDF: ``pages``."""

    is_picture: bool
    content: bytes
    small: bytes = b""
    width: int | None = None
    height: int | None = None
    pages: int | None = None


def clean(content: bytes, *, most: int) -> Cleaned:
    """``most``: bytes, before and after. Unfit with its reason; "heavy" is too much memory or time to read it."""
    if not content:
        raise Unfit("empty")
    if len(content) > most:
        raise Unfit("large")
    kind = kind_of(content)
    if kind not in PICTURES and kind != FileKind.PDF:
        raise Unfit(kind.value)
    try:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-m", "activities.files.worker", kind.value],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            cwd=_ROOT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise Unfit("heavy") from None
    if done.returncode:
        raise Unfit("heavy" if done.returncode < 0 else "unreadable")  # ended by a signal: out of time
    cleaned = _answer(done.stdout, is_picture=kind in PICTURES)
    if len(cleaned.content) > most:
        raise Unfit("large")
    return cleaned


def _answer(written: bytes, *, is_picture: bool) -> Cleaned:
    line, _newline, parts = written.partition(b"\n")
    answer = json.loads(line)
    if "fault" in answer:
        raise Unfit(answer["fault"])
    size = answer["content"]
    return Cleaned(
        is_picture=is_picture,
        content=parts[:size],
        small=parts[size:],
        width=answer.get("width"),
        height=answer.get("height"),
        pages=answer.get("pages"),
    )
