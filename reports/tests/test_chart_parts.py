"""Which target a drawing is of, and what stands under it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import etree

from reports.charts import charted_target, drawing, strip
from reports.evaluation import TargetLine
from reports.progress import assess_count
from reports.tests.approved_drawings import TEXTS
from reports.tests.evaluations import ENDS, STARTS, class_line, count_line, line
from reports.windows import cut_windows

OPEN = date(2020, 9, 30)


def test_charted_target_is_the_first_of_which_something_is_known():
    unknown, known = count_line(2, "Ett", [], as_of=ENDS), count_line(2, "Två", [(STARTS, 3)], as_of=ENDS)
    found = line(2, "Båda", [*unknown.targets, *known.targets, *known.targets])

    assert charted_target(found) is found.targets[1]


def test_charted_target_passes_over_classes_to_be_met_twice():
    twice = class_line(1, "Två", met=[("5A", 2018, date(2019, 2, 7))], as_of=ENDS, times=2)
    once = class_line(1, "En", met=[("5A", 2018, date(2019, 2, 7))], as_of=ENDS)
    found = line(1, "Båda", [*twice.targets, *once.targets])

    assert charted_target(found) is found.targets[1]


def test_strip_is_wide_unless_it_is_asked_to_be_narrow():
    windows = cut_windows("month", starts_on=STARTS, ends_on=ENDS)
    progress = assess_count(windows, [(STARTS, 1)], minimum=1, as_of=OPEN)
    found = line(5, "Kontroller", [TargetLine("rate", "month", 1, "Varje månad.", progress)])

    wide = strip(progress.windows, as_of=OPEN, texts=TEXTS)

    assert wide == drawing(found, as_of=OPEN, starts_on=STARTS, ends_on=ENDS, texts=TEXTS)
    assert 'viewBox="0 0 900 ' in wide


def months_under(months, *, starts_on=date(2019, 3, 1), narrow=False):
    """The words under a drawing of so many months."""
    last = starts_on.month - 1 + months
    ends_on = date(starts_on.year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    windows = cut_windows("period", starts_on=starts_on, ends_on=ends_on)
    progress = assess_count(windows, [(starts_on, 1)], minimum=2, as_of=ends_on)
    found = line(3, "Aktiviteter", [TargetLine("count", "period", 2, "Hela perioden.", progress)])
    svg = drawing(found, as_of=ends_on, starts_on=starts_on, ends_on=ends_on, texts=TEXTS, narrow=narrow)
    texts = list(etree.fromstring(svg).iter("{*}text"))
    lowest = max(float(text.get("y")) for text in texts)
    return [text.text for text in texts if float(text.get("y")) == lowest]


@pytest.mark.parametrize(
    ("months", "labels"),
    [
        (1, ["mar 2019"]),
        (5, ["mar 2019", "apr", "maj", "jun", "jul"]),
        (6, ["mar 2019", "maj", "jul"]),
        (10, ["mar 2019", "maj", "jul", "sep", "nov"]),
        (11, ["mar 2019", "jun", "sep", "dec"]),
        (15, ["mar 2019", "jun", "sep", "dec", "mar 2020"]),
        (16, ["mar 2019", "sep", "mar 2020"]),
        (30, ["mar 2019", "sep", "mar 2020", "sep", "mar 2021"]),
        (31, ["mar 2019", "mar 2020", "mar 2021"]),
        (60, ["mar 2019", "mar 2020", "mar 2021", "mar 2022", "mar 2023"]),
        (61, ["mar 2019", "mar 2021", "mar 2023"]),
        (120, ["mar 2019", "mar 2021", "mar 2023", "mar 2025", "mar 2027"]),
        (121, ["mar 2019", "mar 2022", "mar 2025", "mar 2028"]),
    ],
)
def test_months_under_a_drawing_are_at_most_five_and_say_their_year_once(months, labels):
    assert months_under(months) == labels


def test_months_under_a_narrow_drawing_are_at_most_three():
    assert months_under(24, starts_on=STARTS, narrow=True) == ["jan 2019", "jan 2020"]
    assert months_under(9, starts_on=STARTS, narrow=True) == ["jan 2019", "apr", "jul"]


def test_curve_of_classes_counts_each_class_on_its_first_day():
    met = [("5A", 2018, date(2019, 2, 7)), ("5A", 2018, date(2019, 3, 7))]
    found = class_line(1, "Tematräffar", met=met, missed=[("5B", 2018)], as_of=ENDS)
    first = replace(found, targets=(replace(found.targets[0]),))

    svg = drawing(first, as_of=ENDS, starts_on=STARTS, ends_on=ENDS, texts=TEXTS)
    done = next(
        path.get("d") for path in etree.fromstring(svg).iter("{*}path") if path.get("class") == "chart-done"
    )

    assert done.count("V") == 1
