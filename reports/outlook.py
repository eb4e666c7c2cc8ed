"""Forecasts in words: how many it will probably be, how likely the goal is, or why nobody can say."""

from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import has_many_windows, is_rhythm, shown_window, unit
from reports.forecast import WORTH_SAYING, Forecast, Withheld
from reports.progress import WindowResult, under_one_percent
from reports.wording import number, percent, titled, window_name

RARE = Fraction(1, 20)  # less than this, or more than all but this, is not said in tenths


def likely(found: Forecast) -> str:
    """ "23–28": eight cases of ten lie there. One number where both ends are the same."""
    if found.p10 == found.p90:
        return number(found.p10)
    return f"{number(found.p10)}–{number(found.p90)}"


def probably(window: WindowResult) -> str:
    """ "troligen 23–28"; "" without a forecast."""
    return _("probably %(range)s") % {"range": likely(window.forecast)} if window.forecast else ""


def forecast_line(window: WindowResult) -> str:
    """ "2020: troligen 15–27, ungefär 18 % chans att nå 25.", or why there is none. "" once it is settled."""
    words = forecast_words(window)
    return f"{titled(window)}: {words}." if words else ""


def forecast_words(window: WindowResult) -> str:
    """The same where the window has been named."""
    found = window.forecast
    if found is None:
        if window.forecast_withheld not in WORTH_SAYING:
            return ""
        return _("no forecast, because %(reason)s") % {"reason": withheld_words(window.forecast_withheld)}
    share = Fraction(found.chance)
    values = {"range": likely(found), "chance": percent(share), "minimum": number(window.goal)}
    if under_one_percent(share):
        return _("probably %(range)s, %(chance)s chance to reach %(minimum)s") % values
    return _("probably %(range)s, about %(chance)s chance to reach %(minimum)s") % values


def chances(found: Forecast, minimum: int) -> str:
    """ "Ungefär 7 chanser av 10 att nå 25.": tenths, half up, and never none or all of them."""
    share = Fraction(found.chance)
    values = {"minimum": number(minimum)}
    if share < RARE:
        return _("Less than 1 chance in 20 to reach %(minimum)s.") % values
    if share > 1 - RARE:
        return _("More than 19 chances in 20 to reach %(minimum)s.") % values
    tenths = min(int(share * 10 + Fraction(1, 2)), 9)
    return ngettext(
        "About %(number)s chance in 10 to reach %(minimum)s.",
        "About %(number)s chances in 10 to reach %(minimum)s.",
        tenths,
    ) % {**values, "number": number(tenths)}


def withheld_words(reason: Withheld) -> str:
    """What follows on "no forecast, because"."""
    words = {
        Withheld.UPCOMING: _("the period has not begun"),
        Withheld.CLOSED: _("the period is over"),
        Withheld.KEPT: _("the goal is reached"),
        Withheld.COVERAGE: _("classes are booked ahead"),
        Withheld.CALENDAR: _("the goal does not follow an even pace"),
        Withheld.TOO_SHORT: _("the period is 28 days or shorter"),
        Withheld.BATCHES: _("some rows stand for several at once or for a whole month"),
        Withheld.TOO_EARLY: _("less than 28 days have gone"),
        Withheld.NOTHING_REPORTED: _("nothing is logged yet"),
        Withheld.NO_NUMBER: _("there is no number to reach"),
    }
    return words[reason]


def title(line: CommitmentLine, target: TargetLine, window: WindowResult) -> str:
    """The curve's conclusion while there is time: "Med nuvarande takt blir det troligen 23–28 insatser"."""
    if window.forecast is None:
        return ""
    values = {"range": likely(window.forecast), "unit": unit(line, window.forecast.p90)}
    if len(target.progress.windows) == 1:
        return _("At the current pace it will probably be %(range)s %(unit)s") % values
    return _("At the current pace it will probably be %(range)s %(unit)s in %(window)s") % {
        **values,
        "window": window_name(window.label),  # its area stands before the whole title
    }


def figure_note(target: TargetLine, *, as_of: date) -> str:
    """Under the title of the curve: the chance where the title has the range, else both, or why there is none."""
    window = shown_window(target.progress.windows, as_of)
    if window.forecast is None or is_rhythm(target):
        return forecast_line(window)
    return chances(window.forecast, window.goal)


def foreseen_window(target: TargetLine) -> WindowResult | None:
    """The one with a forecast that a curve of this target shows as a fan."""
    if has_many_windows(target):
        return None
    return next((window for window in target.progress.windows if window.forecast), None)
