"""What a row says, and what is said about a row that is wrong."""

from datetime import date, time

import pytest

from activities.choices import State
from activities.importer.rows import _unknown
from activities.importer.run import import_file
from activities.models import Activity
from activities.tests.importing import (
    MEETING,
    MONTH,
    SECRET,
    TODAY,
    VISIBLE,
    Files,
    faults,
    full_faults,
    furnish,
)
from history.models import Change
from promises.tests.factories import (
    AreaFactory,
    CommitmentFactory,
    KindFactory,
    PromiseFactory,
    SchoolClassFactory,
)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def promise(db):
    return furnish(PromiseFactory())


def imported(path, promise, **options):
    import_file(path, promise=promise, today=TODAY, **options)
    return Activity.objects.get()


def test_import_reads_every_column(files, promise):
    row = VISIBLE | {
        "id": "blankett-7",
        "tid": "18:30",
        "områden": "Kroksbäck | holma",
        "parter": "malmö stad|Lokalpolisområde Söder",
        "status": "Genomförd",
        "nådda": "35",
        "minuter": "90",
        "anteckning": "Lugnt;\nmånga ute",
        "länk": "https://malmo.se/protokoll",
    }

    activity = imported(files.csv(row), promise)

    assert activity.client_key == "blankett-7"
    assert (activity.occurred_on, activity.starts_at) == (date(2019, 3, 14), time(18, 30))
    assert (activity.quantity, activity.persons_reached, activity.minutes) == (2, 35, 90)
    assert (activity.commitment.number, activity.kind.name) == (3, "Fotpatrull")
    assert {area.name for area in activity.areas.all()} == {"Holma", "Kroksbäck"}
    assert {str(party) for party in activity.parties.all()} == {"Malmö stad", "Lokalpolisområde Söder"}
    assert (activity.state, activity.note) == (State.DONE, "Lugnt;\nmånga ute")
    assert activity.link == "https://malmo.se/protokoll"
    assert activity.logged_by is None


def test_import_keeps_where_the_row_came_from(files, promise):
    activity = imported(files.csv(VISIBLE), promise)

    [trace] = Change.objects.of(activity)
    assert (trace.by, trace.source, trace.promise_id) == (None, "import rader.csv", promise.pk)
    assert trace.values["quantity"] == [None, 2]
    assert trace.values["areas"] == [None, ["Holma"]]


def test_import_class_meeting_keeps_who_was_there(files, promise):
    activity = imported(files.csv(MEETING), promise)

    present = {one.school_class.label: one.pupils_present for one in activity.attendance.all()}
    assert present == {"5A": 23, "5B": 20}
    assert activity.school_year == 2019


def test_import_class_meeting_without_numbers_is_nobody_counted(files, promise):
    activity = imported(files.csv(MEETING | {"elever": ""}), promise)

    assert [one.pupils_present for one in activity.attendance.all()] == [None, None]


def test_import_month_is_its_first_day(files, promise):
    activity = imported(files.csv(MONTH), promise)

    assert (activity.occurred_on, activity.month_only, activity.quantity) == (date(2019, 3, 1), True, 0)


@pytest.mark.django_db
def test_import_first_month_begins_with_the_period(files):
    promise = furnish(PromiseFactory(starts_on=date(2019, 3, 15)))

    assert imported(files.csv(MONTH), promise).occurred_on == date(2019, 3, 15)


def test_import_counts_only_may_name_a_day(files, promise):
    activity = imported(files.csv({"datum": "2019-03-14", "åtagande": "2", "antal": "4"}), promise)

    assert (activity.occurred_on, activity.month_only) == (date(2019, 3, 14), False)


def test_import_without_number_is_one(files, promise):
    assert imported(files.csv(VISIBLE | {"antal": ""}), promise).quantity == 1


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("", "", State.DONE),
        ("PLANERAD", "", State.PLANNED),
        (" inställd ", "Regn", State.CANCELLED),
    ],
)
def test_import_status(files, promise, state, reason, expected):
    assert imported(files.csv(VISIBLE | {"status": state, "orsak": reason}), promise).state == expected


@pytest.mark.parametrize(
    "day", ["2019-02-31", "2019-3-14", "14/3 2019", "20190314", "2019-03-14 10:00", "i går"]
)
def test_import_no_such_day(files, promise, day):
    assert faults(files.csv(VISIBLE | {"datum": day}), promise) == [(2, "datum", day)]


@pytest.mark.parametrize("day", ["2018-12-31", "2021-01-01"])
def test_import_day_outside_the_period(files, promise, day):
    found = faults(files.csv(VISIBLE | {"datum": day, "status": "planerad"}), promise)

    assert found == [(2, "datum", day)]


@pytest.mark.parametrize("day", ["2019-01-01", "2020-12-31"])
def test_import_first_and_last_day_of_the_period(files, promise, day):
    path = files.csv(VISIBLE | {"datum": day})

    assert import_file(path, promise=promise, today=date(2021, 2, 1)).added == 1


def test_import_done_in_the_future(files, promise):
    assert faults(files.csv(VISIBLE | {"datum": "2020-06-02"}), promise) == [(2, "datum", "2020-06-02")]
    assert import_file(files.csv(VISIBLE | {"datum": "2020-06-01"}), promise=promise, today=TODAY).added == 1


@pytest.mark.parametrize("month", ["2018-12", "2021-01", "2019-13", "2019-3", "mars", "2019-03-02"])
def test_import_no_such_month(files, promise, month):
    assert faults(files.csv(MONTH | {"månad": month}), promise) == [(2, "månad", month)]


def test_import_month_typed_in_excel_is_its_first_day(files, promise):
    row = MONTH | {"månad": date(2019, 3, 1), "åtagande": 2, "antal": 4}

    assert imported(files.xlsx(row), promise).when == "2019-03"


def test_import_day_and_month_at_once(files, promise):
    found = faults(files.csv(MONTH | {"datum": "2019-03-14"}), promise)

    assert found == [(2, "månad", "2019-03")]


def test_import_neither_day_nor_month(files, promise):
    assert faults(files.csv(VISIBLE | {"datum": ""}), promise) == [(2, "datum", "")]


def test_import_month_where_a_day_is_needed(files, promise):
    row = VISIBLE | {"datum": "", "månad": "2019-03"}

    assert faults(files.csv(row), promise) == [(2, "månad", "2019-03")]


@pytest.mark.parametrize(
    "number",
    ["-1", "1.5", "1,5", "många", "1000000000", "1e3", "１", "²", "+2", "0x1", "1 000", "99999999999999"],
)
def test_import_number_that_is_none(files, promise, number):
    assert faults(files.csv(VISIBLE | {"antal": number}), promise) == [(2, "antal", number)]


@pytest.mark.parametrize(("number", "expected"), [("0", 0), ("9999", 9999), ("007", 7)])
def test_import_number_at_the_edge(files, promise, number, expected):
    assert imported(files.csv(VISIBLE | {"antal": number}), promise).quantity == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("minuter", "0"),
        ("minuter", "1441"),
        ("minuter", "en timme"),
        ("nådda", "-1"),
        ("nådda", "100001"),
        ("tid", "25:00"),
        ("tid", "kl 18"),
        ("länk", "javascript:alert(1)"),
        ("länk", "protokoll"),
        ("anteckning", "a" * 2001),
        ("typ", "Vapensök"),
        ("typ", "finns inte"),
        ("områden", "Rosengård"),
        ("parter", "Lunds kommun"),
        ("status", "klar"),
        ("orsak", "Regn"),
        ("skola", "Holmaskolan"),
        ("läsår", "2019"),
        ("klasser", "5A"),
        ("elever", "20"),
        ("åtagande", "9"),
        ("åtagande", "tre"),
        ("åtagande", "0"),
        ("id", "x" * 65),
    ],
)
def test_import_bad_cell_is_named(files, promise, column, value):
    """One fault for one cell, and the cell is the one that is named."""
    assert faults(files.csv(VISIBLE | {column: value}), promise) == [(2, column, value)]
    assert not Activity.objects.exists()


def test_import_bad_link_says_once_what_to_write(files, promise):
    [fault] = full_faults(files.csv(VISIBLE | {"länk": "www.malmo.se"}), promise)

    assert fault.reason == "Det här är ingen länk. Skriv hela adressen, till exempel https://polisen.se."


def test_import_without_commitment_lists_those_there_are(files, promise):
    [fault] = full_faults(files.csv(VISIBLE | {"åtagande": ""}), promise)

    assert (fault.column, "1, 2, 3, 4" in fault.reason) == ("åtagande", True)


def test_import_unknown_name_lists_the_known_ones(files, promise):
    [fault] = full_faults(files.csv(VISIBLE | {"områden": "Holma|Rosengård"}), promise)

    assert fault.value == "Rosengård"
    assert "Holma, Kroksbäck" in fault.reason


def test_import_names_of_another_promise_do_not_exist(files, promise):
    other = PromiseFactory()
    AreaFactory(promise=other, name="Rosengård")
    KindFactory(commitment=CommitmentFactory(promise=other, number=5), name="Ridande polis")
    SchoolClassFactory(school__promise=other, school__name="Rosengårdsskolan", label="5C")

    for row in (
        VISIBLE | {"områden": "Rosengård"},
        VISIBLE | {"typ": "Ridande polis"},
        VISIBLE | {"åtagande": "5"},
    ):
        [fault] = full_faults(files.csv(row), promise)
        assert "Rosengård" not in fault.reason
        assert "Ridande" not in fault.reason
    assert faults(files.csv(MEETING | {"skola": "Rosengårdsskolan"}), promise) == [
        (2, "skola", "Rosengårdsskolan")
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"klasser": "5A|5A"}, [(2, "klasser", "5A|5A")]),
        ({"klasser": "5A|5C"}, [(2, "klasser", "5C")]),
        ({"elever": "25|20"}, [(2, "klasser", "5A|5B")]),
        ({"elever": "0|20"}, [(2, "klasser", "5A|5B")]),
        ({"elever": "20"}, [(2, "elever", "20")]),
        ({"elever": "20|tjugo"}, [(2, "elever", "tjugo")]),
        ({"läsår": "2019/21"}, [(2, "läsår", "2019/21")]),
        ({"läsår": "2018/19"}, [(2, "läsår", "2018/19"), (2, "klasser", "5A")]),
        ({"läsår": ""}, [(2, "läsår", None), (2, "klasser", "5A|5B")]),
        ({"skola": ""}, [(2, "skola", None), (2, "klasser", "5A|5B")]),
        ({"klasser": "", "elever": ""}, [(2, "klasser", None)]),
        ({"områden": "Holma"}, [(2, "områden", "Holma")]),
    ],
)
def test_import_class_meeting_refused(files, promise, changed, expected):
    assert faults(files.csv(MEETING | changed), promise) == expected


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"antal": ""}, "antal"),
        ({"anteckning": "pojke"}, "anteckning"),
        ({"nådda": "3"}, "nådda"),
        ({"minuter": "30"}, "minuter"),
        ({"tid": "10:00"}, "tid"),
        ({"parter": "Malmö stad"}, "parter"),
        ({"länk": "https://malmo.se/"}, "länk"),
        ({"status": "planerad"}, "status"),
        ({"områden": "Holma|Kroksbäck"}, "områden"),
        ({"typ": "Fotpatrull"}, "typ"),
    ],
)
def test_import_numbers_about_children_are_numbers_only(files, promise, changed, column):
    assert [one[:2] for one in faults(files.csv(MONTH | changed), promise)] == [(2, column)]


def test_import_cancelled_without_reason(files, promise):
    assert faults(files.csv(VISIBLE | {"status": "inställd"}), promise) == [(2, "orsak", None)]


def test_import_names_every_fault_of_every_row(files, promise):
    path = files.csv(
        VISIBLE,
        VISIBLE | {"antal": "många", "områden": "Rosengård"},
        VISIBLE | {"id": "samma"},
        VISIBLE | {"datum": "2019-02-31", "typ": "?"},
        VISIBLE | {"id": "samma"},
    )

    assert faults(path, promise) == [
        (3, "antal", "många"),
        (3, "områden", "Rosengård"),
        (5, "datum", "2019-02-31"),
        (5, "typ", "?"),
        (6, "id", "samma"),
    ]
    assert not Activity.objects.exists()
    assert not Change.objects.exists()


def test_import_same_id_twice_names_both_rows(files, promise):
    [fault] = full_faults(
        files.csv(VISIBLE | {"id": "a"}, VISIBLE | {"id": "b"}, VISIBLE | {"id": "a"}), promise
    )

    assert (fault.row, fault.value) == (4, "a")
    assert "2" in fault.reason


PRIVATE = ["19800101-1234", "förnamn@example.se", "070-123 45 67", "ABC123", "5000-K123456-19"]


@pytest.mark.parametrize("text", PRIVATE)
@pytest.mark.parametrize(
    "column", ["anteckning", "orsak", "skola", "länk", "id", "områden", "klasser", "status", "antal"]
)
def test_import_personal_data_is_refused_and_not_repeated(files, promise, caplog, column, text):
    found = full_faults(files.csv(VISIBLE | {column: f"Ring {text}"}), promise)

    said = "\n".join(map(str, found))
    assert (2, column, None) in [(one.row, one.column, one.value) for one in found]
    assert text not in said
    assert text not in caplog.text
    assert f"import:{column}" in caplog.text


def test_import_ids_of_our_own_are_not_taken_for_numbers_of_persons(files, promise):
    key = "80010112-3412-4123-8123-070123456789"

    assert imported(files.csv(VISIBLE | {"id": key}), promise).client_key == key


def test_import_by_somebody_without_plans_refuses_a_plan(files, actors):
    furnish(actors.promise)
    path = files.csv(SECRET)

    assert faults(path, actors.promise, access=actors.access("city_coordinator")) == [
        (2, "status", "planerad")
    ]
    assert imported(path, actors.promise, access=actors.access("officer")).logged_by == actors.officer


def test_import_id_of_a_hidden_plan_says_nothing_about_it(files, actors):
    furnish(actors.promise)
    import_file(files.csv(SECRET | {"id": "a"}), promise=actors.promise, today=TODAY)

    access = actors.access("city_coordinator")
    [fault] = full_faults(files.csv(VISIBLE | {"id": "a"}), actors.promise, access=access)

    assert (fault.row, fault.column) == (2, "id")
    for word in ("Vapensök", "planerad", "2020-05-01", "→"):
        assert word not in str(fault)


def test_import_knows_an_area_by_the_city_s_name_too(files, promise):
    bellevue = AreaFactory(promise=promise, name="Bellevue", official_name="Bellevuegården")

    activity = imported(files.csv(VISIBLE | {"områden": "bellevuegården"}), promise)

    assert list(activity.areas.all()) == [bellevue]


def test_import_the_promise_s_own_name_of_an_area_goes_first(files, promise):
    """The city's "Holma" may be what the promise calls something else."""
    AreaFactory(promise=promise, name="Södra Holma", official_name="Holma")

    activity = imported(files.csv(VISIBLE | {"områden": "Holma"}), promise)

    assert [area.name for area in activity.areas.all()] == ["Holma"]


def test_import_same_area_under_both_names_stands_twice(files, promise):
    AreaFactory(promise=promise, name="Bellevue", official_name="Bellevuegården")

    assert faults(files.csv(VISIBLE | {"områden": "Bellevue|Bellevuegården"}), promise)[0][1] == "områden"


def test_a_long_list_of_names_says_that_there_are_more():
    assert _unknown("abcdefghijkl").endswith("De som finns är: a, b, c, d, e, f, g, h, i, j, k, l.")
    assert _unknown("abcdefghijklm").endswith(
        "De som finns är: a, b, c, d, e, f, g, h, i, j, k, l med flera."
    )
