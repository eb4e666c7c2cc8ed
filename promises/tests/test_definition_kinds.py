"""Targets without a number to reach in a promise file: on request, deliverable, effort."""

import pytest

from promises.choices import TargetWindow
from promises.definition import load, not_measurable
from promises.tests.edits import GONE
from promises.tests.test_definition import TARGET, edited, in_english, problems, write

__all__ = ["in_english", "write"]

READING = "Så läses det."
ON_REQUEST = {"kind": "on_request", "window": "period", "reading": READING}
DELIVERABLE = {"kind": "deliverable", "window": "period", "due_on": "2019-06-30", "reading": READING}
EFFORT = {"kind": "effort", "window": "calendar_year", "reading": READING}
COMMITMENT = "commitments[1]"


def target_of(file):
    return load(file).commitments[1].targets[0]


@pytest.mark.parametrize("target", [ON_REQUEST, DELIVERABLE, EFFORT])
def test_load_takes_a_target_without_a_number(write, target):
    found = target_of(write(edited((TARGET, target))))

    assert (found.kind, found.minimum, found.grade, found.schools) == (target["kind"], None, None, ())
    assert (found.due_on is not None) == (target is DELIVERABLE)


@pytest.mark.parametrize("window", TargetWindow.values)
@pytest.mark.parametrize("target", [ON_REQUEST, EFFORT])
def test_load_takes_every_window_of_requests_and_efforts(write, target, window):
    assert target_of(write(edited((TARGET, target | {"window": window})))).window == window


@pytest.mark.parametrize("key", ["minimum", "times", "grade", "schools", "due_on"])
@pytest.mark.parametrize("target", [ON_REQUEST, DELIVERABLE, EFFORT])
def test_load_refuses_what_belongs_to_another_kind(write, target, key):
    if key in target:
        return
    value = {"schools": ["Holmaskolan"], "due_on": "2019-06-30"}.get(key, 5)

    found = problems(write(edited((TARGET, target | {key: value}))))

    assert found == [(f"{TARGET}.{key}", "This does not belong to this kind of target.")]


@pytest.mark.parametrize(
    ("target", "edit", "path", "reason"),
    [
        (DELIVERABLE, ("due_on", GONE), ".due_on", "missing"),
        (DELIVERABLE, ("due_on", "2019-02-30"), ".due_on", "is not a day"),
        (DELIVERABLE, ("due_on", "2018-12-31"), ".due_on", "2018-12-31 lies outside the period 2019-01-01"),
        (DELIVERABLE, ("due_on", "2021-01-01"), ".due_on", "lies outside the period"),
        (DELIVERABLE, ("window", "month"), ".window", "does not go with this kind"),
        (DELIVERABLE, ("window", "calendar_year"), ".window", "does not go with this kind"),
    ],
)
def test_load_refuses_a_wrong_day_or_window_of_a_deliverable(write, target, edit, path, reason):
    key, value = edit

    found = problems(write(edited((TARGET, dict(target)), (f"{TARGET}.{key}", value))))

    assert [(place, reason in why) for place, why in found] == [(TARGET + path, True)]


@pytest.mark.parametrize("day", ["2019-01-01", "2020-12-31"])
def test_load_takes_the_promises_first_and_last_day_for_a_deliverable(write, day):
    assert target_of(write(edited((TARGET, DELIVERABLE | {"due_on": day})))).due_on.isoformat() == day


@pytest.mark.parametrize("number", [0, 1])
def test_load_refuses_a_deliverable_beside_another_target(write, number):
    targets = [EFFORT, EFFORT]
    targets[number] = DELIVERABLE

    found = problems(write(edited((f"{COMMITMENT}.targets", targets))))

    assert [(path, "only target of its commitment" in reason) for path, reason in found] == [
        (f"{COMMITMENT}.targets[{number}].kind", True)
    ]


@pytest.mark.parametrize(
    ("target", "reason"), [(ON_REQUEST, "one by one"), (DELIVERABLE, "only numbers by month")]
)
def test_load_refuses_what_needs_a_day_where_only_numbers_are_logged(write, target, reason):
    numbers_only = [
        (f"{COMMITMENT}.form", "counts_only"),
        (f"{COMMITMENT}.areas", "optional"),
        (f"{COMMITMENT}.kinds", []),
    ]

    found = problems(write(edited(*numbers_only, (TARGET, target))))

    assert [(path, reason in why) for path, why in found] == [(f"{TARGET}.kind", True)]
    assert target_of(write(edited(*numbers_only, (TARGET, EFFORT)))).kind == "effort"


def test_load_refuses_requests_where_plans_are_secret(write):
    secret = (f"{COMMITMENT}.confidential_until_done", True)

    found = problems(write(edited(secret, (TARGET, ON_REQUEST))))

    assert [(path, "plans are secret here" in reason) for path, reason in found] == [(f"{TARGET}.kind", True)]
    assert target_of(write(edited(secret, (TARGET, DELIVERABLE)))).kind == "deliverable"


def test_efforts_are_pointed_out_and_nothing_else_is(write):
    both = [EFFORT, {"kind": "count", "window": "period", "minimum": 25, "reading": READING}]

    found = not_measurable(load(write(edited((f"{COMMITMENT}.targets", both)))))

    assert [(problem.path, "Commitment 2 cannot be measured" in problem.reason) for problem in found] == [
        (f"{COMMITMENT}.targets[0]", True)
    ]
    assert not_measurable(load(write(edited((TARGET, ON_REQUEST))))) == []
    assert not_measurable(load(write(edited((TARGET, DELIVERABLE))))) == []
