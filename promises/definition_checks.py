"""What is wrong with a definition: its shape by the JSON Schema, then what a schema cannot say. In words.

Every check looks at the data as it was written, so all of them run even where the shape is wrong, and a
definition's author hears of everything at once.
"""

import json
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from promises import school_year
from promises.amendment_checks import amendment_problems
from promises.definition_kinds import kind_problems
from promises.definition_pace import pace_problems
from promises.definition_reading import Found, as_day, as_items, as_list, as_span, twice
from promises.validators import MESSAGES, log_refusal, personal_data_kinds
from promises.yaml_file import Document, Problem, child, quoted

SCHEMA_FILE = Path(__file__).parent / "schema" / "promise-1.json"
MAX_YEARS = 10
FIRST_YEAR, LAST_YEAR = 2000, 2099  # a mistyped year must not unfold to thousands of windows

PATTERNS = {
    r"\S": gettext_lazy("This is empty."),
    "^[a-z0-9]+(-[a-z0-9]+)*$": gettext_lazy(
        "Only the letters a–z, digits and single hyphens are allowed here."
    ),
    r"^https?://\S+$": gettext_lazy("A link begins with https:// and holds no spaces."),
    r"^\d{4}/\d{2}$": gettext_lazy("A school year is written as 2019/20."),
}
TYPES = {
    "object": gettext_lazy("keys with values"),
    "array": gettext_lazy("a list"),
    "string": gettext_lazy("text; put numbers in quotation marks"),
    "integer": gettext_lazy("a whole number"),
    "number": gettext_lazy("a number with a decimal point"),
    "boolean": gettext_lazy("true or false"),
    "null": gettext_lazy("nothing"),
}


def problems_in(document: Document) -> list[Problem]:
    """Everything that is wrong, each with its path and line; empty where the definition is right."""
    data = document.data
    found = [*_shape(data), *_texts(data, "")]
    if isinstance(data, dict):
        for check in (
            _period,
            _parties,
            _names,
            _commitments,
            _targets,
            _amendments,
            _classes,
            _measurements,
            pace_problems,
        ):
            found += check(data)
    return [Problem(path, reason, _line(document, path)) for path, reason in found]


def _line(document: Document, path: str) -> int | None:
    """The line of a path, or of what should have held it where it is missing."""
    while path and path not in document.lines:
        path = path.rpartition("[" if path.endswith("]") else ".")[0]
    return document.lines.get(path) if path else None


# --- The shape


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))


@dataclass(frozen=True)
class Breach:
    """One rule of the schema that is broken: what it demands, what stands there and under which key."""

    demand: Any
    value: Any
    key: str


def _shape(data: Any) -> Found:
    for error in validator().iter_errors(data):
        path = ""
        for key in error.absolute_path:
            path = child(path, key)
        if error.validator == "required":
            # Each missing key is an error of its own; which one it is stands in the message only.
            yield child(path, error.message.split("'")[1]), _("This key is missing.")
        elif error.validator == "additionalProperties":
            yield from _unknown_keys(error, path)
        else:
            last = str(error.absolute_path[-1]) if error.absolute_path else ""
            breach = Breach(error.validator_value, error.instance, last)
            yield path, REASONS[str(error.validator)](breach)


def _unknown_keys(error: ValidationError, path: str) -> Found:
    schema: Any = error.schema
    keys: Any = error.instance
    known = schema["properties"]
    for key in keys:
        if key not in known:
            reason = _("This key is not known here. Known: %(keys)s.") % {"keys": ", ".join(known)}
            yield child(path, key), reason


def _wrong_type(breach: Breach) -> str:
    types = [breach.demand] if isinstance(breach.demand, str) else breach.demand
    return _("This must be %(type)s.") % {"type": _(" or ").join(str(TYPES[name]) for name in types)}


def _not_in_list(breach: Breach) -> str:
    values = {"value": quoted(breach.value), "supported": ", ".join(map(str, breach.demand))}
    return _("%(value)s is not one of these: %(supported)s.") % values


def _wrong_version(breach: Breach) -> str:
    values = {"value": quoted(breach.value), "version": breach.demand}
    return _("Version %(value)s of the format is not known here. Known: %(version)s.") % values


def _too_little(breach: Breach) -> str:
    return _("This is %(value)s; the least is %(limit)s.") % {"value": breach.value, "limit": breach.demand}


def _too_much(breach: Breach) -> str:
    return _("This is %(value)s; the most is %(limit)s.") % {"value": breach.value, "limit": breach.demand}


def _no_day(breach: Breach) -> str:
    return _("%(value)s is not a day. Write it as 2019-12-31.") % {"value": quoted(breach.value)}


def _not_with_this_kind(breach: Breach) -> str:
    if not breach.demand:  # nothing at all may stand there
        return _("This does not belong to this kind of target.")
    return _("The window %(value)s does not go with this kind of target.") % {"value": quoted(breach.value)}


REASONS: dict[str, Callable[[Breach], str]] = {
    "type": _wrong_type,
    "enum": _not_in_list,
    "const": _wrong_version,
    "pattern": lambda breach: str(PATTERNS[breach.demand]),
    "format": _no_day,
    "minimum": _too_little,
    "maximum": _too_much,
    "maxLength": lambda breach: _("This is longer than %(limit)s characters.") % {"limit": breach.demand},
    "minItems": lambda _breach: _("The list is empty. At least one is needed."),
    "maxItems": lambda breach: _("The list has more than %(limit)s items.") % {"limit": breach.demand},
    "not": _not_with_this_kind,
}


# --- What a schema cannot say


def _texts(value: Any, path: str) -> Found:
    """Personal data, and characters that no one typed, in every text and key."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key, child(path, key))
            yield from _texts(item, child(path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, child(path, number))
    elif isinstance(value, str):
        for kind in personal_data_kinds(value):
            log_refusal(kind, path)
            yield path, str(MESSAGES[kind])
        if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value if c not in "\n\t"):
            yield path, _("This holds control characters. Write the text anew.")


def _period(data: dict[str, Any]) -> Found:
    period = data.get("period")
    first, last = as_day(period, "starts_on"), as_day(period, "ends_on")
    for key, day in (("starts_on", first), ("ends_on", last)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            limits = {"first": FIRST_YEAR, "last": LAST_YEAR}
            yield f"period.{key}", _("The year lies outside %(first)d–%(last)d.") % limits
    if first is None:
        return
    if last is not None and last < first:
        days = {"last": last, "first": first}
        yield "period.ends_on", _("The last day, %(last)s, comes before the first, %(first)s.") % days
    elif last is not None and last.year - first.year >= MAX_YEARS:
        yield "period.ends_on", _("The period is longer than %(years)d years.") % {"years": MAX_YEARS}
    follow_up = as_day(data.get("follow_up"), "day")
    if follow_up is not None and follow_up < first:
        days = {"day": follow_up, "first": first}
        yield "follow_up.day", _("The follow-up, %(day)s, comes before the first day, %(first)s.") % days


def _names(data: dict[str, Any]) -> Found:
    for key in ("parties", "areas", "schools"):
        yield from twice(as_items(data, key), "name")
    yield from twice(as_items(data, "parties"), "short_name")
    yield from twice(as_items(data, "commitments"), "number")
    yield from twice(as_items(data, "effects"), "wording")
    for path, commitment in as_items(data, "commitments"):
        yield from twice(as_items(commitment, "kinds", path), "code")
        yield from twice(as_items(commitment, "kinds", path), "name")
    for path, effect in as_items(data, "effects"):
        yield from twice(as_items(effect, "indicators", path), "name")


def _parties(data: dict[str, Any]) -> Found:
    parties = [party for _path, party in as_items(data, "parties")]
    if parties and not any(party.get("role") == "signatory" for party in parties):
        yield "parties", _("No party signs the promise. Give at least one of them the role signatory.")


def _missing_name(name: Any, known: Collection[Any]) -> str | None:
    """The reason, where a text names something that is not there."""
    if not isinstance(name, str) or name in known:
        return None
    shown = {"value": quoted(name), "known": ", ".join(quoted(item) for item in known) or "–"}
    return _("%(value)s is not defined in this file. Defined: %(known)s.") % shown


def _party_names(data: dict[str, Any]) -> dict[str, Any]:
    """Name and short name -> full name."""
    return {
        party[key]: party.get("name")
        for _path, party in as_items(data, "parties")
        for key in ("name", "short_name")
        if isinstance(party.get(key), str)
    }


def _commitments(data: dict[str, Any]) -> Found:
    parties = _party_names(data)
    police = any(party.get("kind") == "police" for _path, party in as_items(data, "parties"))
    for path, commitment in as_items(data, "commitments"):
        yield from _who(path, commitment, parties)
        form, areas = commitment.get("form"), commitment.get("areas")
        if form == "class_meeting" and areas in {"required", "optional"}:
            yield f"{path}.areas", _("A meeting with classes has a school and no area: write none.")
        if form == "counts_only" and areas == "required":
            yield f"{path}.areas", _("Where only numbers are logged the area is optional or none.")
        if form == "counts_only" and as_list(commitment, "kinds"):
            yield f"{path}.kinds", _("Where only numbers are logged there are no kinds. Take the list out.")
        if form in {"activity", "class_meeting"} and not as_list(commitment, "kinds"):
            yield f"{path}.kinds", _("At least one kind is needed, or nothing can be logged.")
        if areas == "required" and not as_list(data, "areas"):
            yield f"{path}.areas", _("An area is required here, and the promise has no areas.")
        if commitment.get("confidential_until_done") is True and not police:
            yield (
                f"{path}.confidential_until_done",
                _("No party is the police, so nobody could see the plans."),
            )


def _who(path: str, commitment: dict[str, Any], parties: dict[str, Any]) -> Found:
    responsible = commitment.get("responsible")
    named = [(f"{path}.responsible", responsible)]
    named += [
        (child(f"{path}.partners", number), name)
        for number, name in enumerate(as_list(commitment, "partners"))
    ]
    seen: set[Any] = set()
    for place, name in named:
        reason = _missing_name(name, parties)
        if reason:
            yield place, reason
        elif isinstance(name, str):
            if parties[name] in seen:
                yield place, _("%(value)s is named already.") % {"value": quoted(name)}
            seen.add(parties[name])


def _targets(data: dict[str, Any]) -> Found:
    schools = {school.get("name"): school for _path, school in as_items(data, "schools")}
    for path, commitment in as_items(data, "commitments"):
        for place, target in as_items(commitment, "targets", path):
            yield from kind_problems(place, target, commitment, as_span(data))
            if target.get("kind") == "coverage" and commitment.get("form") in {"activity", "counts_only"}:
                yield f"{place}.kind", _("Coverage needs a commitment with the form class_meeting.")
            if target.get("window") == "week" and commitment.get("form") == "counts_only":
                yield (
                    f"{place}.window",
                    _("Numbers are logged by month here, and a month is in no single week. Write month."),
                )
            names = as_list(target, "schools")
            for number, name in enumerate(names):
                reason = _missing_name(name, schools)
                if reason is None and name in names[:number]:
                    reason = _("%(value)s is named already.") % {"value": quoted(name)}
                if reason:
                    yield child(f"{place}.schools", number), reason


def _amendments(data: dict[str, Any]) -> Found:
    signing = {
        party[key]: party.get("name")
        for _path, party in as_items(data, "parties")
        for key in ("name", "short_name")
        if isinstance(party.get(key), str) and party.get("role") == "signatory"
    }
    for path, commitment in as_items(data, "commitments"):
        targets = as_list(commitment, "targets")
        for place, amendment in as_items(commitment, "amendments", path):
            yield from amendment_problems(
                place, amendment, targets=targets, signing=signing, span=as_span(data)
            )
        yield from twice(as_items(commitment, "amendments", path), "decided_on", "target")


def _classes(data: dict[str, Any]) -> Found:
    span = as_span(data)
    for path, school in as_items(data, "schools"):
        yield from twice(as_items(school, "classes", path), "school_year", "label")
        for place, item in as_items(school, "classes", path):
            try:
                year = school_year.parse(item.get("school_year", ""))
            except (ValueError, AttributeError):
                if isinstance(item.get("school_year"), str):
                    yield f"{place}.school_year", str(PATTERNS[r"^\d{4}/\d{2}$"])
                continue
            if span and not school_year.containing(span[0]) <= year <= school_year.containing(span[1]):
                shown = {"value": quoted(item["school_year"]), "first": span[0], "last": span[1]}
                reason = _("The school year %(value)s lies outside the period %(first)s – %(last)s.") % shown
                yield f"{place}.school_year", reason


def _measurements(data: dict[str, Any]) -> Found:
    areas = {area.get("name"): area for _path, area in as_items(data, "areas")}
    for effect_path, effect in as_items(data, "effects"):
        for path, indicator in as_items(effect, "indicators", effect_path):
            seen = set()
            for place, item in as_items(indicator, "measurements", path):
                reason = _missing_name(item.get("area"), areas)
                if reason:
                    yield f"{place}.area", reason
                for key in ("value", "margin"):
                    number = item.get(key)
                    if isinstance(number, Decimal) and number != round(number, 2):
                        yield f"{place}.{key}", _("At most two decimals are kept. Round the value.")
                identity = tuple(str(item.get(key)) for key in ("role", "measured_on", "area"))
                if identity in seen:
                    yield place, _("There is a value for the same day and area already.")
                seen.add(identity)
