"""What has no number to reach is counted and not judged. Pure, no Django (docs/adr/0010)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

from reports.forecast import Withheld
from reports.progress import TargetProgress, WindowResult
from reports.status import Status
from reports.windows import Window


def count_effort(
    windows: Sequence[Window], days: Iterable[tuple[date, int]], *, as_of: date
) -> TargetProgress:
    """How many in each window up to ``as_of``; JUDGED in words, always.

    ``days``: (day, quantity) of the counted rows, in any order. Errors: ValueError on no windows.
    """
    if not windows:
        raise ValueError("a target without windows cannot be counted")
    rows = sorted(days)
    when = [day for day, _quantity in rows]
    totals = [0, *accumulate(quantity for _day, quantity in rows)]
    results = []
    for window in windows:
        first = bisect_left(when, window.start)
        after = max(bisect_right(when, min(window.end, as_of)), first)
        results.append(
            WindowResult(
                label=window.label,
                start=window.start,
                end=window.end,
                cut=window.cut,
                minimum=None,
                actual=totals[after] - totals[first],
                reported=first < after,
                expected=None,
                share=None,
                status=Status.JUDGED,
                forecast_withheld=Withheld.NO_NUMBER,
            )
        )
    return TargetProgress(Status.JUDGED, 0, 0, tuple(results))
