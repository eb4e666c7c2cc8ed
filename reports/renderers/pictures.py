"""SVG as PNG, for files that cannot hold SVG. Only our own font: the picture is the same on every machine."""

from functools import lru_cache
from pathlib import Path

import resvg_py

_FONTS = Path(__file__).resolve().parent.parent / "fonts"
_ZOOM = 3  # sharp in print: 640 units become 1920 pixels


@lru_cache(maxsize=32)  # the same evaluation is often fetched again; a picture is some 30 kB
def png(svg: str) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=_ZOOM,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(_FONTS.glob("*.ttf"))],
            font_family="Source Sans 3",
            sans_serif_family="Source Sans 3",
        )
    )
