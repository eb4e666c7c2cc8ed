"""What was changed, and both results, read back from all six files."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from promises.models import Target
from promises.tests.factories import AmendmentFactory, MunicipalityFactory
from reports.queries import load_evaluation
from reports.renderers import FORMATS
from reports.status import Status
from reports.tests.malmo import AS_OF, make_worked_example
from reports.tests.read_back import (
    READERS,
    expected_original,
    expected_windows,
    pdf_rows,
    read_pdf,
    squeezed,
)

SCHEMA = json.loads((Path(__file__).parent.parent / "schema" / "evaluation-1.json").read_text("utf-8"))
ALL = READERS | {"pdf": read_pdf}
TOLD = [
    "2020-03-01",
    "Färre anmälningar än väntat.",
    "STK-2020-15",
    "Minst 45 varje kalenderår.",
    "Vi ska lämna minst 45 anmälningar.",
]


@pytest.fixture
def promise(db):
    """SoL reports: 52 in 2019, 47 in 2020. 45 a year instead of 50 from 1 March 2020."""
    return make_worked_example()


@pytest.fixture
def amended(promise):
    target = Target.objects.get(commitment__promise=promise, commitment__number=2)
    AmendmentFactory(
        target=target,
        minimum=45,
        reading="Minst 45 varje kalenderår.",
        wording="Vi ska lämna minst 45 anmälningar.",
        decided_by=[row.organisation for row in promise.parties.all()],
    )
    return promise


def evaluation_of(promise, as_of=AS_OF):
    return load_evaluation(promise, as_of=as_of, sees_plans=False, with_activities=True)


@pytest.mark.parametrize("form", READERS)
def test_both_results_read_back_equal(amended, form):
    evaluation = evaluation_of(amended)

    reading = READERS[form](FORMATS[form].render(evaluation))

    assert reading.windows == expected_windows(evaluation)
    assert reading.original == expected_original(evaluation)
    assert reading.original == [(2, "2019", 50, 52, "Uppfyllt"), (2, "2020", 50, 47, "Ej uppfyllt")]
    assert (2, "2020", 45, 47, 104, "Uppfyllt") in reading.windows


def test_both_results_read_back_equal_from_the_pdf(amended):
    evaluation = evaluation_of(amended)

    text = squeezed(read_pdf(FORMATS["pdf"].render(evaluation)).text)

    assert all(numbers in text for numbers, _verdict in pdf_rows(evaluation))
    assert squeezed("2020 2020-01-01 2020-12-31 50 47 94 % 50 Ej uppfyllt") in text
    assert squeezed("2020 2020-01-01 2020-12-31 45 47 104 % 45 Uppfyllt") in text


@pytest.mark.parametrize("form", ALL)
def test_every_file_tells_the_change_and_the_verdict_by_the_original(amended, form):
    evaluation = evaluation_of(amended)
    assert (evaluation.lines[1].status, evaluation.lines[1].original_status) == (
        Status.KEPT,
        Status.PARTLY_KEPT,
    )

    text = squeezed(ALL[form](FORMATS[form].render(evaluation)).text)

    if form == "json":
        assert squeezed('"original_status": "partly_kept"') in text
    if form == "csv":
        assert squeezed("Ändrat 2020-03-01: 45 i stället för 50, ordalydelsen") in text
        assert "partly_kept" in text
        return
    for words in TOLD:
        assert squeezed(words) in text
    original = Target.objects.get(commitment__promise=amended, commitment__number=2)
    assert squeezed(original.reading) in text
    assert squeezed(original.commitment.wording) in text
    if form != "json":
        assert squeezed("Delvis uppfyllt") in text


@pytest.mark.parametrize("form", ["html", "docx", "pdf", "xlsx"])
def test_unchanged_promise_says_that_nothing_was_changed(promise, form):
    text = squeezed(ALL[form](FORMATS[form].render(evaluation_of(promise))).text)

    assert squeezed("Inga ändringar har beslutats.") in text
    assert squeezed("ursprungliga målet") not in text


@pytest.mark.parametrize("form", ALL)
def test_files_of_the_day_before_say_nothing_of_it(amended, form):
    reading = ALL[form](FORMATS[form].render(evaluation_of(amended, date(2020, 2, 29))))

    assert reading.original == []
    for words in TOLD[:3]:
        assert squeezed(words) not in squeezed(reading.text)


def test_one_party_alone_is_named(amended):
    AmendmentFactory(
        target=Target.objects.get(commitment__promise=amended, commitment__number=3),
        decided_by=[MunicipalityFactory()],
        minimum=20,
        reading="Minst 20.",
    )

    data = json.loads(FORMATS["json"].render(evaluation_of(amended)))

    assert data["commitments"][2]["amendments"][0]["decided_by"] == ["Malmö stad"]
    jsonschema.validate(data, SCHEMA, format_checker=jsonschema.FormatChecker(["date"]))


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_weekly_target_has_no_second_strip_of_windows(promise, form):
    """104 weeks are added up; the original in a sentence."""
    commitment = promise.commitments.get(number=3)
    target = commitment.targets.create(
        kind="rate", window="week", minimum=2, reading="Två i veckan.", position=1
    )
    AmendmentFactory(target=target, minimum=1, reading="En i veckan.")

    text = squeezed(ALL[form](FORMATS[form].render(evaluation_of(promise))).text)

    assert squeezed("Enligt det ursprungliga målet: Ej uppfyllt, ") in text
