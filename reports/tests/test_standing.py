"""How a promise stands, in short, and that the cache gives back what it was given."""

from datetime import UTC, date, datetime

import pytest

from reports.standing import LineStanding, Phase, Standing, standing_of
from reports.status import Status

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
LOGGED, LOGGED_POLICE = datetime(2020, 5, 1, 8, tzinfo=UTC), datetime(2020, 5, 2, 9, tzinfo=UTC)


def standing(*statuses, on_track=()):
    lines = tuple(
        LineStanding(number, f"Åtagande {number}", status, number in on_track)
        for number, status in enumerate(statuses, start=1)
    )
    return Standing(lines, has_rows=True, logged_at=LOGGED, logged_at_police=LOGGED_POLICE)


def test_standing_counts_only_what_is_judged_by_numbers():
    found = standing(
        Status.KEPT, Status.JUDGED, Status.UPCOMING, Status.BEHIND, Status.KEPT, on_track=(1, 2, 3, 5)
    )

    assert [line.number for line in found.judged] == [1, 4, 5]
    assert (found.on_track, found.kept) == (2, 2)


def test_standing_worst_is_the_first_of_the_worst():
    found = standing(Status.KEPT, Status.BEHIND, Status.ON_PACE, Status.BEHIND)

    assert found.worst is found.lines[1]
    assert standing().worst is None


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2018, 12, 31), Phase.UPCOMING),
        (STARTS, Phase.NEEDS),
        (date(2020, 12, 30), Phase.NEEDS),
        (ENDS, Phase.ENDED),  # over on its last day
        (date(2021, 1, 1), Phase.ENDED),
    ],
)
def test_phase_by_day(today, phase):
    assert standing(Status.KEPT, Status.BEHIND).phase(starts_on=STARTS, ends_on=ENDS, today=today) == phase


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        (Status.BEHIND, Phase.NEEDS),
        (Status.AT_RISK, Phase.NEEDS),
        (Status.UNKNOWN, Phase.NEEDS),
        (Status.CANNOT_ASSESS, Phase.NEEDS),
        (Status.ON_PACE, Phase.RUNNING),
        (Status.KEPT, Phase.RUNNING),
        (Status.JUDGED, Phase.RUNNING),
    ],
)
def test_phase_by_what_needs_somebody(status, phase):
    found = standing(Status.KEPT, status)

    assert found.phase(starts_on=STARTS, ends_on=ENDS, today=date(2020, 5, 1)) == phase


def test_standing_of_gives_back_what_plain_kept():
    found = standing(Status.KEPT, Status.BEHIND, on_track=(1,))

    assert standing_of(*found.plain()) == found
    assert {type(value) for line in found.plain()[0] for value in line} == {int, str, bool}


def test_standing_of_a_promise_where_nothing_was_logged():
    found = Standing((), has_rows=False, logged_at=None, logged_at_police=None)

    assert standing_of(*found.plain()) == found


def test_standing_of_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="okänd"):
        standing_of([(1, "Ett", "okänd", True)], False, None, None)


def test_standing_of_leaves_out_a_moment_that_is_none():
    found = standing_of([], True, "2020-05-01", 7)

    assert (found.has_rows, found.logged_at, found.logged_at_police) == (True, None, None)
