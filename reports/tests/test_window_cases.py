"""Counts and rates by the examples in window_cases.yaml, which are also the table in docs/windows.md."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from promises.choices import RATE_WINDOWS, TargetWindow
from reports.progress import assess_count
from reports.windows import cut_windows

CASES = yaml.safe_load((Path(__file__).parent / "window_cases.yaml").read_text(encoding="utf-8"))
TABLE = Path(__file__).parents[2] / "docs" / "windows.md"


def rows_of(case):
    found = []
    for row in case["rows"]:
        if "day" in row:
            found.append((row["day"], row["number"]))
        else:
            found += [(row["from"] + timedelta(days=row["every"] * n), 1) for n in range(row["times"])]
    return found


def judged(case):
    starts_on, ends_on = case["period"]
    return assess_count(
        cut_windows(case["window"], starts_on=starts_on, ends_on=ends_on),
        rows_of(case),
        minimum=case["minimum"],
        as_of=case["as_of"],
        known_from_first_row=case["kind"] == "rate",
    )


def line_of(case):
    first, last = case["period"]
    windows = ", ".join(f"{label} `{status}`" for label, status in case["windows"].items())
    return (
        f"| {case['kind']} | {case['window']} | {case['what']} | {first} – {last} | {case['minimum']} "
        f"| {case['as_of']} | `{case['status']}`, {case['kept']} of {case['of']}, {case['total']} in all "
        f"| {windows} |"
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
    statuses = {window.label: window.status for window in progress.windows}
    assert {label: statuses.get(label) for label in case["windows"]} == case["windows"]


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_window_case_stands_in_the_documentation(case):
    assert line_of(case) in TABLE.read_text(encoding="utf-8").splitlines()


def test_every_kind_and_window_has_a_case():
    assert {(case["kind"], case["window"]) for case in CASES} == {
        *(("count", window) for window in TargetWindow.values),
        *(("rate", str(window)) for window in RATE_WINDOWS),
    }
