"""Have all classes been met? The register × läsår, judged on a day. Pure, no Django (docs/adr/0003)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from promises import school_year
from reports.calendars import EVEN, Calendar
from reports.forecast import Withheld, settled
from reports.progress import (
    ClassCell,
    TargetProgress,
    WindowResult,
    add_up,
    expected,
    judge_window,
    one_for_each,
)
from reports.register import ClassKey, Merged, Met, RegisterClass, Visit, most, notes_of
from reports.status import Status
from reports.windows import Window


@dataclass(frozen=True, slots=True)
class Attendance:
    key: ClassKey
    present: int | None  # None: nobody wrote how many


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that counts (``done``), waits for review (``waiting``) or is still planned. Voided and cancelled
    ones are not handed in.

    ``times``: so many alike, on one day.
    """

    day: date
    done: bool
    classes: tuple[Attendance, ...]
    times: int = 1
    waiting: bool = False


def assess_coverage(
    windows: Sequence[Window],
    register: Sequence[RegisterClass],
    meetings: Sequence[Meeting],
    *,
    schools: Sequence[str],
    times: int | Sequence[int] = 1,
    as_of: date,
    calendar: Calendar = EVEN,
) -> TargetProgress:
    """Judge "every class at ``schools`` at least ``times`` times in its läsår" on ``as_of``.

    ``times``: one number for all läsår, or one for each where a decision has changed it (docs/adr/0012).
    ``windows``: läsår, cut by the promise. ``register``: the classes of the target's grade; those of other
    schools are passed over, and so is a class that a meeting names and the register does not have.
    In the result ``minimum`` and ``actual`` count classes. ``share`` is None where there is no class or a
    school has no register (what it would be a share of is not known), and where the läsår is over without a row.
    Errors: ValueError on no windows, a window that is no läsår, times < 1, the same class twice in the
    register, or a negative number of pupils.
    """
    each = one_for_each(times, windows)
    _check(register, meetings)
    results = [
        _assess_window(
            window, register, meetings, schools=schools, times=least, as_of=as_of, calendar=calendar
        )
        for window, least in zip(windows, each, strict=True)
    ]
    return add_up(results, as_of=as_of, all_or_nothing=True)


def _assess_window(
    window: Window,
    register: Sequence[RegisterClass],
    meetings: Sequence[Meeting],
    *,
    schools: Sequence[str],
    times: int,
    as_of: date,
    calendar: Calendar,
) -> WindowResult:
    year = school_year.containing(window.start)
    if school_year.containing(window.end) != year:
        raise ValueError(f"{window.label} is not one läsår")
    registered = [row for row in register if row.school_year == year and row.school in schools]
    known = {row.school for row in registered}
    without_register = tuple(school for school in schools if school not in known)
    inside = [meeting for meeting in meetings if meeting.day in window]
    counted = [meeting for meeting in inside if meeting.done and meeting.day <= as_of]
    met = _by_class(counted)
    booked = _by_class([meeting for meeting in inside if not meeting.done and not meeting.waiting])
    waiting = _by_class([meeting for meeting in inside if meeting.waiting and meeting.day <= as_of])
    by = min(as_of, window.end)
    merged = Merged(registered, met, by=by)
    cells = tuple(
        _cell(row, merged.met(row), booked.get(row.key, []), waiting.get(row.key, []), times=times, by=by)
        for row in registered
        if _is_there(row, by=by)
    )

    minimum, actual = len(cells), sum(cell.met for cell in cells)
    coverable = bool(cells) and not without_register
    if not window.begun(as_of):
        status = Status.UPCOMING  # its register is often not there yet, and nobody is late with it
    elif not coverable:
        status = Status.UNKNOWN
    else:
        status = judge_window(
            window, minimum=minimum, actual=actual, reported=bool(counted), as_of=as_of, calendar=calendar
        )
    return WindowResult(
        label=window.label,
        start=window.start,
        end=window.end,
        cut=window.cut,
        minimum=minimum,
        actual=actual,
        reported=bool(counted),
        expected=expected(minimum, window, as_of, calendar),
        share=Fraction(actual, minimum) if coverable and status != Status.UNKNOWN else None,
        status=status,
        cells=cells,
        schools_without_register=without_register,
        register_notes=notes_of(registered, after=window.start, by=by),
        forecast_withheld=settled(window, kept=status == Status.KEPT, as_of=as_of) or Withheld.COVERAGE,
        calendar=calendar,
    )


def _is_there(row: RegisterClass, *, by: date) -> bool:
    """On a day. ``by`` never passes the window's end: what is closed later was there all of it."""
    return (row.opened_on is None or row.opened_on <= by) and not (
        row.closed_on is not None and row.closed_on <= by
    )


def _by_class(meetings: Iterable[Meeting]) -> dict[ClassKey, list[Visit]]:
    """One visit per class and meeting, however often the meeting names the class."""
    visits: dict[ClassKey, list[Visit]] = defaultdict(list)
    for meeting in meetings:
        best: dict[ClassKey, int | None] = {}
        for entry in meeting.classes:
            best[entry.key] = most([best.get(entry.key), entry.present])
        for key, present in best.items():
            visits[key].append(Visit(meeting.day, present, meeting.times))
    return visits


def _cell(
    row: RegisterClass,
    met: Met,
    booked: Sequence[Visit],
    waiting: Sequence[Visit],
    *,
    times: int,
    by: date,
) -> ClassCell:
    return ClassCell(
        school=row.school,
        label=row.label,
        school_year=row.school_year,
        pupils=row.pupils_on(by),
        pupils_met=met.present,
        times_met=met.times,
        met=met.times >= times,
        met_on=met.all_on,
        booked_on=min((visit.day for visit in booked), default=None),
        waiting_on=min((visit.day for visit in waiting), default=None),
        part_met_on=None if met.times else met.some_on,
    )


def _check(register: Sequence[RegisterClass], meetings: Sequence[Meeting]) -> None:
    if len({row.key for row in register}) != len(register):
        raise ValueError("the same class stands twice in the register")
    present = [entry.present for meeting in meetings for entry in meeting.classes]
    enrolled = [number for row in register for number in (row.pupils, *dict(row.earlier_pupils).values())]
    for number in [*present, *enrolled]:
        if number is not None and number < 0:
            raise ValueError(f"a negative number of pupils: {number}")
