"""Every code has its Swedish word, and one of five looks."""

from datetime import date
from fractions import Fraction

import pytest
from django.template import Context, Template

from activities.choices import State
from reports.labels import status_label, status_look
from reports.status import Status


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("upcoming", "Kommande"),
        ("kept", "Uppfyllt"),
        ("on_pace", "I fas"),
        ("at_risk", "Risk"),
        ("behind", "Efter"),
        ("not_kept", "Ej uppfyllt"),
        ("partly_kept", "Delvis uppfyllt"),
        ("unknown", "Uppgift saknas"),
        ("cannot_assess", "Kan inte bedömas"),
        ("no_requests", "Inga önskemål"),
        ("judged", "Bedöms i ord"),
        ("done", "Genomförd"),
        ("planned", "Planerad"),
        ("cancelled", "Inställd"),
        ("voided", "Makulerad"),
    ],
)
def test_status_label(code, word):
    assert status_label(code) == word


def test_status_label_of_a_code_that_is_none():
    with pytest.raises(ValueError, match="nonsense"):
        status_label("nonsense")


def test_status_label_takes_members_too():
    assert status_label(Status.KEPT) == "Uppfyllt"
    assert status_label(State.DONE) == "Genomförd"


def test_status_look_is_one_of_five():
    assert {status_look(code) for code in Status} == {"kept", "on_pace", "at_risk", "behind", "unknown"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{{ whole|number }}", "1 234"),
        ("{{ part|number }}", "21,9"),
        ("{{ nothing|number }}", "–"),
        ("{{ nearly|percent }}", "99 %"),
        ("{{ hardly|percent }}", "under 1 %"),
        ("{{ nothing|percent }}", "uppgift saknas"),
        ("{{ day|long_date }}", "30 september 2020"),
        ("{{ day|iso }}", "2020-09-30"),
        ("{{ nothing|iso }}", ""),
    ],
)
def test_filters_write_swedish(written, shown):
    values = {
        "whole": 1234,
        "part": Fraction(25 * 639, 731),
        "nearly": Fraction(996, 1000),
        "hardly": Fraction(4, 1000),
        "nothing": None,
        "day": date(2020, 9, 30),
    }
    found = Template("{% load reports_ui %}" + written).render(Context(values))
    assert found.replace("\u00a0", " ") == shown
