"""What happened to a class, in words."""

import pytest
from django.utils import translation

from history.models import Change
from promises.templatetags.promises_ui import change_lines


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"pupils": [24, 25]}, ("elever", "24", "25")),
        ({"pupils": [None, 25]}, ("elever", "", "25")),
        ({"grade": [None, 0]}, ("årskurs", "", "0")),
        ({"school_year": [None, 2019]}, ("läsår", "", "2019/20")),
        ({"closed_on": ["2020-01-07", None]}, ("upphörde", "2020-01-07", "")),
        ({"something_new": [None, "x"]}, ("something_new", "", "x")),
    ],
)
def test_change_of_a_class_is_told_in_words(values, line):
    with translation.override("sv"):
        [told] = change_lines(Change(values=values))

    assert (told["label"], told["old"], told["new"]) == line
