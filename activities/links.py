"""Addresses that open the form filled in: read, and written for links, QR codes and "log again".

The format is docs/prefilled-links.md. What is not understood is told and left out, and the rest is used; free text is
never taken from an address.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Organisation
from activities.forms.classes import classes_initial
from activities.forms.fields import DayField, NumberField, shortened
from activities.forms.shapes import months_of
from activities.models import MAX_QUANTITY, Activity
from activities.options import Options
from activities.rules import ClassPresent, Entry
from promises import school_year
from promises.choices import AreaRule
from promises.models import Area, Kind, Promise, School, SchoolClass

KIND, AREAS, PARTIES, NUMBER, DAY = "typ", "omraden", "parter", "antal", "datum"
SCHOOL, YEAR, CLASSES = "skola", "lasar", "klasser"
PLANNED, SAVED, ROW = "planerad", "sparad", "rad"
"""``SAVED``: on the page its writer comes to from the form, "ny" or, where it came twice, "redan"; ``ROW``: which."""
FILLED = (KIND, AREAS, PARTIES, NUMBER, DAY, CLASSES)
"""What fills in the form; a school is chosen on a page before it."""
_PAGE = frozenset({SCHOOL, YEAR, PLANNED, SAVED, ROW})
SEVERAL = "|"

_MOST_NAMED = 8
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")

T = TypeVar("T", Area, Kind, Organisation, School, SchoolClass)


class Names(Generic[T]):
    """Rows under each name they go by: as the promise writes it, and as an address does ("kroksback")."""

    def __init__(self, rows: Iterable[T], names_of: Callable[[T], Iterable[str]]) -> None:
        self.all: tuple[T, ...] = tuple(rows)
        self._names_of: Callable[[T], Iterable[str]] = names_of
        self._found: dict[str, T] = {}
        for form in (str.casefold, slugify):
            for row in self.all:
                for name in names_of(row):
                    if key := form(name):
                        self._found.setdefault(key, row)

    def get(self, text: str) -> T | None:
        return self._found.get(text.strip().casefold())

    def key(self, row: T) -> str:
        """The shortest name that leads back to this row and no other; "" of a row that is not among them."""
        keys = (form(name) for form in (slugify, str.casefold) for name in self._names_of(row))
        return next((key for key in keys if self._found.get(key) == row), "")

    def keys(self, rows: Iterable[T | None]) -> list[str]:
        return [key for row in rows if row is not None and (key := self.key(row))]

    def listed(self) -> str:
        names = [str(row) for row in self.all]
        return ", ".join(names[:_MOST_NAMED]) + ("…" if len(names) > _MOST_NAMED else "")


def kinds_by_name(kinds: Iterable[Kind]) -> Names[Kind]:
    return Names(kinds, lambda kind: (kind.code, kind.name))


def areas_by_name(areas: Iterable[Area]) -> Names[Area]:
    return Names(areas, lambda area: (area.name, area.official_name))


def parties_by_name(parties: Iterable[Organisation]) -> Names[Organisation]:
    return Names(parties, lambda party: (str(party), party.name))


def schools_by_name(schools: Iterable[School]) -> Names[School]:
    return Names(schools, lambda school: (school.name,))


def classes_by_label(classes: Iterable[SchoolClass]) -> Names[SchoolClass]:
    """Of one school and läsår."""
    return Names(classes, lambda one: (one.label,))


# Read


@dataclass(slots=True)
class Prefilled:
    """``initial``: for the form. ``faults``: (the part of the address, why it is left out). ``is_link``: whether the
    address fills in anything at all."""

    initial: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    is_link: bool = False


def read_link(query: QueryDict, options: Options) -> Prefilled:
    """What an address fills in, as far as it can be understood for this commitment. Classes wait for their school:
    ``options`` know them once it is chosen."""
    reader = _Reader(query, options)
    return reader.read()


class _Reader:
    def __init__(self, query: QueryDict, options: Options) -> None:
        self.query, self.options = query, options
        self.commitment = options.commitment
        self.found = Prefilled(is_link=any(name in query for name in FILLED))

    def read(self) -> Prefilled:
        for name in self.query:
            if name not in FILLED and name not in _PAGE:
                names = ", ".join((*FILLED, SCHOOL, YEAR))
                self.fault(
                    shortened(name), _("There is no such part. There are: %(names)s.") % {"names": names}
                )
        if not self.commitment.class_meeting:
            for name in (SCHOOL, YEAR):
                self._unused(name)
        self._kind()
        self._areas()
        self._parties()
        self._number()
        self._day()
        self._classes()
        return self.found

    def fault(self, part: str, why: str) -> None:
        self.found.faults.append((part, why))

    def _unused(self, name: str) -> None:
        """Of a part that the commitment has no field for."""
        if name in self.query:
            self.fault(name, _("This commitment is logged without it."))

    def _one(self, name: str) -> str:
        """The value, "" where there is none; two of them contradict each other."""
        values = {value.strip() for value in self.query.getlist(name)} - {""}
        if len(values) > 1:
            self.fault(name, _("Only one value at a time."))
            return ""
        return values.pop() if values else ""

    def _rows(self, name: str, names: Names[T]) -> list[T]:
        rows: dict[int, T] = {}
        for value in self.query.getlist(name):
            for text in filter(None, (part.strip() for part in value.split(SEVERAL))):
                if (row := names.get(text)) is not None:
                    rows[row.pk] = row
                else:
                    self._missing(name, text, names)
        return list(rows.values())

    def _missing(self, name: str, text: str, names: Names[Any]) -> None:
        self.fault(
            f"{name}={shortened(text)}",
            _("It does not exist. There are: %(names)s.") % {"names": names.listed() or "–"},
        )

    def _kind(self) -> None:
        if self.commitment.counts_only:
            self._unused(KIND)
        elif text := self._one(KIND):
            names = kinds_by_name(self.options.kinds)
            if (kind := names.get(text)) is not None:
                self.found.initial["kind"] = kind.pk
            else:
                self._missing(KIND, text, names)

    def _areas(self) -> None:
        if self.commitment.area_rule == AreaRule.NONE:
            self._unused(AREAS)
        elif rows := self._rows(AREAS, areas_by_name(self.options.areas)):
            if not self.commitment.counts_only:
                self.found.initial["areas"] = [row.pk for row in rows]
            elif len(rows) == 1:
                self.found.initial["areas"] = rows[0].pk
            else:
                self.fault(AREAS, _("Give the number for one area at a time, or for all without an area."))

    def _parties(self) -> None:
        if self.commitment.counts_only:
            self._unused(PARTIES)
        elif rows := self._rows(PARTIES, parties_by_name(self.options.parties)):
            self.found.initial["parties"] = [row.pk for row in rows]

    def _number(self) -> None:
        if self.commitment.class_meeting or self.commitment.on_request:
            self._unused(NUMBER)
        elif text := self._one(NUMBER):
            try:
                self.found.initial["quantity"] = NumberField(least=0, most=MAX_QUANTITY).clean(text)
            except ValidationError as error:
                self.fault(NUMBER, error.messages[0])

    def _classes(self) -> None:
        if not self.commitment.class_meeting:
            self._unused(CLASSES)
        elif self.options.school is not None and (
            rows := self._rows(CLASSES, classes_by_label(self.options.classes))
        ):
            self.found.initial["classes"] = classes_initial(ClassPresent(school_class=row) for row in rows)

    def _day(self) -> None:
        if not (text := self._one(DAY)):
            return
        promise = self.commitment.promise
        if self.commitment.counts_only and _MONTH.fullmatch(text[:7]):
            months = {f"{month:%Y-%m}" for month in months_of(promise, up_to=self.options.today)}
            if text[:7] in months:
                self.found.initial["occurred_on"] = text[:7]
            else:
                self.fault(f"{DAY}={shortened(text)}", _("It is not a month of the promise up to now."))
            return
        try:
            day: date = DayField().clean(text)
        except ValidationError as error:
            self.fault(DAY, error.messages[0])
            return
        if promise.contains(day):
            self.found.initial["occurred_on"] = day
        else:
            self.fault(
                DAY,
                _("%(day)s is outside the promise's period, %(first)s to %(last)s.")
                % {"day": day, "first": promise.starts_on, "last": promise.ends_on},
            )


def with_school(data: QueryDict, options: Options) -> QueryDict:
    """The address with the school's number in place of its name, and the läsår of today where it says none."""
    if SCHOOL not in data:
        return data
    found = data.copy()
    school = schools_by_name(options.schools).get(str(data[SCHOOL]))
    if school is not None:
        found[SCHOOL] = str(school.pk)
    if not data.get(YEAR):
        usual = school_year.containing(options.today)
        years = options.school_years
        found[YEAR] = school_year.label(usual if usual in years else years[-1])
    return found


# Written


def form_url(promise: Promise, number: int, query: str = "") -> str:
    url = reverse("activities:log_form", args=[promise.slug, number])
    return f"{url}?{query}" if query else url


def link_query(
    *,
    kind: str = "",
    areas: Sequence[str] = (),
    parties: Sequence[str] = (),
    school: str = "",
    year: str = "",
    **more: str,
) -> str:
    """The query of an address, by the keys of ``Names``; what is empty is left out."""
    values = {
        KIND: kind,
        AREAS: SEVERAL.join(areas),
        PARTIES: SEVERAL.join(parties),
        SCHOOL: school,
        YEAR: year,
        **more,
    }
    return urlencode({name: value for name, value in values.items() if value}, safe=SEVERAL)


def again_query(entry: Entry | Activity, options: Options, *, same_year: bool = False, **more: str) -> str:
    """What is the same when it is done once more: kind, areas, parties and school. Neither day nor number nor text.

    ``same_year``: also the läsår, else that of the day the link is opened.
    """
    areas = entry.areas.all() if isinstance(entry, Activity) else entry.areas
    parties = entry.parties.all() if isinstance(entry, Activity) else entry.parties
    year = school_year.label(entry.school_year) if same_year and entry.school_year is not None else ""
    return link_query(
        kind="".join(kinds_by_name(options.kinds).keys([entry.kind])),
        areas=areas_by_name(options.areas).keys(areas),
        parties=parties_by_name(options.parties).keys(parties),
        school="".join(schools_by_name(options.schools).keys([entry.school])),
        year=year,
        **more,
    )
