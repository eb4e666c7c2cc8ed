"""Decisions that changed a commitment, in words: what, when, and how it stands by what was first promised."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from reports import kinds
from reports.amended import AmendmentLine
from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import has_known_window, has_many_windows, has_number, is_unreported
from reports.labels import status_label
from reports.sentences import windows_kept
from reports.wording import long_date, number, percent, sentence, titled


def all_told(line: CommitmentLine, *, as_of: date) -> tuple[str, ...]:
    """Every decision, and how it stands by what was first promised."""
    return (*changed(line), *by_original(line, as_of=as_of))


def changed(line: CommitmentLine) -> list[str]:
    """ "Ändrat 2020-03-01: 40 i stället för 50.", one for each decision, in order of day."""
    return [f"{what_changed(line, one)}." for one in line.amendments]


def what_changed(line: CommitmentLine, one: AmendmentLine) -> str:
    """The same without a full stop."""
    return sentence(" ".join(_parts(line, one)))


def _parts(line: CommitmentLine, one: AmendmentLine) -> Iterable[str]:
    day = one.decided_on.isoformat()
    parts = []
    if one.new_minimum != one.old_minimum:
        parts.append(
            _("%(new)s instead of %(old)s")
            % {"new": _number(one.new_minimum), "old": _number(one.old_minimum)}
        )
    elif one.new_due != one.old_due and one.new_due and one.old_due:
        parts.append(
            _("done by %(new)s instead of %(old)s")
            % {"new": long_date(one.new_due), "old": long_date(one.old_due)}
        )
    elif one.new_minimum is not None:
        parts.append(_("how the number is read"))
    elif one.new_due is not None:
        parts.append(_("how the day is read"))
    elif one.target is not None:
        parts.append(_("how the commitment is read"))
    if one.new_wording:
        parts.append(_("the wording"))
    yield _("changed %(day)s: %(what)s") % {"day": day, "what": ", ".join(parts)}
    if one.target is not None and len(line.targets) > 1:
        yield _("(target %(place)s)") % {"place": number(one.target)}


def _number(value: int | None) -> str:
    return "–" if value is None else number(value)


def by_original(line: CommitmentLine, *, as_of: date) -> list[str]:
    """One for each target whose number or day was changed."""
    return [by_original_target(target, as_of=as_of) for target in line.targets if target.has_two_results]


def by_original_target(target: TargetLine, *, as_of: date) -> str:
    """ "Enligt det ursprungliga målet: Delvis uppfyllt, 1 av 2 år uppfyllda."."""
    told = _("By the original target: %(result)s.") % {"result": result(target.as_promised, as_of=as_of)}
    if not target.broken_before_decision:
        return told
    passed = _("The day had passed when it was changed, so the change judges nothing.")
    return f"{told} {passed}"


def result(target: TargetLine, *, as_of: date) -> str:
    """ "Ej uppfyllt, 47 av 50 (94 %)"; several windows: "Delvis uppfyllt, 1 av 2 år uppfyllda"."""
    return ", ".join(filter(None, [status_label(target.progress.status), outcome(target, as_of=as_of)]))


def outcome(target: TargetLine, *, as_of: date) -> str:
    """The same without the status, "" where nothing is known."""
    windows = target.progress.windows
    if not has_number(target):
        return kinds.outcome_so_far(target, as_of=as_of)
    if len(windows) > 1:
        known = has_known_window(target) and windows[0].start <= as_of
        return windows_kept(target, as_of=as_of) if known else ""
    (window,) = windows
    if is_unreported(window) or window.start > as_of or not window.minimum:
        return ""
    values = {
        "actual": number(window.actual),
        "minimum": number(window.minimum),
        "share": percent(window.share),
    }
    return _("%(actual)s of %(minimum)s (%(share)s)") % values


def original_windows(target: TargetLine) -> str:
    """ "2019: 52 av 50; 2020: 47 av 50": what a cell of a table has room for. "" for more than it has."""
    promised = target.as_promised
    if has_many_windows(promised):
        return ""
    return "; ".join(
        _("%(window)s: no data") % {"window": titled(window)}
        if is_unreported(window)
        else _("%(window)s: %(actual)s of %(minimum)s")
        % {
            "window": titled(window),
            "actual": number(window.actual),
            "minimum": number(window.goal),
        }
        for window in promised.progress.windows
    )
