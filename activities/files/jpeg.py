"""The parts of a JPEG file, where the picture itself must stay as it is (within a PDF)."""

import re

_SCAN, _END = 0xDA, 0xD9
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_ADOBE, _COMMENT = 0xEE, 0xFE
_DROPPED = frozenset(range(0xE1, 0xF0)) - {_ADOBE} | {_COMMENT}
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # within the picture: neither a stuffed byte nor a restart


def without_metadata(content: bytes) -> bytes:
    """The same picture without EXIF, XMP, profiles and comments, and without what stands after its end.

    JFIF's segment stays, and Adobe's, which says what the colours mean. Not a JPEG, or broken before the picture
    begins: nothing of it is left (b"").
    """
    if content[:2] != b"\xff\xd8":
        return b""
    kept, place, begun = bytearray(b"\xff\xd8"), 2, False
    while place + 2 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == _END:
            return bytes(kept + b"\xff\xd9")
        if marker == 0xFF:  # a filling byte
            place += 1
            continue
        length = 0 if marker in _BARE else int.from_bytes(content[place + 2 : place + 4], "big")
        end = place + 2 + length
        if marker == _SCAN:
            begun = True
            following = _MARKER.search(content, end)
            end = following.start() if following else len(content)
        if marker not in _DROPPED:
            kept += content[place:end]
        place = end
    return bytes(kept) if begun else b""
