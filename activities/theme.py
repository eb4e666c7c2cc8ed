"""The colours that a browser wants to know outside the pages, from where all colours stand: static/css/tokens.css."""

import re
from pathlib import Path

from django.conf import settings

TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
DARK_BEGINS = "@media screen and (prefers-color-scheme: dark)"


def colours(name: str) -> dict[str, str]:
    """``name`` in both schemes: {"light": "#f6f5f1", "dark": "#12161c"}."""
    light, dark = TOKENS.read_text(encoding="utf-8").split(DARK_BEGINS)
    found = {}
    for scheme, part in (("light", light), ("dark", dark)):
        match = re.search(rf"--{name}: (#[0-9a-f]{{6}});", part)
        if match is None:
            raise ValueError(f"{TOKENS.name} has no colour {name} for {scheme}")
        found[scheme] = match[1]
    return found


PAPER, CARD = colours("paper"), colours("card")
