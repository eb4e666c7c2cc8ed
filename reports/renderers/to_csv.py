"""One row for each commitment and window: `;`, BOM and decimal comma, as a Swedish Excel wants it.

The columns are stable and named in Swedish whatever the language; docs/evaluation-formats.md explains them.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reports.calendars import EVEN
from reports.changes import what_changed
from reports.enough import enough_of, lost_to, rounded_down_once, rounded_up
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.progress import WindowResult, percent_floor, rounded_down
from reports.renderers import texts
from reports.renderers.content import marks
from reports.renderers.plain import not_a_formula

COLUMNS = (
    "schema",
    "löfte",
    "löftets namn",
    "läget den",
    "anmärkning",
    "åtagande",
    "rubrik",
    "åtagandets status",
    "mål",
    "måltyp",
    "läses som",
    "delperiod",
    "från",
    "till",
    "minst",
    "utfall",
    "rapporterat",
    "andel",
    "procent",
    "väntat",
    "status",
    "bedömning",
    "klasser",
    "klasser mötta",
    "elever",
    "elever mötta",
    "saknas",
    "prognos låg",
    "prognos mitten",
    "prognos hög",
    "prognos chans",
    "ingen prognos",
    "fattas",
    "dagar kvar",
    "takt per",
    "takt som krävs",
    "takt hittills",
    "når inte i nuvarande takt",
    "hela kan inte hållas",
    "takten följer",
    "terminstider saknas",
    "område",
    "önskade",
    "besvarade",
    "ännu inte aktuella",
    "klart senast",
    "klart den",
    "länk",
    "åtagandets ursprungliga status",
    "ursprungligt minst",
    "ursprungligt utfall",
    "ursprunglig status",
    "ursprunglig bedömning",
    "ändringar",
    "väntar på granskning",
    "återsända",
    "ursprungligt klart senast",
    "låsta perioder",
)

Value = str | int | Decimal | None


def render(evaluation: Evaluation) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(evaluation):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _rows(evaluation: Evaluation) -> Iterator[list[Value]]:
    promise = evaluation.promise
    locked = "|".join(f"{row.first}–{row.last} ({row.since})" for row in evaluation.locked) or None
    for line in evaluation.lines:
        start: list[Value] = [
            evaluation.schema,
            promise.slug,
            promise.title,
            evaluation.as_of.isoformat(),
            ", ".join(marks(evaluation)),
            line.number,
            line.title,
            line.status.value,
        ]
        end = [_changes(line), line.process.waiting, line.process.returned]
        judged = [
            [
                *start,
                position,
                *_target(target),
                *_window(window, target),
                *_enough(target, window, evaluation.as_of),
                *_pace(window),
                window.area or None,
                *_without_a_number(window),
                line.original_status and line.original_status.value,
                *_original(target, place),
                *end,
                _original_day(target),
                locked,
            ]
            for position, target in enumerate(line.targets, start=1)
            for place, window in enumerate(target.progress.windows)
        ]
        # A commitment that is judged in words alone is still a row: nothing promised is left out.
        yield from judged or [
            [*start, *[None] * (len(COLUMNS) - len(start) - len(end) - 2), *end, None, locked]
        ]


def _original(target: TargetLine, place: int) -> list[Value]:
    """The same window by what was first promised; empty where no decision has changed the target."""
    if target.original is None:
        return [None] * 4
    window = target.original.progress.windows[place]
    return [window.minimum, window.actual, window.status.value, texts.status_label(window.status)]


def _original_day(target: TargetLine) -> str | None:
    due_on = target.original and target.original.due_on
    return due_on.isoformat() if due_on else None


def _changes(line: CommitmentLine) -> str | None:
    """Every decision on the commitment, `|` between them."""
    return "|".join(what_changed(line, one) for one in line.amendments) or None


def _target(target: TargetLine) -> list[Value]:
    return [target.kind, target.reading]


def _window(window: WindowResult, target: TargetLine) -> list[Value]:
    share = window.share
    values: list[Value] = [
        window.label,
        window.start.isoformat(),
        window.end.isoformat(),
        window.minimum,
        window.actual,
        "ja" if window.reported else "nej",
        None if share is None else rounded_down(share),
        None if share is None else percent_floor(share),
        None if window.expected is None else rounded_down(window.expected),
        window.status.value,
        texts.status_label(window.status),
    ]
    if target.kind == "coverage":
        values += [window.minimum, window.actual, window.pupils, window.pupils_met, "|".join(window.missing)]
    else:
        values += [None] * 5
    return [*values, *_forecast(window)]


def _without_a_number(window: WindowResult) -> list[Value]:
    asked, delivery = window.requests, window.delivery
    values: list[Value] = [asked.asked, asked.answered, asked.waiting] if asked else [None] * 3
    if delivery is None:
        return [*values, None, None, None]
    done_on = None if delivery.done_on is None else delivery.done_on.isoformat()
    return [*values, delivery.due_on.isoformat(), done_on, delivery.link or None]


def _forecast(window: WindowResult) -> list[Value]:
    found = window.forecast
    if found is None:
        return [None, None, None, None, window.forecast_withheld and window.forecast_withheld.value]
    return [found.p10, found.p50, found.p90, found.chance, None]


def _pace(window: WindowResult) -> list[Value]:
    calendar = window.calendar
    even = calendar.carries_nothing(window.stretch)
    missing = "|".join(calendar.terms_missing(window.stretch)) or None
    return [EVEN.kind.value if even else calendar.kind.value, missing]


def _enough(target: TargetLine, window: WindowResult, as_of: date) -> list[Value]:
    """Empty where nothing is left to reach. The last: the missed windows that make the whole impossible."""
    lost = "|".join(missed.code for missed in lost_to(target.progress.windows, as_of=as_of)) or None
    found = enough_of(window, as_of=as_of)
    if found is None:
        return [*[None] * 6, lost]
    return [
        found.missing,
        found.days_left,
        None if found.per is None else found.per.value,
        None if found.needed is None else rounded_up(found.needed),
        None if found.so_far is None else rounded_down_once(found.so_far),
        "ja" if found.hopeless else "nej",
        lost,
    ]


def _cell(value: Value) -> str:
    """None is an empty cell. Typed text never becomes a formula; numbers keep their sign and get a comma."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    return not_a_formula(value) if isinstance(value, str) else str(value)
