"""A target that holds in each area by itself."""

from datetime import date

import pytest

from reports.progress import assess_each_area
from reports.status import Status
from reports.windows import cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
YEARS = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)


def test_batch_in_one_area_takes_no_forecast_from_another():
    windows = cut_windows("period", starts_on=STARTS, ends_on=ENDS)
    day = date(2019, 5, 1)
    a, b = assess_each_area(
        windows,
        {"A": [(day, 1)], "B": [(day, 3)]},
        [(day, 4)],
        batches={"B": {day}},
        minimum=25,
        as_of=date(2020, 3, 31),
    ).windows

    assert a.forecast is not None
    assert b.forecast_withheld == "batches"


def test_each_area_is_reported_where_any_row_of_the_commitment_lies_in_the_window():
    """An area without a row is a zero beside another's; a year without any row is not known in either."""
    day = date(2019, 5, 1)
    found = assess_each_area(YEARS, {"A": [(day, 5)], "B": []}, [(day, 5)], batches={}, minimum=5, as_of=ENDS)

    assert [(window.code, window.status) for window in found.windows] == [
        ("A 2019", Status.KEPT),
        ("A 2020", Status.UNKNOWN),
        ("B 2019", Status.NOT_KEPT),
        ("B 2020", Status.UNKNOWN),
    ]
    assert (found.kept, found.of) == (1, 4)


def test_each_area_of_none_is_refused():
    with pytest.raises(ValueError, match="without windows"):
        assess_each_area(YEARS, {}, [], batches={}, minimum=5, as_of=ENDS)
