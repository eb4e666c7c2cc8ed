"""The overview of all promises: what it says, to whom, from what it keeps, and in how many queries."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.services import void_activity
from activities.tests.factories import ActivityFactory
from history.models import Change
from history.services import record
from promises.choices import Role
from promises.models import Promise
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    MembershipFactory,
    PromiseFactory,
    SchoolClassFactory,
    SchoolFactory,
    TargetFactory,
)
from reports.days import default_as_of
from reports.queries import load_evaluation
from reports.queries.standings import load_standings
from reports.standing import LineStanding, Phase, Standing, standing_of
from reports.status import Status
from reports.tests.malmo import make_worked_example
from reports.tests.pages import AUTUMN, stand_still, text_of

URL = "/loften/"


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    stand_still(monkeypatch)


@pytest.fixture
def read(client, actors):
    def read(name="staff", **values):
        client.force_login(getattr(actors, name))
        return client.get(URL + (f"?{urlencode(values)}" if values else ""))

    return read


def make_promise(actors, *, rows=0, minimum=25, name="Hyllie", **values):
    """One commitment; ``rows`` on the promise's first days. The staff and the officer have a role in it."""
    values = {"starts_on": date(2019, 1, 1), "ends_on": date(2020, 12, 31), **values}
    promise = PromiseFactory(
        title=f"Medborgarlöfte {name}", short_title=name, follow_up_on=values["ends_on"], **values
    )
    AreaFactory(promise=promise, name=name)
    for user, role in ((actors.staff, Role.STAFF), (actors.officer, Role.OFFICER)):
        organisation = user.memberships.first().organisation
        MembershipFactory(user=user, promise=promise, role=role, organisation=organisation)
    commitment = CommitmentFactory(promise=promise, number=1)
    TargetFactory(commitment=commitment, minimum=minimum)
    for day in range(rows):
        ActivityFactory(commitment=commitment, occurred_on=promise.starts_on + timedelta(day))
    return promise


def groups(response):
    assert response.status_code == 200
    return {
        group.code: [line.url.split("/")[2] for line in group.lines] for group in response.context["groups"]
    }


def line_of(response, promise):
    return next(
        line
        for group in response.context["groups"]
        for line in group.lines
        if line.url.endswith(f"/{promise.slug}/")
    )


def headline(response):
    return re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)[1].replace("\u00a0", " ")


# What it says


def test_overview_opens_with_what_needs_somebody(actors, read):
    TargetFactory(commitment=CommitmentFactory(promise=actors.promise, number=1))
    make_promise(actors, rows=25, name="Husie")
    make_promise(actors, rows=25, name="Oxie")

    assert headline(read()) == "Ett av tre pågående löften behöver någon nu: Malmö Väster."


@pytest.mark.parametrize(
    ("behind", "fine", "words"),
    [
        (0, 0, "Inget löfte pågår."),
        (0, 1, "Fint 0 behöver ingen just nu."),
        (1, 0, "Efter 0 behöver någon nu."),
        (0, 2, "Inget av två pågående löften behöver någon nu."),
        (2, 0, "Två av två pågående löften behöver någon nu: Efter 0 och Efter 1."),
        (4, 1, "Fyra av fem pågående löften behöver någon nu."),
    ],
)
def test_overview_answer_by_number(actors, read, behind, fine, words):
    Promise.objects.filter(pk=actors.promise.pk).update(
        starts_on=date(2017, 1, 1), ends_on=date(2018, 12, 31), follow_up_on=date(2018, 12, 31)
    )
    for number in range(behind):
        make_promise(actors, rows=1, name=f"Efter {number}")
    for number in range(fine):
        make_promise(actors, rows=25, name=f"Fint {number}")

    assert headline(read()) == words


def test_overview_without_anything_running_says_what_is_to_begin(actors, read, monkeypatch):
    stand_still(monkeypatch, date(2018, 12, 31))

    assert headline(read()) == "Inget löfte pågår. Ett ska börja."


def test_overview_line_says_how_it_stands(actors, read):
    make_worked_example(actors.promise)

    line = line_of(read(), actors.promise)

    assert (line.answer, line.status) == ("2 av 4 i fas", "behind")
    assert line.about == "Tematräffar"
    assert line.where == "Lokalpolisområde Söder · Malmö stad · " + line.where.split(" · ")[2]
    assert line.period == "jan 2019 – dec 2020"
    assert line.percent == "87"


def test_overview_groups_and_their_order(actors, read):
    behind = make_promise(actors, rows=1, name="Ett")
    at_risk = make_promise(actors, rows=20, name="Två")
    fine = make_promise(actors, rows=25, name="Tre")
    later = make_promise(actors, name="Fyra", starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31))
    soon = make_promise(actors, name="Fem", starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31))
    old = make_promise(actors, rows=3, name="Sex", starts_on=date(2016, 1, 1), ends_on=date(2017, 12, 31))
    newer = make_promise(actors, rows=3, name="Sju", starts_on=date(2016, 1, 1), ends_on=date(2018, 12, 31))

    response = read()

    assert groups(response) == {
        "behover": [behind.slug, at_risk.slug],
        "pagar": [actors.promise.slug, fine.slug],
        "kommande": [soon.slug, later.slug],
        "avslutat": [newer.slug, old.slug],
    }
    assert [group.folded for group in response.context["groups"]] == [False, False, False, True]


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2018, 12, 31), Phase.UPCOMING),
        (date(2019, 1, 1), Phase.RUNNING),
        (date(2020, 12, 30), Phase.NEEDS),
        (date(2020, 12, 31), Phase.ENDED),
        (date(2026, 1, 1), Phase.ENDED),
    ],
)
def test_phase_at_the_edges_of_the_period(actors, read, monkeypatch, today, phase):
    promise = make_promise(actors, rows=3)
    stand_still(monkeypatch, today)

    assert promise.slug in groups(read())[phase]


def test_overview_after_the_period_stands_on_the_last_day(actors, read, monkeypatch):
    promise = make_promise(actors, rows=25)
    ActivityFactory(commitment=promise.commitments.get(), occurred_on=date(2021, 1, 5))
    stand_still(monkeypatch, date(2026, 1, 1))

    line = line_of(read(), promise)

    assert (line.answer, line.status, line.logged) == ("1 av 1 uppfyllda", "kept", "")


def test_overview_before_the_period_says_when_it_begins(actors, read):
    promise = make_promise(actors, starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31))

    line = line_of(read(), promise)

    assert (line.answer, line.status, line.percent) == ("Börjar 1 januari 2021", "upcoming", "0")


def test_overview_of_a_promise_without_commitments(actors, read):
    line = line_of(read(), actors.promise)

    assert (line.answer, line.status) == ("Inga åtaganden än", "")


def test_overview_of_somebody_without_a_role(read):
    assert "Du har ingen roll i något löfte än." in text_of(read("administrator"))


def test_overview_has_the_readers_own_only(actors, read):
    PromiseFactory(title="Någon annans löfte")

    assert groups(read()) == {"pagar": [actors.promise.slug]}
    assert "Någon annans" not in text_of(read())


def test_overview_two_roles_are_one_line(actors, read):
    MembershipFactory(user=actors.staff, promise=actors.promise, role=Role.CONTRIBUTOR)

    assert groups(read()) == {"pagar": [actors.promise.slug]}


def test_overview_in_english(actors, read, client):
    make_promise(actors, rows=25)
    client.cookies["django_language"] = "en"

    assert headline(read()) == "None of two running promises needs somebody now."


# The same as on the promise's own page


def test_standing_is_that_of_the_dashboard(actors):
    make_worked_example(actors.promise)
    others = []
    for window in ("week", "month", "quarter", "promise_year", "term", "half_year", "tertial", "school_year"):
        promise = make_promise(actors, rows=40, name=window, starts_on=date(2019, 2, 13))
        TargetFactory(
            commitment=CommitmentFactory(promise=promise, number=2), kind="rate" if window == "week" else "count",
            window=window, minimum=2,
        )  # fmt: skip
        second = promise.commitments.get(number=2)
        for day in range(0, 500, 9):
            ActivityFactory(
                commitment=second, occurred_on=date(2019, 2, 13) + timedelta(day), quantity=day % 3
            )
        others.append(promise)

    promises = [actors.promise, *others]
    for today in (
        date(2018, 6, 1), date(2019, 1, 1), date(2019, 12, 31), date(2020, 2, 29), AUTUMN, date(2020, 12, 31),
        date(2024, 1, 1),
    ):  # fmt: skip
        found = load_standings(promises, today=today)

        for promise in promises:
            evaluation = load_evaluation(promise, as_of=default_as_of(promise, today), sees_plans=True)
            assert (today, [(line.number, line.status) for line in found[promise.pk].lines]) == (
                today,
                [(line.number, line.status) for line in evaluation.lines],
            )
            assert found[promise.pk].has_rows == any(line.days for line in evaluation.lines)


@pytest.mark.parametrize("today", [date(2019, 3, 1), date(2020, 2, 29), AUTUMN])
def test_standing_keeps_to_the_calendar_of_each_target(actors, today):
    promises = [make_promise(actors, rows=9, name=str(number)) for number in range(2)]
    for number, promise in enumerate(promises):
        TargetFactory(
            commitment=CommitmentFactory(promise=promise, number=2),
            minimum=20,
            calendar="monthly_weights",
            month_weights=f"1 0 0 0 0 0 0 0 0 0 0 {number * 50}",
        )
        ActivityFactory.create_batch(12, commitment=promise.commitments.get(number=2))

    found = load_standings(promises, today=today)

    for promise in promises:
        evaluation = load_evaluation(promise, as_of=today, sees_plans=True)
        assert [line.status for line in found[promise.pk].lines] == [line.status for line in evaluation.lines]


@pytest.mark.parametrize("today", [date(2019, 3, 1), date(2020, 2, 29), AUTUMN, date(2021, 1, 1)])
def test_standing_of_what_is_judged_area_by_area(actors, today):
    promises = [make_promise(actors, rows=9, name=str(number)) for number in range(2)]
    for number, promise in enumerate(promises):
        other = AreaFactory(promise=promise, name="Sofielund")
        commitment = CommitmentFactory(promise=promise, number=2)
        TargetFactory(commitment=commitment, minimum=6, scope="each_area")
        first = promise.areas.exclude(pk=other.pk).get()
        ActivityFactory.create_batch(8, commitment=commitment, areas=[first])
        ActivityFactory.create_batch(7 * number, commitment=commitment, areas=[first, other])

    found = load_standings(promises, today=today)

    for promise in promises:
        evaluation = load_evaluation(promise, as_of=default_as_of(promise, today), sees_plans=True)
        assert [line.status for line in found[promise.pk].lines] == [line.status for line in evaluation.lines]


def test_standing_of_classes_counts_each_once(actors):
    school = SchoolFactory(promise=actors.promise)
    first, second = (SchoolClassFactory(school=school, label=label) for label in ("5A", "5B"))
    meetings = CommitmentFactory(promise=actors.promise, number=1, class_meeting=True)
    TargetFactory(commitment=meetings, coverage=True, schools=[school])
    for school_class in (first, first):
        row = ActivityFactory(commitment=meetings, school=school, school_year=first.school_year)
        row.attendance.create(school_class=school_class, pupils_present=20)

    before = load_standings([actors.promise], today=AUTUMN)[actors.promise.pk]
    evaluation = load_evaluation(actors.promise, as_of=AUTUMN, sees_plans=True)

    assert before.lines[0].status == evaluation.lines[0].status
    assert second.label == "5B"


def test_standing_survives_the_cache_word_for_word():
    standing = Standing(
        (LineStanding(1, "Tematräffar", Status.BEHIND, False), LineStanding(2, "SoL", Status.KEPT, True)),
        True,
        datetime(2020, 9, 1, tzinfo=UTC),
        None,
    )

    assert standing_of(*standing.plain()) == standing
    assert (standing.on_track, standing.kept, standing.worst.number) == (1, 1, 1)


# What is kept


def queries(read, **values):
    with CaptureQueriesContext(connection) as caught:
        response = read(**values)
    assert response.status_code == 200
    return len(caught)


def test_kept_standing_is_read_and_not_worked_out(actors, read):
    make_promise(actors, rows=3)
    cold, warm = queries(read), queries(read)

    assert warm < cold
    with CaptureQueriesContext(connection) as caught:
        read()
    assert not any("activities_activity" in one["sql"] and "SUM" in one["sql"] for one in caught)


def test_write_shows_at_once_and_to_everybody(actors, read):
    promise = make_promise(actors, rows=24)
    for name in ("staff", "officer"):
        assert line_of(read(name), promise).status == "on_pace"

    row = ActivityFactory(commitment=promise.commitments.get())
    record(row, action=Change.Action.CREATED, by=actors.officer, promise_id=promise.pk, old={}, new={})

    for name in ("staff", "officer"):
        assert line_of(read(name), promise).status == "kept"


def test_voided_row_shows_at_once(actors, read):
    commitment = CommitmentFactory(promise=actors.promise, number=1)
    TargetFactory(commitment=commitment)
    rows = ActivityFactory.create_batch(25, commitment=commitment)
    assert line_of(read(), actors.promise).status == "kept"

    void_activity(access=actors.access("coordinator"), activity=rows[0], version=1, reason="Dubbelt")

    assert line_of(read(), actors.promise).status == "on_pace"


def test_next_day_is_worked_out_anew(actors, read, monkeypatch):
    promise = make_promise(actors, rows=22)
    assert line_of(read(), promise).status == "on_pace"

    stand_still(monkeypatch, date(2020, 12, 30))

    assert line_of(read(), promise).status == "at_risk"


def test_write_in_one_promise_leaves_the_others_kept(actors, read):
    one, other = make_promise(actors, rows=3), make_promise(actors, rows=3, name="Oxie")
    read()
    record(
        one, action=Change.Action.CORRECTED, by=actors.officer, promise_id=one.pk, old={"a": 1}, new={"a": 2}
    )

    with CaptureQueriesContext(connection) as caught:
        read()

    judged = [one["sql"] for one in caught if "promises_target" in one["sql"]]
    assert judged
    assert not any(re.search(rf"\b{other.commitments.get().pk}\b", sql) for sql in judged)


# Secrecy


def test_secret_plans_change_nothing_for_the_city(actors, read):
    secret = CommitmentFactory(promise=actors.promise, number=4, confidential=True)
    TargetFactory(commitment=secret)
    ActivityFactory(commitment=secret, logged_at=datetime(2020, 9, 20, 12, tzinfo=UTC))

    def seen():
        return re.sub(r"csrfmiddlewaretoken[^>]*>", "", read("staff").content.decode())

    before = seen()
    plan = ActivityFactory(commitment=secret, planned=True, logged_at=datetime(2020, 9, 28, 12, tzinfo=UTC))
    record(
        plan, action=Change.Action.CREATED, by=actors.officer, promise_id=actors.promise.pk, old={}, new={}
    )

    assert "Senast loggat för 10 dagar sedan" in text_of(read("staff"))
    assert seen() == before
    assert "Senast loggat för 2 dagar sedan" in text_of(read("officer"))
    assert seen() == before


# The filter


@pytest.fixture
def three(actors):
    make_promise(actors, rows=1, name="Hyllie")
    make_promise(actors, rows=25, name="Oxie")
    make_promise(actors, name="Husie", starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31))


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"omrade": "Oxie"}, ["Oxie"]),
        ({"period": "2021"}, ["Husie"]),
        ({"lage": "behover"}, ["Hyllie"]),
        ({"lage": "pagar", "omrade": "Hyllie"}, ["Hyllie"]),
        ({"lage": "kommande"}, ["Husie"]),
        ({"lage": "avslutat"}, []),
        ({"part": "malmo-stad", "period": "2020", "omrade": "Oxie", "lage": ""}, ["Oxie"]),
    ],
)
def test_overview_filter(three, read, values, names):
    response = read(**values)

    titles = [line.title for group in response.context["groups"] for line in group.lines]
    assert titles == [f"Medborgarlöfte {name}" for name in names]
    assert f"{len(names)} av 4 löften" in text_of(response)
    if not names:
        assert "Inget löfte stämmer med filtret." in text_of(response)


@pytest.mark.parametrize(
    ("name", "way"),
    [("omrade", "Oxie"), ("part", "Malmö stad"), ("period", "2021"), ("lage", "Ska börja")],
)
@pytest.mark.parametrize("value", ["atlantis", "x" * 5000, " ", "\x00", "٢٠٢٠", "1e9"])
def test_overview_unknown_value_is_400_with_what_there_is(three, read, name, way, value):
    response = read(**{name: value})

    assert response.status_code == 400
    text = text_of(response)
    assert f"i ”{name}” finns inte här" in text
    assert way in text
    assert len(text) < 2000


@pytest.mark.parametrize(
    "query", ["omrade=Oxie&omrade=Husie", "area=Oxie", "typ=fotpatrull", "per=2019-01-01"]
)
def test_overview_refuses_what_it_does_not_know(three, read, client, query):
    read()

    assert client.get(f"{URL}?{query}").status_code == 400


def test_overview_area_of_somebody_elses_promise_does_not_exist(three, read):
    AreaFactory(name="Sofielund")

    response = read(omrade="Sofielund")

    assert response.status_code == 400
    assert "”Sofielund” i ”omrade” finns inte här" in text_of(response)


# What it costs


def test_overview_query_budget_by_promises(actors, read):
    for number in range(2):
        make_promise(actors, rows=2, name=f"Löfte {number}")
    read()
    warm = queries(read)
    caches["standings"].clear()
    cold = queries(read)
    for number in range(2, 20):
        make_promise(
            actors,
            rows=2,
            name=f"Löfte {number}",
            starts_on=date(2019, 1, 1 + number),
            ends_on=date(2020, 12, number),
        )
    caches["standings"].clear()

    kept_one_by_one = 5 * 18  # Django's cache in the database stores each key by itself
    assert queries(read) <= cold + kept_one_by_one
    assert queries(read) == warm


def test_load_standings_query_budget(actors, django_assert_num_queries):
    promises = [make_promise(actors, rows=2, name=f"Löfte {number}") for number in range(2)]
    with CaptureQueriesContext(connection) as few:
        load_standings(promises, today=AUTUMN)
    promises += [
        make_promise(actors, rows=20, name=f"Löfte {number}", ends_on=date(2020, 12, number))
        for number in range(2, 20)
    ]

    with django_assert_num_queries(len(few)):
        load_standings(promises, today=AUTUMN)


def test_overview_query_budget_by_rows(actors, read):
    promise = make_promise(actors, rows=3)
    read()
    caches["standings"].clear()
    before = queries(read)
    for day in range(300):
        ActivityFactory(commitment=promise.commitments.get(), occurred_on=date(2019, 3, 1) + timedelta(day))
    caches["standings"].clear()

    assert queries(read) == before


def test_newest_history_row_of_a_promise_is_one_step_in_an_index(actors):
    if connection.vendor != "sqlite":
        pytest.skip("the plan is read as SQLite writes it")
    rows = Change.objects.filter(promise_id=actors.promise.pk).order_by("-pk").values("pk")[:1]

    assert "change_newest_of_promise" in rows.explain()


def test_command_keeps_what_the_overview_asks_for(actors, read, capsys):
    make_promise(actors, rows=3)

    call_command("warm_overview")

    assert capsys.readouterr().out == f"{Promise.objects.count()} löften.\n"
    with CaptureQueriesContext(connection) as caught:
        read()
    assert not any("promises_target" in one["sql"] for one in caught)


def test_overview_is_where_the_start_page_leads(actors, client):
    client.force_login(actors.staff)

    assert reverse("reports:promise_list") == URL
    assert client.get(URL).status_code == 200
