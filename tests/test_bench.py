"""`make bench` itself: that it fills a database, asks what it means to ask, and understands what it is told."""

import json
import os
import subprocess
import sys

import pytest
from bench import report
from bench.__main__ import QUICK, ROOT, SCRIPTS, SIZES, asked_for

CASES = {"overview", "dashboard", "commitment", "list", "deep list", "logging"}


@pytest.mark.parametrize(("promises", "exports", "files"), [(2, 0, 0), (1, 20, 5)])
def test_bench_fills_and_measures_a_small_database(tmp_path, promises, exports, files):
    """In a process of its own, as always: its settings are not the product's."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/bench.sqlite3",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PYTHONPATH": os.pathsep.join([str(SCRIPTS), str(ROOT)]),
    }
    command = [sys.executable, "-m", "bench.one", "20", str(promises), "3", "0", str(exports)]

    done = subprocess.run(command, check=True, env=environment, cwd=ROOT, capture_output=True, text=True)

    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["rows"], found["promises"], len(found["files"])) == (20, promises, files)
    assert {line["what"] for line in found["lines"]} == CASES
    assert all(line["rounds"] == 3 and line["queries"] > 0 for line in found["lines"])
    assert "| dashboard |" in report.one_database(found)


def line(what, who, ms):
    return {"what": what, "who": who, "ms": ms, "queries": 3, "touched": 50, "rounds": 3}


def found(promises, rows, ms):
    lines = [
        line(what, "product", ms) for what in ("overview", "dashboard", "commitment", "list", "deep list")
    ]
    lines += [
        line("logging", "product", 10.0),
        line("logging", "bare view", 4.0),
        line("logging", "admin", 14.0),
    ]
    files = [{"kind": "list", "format": "csv", "s": 1.0, "mb": 100.0, "kb": 10.0}]
    return {
        "database": "sqlite", "version": "SQLite 3", "rows": rows, "promises": promises, "lines": lines,
        "files": files,
    }  # fmt: skip


def test_bench_report_says_which_bar_is_missed():
    text = report.summary(
        [found(500, 1000, 10.0), found(1, 1000, 10.0), found(500, 5000, 14.0), found(1, 5000, 21.0)]
    )

    rows = {row.split(" | ")[1]: row for row in text.splitlines()[2:]}
    assert "1.40 | at most 1.5 | yes" in rows["dashboard, 500 promises: 5,000 to 1,000 rows"]
    assert "2.10 | at most 2.0 | **no**" in rows["dashboard, one promise: 5,000 to 1,000 rows"]
    assert "1.40 | at least 1.5 | **no**" in rows["logging, times as many a second as the admin, one promise"]
    assert "0.40 | at least 0.4 | yes" in rows["logging, share of the bare view's, one promise"]
    assert "1.00 | at most 1.2 | yes" in rows["memory of list csv, most rows to fewest"]


@pytest.mark.parametrize(
    ("given", "sizes"),
    [({}, SIZES), ({"QUICK": "1"}, QUICK), ({"ROWS": "1000,20_000"}, (1000, 20000)), ({"N": "7"}, (7,))],
)
def test_bench_takes_sizes(given, sizes):
    assert asked_for(given | {"DB": "sqlite"})[0] == sizes


@pytest.mark.parametrize("given", [{"ROWS": "many"}, {"ROWS": "0"}, {"ROWS": "1,"}, {"DB": "oracle"}])
def test_bench_refuses_in_one_line(given):
    with pytest.raises(SystemExit, match=r"^(ROWS|DB)=.*"):
        asked_for(given)
