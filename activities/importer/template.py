"""An empty workbook for one promise, to fill in and send in: its own columns, choices and examples.

Nothing in it is a formula; the lists of choices are ranges of a hidden sheet.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import State
from activities.importer.columns import DAYS, SEVERAL, SHEET, STATUS
from activities.importer.rows import Names
from activities.importer.workbooks import WIDTH, WIDTHS, formats, on_paper, write_cell
from promises import school_year
from promises.choices import AreaRule
from promises.models import Commitment, SchoolClass
from promises.tables.writing import workbook_in

LAST_ROW = 10_000
_MOST_LENGTH = 255  # of a hint at a cell

_ORDER = (
    "önskad", "datum", "månad", "tid", "åtagande", "typ", "antal", "områden", "parter", "skola", "läsår", "klasser",
    "elever", "nådda", "minuter", "status", "orsak", "anteckning", "länk", "id",
)  # fmt: skip
_TEXTS = frozenset({"månad", "tid", "läsår", "klasser", "elever", "anteckning", "länk", "id"})

HELP: dict[str, Any] = {
    "önskad": gettext_lazy("The day somebody asked for it. Only where the commitment answers requests."),
    "datum": gettext_lazy("The day it was done or is planned, for example 2019-03-14."),
    "månad": gettext_lazy("Instead of a day where only numbers are logged, for example 2019-03."),
    "tid": gettext_lazy("When it began, for example 18:30. May be left empty."),
    "åtagande": gettext_lazy("The number of the commitment. Always."),
    "typ": gettext_lazy(
        "What it was, as the promise names it. Which belong to which commitment stands below."
    ),
    "antal": gettext_lazy("How many. Empty is 1. 0 says that somebody looked and there was none."),
    "områden": gettext_lazy("Where, as the promise names it. Several with a bar between: Holma|Kroksbäck."),
    "parter": gettext_lazy("Who took part. Several with a bar between. May be left empty."),
    "skola": gettext_lazy("The school, for meetings with classes."),
    "läsår": gettext_lazy("The school year of the meeting, for example 2019/20."),
    "klasser": gettext_lazy("The classes that were met, with a bar between: 5A|5B."),
    "elever": gettext_lazy("Pupils present, class by class in the same order: 23|20. May be left empty."),
    "nådda": gettext_lazy("How many people were reached. May be left empty."),
    "minuter": gettext_lazy("How long it took. May be left empty."),
    "status": gettext_lazy("planerad, genomförd or inställd. Empty is genomförd."),
    "orsak": gettext_lazy("Why it was cancelled. Only for what is inställd."),
    "anteckning": gettext_lazy(
        "A note. Write no names, and nothing that points out a person. May be left empty."
    ),
    "länk": gettext_lazy("An address that begins with https://. May be left empty."),
    "id": gettext_lazy(
        "Your own id of the row, if you have one. By it the row is known again when you send the file once more."
    ),
}


def template_file(names: Names) -> BytesIO:
    """At its beginning."""
    file = BytesIO()
    workbook = workbook_in(file)
    workbook.set_properties({"title": names.promise.title})
    looks = formats(workbook)
    columns = template_columns(names)
    sheet = workbook.add_worksheet(SHEET)
    guide = workbook.add_worksheet(_("How to fill it in"))
    samples = workbook.add_worksheet(_("Examples"))
    lists = workbook.add_worksheet("Listor")
    lists.hide()
    for one in (sheet, guide, samples):
        on_paper(one)
    _head(sheet, columns, looks)
    for place, name in enumerate(columns):
        sheet.data_validation(1, place, LAST_ROW, place, _rule(name, names, lists))
    _guide(guide, columns, names, looks)
    _head(samples, columns, looks)
    for number, row in enumerate(examples(names), start=1):
        for place, name in enumerate(columns):
            if row.get(name):
                write_cell(samples, number, place, name, row[name], day=looks["day"])
    workbook.close()
    file.seek(0)
    return file


def template_columns(names: Names) -> tuple[str, ...]:
    """Those that something in the promise takes."""
    commitments = names.commitments.values()
    left_out: set[str] = set()
    if not any(one.on_request for one in commitments):
        left_out |= {"önskad"}
    if not any(one.counts_only for one in commitments):
        left_out |= {"månad"}
    if not any(one.class_meeting for one in commitments):
        left_out |= {"skola", "läsår", "klasser", "elever"}
    if not names.areas:
        left_out |= {"områden"}
    return tuple(name for name in _ORDER if name not in left_out)


def examples(names: Names) -> Iterator[dict[str, str]]:
    """A row for each commitment, as it could be logged on the first day of the promise."""
    for commitment in names.commitments.values():
        yield _example(commitment, names)


def _example(commitment: Commitment, names: Names) -> dict[str, str]:
    day = names.promise.starts_on
    row = {"åtagande": str(commitment.number), "antal": "1", "datum": day.isoformat()}
    if commitment.counts_only:
        del row["datum"]
        return row | {"månad": f"{day:%Y-%m}", "antal": "4"}
    if commitment.on_request:
        row["önskad"] = day.isoformat()
    kinds = [kind.name for kind in names.kinds[commitment.pk].values()]
    row["typ"] = kinds[0] if kinds else ""
    if commitment.class_meeting:
        return row | _meeting(day, names)
    if commitment.area_rule != AreaRule.NONE:
        row["områden"] = SEVERAL.join(_unique(area.name for area in names.areas.values())[:1])
    return row | {"status": STATUS[State.DONE], "minuter": "90"}


def _meeting(day: date, names: Names) -> dict[str, str]:
    """A school that has classes in its register, and the first two of them."""
    for (_school, year), classes in sorted(names.classes.items(), key=lambda one: one[0][1]):
        open_ones = [one for one in classes.values() if one.closed_on is None][:2]
        if not open_ones:
            continue
        first, last = school_year.span(year)
        meeting = max(first, day)
        if meeting <= min(last, names.promise.ends_on):
            return {
                "datum": meeting.isoformat(),
                "skola": next(one.name for one in names.schools.values() if one.pk == open_ones[0].school_id),
                "läsår": school_year.label(year),
                "klasser": SEVERAL.join(one.label for one in open_ones),
            }
    return {"läsår": school_year.label(school_year.containing(day)), "klasser": "5A|5B", "elever": "23|20"}


def _head(sheet: Any, columns: Iterable[str], looks: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 22)
    for place, name in enumerate(columns):
        kept = looks["day"] if name in DAYS else looks["text"] if name in _TEXTS else None
        sheet.set_column(place, place, WIDTHS.get(name, WIDTH), kept)
        sheet.write_string(0, place, name, looks["head"])


def _rule(name: str, names: Names, lists: Any) -> dict[str, Any]:
    """What a cell of the column offers and says. It warns and does not forbid: the page tells everything at once."""
    hint = {"input_title": name, "input_message": str(HELP[name])[:_MOST_LENGTH], "error_type": "warning"}
    promise = names.promise
    if name in DAYS:
        return hint | {
            "validate": "date",
            "criteria": "between",
            "minimum": promise.starts_on,
            "maximum": promise.ends_on,
            "error_message": _("%(first)s to %(last)s")
            % {"first": promise.starts_on, "last": promise.ends_on},
        }
    if name in ("antal", "nådda", "minuter"):
        return hint | {"validate": "integer", "criteria": ">=", "value": 1 if name == "minuter" else 0}
    choices = _choices(name, names)
    if not choices:
        return hint | {"validate": "any"}
    column = _ORDER.index(name)
    for row, text in enumerate(choices):
        write_cell(lists, row, column, name, text)
    letter = chr(ord("A") + column)
    several = name in ("områden", "parter", "klasser")
    return hint | {
        "validate": "list",
        "source": f"=Listor!${letter}$1:${letter}${len(choices)}",
        "show_error": not several,
    }


def _choices(name: str, names: Names) -> list[str]:
    promise = names.promise
    years = school_year.touching(promise.starts_on, promise.ends_on)
    found: dict[str, Iterable[str]] = {
        "åtagande": map(str, sorted(names.commitments)),
        "typ": (kind.name for kinds in names.kinds.values() for kind in kinds.values()),
        "områden": (area.name for area in names.areas.values()),
        "parter": (str(one) for one in names.organisations.values()),
        "status": STATUS.values(),
        "skola": (school.name for school in names.schools.values()),
        "läsår": map(school_year.label, years),
        "klasser": sorted(one.label for classes in names.classes.values() for one in classes.values()),
    }
    return _unique(found.get(name, ()))


def _guide(sheet: Any, columns: Iterable[str], names: Names, looks: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    for place, width in enumerate((14, 30, 62)):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, names.promise.title, looks["title"])
    sheet.write_string(
        1, 0, _("Write one activity on each row of the sheet “Aktiviteter”. Then send the file in."), None
    )
    row = 3
    for heading, lines in _parts(columns, names):
        sheet.write_string(row, 0, heading, looks["heading"])
        row += 1
        for first, second, third in lines:
            sheet.write_string(row, 0, first, looks["bold"])
            if second and not third:
                sheet.merge_range(row, 1, row, 2, second, looks["wrap"])
                sheet.set_row(row, 15.5 * (1 + len(second) // 105))
            else:
                sheet.write_string(row, 1, second, looks["wrap"])
                sheet.write_string(row, 2, third, looks["muted"])
                sheet.set_row(row, 15.5 * (1 + max(len(second) // 30, len(third) // 62)))
            row += 1
        row += 1


def _parts(columns: Iterable[str], names: Names) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    yield _("The columns"), [(name, str(HELP[name]), "") for name in columns]
    yield (
        _("Commitments, and what may stand under “typ”"),
        [
            (str(number), one.short_title, ", ".join(kind.name for kind in names.kinds[one.pk].values()))
            for number, one in sorted(names.commitments.items())
        ],
    )
    values = [
        (name, ", ".join(_choices(name, names)), "") for name in ("områden", "parter", "status", "läsår")
    ]
    yield _("What may stand in the other columns"), [one for one in values if one[0] in columns and one[1]]
    if "skola" in columns:
        yield (
            _("Schools and their classes"),
            [
                (school_year.label(year), _name_of(school, names), ", ".join(sorted(_labels(classes))))
                for (school, year), classes in sorted(names.classes.items(), key=lambda one: one[0][::-1])
            ],
        )


def _labels(classes: dict[str, SchoolClass]) -> list[str]:
    return [one.label for one in classes.values()]


def _name_of(school: int, names: Names) -> str:
    return next(one.name for one in names.schools.values() if one.pk == school)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
