"""Numbers, days and lists as people write them, in the language of the reader."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils import formats
from django.utils.translation import gettext, npgettext, pgettext

from reports.evaluation import TargetLine
from reports.progress import ClassCell, RegisterNote, WindowResult, percent_floor, under_one_percent


def number(value: int | Decimal | Fraction) -> str:
    """1234 -> "1 234"; a fraction with one decimal, half up; no needless zeros: 21,8 and 22, 56,5 and 9."""
    if isinstance(value, Fraction):
        value = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if value == int(value):
        value = int(value)
    elif isinstance(value, Decimal):
        value = value.normalize()
    return str(formats.number_format(value, use_l10n=True, force_grouping=True))


def percent(share: Fraction | None) -> str:
    """Rounded down: "85 %", "under 1 %". "not known" where nobody knows what it is a share of."""
    if share is None:
        return gettext("not known")
    if under_one_percent(share):
        return gettext("under 1%")
    return whole_percent(percent_floor(share))


def whole_percent(value: int) -> str:
    return gettext("%(number)s%%") % {"number": number(value)}


def long_date(day: date, *, year_of: date | None = None) -> str:
    """ "30 september 2020"; without the year where it is that of ``year_of``."""
    if year_of is not None and day.year == year_of.year:
        return formats.date_format(day, pgettext("date", "j F"))
    return formats.date_format(day, "j F Y")


def month_and_year(day: date) -> str:
    return formats.date_format(day, "F Y")


def short_months() -> tuple[str, ...]:
    """Twelve names of three letters, January first, small: they stand under charts and over columns."""
    return tuple(formats.date_format(date(2001, month, 1), "M").lower()[:3] for month in range(1, 13))


def window_name(label: str) -> str:
    """A window's code as people say it: "2019-W05" -> "vecka 5 2019". Years, läsår and periods stay."""
    if month := re.fullmatch(r"(\d{4})-(\d{2})", label):
        return month_and_year(date(int(month[1]), int(month[2]), 1))
    if year := re.fullmatch(r"Y(\d+)", label):
        return gettext("year %(number)s of the promise") % {"number": year[1]}
    if term := re.fullmatch(r"(VT|HT) (\d{4})", label):
        name = gettext("spring term %(year)s") if term[1] == "VT" else gettext("autumn term %(year)s")
        return name % {"year": term[2]}
    if part := re.fullmatch(r"(\d{4})-([HTQW])(\d+)", label):
        names = {
            "H": gettext("half-year %(number)s of %(year)s"),
            "T": gettext("tertial %(number)s of %(year)s"),
            "Q": gettext("quarter %(number)s of %(year)s"),
            "W": gettext("week %(number)s of %(year)s"),
        }
        return names[part[2]] % {"number": str(int(part[3])), "year": part[1]}
    return label


def window_title(label: str) -> str:
    """The same where a line begins with it."""
    return sentence(window_name(label))


def named(window: WindowResult) -> str:
    """A window as people say it, with its area where it holds in one by itself: "Bellevue 2019"."""
    return f"{window.area} {window_name(window.label)}" if window.area else window_name(window.label)


def titled(window: WindowResult) -> str:
    """The same where a line begins with it."""
    return sentence(named(window))


def parts_word(target: TargetLine, count: int) -> str:
    """What so many windows of a target are called: "veckor"; with each area by itself: "delar"."""
    return (
        npgettext("windows", "part", "parts", count)
        if target.each_area
        else windows_word(target.window, count)
    )


def windows_word(kind: str, count: int) -> str:
    """What so many windows of a kind are called: "vecka", "veckor"."""
    words = {
        "period": npgettext("windows", "period", "periods", count),
        "calendar_year": npgettext("windows", "year", "years", count),
        "promise_year": npgettext("windows", "year", "years", count),
        "half_year": npgettext("windows", "half-year", "half-years", count),
        "tertial": npgettext("windows", "tertial", "tertials", count),
        "quarter": npgettext("windows", "quarter", "quarters", count),
        "month": npgettext("windows", "month", "months", count),
        "week": npgettext("windows", "week", "weeks", count),
        "school_year": npgettext("windows", "school year", "school years", count),
        "term": npgettext("windows", "term", "terms", count),
    }
    return words[kind]


def month_name(day: date) -> str:
    """ "september"; with a capital where the language has it."""
    return formats.date_format(day, "F")


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
    """ "A", "A och B", "A, B och C"; nothing of nothing."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def lowered(text: str) -> str:
    """A sentence within another: its first letter small, unless it is a name of capitals ("SoL")."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def sentence(text: str) -> str:
    """The same with a capital first; the rest stays ("SoL-anmälningar")."""
    return text[:1].upper() + text[1:]


def class_name(cell: ClassCell) -> str:
    return gettext("%(label)s at %(school)s") % {"label": cell.label, "school": cell.school}


def class_names(cells: Iterable[ClassCell]) -> str:
    """ "8A och 8B på Ängskolan": each school once."""
    labels: dict[str, list[str]] = {}
    for cell in cells:
        labels.setdefault(cell.school, []).append(cell.label)
    return listed(
        [
            gettext("%(label)s at %(school)s") % {"label": listed(own), "school": school}
            for school, own in labels.items()
        ]
    )


def register_note(note: RegisterNote) -> str:
    """A dated change of the class register as a line: "Holmaskolan: 5B slogs samman med 5A 2020-01-15"."""
    texts = {
        "opened": gettext("%(school)s: %(classes)s is new from %(day)s"),
        "closed": gettext("%(school)s: %(classes)s ended on %(day)s"),
        "merged": gettext("%(school)s: %(classes)s merged with %(into)s on %(day)s"),
        "pupils": gettext(
            "%(school)s: %(classes)s has %(since)s pupils from %(day)s, before that %(before)s"
        ),
    }
    text = texts[note.kind]
    if note.into_new:
        text = gettext("%(school)s: %(classes)s became %(into)s on %(day)s")
    return text % {
        "school": note.school,
        "classes": listed(note.labels),
        "into": note.into,
        "day": note.day.isoformat(),
        "before": _pupils(note.before),
        "since": _pupils(note.since),
    }


def _pupils(number_of: int | None) -> str:
    return gettext("not known") if number_of is None else number(number_of)
