"""Evaluations built by hand and judged by the real arithmetic: tests of sentences need no database."""

from datetime import date

from reports.coverage import Attendance, Meeting, assess_coverage
from reports.evaluation import CommitmentLine, DayCount, Evaluation, Process, PromiseInfo, TargetLine
from reports.progress import assess_count
from reports.register import ClassKey, RegisterClass
from reports.status import Status, worst
from reports.windows import cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)


def process(**given):
    values = {
        "done": 0,
        "planned": 0,
        "overdue": 0,
        "next_planned_on": None,
        "cancelled": (),
        "minutes": None,
        "rows_with_minutes": 0,
        "joint": 0,
        "persons_reached": None,
        "last_counted_on": None,
        "logged_late": 0,
    }
    return Process(**(values | given))


def line(number, short_title, targets, days=(), **given):
    values = {
        "number": number,
        "title": short_title,
        "short_title": short_title,
        "wording": "Minst så många.",
        "unit_one": "insats",
        "unit_many": "insatser",
        "form": "activity",
        "confidential_until_done": False,
        "responsible": "Lokalpolisområde Söder",
        "partners": (),
        "status": worst(target.progress.status for target in targets) if targets else Status.JUDGED,
        "targets": tuple(targets),
        "areas": (),
        "areas_overlap": 0,
        "without_area": 0,
        "kinds": (),
        "days": tuple(DayCount(day, actual) for day, actual in days),
        "activities": (),
        "process": process(done=len(days)),
    }
    return CommitmentLine(**(values | given))


def count_line(number, short_title, days, *, as_of, minimum=25, window="period", **given):
    """``days``: (day, quantity) in order."""
    windows = cut_windows(window, starts_on=STARTS, ends_on=ENDS)
    progress = assess_count(windows, days, minimum=minimum, as_of=as_of)
    target = TargetLine(
        kind="count", window=window, minimum=minimum, reading="Läses som minst så många.", progress=progress
    )
    counted = [(day, actual) for day, actual in days if day <= as_of]
    return line(number, short_title, [target], counted, **given)


def class_line(number, short_title, *, met, missed=(), booked=(), schools=("Holmaskolan",), as_of, times=1):
    """``met`` and ``booked``: (label, läsår, day); ``missed``: (label, läsår). All at Holmaskolan."""
    register = {(label, year) for label, year, _day in (*met, *booked)} | set(missed)

    def meetings(rows, done):
        return [
            Meeting(day, done, (Attendance(ClassKey("Holmaskolan", year, label), None),))
            for label, year, day in rows
        ]

    progress = assess_coverage(
        cut_windows("school_year", starts_on=STARTS, ends_on=ENDS),
        [RegisterClass("Holmaskolan", label, year, 24) for label, year in sorted(register)],
        [*meetings(met, True), *meetings(booked, False)],
        schools=list(schools),
        times=times,
        as_of=as_of,
    )
    target = TargetLine(
        kind="coverage", window="school_year", minimum=times, reading="Alla klasser.", progress=progress
    )
    days = [(day, 1) for _label, _year, day in met if day <= as_of]
    return line(
        number,
        short_title,
        [target],
        days,
        form="class_meeting",
        unit_one="klass",
        unit_many="klasser",
    )


def evaluation(*lines, as_of, effects=()):
    info = PromiseInfo(
        slug="malmo",
        title="Malmö Väster",
        wording="Detta lovar vi.",
        purpose="En tydlig markering.",
        basis=(),
        follow_up="",
        source="",
        starts_on=STARTS,
        ends_on=ENDS,
        follow_up_on=ENDS,
        parties=("Lokalpolisområde Söder", "Malmö stad"),
        partners=(),
        areas=("Bellevue", "Holma"),
        example_data=False,
    )
    return Evaluation(promise=info, as_of=as_of, draft=True, lines=tuple(lines), effects=tuple(effects))
