"""What one more counts towards, in a line for each target: on the form, after saving, and among one's own rows.

The windows and numbers are those of the dashboard (reports/queries/standings.py judges by the same rules).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import kinds
from reports.evaluation import TargetLine
from reports.figures import Units, has_number, shown_window, unit
from reports.pages.rows import known_actual, known_minimum
from reports.progress import WindowResult
from reports.queries.contribution import Own
from reports.status import Status
from reports.wording import lowered, number, sentence, titled


def standing_lines(units: Units, targets: Iterable[TargetLine], *, as_of: date) -> tuple[str, ...]:
    """ "27 av 25 synliga aktiviteter", "2020: 28 av 50 anmälningar", "4 av 5 önskemål besvarade"."""
    return tuple(standing_line(units, target, as_of=as_of) for target in targets)


def standing_line(units: Units, target: TargetLine, *, as_of: date) -> str:
    windows = target.progress.windows
    if not has_number(target):
        return sentence(kinds.words_of(units, windows))
    window = shown_window(windows, as_of)
    if window.status == Status.UPCOMING:
        return _("%(window)s: not begun") % {"window": titled(window)}
    if not _is_known(target, window):
        return _("%(window)s: no data") % {"window": titled(window)}
    text = count_of(units, window)
    return f"{titled(window)}: {text}" if len(windows) > 1 else text


def count_of(units: Units, window: WindowResult) -> str:
    """ "27 av 25 synliga aktiviteter"."""
    return _("%(actual)s of %(minimum)s %(unit)s") % {
        "actual": number(window.actual),
        "minimum": number(window.goal),
        "unit": unit(units, window.goal),
    }


def standing_after(units: Units, targets: Iterable[TargetLine], *, day: date, areas: Collection[str]) -> str:
    """How the windows stand that a row of this day, in these areas, lies in: "Nu 23 av 25 synliga aktiviteter."."""
    sentences = []
    for target in targets:
        windows = target.progress.windows
        if has_number(target):
            sentences += [
                _now(units, window, is_one=len(windows) == 1)
                for window in _windows_of(windows, day, areas)
                if _is_known(target, window)
            ]
        elif target.due_on is not None:
            sentences.append(f"{sentence(kinds.words_of(units, windows))}.")
        else:
            sentences.append(_("Now %(count)s.") % {"count": lowered(kinds.words_of(units, windows))})
    return " ".join(sentences)


def _now(units: Units, window: WindowResult, *, is_one: bool) -> str:
    values = {"window": titled(window), "count": count_of(units, window)}
    return (_("Now %(count)s.") if is_one else _("%(window)s: now %(count)s.")) % values


def _windows_of(windows: Sequence[WindowResult], day: date, areas: Collection[str]) -> list[WindowResult]:
    return [
        window
        for window in windows
        if window.start <= day <= window.end and (not window.area or window.area in areas)
    ]


def _is_known(target: TargetLine, window: WindowResult) -> bool:
    return known_actual(window) is not None and known_minimum(target, window) is not None


def contribution_line(units: Units, own: Own, target: TargetLine, *, as_of: date) -> str:
    """What one person's rows are part of: "23 av 25 synliga aktiviteter, 4 av dem är dina."."""
    windows = target.progress.windows
    together = standing_line(units, target, as_of=as_of)
    if not has_number(target) or target.kind == "coverage" or target.each_area:
        return _with_rows(own.rows, together)
    window = shown_window(windows, as_of)
    mine = sum(total for day, total in own.days if window.start <= day <= window.end)
    if not mine or not _is_known(target, window):
        return f"{together}."
    values = {"own": number(mine), "window": titled(window), "count": count_of(units, window)}
    if len(windows) == 1:
        text = ngettext("%(count)s, one of them is yours.", "%(count)s, %(own)s of them are yours.", mine)
    else:
        text = ngettext(
            "%(window)s: %(count)s, one of them is yours.",
            "%(window)s: %(count)s, %(own)s of them are yours.",
            mine,
        )
    return text % values


def _with_rows(rows: int, together: str) -> str:
    """Where what is counted is something else than what one person logs: classes, requests, areas by themselves."""
    if not rows:
        return f"{together}."
    return ngettext(
        "You have logged once. %(count)s, all together.",
        "You have logged %(number)s times. %(count)s, all together.",
        rows,
    ) % {"number": number(rows), "count": together}
