"""Text that people typed, made fit for files that programs read."""

import re

_FORMULA = re.compile(r"^[=+\-@\t\r\n\0＝＋－＠]")
# What no XML may hold: control characters, lone surrogates, and the two non-characters.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def not_a_formula(text: str) -> str:
    """A spreadsheet must not run what somebody typed (ASVS 1.2.10): an apostrophe goes before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def xml_text(text: str) -> str:
    """The text without the characters that would make an XML file unreadable."""
    return _NOT_XML.sub("", text)
