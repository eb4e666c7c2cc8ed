"""Draw the icons a phone shows for the site from static/img/favicon.svg: `python scripts/make_icons.py`.

The results are committed; run this again when the mark or its colours change. Maskable icons may be cut to a circle
of 80 % of their width, so the mark is smaller there (https://www.w3.org/TR/appmanifest/#icon-masks).
"""

import re
from pathlib import Path

import resvg_py

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "static" / "img"
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")

# name: width in pixels, how much of it the mark takes, rounded corners (share of the width)
ICONS = {
    "icon-192.png": (192, 0.72, 0.22),
    "icon-512.png": (512, 0.72, 0.22),
    "icon-192-maskable.png": (192, 0.56, 0),
    "icon-512-maskable.png": (512, 0.56, 0),
    "icon-180.png": (180, 0.68, 0),  # apple-touch-icon: the phone rounds it
}


def drawn(size: int, share: float, corner: float) -> bytes:
    """The mark in its light colours on a card, as PNG."""
    source = (IMAGES / "favicon.svg").read_text(encoding="utf-8")
    box = float(re.search(r'viewBox="0 0 (\d+) \d+"', source)[1])  # type: ignore[index]  # our own file
    style = re.search(r"<style>(.*?)@media", source)[1]  # type: ignore[index]
    mark = re.search(r"</style>(.*)</svg>", source, re.S)[1]  # type: ignore[index]
    card = re.search(r"--card: (#[0-9a-f]{6})", TOKENS)[1]  # type: ignore[index]
    scale, margin = size * share / box, size * (1 - share) / 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"><style>{style}</style>'
        f'<rect width="{size}" height="{size}" rx="{size * corner}" fill="{card}"/>'
        f'<g transform="translate({margin} {margin}) scale({scale})" fill="none" stroke-width="3">{mark}</g></svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg))


if __name__ == "__main__":
    for name, how in ICONS.items():
        (IMAGES / name).write_bytes(drawn(*how))
