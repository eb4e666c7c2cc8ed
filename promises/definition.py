"""A promise as data: YAML file -> frozen ``PromiseDefinition``, checked as a whole before anything is used.

The format is docs/promise-format.md; its shape is promises/schema/promise-1.json, and what a schema cannot
say (dates in order, numbers and names once, names that exist) is in ``definition_checks``.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from promises import school_terms, school_year
from promises.choices import TargetKind
from promises.definition_checks import problems_in
from promises.yaml_file import InvalidFileError, Problem, read


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    short_name: str
    kind: str
    role: str


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    official_name: str
    code: str


@dataclass(frozen=True, slots=True)
class Basis:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """``school_year``: the year it starts in. ``pupils`` None: nobody has said how many."""

    school_year: int
    grade: int
    label: str
    pupils: int | None


@dataclass(frozen=True, slots=True)
class School:
    name: str
    classes: tuple[SchoolClass, ...]


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class SchoolTerm:
    name: str
    first_day: date
    last_day: date
    source: str
    breaks: tuple[SchoolBreak, ...]


@dataclass(frozen=True, slots=True)
class ActivityKind:
    code: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Target:
    """``minimum``: count = events per window, coverage = meetings per class (``times`` in the file), else None.

    ``due_on``: deliverables only.
    """

    kind: str
    window: str
    minimum: int | None
    scope: str
    calendar: str
    month_weights: str
    reading: str
    grade: int | None
    schools: tuple[str, ...]
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """``decided_by``: full names. ``wording`` "": it stays. ``target``: which one, from 1; None: no target changes."""

    decided_on: date
    decided_by: tuple[str, ...]
    reference: str
    reason: str
    wording: str
    target: int | None
    minimum: int | None
    reading: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """``responsible`` and ``partners`` are full names of parties."""

    number: int
    title: str
    short_title: str
    wording: str
    responsible: str
    partners: tuple[str, ...]
    form: str
    confidential_until_done: bool
    area_rule: str
    unit_one: str
    unit_many: str
    kinds: tuple[ActivityKind, ...]
    targets: tuple[Target, ...]
    amendments: tuple[Amendment, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """``value`` and ``margin`` in the indicator's unit; ``area`` None: all areas together."""

    role: str
    value: Decimal
    n: int | None
    margin: Decimal | None
    measured_on: date
    source: str
    area: str | None


@dataclass(frozen=True, slots=True)
class Indicator:
    name: str
    unit: str
    better: str
    source: str
    note: str
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    wording: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class PromiseDefinition:
    slug: str
    title: str
    short_title: str
    wording: str
    purpose: str
    source: str
    starts_on: date
    ends_on: date
    follow_up_on: date
    follow_up: str
    basis: tuple[Basis, ...]
    parties: tuple[Party, ...]
    areas: tuple[Area, ...]
    schools: tuple[School, ...]
    school_terms: tuple[SchoolTerm, ...]
    commitments: tuple[Commitment, ...]
    effects: tuple[Effect, ...]
    review: bool = False  # rows are reviewed before they count


def load(file: Path) -> PromiseDefinition:
    """The promise in ``file``. Raises InvalidFileError with everything that is wrong with it."""
    document = read(file)
    problems = problems_in(document)
    if problems:
        raise InvalidFileError(file, problems)
    return _promise(document.data)


def not_measurable(promise: PromiseDefinition) -> list[Problem]:
    """Targets that may be promised and that nobody can measure: to be told to whoever writes the promise."""
    return [
        Problem(
            f"commitments[{index}].targets[{number}]",
            _(
                "Commitment %(number)s cannot be measured: an effort has no number to reach, and is judged in words "
                "by the parties. Set a number, or a day it is done by, to be able to say whether it was kept."
            )
            % {"number": commitment.number},
        )
        for index, commitment in enumerate(promise.commitments)
        for number, target in enumerate(commitment.targets)
        if target.kind == TargetKind.EFFORT
    ]


def _text(data: dict[str, Any], key: str) -> str:
    return str(data.get(key, ""))


def _promise(data: dict[str, Any]) -> PromiseDefinition:
    source = data.get("source", {})
    signing = tuple(party["name"] for party in data["parties"] if party["role"] == "signatory")
    names = {party.get("short_name", party["name"]): party["name"] for party in data["parties"]}
    return PromiseDefinition(
        slug=data["slug"],
        title=_text(data, "title"),
        short_title=_text(data, "short_title"),
        wording=_text(data, "wording"),
        purpose=_text(data, "purpose"),
        source="\n".join(filter(None, (_text(source, key) for key in ("title", "note", "url")))),
        starts_on=date.fromisoformat(data["period"]["starts_on"]),
        ends_on=date.fromisoformat(data["period"]["ends_on"]),
        follow_up_on=date.fromisoformat(data["follow_up"]["day"]),
        follow_up=_text(data["follow_up"], "text"),
        basis=tuple(Basis(kind=item["kind"], text=_text(item, "text")) for item in data.get("basis", ())),
        parties=tuple(_party(item) for item in data["parties"]),
        areas=tuple(
            Area(_text(item, "name"), _text(item, "official_name"), _text(item, "code"))
            for item in data.get("areas", ())
        ),
        schools=tuple(_school(item) for item in data.get("schools", ())),
        school_terms=tuple(_term(item) for item in _terms(data)),
        commitments=tuple(_commitment(item, names, signing) for item in data["commitments"]),
        effects=tuple(_effect(item) for item in data.get("effects", ())),
        review=data.get("review", False),
    )


def _party(data: dict[str, Any]) -> Party:
    return Party(_text(data, "name"), _text(data, "short_name"), data["kind"], data["role"])


def _school(data: dict[str, Any]) -> School:
    classes = tuple(
        SchoolClass(
            school_year.parse(item["school_year"]), item["grade"], _text(item, "label"), item.get("pupils")
        )
        for item in data.get("classes", ())
    )
    return School(_text(data, "name"), classes)


def _terms(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of the file, or the ready ones that it names."""
    name = data.get("school_terms_from")
    terms: list[dict[str, Any]] = data.get("school_terms", [])
    return terms if name is None else school_terms.ready(name)


def _term(data: dict[str, Any]) -> SchoolTerm:
    breaks = tuple(
        SchoolBreak(
            _text(item, "name"), date.fromisoformat(item["first_day"]), date.fromisoformat(item["last_day"])
        )
        for item in data.get("breaks", ())
    )
    return SchoolTerm(
        name=_text(data, "name"),
        first_day=date.fromisoformat(data["first_day"]),
        last_day=date.fromisoformat(data["last_day"]),
        source=_text(data, "source"),
        breaks=breaks,
    )


def _commitment(data: dict[str, Any], names: dict[str, str], signing: tuple[str, ...]) -> Commitment:
    return Commitment(
        number=data["number"],
        title=_text(data, "title"),
        short_title=_text(data, "short_title"),
        wording=_text(data, "wording"),
        responsible=names.get(data["responsible"], data["responsible"]),
        partners=tuple(names.get(name, name) for name in data.get("partners", ())),
        form=data["form"],
        confidential_until_done=data.get("confidential_until_done", False),
        area_rule=data["areas"],
        unit_one=_text(data["unit"], "one"),
        unit_many=_text(data["unit"], "many"),
        kinds=tuple(
            ActivityKind(item["code"], _text(item, "name"), _text(item, "hint"))
            for item in data.get("kinds", ())
        ),
        targets=tuple(_target(item) for item in data["targets"]),
        amendments=tuple(_amendment(item, names, signing) for item in data.get("amendments", ())),
    )


def _amendment(data: dict[str, Any], names: dict[str, str], signing: tuple[str, ...]) -> Amendment:
    due_on = data.get("due_on")
    return Amendment(
        decided_on=date.fromisoformat(data["decided_on"]),
        decided_by=tuple(names.get(name, name) for name in data.get("decided_by", signing)),
        reference=_text(data, "reference"),
        reason=_text(data, "reason"),
        wording=_text(data, "wording"),
        target=data.get("target"),
        minimum=data.get("minimum", data.get("times")),
        reading=_text(data, "reading"),
        due_on=None if due_on is None else date.fromisoformat(due_on),
    )


def _target(data: dict[str, Any]) -> Target:
    due_on = data.get("due_on")
    return Target(
        kind=data["kind"],
        window=data["window"],
        minimum=data.get("times", 1) if data["kind"] == TargetKind.COVERAGE else data.get("minimum"),
        scope=data.get("scope", "all_areas"),
        calendar=data.get("calendar", "even"),
        month_weights=" ".join(f"{Decimal(weight):f}" for weight in data.get("month_weights", ())),
        reading=_text(data, "reading"),
        grade=data.get("grade"),
        schools=tuple(data.get("schools", ())),
        due_on=None if due_on is None else date.fromisoformat(due_on),
    )


def _effect(data: dict[str, Any]) -> Effect:
    return Effect(_text(data, "wording"), tuple(_indicator(item) for item in data.get("indicators", ())))


def _indicator(data: dict[str, Any]) -> Indicator:
    return Indicator(
        name=_text(data, "name"),
        unit=_text(data, "unit"),
        better=data["better"],
        source=_text(data, "source"),
        note=_text(data, "note"),
        measurements=tuple(_measurement(item) for item in data.get("measurements", ())),
    )


def _measurement(data: dict[str, Any]) -> Measurement:
    margin = data.get("margin")
    return Measurement(
        role=data["role"],
        value=Decimal(data["value"]),
        n=data.get("n"),
        margin=None if margin is None else Decimal(margin),
        measured_on=date.fromisoformat(data["measured_on"]),
        source=_text(data, "source"),
        area=data.get("area"),
    )
