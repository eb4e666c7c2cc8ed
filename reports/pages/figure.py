"""The burn-up drawing of a commitment and the table behind it."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports import captions, outlook
from reports.charts import charted_target, drawing
from reports.days import month_span
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.figures import has_many_windows, in_worst_area, waiting_in
from reports.progress import WindowResult, expected
from reports.wording import long_date, titled


@dataclass(frozen=True, slots=True)
class MonthRow:
    """``total`` and ``pace`` at the month's end or on the page's day; both begin anew with each window."""

    month: str  # "2020-09"
    window: str
    done: int
    total: int
    pace: Fraction
    waiting: int = 0  # beside ``done``, not in it


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of the running window, as numbers. ``chance``: exact, shown in whole percent, rounded down."""

    title: str
    low: int
    middle: int
    high: int
    minimum: int
    chance: Fraction


@dataclass(frozen=True, slots=True)
class BurnUp:
    title: str
    key: str
    wide: SafeString
    narrow: SafeString
    months: tuple[MonthRow, ...]
    has_waiting: bool
    outlook: Outlook | None
    even: bool  # its pace


def burn_up_figure(line: CommitmentLine, evaluation: Evaluation) -> BurnUp | None:
    """None where there is no number to draw a curve towards."""
    target = charted_target(line)
    if target is None:
        return None
    line, target = in_worst_area(line, target, evaluation.as_of)
    texts = captions.chart_texts(line, target, as_of=evaluation.as_of)

    def draw(*, narrow: bool) -> SafeString:
        drawn = drawing(
            line,
            as_of=evaluation.as_of,
            starts_on=evaluation.promise.starts_on,
            ends_on=evaluation.promise.ends_on,
            texts=texts,
            narrow=narrow,
        )
        return SafeString(drawn)  # reports/charts escapes every text

    # behind a strip stand the windows themselves, which the page has as a table of its own
    months = () if has_many_windows(target) else month_rows(line, target, as_of=evaluation.as_of)
    return BurnUp(
        title=texts.title,
        key=" ".join(
            filter(
                None, [outlook.figure_note(target, as_of=evaluation.as_of), captions.chart_key(line, target)]
            )
        ),
        wide=draw(narrow=False),
        narrow=draw(narrow=True),
        months=months,
        has_waiting=any(row.waiting for row in months),
        outlook=_outlook(target),
        even=target.calendar.is_even,
    )


def _outlook(target: TargetLine) -> Outlook | None:
    window = outlook.foreseen_window(target)
    if window is None or window.forecast is None:
        return None
    found = window.forecast
    title = _("Forecast for %(day)s") % {"day": long_date(window.end)}
    return Outlook(title, found.p10, found.p50, found.p90, window.goal, Fraction(found.chance))


def month_rows(line: CommitmentLine, target: TargetLine, *, as_of: date) -> tuple[MonthRow, ...]:
    """Every month that has begun, window by window."""
    return tuple(
        row for window in target.progress.windows for row in _months_of(line, target, window, as_of=as_of)
    )


def _months_of(
    line: CommitmentLine, target: TargetLine, window: WindowResult, *, as_of: date
) -> list[MonthRow]:
    if target.kind == "coverage":
        days = [(cell.met_on, 1) for cell in window.cells if cell.met and cell.met_on]
    else:
        days = [(day.day, day.actual) for day in line.days]
    waiting = waiting_in(line, target, window)
    end = min(as_of, window.end)
    rows: list[MonthRow] = []
    first = window.start
    while first <= end:
        last = min(month_span(first.year, first.month)[1], end)
        done = sum(count for day, count in days if first <= day <= last)
        rows.append(
            MonthRow(
                month=f"{first:%Y-%m}",
                window=titled(window),
                done=done,
                total=done + (rows[-1].total if rows else 0),
                pace=expected(window.goal, window.stretch, last, window.calendar),
                waiting=sum(count for day, count in waiting if first <= day <= last),
            )
        )
        first = last + timedelta(days=1)
    return rows
