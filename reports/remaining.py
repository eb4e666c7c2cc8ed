"""What would be enough, in words: how many more, in what time, at which pace; and what can no longer be kept."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.enough import DAYS_OF, Enough, Per, enough_of, lost_to, rounded_down_once, rounded_up
from reports.evaluation import TargetLine
from reports.figures import has_number, is_rhythm, kept_of
from reports.progress import WindowResult
from reports.wording import class_names, in_words, listed, named, number, parts_word, titled

IN_DAYS = 28  # fewer than so many are told as days
IN_WEEKS = 26  # so many weeks or fewer as weeks, more as months
NAMED = 3  # so many missed windows or classes are named; more are counted


def enough_line(window: WindowResult, *, as_of: date) -> str:
    """ "2020: 9 till på 6 veckor: 1,5 i veckan, hittills 0,9." for an open window that is not kept, else ""."""
    found = enough_of(window, as_of=as_of)
    if found is None:
        return ""
    return " ".join(filter(None, [f"{titled(window)}: {enough_words(found)}.", hopeless(found)]))


def enough_words(found: Enough) -> str:
    """ "9 till på 6 veckor: 1,5 i veckan, hittills 0,9"; the last ones without a pace: "1 till på 3 dagar"."""
    if found.school_days_left == 0:
        return _("%(number)s more, and no school day is left") % {"number": number(found.missing)}
    words = _("%(number)s more in %(time)s") % {"number": number(found.missing), "time": _time(found)}
    pace = pace_words(found)
    return f"{words}: {pace}" if pace else words


def pace_words(found: Enough) -> str:
    """ "1,5 i veckan, hittills 0,9". "" where the number says all, or no one pace leads there."""
    if found.per is None or found.needed is None or not found.says_pace:
        return ""
    needed = _("%(needed)s %(per)s") % {
        "needed": number(rounded_up(found.needed)),
        "per": per_word(found.per),
    }
    if found.so_far is None:
        return needed
    return _("%(needed)s, so far %(so_far)s") % {"needed": needed, "so_far": _so_far(found.so_far)}


def hopeless(found: Enough) -> str:
    return _("At the pace so far it will not be reached.") if found.hopeless else ""


def per_word(per: Per) -> str:
    words = {
        Per.DAY: _("a day"),
        Per.WEEK: _("a week"),
        Per.MONTH: _("a month"),
        Per.SCHOOL_DAY: _("a school day"),
        Per.SCHOOL_WEEK: _("a school week"),
    }
    return words[per]


def _so_far(value: Fraction) -> str:
    shown = rounded_down_once(value)
    if value and not shown:
        return _("under %(number)s") % {"number": number(Decimal("0.1"))}
    return number(shown)


def _time(found: Enough) -> str:
    """School days; or whole days, weeks or months, rounded down: nobody gets more time than there is."""
    days, school_days = found.days_left, found.school_days_left
    if school_days is not None:
        return ngettext("%(number)s school day", "%(number)s school days", school_days) % {
            "number": number(school_days)
        }
    weeks = days // 7
    if days < IN_DAYS:
        return ngettext("%(number)s day", "%(number)s days", days) % {"number": number(days)}
    if weeks <= IN_WEEKS:
        return ngettext("%(number)s week", "%(number)s weeks", weeks) % {"number": number(weeks)}
    months = int(days / DAYS_OF[Per.MONTH])
    return ngettext("%(number)s month", "%(number)s months", months) % {"number": number(months)}


def lost_line(target: TargetLine, *, as_of: date) -> str:
    """ "Hela löftet kan inte längre hållas: 2019 blev 40 av 50." while a window is left; else ""."""
    windows = target.progress.windows
    missed = lost_to(windows, as_of=as_of)
    if not missed or not has_number(target):
        return ""
    return _("The whole commitment can no longer be kept: %(why)s.") % {"why": _why(target, missed, as_of)}


def lost_note(target: TargetLine, *, as_of: date) -> str:
    """The same where the missed windows stand beside it."""
    return _("all of it can no longer be kept") if lost_to(target.progress.windows, as_of=as_of) else ""


def _why(target: TargetLine, missed: Sequence[WindowResult], as_of: date) -> str:
    if target.kind == "coverage":
        return listed([missed_classes(window) for window in missed])
    if is_rhythm(target) or len(missed) > NAMED:
        of = kept_of(target.progress.windows, as_of)[1]
        return ngettext(
            "%(number)s of %(of)s %(windows)s was missed",
            "%(number)s of %(of)s %(windows)s were missed",
            len(missed),
        ) % {"number": number(len(missed)), "of": number(of), "windows": parts_word(target, of)}
    return listed(
        [
            _("%(window)s came to %(actual)s of %(minimum)s")
            % {
                "window": named(window),
                "actual": number(window.actual),
                "minimum": number(window.goal),
            }
            for window in missed
        ]
    )


def missed_classes(window: WindowResult) -> str:
    """ "5B på Holmaskolan missades 2019/20"."""
    cells = [cell for cell in window.cells if not cell.met]
    if len(cells) <= NAMED:
        return ngettext(
            "%(classes)s was not met in %(window)s", "%(classes)s were not met in %(window)s", len(cells)
        ) % {"classes": class_names(cells), "window": named(window)}
    return _("%(number)s classes were not met in %(window)s") % {
        "number": in_words(len(cells)),
        "window": named(window),
    }
