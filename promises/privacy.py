"""Is this personal data? Pure, no Django, and the text that was looked at never leaves this module.

Names cannot be recognised, so help texts say "Skriv inga namn"; what has a form of its own is refused here.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PERSONAL_NUMBER = "personal_number"  # personnummer, samordningsnummer and interim numbers
    EMAIL = "email"
    PHONE = "phone"
    PLATE = "plate"
    CASE_NUMBER = "case_number"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found and where: ``text[start:end]`` of the text as it was given."""

    kind: Kind
    start: int
    end: int


# No Luhn: a mistyped number still points out a person to whoever knows the right one.
# Day + 60 is a samordningsnummer; a letter in the last four is an interim number.
# A match may not start inside a longer number, nor after "5000-": but a lone hyphen before it hides nothing.
_PERSONAL_NUMBER = re.compile(
    r"""(?<!\d)(?<!\d-)
    (?:(?:18|19|20)\s?)?\d{2}\s?
    (?:0[1-9]|1[0-2])\s?
    (?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])\s?
    [-+]?\s?(?:\d{4}|[A-Za-z]\d{3})(?!\d)""",
    re.VERBOSE,
)

# The look-behind also keeps a long run of letters from being scanned once per letter.
_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")

# Area code, separator, subscriber number in the groups people write; or up to ten digits in one run.
# Two-digit beginnings other than 08 are days and months, not area codes.
_PHONE = re.compile(
    r"""(?<!\d)(?<!\d[.,])
    (?:
      \+\d{1,3}(?:[ ./-]{0,2}\(0\))?(?:[ ./-]{0,2}\d){7,12}          # +46 70 123 45 67, +46 (0)40 12 34 56
    | 00(?:4[5-7]|358)(?:[ ./-]{0,2}\(0\))?(?:[ ./-]{0,2}\d){7,12}   # 0046…, and the neighbours
    | \(?08(?:\)[ ]?|[ ]?[-/][ ]?|[ ])                              # 08-123 456 78; not the hours "08-17 120"
      (?:[1-9]\d{5,7}|[1-9]\d{1,2}(?:[ -]\d{2,3}){2,3})
    | \(?0[1-9]\d{1,2}(?:\)[ ]?|[ ]?[-/][ ]?|[ ])                   # 040-12 34 56, (0411) 123 45
      (?:
        [1-9]\d{4,7}
      | [1-9]\d{1,2}(?:[ -]\d{2,3}){2,3}
      | [1-9]\d{2}[ -]\d{2,4}
      | [1-9]\d[ -]\d{3}
      )
    | 0[1-9]\d{6,8}                                                   # 0401234567
    | 07[02369]\d[ -]\d{2,3}(?:[ -]?\d{2,3}){1,2}                     # 0701-23 45 67
    )
    (?!\d)(?!-\d)""",
    re.VERBOSE,
)

# Letters that plates use (no I, Q, V, Å, Ä, Ö), then 123 or 12D. Written together in any case; apart only in
# capitals, or "och 100" would be a car. Some capitals before a number are no plate either: money, laws and
# bodies of this field, words typed with caps lock.
_PLATE = re.compile(
    r"""(?<!\w)(?:
      (?!BID|DKK|DNR|EST|EUR|LPO|LSS|MKB|NOK|NTU|OSL|SEK|SFS|SKR|SOL|SOU|USD)
      (?!CAN|DEN|DET|ETT|HAR|HOS|MED|MEN|NER|OCH|PER|SOM|TAR|TOG|UPP|UTE)
      [A-HJ-PR-UW-Z]{3}[ -]\d{2}[\dA-HJ-NPR-UW-Z]
    | [A-HJ-PR-UW-Za-hj-pr-uw-z]{3}\d{2}[\dA-HJ-NPR-UW-Za-hj-npr-uw-z]
    )(?!\w)""",
    re.VERBOSE,
)

# 5000-K123456-19: unit, serial number, year. Without the unit the letter and the year are what tells.
_CASE_NUMBER = re.compile(
    r"""(?<![^\W_])(?:
      \d{4}[ ]?-?[ ]?K[ -]?\d{1,7}(?:[-/ ]\d{2}(?:\d{2})?)?
    | K\d{3,7}[-/]\d{2}(?:\d{2})?
    | K[ -]\d{5,7}[-/]\d{2}(?:\d{2})?
    )(?!\d)""",
    re.VERBOSE | re.IGNORECASE,
)

# In this order: where two overlap, the first one names it.
_PATTERNS = (
    (Kind.CASE_NUMBER, _CASE_NUMBER),
    (Kind.PERSONAL_NUMBER, _PERSONAL_NUMBER),
    (Kind.EMAIL, _EMAIL),
    (Kind.PHONE, _PHONE),
    (Kind.PLATE, _PLATE),
)


def find(text: str) -> tuple[Finding, ...]:
    """Everything in ``text`` that looks like personal data, in the order it stands.

    Full-width digits, thin and hard spaces, every kind of dash and characters that take no room are read as
    their plain forms first. Source of the forms: Skatteverket (personnummer, samordningsnummer),
    Transportstyrelsen (plates), Post- och telestyrelsen (number plan).
    """
    plain, origin = _plain(text)
    found: list[Finding] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            finding = Finding(kind, origin[match.start()], origin[match.end() - 1] + 1)
            if all(finding.end <= other.start or other.end <= finding.start for other in found):
                found.append(finding)
    return tuple(sorted(found, key=lambda finding: finding.start))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in plain characters, and for each of them its place in the original."""
    characters: list[str] = []
    origin: list[int] = []
    for place, original in enumerate(text):
        character = _plain_character(original)
        if character:
            characters.append(character)
            origin.append(place)
    return "".join(characters), origin


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    normal = unicodedata.normalize("NFKC", character)
    if len(normal) == 1:  # "㎡" stays: its "2" must not join the digits after it
        character = normal
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    if category == "Zs":
        return " "
    return "" if category == "Cf" else character  # soft hyphen, zero-width space
