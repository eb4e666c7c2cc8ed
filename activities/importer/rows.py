"""A raw row -> an Entry and its commitment, or every fault of the row. Asks the database nothing."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from accounts.models import Organisation
from activities.choices import State
from activities.importer.columns import COLUMN_OF, SEVERAL, STATUS
from activities.importer.faults import Fault
from activities.importer.reading import RawRow
from activities.models import Activity
from activities.rules import ClassPresent, Entry, check
from promises import school_year
from promises.models import Area, Commitment, Kind, Promise, School, SchoolClass
from promises.validators import NoPersonalData

T = TypeVar("T")

_MOST_NAMED = 12
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(
    r"([0-9]{4}-[0-9]{2})(-01)?"
)  # Excel makes the first day of a month of what is typed as one
_TIME = re.compile(r"[0-9]{1,2}[:.][0-9]{2}(:[0-9]{2})?")
# The ids we write ourselves. Among their random digits there may be some that look like a phone number.
_OUR_ID = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_STATES = {name: state for state, name in STATUS.items()}


@dataclass(frozen=True, slots=True)
class Names:
    """What a promise has, under the names a file calls it by. Read once for all rows."""

    promise: Promise
    parties: frozenset[int]
    commitments: dict[int, Commitment]
    kinds: dict[int, dict[str, Kind]]  # by commitment
    areas: dict[str, Area]
    organisations: dict[str, Organisation]
    schools: dict[str, School]
    classes: dict[tuple[int, int], dict[str, SchoolClass]]  # by school and läsår


def names_of(promise: Promise) -> Names:
    """Seven queries. An organisation goes by its short and by its full name, an area also by the city's name for it."""
    commitments = {one.number: one for one in promise.commitments.prefetch_related("targets")}
    for one in commitments.values():
        one.promise = promise
    kinds: dict[int, dict[str, Kind]] = {one.pk: {} for one in commitments.values()}
    for kind in Kind.objects.filter(commitment__promise=promise):
        kinds[kind.commitment_id][kind.name.casefold()] = kind
    areas = list(promise.areas.all())
    organisations = list(promise.organisations.order_by("pk"))
    schools = {school.name.casefold(): school for school in promise.schools.all()}
    classes: dict[tuple[int, int], dict[str, SchoolClass]] = {}
    for one_class in SchoolClass.objects.filter(school__promise=promise):
        here = classes.setdefault((one_class.school_id, one_class.school_year), {})
        here[one_class.label.casefold()] = one_class
    return Names(
        promise=promise,
        parties=frozenset(organisation.pk for organisation in organisations),
        commitments=commitments,
        kinds=kinds,
        areas={area.official_name.casefold(): area for area in areas if area.official_name}
        | {area.name.casefold(): area for area in areas},
        organisations={one.name.casefold(): one for one in organisations}
        | {str(one).casefold(): one for one in organisations},
        schools=schools,
        classes=classes,
    )


@dataclass(slots=True)
class Reader:
    """Reads rows of one file. ``clean``: texts free of personal data, so that "Holma" is looked at once."""

    names: Names
    sees_plans: bool
    today: date
    clean: set[str] = field(default_factory=set)

    def read(self, raw: RawRow, refused: Iterable[tuple[str, str]] = ()) -> tuple["Row", Entry | None]:
        """The row with its faults, and the entry if there is a commitment to judge it by.

        ``refused``: column and reason of cells whose text was personal data and is not here any more.
        """
        row = Row(raw, self.names)
        for column, reason in refused:
            row.refuse(column, reason)
        for column, text in raw.cells.items():
            self._refuse_personal_data(row, column, text)
        entry = row.entry()
        if entry is not None and row.commitment is not None:
            for name, reason in check(
                entry,
                commitment=row.commitment,
                parties=self.names.parties,
                sees_plans=self.sees_plans,
                today=self.today,
            ):
                row.blame(name, reason)
        return row, entry

    def _refuse_personal_data(self, row: "Row", column: str, text: str) -> None:
        if not text or text in self.clean or (column == "id" and _OUR_ID.fullmatch(text)):
            return
        try:
            NoPersonalData(f"import:{column}")(text)
        except ValidationError as error:
            for message in error.messages:
                row.refuse(column, message)
        else:
            self.clean.add(text)


class Row:
    """One row on its way. A column at fault is left out of what follows, so that a fault is said once."""

    def __init__(self, raw: RawRow, names: Names) -> None:
        self.number = raw.number
        self.key = raw.cells["id"]
        self.faults: list[Fault] = []
        self.commitment: Commitment | None = None
        self._cells = raw.cells
        self._names = names
        self._faulty: set[str] = set()
        self._secret: set[str] = set()

    @property
    def secret(self) -> frozenset[str]:
        """The columns with personal data."""
        return frozenset(self._secret)

    def refuse(self, column: str, reason: str) -> None:
        """A cell with personal data: its text is not repeated, nor looked at any more."""
        self._faulty.add(column)
        self._secret.add(column)
        self.faults.append(Fault(reason, self.number, column))

    def fault(
        self, column: str, reason: str, *, value: str | None = None, unsure: tuple[str, ...] = ()
    ) -> None:
        """``unsure``: columns that cannot be judged while this one is wrong."""
        shown = None if column in self._secret else self._cells[column] if value is None else value
        self.faults.append(Fault(reason, self.number, column, shown))
        self._faulty.update((column, *unsure))

    def blame(self, name: str, reason: str) -> None:
        """A fault of a field of Entry, unless its column is known to be at fault."""
        column = COLUMN_OF.get(name, "id")
        if column == "datum" and self._cells["månad"]:
            column = "månad"
        if column not in self._faulty:
            self.faults.append(Fault(reason, self.number, column, self._cells[column] or None))

    def entry(self) -> Entry | None:
        """None without a commitment to judge it by. For a cell at fault stands something harmless."""
        if len(self.key) > 64:
            self.fault("id", _("An id has at most 64 characters."))
        self.commitment = self._commitment()
        state = self._state()
        asked_on = self._asked()
        occurred_on, month_only = self._when()
        school = self._one("skola", self._names.schools)
        year = self._school_year()
        entry = Entry(
            state=state,
            asked_on=asked_on,
            occurred_on=occurred_on,
            month_only=month_only,
            starts_at=self._time(),
            minutes=self._whole("minuter"),
            kind=self._kind(),
            areas=self._several("områden", self._names.areas),
            quantity=self._quantity(),
            parties=self._several("parter", self._names.organisations),
            persons_reached=self._whole("nådda"),
            school=school,
            school_year=year,
            classes=self._classes(school, year),
            link=self._link(),
            note=self._note(),
            reason=self._text("orsak"),
        )
        return entry if self.commitment is not None else None

    def _link(self) -> str:
        text = self._text("länk")
        try:
            URLValidator(schemes=["http", "https"])(text or "https://example.se")
        except ValidationError:
            self.fault(
                "länk", _("This is not a link. Write the whole address, for example https://polisen.se.")
            )
            return ""
        return text

    def _text(self, column: str) -> str:
        return "" if column in self._faulty else self._cells[column]

    def _note(self) -> str:
        """A text field of the database has no length of its own."""
        text = self._text("anteckning")
        most = Activity._meta.get_field("note").max_length
        if most is not None and len(text) > most:
            self.fault("anteckning", _("A note has at most %(most)s characters.") % {"most": most})
        return text

    def _commitment(self) -> Commitment | None:
        known = self._names.commitments
        if "åtagande" in self._faulty:
            return None
        number = self._whole("åtagande")
        if number in known:
            return known[number]
        if "åtagande" not in self._faulty:
            numbers = ", ".join(map(str, sorted(known)))
            reason = (
                _("Write the number of the commitment. There are %(known)s.")
                if number is None
                else _("There is no such commitment. There are %(known)s.")
            )
            self.fault("åtagande", reason % {"known": numbers})
        return None

    def _state(self) -> State:
        text = self._text("status").casefold()
        if not text and "status" not in self._faulty:
            return State.DONE
        if text in _STATES:
            return _STATES[text]
        if text:
            self.fault("status", _("Write one of %(known)s.") % {"known": ", ".join(_STATES)})
        self._faulty.add("orsak")
        return State.PLANNED

    def _when(self) -> tuple[date, bool]:
        """The day, or the first day of the month that lies in the period; and whether it is a month."""
        day, month = self._text("datum"), self._text("månad")
        placeholder = self._names.promise.starts_on
        if {"datum", "månad"} & self._faulty:
            self._faulty.update(("läsår", "klasser"))
            return placeholder, False
        found: date | None = None
        if day and month:
            self._no_date("månad", _("Write either a day or a month, not both."))
        elif day:
            found = _iso(day) if _DAY.fullmatch(day) else None
            if found is None:
                self._no_date("datum", _("There is no such day. Write it as 2019-03-14."))
        elif month:
            found = self._month(month)
        else:
            self._no_date("datum", _("Write the day, as 2019-03-14, or for numbers only the month."))
        return found or placeholder, bool(month and found)

    def _asked(self) -> date | None:
        text = self._text("önskad")
        found = _iso(text) if _DAY.fullmatch(text) else None
        if text and found is None:
            self.fault("önskad", _("There is no such day. Write it as 2019-03-14."))
        return found

    def _no_date(self, column: str, reason: str) -> None:
        self.fault(column, reason, unsure=("datum", "månad", "läsår", "klasser"))

    def _month(self, text: str) -> date | None:
        match = _MONTH.fullmatch(text)
        first = _iso(f"{match[1]}-01") if match else None
        if first is None:
            self._no_date("månad", _("There is no such month. Write it as 2019-03."))
            return None
        promise = self._names.promise
        if (first.year, first.month) == (promise.starts_on.year, promise.starts_on.month):
            return promise.starts_on
        if not promise.contains(first):
            self._no_date(
                "månad",
                _("The month is outside the promise's period, %(first)s to %(last)s.")
                % {"first": promise.starts_on, "last": promise.ends_on},
            )
            return None
        return first

    def _time(self) -> time | None:
        text = self._text("tid")
        if not text:
            return None
        try:
            if not _TIME.fullmatch(text):
                raise ValueError(text)  # noqa: TRY301  # both ways of being no time end in the same words
            return time.fromisoformat(text.replace(".", ":").zfill(8 if text.count(":") > 1 else 5))
        except ValueError:
            self.fault("tid", _("There is no such time of day. Write it as 18:30."))
            return None

    def _whole(self, column: str) -> int | None:
        text = self._text(column)
        if not text:
            return None
        if not _WHOLE_NUMBER.fullmatch(text):
            self.fault(column, _("Write a whole number in digits, for example 3."))
            return None
        return int(text)

    def _quantity(self) -> int:
        number = self._whole("antal")
        if number is not None:
            return number
        missing = not self._cells["antal"]
        if missing and self.commitment is not None and self.commitment.counts_only:
            self.fault("antal", _("Write how many there were, 0 if there were none."))
        return 1

    def _kind(self) -> Kind | None:
        if self.commitment is None:
            return None
        return self._one("typ", self._names.kinds[self.commitment.pk])

    def _one(self, column: str, known: Mapping[str, T]) -> T | None:
        text = self._text(column)
        if not text:
            return None
        found = known.get(text.casefold())
        if found is None:
            self.fault(column, _unknown(known.values()))
        return found

    def _several(self, column: str, known: Mapping[str, T]) -> tuple[T, ...]:
        found: list[T] = []
        for text in _items(self._text(column)):
            one = known.get(text.casefold())
            if one is None:
                self.fault(column, _unknown(known.values()), value=text)
                return ()
            found.append(one)
        return tuple(found)

    def _school_year(self) -> int | None:
        text = self._text("läsår")
        if not text:
            return None
        try:
            return school_year.parse(text)
        except ValueError:
            self.fault("läsår", _("There is no such school year. Write it as 2019/20."), unsure=("klasser",))
            return None

    def _classes(self, school: School | None, year: int | None) -> tuple[ClassPresent, ...]:
        labels = _items(self._text("klasser"))
        if {"skola", "läsår", "klasser"} & self._faulty:
            self._faulty.add("klasser")
            return ()
        pupils = self._pupils(len(labels))
        if not labels:
            return ()
        if school is None or year is None:
            self.fault("klasser", _("Write the school and the school year of the classes too."))
            return ()
        known = self._names.classes.get((school.pk, year), {})
        found = []
        for label, present in zip(labels, pupils, strict=True):
            one = known.get(label.casefold())
            if one is None:
                self.fault("klasser", _unknown(known.values(), _label), value=label)
                return ()
            found.append(ClassPresent(school_class=one, pupils_present=present))
        return tuple(found)

    def _pupils(self, classes: int) -> list[int | None]:
        """How many came, class by class; nothing at all: nobody counted."""
        text = self._text("elever")
        if not text:
            return [None] * classes
        items = text.split(SEVERAL)
        if len(items) != classes:
            self.fault(
                "elever",
                _(
                    "There are %(numbers)s numbers for %(classes)s classes. "
                    "Write one for each, in the same order."
                )
                % {"numbers": len(items), "classes": classes},
            )
            return [None] * classes
        found: list[int | None] = []
        for item in map(str.strip, items):
            if item and not _WHOLE_NUMBER.fullmatch(item):
                self.fault("elever", _("Write a whole number in digits, for example 3."), value=item)
                return [None] * classes
            found.append(int(item) if item else None)
        return found


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(SEVERAL) if item.strip()]


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _label(one: SchoolClass) -> str:
    return one.label


def _unknown(known: Iterable[T], name: Callable[[T], str] = str) -> str:
    """Names what there is: in most promises that is all there is to know."""
    names = list(dict.fromkeys(name(one) for one in known))
    if not names:
        return _("There is no such name: nothing is registered here.")
    listed = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        listed = _("%(names)s and more") % {"names": listed}
    return _("There is no such name. There are: %(known)s.") % {"known": listed}
