"""One frozen object that every page and every export is drawn from. Pure, no Django.

Nothing below is computed by a renderer: a number that two formats show stands here once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal

from reports.amended import AmendmentLine
from reports.calendars import EVEN, Calendar
from reports.progress import TargetProgress
from reports.status import Status, of_commitment

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class AreaCount:
    area: str
    actual: int


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    actual: int


@dataclass(frozen=True, slots=True)
class PartyCount:
    party: str
    actual: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """What one day added to a commitment; in order of day, and only days with a counted row."""

    day: date
    actual: int


@dataclass(frozen=True, slots=True)
class AreaDays:
    area: str
    days: tuple[DayCount, ...]


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """A counted activity without its note and without who logged it."""

    day: date
    month_only: bool  # a monthly number: ``day`` is then the month's first day in the period
    starts_at: time | None
    kind: str  # "" for counts only
    areas: tuple[str, ...]
    quantity: int
    parties: tuple[str, ...]
    school: str
    classes: tuple[str, ...]
    persons_reached: int | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class CancelledLine:
    day: date
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Process:
    """How the work went. None: the reader may not know (plans under secrecy); () and 0: there was none."""

    done: int  # counted rows, nil reports not among them
    planned: int | None  # rows still planned on ``as_of``
    overdue: int | None  # of those, the ones whose day has passed
    next_planned_on: date | None
    cancelled: tuple[CancelledLine, ...] | None
    minutes: int | None  # sum where written; None: never written
    rows_with_minutes: int
    joint: int  # counted rows with two or more parties
    persons_reached: int | None
    last_counted_on: date | None
    logged_late: int  # counted rows logged, or marked as done, after the evaluation's day
    waiting: int = 0  # rows done by ``as_of`` that wait for review now, and do not count
    returned: int = 0  # the same, sent back to whoever logged them


@dataclass(frozen=True, slots=True)
class OriginalTarget:
    """A target as it was first promised, where a decision has changed it since, and how it stands by that."""

    minimum: int | None
    reading: str
    progress: TargetProgress
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class TargetLine:
    """``minimum``, ``due_on``, ``reading`` as decided last; ``original`` is None where no decision has changed them."""

    kind: str  # count, rate, coverage, on_request, deliverable, effort
    window: str  # one of the kinds in reports/windows.py
    minimum: int | None  # count, rate: events per window; coverage: times per class; the others: none
    reading: str
    progress: TargetProgress
    original: OriginalTarget | None = None
    due_on: date | None = None  # deliverable: the last day it is done in time
    area_days: tuple[AreaDays, ...] = ()  # where it holds in each area by itself: what each area's days added

    @property
    def each_area(self) -> bool:
        """Whether the minimum holds in each area by itself."""
        return bool(self.area_days)

    def days_in(self, area: str) -> tuple[DayCount, ...]:
        return next((own.days for own in self.area_days if own.area == area), ())

    @property
    def calendar(self) -> Calendar:
        """Which days carry its pace: the same in all its windows."""
        return next((window.calendar for window in self.progress.windows), EVEN)

    @property
    def as_promised(self) -> "TargetLine":
        """The target without any decision that has changed it."""
        if self.original is None:
            return self
        first = self.original
        return replace(
            self,
            minimum=first.minimum,
            due_on=first.due_on,
            reading=first.reading,
            progress=first.progress,
            original=None,
        )

    @property
    def has_two_results(self) -> bool:
        """A decision has changed what it is judged by. Of one without number and day only the words can change."""
        return self.original is not None and self.kind not in {"on_request", "effort"}

    @property
    def broken_before_decision(self) -> bool:
        """A new day that was decided when the one that stood had passed: it judges nothing."""
        return any(
            window.delivery is not None and window.delivery.due_on != self.due_on
            for window in self.progress.windows
        )


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """``wording`` as decided last; ``original_wording`` is "" where no decision has changed it.

    ``original_status``: the verdict by what was first promised, None where no decision has changed a target.
    """

    number: int
    title: str
    short_title: str
    wording: str
    unit_one: str
    unit_many: str
    form: str  # activity, counts_only, class_meeting
    confidential_until_done: bool
    responsible: str
    partners: tuple[str, ...]
    status: Status
    targets: tuple[TargetLine, ...]
    areas: tuple[AreaCount, ...]  # every area of the promise, zero included; empty where rows have no areas
    areas_overlap: int  # rows in two or more areas: why the areas' sum may pass the total
    without_area: int  # events whose rows name no area
    kinds: tuple[KindCount, ...]
    days: tuple[DayCount, ...]
    activities: Collection[ActivityLine]  # in order of day; empty where the caller did not ask for them
    process: Process
    rows: int = 0  # counted rows, nil reports among them
    parties: tuple[PartyCount, ...] = ()  # those that took part; what several did together counts for each
    waiting: tuple[DayCount, ...] = ()  # what waits for review, by day: in none of the other numbers
    original_wording: str = ""
    original_status: Status | None = None
    amendments: tuple[AmendmentLine, ...] = ()  # in order of day

    def amendments_of(self, target: TargetLine) -> tuple[AmendmentLine, ...]:
        """The decisions that have changed one of its targets."""
        place = self.targets.index(target) + 1
        return tuple(line for line in self.amendments if line.target == place)


def original_status(targets: Sequence[TargetLine]) -> Status | None:
    """The verdict of a commitment by what was first promised; None where that is all there is."""
    if not any(target.has_two_results for target in targets):
        return None
    return of_commitment([(target.original or target).progress.status for target in targets])


@dataclass(frozen=True, slots=True)
class MeasurementLine:
    value: Decimal
    n: int | None
    margin: Decimal | None
    measured_on: date
    source: str
    area: str


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    name: str
    unit: str
    better: str  # higher, lower, neither
    source: str
    baseline: MeasurementLine | None
    follow_up: MeasurementLine | None


@dataclass(frozen=True, slots=True)
class EffectLine:
    wording: str
    indicators: tuple[IndicatorLine, ...]


@dataclass(frozen=True, slots=True)
class PromiseInfo:
    slug: str
    title: str
    wording: str
    purpose: str
    basis: tuple[str, ...]
    follow_up: str
    source: str
    starts_on: date
    ends_on: date
    follow_up_on: date
    parties: tuple[str, ...]  # the signing ones, police first
    partners: tuple[str, ...]
    areas: tuple[str, ...]  # "Bellevue (Bellevuegården)"
    example_data: bool


@dataclass(frozen=True, slots=True)
class LockedLine:
    """A period in which no row changes any more, both days included, and the day it was locked."""

    first: date
    last: date
    since: date


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A promise as it stands on ``as_of``. ``draft`` until both parties have signed."""

    promise: PromiseInfo
    as_of: date
    draft: bool
    lines: tuple[CommitmentLine, ...]
    effects: tuple[EffectLine, ...]
    schema: int = SCHEMA
    known_then: bool = False  # only rows that counted already on ``as_of``
    locked: tuple[LockedLine, ...] = ()  # in order of day; as it is now: a year is locked when it is over

    @property
    def share_of_period(self) -> Decimal:
        """Elapsed days with ``as_of`` over all days, 0..1, two decimals rounded down."""
        days = (self.promise.ends_on - self.promise.starts_on).days + 1
        gone = min(max((self.as_of - self.promise.starts_on).days + 1, 0), days)
        return Decimal(gone * 100 // days) / 100
