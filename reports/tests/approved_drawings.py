"""The cases of test_approved: each makes one drawing or one JSON text from numbers given here, no database."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from promises.boundary import read_features
from promises.tests.geojson import MALMO_AREAS, collection, feature, geometry, square
from reports.amended import AmendmentLine
from reports.calendars import Calendar, CalendarKind, Span, Term, school_calendar
from reports.charts import ChartTexts, drawing
from reports.evaluation import AreaCount, DayCount, OriginalTarget, TargetLine
from reports.maps import MapArea, MapTexts, draw
from reports.progress import assess_count, assess_each_area
from reports.progress_json import as_json
from reports.tests import samples
from reports.tests.evaluations import ENDS, STARTS, class_line, count_line, evaluation, line, process
from reports.windows import cut_windows

TEXTS = ChartTexts(
    title="Så står det till",
    description="Kurvan & vad den visar.",
    months=("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    minimum=lambda count: f"Målet {count}",
    today=lambda count: f"{count} hittills",
    number=lambda count: f"{count:,}".replace(",", "\N{NO-BREAK SPACE}"),
    kept=lambda kept, of: f"{kept} av {of}",
    waiting=lambda count: f"{count} med väntande",
)
OPEN = date(2020, 9, 30)


def every(days: int, number: int, quantity: int = 1, *, start: date = STARTS) -> list[tuple[date, int]]:
    return [(start + timedelta(days=index * days), quantity) for index in range(number)]


def drawn(found, as_of, starts_on=STARTS, ends_on=ENDS, **size):
    return drawing(found, as_of=as_of, starts_on=starts_on, ends_on=ends_on, texts=TEXTS, **size)


def under_way(as_of=OPEN, **size):
    """22 of 25 with a forecast: one every fourth week."""
    return drawn(count_line(4, "Insatser", every(28, 22), as_of=as_of), as_of, **size)


def years(as_of, **size):
    """60 in the first year, 40 in the second, so many at a time that there is no forecast's fan to hide them."""
    days = [*every(30, 12, 5), *every(30, 10, 4, start=date(2020, 1, 15))]
    return drawn(
        count_line(2, "Anmälningar", days, as_of=as_of, minimum=50, window="calendar_year"), as_of, **size
    )


def amended():
    """50 a year, from the second year on 40: each window has its own line and its own label."""
    days = every(12, 50)
    windows = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
    progress = assess_count(windows, days, minimum=(50, 40), as_of=OPEN)
    target = TargetLine("count", "calendar_year", 40, "Varje år.", progress)
    return drawn(line(2, "Anmälningar", [target], [day for day in days if day[0] <= OPEN]), OPEN)


def coverage(as_of, **size):
    met = [("5A", 2018, date(2019, 2, 7)), ("5A", 2019, date(2019, 10, 3)), ("5B", 2019, date(2020, 3, 12))]
    found = class_line(
        1, "Tematräffar", met=met, missed=[("5B", 2018), ("5C", 2019), ("5A", 2020)], as_of=as_of
    )
    return drawn(found, as_of, **size)


def uneven(calendar: Calendar, **size):
    days = every(9, 30)
    windows = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
    progress = assess_count(windows, days, minimum=40, as_of=date(2019, 9, 30), calendar=calendar)
    target = TargetLine("count", "calendar_year", 40, "Varje år.", progress)
    return drawn(line(3, "Aktiviteter", [target], days), date(2019, 9, 30), **size)


WEIGHTS = Calendar(CalendarKind.MONTHLY_WEIGHTS, weights=tuple(map(Decimal, "111111000222")))
TERMS = school_calendar(
    [
        Term(Span(date(2019, 1, 8), date(2019, 6, 13)), (Span(date(2019, 2, 18), date(2019, 2, 22)),)),
        Term(Span(date(2019, 8, 19), date(2019, 12, 20))),
    ]
)


def weeks(as_of=OPEN, *, window="week", starts_on=STARTS, ends_on=ENDS, **size):
    """A control every week: kept most weeks, none in every fifth, and the first weeks unknown."""
    days = [day for index, day in enumerate(every(7, 85, start=date(2019, 2, 6))) if index % 5]
    windows = cut_windows(window, starts_on=starts_on, ends_on=ends_on)
    progress = assess_count(windows, days, minimum=1, as_of=as_of, known_from_first_row=True)
    target = TargetLine("rate", window, 1, "Varje vecka.", progress)
    return drawn(line(5, "Kontroller", [target], days), as_of, starts_on, ends_on, **size)


def spread_out(starts_on, ends_on, minimum, days):
    """A period of its own length, and a number of its own size: what the axes make of it."""
    windows = cut_windows("period", starts_on=starts_on, ends_on=ends_on)
    progress = assess_count(windows, days, minimum=minimum, as_of=ends_on)
    found = line(3, "Aktiviteter", [TargetLine("count", "period", minimum, "Hela perioden.", progress)], days)
    return drawn(found, ends_on, starts_on, ends_on)


def waiting(as_of, waiting, **size):
    """One every fifth week, and some that a coordinator has not looked at yet; nothing of what comes later."""
    found = count_line(3, "Aktiviteter", every(35, 14), as_of=as_of)
    return drawn(replace(found, waiting=tuple(DayCount(*one) for one in waiting)), as_of, **size)


WAITING = [(date(2020, 6, 3), 2), (date(2020, 8, 5), 1), (date(2020, 8, 31), 0), (date(2020, 10, 1), 5)]


def waiting_classes():
    met = [("5A", 2019, date(2019, 10, 3)), ("5B", 2019, date(2020, 3, 12))]
    found = class_line(1, "Tematräffar", met=met, missed=[("5C", 2019)], as_of=date(2020, 5, 31))
    (target,) = found.targets
    first, now, last = target.progress.windows
    cells = tuple(cell if cell.met else replace(cell, waiting_on=date(2020, 4, 20)) for cell in now.cells)
    progress = replace(target.progress, windows=(first, replace(now, cells=cells), last))
    return drawn(replace(found, targets=(replace(target, progress=progress),)), date(2020, 5, 31))


def one_unreported_year():
    found = count_line(
        3, "Aktiviteter", [(date(2020, 5, 1), 7)], as_of=ENDS, minimum=10, window="calendar_year"
    )
    return drawn(found, ENDS)


METRES = MapTexts(
    "Mest i Holma", "En karta & tre områden.", tuple((m, f"{m} m") for m in (100, 500, 1000, 5000))
)


def city_map(*, width, here=""):
    shapes = [one.shape for one in read_features(MALMO_AREAS.read_bytes())]
    areas = [
        MapArea(
            name, str(number), f"{name}: {number} insatser", shape, strength, f"/{name}/", here=name == here
        )
        for name, number, shape, strength in zip(
            ("Bellevue", "Holma", "Kroksbäck"), (4, 12, 0), shapes, (1, 3, 0), strict=True
        )
    ]
    return draw(areas, METRES, ids="karta", width=width)


def odd_map():
    """Areas close together: an island with a lake beside a strip, a place in two parts, one without link or name."""

    def shape_of(*coordinates, kind="Polygon"):
        (found,) = read_features(collection(feature(geometry(*coordinates, kind=kind))))
        return found.shape

    lake = [square(13.0, 55.6, 0.02)[0], square(13.005, 55.605, 0.008)[0][::-1]]
    parts = [square(13.03, 55.6, 0.004), square(13.036, 55.61, 0.006)]
    areas = [
        MapArea("Ön", "3", "Ön: 3", shape_of(lake), 2, "/on/?a=1&b=2"),
        MapArea("Två delar", "14", "Två delar: 14", shape_of(parts, kind="MultiPolygon"), 3),
        MapArea("", "1", "Utan namn: 1", shape_of(square(13.022, 55.6, 0.002)), 1, "/utan/", here=True),
        MapArea("Mycket liten", "0", "Mycket liten: 0", shape_of(square(13.0225, 55.604, 0.000001)), 0),
        MapArea("Utan gräns", "9", "Utan gräns: 9", (), 3),
    ]
    return draw(areas, METRES, ids="m", width=420)


def whole_json():
    """One target of each kind: with forecast and without, amended, in each area by itself, classes, and none."""
    as_of = OPEN
    steady = count_line(
        4, "Insatser", every(28, 22), as_of=as_of, areas=(AreaCount("Holma", 20), AreaCount("Bellevue", 2))
    )

    days = every(12, 50)
    cut = cut_windows("calendar_year", starts_on=STARTS, ends_on=ENDS)
    now = assess_count(cut, days, minimum=(50, 40), as_of=as_of)
    first = assess_count(cut, days, minimum=50, as_of=as_of)
    changed = TargetLine(
        "count", "calendar_year", 40, "Varje år.", now, original=OriginalTarget(50, "Varje år.", first)
    )
    amendment = AmendmentLine(
        decided_on=date(2020, 2, 3),
        recorded_on=date(2020, 2, 4),
        decided_by=("Malmö stad",),
        reference="",
        reason="Färre skolor.",
        target=1,
        old_minimum=50,
        new_minimum=40,
    )
    decided = line(2, "Anmälningar", [changed], original_status=first.status, amendments=(amendment,))

    own = {"Bellevue": every(20, 20), "Holma": every(90, 4)}
    each = assess_each_area(cut, own, [*own["Bellevue"], *own["Holma"]], batches={}, minimum=10, as_of=as_of)
    target = TargetLine("count", "calendar_year", 10, "I varje område.", each)
    by_area = line(3, "Aktiviteter", [target])

    met = [("5A", 2018, date(2019, 2, 7)), ("5A", 2019, date(2019, 10, 3)), ("5B", 2019, date(2020, 3, 12))]
    classes = class_line(1, "Tematräffar", met=met, missed=[("5B", 2018), ("5A", 2020)], as_of=as_of)
    unknown = class_line(6, "Utan register", met=(), as_of=as_of)

    paced = assess_count(cut, every(9, 60), minimum=80, as_of=as_of, calendar=WEIGHTS)
    weighted = line(7, "Efter månad", [TargetLine("count", "calendar_year", 80, "Varje år.", paced)])
    in_words = line(8, "I ord", [], process=process(waiting=2))
    found = evaluation(classes, decided, by_area, steady, unknown, weighted, in_words, as_of=as_of)
    return as_text(found)


def as_text(found):
    return json.dumps(as_json(found), ensure_ascii=False, indent=1)


def without_number(as_of):
    """Requests by year, and none; a deliverable that came late after its day was moved, and one that did not; an
    effort."""
    found = samples.without_a_number(as_of=as_of)
    moved = AmendmentLine(
        decided_on=date(2019, 9, 3),
        recorded_on=date(2019, 9, 4),
        decided_by=("Malmö stad",),
        reference="",
        reason="Lokalen blev inte klar.",
        target=1,
        old_due=date(2019, 12, 1),
        new_due=date(2020, 2, 1),
    )
    lines = list(found.lines)
    lines[2] = replace(lines[2], amendments=(moved,))
    return as_text(replace(found, lines=tuple(lines)))


def early():
    """Before the middle, where the forecast's range passes the goal by far."""
    as_of = date(2019, 4, 30)
    return drawn(
        count_line(3, "Aktiviteter", every(20, 7), as_of=as_of, minimum=12, window="calendar_year"), as_of
    )


CASES: dict[str, Callable[[], str]] = {
    "burn-up-open.svg": under_way,
    "burn-up-open-narrow.svg": partial(under_way, narrow=True),
    "burn-up-open-paper.svg": partial(under_way, paper=True),
    "burn-up-early.svg": early,
    "burn-up-not-begun.svg": partial(under_way, STARTS - timedelta(days=1)),
    "burn-up-first-day.svg": partial(under_way, STARTS),
    "burn-up-first-weeks.svg": partial(under_way, STARTS + timedelta(days=34)),
    "burn-up-over.svg": partial(under_way, ENDS),
    "burn-up-years-open.svg": partial(years, date(2020, 6, 30)),
    "burn-up-years-over.svg": partial(years, ENDS),
    "burn-up-years-over-narrow.svg": partial(years, ENDS, narrow=True),
    "burn-up-amended.svg": amended,
    "burn-up-unreported-year.svg": one_unreported_year,
    "burn-up-classes.svg": partial(coverage, OPEN),
    "burn-up-by-month.svg": partial(uneven, WEIGHTS),
    "burn-up-school-days-narrow.svg": partial(uneven, TERMS, narrow=True),
    "burn-up-waiting.svg": partial(waiting, OPEN, WAITING),
    "burn-up-waiting-narrow.svg": partial(waiting, OPEN, WAITING[1:2], narrow=True),
    "burn-up-waiting-first.svg": partial(waiting, date(2019, 2, 1), [(STARTS, 1), (STARTS, 2)]),
    "burn-up-waiting-over.svg": partial(waiting, ENDS, WAITING),
    "burn-up-waiting-classes.svg": waiting_classes,
    "burn-up-one-month.svg": partial(
        spread_out, date(2019, 3, 4), date(2019, 3, 31), 3, every(10, 2, start=date(2019, 3, 5))
    ),
    "burn-up-three-years.svg": partial(spread_out, STARTS, date(2021, 12, 31), 30, every(40, 25)),
    "burn-up-eight-years.svg": partial(
        spread_out, date(2015, 7, 1), date(2023, 6, 30), 4000, every(30, 80, 60)
    ),
    "strip-open.svg": weeks,
    "strip-open-narrow.svg": partial(weeks, narrow=True),
    "strip-over-paper.svg": partial(weeks, ENDS, paper=True),
    "strip-months.svg": partial(weeks, window="month", starts_on=date(2018, 11, 15)),
    "map.svg": partial(city_map, width=640),
    "map-here-narrow.svg": partial(city_map, width=320, here="Bellevue"),
    "map-odd-shapes.svg": odd_map,
    "progress.json": whole_json,
    "progress-without-number.json": partial(without_number, OPEN),
}


def readable(name: str, text: str) -> str:
    """One element a line: a change is then read where it is. Nothing else is touched."""
    return text.replace("><", ">\n<") + "\n" if name.endswith(".svg") else f"{text}\n"
