"""Text of a cell: as it is stored, and as a CSV cell that no spreadsheet runs."""

import re

# The wide signs too: some spreadsheets take them for the narrow ones.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_PROTECTED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


def protect(text: str) -> str:
    """Text as a CSV cell that no spreadsheet runs as a formula: with an apostrophe before it.

    ``unprotect`` undoes it. Apostrophes that stand there already get one more, so that every text comes back.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unprotect(text: str) -> str:
    return text[1:] if _PROTECTED.match(text) else text


def tidy(text: str) -> str:
    """Text as it is stored: nothing around it, and one kind of line break."""
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")
