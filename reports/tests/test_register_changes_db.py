"""A dated change of the register, from the database to the page and the six files."""

import json
from datetime import date

import jsonschema
import pytest
from django.conf import settings
from django.urls import reverse

from activities.models import Attendance
from activities.tests.factories import ActivityFactory, count_again
from promises.registering import merge_classes
from promises.tests.factories import CommitmentFactory, SchoolClassFactory, SchoolFactory, TargetFactory
from reports.queries import load_evaluation
from reports.renderers import FORMATS
from reports.tests.read_back import READERS

pytestmark = pytest.mark.django_db

MERGED = date(2020, 1, 15)
NOTE = "Holmaskolan: 5B sammanslagen med 5A 2020-01-15"
SCHEMA = json.loads((settings.BASE_DIR / "reports" / "schema" / "evaluation-1.json").read_text())


@pytest.fixture
def merged(actors):
    """5B was met and went into 5A, which was not."""
    school = SchoolFactory(promise=actors.promise)
    commitment = CommitmentFactory(promise=actors.promise, class_meeting=True, number=1)
    TargetFactory(commitment=commitment, coverage=True, schools=[school])
    a, b = (SchoolClassFactory(school=school, label=label, pupils=20) for label in ("5A", "5B"))
    met(commitment, b, date(2019, 10, 8))
    merge_classes(
        access=actors.access("coordinator"),
        classes=[a, b],
        label="5A",
        pupils=40,
        day=MERGED,
        reason="För få elever.",
    )
    return commitment


def met(commitment, school_class, day):
    row = ActivityFactory(
        commitment=commitment,
        occurred_on=day,
        school=school_class.school,
        school_year=school_class.school_year,
    )
    Attendance.objects.create(activity=row, school_class=school_class, pupils_present=18)
    count_again(commitment.promise)


def window_of(commitment, as_of):
    evaluation = load_evaluation(commitment.promise, as_of=as_of, sees_plans=False)
    return evaluation, evaluation.lines[0].targets[0].progress.windows[1]


def test_merger_is_in_the_numbers_from_its_day(merged):
    _evaluation, before = window_of(merged, date(2020, 1, 14))
    _evaluation, since = window_of(merged, MERGED)

    assert (before.minimum, before.actual, before.pupils, before.missing) == (2, 1, 40, ("Holmaskolan 5A",))
    assert (since.minimum, since.actual, since.pupils, since.missing) == (1, 0, 40, ("Holmaskolan 5A",))
    assert (since.cells[0].part_met_on, since.pupils_met) == (date(2019, 10, 8), 18)


@pytest.mark.parametrize("form", ["html", "docx"])
def test_evaluation_tells_the_merger(merged, form):
    evaluation, _window = window_of(merged, date(2020, 12, 31))

    text = " ".join(READERS[form](FORMATS[form].render(evaluation)).text.split())

    assert NOTE in text
    assert "delvis träffad 2019-10-08" in text


def test_json_tells_the_merger_within_its_schema(merged):
    data = json.loads(FORMATS["json"].render(window_of(merged, date(2020, 12, 31))[0]))

    jsonschema.validate(data, SCHEMA)
    window = data["commitments"][0]["targets"][0]["windows"][1]
    assert [(change["kind"], change["day"]) for change in window["register_changes"]] == [
        ("merged", "2020-01-15"),
        ("pupils", "2020-01-15"),
    ]
    assert window["cells"][0]["part_met_on"] == "2019-10-08"


def test_json_without_changes_has_the_keys_it_always_had(merged):
    data = json.loads(FORMATS["json"].render(window_of(merged, date(2020, 1, 14))[0]))

    window = data["commitments"][0]["targets"][0]["windows"][1]
    assert "register_changes" not in window
    assert not any("part_met_on" in cell for cell in window["cells"])


def test_page_tells_the_merger_from_its_day(client, actors, merged):
    client.force_login(actors.staff)
    url = reverse("reports:commitment", args=[actors.promise.slug, 1])

    assert NOTE in client.get(url, {"per": "2020-01-15"}).content.decode()
    assert NOTE not in client.get(url, {"per": "2020-01-14"}).content.decode()
