"""Which signs our fonts can draw. PDF/A forbids a page with a sign that no font has, and people type emoji.

Reads the ``cmap`` table of the TrueType files, formats 4 and 12 (OpenType specification, "cmap").
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "fonts"


def drawable(text: str) -> str:
    """The text with every sign that cannot be drawn said in words: 😀 becomes "[grinning face]".

    Signs that only change the look of the one before them are left out. Line breaks stay.
    """
    known = covered()
    if all(sign in known for sign in map(ord, text)):
        return text
    return "".join(sign if ord(sign) in known else _in_words(sign) for sign in text)


def _in_words(sign: str) -> str:
    if unicodedata.category(sign) in {"Cf", "Mn", "Me", "Cc"}:
        return ""
    return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"


@cache
def covered() -> frozenset[int]:
    """The code points that all of our fonts have, and what needs no picture: space, tab, line break."""
    fonts = [_code_points(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset(set.intersection(*fonts) | {0x09, 0x0A})


def _code_points(font: bytes) -> set[int]:
    (tables,) = struct.unpack_from(">H", font, 4)
    for index in range(tables):
        tag, _sum, start, _length = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == b"cmap":
            return _cmap(font, start)
    raise ValueError("a font without cmap")


def _cmap(font: bytes, start: int) -> set[int]:
    (subtables,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for index in range(subtables):
        (offset,) = struct.unpack_from(">I", font, start + 8 + 8 * index)
        at = start + offset
        (form,) = struct.unpack_from(">H", font, at)
        if form == 12:
            found |= _segmented_coverage(font, at)
        elif form == 4:
            found |= _segments(font, at)
    return found


def _segmented_coverage(font: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", font, at + 12)
    found: set[int] = set()
    for index in range(groups):
        first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * index)
        found.update(range(first, last + 1))
    return found


def _segments(font: bytes, at: int) -> set[int]:
    (double,) = struct.unpack_from(">H", font, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + double)
    pairs = zip(starts, ends, strict=True)
    return {code for first, last in pairs for code in range(first, last + 1)} - {0xFFFF}
