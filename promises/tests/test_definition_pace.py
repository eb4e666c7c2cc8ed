"""Calendars and school terms in a definition: what is taken, and what is refused with place and reason."""

from datetime import date

import pytest
from django.utils import translation

from promises import school_terms
from promises.definition import load
from promises.tests.test_definition import edited, problems

TARGET = "commitments[1].targets[0]"
WEIGHTS = [1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0.5]
AUTUMN = {
    "name": "HT 2019",
    "first_day": "2019-08-19",
    "last_day": "2019-12-20",
    "source": "Kommunen",
    "breaks": [{"name": "Höstlov", "first_day": "2019-10-28", "last_day": "2019-11-01"}],
}
SPRING = {"name": "VT 2020", "first_day": "2020-01-08", "last_day": "2020-06-12"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path):
    def write(content):
        file = tmp_path / "lofte.yaml"
        file.write_text(content, encoding="utf-8")
        return file

    return write


def by_month(*edits):
    return edited((f"{TARGET}.calendar", "monthly_weights"), (f"{TARGET}.month_weights", WEIGHTS), *edits)


def test_calendar_is_even_where_nothing_is_said(write):
    target = load(write(edited())).commitments[1].targets[0]

    assert (target.calendar, target.month_weights) == ("even", "")


def test_calendar_with_weights_is_exact(write):
    target = load(write(by_month())).commitments[1].targets[0]

    assert (target.calendar, target.month_weights) == ("monthly_weights", "1 1 1 1 1 1 0 1 1 1 1 0.5")


def test_school_terms_of_the_file(write):
    found = load(write(edited(("school_terms", [AUTUMN, SPRING])))).school_terms

    assert [(term.name, term.first_day, len(term.breaks)) for term in found] == [
        ("HT 2019", date(2019, 8, 19), 1),
        ("VT 2020", date(2020, 1, 8), 0),
    ]


@pytest.mark.parametrize("name", school_terms.names())
def test_school_terms_that_come_with_the_system_are_right_and_have_a_source(write, name):
    named = load(write(edited(("school_terms_from", name)))).school_terms
    written = load(write(edited(("school_terms", school_terms.ready(name))))).school_terms

    assert named == written
    assert all(term.source for term in named)


def test_malmo_has_terms():
    assert "malmo" in school_terms.names()


def test_school_terms_of_another_name_are_an_error():
    with pytest.raises(ValueError, match="lund"):
        school_terms.ready("lund")


@pytest.mark.parametrize(
    ("edits", "path", "reason"),
    [
        ([(f"{TARGET}.calendar", "lunar")], f"{TARGET}.calendar", "not one of these: even"),
        ([(f"{TARGET}.calendar", "monthly_weights")], f"{TARGET}.month_weights", "missing"),
        ([(f"{TARGET}.month_weights", WEIGHTS)], f"{TARGET}.month_weights", "monthly_weights only"),
        ([("school_terms", [AUTUMN, AUTUMN])], "school_terms[1].name", "stands twice"),
        ([("school_terms", [SPRING, AUTUMN])], "school_terms[1].first_day", "not after 2020-06-12"),
        (
            [("school_terms", [SPRING | {"last_day": "2020-01-07"}])],
            "school_terms[0].last_day",
            "comes before",
        ),
        ([("school_terms", [SPRING | {"last_day": "2020-13-07"}])], "school_terms[0].last_day", "not a day"),
        ([("school_terms", [SPRING | {"day": "x"}])], "school_terms[0].day", "not known here"),
        ([("school_terms", "malmo")], "school_terms", "a list"),
        ([("school_terms_from", "lund")], "school_terms_from", "There are: malmo"),
        ([("school_terms_from", "malmo"), ("school_terms", [SPRING])], "school_terms_from", "not both"),
        (
            [("school_terms", [AUTUMN | {"first_day": "2019-10-29"}])],
            "school_terms[0].breaks[0].first_day",
            "outside the term, 2019-10-29",
        ),
        (
            [("school_terms", [AUTUMN | {"breaks": [AUTUMN["breaks"][0], AUTUMN["breaks"][0]]}])],
            "school_terms[0].breaks[1].first_day",
            "not after 2019-11-01",
        ),
    ],
)
def test_wrong_calendar_or_term_is_named(write, edits, path, reason):
    found = problems(write(edited(*edits)))

    assert any(place == path and reason in said for place, said in found), found


@pytest.mark.parametrize(
    ("weights", "path", "reason"),
    [
        ([1] * 11, "", "Twelve weights"),
        ([1] * 13, "", "Twelve weights"),
        ([0] * 12, "", "one above 0"),
        ([-1, *[1] * 11], "[0]", "the least is 0"),
        (["x", *[1] * 11], "[0]", "a number"),
        ([*[1] * 11, 0.125], "[11]", "two decimals"),
        ([*[1] * 11, 1001], "[11]", "the most is 1000"),
    ],
)
def test_wrong_weights_are_named(write, weights, path, reason):
    found = problems(write(by_month((f"{TARGET}.month_weights", weights))))

    assert any(place == f"{TARGET}.month_weights{path}" and reason in said for place, said in found), found


def test_scope_each_area_is_taken(write):
    assert (
        load(write(edited((f"{TARGET}.scope", "each_area")))).commitments[1].targets[0].scope == "each_area"
    )


@pytest.mark.parametrize(
    ("edits", "path", "reason"),
    [
        (
            [("commitments[0].targets[0].scope", "each_area")],
            "commitments[0].targets[0].scope",
            "Only a count",
        ),
        (
            [(f"{TARGET}.scope", "each_area"), ("commitments[1].areas", "none")],
            f"{TARGET}.scope",
            "has no areas",
        ),
        (
            [
                (f"{TARGET}.scope", "each_area"),
                ("commitments[1].areas", "optional"),
                ("areas", []),
                ("effects", []),
            ],
            f"{TARGET}.scope",
            "has no areas",
        ),
    ],
)
def test_scope_each_area_where_it_cannot_be_counted_is_refused(write, edits, path, reason):
    found = problems(write(edited(*edits)))

    assert any(place == path and reason in said for place, said in found), found
