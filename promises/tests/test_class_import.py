"""The class register from a file: what is read, what is refused, and that nothing is doubled, lost or half done."""

import io
import zipfile
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from history.models import Change
from promises.class_import.plan import What, make_plan
from promises.class_import.run import Ending, RegisterChanged, origin_of, rows_of, store
from promises.class_import.template import template
from promises.locks import PeriodLocked
from promises.models import Promise, SchoolClass
from promises.registering import NewClass, close_class, register_classes
from promises.tables.faults import InvalidImportError
from promises.tests.factories import (
    MembershipFactory,
    PeriodLockFactory,
    PromiseFactory,
    SchoolClassFactory,
    SchoolFactory,
)

pytestmark = pytest.mark.django_db

HEADER = "skola;läsår;klass;årskurs;elever"
A = "Holmaskolan;2019/20;5A;5;24"
B = "Holmaskolan;2019/20;5B;5;22"
DAY = date(2020, 1, 15)
SECRET = "19900101-1234"


@pytest.fixture
def promise(actors):
    return actors.promise


@pytest.fixture
def school(promise):
    return SchoolFactory(promise=promise)


@pytest.fixture
def coordinator(actors, client):
    client.force_login(actors.coordinator)
    return actors.coordinator


def text_of(*lines, header=HEADER):
    return "\n".join([header, *lines])


def rows_from(promise, *lines, header=HEADER, name="klasser.csv"):
    return rows_of(text_of(*lines, header=header).encode(), name=name, promise=promise)


def take_in(promise, *lines, **options):
    return store(
        rows_from(promise, *lines), origin=origin_of(promise, name="klasser.csv", by=None), **options
    )


def faults_of(promise, *lines, **options):
    with pytest.raises(InvalidImportError) as refused:
        rows_from(promise, *lines, **options)
    return refused.value.faults


def register():
    return [(row.label, row.school_year, row.grade, row.pupils) for row in SchoolClass.objects.order_by("pk")]


def workbook_of(*rows):
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Klasser")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


# --- What is read


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("delimiter", [";", ","])
@pytest.mark.parametrize("bom", [True, False])
def test_csv_of_either_kind(promise, delimiter, bom):
    text = text_of(A).replace(";", delimiter)

    [row] = rows_of(text.encode("utf-8-sig" if bom else "utf-8"), name="a.CSV", promise=promise)

    assert (row.number, row.label, row.year, row.grade, row.pupils) == (2, "5A", 2019, 5, 24)


@pytest.mark.usefixtures("school")
def test_columns_in_any_order_and_without_pupils(promise):
    [row] = rows_from(promise, "5;5A; holmaSKOLAN ;2019/20", header="Årskurs;KLASS;skola;läsår")

    assert (row.label, row.grade, row.pupils) == ("5A", 5, None)


@pytest.mark.usefixtures("school")
def test_workbook_with_numbers_as_numbers(promise):
    data = workbook_of(HEADER.split(";"), ["Holmaskolan", "2019/20", "5A", 5, 24])

    [row] = rows_of(data, name="klasser.xlsx", promise=promise)

    assert (row.grade, row.pupils) == (5, 24)


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("year", ["2019/20", "2019/2020", "2019-20", "2019–2020", "2019 / 20"])
def test_year_as_people_write_it(promise, year):
    [row] = rows_from(promise, f"Holmaskolan;{year};5A;5;24")

    assert row.year == 2019


# --- What is refused


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("Rosengårdsskolan;2019/20;5A;5;24", "skola", "Rosengårdsskolan"),
        (";2019/20;5A;5;24", "skola", None),
        ("Holmaskolan;2017/18;5A;5;24", "läsår", "2017/18"),
        ("Holmaskolan;2021/22;5A;5;24", "läsår", "2021/22"),
        ("Holmaskolan;2019/21;5A;5;24", "läsår", "2019/21"),
        ("Holmaskolan;2019;5A;5;24", "läsår", "2019"),
        ("Holmaskolan;;5A;5;24", "läsår", None),
        ("Holmaskolan;2019/20;;5;24", "klass", None),
        (f"Holmaskolan;2019/20;{'x' * 21};5;24", "klass", "x" * 21),
        ("Holmaskolan;2019/20;5A;fem;24", "årskurs", "fem"),
        ("Holmaskolan;2019/20;5A;;24", "årskurs", None),
        ("Holmaskolan;2019/20;5A;10;24", "årskurs", "10"),
        ("Holmaskolan;2019/20;5A;5;0", "elever", "0"),
        ("Holmaskolan;2019/20;5A;5;-3", "elever", "-3"),
        ("Holmaskolan;2019/20;5A;5;500", "elever", "500"),
        ("Holmaskolan;2019/20;5A;5;61", "elever", "61"),
        ("Holmaskolan;2019/20;5A;5;24,5", "elever", "24,5"),
        ("Holmaskolan;2019/20;5A;5;²", "elever", "²"),
        (f"Holmaskolan;2019/20;5A;5;{'9' * 5000}", "elever", "9" * 5000),
    ],
)
def test_bad_cell_is_named_by_row_column_and_value(promise, line, column, value):
    [fault] = faults_of(promise, B, line)

    assert (fault.row, fault.column, fault.value) == (3, column, value)
    assert fault.reason


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("column", range(5))
def test_personal_data_is_refused_and_not_repeated(promise, column, caplog):
    cells = A.split(";")
    cells[column] = SECRET

    faults = faults_of(promise, ";".join(cells))

    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (2, HEADER.split(";")[column], None)
    ]
    assert SECRET not in str(faults)
    assert SECRET not in caplog.text


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("again", ["5A", "5a", "5 A"])
def test_same_class_twice_names_the_first_row(promise, again):
    [fault] = faults_of(promise, A, B, f"Holmaskolan;2019/20;{again};5;20")

    assert (fault.row, fault.column) == (4, "klass")
    assert "2" in fault.reason


@pytest.mark.usefixtures("school")
def test_same_label_at_another_place_is_another_class(promise):
    SchoolFactory(promise=promise, name="Kroksbäcksskolan")

    assert len(rows_from(promise, A, "Holmaskolan;2020/21;5A;5;24", "Kroksbäcksskolan;2019/20;5A;5;24")) == 3


@pytest.mark.usefixtures("school")
def test_every_fault_of_every_row_at_once(promise):
    faults = faults_of(promise, "Okänd;2019/20;5A;fem;24", B, "Holmaskolan;x;5A;5;500")

    assert [(fault.row, fault.column) for fault in faults] == [
        (2, "skola"),
        (2, "årskurs"),
        (4, "läsår"),
        (4, "elever"),
    ]


@pytest.mark.parametrize("column", ["skola", "läsår", "klass", "årskurs"])
def test_missing_column_is_named(promise, column):
    header = ";".join(name for name in HEADER.split(";") if name != column)

    [fault] = faults_of(promise, "x;x;x;x", header=header)

    assert (fault.row, fault.column) == (1, column)


def test_unknown_column_is_named(promise):
    [fault] = faults_of(promise, f"{A};Anna", header=f"{HEADER};mentor")

    assert "mentor" in fault.reason


@pytest.mark.parametrize("name", ["klasser.xls", "klasser.pdf", "klasser", f"{SECRET}.csv"])
def test_wrong_kind_or_name_of_file(promise, name):
    [fault] = faults_of(promise, A, name=name)

    assert SECRET not in str(fault)


def test_zip_bomb_is_refused(promise, monkeypatch):
    monkeypatch.setattr("promises.tables.xlsx.MAX_UNPACKED", 100_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 1_000_000)

    with pytest.raises(InvalidImportError):
        rows_of(file.getvalue(), name="klasser.xlsx", promise=promise)


@pytest.mark.usefixtures("school")
def test_more_classes_than_any_promise_has(promise, monkeypatch):
    monkeypatch.setattr("promises.class_import.rows.MAX_CLASSES", 1)

    assert len(rows_from(promise, A)) == 1
    assert "1" in faults_of(promise, A, B)[0].reason


# --- What is stored


@pytest.mark.usefixtures("school")
def test_new_classes_are_stored_with_history(actors, promise):
    rows = rows_from(promise, A, B)

    store(rows, origin=origin_of(promise, name="klasser.csv", by=actors.coordinator))

    assert register() == [("5A", 2019, 5, 24), ("5B", 2019, 5, 22)]
    change = Change.objects.of(SchoolClass.objects.first()).get()
    assert (change.by, change.source, change.promise_id) == (
        actors.coordinator,
        "import klasser.csv",
        promise.pk,
    )


@pytest.mark.usefixtures("school")
def test_same_file_twice_adds_nothing(promise):
    take_in(promise, A, B)
    plan = take_in(promise, A, B)

    assert plan.counts == {What.SAME: 2}
    assert Change.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (A, What.SAME),
        ("Holmaskolan;2019/20;5 a;5;24", What.SAME),
        ("Holmaskolan;2019/20;5A;5;", What.SAME),
        ("Holmaskolan;2019/20;5A;5;25", What.CHANGED),
        ("Holmaskolan;2019/20;5A;4;24", What.CHANGED),
        ("Holmaskolan;2020/21;5A;5;24", What.NEW),
        ("Holmaskolan;2019/20;5C;5;24", What.NEW),
    ],
)
def test_plan_says_what_each_row_is(promise, school, line, what):
    SchoolClassFactory(school=school, label="5A", pupils=24)

    [step] = make_plan(rows_from(promise, line), promise).steps

    assert step.what == what


def test_empty_number_takes_none_away(promise, school):
    SchoolClassFactory(school=school, label="5A", pupils=24)

    take_in(promise, "Holmaskolan;2019/20;5A;5;", B)

    assert register() == [("5A", 2019, 5, 24), ("5B", 2019, 5, 22)]


@pytest.mark.parametrize(("day", "before"), [(None, 24), (DAY, 20)])
def test_changes_hold_from_a_day_or_all_the_year(promise, school, day, before):
    SchoolClassFactory(school=school, label="5A", pupils=20)

    take_in(promise, A, B, day=day)

    a, b = SchoolClass.objects.order_by("pk")
    assert (a.pupils_on(date(2020, 1, 14)), a.pupils_on(DAY)) == (before, 24)
    assert b.opened_on == day


def test_day_outside_a_year_of_the_file_stores_nothing(promise, school):
    with pytest.raises(ValidationError) as refused:
        take_in(promise, A, "Holmaskolan;2020/21;5A;5;24", day=DAY)

    assert list(refused.value.message_dict) == ["day"]
    assert register() == []


def test_number_changed_from_a_later_day_is_told_with_its_class(promise, school):
    SchoolClassFactory(school=school, label="5A", pupils=20, earlier_pupils=[["2020-03-01", 19]])

    with pytest.raises(ValidationError, match="5A") as refused:
        take_in(promise, B, A, day=DAY)

    assert list(refused.value.message_dict) == ["day"]
    assert register() == [("5A", 2019, 5, 20)]


def test_absent_are_the_classes_of_the_same_place_and_grade(promise, school):
    other = SchoolFactory(promise=promise, name="Kroksbäcksskolan")
    for fields in (
        {"label": "5C"},
        {"label": "5D", "closed_on": DAY, "closed_reason": "Flyttade."},
        {"label": "4A", "grade": 4},
        {"label": "5C", "school_year": 2020},
        {"label": "5C", "school": other},
    ):
        SchoolClassFactory(**{"school": school} | fields)

    [absent] = make_plan(rows_from(promise, A), promise).absent

    assert str(absent) == "Holmaskolan 5C 2019/20"


def test_file_takes_no_class_away(promise, school):
    SchoolClassFactory(school=school, label="5C", pupils=20)

    take_in(promise, A)

    assert SchoolClass.objects.get(label="5C").closed_on is None


def test_absent_class_ends_where_somebody_says_so(promise, school):
    gone, stays = (SchoolClassFactory(school=school, label=label, pupils=20) for label in ("5C", "5D"))
    plan = make_plan(rows_from(promise, A), promise)

    ending = Ending({gone.pk}, DAY, "Slogs ihop.")
    take_in(promise, A, ending=ending, seen=plan.digest)

    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.closed_on, gone.closed_reason, stays.closed_on) == (DAY, "Slogs ihop.", None)


def test_class_that_has_ended_is_left_as_it_is(promise, school):
    SchoolClassFactory(school=school, label="5A", pupils=20, closed_on=DAY, closed_reason="Flyttade.")

    plan = take_in(promise, A)

    assert plan.counts == {What.ENDED: 1}
    assert register() == [("5A", 2019, 5, 20)]


def test_what_was_not_seen_is_not_stored(actors, promise, school):
    rows = rows_from(promise, A, B)
    seen = make_plan(rows, promise).digest
    register_classes(
        access=actors.access("coordinator"), school=school, year=2019, grade=5, classes=[NewClass("5C", 20)]
    )

    with pytest.raises(RegisterChanged) as changed:
        store(rows, origin=origin_of(promise, name="klasser.csv", by=None), seen=seen)

    assert [str(row) for row in changed.value.plan.absent] == ["Holmaskolan 5C 2019/20"]
    assert register() == [("5C", 2019, 5, 20)]


def test_year_that_is_locked_after_the_promise_was_read_is_shut(actors, promise, school):
    rows = rows_from(promise, A)
    origin = origin_of(promise, name="klasser.csv", by=actors.coordinator)
    PeriodLockFactory(
        promise=Promise.objects.get(pk=promise.pk), first_day=promise.starts_on, last_day=promise.ends_on
    )

    with pytest.raises(PeriodLocked):
        store(rows, origin=origin)

    assert register() == []


@pytest.mark.parametrize("times", [1, 30])
def test_plan_takes_one_query_however_long(promise, school, django_assert_num_queries, times):
    lines = [f"Holmaskolan;2019/20;5{number};5;24" for number in range(times)]
    take_in(promise, *lines)
    rows = rows_from(promise, *lines)

    with django_assert_num_queries(1):
        make_plan(rows, promise)


# --- The pages


def url_of(actors, name="class_import"):
    return reverse(f"promises:{name}", args=[actors.promise.slug])


def send(client, actors, content, name="klasser.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(url_of(actors), {"file": SimpleUploadedFile(name, data)})


def confirm(client, actors, answer, **fields):
    form = answer.context["form"]
    return client.post(
        url_of(actors), {"payload": form["payload"].value(), "seen": form["seen"].value()} | fields
    )


@pytest.mark.usefixtures("coordinator", "school")
def test_page_shows_first_and_stores_then(client, actors):
    answer = send(client, actors, text_of(A, B))

    assert answer.status_code == 200
    assert "2 nya, 0 ändrade, 0 oförändrade" in answer.content.decode()
    assert register() == []

    answer = confirm(client, actors, answer)

    assert (answer.status_code, answer.url) == (302, url_of(actors, "class_list"))
    page = client.get(url_of(actors, "class_list")).content.decode()
    assert "Senast inläst" in page
    assert "2 klasser, 46 elever" in page


@pytest.mark.usefixtures("coordinator", "school")
def test_yes_sent_twice_is_stored_once(client, actors):
    answer = send(client, actors, text_of(A))
    confirm(client, actors, answer)
    again = confirm(client, actors, answer)

    assert again.status_code == 302
    assert Change.objects.count() == 1


@pytest.mark.usefixtures("coordinator", "school")
def test_page_names_faults_and_stores_nothing(client, actors):
    answer = send(client, actors, text_of(A, "Rosengårdsskolan;2019/20;5A;5;500", f"{SECRET};2019/20;5A;5;2"))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "3 fel i filen" in page
    assert "Rosengårdsskolan" in page
    assert "500" in page
    assert SECRET not in page
    assert register() == []


@pytest.mark.usefixtures("coordinator")
def test_page_ends_a_class_that_is_ticked(client, actors, school):
    gone = SchoolClassFactory(school=school, label="5C", pupils=20)
    answer = send(client, actors, text_of(A))

    confirm(client, actors, answer, ending=[gone.pk], ending_day="2020-01-15", why="Slogs ihop.")

    gone.refresh_from_db()
    assert gone.closed_on == DAY


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"ending": ["{pk}"], "why": "Slogs ihop."}, ["ending_day"]),
        ({"ending": ["{pk}"], "ending_day": "2020-01-15"}, ["why"]),
        ({"ending": ["{pk}"], "ending_day": "2020-07-01", "why": "Slogs ihop."}, ["ending_day"]),
        ({"ending": ["{pk}"], "ending_day": "2020-01-15", "why": f"Anna {SECRET}"}, ["why"]),
        ({"ending_day": "2020-01-15"}, ["ending"]),
        ({"ending": ["0"]}, ["ending"]),
        ({"day": "2020-02-31"}, ["day"]),
        ({"day": "2020-07-01"}, ["day"]),
    ],
)
def test_bad_answer_is_told_at_its_field_and_stores_nothing(client, actors, school, fields, at):
    gone = SchoolClassFactory(school=school, label="5C", pupils=20)
    if "ending" in fields:
        fields = fields | {"ending": [one.format(pk=gone.pk) for one in fields["ending"]]}

    answer = confirm(client, actors, send(client, actors, text_of(A)), **fields)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == at
    assert register() == [("5C", 2019, 5, 20)]


@pytest.mark.usefixtures("coordinator")
def test_register_that_changed_meanwhile_is_shown_again(client, actors, school):
    row = SchoolClassFactory(school=school, label="5C", pupils=20)
    answer = send(client, actors, text_of(A))
    close_class(access=actors.access("coordinator"), school_class=row, day=DAY, version=1, reason="Flyttade.")

    answer = confirm(client, actors, answer, ending=[row.pk], ending_day="2020-02-01", why="Slogs ihop.")

    assert answer.status_code == 409
    assert "Registret har ändrats" in answer.content.decode()
    assert SchoolClass.objects.count() == 1
    assert confirm(client, actors, answer).status_code == 302


@pytest.mark.usefixtures("coordinator", "school")
@pytest.mark.parametrize("payload", ["", "x", "a:b:c"])
def test_rows_that_are_not_ours_are_refused(client, actors, payload):
    answer = client.post(url_of(actors), {"payload": payload, "seen": "x"})

    assert answer.status_code == 400
    assert register() == []


@pytest.mark.usefixtures("school")
def test_rows_of_another_promise_are_refused(client, actors, coordinator):
    other = PromiseFactory()
    SchoolFactory(promise=other)
    payload = send(client, actors, text_of(A)).context["form"]["payload"].value()
    MembershipFactory(user=coordinator, promise=other, role="coordinator")
    answer = client.post(
        reverse("promises:class_import", args=[other.slug]), {"payload": payload, "seen": "x"}
    )

    assert answer.status_code == 400


@pytest.mark.usefixtures("coordinator")
def test_page_without_a_file_says_so(client, actors, school):
    answer = client.post(url_of(actors), {})

    assert list(answer.context["form"].errors) == ["file"]


@pytest.mark.usefixtures("school")
def test_file_is_refused_without_csrf_token(actors):
    client = Client(enforce_csrf_checks=True)
    client.force_login(actors.coordinator)

    assert send(client, actors, text_of(A)).status_code == 403
    assert register() == []


@pytest.mark.parametrize("who", ["officer", "staff", "signatory"])
def test_readers_may_not_read_in(client, actors, school, who):
    client.force_login(getattr(actors, who))

    assert send(client, actors, text_of(A)).status_code == 403
    assert client.get(url_of(actors, "class_template")).status_code == 403


# --- The workbook to fill in


def filled(promise, year=2019):
    with CalamineWorkbook.from_filelike(io.BytesIO(template(promise, year))) as book:
        return book.get_sheet_by_name("Klasser").to_python()


def test_template_has_the_register_as_it_stands(promise, school):
    SchoolClassFactory(school=school, label="5A", pupils=24)
    SchoolClassFactory(school=school, label="5B", closed_on=DAY, closed_reason="Flyttade.")
    SchoolClassFactory(school=school, label="5C", school_year=2018)

    assert filled(promise) == [HEADER.split(";"), ["Holmaskolan", "2019/20", "5A", 5.0, 24.0]]


def test_template_proposes_last_years_names_without_numbers(promise, school):
    SchoolClassFactory(school=school, label="5A", school_year=2018, pupils=24)

    assert filled(promise)[1:] == [["Holmaskolan", "2019/20", "5A", 5.0, ""]]


def test_template_can_be_read_in_as_it_is(promise, school):
    SchoolClassFactory(school=school, label="5A", pupils=24)

    rows = rows_of(template(promise, 2019), name="klasser.xlsx", promise=promise)

    assert make_plan(rows, promise).counts == {What.SAME: 1}


def test_template_offers_the_schools(promise, school):
    with zipfile.ZipFile(io.BytesIO(template(promise, 2019))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert "Listor!$A$1:$A$1" in sheet
    assert "Listor!$B$1:$B$3" in sheet


@pytest.mark.usefixtures("coordinator", "school")
def test_template_is_sent_for_a_year_of_the_promise(client, actors):
    answer = client.get(url_of(actors, "class_template"), {"lasar": "2019/20"})

    assert answer["Content-Disposition"].endswith('klasser-2019-20.xlsx"')
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert client.get(url_of(actors, "class_template"), {"lasar": "2017/18"}).status_code == 404


# --- The command


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "klasser.csv"
    path.write_text(text_of(A, B), encoding="utf-8")
    return path


def command(promise, file, *options):
    out = io.StringIO()
    call_command("import_classes", str(file), "--promise", promise.slug, *options, stdout=out)
    return out.getvalue()


def test_command_reads_in_and_tells_what_is_absent(promise, school, file):
    SchoolClassFactory(school=school, label="5C")

    out = command(promise, file)

    assert "2 nya, 0 ändrade, 0 oförändrade." in out
    assert "Holmaskolan 5C 2019/20" in out
    assert SchoolClass.objects.count() == 3
    assert Change.objects.first().source == "import klasser.csv"


@pytest.mark.usefixtures("school")
def test_command_tries_without_storing(promise, file):
    assert "Inget är sparat" in command(promise, file, "--dry-run")
    assert register() == []


@pytest.mark.usefixtures("school")
def test_command_takes_a_day(promise, file):
    command(promise, file, "--from", "2020-01-15")

    assert {row.opened_on for row in SchoolClass.objects.all()} == {DAY}


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize("options", [["--from", "i morgon"], ["--from", "2020-07-01"]])
def test_command_refuses_a_bad_day(promise, file, options):
    with pytest.raises(CommandError):
        command(promise, file, *options)
    assert register() == []


def test_command_names_every_fault(promise, file):
    with pytest.raises(CommandError) as refused:
        command(promise, file)
    assert str(refused.value).count("\n") == 1


@pytest.mark.parametrize(("slug", "name"), [("finns-inte", "klasser.csv"), (None, "finns-inte.csv")])
def test_command_of_nothing(promise, tmp_path, file, slug, name):
    with pytest.raises(CommandError):
        call_command("import_classes", str(tmp_path / name), "--promise", slug or promise.slug)
