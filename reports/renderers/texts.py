"""Numbers, days and words as every rendering writes them, in the active language.

One place, so that a share is "94 %" in all six files. Rounding: shares down, hours to one decimal, half up.
"""

from collections.abc import Iterable
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from reports.effects import EffectChange, Outcome
from reports.evaluation import ActivityLine, CommitmentLine, MeasurementLine
from reports.progress import WindowResult, percent_floor, under_one_percent
from reports.status import Status

NBSP = "\N{NO-BREAK SPACE}"


def language_tag() -> str:
    """ "sv-SE" or "en-GB": what documents say they are written in."""
    return "sv-SE" if (get_language() or "sv").startswith("sv") else "en-GB"


def status_label(status: Status) -> str:
    labels = {
        Status.UPCOMING: pgettext("status", "Upcoming"),
        Status.KEPT: pgettext("status", "Kept"),
        Status.ON_PACE: pgettext("status", "On pace"),
        Status.AT_RISK: pgettext("status", "At risk"),
        Status.BEHIND: pgettext("status", "Behind"),
        Status.NOT_KEPT: pgettext("status", "Not kept"),
        Status.PARTLY_KEPT: pgettext("status", "Partly kept"),
        Status.UNKNOWN: pgettext("status", "Not known"),
        Status.CANNOT_ASSESS: pgettext("status", "Cannot be assessed"),
        Status.NO_REQUESTS: pgettext("status", "No requests"),
        Status.JUDGED: pgettext("status", "Judged in words"),
    }
    return labels[status]


def not_known() -> str:
    return _("not known")


def number(value: int | Decimal) -> str:
    """ "1 234", "1 234,5": thousands apart, no needless zeros after the comma."""
    places = None
    if isinstance(value, Decimal):
        value = value.normalize()
        exponent = value.as_tuple().exponent
        places = max(-exponent, 0) if isinstance(exponent, int) else 0
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


def signed(value: Decimal) -> str:
    """ "+2,5", "−9": a true minus, as a difference is written."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return sign + number(abs(value))


def known(value: int | Decimal | None) -> str:
    return not_known() if value is None else number(value)


def percent(share: Fraction | None) -> str:
    """ "94 %", rounded down: 99.6 % is 99 %. Less than one percent, yet something: "under 1 %"."""
    if share is None:
        return not_known()
    if under_one_percent(share):
        return _("under 1%")
    return _("%(number)s%%") % {"number": number(percent_floor(share))}


def hours(minutes: int) -> Decimal:
    """Minutes as hours, one decimal, half up: 95 is 1.6."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)


def day_long(day: date) -> str:
    """ "31 december 2020", for running text."""
    return date_format(day, "j F Y")


def clock(at: time) -> str:
    return f"{at:%H:%M}"


def day_of(row: ActivityLine) -> str:
    """ "2019-03-14 18:00", or the month alone where only the month is known."""
    if row.month_only:
        return f"{row.day:%Y-%m}"
    return f"{row.day.isoformat()} {clock(row.starts_at)}" if row.starts_at else row.day.isoformat()


def months() -> tuple[str, ...]:
    return tuple(date_format(date(2001, month, 1), "M").rstrip(".").lower()[:3] for month in range(1, 13))


def listed(words: Iterable[str]) -> str:
    """ "a", "a och b", "a, b och c"."""
    *first, last = words
    if not first:
        return last
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def units(line: CommitmentLine, count: int) -> str:
    """ "1 insats", "24 insatser": the number with the commitment's own unit."""
    return f"{number(count)}{NBSP}{line.unit_one if count == 1 else line.unit_many}"


def of_minimum(window: WindowResult) -> str:
    """ "47 av 50"; what was never reported is not a zero."""
    if window.status == Status.UNKNOWN and not window.reported and not window.cells:
        return _("not known, of at least %(minimum)s") % {"minimum": number(window.minimum)}
    return _("%(actual)s of %(minimum)s") % {
        "actual": number(window.actual),
        "minimum": number(window.minimum),
    }


def kept_of(kept: int, of: int) -> str:
    return _("%(kept)s of %(of)s") % {"kept": number(kept), "of": number(of)}


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
        Outcome.UNKNOWN: _("not known"),
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
