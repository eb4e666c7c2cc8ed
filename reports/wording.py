"""Numbers, days and lists as people write them, in the language of the reader."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils import formats
from django.utils.translation import gettext, pgettext

from reports.progress import percent_floor, under_one_percent

NBSP = "\u00a0"


def number(value: int | Decimal | Fraction) -> str:
    """1234 -> "1 234"; a fraction with one decimal, none where it is whole: 21,8 and 22."""
    if isinstance(value, Fraction):
        value = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if value == int(value):
        value = int(value)
    return str(formats.number_format(value, use_l10n=True, force_grouping=True))


def percent(share: Fraction | None) -> str:
    """Rounded down: "85 %", "under 1 %". "no data" where nobody knows what it is a share of."""
    if share is None:
        return gettext("no data")
    if under_one_percent(share):
        return gettext("under %(percent)s") % {"percent": whole_percent(1)}
    return whole_percent(percent_floor(share))


def whole_percent(value: int) -> str:
    return pgettext("percent", "%(number)s%%") % {"number": number(value)}


def long_date(day: date, *, year_of: date | None = None) -> str:
    """ "30 september 2020"; without the year where it is that of ``year_of``."""
    if year_of is not None and day.year == year_of.year:
        return formats.date_format(day, pgettext("date", "j F"))
    return formats.date_format(day, pgettext("date", "j F Y"))


def month_and_year(day: date) -> str:
    return formats.date_format(day, "F Y")


def month_name(day: date) -> str:
    """ "september"; with a capital where the language has it."""
    return formats.date_format(day, "F")


def short_months() -> tuple[str, ...]:
    """Twelve names of three letters or so, January first."""
    return tuple(
        pgettext("short month", name)
        for name in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    )


def in_words(value: int) -> str:
    """Two to twelve as words, all else in digits: what "one" is called depends on the noun in Swedish."""
    words = (
        pgettext("number", "two"),
        pgettext("number", "three"),
        pgettext("number", "four"),
        pgettext("number", "five"),
        pgettext("number", "six"),
        pgettext("number", "seven"),
        pgettext("number", "eight"),
        pgettext("number", "nine"),
        pgettext("number", "ten"),
        pgettext("number", "eleven"),
        pgettext("number", "twelve"),
    )
    return words[value - 2] if 2 <= value <= 12 else number(value)


def listed(words: Sequence[str]) -> str:
    """ "A", "A och B", "A, B och C"."""
    if len(words) < 2:
        return "".join(words)
    return pgettext("list", "%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def sentence(text: str) -> str:
    """The same with a capital first; the rest stays ("SoL-anmälningar")."""
    return text[:1].upper() + text[1:]
