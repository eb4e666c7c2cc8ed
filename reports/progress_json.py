"""What ``manage.py progress --format json`` writes, described in docs/progress-json.md. Pure, no Django."""

from datetime import date
from typing import Any

from reports.enough import enough_as_data, lost_to
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.forecast import Forecast
from reports.progress import TargetProgress, WindowResult, rounded_down

SCHEMA = 1


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Numbers, texts, lists and objects only; keys always in the order of the document."""
    return {
        "schema": SCHEMA,
        "promise": evaluation.promise.slug,
        "as_of": evaluation.as_of.isoformat(),
        "commitments": [
            {
                "number": line.number,
                "status": str(line.status),
                "original_status": None if line.original_status is None else str(line.original_status),
                "waiting": line.process.waiting,
                "targets": [_target(line, target, evaluation.as_of) for target in line.targets],
            }
            for line in evaluation.lines
        ],
    }


def _target(line: CommitmentLine, target: TargetLine, as_of: date) -> dict[str, Any]:
    return {
        "kind": target.kind,
        "calendar": target.calendar.kind.value,
        **_result(target, target.progress, as_of),
        "areas": [{"area": count.area, "actual": count.actual} for count in line.areas],
        "original": None if target.original is None else _result(target, target.original.progress, as_of),
        "amendments": [
            {
                "decided_on": amendment.decided_on.isoformat(),
                "old_minimum": amendment.old_minimum,
                "new_minimum": amendment.new_minimum,
                "old_due": None if amendment.old_due is None else amendment.old_due.isoformat(),
                "new_due": None if amendment.new_due is None else amendment.new_due.isoformat(),
            }
            for amendment in line.amendments_of(target)
        ],
    }


def _result(target: TargetLine, progress: TargetProgress, as_of: date) -> dict[str, Any]:
    return {
        "status": str(progress.status),
        "kept": progress.kept,
        "of": progress.of,
        "windows": [_window(target, window, as_of) for window in progress.windows],
        "lost_to": [window.code for window in lost_to(progress.windows, as_of=as_of)],
    }


def _window(target: TargetLine, window: WindowResult, as_of: date) -> dict[str, Any]:
    common = {
        "label": window.label,
        "area": window.area,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "minimum": window.minimum,
        "actual": window.actual,
        "share": None if window.share is None else str(rounded_down(window.share)),
        "status": str(window.status),
        "expected": None if window.expected is None else str(rounded_down(window.expected)),
        "forecast": _forecast(window.forecast),
        "forecast_withheld": None if window.forecast_withheld is None else str(window.forecast_withheld),
        "enough": enough_as_data(window, as_of=as_of),
    }
    if window.requests is not None:
        return common | {"asked": window.requests.asked, "answered": window.requests.answered}
    if (delivery := window.delivery) is not None:
        return common | {
            "due": delivery.due_on.isoformat(),
            "done_on": None if delivery.done_on is None else delivery.done_on.isoformat(),
            "link": delivery.link or None,
        }
    if target.kind != "coverage":
        return common
    return common | {
        "classes": window.minimum,
        "classes_met": window.actual,
        "pupils": window.pupils,
        "pupils_met": window.pupils_met,
        "missing": list(window.missing),
    }


def _forecast(found: Forecast | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"chance": float(found.chance), "p10": found.p10, "p50": found.p50, "p90": found.p90}
