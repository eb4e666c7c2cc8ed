"""The worked example of docs/adr/0003, from stored rows to the Evaluation."""

import pytest

from reports.progress import percent_floor
from reports.queries import load_evaluation
from reports.status import Status
from reports.tests.malmo import AS_OF, EXAMPLE, make_worked_example


@pytest.fixture
def promise(db):
    return make_worked_example()


@pytest.fixture
def evaluation(promise):
    return load_evaluation(promise, as_of=AS_OF, sees_plans=False)


def as_in_the_file(window, kind):
    said = {"label": window.label, "status": str(window.status), "percent": percent_floor(window.share)}
    if kind == "coverage":
        return said | {
            "classes": window.minimum,
            "classes_met": window.actual,
            "pupils": window.pupils,
            "pupils_met": window.pupils_met,
            "missing": list(window.missing),
        }
    return said | {"minimum": window.minimum, "actual": window.actual}


def test_worked_example_as_the_file_says(evaluation):
    found = [
        {
            "status": str(target.progress.status),
            "kept": target.progress.kept,
            "of": target.progress.of,
            "windows": [as_in_the_file(window, target.kind) for window in target.progress.windows],
        }
        for line in evaluation.lines
        for target in line.targets
    ]

    assert found == [description["expect"] for description in EXAMPLE["commitments"]]


def test_worked_example_status_of_each_commitment(evaluation):
    assert [line.status for line in evaluation.lines] == [
        Status.NOT_KEPT,
        Status.PARTLY_KEPT,
        Status.KEPT,
        Status.NOT_KEPT,
    ]


def test_worked_example_areas_and_the_row_in_two_of_them(evaluation):
    operations = evaluation.lines[3]

    assert {count.area: count.actual for count in operations.areas} == {
        "Bellevue": 7,
        "Holma": 9,
        "Kroksbäck": 9,
    }
    assert operations.areas_overlap == 1
    assert operations.process.done == 24


def test_worked_example_plans_are_the_polices(promise, evaluation):
    police = load_evaluation(promise, as_of=AS_OF, sees_plans=True)

    assert evaluation.lines[3].process.planned is None
    assert police.lines[3].process.planned == 3
    assert police.lines[3].process.overdue == 3
    assert evaluation.lines[2].process.planned == 1  # not under secrecy: known to all
    assert [line.reason for line in evaluation.lines[2].process.cancelled] == ["Pandemin"]
