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
    """What storing did: "40 aktiviteter lades till, 2 rättades och 5 fanns redan", with no stop."""
    parts = [
        (batch.added, ngettext("%(n)s activity was added", "%(n)s activities were added", batch.added)),
        (batch.corrected, ngettext("%(n)s was corrected", "%(n)s were corrected", batch.corrected)),
        (
            batch.unchanged,
            ngettext("%(n)s was there already", "%(n)s were there already", batch.unchanged),
        ),
    ]
    return listed(text % {"n": number(many)} for many, text in parts if many)


def plan_in_words(added: int, corrected: int) -> str:
    """ "40 aktiviteter makuleras och 2 rättas tillbaka." """
    parts = [
        (added, ngettext("%(n)s activity will be voided", "%(n)s activities will be voided", added)),
        (
            corrected,
            ngettext("%(n)s will be set back", "%(n)s will be set back", corrected),
        ),
    ]
    said = listed(text % {"n": number(many)} for many, text in parts if many)
    return f"{said}." if said else _("Nothing of it is left as it came in.")


def undone_in_words(voided: int, set_back: int, left: int) -> str:
    """What taking back did: "40 aktiviteter makulerades och 2 rättades tillbaka." """
    parts = [
        (voided, ngettext("%(n)s activity was voided", "%(n)s activities were voided", voided)),
        (set_back, ngettext("%(n)s was set back", "%(n)s were set back", set_back)),
        (left, ngettext("%(n)s could not be set back", "%(n)s could not be set back", left)),
    ]
    said = listed(text % {"n": number(many)} for many, text in parts if many)
    return f"{said}." if said else _("The import is taken back.")
