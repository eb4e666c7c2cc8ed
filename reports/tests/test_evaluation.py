"""What an evaluation's parts say of themselves."""

from datetime import date

from reports.evaluation import AreaDays, DayCount, OriginalTarget, TargetLine, original_status
from reports.progress import assess_count
from reports.status import Status
from reports.tests.evaluations import ENDS, STARTS
from reports.windows import cut_windows

YEARS = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)


def target(minimum, *, original=None, kind="count", **more):
    """20 in each year against a minimum, and against the one that was first promised."""

    def judged(least):
        return assess_count(YEARS, [(STARTS, 20), (date(2020, 1, 1), 20)], minimum=least, as_of=ENDS)

    first = None if original is None else OriginalTarget(original, "", judged(original))
    return TargetLine(kind, "calendar_year", minimum, "", judged(minimum), original=first, **more)


def test_original_status_of_a_target_that_no_decision_has_changed():
    assert original_status([target(10), target(30)]) is None


def test_original_status_is_by_what_was_first_promised():
    assert original_status([target(10, original=30)]) == Status.NOT_KEPT


def test_original_status_takes_the_others_as_they_are():
    assert original_status([target(10, original=15), target(30)]) == Status.NOT_KEPT
    assert original_status([target(10), target(10, original=15)]) == Status.KEPT


def test_original_status_where_only_words_were_changed():
    assert original_status([target(10, original=10, kind="effort")]) is None


def test_days_in_an_area_and_in_one_without_days():
    days = (DayCount(STARTS, 2),)
    found = target(10, area_days=(AreaDays("Holma", ()), AreaDays("Bellevue", days)))

    assert found.days_in("Bellevue") == days
    assert found.days_in("Kroksbäck") == ()
