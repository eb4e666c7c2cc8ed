"""The answer as a sentence, in both languages, case by case."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from reports.captions import (
    chart_description,
    chart_title,
    days_left,
    last_logged,
    needed,
    promised,
    window_note,
)
from reports.progress import ClassCell
from reports.sentences import commitment_answer, promise_answer
from reports.tests.evaluations import ENDS, STARTS, class_line, count_line, evaluation, line
from reports.wording import class_names

AUTUMN = date(2020, 9, 30)
NEVER = ()


def spread(number, first=STARTS, last=AUTUMN):
    """``number`` single events, evenly from the first day to the last."""
    step = (last - first) / max(number - 1, 1)
    return [(first + step * index, 1) for index in range(number)]


def reports(first_year, second_year):
    return [(date(2019, 6, 1), first_year), (date(2020, 6, 1), second_year)]


def visible(number, as_of=AUTUMN, index=3):
    return count_line(index, "Synliga aktiviteter", spread(number), as_of=as_of)


def sol(first_year, second_year, as_of=AUTUMN):
    return count_line(
        2,
        "SoL-anmälningar",
        reports(first_year, second_year),
        as_of=as_of,
        minimum=50,
        window="calendar_year",
        unit_one="anmälan",
        unit_many="anmälningar",
    )


def meetings(*, missed=(), as_of=AUTUMN):
    met = [
        ("5A", 2018, date(2019, 3, 1)),
        ("5A", 2019, date(2019, 10, 1)),
        ("5A", 2020, date(2020, 9, 15)),
    ]
    return class_line(1, "Tematräffar", met=met, missed=missed, as_of=as_of)


def said(text, language="sv"):
    with override(language):
        return text().replace("\u00a0", " ")


PROMISE = [
    (
        "three of four, one behind",
        lambda: evaluation(meetings(), sol(52, 28), visible(27), visible(22, index=4), as_of=AUTUMN),
        "Tre av fyra åtaganden är i fas. SoL-anmälningar ligger nio efter.",
        "Three of four commitments are on pace. SoL-anmälningar: nine behind.",
    ),
    (
        "one of two",
        lambda: evaluation(sol(52, 28), visible(27), as_of=AUTUMN),
        "Ett av två åtaganden är i fas. SoL-anmälningar ligger nio efter.",
        "One of two commitments is on pace. SoL-anmälningar: nine behind.",
    ),
    (
        "all well",
        lambda: evaluation(meetings(), sol(52, 40), visible(27), as_of=AUTUMN),
        "Alla tre åtaganden är i fas.",
        "All three commitments are on pace.",
    ),
    (
        "both well",
        lambda: evaluation(meetings(), visible(27), as_of=AUTUMN),
        "Båda åtagandena är i fas.",
        "Both commitments are on pace.",
    ),
    ("the only one well", lambda: evaluation(visible(27), as_of=AUTUMN), "Åtagandet är i fas.", None),
    (
        "none",
        lambda: evaluation(sol(52, 28), visible(10), as_of=AUTUMN),
        (
            "Inget av två åtaganden är i fas. SoL-anmälningar ligger nio efter. "
            "Synliga aktiviteter ligger elva efter."
        ),
        None,
    ),
    (
        "on pace, and what was missed is still said",
        lambda: evaluation(meetings(missed=[("5B", 2019), ("5B", 2020)]), visible(27), as_of=AUTUMN),
        "Båda åtagandena är i fas. Tematräffar: 5B på Holmaskolan missades 2019/20.",
        "Both commitments are on pace. Tematräffar: 5B at Holmaskolan was not met in 2019/20.",
    ),
    (
        "a class behind",
        lambda: evaluation(
            class_line(
                1,
                "Tematräffar",
                met=[("5A", 2020, date(2020, 9, 15))],
                missed=[("5B", 2020), ("5C", 2020), ("5D", 2020)],
                as_of=date(2020, 10, 1),
            ),
            visible(27, as_of=date(2020, 10, 1)),
            as_of=date(2020, 10, 1),
        ),
        "Ett av två åtaganden är i fas. Tematräffar ligger en klass efter.",
        None,
    ),
    (
        "no register",
        lambda: evaluation(
            class_line(1, "Tematräffar", met=(), as_of=date(2019, 3, 1)),
            visible(27, as_of=date(2019, 3, 1)),
            as_of=date(2019, 3, 1),
        ),
        "Ett av två åtaganden är i fas. Tematräffar: klassregistret saknas.",
        None,
    ),
    (
        "over",
        lambda: evaluation(
            meetings(missed=[("5B", 2019)], as_of=ENDS),
            sol(52, 47, as_of=ENDS),
            visible(27, as_of=ENDS),
            visible(24, as_of=ENDS, index=4),
            as_of=ENDS,
        ),
        (
            "Ett av fyra åtaganden är uppfyllt, ett delvis. Tematräffar: 5B på Holmaskolan missades 2019/20. "
            "SoL-anmälningar: 47 av 50 under 2020."
        ),
        (
            "One of four commitments is kept, one partly. "
            "Tematräffar: 5B at Holmaskolan was not met in 2019/20. SoL-anmälningar: 47 of 50 in 2020."
        ),
    ),
    (
        "over, two kept",
        lambda: evaluation(
            meetings(as_of=ENDS), visible(25, as_of=ENDS), visible(24, as_of=ENDS, index=4), as_of=ENDS
        ),
        "Två av tre åtaganden är uppfyllda. Synliga aktiviteter: 24 av 25.",
        None,
    ),
    (
        "over, nothing told about one year",
        lambda: evaluation(
            count_line(
                2, "SoL-anmälningar", reports(52, 0)[:1], as_of=ENDS, minimum=50, window="calendar_year"
            ),
            visible(25, as_of=ENDS),
            as_of=ENDS,
        ),
        "Ett av två åtaganden är uppfyllt. SoL-anmälningar: uppgift saknas för 2020.",
        None,
    ),
    (
        "over, all kept",
        lambda: evaluation(
            meetings(as_of=ENDS), sol(50, 50, as_of=ENDS), visible(25, as_of=ENDS), as_of=ENDS
        ),
        "Alla tre åtaganden är uppfyllda.",
        None,
    ),
    (
        "nothing logged",
        lambda: evaluation(count_line(3, "Synliga aktiviteter", NEVER, as_of=AUTUMN), as_of=AUTUMN),
        "Ingen har loggat något än.",
        "Nobody has logged anything yet.",
    ),
    (
        "nothing logged, over",
        lambda: evaluation(count_line(3, "Synliga aktiviteter", NEVER, as_of=ENDS), as_of=ENDS),
        "Inget loggades.",
        None,
    ),
    (
        "not begun",
        lambda: evaluation(
            count_line(3, "Synliga aktiviteter", NEVER, as_of=date(2018, 12, 31)), as_of=date(2018, 12, 31)
        ),
        "Löftet börjar 1 januari 2019.",
        "The promise begins on 1 January 2019.",
    ),
    ("no commitments", lambda: evaluation(as_of=AUTUMN), "Löftet har inga åtaganden än.", None),
]


@pytest.mark.parametrize(("case", "made", "swedish", "english"), PROMISE, ids=[row[0] for row in PROMISE])
def test_promise_answer(case, made, swedish, english):
    assert said(lambda: promise_answer(made())) == swedish
    if english:
        assert said(lambda: promise_answer(made()), "en") == english


COMMITMENT = [
    (
        "a few left",
        lambda: visible(22),
        AUTUMN,
        "Tre insatser till före årsskiftet: 1 i månaden, hittills 1.",
        "Three more insatser before the new year: 1 a month, so far 1.",
    ),
    ("some left, the year before", lambda: visible(22, date(2019, 12, 31)), date(2019, 12, 31),
     "Tolv insatser kvar till 31 december 2020: 1 i månaden, hittills 1.", None),
    ("one left, last month", lambda: visible(24, date(2020, 12, 20)), date(2020, 12, 20),
     "1 insats till före årsskiftet.", "1 more insats before the new year."),
    ("many left", lambda: sol(52, 0), AUTUMN,
     "50 anmälningar till före årsskiftet: 3,9 i veckan, hittills 0. I nuvarande takt nås det inte.", None),
    ("kept", lambda: count_line(3, "S", [(date(2020, 9, 2), 25)], as_of=AUTUMN), AUTUMN,
     "25 av 25, uppfyllt sedan 2 september 2020.", "25 of 25, kept since 2 September 2020."),
    ("one missing", lambda: visible(24, ENDS), ENDS,
     "24 av 25: 1 insats fattas.", "24 of 25: 1 insats is missing."),
    ("two missing", lambda: visible(23, ENDS), ENDS,
     "23 av 25: två insatser fattas.", "23 of 25: two insatser are missing."),
    ("no data", lambda: count_line(3, "S", NEVER, as_of=ENDS), ENDS, "Uppgift saknas.", "No data."),
    ("years, over", lambda: sol(52, 47, ENDS), ENDS,
     "2019: 52 av 50, uppfyllt. 2020: 47 av 50, tre fattas.",
     "2019: 52 of 50, kept. 2020: 47 of 50, three are missing."),
    ("not begun", lambda: visible(0, date(2018, 12, 1)), date(2018, 12, 1), "Börjar 1 januari 2019.", None),
    ("classes left", lambda: meetings(missed=[("5B", 2020), ("5C", 2020)]), AUTUMN,
     "Två klasser till före årsskiftet: 0,7 i månaden, hittills 0,3.", None),
    ("all classes of the läsår", meetings, AUTUMN,
     "Alla klasser har haft sin träff 2020/21, den sista 15 september 2020.", None),
    ("classes missed, over", lambda: meetings(missed=[("5B", 2019)], as_of=ENDS), ENDS,
     "5B på Holmaskolan missades 2019/20.", "5B at Holmaskolan was not met in 2019/20."),
    ("many classes missed, over",
     lambda: meetings(missed=[(f"5{letter}", 2019) for letter in "BCDE"], as_of=ENDS), ENDS,
     "Fyra klasser missades 2019/20.", None),
    ("no register", lambda: class_line(1, "T", met=(), as_of=AUTUMN), AUTUMN,
     "Klassregistret saknas för Holmaskolan, 2020/21.", None),
    ("in words", lambda: line(5, "Synligt arbete", []), AUTUMN, "Bedöms i ord. Loggat hittills: 0.", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "made", "as_of", "swedish", "english"), COMMITMENT, ids=[row[0] for row in COMMITMENT]
)
def test_commitment_answer(case, made, as_of, swedish, english):
    assert said(lambda: commitment_answer(made(), as_of=as_of)) == swedish
    if english:
        assert said(lambda: commitment_answer(made(), as_of=as_of), "en") == english


def test_promised_line():
    assert said(lambda: promised(sol(1, 1))) == "Minst 50 anmälningar varje kalenderår"
    assert said(lambda: promised(visible(1))) == "Minst 25 insatser under hela perioden"
    assert said(lambda: promised(meetings())) == "Alla klasser, varje läsår"


@pytest.mark.parametrize(
    ("made", "as_of", "text"),
    [
        (lambda: visible(22), AUTUMN, "3 till på 13 veckor: 1 i månaden, hittills 1"),
        (
            lambda: visible(22, date(2020, 12, 30)),
            date(2020, 12, 30),
            "3 till på 1 dag. I nuvarande takt nås det inte.",
        ),
        (lambda: visible(22, ENDS), ENDS, "3 fattas"),
        (lambda: count_line(3, "S", [(date(2020, 9, 2), 25)], as_of=AUTUMN), AUTUMN, "sedan 2 september"),
        (
            lambda: count_line(3, "S", [(date(2019, 9, 2), 25)], as_of=AUTUMN),
            AUTUMN,
            "sedan 2 september 2019",
        ),
        (lambda: count_line(3, "S", NEVER, as_of=ENDS), ENDS, "uppgift saknas"),
    ],
)
def test_needed_under_the_number(made, as_of, text):
    found = made()
    (target,) = found.targets
    assert said(lambda: needed(found, target, target.progress.windows[0], as_of=as_of)) == text


def test_class_names_each_school_once():
    cells = [cell(school, label) for school, label in [("Holma", "5A"), ("Kroksbäck", "5A"), ("Holma", "5B")]]

    assert said(lambda: class_names(cells[:1])) == "5A på Holma"
    assert said(lambda: class_names(cells)) == "5A och 5B på Holma och 5A på Kroksbäck"


def cell(school, label):
    return ClassCell(school, label, 2019, None, None, 0, met=False, met_on=None, booked_on=None)


@pytest.mark.parametrize(
    ("made", "as_of", "text"),
    [
        (
            lambda: class_line(
                1, "T", met=[], missed=[("5A", 2020)], schools=("Holmaskolan", "B"), as_of=AUTUMN
            ),
            AUTUMN,
            "Klassregistret är inte komplett",
        ),
        (lambda: visible(27), AUTUMN, "Målet nåddes 11 augusti 2020"),
        (lambda: visible(3, ENDS), ENDS, "Målet nåddes inte"),
    ],
)
def test_chart_title_concludes_only_what_is_known(made, as_of, text):
    found = made()
    assert said(lambda: chart_title(found, found.targets[0], as_of=as_of)) == text


def test_chart_description_of_what_nobody_reported_is_no_zero():
    found = sol(0, 47, ENDS)
    only_second = count_line(2, "S", [(date(2020, 6, 1), 47)], as_of=ENDS, minimum=50, window="calendar_year")

    assert "2019: 0 av 50; 2020: 47 av 50" in said(lambda: chart_description(found, found.targets[0]))
    text = said(lambda: chart_description(only_second, only_second.targets[0]))
    assert "2019: uppgift saknas; 2020: 47 av 50" in text


def test_window_notes():
    notes = said(
        lambda: " | ".join(
            window_note(target, window, as_of=AUTUMN)
            for made in (sol(52, 28), meetings(missed=[("5B", 2019), ("5B", 2020), ("5C", 2020)]))
            for target in made.targets
            for window in target.progress.windows
        )
    )
    assert notes == (
        "2019: uppfyllt, 52 | 2020: väntat hittills 37,4 | 2018/19: uppfyllt, 1 | "
        "2019/20: 5B på Holmaskolan missades | 2020/21: 2 klasser återstår"
    )


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (0, "Senast loggat i dag"),
        (1, "Senast loggat i går"),
        (2, "Senast loggat för 2 dagar sedan"),
        (31, "Senast loggat för 31 dagar sedan"),
        (32, "Senast loggat 29 augusti 2020"),
        (None, "Inget loggat än"),
    ],
)
def test_last_logged(ago, text):
    day = None if ago is None else AUTUMN - timedelta(days=ago)
    assert said(lambda: last_logged(day, today=AUTUMN)) == text


@pytest.mark.parametrize(
    ("as_of", "text"),
    [
        (date(2018, 12, 31), "Börjar om 1 dag"),
        (AUTUMN, "92 dagar kvar"),
        (date(2020, 12, 30), "1 dag kvar"),
        (ENDS, "Perioden är slut"),
    ],
)
def test_days_left(as_of, text):
    assert said(lambda: days_left(evaluation(as_of=as_of))) == text


def test_a_year_kept_early_is_on_pace_while_the_next_has_not_begun():
    as_of = date(2019, 6, 30)
    early = count_line(
        2, "SoL-anmälningar", [(date(2019, 6, 1), 50)], as_of=as_of, minimum=50, window="calendar_year"
    )

    with override("en"):
        assert promise_answer(evaluation(early, as_of=as_of)) == "The commitment is on pace."


@pytest.mark.parametrize(
    ("first_year", "answer", "title"),
    [
        (40, "2019: 40 av 50, tio fattas.", "Målet nåddes inte"),
        (0, "2019: 0 av 50, 50 fattas.", "Målet nåddes inte"),
    ],
)
def test_a_year_that_has_not_begun_lacks_nothing(first_year, answer, title):
    as_of = date(2019, 12, 31)
    missed = count_line(
        2,
        "SoL-anmälningar",
        [(date(2019, 6, 1), first_year)],
        as_of=as_of,
        minimum=50,
        window="calendar_year",
    )

    assert said(lambda: commitment_answer(missed, as_of=as_of)) == answer
    assert said(lambda: chart_title(missed, missed.targets[0], as_of=as_of)) == title
