"""Evaluations built by hand, without a database: the worked example, an empty one, and a nasty one."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import yaml

from promises import school_year
from reports.calendars import EVEN, Calendar, CalendarKind, Span, Term, school_calendar
from reports.coverage import Attendance, Meeting, assess_coverage
from reports.deliverable import assess_deliverable
from reports.effort import count_effort
from reports.evaluation import (
    ActivityLine,
    AreaCount,
    AreaDays,
    CancelledLine,
    CommitmentLine,
    DayCount,
    EffectLine,
    Evaluation,
    IndicatorLine,
    KindCount,
    MeasurementLine,
    Process,
    PromiseInfo,
    TargetLine,
)
from reports.progress import assess_count, assess_each_area
from reports.register import ClassKey, RegisterClass
from reports.requests import Answer, Request, assess_requests
from reports.windows import cut_windows

STARTS, ENDS = date(2019, 1, 1), date(2020, 12, 31)
AREAS = ("Bellevue", "Holma", "Kroksbäck")
SCHOOLS = ("Holmaskolan", "Kroksbäcksskolan", "Lorensborgsskolan")
POLICE, CITY = "Polisen, Lokalpolisområde Söder", "Malmö stad"

# Typed by people, and none of it may be read as anything but text.
NASTY = (
    "=1+1",
    "+46",
    "-2",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "#set page()",
    "$x$ *y* _z_ @ref [b] \\n",
    "{{ x }} {% y %}",
    "😀 åäö & \"'",
    "Flaggstångsknoppsputsare" * 6,
)

PROMISE = PromiseInfo(
    slug="malmo-vaster-2019-2020",
    title="Medborgarlöfte Malmö Väster 2019–2020",
    wording="Under perioden skall fokus ligga i Bellevue, Holma och Kroksbäck.\n\nArbetet drivs av polisen.",
    purpose="Medborgarlöftet är en tydlig markering för boende och verksamma i de tre områdena.",
    basis=("Medborgardialoger med medborgare i områdena.", "Polisens trygghetsundersökning."),
    follow_up="Uppföljning kommer att ske vid årsskiftet 2020/2021.",
    source="Malmö, Väster – Medborgarlöften (Polisen)",
    starts_on=STARTS,
    ends_on=ENDS,
    follow_up_on=ENDS,
    parties=(POLICE, CITY),
    partners=("Malmö stad, socialtjänsten",),
    areas=("Bellevue (Bellevuegården)", "Holma", "Kroksbäck"),
    example_data=True,
)

_WORDINGS = {
    1: "Polisen förbinder sig att ha organiserade tematräffar med samtliga elever i årskurs fem på "
    "Holmaskolan, Kroksbäcksskolan samt Lorensborgsskolan.",
    2: "Målet är att skriva minst 50 SOL-14 anmälningar till Socialtjänsten varje år.",
    3: "Målet är att genomföra minst 25 synliga aktiviteter i områdena.",
    4: "Målet är att genomföra 25 planerade insatser i områdena.",
}
_WORDS = {
    1: (
        "Tematräffar med alla elever i årskurs fem",
        "Tematräffar i årskurs 5",
        "klass",
        "klasser",
        "class_meeting",
    ),
    2: ("Tidigare upptäckt av barn i riskzon", "SoL-anmälningar", "anmälan", "anmälningar", "counts_only"),
    3: ("Synligt trygghetsskapande arbete", "Synliga aktiviteter", "aktivitet", "aktiviteter", "activity"),
    4: ("Planlagda insatser", "Planlagda insatser", "insats", "insatser", "activity"),
}
_READINGS = {
    1: "Inget läsår anges; läses som att varje klass i årskurs 5 ska ha haft minst en träff i vart läsår.",
    2: "Varje kalenderår för sig: minst 50 anmälningar under 2019 och minst 50 under 2020.",
    3: "Ingen period anges; läses som hela perioden, de tre områdena tillsammans.",
    4: "Ingen period anges; läses som hela perioden, de tre områdena tillsammans.",
}


def worked_example(*, as_of: date = ENDS, paces: dict[int, Calendar] | None = None) -> Evaluation:
    """worked_example.yaml as it stands on a day, plans under secrecy left out. ``paces``: by commitment."""
    data = yaml.safe_load((Path(__file__).parent / "worked_example.yaml").read_text(encoding="utf-8"))
    paces = paces or {}
    lines = tuple(_line(row, as_of, paces.get(row["number"], EVEN)) for row in data["commitments"])
    return Evaluation(promise=PROMISE, as_of=as_of, draft=True, lines=lines, effects=effects())


def each_area() -> Evaluation:
    """Under way; the operations in each area by itself: Bellevue is ahead, Kroksbäck has none, three name no area."""
    as_of = date(2020, 3, 31)
    found = worked_example(as_of=as_of)
    days = tuple(DayCount(STARTS + timedelta(days=week * 7), 1) for week in range(15))
    own = {"Bellevue": days[:9], "Holma": days[7:12], "Kroksbäck": ()}
    windows = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
    progress = assess_each_area(
        windows,
        {area: [(day.day, day.actual) for day in of_area] for area, of_area in own.items()},
        [(day.day, day.actual) for day in days],
        batches={},
        minimum=5,
        as_of=as_of,
    )
    area_days = tuple(AreaDays(area, of_area) for area, of_area in own.items())
    target = TargetLine("count", "calendar_year", 5, "I varje område för sig.", progress, area_days=area_days)
    *others, line = found.lines
    line = replace(
        line,
        status=progress.status,
        targets=(target,),
        days=days,
        areas=tuple(AreaCount(area, len(of_area)) for area, of_area in own.items()),
        areas_overlap=2,
        without_area=3,
    )
    return replace(found, lines=(*others, line))


def other_paces() -> Evaluation:
    """Under way, with school days and weights of months in place of an even pace."""
    terms = [Term(Span(date(2020, 1, 8), date(2020, 6, 12)), (Span(date(2020, 2, 17), date(2020, 2, 21)),))]
    weights = tuple(
        Decimal(weight) for weight in ["1", "1", "1", "1", "1", "1", "0", "1", "1", "1", "1", "0.5"]
    )
    months = Calendar(CalendarKind.MONTHLY_WEIGHTS, weights=weights)
    paces = {1: school_calendar(terms), 2: months, 3: months, 4: school_calendar(terms)}
    return worked_example(as_of=date(2020, 3, 31), paces=paces)


def empty() -> Evaluation:
    """The same promise on its last day with nothing logged, no class register and no measurements."""
    register: tuple[RegisterClass, ...] = ()
    windows = cut_windows("school_year", starts_on=STARTS, ends_on=ENDS)
    coverage = assess_coverage(windows, register, (), schools=SCHOOLS, as_of=ENDS)
    lines = []
    for line in worked_example().lines:
        target = line.targets[0]
        progress = coverage
        if target.kind == "count":
            windows = cut_windows(target.window, starts_on=STARTS, ends_on=ENDS)
            progress = assess_count(windows, (), minimum=target.minimum or 1, as_of=ENDS)
        lines.append(
            replace(
                line,
                status=progress.status,
                targets=(replace(target, progress=progress),),
                areas=tuple(replace(area, actual=0) for area in line.areas),
                areas_overlap=0,
                kinds=tuple(replace(kind, actual=0) for kind in line.kinds),
                days=(),
                activities=(),
                process=NO_PROCESS,
            )
        )
    bare = replace(PROMISE, basis=(), follow_up="", source="", partners=(), example_data=False)
    without = tuple(
        replace(
            effect, indicators=tuple(replace(i, baseline=None, follow_up=None) for i in effect.indicators)
        )
        for effect in effects()
    )
    return Evaluation(promise=bare, as_of=ENDS, draft=True, lines=tuple(lines), effects=without)


def without_a_number(*, as_of: date = ENDS) -> Evaluation:
    """Requests by year, and none; a deliverable that came late, and one that did not; an effort."""
    example = worked_example()
    (period,), years = (
        cut_windows(window, starts_on=STARTS, ends_on=ENDS) for window in ("period", "calendar_year")
    )
    requests = [
        Request(date(2019, 2, 1), date(2019, 2, 20), Answer.DONE),
        Request(date(2019, 9, 1), date(2019, 9, 20), Answer.CANCELLED),
        Request(date(2020, 3, 1), date(2020, 4, 20), Answer.DONE),
        Request(date(2020, 3, 2), date(2020, 3, 2), Answer.DONE),
    ]
    link = "https://example.se/trygghetsrad"
    late, missed = (
        assess_deliverable(period, done, due_on=date(2020, 2, 1), as_of=as_of)
        for done in ([(date(2020, 3, 12), link)], [])
    )
    days = [(date(2019, 5, 2), 7), (date(2020, 3, 5), 5), (date(2020, 9, 5), 1)]
    judged = [
        ("on_request", "calendar_year", assess_requests(years, requests, as_of=as_of)),
        ("on_request", "period", assess_requests([period], [], as_of=as_of)),
        ("deliverable", "period", late),
        ("deliverable", "period", missed),
        ("effort", "calendar_year", count_effort(years, days, as_of=as_of)),
    ]
    lines = [
        replace(
            example.lines[2],
            number=number,
            status=progress.status,
            targets=(
                TargetLine(
                    kind=kind,
                    window=window,
                    minimum=None,
                    reading=f"Så läses åtagande {number}.",
                    progress=progress,
                    due_on=date(2020, 2, 1) if kind == "deliverable" else None,
                ),
            ),
        )
        for number, (kind, window, progress) in enumerate(judged, start=1)
    ]
    return replace(example, as_of=as_of, lines=tuple(lines))


def bare() -> Evaluation:
    """A promise without commitments or effects, on the day before it begins."""
    return Evaluation(
        promise=replace(PROMISE, areas=(), parties=(), partners=()),
        as_of=STARTS - timedelta(days=1),
        draft=True,
        lines=(),
        effects=(),
    )


def nasty() -> Evaluation:
    """The worked example where all that people type is one of NASTY."""
    example = worked_example()
    words = iter(NASTY * 20)
    lines = []
    for line in example.lines:
        cancelled = line.process.cancelled
        lines.append(
            replace(
                line,
                title=next(words),
                short_title=next(words),
                wording="\n".join(NASTY),
                responsible=next(words),
                partners=NASTY,
                targets=tuple(replace(target, reading=" ".join(NASTY)) for target in line.targets),
                areas=tuple(AreaCount(name, index) for index, name in enumerate(NASTY)),
                kinds=tuple(KindCount(name, index) for index, name in enumerate(NASTY)),
                activities=tuple(
                    replace(row, kind=name, areas=(name, name), parties=NASTY, school=name, classes=(name,))
                    for row, name in zip(line.activities, NASTY * 9, strict=False)
                ),
                process=replace(
                    line.process,
                    cancelled=None
                    if cancelled is None
                    else tuple(CancelledLine(STARTS, name, name) for name in NASTY),
                ),
            )
        )
    promise = replace(
        example.promise,
        title=NASTY[0],
        wording="\n\n".join(NASTY),
        purpose=NASTY[4],
        parties=NASTY,
        basis=NASTY,
    )
    typed = tuple(EffectLine(name, (IndicatorLine(name, name, "lower", name, None, None),)) for name in NASTY)
    return replace(example, promise=promise, lines=tuple(lines), effects=typed)


def many(count: int) -> Evaluation:
    """The worked example where the visible activities are ``count`` rows, spread over the period."""
    example = worked_example()
    length = (ENDS - STARTS).days + 1
    rows = tuple(
        ActivityLine(
            day=STARTS + timedelta(days=index * length // count),
            month_only=False,
            starts_at=time(18, 30),
            kind=("Fotpatrull", "Skolbesök", "Trygghetsvandring")[index % 3],
            areas=AREAS[index % 3 : index % 3 + 1],
            quantity=1,
            parties=(POLICE, CITY),
            school="",
            classes=(),
            persons_reached=12,
            minutes=90,
        )
        for index in range(count)
    )
    days = tuple(DayCount(day, total) for day, total in Counter(row.day for row in rows).items())
    line = replace(example.lines[2], activities=rows, days=days)
    return replace(example, lines=(*example.lines[:2], line, example.lines[3]))


def effects() -> tuple[EffectLine, ...]:
    """Published numbers of the kind DOMAIN §5 names: one within the margin, one unknown."""
    before = MeasurementLine(Decimal(34), 159, Decimal(8), date(2018, 10, 1), "Trygghetsmätningen 2018", "")
    after = MeasurementLine(
        Decimal("28.5"), 161, Decimal(8), date(2020, 10, 1), "Trygghetsmätningen 2020", ""
    )
    return (
        EffectLine(
            "En tryggare utomhusmiljö.",
            (
                IndicatorLine("Otrygg ute sen kväll", "%", "lower", "Trygghetsmätningen", before, after),
                IndicatorLine("Problemindex", "0–6", "lower", "Trygghetsmätningen", None, None),
            ),
        ),
        EffectLine("Ökat förtroende för myndigheterna.", ()),
    )


NO_PROCESS = Process(
    done=0,
    planned=0,
    overdue=0,
    next_planned_on=None,
    cancelled=(),
    minutes=None,
    rows_with_minutes=0,
    joint=0,
    persons_reached=None,
    last_counted_on=None,
    logged_late=0,
)


def _line(data: dict, as_of: date, calendar: Calendar = EVEN) -> CommitmentLine:
    number = data["number"]
    title, short_title, one, many_of, form = _WORDS[number]
    confidential = number == 4
    rows = [row for row in data["rows"] if row["state"] == "done" and _day(row) <= as_of]
    target = _target(data, as_of, calendar)
    activities = tuple(_activity(row, form) for row in sorted(rows, key=_day))
    days: dict[date, int] = {}
    for row in activities:
        days[row.day] = days.get(row.day, 0) + row.quantity
    cancelled = [row for row in data["rows"] if row["state"] == "cancelled"]
    planned = [row for row in data["rows"] if row["state"] == "planned"]
    has_areas = form == "activity"
    return CommitmentLine(
        number=number,
        title=title,
        short_title=short_title,
        wording=_WORDINGS[number],
        unit_one=one,
        unit_many=many_of,
        form=form,
        confidential_until_done=confidential,
        responsible=POLICE,
        partners=(CITY,) if number != 4 else (),
        status=target.progress.status,
        targets=(target,),
        areas=tuple(
            AreaCount(area, sum(row.quantity for row in activities if area in row.areas)) for area in AREAS
        )
        if has_areas
        else (),
        areas_overlap=sum(len(row.areas) > 1 for row in activities),
        without_area=0,
        kinds=(KindCount(_KINDS[number], sum(row.quantity for row in activities)),) if number != 2 else (),
        days=tuple(DayCount(day, actual) for day, actual in sorted(days.items())),
        activities=activities,
        process=Process(
            done=sum(row.quantity > 0 for row in activities),
            planned=None if confidential else len(planned),
            overdue=None if confidential else len(planned),
            next_planned_on=None,
            cancelled=None
            if confidential
            else tuple(CancelledLine(row["day"], _KINDS[number], row["reason"]) for row in cancelled),
            minutes=sum(row.minutes or 0 for row in activities) or None,
            rows_with_minutes=sum(row.minutes is not None for row in activities),
            joint=sum(len(row.parties) > 1 for row in activities),
            persons_reached=None,
            last_counted_on=activities[-1].day if activities else None,
            logged_late=2 if number == 3 else 0,
        ),
    )


_KINDS = {1: "Tematräff", 2: "", 3: "Fotpatrull", 4: "Riktad trafikkontroll"}


def _target(data: dict, as_of: date, calendar: Calendar) -> TargetLine:
    target = data["target"]
    windows = cut_windows(target["window"], starts_on=STARTS, ends_on=ENDS)
    if target["kind"] == "count":
        days = [(_day(row), row.get("number", 1)) for row in data["rows"] if row["state"] == "done"]
        batches = [_day(row) for row in data["rows"] if "month" in row or row.get("number", 1) > 1]
        progress = assess_count(
            windows, days, minimum=target["minimum"], as_of=as_of, batches=batches, calendar=calendar
        )
        minimum = target["minimum"]
    else:
        register = [
            RegisterClass(row["school"], row["class"], school_year.parse(row["school_year"]), row["pupils"])
            for row in data["register"]
        ]
        meetings = [
            Meeting(
                row["day"],
                row["state"] == "done",
                tuple(
                    Attendance(ClassKey(row["school"], school_year.parse(row["school_year"]), label), present)
                    for label, present in row["present"].items()
                ),
            )
            for row in data["rows"]
            if row["state"] in ("done", "planned")
        ]
        minimum = target["times"]
        progress = assess_coverage(
            windows,
            register,
            meetings,
            schools=data["schools"],
            times=minimum,
            as_of=as_of,
            calendar=calendar,
        )
    return TargetLine(target["kind"], target["window"], minimum, _READINGS[data["number"]], progress)


def _activity(row: dict, form: str) -> ActivityLine:
    activity = form == "activity"
    return ActivityLine(
        day=_day(row),
        month_only="month" in row,
        starts_at=time(18, 30) if activity and _day(row).month == 6 else None,
        kind={"class_meeting": "Tematräff", "counts_only": "", "activity": "Fotpatrull"}[form],
        areas=tuple(row.get("areas", ())),
        quantity=row.get("number", 1),
        parties=(POLICE, CITY) if activity and _day(row).month % 2 else (POLICE,) if activity else (),
        school=row.get("school", ""),
        classes=tuple(row.get("present", ())),
        persons_reached=None,
        minutes=95 if activity else None,
    )


def _day(row: dict) -> date:
    return row["day"] if "day" in row else date.fromisoformat(f"{row['month']}-01")
