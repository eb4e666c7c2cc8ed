"""Counts and rates by the examples in window_cases.yaml, which are also the table in docs/windows.md."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from promises.choices import RATE_WINDOWS, TargetCalendar, TargetScope, TargetWindow
from reports.calendars import Calendar, CalendarKind, Span, Term, school_calendar
from reports.progress import assess_count, assess_each_area, rounded_down
from reports.windows import cut_windows

CASES = yaml.safe_load((Path(__file__).parent / "window_cases.yaml").read_text(encoding="utf-8"))
TABLE = Path(__file__).parents[2] / "docs" / "windows.md"


def rows_of(case, area=None):
    found = []
    for row in case["rows"]:
        if area is not None and area not in row.get("areas", []):
            continue
        if "day" in row:
            found.append((row["day"], row["number"]))
        else:
            found += [(row["from"] + timedelta(days=row["every"] * n), 1) for n in range(row["times"])]
    return found


def scope_of(case):
    return "each_area" if "each_area" in case else "all_areas"


def calendar_of(case):
    kind = case.get("calendar", "even")
    if kind == "school_days":
        terms = [
            Term(Span(*term["days"]), tuple(Span(*days) for days in term["breaks"])) for term in case["terms"]
        ]
        return school_calendar(terms)
    weights = tuple(Decimal(str(weight)) for weight in case.get("weights", ()))
    return Calendar(CalendarKind(kind), weights=weights)


def judged(case):
    starts_on, ends_on = case["period"]
    windows = cut_windows(case["window"], starts_on=starts_on, ends_on=ends_on)
    rules = {
        "minimum": case["minimum"],
        "as_of": case["as_of"],
        "known_from_first_row": case["kind"] == "rate",
        "calendar": calendar_of(case),
    }
    if "each_area" not in case:
        return assess_count(windows, rows_of(case), **rules)
    in_area = {area: rows_of(case, area) for area in case["each_area"]}
    return assess_each_area(windows, in_area, rows_of(case), batches={}, **rules)


def name_of(window):
    return f"{window.area} {window.label}" if window.area else window.label


def line_of(case):
    first, last = case["period"]
    expected = ", ".join(f"{label} {number}" for label, number in case.get("expected", {}).items())
    windows = ", ".join(f"{label} `{status}`" for label, status in case["windows"].items())
    return (
        f"| {case['kind']} | {case['window']} | {case.get('calendar', 'even')} | {scope_of(case)} "
        f"| {case['what']} "
        f"| {first} – {last} | {case['minimum']} "
        f"| {case['as_of']} | `{case['status']}`, {case['kept']} of {case['of']}, {case['total']} in all "
        f"| {windows} | {expected} |"
    )


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_window_case(case):
    progress = judged(case)

    assert (progress.status, progress.kept, progress.of, progress.total) == (
        case["status"],
        case["kept"],
        case["of"],
        case["total"],
    )
    statuses = {name_of(window): window.status for window in progress.windows}
    assert {label: statuses.get(label) for label in case["windows"]} == case["windows"]
    expected = {name_of(window): str(rounded_down(window.expected)) for window in progress.windows}
    assert {label: expected[label] for label in case.get("expected", {})} == case.get("expected", {})


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_window_case_stands_in_the_documentation(case):
    assert line_of(case) in TABLE.read_text(encoding="utf-8").splitlines()


def test_every_kind_and_window_has_a_case():
    assert {(case["kind"], case["window"]) for case in CASES} == {
        *(("count", window) for window in TargetWindow.values),
        *(("rate", str(window)) for window in RATE_WINDOWS),
    }


def test_every_calendar_has_a_case_of_each_kind():
    found = {(case["kind"], case.get("calendar", "even")) for case in CASES}

    assert found == {(kind, calendar) for kind in ("count", "rate") for calendar in TargetCalendar.values}


def test_every_scope_has_a_case_of_each_kind():
    found = {(case["kind"], scope_of(case)) for case in CASES}

    assert found == {(kind, scope) for kind in ("count", "rate") for scope in TargetScope.values}
