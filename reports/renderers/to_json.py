"""The evaluation as data: schema 1, canonical (sorted keys, no spaces, UTF-8), the same in every language.

docs/evaluation-formats.md explains it; reports/schema/evaluation-1.json is its JSON Schema.
"""

import json
from dataclasses import asdict
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports.effects import compare
from reports.enough import enough_as_data, lost_to
from reports.evaluation import CommitmentLine, Evaluation, IndicatorLine, TargetLine
from reports.progress import ClassCell, WindowResult, percent_floor, rounded_down


def render(evaluation: Evaluation) -> bytes:
    return canonical(as_data(evaluation)) + b"\n"


def canonical(data: dict[str, Any]) -> bytes:
    """The same data always gives the same bytes. TypeError on a float: numbers here are exact."""
    _refuse_floats(data)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def as_data(evaluation: Evaluation) -> dict[str, Any]:
    # only where it holds: a file of the usual kind has just the fields it always had
    extra: dict[str, Any] = {"known_then": True} if evaluation.known_then else {}
    if evaluation.locked:
        extra["locked"] = [_plain(asdict(row)) for row in evaluation.locked]
    return extra | {
        "schema": evaluation.schema,
        "promise": _plain(asdict(evaluation.promise)),
        "as_of": evaluation.as_of.isoformat(),
        "draft": evaluation.draft,
        "share_of_period": str(evaluation.share_of_period),
        "commitments": [_commitment(line, evaluation.as_of) for line in evaluation.lines],
        "effects": [
            {
                "wording": effect.wording,
                "indicators": [_indicator(indicator) for indicator in effect.indicators],
            }
            for effect in evaluation.effects
        ],
    }


def _commitment(line: CommitmentLine, as_of: date) -> dict[str, Any]:
    data: dict[str, Any] = _plain(
        {
            name: getattr(line, name)
            for name in (
                "number",
                "title",
                "short_title",
                "wording",
                "unit_one",
                "unit_many",
                "form",
                "confidential_until_done",
                "responsible",
                "partners",
                "status",
                "areas_overlap",
                "without_area",
                "original_wording",
                "original_status",
            )
        }
    )
    data["targets"] = [_target(target, as_of) for target in line.targets]
    for name in ("areas", "kinds", "days", "activities", "amendments"):
        data[name] = [_plain(asdict(row)) for row in getattr(line, name)]
    data["process"] = _plain(asdict(line.process))
    return data


def _target(target: TargetLine, as_of: date) -> dict[str, Any]:
    data: dict[str, Any] = {
        "kind": target.kind,
        "window": target.window,
        "calendar": target.calendar.kind.value,
        "scope": "each_area" if target.each_area else "all_areas",
        "area_days": [_plain(asdict(own)) for own in target.area_days],
        "month_weights": [str(weight) for weight in target.calendar.weights],
    }
    return (
        data
        | _result(target, as_of)
        | {"original": _result(target.as_promised, as_of) if target.original else None}
    )


def _result(target: TargetLine, as_of: date) -> dict[str, Any]:
    progress = target.progress
    return {
        "minimum": target.minimum,
        "due_on": None if target.due_on is None else target.due_on.isoformat(),
        "reading": target.reading,
        "status": progress.status.value,
        "kept": progress.kept,
        "of": progress.of,
        "windows": [
            _window(window, coverage=target.kind == "coverage", as_of=as_of) for window in progress.windows
        ],
        "lost_to": [window.code for window in lost_to(progress.windows, as_of=as_of)],
    }


def _window(window: WindowResult, *, coverage: bool, as_of: date) -> dict[str, Any]:
    data: dict[str, Any] = {
        "label": window.label,
        "area": window.area,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "cut": window.cut,
        "terms_missing": list(window.calendar.terms_missing(window.stretch)),
        "paced_evenly": window.calendar.is_even or window.calendar.carries_nothing(window.stretch),
        "minimum": window.minimum,
        "actual": window.actual,
        "reported": window.reported,
        "expected": None if window.expected is None else str(rounded_down(window.expected)),
        "share": None if window.share is None else str(rounded_down(window.share)),
        "percent": None if window.share is None else percent_floor(window.share),
        "status": window.status.value,
        "forecast": None if window.forecast is None else _plain(asdict(window.forecast)),
        "forecast_withheld": None if window.forecast_withheld is None else window.forecast_withheld.value,
        "enough": enough_as_data(window, as_of=as_of),
    }
    if window.requests is not None:
        data |= _plain(asdict(window.requests))
    if window.delivery is not None:
        data |= _plain(asdict(window.delivery) | {"days_late": window.delivery.days_late})
    if coverage:
        data |= {
            "classes": window.minimum,
            "classes_met": window.actual,
            "pupils": window.pupils,
            "pupils_met": window.pupils_met,
            "missing": list(window.missing),
            "schools_without_register": list(window.schools_without_register),
            "cells": [_cell(cell) for cell in window.cells],
        }
        if window.register_notes:
            data["register_changes"] = [_plain(asdict(note)) for note in window.register_notes]
    return data


def _cell(cell: ClassCell) -> dict[str, Any]:
    data: dict[str, Any] = _plain(asdict(cell))
    if cell.part_met_on is None:
        del data["part_met_on"]
    return data


def _indicator(indicator: IndicatorLine) -> dict[str, Any]:
    data: dict[str, Any] = _plain(asdict(indicator))
    data["change"] = _plain(asdict(compare(indicator)))
    return data


def _plain(value: Any) -> Any:
    """Days as ISO, times as HH:MM, exact numbers as text; tuples as lists."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return str(value)
    return value


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"not exact: {value!r}")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_floats(inner)
