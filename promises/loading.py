"""Storing a definition: a new promise whole, a known one only as far as the law of the model allows.

What was promised (wording, period, targets and their reading, areas, parties, what is confidential) is not
changed by loading a file again: that is a dated decision (docs/adr/0004). Names and help texts may change,
with history; kinds, schools, classes, indicators and measurements may come to it. Nothing is ever taken away,
and what a person has typed in the browser stands.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from history.models import Change
from history.services import plain, record
from promises import definition
from promises.choices import TargetKind
from promises.loading_amendments import load_amendments
from promises.locks import admit_school_year
from promises.models import (
    Area,
    Basis,
    Commitment,
    Effect,
    Indicator,
    Kind,
    Measurement,
    Promise,
    PromiseParty,
    School,
    SchoolBreak,
    SchoolClass,
    SchoolTerm,
    Target,
)
from promises.yaml_file import Problem, quoted

Row = TypeVar("Row")

# Where a field stands in the file, when its name there is another one.
IN_FILE = {
    "area_rule": "areas",
    "unit_one": "unit.one",
    "unit_many": "unit.many",
    "starts_on": "period.starts_on",
    "ends_on": "period.ends_on",
    "follow_up_on": "follow_up.day",
    "follow_up": "follow_up.text",
    "requires_review": "review",
}
COVERAGE_IN_FILE = {**IN_FILE, "minimum": "times"}


class RefusedError(Exception):
    """The definition is right, but the stored promise may not become it. Nothing was stored."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(slots=True)
class Loaded:
    """What loading did. ``added`` and ``absent``: how many of each kind of row, by its name in the plural.

    ``absent`` rows are stored and not in the file: they stay. ``kept``: where a person's own value stands.
    """

    promise: Promise
    is_new: bool
    added: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    absent: Counter[str] = field(default_factory=Counter)

    @property
    def nothing_done(self) -> bool:
        return not self.added and not self.changed


def load_promise(wanted: definition.PromiseDefinition, *, by: User | None, source: str) -> Loaded:
    """Store the promise, or bring the stored one up to date: one transaction, history for each row touched.

    RefusedError, with every problem, where something would have to change that may not.
    """
    with transaction.atomic():
        return _Loader(by=by, source=source).load(wanted)


class _Loader:
    def __init__(self, *, by: User | None, source: str) -> None:
        self.by = by
        self.source = source
        self.problems: list[Problem] = []
        self.result: Loaded

    def load(self, wanted: definition.PromiseDefinition) -> Loaded:
        stored = Promise.objects.select_for_update().filter(slug=wanted.slug).first()
        self.result = Loaded(promise=stored or Promise(slug=wanted.slug), is_new=stored is None)
        self._row(
            self.result.promise,
            "",
            fixed=_fields(wanted, "wording", "purpose", "starts_on", "ends_on", "follow_up_on"),
            # a file turns review on, never off: rows may be waiting for it
            free=_fields(wanted, "title", "short_title", "source", "follow_up")
            | ({"requires_review": True} if wanted.review else {}),
        )
        self._parties(wanted.parties)
        self._areas(wanted.areas)
        self._basis(wanted.basis)
        self._schools(wanted.schools)
        self._school_terms(wanted.school_terms)
        self._commitments(wanted.commitments)
        self._effects(wanted.effects)
        if self.problems:
            raise RefusedError(self.problems)
        return self.result

    # --- One row

    def _row(
        self,
        row: models.Model,
        path: str,
        *,
        fixed: Mapping[str, Any],
        free: Mapping[str, Any] | None = None,
        many: Mapping[str, Sequence[models.Model]] | None = None,
        addable: bool = False,
        in_file: Mapping[str, str] = IN_FILE,
    ) -> None:
        """Store a new row, or compare a stored one: ``fixed``, ``many`` must be equal, ``free`` may change.

        ``addable``: whether such a row may be new in a promise that is stored already.
        """
        free, many = free or {}, many or {}
        if row.pk is None:
            self._add(row, path, {**fixed, **free}, many, addable=addable)
            return
        for name, value in fixed.items():
            self._compare(
                _place(path, name, in_file), getattr(row, name), value, by=_how_to_change(row, name)
            )
        for name, rows in many.items():
            old, new = (sorted(map(str, items)) for items in (getattr(row, name).all(), rows))
            self._compare(_place(path, name, in_file), ", ".join(old), ", ".join(new))
        self._update(row, path, free)

    def _add(
        self,
        row: models.Model,
        path: str,
        values: Mapping[str, Any],
        many: Mapping[str, Sequence[models.Model]],
        *,
        addable: bool,
    ) -> None:
        if not (addable or self.result.is_new):
            reason = _(
                "The stored promise does not have this. Adding to what was promised is a dated decision."
            )
            self.problems.append(Problem(path, reason))
            raise RefusedError(self.problems)
        for name, value in values.items():
            setattr(row, name, value)
        self._save(row, path)
        for name, rows in many.items():
            getattr(row, name).set(rows)
        self._added(row, {**values, **{name: [*rows] for name, rows in many.items()}})

    def _compare(self, path: str, old: Any, new: Any, *, by: str = "") -> None:
        if old == new:
            return
        old, new = _where_they_differ(_written(old), _written(new))
        shown = {"old": quoted(old), "new": quoted(new)}
        reason = (
            _("Stored is %(old)s, the file says %(new)s. Changing what was promised is a dated decision.")
            % shown
        )
        self.problems.append(Problem(path, f"{reason} {by}".strip()))

    def _update(self, row: models.Model, path: str, values: Mapping[str, Any]) -> None:
        """Only what the file says: an empty text or number does not wipe out a stored one."""
        old, new = {}, {}
        for name, value in values.items():
            stored = getattr(row, name)
            if value in (None, "") or value == stored:
                continue
            if self._typed_by_a_person(row, name):
                self.result.kept.append(_place(path, name))
                continue
            old[name], new[name] = stored, value
            setattr(row, name, value)
        if not new:
            return
        if isinstance(row, SchoolClass):
            row.version += 1  # whoever has it open in a form is told
        self._save(row, path)
        self._record(row, Change.Action.CORRECTED, old, new)
        self.result.changed += [_place(path, name) for name in new]

    def _typed_by_a_person(self, row: models.Model, name: str) -> bool:
        changes = Change.objects.of(row).filter(by__isnull=False, source="")
        return changes.filter(values__has_key=name).exists()

    def _save(self, row: models.Model, path: str) -> None:
        try:
            if isinstance(row, SchoolClass):
                admit_school_year(self.result.promise, row.school_year, by=None)
            row.full_clean()
        except ValidationError as error:
            for name, reasons in error.message_dict.items():
                place = path if name == "__all__" else _place(path, name)
                self.problems += [Problem(place, reason) for reason in reasons]
            raise RefusedError(self.problems) from None
        row.save()

    def _record(
        self, row: models.Model, action: Change.Action, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        promise = self.result.promise
        record(row, action=action, by=self.by, source=self.source, promise_id=promise.pk, old=old, new=new)

    def _absent(self, stored: Iterable[models.Model], seen: Iterable[models.Model]) -> None:
        """Stored rows that the file does not have stay; say how many."""
        named = {row.pk for row in seen}
        for row in stored:
            if row.pk not in named:
                self.result.absent[str(row._meta.verbose_name_plural)] += 1

    # --- The parts of a promise

    def _parties(self, parties: Sequence[definition.Party]) -> None:
        stored = {row.organisation_id: row for row in self.result.promise.parties.all()}
        seen = []
        for number, party in enumerate(parties):
            path = f"parties[{number}]"
            organisation = self._organisation(party, path)
            row = stored.get(organisation.pk) or PromiseParty(
                promise=self.result.promise, organisation=organisation
            )
            self._row(row, path, fixed={"role": party.role})
            seen.append(row)
        self._absent(stored.values(), seen)

    def _organisation(self, party: definition.Party, path: str) -> Organisation:
        """Organisations are shared by promises: one that is there is used as it is."""
        organisation = Organisation.objects.filter(name__iexact=party.name).first()
        if organisation is None:
            organisation = Organisation(name=party.name, short_name=party.short_name, kind=party.kind)
            self._save(organisation, path)
        self._compare(f"{path}.kind", organisation.kind, party.kind)
        return organisation

    def _areas(self, areas: Sequence[definition.Area]) -> None:
        stored = {row.name: row for row in self.result.promise.areas.all()}
        for number, area in enumerate(areas):
            row = stored.get(area.name) or Area(promise=self.result.promise, name=area.name, position=number)
            free = _fields(area, "official_name", "code")
            self._row(row, f"areas[{number}]", fixed={"name": area.name}, free=free)
            stored.setdefault(area.name, row)
        self._absent(stored.values(), [stored[area.name] for area in areas])

    def _basis(self, basis: Sequence[definition.Basis]) -> None:
        stored = list(self.result.promise.basis.all())
        for number, item in enumerate(basis):
            row = _nth(stored, number) or Basis(promise=self.result.promise, position=number)
            self._row(row, f"basis[{number}]", fixed=_fields(item, "kind", "text"))
        self._absent(stored, stored[: len(basis)])

    def _schools(self, schools: Sequence[definition.School]) -> None:
        stored = {row.name: row for row in self.result.promise.schools.all()}
        for number, school in enumerate(schools):
            row = stored.get(school.name) or School(
                promise=self.result.promise, name=school.name, position=number
            )
            path = f"schools[{number}]"
            self._row(row, path, fixed={"name": school.name}, addable=True)
            stored.setdefault(school.name, row)
            self._classes(row, school.classes, path)
        self._absent(stored.values(), [stored[school.name] for school in schools])

    def _classes(self, school: School, classes: Sequence[definition.SchoolClass], path: str) -> None:
        stored = {(row.school_year, row.label): row for row in school.classes.all()}
        seen = []
        for number, item in enumerate(classes):
            row = stored.get((item.school_year, item.label)) or SchoolClass(school=school)
            fixed = _fields(item, "school_year", "label", "grade")
            place = f"{path}.classes[{number}]"
            self._row(row, place, fixed=fixed, free={"pupils": item.pupils}, addable=True)
            seen.append(row)
        self._absent(stored.values(), seen)

    def _school_terms(self, terms: Sequence[definition.SchoolTerm]) -> None:
        """Terms are set year by year, so they may come later and be put right: they are no promise."""
        stored = {row.name: row for row in self.result.promise.school_terms.all()}
        for number, term in enumerate(terms):
            row = stored.get(term.name) or SchoolTerm(promise=self.result.promise)
            path = f"school_terms[{number}]"
            free = _fields(term, "first_day", "last_day", "source")
            self._row(row, path, fixed={"name": term.name}, free=free, addable=True)
            stored.setdefault(term.name, row)
            self._breaks(row, term.breaks, path)
        self._absent(stored.values(), [stored[term.name] for term in terms])

    def _breaks(self, term: SchoolTerm, breaks: Sequence[definition.SchoolBreak], path: str) -> None:
        stored = {row.first_day: row for row in term.breaks.all()}
        seen = []
        for number, item in enumerate(breaks):
            row = stored.get(item.first_day) or SchoolBreak(term=term)
            place = f"{path}.breaks[{number}]"
            fixed, free = {"first_day": item.first_day}, _fields(item, "name", "last_day")
            self._row(row, place, fixed=fixed, free=free, addable=True)
            seen.append(row)
        self._absent(stored.values(), seen)

    def _commitments(self, commitments: Sequence[definition.Commitment]) -> None:
        stored = {row.number: row for row in self.result.promise.commitments.all()}
        parties = {
            row.organisation.name.casefold(): row.organisation
            for row in self.result.promise.parties.select_related("organisation")
        }
        for index, item in enumerate(commitments):
            row = stored.get(item.number) or Commitment(promise=self.result.promise)
            path = f"commitments[{index}]"
            fixed = _fields(item, "number", "wording", "form", "confidential_until_done", "area_rule")
            self._row(
                row,
                path,
                fixed={**fixed, "responsible": parties[item.responsible.casefold()]},
                free=_fields(item, "title", "short_title", "unit_one", "unit_many"),
                many={"partners": [parties[name.casefold()] for name in item.partners]},
            )
            stored.setdefault(item.number, row)
            self._kinds(row, item.kinds, path)
            self._targets(row, item.targets, path)
            self._amendments(row, item.amendments, path, parties)
        self._absent(stored.values(), [stored[item.number] for item in commitments])

    def _kinds(self, commitment: Commitment, kinds: Sequence[definition.ActivityKind], path: str) -> None:
        stored = {row.code: row for row in commitment.kinds.all()}
        for number, kind in enumerate(kinds):
            row = stored.get(kind.code) or Kind(commitment=commitment, code=kind.code, position=number)
            place = f"{path}.kinds[{number}]"
            self._row(row, place, fixed={"code": kind.code}, free=_fields(kind, "name", "hint"), addable=True)
            stored.setdefault(kind.code, row)
        self._absent(stored.values(), [stored[kind.code] for kind in kinds])

    def _targets(self, commitment: Commitment, targets: Sequence[definition.Target], path: str) -> None:
        stored = list(commitment.targets.all())
        schools = {row.name: row for row in self.result.promise.schools.all()}
        for number, target in enumerate(targets):
            row = _nth(stored, number) or Target(commitment=commitment, position=number)
            fixed = _fields(
                target, "kind", "window", "minimum", "scope", "reading", "grade", "calendar", "month_weights"
            )
            fixed |= _fields(target, "due_on")
            many = {"schools": [schools[name] for name in target.schools]}
            in_file = COVERAGE_IN_FILE if target.kind == TargetKind.COVERAGE else IN_FILE
            self._row(row, f"{path}.targets[{number}]", fixed=fixed, many=many, in_file=in_file)
        self._absent(stored, stored[: len(targets)])

    def _amendments(
        self,
        commitment: Commitment,
        amendments: Sequence[definition.Amendment],
        path: str,
        parties: Mapping[str, Organisation],
    ) -> None:
        if self.problems:
            return  # a decision is judged against what was promised, and the file disputes that
        stored = list(commitment.amendments.all())
        problems, seen = load_amendments(commitment, amendments, path, parties=parties, added=self._added)
        self.problems += problems
        self._absent(stored, seen)

    def _added(self, row: models.Model, shown: Mapping[str, Any]) -> None:
        self._record(row, Change.Action.CREATED, {}, shown)
        self.result.added[str(row._meta.verbose_name_plural)] += 1

    def _effects(self, effects: Sequence[definition.Effect]) -> None:
        stored = list(self.result.promise.effects.all())
        for number, effect in enumerate(effects):
            row = _nth(stored, number) or Effect(promise=self.result.promise, position=number)
            path = f"effects[{number}]"
            self._row(row, path, fixed={"wording": effect.wording})
            self._indicators(row, effect.indicators, path)
        self._absent(stored, stored[: len(effects)])

    def _indicators(self, effect: Effect, indicators: Sequence[definition.Indicator], path: str) -> None:
        stored = {row.name: row for row in effect.indicators.all()}
        for number, item in enumerate(indicators):
            row = stored.get(item.name) or Indicator(effect=effect, position=number)
            place = f"{path}.indicators[{number}]"
            fixed = _fields(item, "name", "unit", "better")
            self._row(row, place, fixed=fixed, free=_fields(item, "source", "note"), addable=True)
            stored.setdefault(item.name, row)
            self._measurements(row, item.measurements, place)
        self._absent(stored.values(), [stored[item.name] for item in indicators])

    def _measurements(
        self, indicator: Indicator, measurements: Sequence[definition.Measurement], path: str
    ) -> None:
        areas = {row.name: row for row in self.result.promise.areas.all()}
        stored = list(indicator.measurements.all())
        seen = []
        for number, item in enumerate(measurements):
            fixed = _fields(item, "role", "value", "n", "margin", "measured_on", "source")
            fixed["area"] = areas[item.area] if item.area else None
            row = _same_measurement(stored, fixed) or Measurement(indicator=indicator)
            self._row(row, f"{path}.measurements[{number}]", fixed=fixed, addable=True)
            seen.append(row)
        self._absent(stored, seen)


def _how_to_change(row: models.Model, name: str) -> str:
    """What a decision can change is written down as one, not over what was promised."""
    if (isinstance(row, Commitment) and name == "wording") or (
        isinstance(row, Target) and name in {"minimum", "due_on", "reading"}
    ):
        return _(
            "Leave it as it was and write the decision under amendments, or choose “Change the commitment”."
        )
    return ""


def _same_measurement(stored: Iterable[Measurement], fixed: Mapping[str, Any]) -> Measurement | None:
    """The stored value for the same day and area; a voided one only where it says exactly the same."""
    same = [
        row
        for row in stored
        if all(getattr(row, name) == fixed[name] for name in ("role", "measured_on", "area"))
    ]
    equal = [row for row in same if all(getattr(row, name) == value for name, value in fixed.items())]
    valid = [row for row in same if row.voided_on is None]
    return next(iter([*equal, *valid]), None)


def _fields(item: object, *names: str) -> dict[str, Any]:
    return {name: getattr(item, name) for name in names}


def _nth(rows: Sequence[Row], number: int) -> Row | None:
    return rows[number] if number < len(rows) else None


def _written(value: Any) -> str:
    """A value as the file writes it."""
    return str(value).lower() if isinstance(value, bool) else str(plain(value))


def _where_they_differ(old: str, new: str) -> tuple[str, str]:
    """Two long texts from a little before the place where they part, so that a short excerpt shows it."""
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    return ("…" + old[same - 20 :], "…" + new[same - 20 :]) if same > 40 else (old, new)


def _place(path: str, name: str, in_file: Mapping[str, str] = IN_FILE) -> str:
    key = in_file.get(name, name)
    return f"{path}.{key}" if path else key
