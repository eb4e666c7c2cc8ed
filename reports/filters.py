"""The filter of a dashboard, as it stands in the address (docs/adr/0014).

    /loften/<slug>/?omrade=Holma&part=malmo-stad&period=2019&typ=fotpatrull

``omrade``: an area by its name · ``part``: the responsible party by its short name, without diacritics · ``period``:
the label of a year, a half-year, or another stretch the commitments are judged for (docs/windows.md) · ``typ``: the
code of a kind of activity. An empty value is what a plain form sends for "Alla". A value that does not
exist, two values, two that contradict each other or a period that has not begun: FilterRefused, never all rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from django.utils.text import slugify
from django.utils.translation import gettext as _

from promises.models import Area, Promise
from reports.queries.selection import CommitmentTraits
from reports.windows import Window, cut_windows
from reports.wording import long_date, window_title

AREA, PARTY, PERIOD, KIND = "omrade", "part", "period", "typ"
NAMES = (AREA, PARTY, PERIOD, KIND)
ALWAYS = ("calendar_year", "half_year")
WHERE_JUDGED = ("promise_year", "tertial", "quarter", "school_year", "term")  # months and weeks are too many
LONGEST = 40  # signs of a wrong value that are said again


class Asked(Protocol):
    """A QueryDict, as far as it is used here."""

    def getlist(self, key: str) -> Sequence[str]: ...
    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """``value`` as in the address, ``label`` for people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One select of the form. ``chosen`` "": all."""

    name: str
    label: str
    every: str
    choices: tuple[Choice, ...]
    chosen: str = ""

    @property
    def is_choice(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.choices) > 1 or bool(self.chosen)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One way on from a refused filter."""

    label: str
    query: str


class FilterRefused(Exception):
    """The address asks for what there is not; ``allowed`` says what may stand there."""

    def __init__(self, words: str, allowed: Sequence[Allowed] = ()) -> None:
        super().__init__(words)
        self.allowed = tuple(allowed)
        self.day_query = ""  # of the day that the address names rightly beside it


@dataclass(frozen=True, slots=True)
class Filter:
    """What is chosen: ``area`` and ``kind`` None where all are. ``numbers``: the commitments that fit, of ``of``.

    ``query``: what a link to another dashboard takes along, the day included: "?per=2019-09-30&omrade=Holma" or "".
    """

    fields: tuple[Field, ...]
    area: Area | None
    party: Choice | None
    period: Window | None
    kind: Choice | None
    numbers: frozenset[int]
    of: int
    kind_names: Mapping[int, str]  # what the kind is called in each commitment that has it
    day: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """Parameter -> value, only what is chosen: hidden fields of another form keep them."""
        return {field.name: field.chosen for field in self.fields if field.chosen}

    @property
    def is_set(self) -> bool:
        return bool(self.values)

    @property
    def narrows_rows(self) -> bool:
        """Whether it chooses among a commitment's rows, and not only among commitments."""
        return self.area is not None or self.period is not None or self.kind is not None

    @property
    def left_out(self) -> int:
        return self.of - len(self.numbers)

    @property
    def query(self) -> str:
        return as_query({**dict(self.day), **self.values})

    @property
    def day_query(self) -> str:
        """The same without the filter."""
        return as_query(dict(self.day))

    @property
    def values_query(self) -> str:
        """The same without the day."""
        return as_query(self.values)

    def first(self, promise: Promise) -> date:
        return self.period.start if self.period else promise.starts_on

    def last(self, promise: Promise) -> date:
        return self.period.end if self.period else promise.ends_on


def read_filter(
    asked: Asked,
    promise: Promise,
    *,
    areas: Sequence[Area],
    traits: Sequence[CommitmentTraits],
    as_of: date,
    day: Mapping[str, str],
    number: int | None = None,
    names: Sequence[str] = NAMES,
) -> Filter:
    """FilterRefused where the address asks for what cannot be shown. ``day``: the address's own day, if any.

    ``traits``: the promise's commitments; ``number``: the one the page is about. Each value narrows what the next may
    be. ``names``: the parameters that the page understands.
    """
    parties = _party_values(traits)
    fitting = [row for row in traits if number in (None, row.number)]
    of = len(fitting)
    places = areas if any(row.has_areas for row in fitting) else ()
    fields = {
        AREA: Field(
            AREA, _("Area"), _("All areas"), tuple(Choice(area.name, area.full_name) for area in places)
        ),
        PARTY: Field(PARTY, _("Responsible"), _("All parties"), _parties(fitting, parties)),
        PERIOD: Field(PERIOD, _("Period"), _("The whole period"), _periods(promise, traits, as_of=as_of)),
        KIND: Field(KIND, _("What"), _("All kinds"), _kinds(fitting)),
    }
    chosen: dict[str, str] = {}
    for name in names:
        field = fields[name]
        kept = {**day, **chosen}
        value = _single(asked.getlist(name), field, kept=kept)
        if not value:
            continue
        found = _choice(field, value)
        if found is None and name == PERIOD:
            raise FilterRefused(_no_period(value, promise, as_of=as_of), _ways(field, kept))
        if found is None:
            raise _unknown(value, field, kept=kept)
        still = [row for row in fitting if _fits(row, name, value, parties)]
        if not still:
            raise _contradicts(found, field, fitting, parties, kept=kept)
        chosen[name], fitting = value, still
    shown = tuple(
        Field(one.name, one.label, one.every, one.choices, chosen.get(one.name, ""))
        for one in (fields[name] for name in names)
    )
    windows = {window.label: window for window in _windows(promise, traits)}
    by_value = {name: {choice.value: choice for choice in one.choices} for name, one in fields.items()}
    return Filter(
        fields=shown,
        area=next((area for area in areas if area.name == chosen.get(AREA)), None),
        party=by_value[PARTY].get(chosen.get(PARTY, "")),
        period=windows.get(chosen.get(PERIOD, "")),
        kind=by_value[KIND].get(chosen.get(KIND, "")),
        numbers=frozenset(row.number for row in fitting),
        of=of,
        kind_names={
            row.number: name for row in fitting for code, name in row.kinds if code == chosen.get(KIND)
        },
        day=tuple(day.items()),
    )


def choose(asked: Asked, field: Field, *, kept: Mapping[str, str]) -> str:
    """What the address says of one field, "" for all. FilterRefused where it is none of the field's choices."""
    value = _single(asked.getlist(field.name), field, kept=kept)
    if value and _choice(field, value) is None:
        raise _unknown(value, field, kept=kept)
    return value


def refuse_unknown_names(asked: Asked, known: Iterable[str]) -> None:
    """An address with a parameter that the page does not know is refused: it would silently show all."""
    names = list(known)
    for name in asked:
        if name not in names:
            raise FilterRefused(
                _("There is no filter “%(value)s”. There are: %(names)s.")
                % {"value": shortened(name), "names": ", ".join(names)}
            )


def as_query(values: Mapping[str, str]) -> str:
    return f"?{urlencode(values)}" if values else ""


def shortened(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"


def _fits(row: CommitmentTraits, name: str, value: str, parties: Mapping[str, str]) -> bool:
    if name == AREA:
        return row.has_areas
    if name == PARTY:
        return parties[row.responsible] == value
    if name == KIND:
        return any(code == value for code, _name in row.kinds)
    return True


def _party_values(traits: Sequence[CommitmentTraits]) -> dict[str, str]:
    """Name -> value, of all who are responsible for something. Two that would be alike as addresses are numbered."""
    values: dict[str, str] = {}
    for name in sorted({row.responsible for row in traits}):
        base = value = slugify(name) or "part"
        number = 1
        while value in values.values():
            number += 1
            value = f"{base}-{number}"
        values[name] = value
    return values


def _parties(traits: Sequence[CommitmentTraits], values: Mapping[str, str]) -> tuple[Choice, ...]:
    own = {row.responsible for row in traits}
    return tuple(Choice(value, name) for name, value in values.items() if name in own)


def _kinds(traits: Sequence[CommitmentTraits]) -> tuple[Choice, ...]:
    """Each code once, in the order of the promise, with the name it has where it comes first."""
    names: dict[str, str] = {}
    for row in traits:
        for code, name in row.kinds:
            names.setdefault(code, name)
    return tuple(Choice(code, name) for code, name in names.items())


def _windows(promise: Promise, traits: Sequence[CommitmentTraits]) -> list[Window]:
    judged = {kind for row in traits for kind in row.windows}
    return [
        window
        for kind in (*ALWAYS, *(kind for kind in WHERE_JUDGED if kind in judged))
        for window in cut_windows(kind, starts_on=promise.starts_on, ends_on=promise.ends_on)
    ]


def _periods(promise: Promise, traits: Sequence[CommitmentTraits], *, as_of: date) -> tuple[Choice, ...]:
    begun = [window for window in _windows(promise, traits) if window.start <= as_of]
    return tuple(Choice(window.label, window_title(window.label)) for window in begun)


def _single(values: Sequence[str], field: Field, *, kept: Mapping[str, str]) -> str:
    if len(values) > 1:
        raise FilterRefused(
            _("The address has “%(name)s” %(number)s times. Only one value at a time can be shown.")
            % {"name": field.name, "number": len(values)},
            _ways(field, kept),
        )
    return values[0] if values else ""


def _choice(field: Field, value: str) -> Choice | None:
    return next((choice for choice in field.choices if choice.value == value), None)


def _unknown(value: str, field: Field, *, kept: Mapping[str, str]) -> FilterRefused:
    words = _("“%(value)s” in “%(name)s” does not exist here.")
    return FilterRefused(words % {"value": shortened(value), "name": field.name}, _ways(field, kept))


def _no_period(value: str, promise: Promise, *, as_of: date) -> str:
    return _(
        "“%(value)s” in “%(name)s” is not a period that has begun by %(day)s "
        "and belongs to the promise, %(first)s to %(last)s."
    ) % {
        "value": shortened(value),
        "name": PERIOD,
        "day": long_date(as_of),
        "first": long_date(promise.starts_on),
        "last": long_date(promise.ends_on),
    }


def _contradicts(
    found: Choice,
    field: Field,
    fitting: Sequence[CommitmentTraits],
    parties: Mapping[str, str],
    *,
    kept: Mapping[str, str],
) -> FilterRefused:
    others = [
        choice
        for choice in field.choices
        if any(_fits(row, field.name, choice.value, parties) for row in fitting)
    ]
    return FilterRefused(
        _("“%(value)s” in “%(name)s” fits no commitment together with the rest of the filter.")
        % {"value": shortened(found.value), "name": field.name},
        [Allowed(choice.label, as_query({**kept, field.name: choice.value})) for choice in others],
    )


def _ways(field: Field, kept: Mapping[str, str]) -> list[Allowed]:
    return [Allowed(choice.label, as_query({**kept, field.name: choice.value})) for choice in field.choices]
