"""A file that was sent in, in sentences."""

from collections.abc import Iterable, Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.choices import Verdict
from activities.models import ImportBatch, ImportRow

_SUMMARY = ("datum", "månad", "typ", "antal", "områden", "skola", "klasser", "status")


def counts_in_words(counts: Mapping[Verdict, int]) -> str:
    """ "50 rader: 40 nya, 2 som ändrar en aktivitet, 5 som finns redan och 3 att rätta." """
    words = {
        Verdict.NEW: ngettext("%(n)s new one", "%(n)s new ones", counts[Verdict.NEW]),
        Verdict.CHANGED: ngettext(
            "%(n)s that changes an activity", "%(n)s that change an activity", counts[Verdict.CHANGED]
        ),
        Verdict.SAME: ngettext(
            "%(n)s that is there already", "%(n)s that are there already", counts[Verdict.SAME]
        ),
        Verdict.ERROR: ngettext("%(n)s to put right", "%(n)s to put right", counts[Verdict.ERROR]),
    }
    parts = [text % {"n": number(counts[verdict])} for verdict, text in words.items() if counts[verdict]]
    total = sum(counts.values())
    said = ngettext("%(total)s row: %(parts)s.", "%(total)s rows: %(parts)s.", total)
    return said % {"total": number(total), "parts": listed(parts)}


def number(many: int) -> str:
    """ "10 000"."""
    return str(number_format(many, use_l10n=True, force_grouping=True))


def listed(parts: Iterable[str]) -> str:
    parts = list(parts)
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def row_in_words(line: ImportRow) -> str:
    """ "3 · 2019-03-14 · Fotpatrull · 2 · Holma": as it stands in the file."""
    texts = [line.cells.get("åtagande", ""), *(line.cells.get(name, "") for name in _SUMMARY)]
    return " · ".join(text.replace("|", ", ") for text in texts if text)


def result_in_words(batch: ImportBatch) -> str:
    """What storing did: "40 aktiviteter lades till, 2 rättades och 5 fanns redan." """
    parts = [
        (batch.added, ngettext("%(n)s activity was added", "%(n)s activities were added", batch.added)),
        (batch.corrected, ngettext("%(n)s was corrected", "%(n)s were corrected", batch.corrected)),
        (
            batch.unchanged,
            ngettext("%(n)s was there already", "%(n)s were there already", batch.unchanged),
        ),
    ]
    return listed(text % {"n": number(many)} for many, text in parts if many) + "."
