"""The burn-up: what is drawn, read back from the SVG."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from lxml import etree

from reports.charts import ChartTexts, burn_up, charted_target
from reports.tests import samples
from reports.tests.evaluations import ENDS, STARTS, count_line

TEXTS = ChartTexts(
    title="Titel",
    description="Beskrivning",
    months=("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    minimum=lambda count: f"Målet {count}",
    today=lambda count: f"{count} i dag",
    number=str,
    kept=lambda kept, of: f"{kept} av {of}",
)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(number, *, as_of=samples.ENDS, texts=TEXTS, **size):
    line = samples.worked_example(as_of=as_of).lines[number - 1]
    svg = burn_up(line, as_of=as_of, starts_on=samples.STARTS, ends_on=samples.ENDS, texts=texts, **size)
    return etree.fromstring(svg)


def texts_in(svg):
    return [element.text for element in svg.iter(f"{SVG}text")]


def paths(svg, name):
    return [path.get("d") for path in svg.iter(f"{SVG}path") if path.get("class") == name]


def test_burn_up_has_role_title_and_description():
    svg = drawn(3)

    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title") == "Titel"
    assert svg.findtext(f"{SVG}desc") == "Beskrivning"


def test_burn_up_one_step_for_each_counted_day():
    (steps,) = paths(drawn(3), "chart-done")

    assert steps.count("V") == 27


def test_burn_up_window_starts_again_each_year():
    svg = drawn(2)
    first, second = paths(svg, "chart-done")

    bottoms = {re.match(r"M[\d.]+ ([\d.]+)", path)[1] for path in (first, second)}
    assert len(bottoms) == 1  # both begin at zero
    assert len(paths(svg, "chart-pace")) == len(paths(svg, "chart-minimum")) == 2
    assert {"52", "47"} <= set(texts_in(svg))


def test_burn_up_today_is_marked_while_the_window_is_open():
    svg = drawn(4, as_of=date(2020, 9, 30))

    assert "21 i dag" in texts_in(svg)
    assert len(list(svg.iter(f"{SVG}circle"))) == 1


def test_burn_up_on_the_last_day_nothing_is_today():
    assert not [text for text in texts_in(drawn(4)) if "i dag" in text]


def test_burn_up_before_the_start_only_pace_and_minimum():
    svg = drawn(3, as_of=date(2018, 12, 31))

    assert paths(svg, "chart-done") == []
    assert "Målet 25" in texts_in(svg)


def test_burn_up_counts_nothing_after_the_day():
    (steps,) = paths(drawn(3, as_of=samples.STARTS), "chart-done")

    assert steps.count("V") == 1


def test_burn_up_coverage_counts_classes():
    first, second, third = paths(drawn(1), "chart-done")

    assert [path.count("V") for path in (first, second, third)] == [6, 5, 6]


@pytest.mark.parametrize(("size", "width"), [({}, 900), ({"narrow": True}, 340), ({"paper": True}, 640)])
def test_burn_up_text_keeps_its_size_in_every_width(size, width):
    svg = drawn(2, **size)

    assert svg.get("viewBox").split()[2] == str(width)
    assert {element.get("font-size") for element in svg.iter(f"{SVG}text")} == {"14"}


@pytest.mark.parametrize("size", [{}, {"narrow": True}, {"paper": True}])
def test_burn_up_labels_do_not_stand_on_each_other(size):
    """ "Målet 50" and "47" end on the same edge; they are moved apart."""
    svg = drawn(2, **size)
    right = max(float(text.get("x")) for text in svg.iter(f"{SVG}text"))
    at_the_edge = sorted(float(t.get("y")) for t in svg.iter(f"{SVG}text") if float(t.get("x")) == right)

    assert all(below - above >= 17 for above, below in pairwise(at_the_edge))


def test_burn_up_no_style_attribute():
    assert not [element for element in drawn(2).iter() if element.get("style")]


def test_burn_up_markup_in_texts_stays_text():
    texts = replace(TEXTS, title="<script>&\x00", minimum=lambda count: "<b>mål</b>")

    svg = drawn(3, texts=texts)

    assert svg.findtext(f"{SVG}title") == "<script>&"
    assert "<b>mål</b>" in texts_in(svg)


def test_burn_up_without_register_draws_nothing():
    line = samples.empty().lines[0]

    assert charted_target(line) is None
    assert (
        burn_up(line, as_of=samples.ENDS, starts_on=samples.STARTS, ends_on=samples.ENDS, texts=TEXTS) == ""
    )


def test_charted_target_class_to_be_met_twice_is_not_drawn():
    line = samples.worked_example().lines[0]
    twice = replace(line, targets=(replace(line.targets[0], minimum=2),))

    assert charted_target(twice) is None


def drawn_count(days, *, as_of, window="period"):
    line = count_line(3, "Synliga aktiviteter", days, as_of=as_of, window=window)
    svg = burn_up(line, as_of=as_of, starts_on=STARTS, ends_on=ENDS, texts=TEXTS)
    return etree.fromstring(svg) if svg else None


def test_burn_up_with_nothing_done_yet_is_a_flat_line():
    (steps,) = paths(drawn_count([], as_of=date(2019, 9, 30)), "chart-done")

    assert "V" not in steps


def test_burn_up_nil_report_is_a_flat_line_to_the_end():
    (steps,) = paths(drawn_count([(date(2019, 9, 30), 0)], as_of=ENDS), "chart-done")

    assert "V" in steps  # one step of no height: the report


def test_burn_up_of_what_nobody_reported_draws_no_zero():
    assert drawn_count([], as_of=ENDS) is None

    reported_once = drawn_count([(date(2020, 5, 1), 7)], as_of=ENDS, window="calendar_year")
    assert len(paths(reported_once, "chart-done")) == 1  # none for 2019
    assert len(paths(reported_once, "chart-minimum")) == 2


def under_way(as_of=date(2020, 9, 30), **given):
    """22 operations, one every fourth week."""
    days = [(STARTS + timedelta(days=index * 28), 1) for index in range(22)]
    found = count_line(4, "Planlagda insatser", days, as_of=as_of, **given)
    return found, etree.fromstring(burn_up(found, as_of=as_of, starts_on=STARTS, ends_on=ENDS, texts=TEXTS))


def numbers(path):
    return [float(number) for number in re.findall(r"[\d.]+", path)]


def test_burn_up_fan_goes_from_today_to_the_range_at_the_end():
    found, svg = under_way()
    forecast = found.targets[0].progress.windows[0].forecast

    (fan,), (median,) = paths(svg, "chart-fan"), paths(svg, "chart-median")
    dot = next(svg.iter(f"{SVG}circle"))
    x, y, end, high, low = numbers(fan)
    assert (x, y) == (float(dot.get("cx")), float(dot.get("cy")))
    assert end == 900 - 84
    per_event = (y - high) / (forecast.p90 - 22)
    assert y - low == pytest.approx((forecast.p10 - 22) * per_event, abs=0.2)
    assert numbers(median)[:3] == [x, y, end]
    assert high < numbers(median)[3] < low
    assert {str(forecast.p10), str(forecast.p90)} <= set(texts_in(svg))


def test_burn_up_has_room_for_the_whole_fan():
    """Early on the range passes the goal by far."""
    found, svg = under_way(as_of=date(2019, 3, 31), minimum=5)

    assert found.targets[0].progress.windows[0].forecast.p90 > 25
    assert min(numbers(paths(svg, "chart-fan")[0])) >= 24  # the frame's top


def test_burn_up_fan_of_a_year_ends_with_its_year():
    _found, svg = under_way(as_of=date(2019, 9, 30), minimum=20, window="calendar_year")

    (fan,) = paths(svg, "chart-fan")
    assert numbers(fan)[2] == pytest.approx(44 + (900 - 44 - 84) * 365 / 731, abs=0.1)


@pytest.mark.parametrize("as_of", [STARTS + timedelta(days=20), ENDS])
def test_burn_up_no_fan_without_a_forecast(as_of):
    _found, svg = under_way(as_of=as_of)

    assert paths(svg, "chart-fan") == paths(svg, "chart-median") == []


def test_burn_up_fan_lies_under_the_lines():
    _found, svg = under_way()

    names = [path.get("class") for path in svg.iter(f"{SVG}path")]
    assert names.index("chart-fan") < names.index("chart-minimum") < names.index("chart-done")
