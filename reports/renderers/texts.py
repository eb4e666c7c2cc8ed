"""Numbers, days and words as every rendering writes them, in the active language.

One place, so that a share is "94 %" in all six files. Rounding: shares down, hours to one decimal, half up.
"""

from collections.abc import Iterable
from datetime import time
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reports import wording
from reports.effects import EffectChange, Outcome
from reports.evaluation import ActivityLine, MeasurementLine
from reports.figures import is_unreported
from reports.labels import status_label
from reports.progress import WindowResult
from reports.wording import long_date as day_long
from reports.wording import number, percent

__all__ = ["day_long", "number", "percent", "status_label"]

NBSP = "\N{NO-BREAK SPACE}"


def language_tag() -> str:
    """ "sv-SE" or "en-GB": what documents say they are written in."""
    return "sv-SE" if (get_language() or "sv").startswith("sv") else "en-GB"


def not_known() -> str:
    return _("no data")


def signed(value: Decimal) -> str:
    """ "+2,5", "−9": a true minus, as a difference is written."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return sign + number(abs(value))


def known(value: int | Decimal | None) -> str:
    return not_known() if value is None else number(value)


def hours(minutes: int) -> Decimal:
    """Minutes as hours, one decimal, half up: 95 is 1.6."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)


def clock(at: time) -> str:
    return f"{at:%H:%M}"


def day_of(row: ActivityLine) -> str:
    """ "2019-03-14 18:00", or the month alone where only the month is known."""
    if row.month_only:
        return f"{row.day:%Y-%m}"
    return f"{row.day.isoformat()} {clock(row.starts_at)}" if row.starts_at else row.day.isoformat()


def listed(words: Iterable[str]) -> str:
    """ "a", "a och b", "a, b och c"."""
    return wording.listed(list(words))


def of_minimum(window: WindowResult) -> str:
    """ "47 av 50"; what was never reported is not a zero, and no register gives no minimum."""
    if not window.minimum:
        return not_known()
    if is_unreported(window):
        return _("no data, of at least %(minimum)s") % {"minimum": number(window.minimum)}
    values = {"actual": number(window.actual), "minimum": number(window.minimum)}
    return (_("%(actual)s of %(minimum)s") % values).replace(" ", NBSP)  # never cut by a line's end


def measurement(line: MeasurementLine | None, unit: str) -> str:
    """ "34 % ± 8 (n = 159)"; what is not known is said."""
    if line is None:
        return not_known()
    text = number(line.value) + (f"{NBSP}{unit}" if unit else "")
    if line.margin is not None:
        text += f"{NBSP}±{NBSP}{number(line.margin)}"
    return text


def outcome(change: EffectChange) -> str:
    labels = {
        Outcome.UNKNOWN: _("no data"),
        Outcome.NO_MARGIN: _("margin of error not known"),
        Outcome.WITHIN_MARGIN: _("within the margin of error"),
        Outcome.BETTER: _("better, beyond the margin of error"),
        Outcome.WORSE: _("worse, beyond the margin of error"),
        Outcome.CHANGED: _("changed, beyond the margin of error"),
    }
    return labels[change.outcome]


def better(direction: str) -> str:
    labels = {
        "lower": _("Lower is better"),
        "higher": _("Higher is better"),
        "neither": _("Neither is better by itself"),
    }
    return labels[direction]


def rows(count: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": number(count)}
