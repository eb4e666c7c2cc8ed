"""What a file is, by its first bytes. Its name and what the browser says of it are never asked."""

from enum import StrEnum


class FileKind(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    HEIC = "heic"  # what an iPhone takes unless it is told otherwise
    GIF = "gif"
    SVG = "svg"
    OTHER = "other"


PICTURES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})

_STARTS = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class Unfit(Exception):
    """The file is not kept. ``code``: why (``activities.evidence.FAULTS`` has the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(content: bytes) -> FileKind:
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileKind.HEIC
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"%PDF-"):
        return FileKind.PDF
    return FileKind.SVG if b"<svg" in head.lower() else FileKind.OTHER
