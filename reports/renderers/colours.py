"""What colours a status has where no style sheet reaches: Word and Excel. The light tokens of static/css/tokens.css.

The word stands there always; the colour is extra.
"""

from reports.labels import status_look

_OF_LOOK = {
    "kept": ("17633A", "E3F1E8"),
    "on_pace": ("12477F", "E6EEF7"),
    "at_risk": ("7A4D00", "FDF0D5"),
    "behind": ("9C1F1F", "FBE7E4"),
    "unknown": ("4C5664", "ECEEF1"),
}


def status_colours(code: str) -> tuple[str, str]:
    """Text and ground, hexadecimal without "#"."""
    return _OF_LOOK[status_look(code)]
