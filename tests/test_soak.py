"""What `make soak` judges by: each fault that it is there to find is found."""

from collections import Counter

import pytest
from soak.judge import judge
from soak.officers import Sent
from soak.people import Stored
from soak.report import lines

SENT = [
    Sent("a", "Prov 1-0", [201], ms=80.0),
    Sent("b", "Prov 1-1", [0, 503, 200], ms=900.0),
    Sent("c", "Prov 2-0", [201, 200], ms=70.0),
    Sent("d", "Prov 2-1", [0, 0], ms=45_000.0),
]
ROWS = {("a", "Prov 1-0"): 1, ("b", "Prov 1-1"): 1, ("c", "Prov 2-0"): 1}


def stored(rows=ROWS, **other):
    return Stored(**{"rows": Counter(rows), "created": sum(rows.values()), "totals_agree": True} | other)


@pytest.mark.parametrize("rows", [ROWS, ROWS | {("d", "Prov 2-1"): 1}])
def test_what_was_never_acknowledged_may_be_there_or_not(rows):
    outcome = judge(SENT, stored(rows))

    assert outcome.holds
    assert (outcome.acknowledged, outcome.unsure) == (3, 1)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ({key: n for key, n in ROWS.items() if key[0] != "b"}, "missing"),
        (ROWS | {("another", "Prov 1-0"): 1}, "doubled"),
        (ROWS | {("e", "Prov 9-9"): 1}, "unknown"),
        ({("a", "Prov 2-0"): 1} | {key: n for key, n in ROWS.items() if key[0] != "a"}, "missing"),
    ],
)
def test_each_fault_is_found(rows, found):
    outcome = judge(SENT, stored(rows))

    assert not outcome.holds
    assert getattr(outcome, found) == 1


@pytest.mark.parametrize("other", [{"created": 2}, {"totals_agree": False}])
def test_history_and_totals_have_to_agree(other):
    assert not judge(SENT, stored(**other)).holds


def test_answer_that_refuses_a_right_entry_is_a_fault():
    outcome = judge([*SENT, Sent("e", "Prov 3-0", [403])], stored())

    assert not outcome.holds
    assert outcome.odd == {403: 1}


def test_nothing_acknowledged_is_no_success():
    assert not judge([], stored({})).holds


def test_report_tells_lost_answers_from_lost_entries():
    text = lines(judge(SENT, stored()), SENT, officers=2, seconds=60.0, took=61.0, killed=2, workers=4)

    assert (
        "| sent again for want of an answer | 1 (instead of one: 0, 503; 0 is a broken connection) |" in text
    )
    assert "| of these stored already the first time | 1 |" in text
    assert "| sent twice on purpose | 1 |" in text
    assert "| never acknowledged | 1 |" in text
    assert "| stored more than once | **0** |" in text
