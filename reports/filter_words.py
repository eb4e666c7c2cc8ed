"""A filter in words: what is chosen, what it leaves out, and how much it is of the whole."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluation import TargetLine
from reports.figures import kept_of
from reports.filters import Filter
from reports.progress import WindowResult
from reports.wording import in_words, number, sentence, window_title, windows_word


def filter_line(chosen: Filter) -> str:
    """ "Urval: Kroksbäck · 2019. Två åtaganden visas inte."; "" without a filter."""
    if not chosen.is_set:
        return ""
    text = _("Chosen: %(what)s.") % {"what": _chosen(chosen, with_party=True)}
    if chosen.left_out:
        text += " " + ngettext(
            "One commitment is not shown.", "%(number)s commitments are not shown.", chosen.left_out
        ) % {"number": sentence(in_words(chosen.left_out))}
    if chosen.area is not None or chosen.kind is not None:
        text += " " + (
            _("A status is about all areas and kinds together.")
            if chosen.period
            else _("The status is that of the whole promise.")
        )
    return text


def chosen_of(chosen: Filter, count: int, total: int, *, judged: bool) -> str:
    """ "Kroksbäck: 9 av de 27". Not ``judged``: a period that the commitment is not judged for by itself."""
    values = {"what": _chosen(chosen, with_party=False), "count": number(count), "total": number(total)}
    if not total:
        return _("%(what)s: nothing logged") % values
    if judged:
        return _("%(what)s: %(count)s of the %(total)s") % values
    return _("%(what)s: %(count)s of the %(total)s, not judged by itself") % values


def area_not_stated(chosen: Filter) -> str:
    """ "Kroksbäck: område inte angivet": nobody wrote where, which is not zero."""
    return _("%(what)s: area not stated") % {"what": _chosen(chosen, with_party=False)}


def windows_in_period(target: TargetLine, label: str, windows: Sequence[WindowResult], *, as_of: date) -> str:
    """ "2019: 40 av 52 veckor"."""
    kept, of = kept_of(windows, as_of)
    return _("%(year)s: %(kept)s of %(of)s %(windows)s") % {
        "year": window_title(label),
        "kept": number(kept),
        "of": number(of),
        "windows": windows_word(target.window, of),
    }


def _chosen(chosen: Filter, *, with_party: bool) -> str:
    words = [
        chosen.area.name if chosen.area else "",
        chosen.party.label if chosen.party and with_party else "",
        window_title(chosen.period.label) if chosen.period else "",
        chosen.kind.label if chosen.kind else "",
    ]
    return " · ".join(word for word in words if word)
