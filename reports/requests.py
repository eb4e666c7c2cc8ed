"""Is everything that was asked for done? "If a safety walk is asked for, we come." Pure, no Django (docs/adr/0010)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.forecast import Withheld
from reports.progress import Requests, TargetProgress, Unanswered, WindowResult
from reports.status import Status
from reports.windows import Window


class Answer(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asked on ``asked_on``; ``day``: when it was done, or shall be. One taken back is not handed in."""

    asked_on: date
    day: date
    answer: Answer


def assess_requests(windows: Sequence[Window], requests: Sequence[Request], *, as_of: date) -> TargetProgress:
    """Judge "whatever is asked for is done" on ``as_of``. A request belongs to the window of the day it was asked.

    Requests after ``as_of`` or outside every window are passed over. A window without a request that is over is
    NO_REQUESTS, neither kept nor missed, and ``of`` does not count it.
    Errors: ValueError on no windows, or a request that is to be done before it was asked.
    """
    if not windows:
        raise ValueError("a target without windows cannot be judged")
    for request in requests:
        if request.day < request.asked_on:
            raise ValueError(f"asked on {request.asked_on} and done on {request.day}")
    last_day = windows[-1].end
    results = [_assess_window(window, requests, last_day=last_day, as_of=as_of) for window in windows]
    asked_in = [result for result in results if result.reported]
    kept = sum(result.status == Status.KEPT for result in asked_in)
    return TargetProgress(_whole(results, kept=kept, as_of=as_of), kept, len(asked_in), tuple(results))


def _assess_window(
    window: Window, requests: Sequence[Request], *, last_day: date, as_of: date
) -> WindowResult:
    asked = sorted(
        (request for request in requests if request.asked_on in window and request.asked_on <= as_of),
        key=lambda request: (request.asked_on, request.day),
    )
    answered = sum(_is_answered(request, as_of) for request in asked)
    unanswered = tuple(
        Unanswered(request.asked_on, request.day, cancelled=request.answer == Answer.CANCELLED)
        for request in asked
        if not _is_answered(request, as_of) and not _is_waiting(request, last_day=last_day, as_of=as_of)
    )
    return WindowResult(
        label=window.label,
        start=window.start,
        end=window.end,
        cut=window.cut,
        minimum=None,
        actual=answered,
        reported=bool(asked),
        expected=None,
        share=None,
        status=_judge(window, asked=len(asked), unanswered=len(unanswered), as_of=as_of),
        forecast_withheld=Withheld.NO_NUMBER,
        requests=Requests(
            asked=len(asked),
            answered=answered,
            waiting=len(asked) - answered - len(unanswered),
            unanswered=unanswered,
        ),
    )


def _is_answered(request: Request, as_of: date) -> bool:
    return request.answer == Answer.DONE and request.day <= as_of


def _is_waiting(request: Request, *, last_day: date, as_of: date) -> bool:
    """Its day has not passed. On the promise's last day no more is to come: what is not done then, was not done."""
    if request.answer == Answer.CANCELLED:
        return False
    return as_of < request.day or as_of == request.day < last_day


def _judge(window: Window, *, asked: int, unanswered: int, as_of: date) -> Status:
    if not window.begun(as_of):
        return Status.UPCOMING
    over = window.closed(as_of)
    if unanswered:
        return Status.NOT_KEPT if over else Status.BEHIND
    return Status.NO_REQUESTS if over and not asked else Status.KEPT


def _whole(results: Sequence[WindowResult], *, kept: int, as_of: date) -> Status:
    """``kept``: windows that were asked in and kept; one in which nobody asked makes up for nothing."""
    statuses = {result.status for result in results}
    if all(as_of < result.start for result in results):
        return Status.UPCOMING
    if Status.BEHIND in statuses:
        return Status.BEHIND
    if Status.NOT_KEPT in statuses:
        return Status.PARTLY_KEPT if kept else Status.NOT_KEPT
    return Status.NO_REQUESTS if statuses == {Status.NO_REQUESTS} else Status.KEPT
