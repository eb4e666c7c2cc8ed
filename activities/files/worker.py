"""The process in which a file is opened: with little memory, little time and none of the site's secrets.

The file comes in by standard input, the first byte of the arguments says what it is. Out comes one line of JSON and
the bytes it names: {"fault": …} or {"width", "height", "pages", "content": bytes, "small": bytes}.
"""

import json
import resource
import sys

from activities.files.kinds import FileKind, Unfit
from activities.files.pdf import clean_pdf
from activities.files.pictures import clean_picture

MOST_MEMORY = 1_000_000_000  # bytes of address space; a picture of 50 million pixels needs about 500 MB
MOST_SECONDS = 25  # of processor time


def main(kind: str) -> None:
    _limit(resource.RLIMIT_CPU, MOST_SECONDS)
    _limit(resource.RLIMIT_AS, MOST_MEMORY)
    _limit(resource.RLIMIT_FSIZE, 0)  # nothing is written to the disk
    _limit(resource.RLIMIT_CORE, 0)
    content = sys.stdin.buffer.read()
    try:
        answer, parts = _clean(FileKind(kind), content)
    except Unfit as unfit:
        answer, parts = {"fault": unfit.code}, []
    except MemoryError:
        answer, parts = {"fault": "heavy"}, []
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n")
    for part in parts:
        out.write(part)


def _clean(kind: FileKind, content: bytes) -> tuple[dict[str, int | str], list[bytes]]:
    if kind == FileKind.PDF:
        document = clean_pdf(content)
        return {"pages": document.pages, "content": len(document.content)}, [document.content]
    picture = clean_picture(content)
    return (
        {
            "width": picture.width,
            "height": picture.height,
            "content": len(picture.content),
            "small": len(picture.small),
        },
        [picture.content, picture.small],
    )


def _limit(what: int, most: int) -> None:
    try:
        resource.setrlimit(what, (most, most))
    except (ValueError, OSError):  # macOS knows no limit of address space
        return


if __name__ == "__main__":
    main(sys.argv[1])
