"""Which status needs somebody most."""

import itertools

import pytest

from reports.status import Status, of_commitment, worst


def test_worst_knows_every_status():
    for status in Status:
        assert worst([status]) is status


def test_worst_of_none_is_an_error():
    with pytest.raises(ValueError, match="empty"):
        worst([])


@pytest.mark.parametrize(
    ("worse", "better"),
    list(itertools.pairwise([Status.BEHIND, Status.AT_RISK, Status.UNKNOWN, Status.ON_PACE, Status.KEPT])),
)
def test_worst_ranks_open_windows(worse, better):
    assert worst([better, worse]) is worse
    assert worst([worse, better]) is worse


def test_worst_puts_a_broken_promise_first_and_a_kept_one_last():
    others = set(Status) - {Status.NOT_KEPT}

    assert all(worst([Status.NOT_KEPT, other]) is Status.NOT_KEPT for other in others)
    assert all(worst([Status.KEPT, other]) is other for other in set(Status))


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([], Status.JUDGED),
        ([Status.JUDGED], Status.JUDGED),
        ([Status.NO_REQUESTS], Status.NO_REQUESTS),
        ([Status.NO_REQUESTS, Status.JUDGED], Status.JUDGED),
        ([Status.JUDGED, Status.KEPT], Status.KEPT),  # what says nothing never hides what does
        ([Status.NO_REQUESTS, Status.ON_PACE, Status.BEHIND], Status.BEHIND),
        ([Status.JUDGED, Status.UPCOMING], Status.UPCOMING),
    ],
)
def test_of_commitment_is_the_worst_that_says_something(statuses, status):
    assert of_commitment(statuses) is status
