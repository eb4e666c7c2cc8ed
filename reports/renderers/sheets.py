"""What stands on each sheet of the workbook: values with their types, before Excel is involved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.effects import compare
from reports.enough import enough_of, rounded_down_once, rounded_up
from reports.evaluation import ActivityLine, CommitmentLine, Evaluation, MeasurementLine, TargetLine
from reports.figures import has_number, nothing_known
from reports.outlook import withheld_words
from reports.pacing import pace_notes, pace_noun
from reports.progress import WindowResult, rounded_down
from reports.remaining import hopeless, lost_line, per_word
from reports.renderers import texts
from reports.renderers.closing import method_notes
from reports.renderers.document import Chip
from reports.wording import titled

HEAD = 1  # the line of headings, counted from 0

# A Fraction is a share and shown as percent; None is an empty cell; what is not known is said in words.
Value: TypeAlias = str | int | Decimal | Fraction | date | time | Chip | None


MOST_BARS = 40  # under the windows: more cannot be read


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """``width`` in characters, about. ``form``: "month" shows days as months, "name" numbers that name."""

    label: str
    width: int = 12
    form: str = ""


@dataclass(frozen=True, slots=True)
class SheetChart:
    """Bars under the rows.

    ``categories``: first and last column of the names; ``series``: columns of numbers.
    """

    title: str
    alt: str
    categories: tuple[int, int]
    series: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: tuple[SheetColumn, ...]
    rows: Iterable[tuple[Value, ...]]
    frozen: int = 0  # columns that stay while the rest scrolls
    chart: SheetChart | None = None


def all_sheets(evaluation: Evaluation) -> Iterator[Sheet]:
    yield _commitments(evaluation)
    yield _windows(evaluation)
    yield _areas(evaluation)
    yield _kinds(evaluation)
    yield _classes(evaluation)
    yield _activities(evaluation)
    yield _cancelled(evaluation)
    yield _effects(evaluation)
    yield Sheet(_("Method"), (SheetColumn(_("Method and data quality"), 110),), _notes(evaluation))


def _unless_unknown(value: int | None) -> Value:
    return texts.not_known() if value is None else value


def _sum(line: CommitmentLine, actual: int) -> Value:
    return texts.not_known() if nothing_known(line) else actual


def _status(line: CommitmentLine | WindowResult) -> Chip:
    return Chip(texts.status_label(line.status), line.status)


def _commitments(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 34),
        SheetColumn(_("Wording"), 50),
        SheetColumn(_("Read as"), 50),
        SheetColumn(_("Verdict"), 18),
        SheetColumn(_("Windows kept"), 10),
        SheetColumn(_("Windows"), 10),
        SheetColumn(_("Responsible"), 28),
        SheetColumn(_("Together with"), 28),
        SheetColumn(pgettext("rows", "Done"), 10),
        SheetColumn(_("Still planned"), 10),
        SheetColumn(pgettext("rows", "Cancelled"), 10),
        SheetColumn(_("Joint"), 10),
        SheetColumn(_("Persons reached"), 12),
        SheetColumn(_("Hours"), 10),
        SheetColumn(_("Rows with hours"), 10),
        SheetColumn(_("Logged late"), 10),
        SheetColumn(_("Deviation and reason"), 30),
    )
    rows = [_commitment(line) for line in evaluation.lines]
    return Sheet(_("Commitments"), columns, rows, frozen=2)


def _commitment(line: CommitmentLine) -> tuple[Value, ...]:
    process = line.process
    secret = _("secret")
    return (
        line.number,
        line.title,
        line.wording,
        "\n".join(target.reading for target in line.targets),
        _status(line),
        sum(target.progress.kept for target in line.targets),
        sum(target.progress.of for target in line.targets),
        line.responsible,
        texts.listed(line.partners) if line.partners else None,
        process.done,
        secret if process.planned is None else process.planned,
        secret if process.cancelled is None else len(process.cancelled),
        process.joint,
        _unless_unknown(process.persons_reached),
        texts.not_known() if process.minutes is None else texts.hours(process.minutes),
        process.rows_with_minutes,
        process.logged_late,
        _("To be stated by the parties"),
    )


def _windows(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 30),
        SheetColumn(_("Window"), 14),
        SheetColumn(_("From"), 12),
        SheetColumn(_("To"), 12),
        SheetColumn(_("At least"), 10),
        SheetColumn(_("Outcome"), 12),
        SheetColumn(_("Fulfilment"), 12),
        SheetColumn(_("Expected"), 10),
        SheetColumn(_("Verdict"), 18),
        SheetColumn(_("Pupils"), 12),
        SheetColumn(_("Pupils met"), 12),
        SheetColumn(_("Not met"), 30),
        SheetColumn(_("Forecast: low"), 10),
        SheetColumn(_("Forecast: middle"), 10),
        SheetColumn(_("Forecast: high"), 10),
        SheetColumn(_("Chance to reach the goal"), 12),
        SheetColumn(_("No forecast because"), 40),
        SheetColumn(_("More needed"), 10),
        SheetColumn(_("Days left"), 10),
        SheetColumn(_("Pace needed"), 10),
        SheetColumn(_("Pace so far"), 10),
        SheetColumn(_("Pace is"), 12),
        SheetColumn(_("What can no longer be reached"), 50),
        SheetColumn(_("What the pace follows"), 40),
        SheetColumn(_("Requests"), 12),
        SheetColumn(_("Answered"), 12),
        SheetColumn(_("Not yet due"), 12),
        SheetColumn(_("Promised by"), 12),
        SheetColumn(_("Done on"), 12),
        SheetColumn(_("Link"), 40),
    )
    rows = [
        _window(line, target, window, evaluation.as_of)
        for line in evaluation.lines
        for target in line.targets
        for window in target.progress.windows
    ]
    told = "; ".join(f"{row[1]} {row[2]}: {row[6]} / {row[5]}" for row in rows if row[5] is not None)
    chart = SheetChart(
        title=_("Result and minimum in each window"),
        alt=_("Bars of the result beside the minimum, window by window. %(results)s") % {"results": told},
        categories=(1, 2),
        series=(6, 5),
    )
    readable = len(rows) <= MOST_BARS and told
    return Sheet(_("Windows"), columns, rows, frozen=3, chart=chart if readable else None)


def _window(line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date) -> tuple[Value, ...]:
    coverage = target.kind == "coverage"
    no_register = coverage and not window.cells
    known = window.reported or window.actual or window.status != "unknown"
    return (
        line.number,
        line.short_title,
        titled(window),
        window.start,
        window.end,
        texts.not_known() if no_register else window.minimum,
        window.actual if known else texts.not_known(),
        share_value(window),
        None if window.expected is None else rounded_down(window.expected),
        _status(window),
        _unless_unknown(window.pupils) if coverage else None,
        _unless_unknown(window.pupils_met) if coverage else None,
        ", ".join(window.missing) if window.missing else None,
        *_forecast(window),
        *_enough(target, window, as_of),
        *_pace_told(target),
        *_without_a_number(window),
    )


def _pace_told(target: TargetLine) -> tuple[Value, ...]:
    if not has_number(target):
        return (None,)
    return (" ".join(pace_notes(target)) or pace_noun(target.calendar),)


def share_value(window: WindowResult) -> Value:
    """What a cell says of the share: empty where there is no number to reach."""
    if window.minimum is None:
        return None  # there is nothing it would be a share of
    return texts.not_known() if window.share is None else window.share


def _without_a_number(window: WindowResult) -> tuple[Value, ...]:
    asked, delivery = window.requests, window.delivery
    return (
        *((asked.asked, asked.answered, asked.waiting) if asked else (None, None, None)),
        *((delivery.due_on, delivery.done_on, delivery.link or None) if delivery else (None, None, None)),
    )


def _enough(target: TargetLine, window: WindowResult, as_of: date) -> tuple[Value, ...]:
    found = enough_of(window, as_of=as_of)
    if found is None:
        return (None,) * 6
    return (
        found.missing,
        found.days_left,
        None if found.needed is None else rounded_up(found.needed),
        None if found.so_far is None else rounded_down_once(found.so_far),
        None if found.per is None else per_word(found.per),
        " ".join(filter(None, [hopeless(found), lost_line(target, as_of=as_of)])) or None,
    )


def _forecast(window: WindowResult) -> tuple[Value, ...]:
    found = window.forecast
    if found is None:
        return (None, None, None, None, window.forecast_withheld and withheld_words(window.forecast_withheld))
    return (found.p10, found.p50, found.p90, Fraction(found.chance), None)


def _areas(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 34),
        SheetColumn(_("Area"), 26),
        SheetColumn(_("Outcome"), 12),
        SheetColumn(_("Rows in several areas"), 14),
    )
    rows: list[tuple[Value, ...]] = []
    for line in evaluation.lines:
        title = line.short_title
        rows += [
            (line.number, title, area.area, _sum(line, area.actual), line.areas_overlap or None)
            for area in line.areas
        ]
        if line.without_area:
            rows.append((line.number, title, _("No area stated"), line.without_area, None))
    told = "; ".join(f"{row[1]} {row[2]}: {row[3]}" for row in rows)
    chart = SheetChart(
        title=_("Result in each area"),
        alt=_("Bars of the result in each area. %(results)s") % {"results": told},
        categories=(1, 2),
        series=(3,),
    )
    return Sheet(_("Areas"), columns, rows, frozen=3, chart=chart)


def _kinds(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 34),
        SheetColumn(_("Kind"), 34),
        SheetColumn(_("Outcome"), 12),
    )
    rows = [
        (line.number, line.short_title, kind.kind, _sum(line, kind.actual))
        for line in evaluation.lines
        for kind in line.kinds
    ]
    return Sheet(_("Kinds"), columns, rows, frozen=3)


def _classes(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("School"), 26),
        SheetColumn(_("Class"), 10),
        SheetColumn(_("School year"), 12),
        SheetColumn(_("Pupils"), 12),
        SheetColumn(_("Pupils met"), 12),
        SheetColumn(_("Times met"), 10),
        SheetColumn(_("Met on"), 12),
        SheetColumn(_("Booked on"), 12),
        SheetColumn(_("Met"), 10),
    )
    rows = [
        (
            line.number,
            cell.school,
            cell.label,
            window.label,
            _unless_unknown(cell.pupils),
            _unless_unknown(cell.pupils_met) if cell.times_met else None,
            cell.times_met,
            cell.met_on,
            cell.booked_on,
            _("yes") if cell.met else _("no"),
        )
        for line in evaluation.lines
        for target in line.targets
        for window in target.progress.windows
        for cell in window.cells
    ]
    return Sheet(_("Classes"), columns, rows, frozen=3)


def _activities(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("Date"), 12),
        SheetColumn(_("Month"), 10, "month"),
        SheetColumn(_("Time"), 8),
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 30),
        SheetColumn(_("Kind"), 28),
        SheetColumn(_("Number"), 8),
        SheetColumn(_("Areas"), 26),
        SheetColumn(_("Parties"), 36),
        SheetColumn(_("School"), 22),
        SheetColumn(_("Classes"), 14),
        SheetColumn(_("Reached"), 10),
        SheetColumn(_("Minutes"), 10),
    )
    rows = (_activity(line, row) for line in evaluation.lines for row in line.activities)
    return Sheet(_("Activities"), columns, rows, frozen=4)


def _activity(line: CommitmentLine, row: ActivityLine) -> tuple[Value, ...]:
    return (
        None if row.month_only else row.day,
        row.day if row.month_only else None,
        row.starts_at,
        line.number,
        line.short_title,
        row.kind or None,
        row.quantity,
        ", ".join(row.areas) or None,
        ", ".join(row.parties) or None,
        row.school or None,
        ", ".join(row.classes) or None,
        row.persons_reached,
        row.minutes,
    )


def _cancelled(evaluation: Evaluation) -> Sheet:
    columns = (
        SheetColumn(_("Date"), 12),
        SheetColumn(_("No."), 6, "name"),
        SheetColumn(_("Commitment"), 30),
        SheetColumn(_("Kind"), 28),
        SheetColumn(_("Reason"), 60),
    )
    rows = [
        (row.day, line.number, line.short_title, row.kind or None, row.reason)
        for line in evaluation.lines
        for row in line.process.cancelled or ()
    ]
    return Sheet(pgettext("rows", "Cancelled"), columns, rows, frozen=2)


def _effects(evaluation: Evaluation) -> Sheet:
    measured = (
        SheetColumn(_("Value"), 10),
        SheetColumn(_("Answers"), 10),
        SheetColumn(_("Margin ±"), 10),
        SheetColumn(_("Measured on"), 12),
        SheetColumn(_("Source"), 28),
    )
    columns = (
        SheetColumn(_("Effect"), 40),
        SheetColumn(_("Indicator"), 30),
        SheetColumn(_("Unit"), 8),
        SheetColumn(_("Direction"), 18),
        *(SheetColumn(f"{_('Before')}: {c.label}", c.width) for c in measured),
        *(SheetColumn(f"{_('After')}: {c.label}", c.width) for c in measured),
        SheetColumn(_("Difference"), 10),
        SheetColumn(_("Margin of the difference ±"), 12),
        SheetColumn(_("Conclusion"), 30),
    )
    rows: list[tuple[Value, ...]] = []
    for effect in evaluation.effects:
        if not effect.indicators:
            rows.append((effect.wording, texts.not_known(), *[None] * (len(columns) - 2)))
        for indicator in effect.indicators:
            change = compare(indicator)
            rows.append(
                (
                    effect.wording,
                    indicator.name,
                    indicator.unit,
                    texts.better(indicator.better),
                    *_measured(indicator.baseline),
                    *_measured(indicator.follow_up),
                    change.difference,
                    change.margin,
                    texts.outcome(change),
                )
            )
    return Sheet(_("Effects"), columns, rows, frozen=2)


def _measured(line: MeasurementLine | None) -> tuple[Value, ...]:
    if line is None:
        return (texts.not_known(), None, None, None, None)
    margin: Value = texts.not_known() if line.margin is None else line.margin
    return (line.value, _unless_unknown(line.n), margin, line.measured_on, line.source)


def _notes(evaluation: Evaluation) -> Iterator[tuple[Value, ...]]:
    for note in method_notes(evaluation):
        yield (note,)
