"""The columns of the file, the same for reading and for writing, and a row's content as their cells.

The headers are a file format (docs/import-format.md): Swedish whatever language the reader has chosen.
"""

import hashlib
import json

from activities.choices import State
from activities.rules import Entry
from promises import school_year
from promises.tables.text import protect, tidy, unprotect

__all__ = [
    "COLUMNS", "COLUMN_OF", "DAYS", "NUMBERS", "SEVERAL", "SHEET", "STATUS", "cells", "digest", "protect",
    "tidy", "unprotect",
]  # fmt: skip

SHEET = "Aktiviteter"
COLUMNS = (
    "id", "datum", "månad", "tid", "åtagande", "typ", "antal", "områden", "parter", "status", "skola",
    "läsår", "klasser", "elever", "nådda", "minuter", "anteckning", "orsak", "länk", "önskad",
)  # fmt: skip
DAYS = frozenset({"datum", "önskad"})
_LATER = frozenset({"önskad"})
NUMBERS = frozenset({"åtagande", "antal", "nådda", "minuter"})
SEVERAL = "|"

STATUS = {State.PLANNED: "planerad", State.DONE: "genomförd", State.CANCELLED: "inställd"}

# The column somebody looks in for the fault of a field of Entry.
COLUMN_OF = {
    "state": "status",
    "asked_on": "önskad",
    "occurred_on": "datum",
    "starts_at": "tid",
    "kind": "typ",
    "quantity": "antal",
    "areas": "områden",
    "parties": "parter",
    "school": "skola",
    "school_year": "läsår",
    "classes": "klasser",
    "persons_reached": "nådda",
    "minutes": "minuter",
    "note": "anteckning",
    "reason": "orsak",
    "link": "länk",
    "client_key": "id",
}


def cells(number: int, entry: Entry) -> dict[str, str]:
    """A row's content, column -> text, without the id: what is exported, and what "same content" compares.

    Areas, parties and classes are in order of their names, so that the same content is the same text.
    """
    classes = sorted(entry.classes, key=lambda one: one.school_class.label)
    pupils = ["" if one.pupils_present is None else str(one.pupils_present) for one in classes]
    return {
        "datum": "" if entry.month_only else entry.occurred_on.isoformat(),
        "månad": f"{entry.occurred_on:%Y-%m}" if entry.month_only else "",
        "tid": f"{entry.starts_at:%H:%M:%S}".removesuffix(":00") if entry.starts_at else "",
        "åtagande": str(number),
        "typ": entry.kind.name if entry.kind else "",
        "antal": str(entry.quantity),
        "områden": SEVERAL.join(sorted(area.name for area in entry.areas)),
        "parter": SEVERAL.join(sorted(str(party) for party in entry.parties)),
        "status": STATUS[entry.state],
        "skola": entry.school.name if entry.school else "",
        "läsår": "" if entry.school_year is None else school_year.label(entry.school_year),
        "klasser": SEVERAL.join(one.school_class.label for one in classes),
        "elever": SEVERAL.join(pupils) if any(pupils) else "",
        "nådda": "" if entry.persons_reached is None else str(entry.persons_reached),
        "minuter": "" if entry.minutes is None else str(entry.minutes),
        "anteckning": tidy(entry.note),
        "orsak": tidy(entry.reason),
        "länk": tidy(entry.link),
        "önskad": "" if entry.asked_on is None else entry.asked_on.isoformat(),
    }


def digest(content: dict[str, str]) -> str:
    """64 hexadecimal digits that stand for a row's content.

    A column that came later takes part only where it says something: rows that are stored keep their keys.
    """
    content = {name: text for name, text in content.items() if text or name not in _LATER}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
