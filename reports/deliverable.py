"""Is it done by the promised day? "Set up a council by June." Pure, no Django (docs/adr/0010)."""

from collections.abc import Sequence
from datetime import date

from reports.forecast import Withheld
from reports.progress import Delivery, TargetProgress, WindowResult
from reports.status import Status
from reports.windows import Window


def assess_deliverable(
    window: Window, done: Sequence[tuple[date, str]], *, due_on: date, as_of: date
) -> TargetProgress:
    """Judge "done by ``due_on``" on ``as_of``.

    ``window``: the whole promise. ``done``: (day, link or "") of what was done, in any order; the first day counts, and
    days after ``as_of`` or outside the promise are passed over.
    Errors: ValueError where ``due_on`` lies outside the promise.
    """
    if due_on not in window:
        raise ValueError(f"{due_on} lies outside {window.start} – {window.end}")
    so_far = [(day, link) for day, link in done if day in window and day <= as_of]
    done_on = min((day for day, _link in so_far), default=None)
    links = [link for day, link in so_far if day == done_on and link]
    status = _judge(window, done_on, due_on=due_on, as_of=as_of)
    result = WindowResult(
        label=window.label,
        start=window.start,
        end=window.end,
        cut=window.cut,
        minimum=None,
        actual=0 if done_on is None else 1,
        reported=done_on is not None,
        expected=None,
        share=None,
        status=status,
        forecast_withheld=Withheld.NO_NUMBER,
        delivery=Delivery(due_on, done_on, links[0] if links else ""),
    )
    return TargetProgress(status, int(status == Status.KEPT), 1, (result,))


def _judge(window: Window, done_on: date | None, *, due_on: date, as_of: date) -> Status:
    if not window.begun(as_of):
        return Status.UPCOMING
    if done_on is not None:
        return Status.KEPT if done_on <= due_on else Status.NOT_KEPT
    # the promised day itself is still time, unless it is the promise's last one: then no more is to come
    return Status.NOT_KEPT if as_of > due_on or window.closed(as_of) else Status.ON_PACE
