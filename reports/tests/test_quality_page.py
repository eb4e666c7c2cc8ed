"""The page about the rows: every kind of finding, whose it is, where it leads, for whom, and in how many queries."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.models import Attendance, Evidence
from activities.tests.factories import ActivityFactory, count_again
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    MunicipalityFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.tests.malmo import make_worked_example
from reports.tests.pages import stand_still, text_of

SPRING = date(2019, 3, 1)


@pytest.fixture(autouse=True)
def spring(monkeypatch):
    stand_still(monkeypatch, SPRING)


@pytest.fixture
def page(client, actors):
    def open_as(name="officer", query=""):
        client.force_login(getattr(actors, name))
        return client.get(reverse("reports:quality", args=[actors.promise.slug]) + query)

    return open_as


@pytest.fixture
def visible(actors):
    """Commitment 3, one every fourth week, with a row on time each fortnight."""
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment)
    return commitment


def on_time(**values):
    """A row logged on its own evening."""
    day = values["occurred_on"]
    return ActivityFactory(logged_at=datetime(day.year, day.month, day.day, 18, tzinfo=UTC), **values)


def findings(response, code):
    """The findings of a kind; [] where it stands among what was checked and found well."""
    return next((check.findings for check in response.context["found"] if check.code == code), ())


def codes(response):
    return [check.code for check in response.context["found"]]


def test_quality_of_good_rows_says_what_was_checked(visible, page):
    for day in (5, 20, 45, 58):
        on_time(commitment=visible, occurred_on=date.fromordinal(date(2019, 1, 1).toordinal() + day))

    response = page("staff")

    assert codes(response) == []
    assert "Inget i underlaget behöver någon." in text_of(response)
    assert len(response.context["well"]) == 9
    assert "Kan vara loggat två gånger" in text_of(response)


def test_quality_before_the_promise_begins(visible, page, monkeypatch):
    stand_still(monkeypatch, date(2018, 12, 31))

    response = page()

    assert "Löftet börjar 1 januari 2019." in text_of(response)
    assert (response.context["found"], response.context["well"]) == ([], [])


def test_quality_quiet_for_longer_than_twice_the_usual_gap(visible, page, monkeypatch):
    stand_still(monkeypatch, date(2019, 4, 10))
    on_time(commitment=visible, occurred_on=date(2019, 2, 10))

    response = page()

    (found,) = findings(response, "quiet")
    assert found.text == "Synliga aktiviteter: inget sedan 11 februari 2019, 8 veckor"
    assert found.owner == visible.responsible.name
    assert found.url == reverse("activities:log_form", args=[visible.promise.slug, 3])
    assert "En sak behöver någon. Inget annat misstänkt." in text_of(response)
    stand_still(monkeypatch, date(2019, 4, 9))
    assert findings(page(), "quiet") == ()


@pytest.mark.parametrize("trait", ["on_request", "deliverable"])
def test_quality_nobody_is_late_with_what_is_asked_for_or_done_once(actors, page, monkeypatch, trait):
    stand_still(monkeypatch, date(2019, 6, 30))
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment, **{trait: True})

    assert findings(page(), "quiet") == ()


def test_quality_a_reader_is_led_to_where_they_may_go(visible, page, monkeypatch):
    stand_still(monkeypatch, date(2019, 4, 30))

    (found,) = findings(page("staff"), "quiet")

    assert found.url == reverse("reports:commitment", args=[visible.promise.slug, 3])


def test_quality_months_without_a_number(actors, page):
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=numbers, yearly=True)
    on_time(commitment=numbers, occurred_on=date(2019, 1, 1), month_only=True, quantity=0)

    (found,) = findings(page(), "silent")

    assert found.text == "SoL-anmälningar: uppgift saknas för februari 2019."


def test_quality_window_over_without_a_row(actors, page):
    commitment = CommitmentFactory(promise=actors.promise, number=3)
    TargetFactory(commitment=commitment, window="month", minimum=1)
    on_time(commitment=commitment, occurred_on=date(2019, 2, 3))

    (found,) = findings(page(), "silent")

    assert found.text == "Synliga aktiviteter: uppgift saknas för januari 2019."


def test_quality_planned_and_over_leads_to_the_plans(visible, page, client):
    ActivityFactory(commitment=visible, planned=True, occurred_on=date(2019, 2, 28))
    ActivityFactory(commitment=visible, planned=True, occurred_on=SPRING)

    (found,) = findings(page("staff"), "overdue")

    assert found.text == "Synliga aktiviteter: 1 i planeringen har passerat sitt datum"
    assert client.get(found.url).context["totals"].rows == 1


def test_quality_secret_plans_are_for_the_police(actors, page):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret, planned=True, day=10)

    assert codes(page("officer")) == ["overdue", "quiet"]
    assert codes(page("staff")) == ["quiet"]


def test_quality_twice_names_the_rows_and_who_logged_them(actors, visible, page, client):
    kind, holma = KindFactory(commitment=visible), AreaFactory(promise=actors.promise)
    rows = [
        on_time(commitment=visible, kind=kind, areas=[holma], occurred_on=date(2019, 2, 3), logged_by=user)
        for user in (actors.officer, actors.contributor)
    ]
    on_time(commitment=visible, kind=kind, areas=[holma], occurred_on=date(2019, 2, 4))

    (found,) = findings(page(), "twice")

    assert found.text == "Fotpatrull i Holma 3 februari: 2 rader"
    assert set(found.owner.split(" och ")) == {str(actors.officer), str(actors.contributor)}
    assert {link.url for link in found.rows} == {row.get_absolute_url() for row in rows}
    assert found.hint.endswith("makulera de andra.")
    assert client.get(found.url).context["totals"].rows == 2
    (for_staff,) = findings(page("staff"), "twice")
    assert "vet om det är samma sak" in for_staff.hint


def test_quality_twice_not_voided_rows_or_other_areas(actors, visible, page):
    holma, bellevue = (AreaFactory(promise=actors.promise, name=name) for name in ("Holma", "Bellevue"))
    day = date(2019, 2, 3)
    on_time(commitment=visible, areas=[holma], occurred_on=day)
    on_time(commitment=visible, areas=[bellevue], occurred_on=day)
    on_time(
        commitment=visible,
        areas=[holma],
        occurred_on=day,
        voided_at=datetime(2019, 2, 4, tzinfo=UTC),
        voided_by=actors.officer,
        void_reason="Dubblett",
    )

    assert findings(page(), "twice") == ()


def test_quality_twice_a_month_but_not_two_reports_on_a_day(actors, page):
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    TargetFactory(commitment=numbers, yearly=True)
    for _ in range(2):
        on_time(commitment=numbers, occurred_on=date(2019, 2, 12))
    assert findings(page(), "twice") == ()
    for _ in range(2):
        on_time(commitment=numbers, occurred_on=date(2019, 2, 1), month_only=True, quantity=4)

    (found,) = findings(page(), "twice")

    assert found.text == "4 anmälningar i februari 2019: 2 rader"


def test_quality_twice_two_meetings_with_different_classes_are_two(actors, page):
    meetings = CommitmentFactory(promise=actors.promise, number=1, class_meeting=True)
    school = SchoolFactory(promise=actors.promise)
    TargetFactory(commitment=meetings, coverage=True, schools=[school])
    classes = [SchoolClassFactory(school=school, label=label, school_year=2018) for label in ("5A", "5B")]
    for one in classes:
        row = on_time(commitment=meetings, occurred_on=date(2019, 2, 12), school=school, school_year=2018)
        Attendance.objects.create(activity=row, school_class=one, pupils_present=20)
    assert findings(page(), "twice") == ()

    again = on_time(commitment=meetings, occurred_on=date(2019, 2, 12), school=school, school_year=2018)
    Attendance.objects.create(activity=again, school_class=classes[0], pupils_present=20)

    assert len(findings(page(), "twice")) == 1


def test_quality_large_numbers_say_what_is_usual(visible, page):
    for day in range(3, 9):
        on_time(commitment=visible, occurred_on=date(2019, 2, day), minutes=60)
    slip = on_time(commitment=visible, occurred_on=date(2019, 2, 20), quantity=110, minutes=900)

    quantity, minutes = findings(page(), "large")

    assert quantity.text == "Synliga aktiviteter: 1 rad står för fler än 10"
    assert quantity.hint.startswith("Hälften av raderna har 1 eller färre.")
    assert [(link.text, link.url) for link in quantity.rows] == [("2019-02-20: 110", slip.get_absolute_url())]
    assert minutes.text == "Synliga aktiviteter: 1 rad är längre än 720 minuter"


@pytest.mark.parametrize(("logged", "is_late"), [(date(2019, 1, 24), False), (date(2019, 1, 25), True)])
def test_quality_late_is_more_than_a_fortnight(visible, page, logged, is_late):
    at = datetime.combine(logged, time(12), tzinfo=UTC)
    ActivityFactory(commitment=visible, occurred_on=date(2019, 1, 10), logged_at=at)

    found = findings(page(), "late")

    assert bool(found) is is_late
    if is_late:
        assert found[0].text == "Synliga aktiviteter: den enda raden loggades i efterhand, 15 dagar efter"
        assert [link.text for link in found[0].rows] == ["2019-01-10"]


def test_quality_late_a_plan_is_known_when_it_is_marked_as_done(visible, page):
    ActivityFactory(
        commitment=visible,
        occurred_on=date(2019, 1, 10),
        logged_at=datetime(2019, 1, 2, tzinfo=UTC),
        done_at=datetime(2019, 2, 20, tzinfo=UTC),
    )

    assert len(findings(page(), "late")) == 1


@pytest.mark.parametrize(("logged", "is_late"), [(date(2019, 2, 15), False), (date(2019, 2, 16), True)])
def test_quality_late_a_monthly_number_is_counted_from_the_months_end(actors, page, logged, is_late):
    numbers = CommitmentFactory(promise=actors.promise, number=2, counts_only=True)
    at = datetime.combine(logged, time(12), tzinfo=UTC)
    ActivityFactory(commitment=numbers, occurred_on=date(2019, 1, 1), month_only=True, logged_at=at)

    assert bool(findings(page(), "late")) is is_late


def test_quality_late_after_the_promise_is_told_apart(visible, page, monkeypatch):
    stand_still(monkeypatch, date(2021, 3, 1))
    ActivityFactory(
        commitment=visible, occurred_on=date(2020, 12, 1), logged_at=datetime(2021, 1, 1, 12, tzinfo=UTC)
    )
    ActivityFactory(
        commitment=visible, occurred_on=date(2020, 6, 1), logged_at=datetime(2020, 12, 31, 12, tzinfo=UTC)
    )

    (found,) = findings(page(), "late")

    assert "2 av 2 rader" in found.text
    assert found.hint.startswith("1 av dem loggades efter löftets sista dag.")


def test_quality_register_without_schools_sizes_or_attendance(actors, page):
    meetings = CommitmentFactory(promise=actors.promise, number=1, class_meeting=True)
    school, empty = (SchoolFactory(promise=actors.promise, name=name) for name in ("Holma", "Väster"))
    TargetFactory(commitment=meetings, coverage=True, schools=[school, empty])
    small = SchoolClassFactory(school=school, label="5A", school_year=2018, pupils=10)
    SchoolClassFactory(school=school, label="5B", school_year=2018, pupils=None)
    uncounted = SchoolClassFactory(school=school, label="5C", school_year=2018)
    row = on_time(commitment=meetings, occurred_on=date(2019, 2, 12), school=school, school_year=2018)
    Attendance.objects.create(activity=row, school_class=small, pupils_present=11)
    Attendance.objects.create(activity=row, school_class=uncounted)
    count_again(actors.promise)

    found = findings(page(), "register")

    assert [one.text for one in found] == [
        "Väster: inga klasser för 2018/19",
        "5B på Holma, 2018/19: elevantal saknas",
        "5C på Holma, 2018/19: träffad, men antal elever är inte ifyllt",
        "5A på Holma, 2018/19: fler elever på träffen än i registret",
    ]
    assert {one.url for one in found} == {reverse("promises:class_list", args=[actors.promise.slug])}


def test_quality_area_not_reached_and_rows_without_an_area(actors, visible, page):
    holma, _bellevue = (AreaFactory(promise=actors.promise, name=name) for name in ("Holma", "Bellevue"))
    for day in range(3, 7):
        on_time(commitment=visible, occurred_on=date(2019, 2, day), areas=[holma])
    on_time(commitment=visible, occurred_on=date(2019, 2, 9))

    missing, unplaced = findings(page(), "areas")

    assert missing.text == "Synliga aktiviteter: inget i Bellevue"
    assert unplaced.text == "Synliga aktiviteter: 1 utan område"


def test_quality_evidence_is_told_and_is_no_fault(visible, page):
    for day in (5, 25):
        on_time(commitment=visible, occurred_on=date(2019, 1, day))
    assert page().context["evidence"] == []
    on_time(commitment=visible, occurred_on=date(2019, 2, 9), link="https://example.se/1")

    response = page()

    assert response.context["evidence"] == [
        "Synliga aktiviteter: 1 av 3 rader har en länk, en bild eller en PDF som underlag (33\u00a0%)."
    ]
    assert "Inget i underlaget behöver någon." in text_of(response)


def test_quality_counts_a_row_with_evidence_once_and_none_that_was_taken_away(actors, visible, page):
    shown, taken, _bare = (on_time(commitment=visible, occurred_on=date(2019, 1, day)) for day in (5, 15, 25))
    one = {"kind": "link", "added_by": actors.officer}
    for number in range(2):
        Evidence.objects.create(activity=shown, url=f"https://example.se/{number}", **one)
    Evidence.objects.create(
        activity=taken,
        url="https://example.se/1",
        voided_at=timezone.now(),
        voided_by=actors.officer,
        void_reason="Fel",
        **one,
    )

    assert page().context["evidence"] == [
        "Synliga aktiviteter: 1 av 3 rader har en länk, en bild eller en PDF som underlag (33\u00a0%)."
    ]


def test_quality_shows_twenty_and_counts_the_others(visible, page):
    for day in range(1, 26):
        for _ in range(2):
            on_time(commitment=visible, occurred_on=date(2019, 2, day))

    response = page()

    (check,) = [check for check in response.context["found"] if check.code == "twice"]
    assert (len(check.findings), check.more, check.number) == (20, 5, 25)
    assert "och 5 till" in text_of(response)
    assert "25 saker behöver någon." in text_of(response)


def test_quality_of_an_earlier_day_knows_that_day(visible, page):
    for _ in range(2):
        on_time(commitment=visible, occurred_on=date(2019, 2, 20))

    assert codes(page()) == ["twice"]
    assert codes(page(query="?per=2019-02-19")) == []
    assert page(query="?per=2018-01-01").status_code == 400


def test_quality_is_found_from_the_dashboard(actors, visible, client):
    ActivityFactory(commitment=visible, planned=True, day=1)
    client.force_login(actors.staff)

    content = client.get(reverse("reports:dashboard", args=[actors.promise.slug])).content.decode()

    assert content.count(f'href="{reverse("reports:quality", args=[actors.promise.slug])}"') == 3


def test_quality_query_budget(actors, page):
    make_worked_example(actors.promise)
    page()
    with CaptureQueriesContext(connection) as before:
        page()
    commitment = actors.promise.commitments.get(number=3)
    areas = list(actors.promise.areas.all())
    for day in range(150):
        for _ in range(2):
            ActivityFactory(commitment=commitment, day=day // 3, areas=areas[: 1 + day % 3], quantity=1 + day)

    with CaptureQueriesContext(connection) as after:
        response = page()

    assert "twice" in codes(response)
    # What large rows and rows alike are called is looked up only where there are any.
    assert len(after) <= len(before) + 5
    assert len(after) <= 45
    assert len(response.content) < 80_000


def test_quality_filtered_by_party_has_that_partys_commitments(actors, visible, page):
    other = CommitmentFactory(promise=actors.promise, number=5, responsible=MunicipalityFactory())
    for commitment in (visible, other):
        for _ in range(2):
            on_time(commitment=commitment, occurred_on=date(2019, 2, 20))
    assert len(findings(page(), "twice")) == 2

    response = page(query="?part=malmo-stad")

    (found,) = findings(response, "twice")
    assert "atagande=5" in found.url
    assert len(response.context["found"]) + len(response.context["well"]) == 9


def test_quality_filtered_by_area_checks_single_rows_only(actors, visible, page):
    holma, bellevue = (AreaFactory(promise=actors.promise, name=name) for name in ("Holma", "Bellevue"))
    for area, day in ((holma, 3), (bellevue, 4)):
        for _ in range(2):
            on_time(commitment=visible, occurred_on=date(2019, 2, day), areas=[area])

    response = page(query="?omrade=Holma")

    assert [finding.text for finding in findings(response, "twice")] == [
        "Synliga aktiviteter i Holma 3 februari: 2 rader"
    ]
    assert codes(response) == ["twice"]
    assert [check.code for check in response.context["well"]] == ["large", "late"]
    assert "kontrolleras bara enskilda rader" in text_of(response)


@pytest.mark.parametrize("query", ["?omrade=Atlantis", "?part=ingen", "?typ=x", "?period=2019", "?sida=2"])
def test_quality_filter_that_does_not_exist_is_refused(visible, page, query):
    assert page(query=query).status_code == 400
