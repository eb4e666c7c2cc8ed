"""Forecasts in words: ranges, chances, and why there is none."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from reports import captions, outlook
from reports.forecast import WORTH_SAYING, Forecast, Withheld
from reports.tests.evaluations import STARTS, class_line, count_line

AUTUMN = date(2020, 9, 30)


def window_with(chance="0.7000", p10=23, p50=25, p90=28, **given):
    """The whole period of a commitment under way, with the forecast that the test is about."""
    window = operations().targets[0].progress.windows[0]
    return replace(window, forecast=Forecast(Decimal(chance), p10, p50, p90), forecast_withheld=None, **given)


def operations(number=22, *, as_of=AUTUMN, **given):
    days = [(STARTS + timedelta(days=index * 28), 1) for index in range(number)]
    return count_line(4, "Planlagda insatser", days, as_of=as_of, **given)


def without(reason):
    return replace(window_with(), forecast=None, forecast_withheld=reason)


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("p10", "p90", "said"), [(23, 28, "23–28"), (24, 24, "24"), (1200, 1350, "1 200–1 350")]
)
def test_likely_is_a_range_or_one_number(p10, p90, said):
    assert plain(outlook.likely(Forecast(Decimal("0.5"), p10, p10, p90))) == said


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        ("0.0001", "under 1 % chans att nå 25"),
        ("0.0100", "ungefär 1 % chans att nå 25"),
        ("0.1836", "ungefär 18 % chans att nå 25"),
        ("0.9999", "ungefär 99 % chans att nå 25"),
    ],
)
def test_forecast_line_chance_is_rounded_down(chance, said):
    text = plain(outlook.forecast_line(window_with(chance, p10=15, p90=27)))

    assert text == f"2019–2020: troligen 15–27, {said}."


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        ("0.0499", "Mindre än 1 chans av 20 att nå 25."),
        ("0.0500", "Ungefär 1 chans av 10 att nå 25."),
        ("0.1499", "Ungefär 1 chans av 10 att nå 25."),
        ("0.1500", "Ungefär 2 chanser av 10 att nå 25."),
        ("0.7137", "Ungefär 7 chanser av 10 att nå 25."),
        ("0.9500", "Ungefär 9 chanser av 10 att nå 25."),
        ("0.9501", "Mer än 19 chanser av 20 att nå 25."),
    ],
)
def test_chances_in_tenths_never_none_and_never_all(chance, said):
    assert outlook.chances(window_with(chance).forecast, 25) == said


@pytest.mark.parametrize("reason", Withheld)
def test_forecast_line_says_why_there_is_none_while_it_matters(reason):
    text = outlook.forecast_line(without(reason))

    assert text == (
        f"2019–2020: ingen prognos, eftersom {outlook.withheld_words(reason)}."
        if reason in WORTH_SAYING
        else ""
    )


def test_withheld_words_differ_and_are_translated():
    swedish = {outlook.withheld_words(reason) for reason in Withheld}
    with translation.override("en"):
        english = {outlook.withheld_words(reason) for reason in Withheld}

    assert len(swedish) == len(english) == len(Withheld)
    assert not swedish & english


def test_title_of_the_curve_is_the_forecast():
    found = operations()

    window = found.targets[0].progress.windows[0]
    assert captions.chart_title(found, found.targets[0], as_of=AUTUMN) == (
        f"Med nuvarande takt blir det troligen {window.forecast.p10}–{window.forecast.p90} insatser"
    )


def test_title_of_the_curve_names_the_year_where_there_are_several():
    found = operations(22, minimum=20, window="calendar_year")

    title = captions.chart_title(found, found.targets[0], as_of=date(2020, 9, 30))

    assert title.startswith("Med nuvarande takt blir det troligen ")
    assert title.endswith(" insatser under 2020")


@pytest.mark.parametrize("as_of", [STARTS + timedelta(days=20), date(2020, 12, 31)])
def test_title_without_a_forecast_is_as_before(as_of):
    found = operations(1, as_of=as_of)

    assert "troligen" not in captions.chart_title(found, found.targets[0], as_of=as_of)


def test_figure_note_has_the_chance_under_the_range():
    found = operations()

    assert outlook.figure_note(found.targets[0], as_of=AUTUMN).endswith(" chanser av 10 att nå 25.")


def test_figure_note_of_a_rhythm_has_both_since_its_title_tells_of_windows_kept():
    found = operations(22, minimum=4, window="quarter", as_of=date(2020, 8, 31))

    note = plain(outlook.figure_note(found.targets[0], as_of=date(2020, 8, 31)))

    assert note.startswith("Kvartal 3 2020: troligen ")
    assert note.endswith(" % chans att nå 4.")


def test_figure_note_of_classes_says_why_there_is_none():
    found = class_line(1, "Tematräffar", met=[], missed=[("5A", 2020)], as_of=AUTUMN)

    note = outlook.figure_note(found.targets[0], as_of=AUTUMN)

    assert note == "2020/21: ingen prognos, eftersom klasser bokas i förväg."


def test_figure_note_is_empty_when_the_goal_is_reached():
    found = operations(25, minimum=20)

    assert outlook.figure_note(found.targets[0], as_of=AUTUMN) == ""


def test_chart_key_explains_the_fan_only_where_it_is_drawn():
    drawn, not_drawn = operations(), operations(25, minimum=20)

    assert "Tonat" in captions.chart_key(drawn, drawn.targets[0])
    assert "Tonat" not in captions.chart_key(not_drawn, not_drawn.targets[0])


def test_chart_description_tells_the_forecast():
    found = operations()

    told = captions.chart_description(found, found.targets[0])

    assert told.endswith(outlook.forecast_line(found.targets[0].progress.windows[0]))


def test_no_fan_in_a_strip_of_many_windows():
    found = operations(22, minimum=2, window="month", as_of=date(2020, 8, 30))

    assert any(window.forecast for window in found.targets[0].progress.windows)
    assert outlook.foreseen_window(found.targets[0]) is None
