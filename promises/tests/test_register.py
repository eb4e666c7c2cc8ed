"""The class register: all or none, nothing doubled, nothing overwritten unseen, nothing lost."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from history.models import Change
from promises.models import SchoolClass
from promises.registering import NewClass, StaleClassError, close_class, correct_class, register_classes
from promises.tests.factories import PromiseFactory, SchoolClassFactory, SchoolFactory, TargetFactory

pytestmark = pytest.mark.django_db

NUL = "5\x00A"


@pytest.fixture
def school(actors):
    return SchoolFactory(promise=actors.promise)


@pytest.fixture
def school_class(school):
    return SchoolClassFactory(school=school, label="5A", pupils=24)


@pytest.fixture
def coordinator(actors, client):
    client.force_login(actors.coordinator)
    return actors.coordinator


def register(actors, school, *labels, year=2019, grade=5, who="coordinator"):
    classes = [NewClass(label, 20) for label in labels]
    return register_classes(access=actors.access(who), school=school, year=year, grade=grade, classes=classes)


def correct(actors, row, *, who="coordinator", **fields):
    values = {
        "label": row.label,
        "grade": row.grade,
        "pupils": row.pupils,
        "version": row.version,
        "reason": "Fel antal",
    }
    return correct_class(access=actors.access(who), school_class=row, **(values | fields))


def close(actors, row, day, *, reason="Slogs ihop med 5B.", version=None):
    version = row.version if version is None else version
    return close_class(
        access=actors.access("coordinator"), school_class=row, day=day, version=version, reason=reason
    )


def sent(school, *rows, **fields):
    """What the page sends: the rows that are there, and empty ones."""
    data = {"school": school.pk, "school_year": 2019, "grade": 5} | fields
    for number in range(6):
        label, pupils = rows[number] if number < len(rows) else ("", "")
        data |= {f"rows-{number}-label": label, f"rows-{number}-pupils": pupils}
    return data


def page_of(actors, name, *args):
    return reverse(f"promises:{name}", args=[actors.promise.slug, *args])


# Registering


def test_register_classes_keeps_who_and_what(actors, school):
    first, second = register(actors, school, "5A", " 5B ")

    assert (first.label, second.label) == ("5A", "5B")
    [trace] = Change.objects.of(second)
    assert trace.by == actors.coordinator
    assert trace.promise_id == actors.promise.pk
    assert trace.values["pupils"] == [None, 20]
    assert trace.values["year_label"] == [None, "2019/20"]


@pytest.mark.parametrize("spelled", ["5A", "5a", "5 A", " 5a "])
def test_class_that_is_there_in_any_spelling_is_refused_and_nothing_is_stored(actors, school, spelled):
    register(actors, school, "5A")

    with pytest.raises(ValidationError) as refused:
        register(actors, school, "5B", spelled)

    assert list(refused.value.message_dict) == ["row 2"]
    assert SchoolClass.objects.count() == 1
    assert Change.objects.count() == 1


def test_class_twice_in_one_sending_is_refused(actors, school):
    with pytest.raises(ValidationError) as refused:
        register(actors, school, "5A", "5 a")

    assert list(refused.value.message_dict) == ["row 2"]
    assert SchoolClass.objects.count() == 0


def test_same_label_in_another_year_and_school_is_another_class(actors, school):
    register(actors, school, "5A")
    register(actors, school, "5A", year=2020)
    register(actors, SchoolFactory(promise=actors.promise, name="Annan skola"), "5A")

    assert SchoolClass.objects.count() == 3


@pytest.mark.parametrize(("year", "fits"), [(2017, False), (2018, True), (2020, True), (2021, False)])
def test_school_year_touches_the_period(actors, school, year, fits):
    if fits:
        assert register(actors, school, "5A", year=year)
    else:
        with pytest.raises(ValidationError, match="utanför löftets period"):
            register(actors, school, "5A", year=year)


def test_register_classes_without_any_is_refused(actors, school):
    with pytest.raises(ValidationError):
        register(actors, school)


@pytest.mark.parametrize("who", ["officer", "staff", "contributor", "signatory"])
def test_only_coordinators_write_the_register(actors, school, school_class, who):
    with pytest.raises(PermissionDenied):
        register(actors, school, "5B", who=who)
    with pytest.raises(PermissionDenied):
        correct(actors, school_class, label="5C", who=who)


def test_school_and_class_of_another_promise_are_refused(actors):
    other = SchoolClassFactory(school=SchoolFactory(promise=PromiseFactory(), name="Annan skola"))

    with pytest.raises(PermissionDenied):
        register(actors, other.school, "5B")
    with pytest.raises(PermissionDenied):
        correct(actors, other, label="5C")
    with pytest.raises(PermissionDenied):
        close(actors, other, date(2019, 9, 1))


# Correcting and closing


def test_correct_class_keeps_old_new_and_why(actors, school_class):
    row = correct(actors, school_class, pupils=25, reason=" Räknade om ")

    assert (row.pupils, row.version) == (25, 2)
    [trace] = Change.objects.of(row)
    assert trace.values == {"pupils": [24, 25]}
    assert trace.reason == "Räknade om"


def test_number_of_pupils_can_become_unknown(actors, school_class):
    assert correct(actors, school_class, pupils=None).pupils is None


def test_second_of_two_is_told_and_writes_nothing(actors, school_class):
    correct(actors, school_class, pupils=25)

    with pytest.raises(StaleClassError) as stale:
        correct(actors, school_class, pupils=26, version=1)

    assert stale.value.current.pupils == 25
    school_class.refresh_from_db()
    assert school_class.pupils == 25


def test_same_correction_sent_twice_is_one(actors, school_class):
    for _ in range(2):
        row = correct(actors, school_class, pupils=25, version=1)

    assert row.version == 2
    assert Change.objects.of(row).count() == 1


def test_correction_that_changes_nothing_leaves_no_trace(actors, school_class):
    assert correct(actors, school_class).version == 1
    assert not Change.objects.of(school_class).exists()


def test_corrected_name_is_refused_where_another_class_has_it(actors, school, school_class):
    other = SchoolClassFactory(school=school, label="5B")

    with pytest.raises(ValidationError, match="finns redan i registret"):
        correct(actors, other, label="5 a")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "se mejl från a@example.se"])
def test_correction_needs_a_reason_without_personal_data(actors, school_class, reason):
    with pytest.raises(ValidationError) as refused:
        correct(actors, school_class, pupils=25, reason=reason)

    assert list(refused.value.message_dict) == ["why"]


@pytest.mark.parametrize("day", [date(2019, 7, 1), date(2020, 6, 30)])
def test_class_can_end_on_the_first_and_last_day_of_its_year(actors, school_class, day):
    row = close(actors, school_class, day)

    assert (row.closed_on, row.closed_reason) == (day, "Slogs ihop med 5B.")
    [trace] = Change.objects.of(row)
    assert trace.values["closed_on"] == [None, day.isoformat()]


@pytest.mark.parametrize("day", [date(2019, 6, 30), date(2020, 7, 1)])
def test_class_cannot_end_outside_its_year(actors, school_class, day):
    with pytest.raises(ValidationError) as refused:
        close(actors, school_class, day)

    assert list(refused.value.message_dict) == ["closed_on"]


def test_ended_class_can_go_on_after_all(actors, school_class):
    row = close(actors, school_class, date(2020, 1, 7))

    row = close(actors, row, None, reason="Fel klass")

    assert (row.closed_on, row.closed_reason) == (None, "")
    assert Change.objects.of(row).first().values["closed_on"] == ["2020-01-07", None]


# Pages


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("officer", (200, 403)),
        ("staff", (200, 403)),
        ("contributor", (200, 403)),
        ("signatory", (200, 403)),
        ("coordinator", (200, 200)),
        ("city_coordinator", (200, 200)),
        ("stranger", (404, 404)),
        ("administrator", (404, 404)),
    ],
)
def test_who_sees_and_who_writes(client, actors, school_class, who, answers):
    see, write = answers
    client.force_login(getattr(actors, who))
    writing = [
        page_of(actors, "class_create"),
        page_of(actors, "class_correct", school_class.pk),
        page_of(actors, "class_close", school_class.pk),
    ]

    assert client.get(page_of(actors, "class_list")).status_code == see
    assert {client.get(url).status_code for url in writing} == {write}
    assert {client.post(url, {}).status_code for url in writing} == {write}
    assert SchoolClass.objects.get() == school_class


def test_page_registers_the_rows_that_are_filled_in(client, actors, school, coordinator):
    answer = client.post(
        page_of(actors, "class_create"), sent(school, ("5A", "24"), ("", ""), ("5B", "")), follow=True
    )

    assert [(row.label, row.pupils) for row in SchoolClass.objects.all()] == [("5A", 24), ("5B", None)]
    assert "Nu i registret: 5A, 5B" in answer.content.decode()


def test_second_press_stores_nothing_more_and_says_so(client, actors, school, coordinator):
    for _ in range(2):
        answer = client.post(page_of(actors, "class_create"), sent(school, ("5A", "24"), ("5B", "")))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "5A finns redan i registret" in page
    assert 'href="#id_rows-1-label"' in page
    assert SchoolClass.objects.count() == 2


@pytest.mark.parametrize(
    "pupils", ["-1", "0", "1.5", "1,5", "61", "1000000000", "många", "1e3", "\x00", "9" * 5000]
)
def test_number_of_pupils_that_is_none_is_refused_at_its_field(client, actors, school, coordinator, pupils):
    answer = client.post(page_of(actors, "class_create"), sent(school, ("5A", "24"), ("5B", pupils)))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="#id_rows-1-pupils"' in page
    assert "heltal från 1 till 60" in page
    assert 'value="5A"' in page
    assert not SchoolClass.objects.exists()


@pytest.mark.parametrize(
    "label", ["x" * 21, NUL, "ABC 123", "Anna 0701234567", "19900101-1234", "a@example.se"]
)
def test_class_name_that_is_none_is_refused_at_its_field(client, actors, school, coordinator, label):
    answer = client.post(page_of(actors, "class_create"), sent(school, (label, "24")))

    assert answer.status_code == 200
    assert 'href="#id_rows-0-label"' in answer.content.decode()
    assert not SchoolClass.objects.exists()


def test_pupils_without_a_class_are_refused(client, actors, school, coordinator):
    answer = client.post(page_of(actors, "class_create"), sent(school, ("", "24")))

    assert 'href="#id_rows-0-label"' in answer.content.decode()


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("school_year", "2017"), ("school_year", "2021"), ("school_year", "x"), ("school_year", ""),
        ("grade", "-1"), ("grade", "10"), ("grade", "fem"), ("grade", "5.5"), ("grade", ""),
        ("school", "0"), ("school", "x"), ("school", ""), ("school", str(10**30)), ("school", "\x00"),
    ],
)  # fmt: skip
def test_head_of_the_page_is_judged_too(client, actors, school, name, value):
    answer = client.post(page_of(actors, "class_create"), sent(school, ("5A", "24")) | {name: value})

    assert answer.status_code == 200
    assert f'href="#id_{name}"' in answer.content.decode()
    assert not SchoolClass.objects.exists()


def test_school_of_another_promise_by_an_edited_request_is_no_choice(client, actors, school, coordinator):
    other = SchoolFactory(promise=PromiseFactory(), name="Hemliga skolan")

    answer = client.post(page_of(actors, "class_create"), sent(other, ("5A", "24")))

    assert 'href="#id_school"' in answer.content.decode()
    assert "Hemliga skolan" not in answer.content.decode()
    assert not SchoolClass.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"rows-TOTAL_FORMS": "1000000000", "rows-INITIAL_FORMS": "-1"},
        {"rows-6-label": "5C", "rows-6-pupils": "20"},
        {"rows-x-label": "5C"},
    ],
)
def test_rows_nobody_offered_are_passed_over(client, actors, school, coordinator, more):
    client.post(page_of(actors, "class_create"), sent(school, ("5A", "24")) | more)

    assert [row.label for row in SchoolClass.objects.all()] == ["5A"]


def test_nothing_sent_at_all_is_an_error_and_no_crash(client, actors, school, coordinator):
    answer = client.post(page_of(actors, "class_create"), {})

    assert answer.status_code == 200
    assert 'class="error-summary"' in answer.content.decode()


def test_title_of_the_page_says_that_something_is_wrong(client, actors, school, coordinator):
    answer = client.post(page_of(actors, "class_create"), sent(school, ("5A", "0")))

    assert "<title>Fel: " in answer.content.decode()


def test_link_of_an_empty_year_chooses_school_and_year(client, actors, coordinator):
    TargetFactory(coverage=True, commitment__promise=actors.promise, commitment__class_meeting=True)
    SchoolFactory(promise=actors.promise)
    second = SchoolFactory(promise=actors.promise, name="Kroksbäcksskolan")

    page = client.get(
        page_of(actors, "class_create"), {"school": second.pk, "school_year": 2020}
    ).content.decode()

    assert f'<option value="{second.pk}" selected>' in page
    assert '<option value="2020" selected>' in page
    assert 'name="grade" value="5"' in page


@pytest.mark.parametrize("value", ["x", "\x00", str(10**30), "-1"])
def test_edited_link_only_chooses_nothing(client, actors, school, coordinator, value):
    assert (
        client.get(page_of(actors, "class_create"), {"school": value, "school_year": value}).status_code
        == 200
    )


def test_page_corrects_a_class_and_shows_its_history(client, actors, school_class, coordinator):
    url = page_of(actors, "class_correct", school_class.pk)

    client.post(url, {"label": "5A", "grade": 5, "pupils": "23", "why": "En flyttade", "version": 1})

    page = client.get(url).content.decode()
    assert "24 → 23" in page
    assert "En flyttade" in page


def test_whoever_was_second_keeps_what_they_typed_and_can_save_again(
    client, actors, school_class, coordinator
):
    url = page_of(actors, "class_correct", school_class.pk)
    typed = {"label": "5A", "grade": 5, "pupils": "22", "why": "Två flyttade", "version": 1}
    correct(actors, school_class, pupils=25)

    answer = client.post(url, typed)

    page = answer.content.decode()
    assert "Någon annan har ändrat klassen" in page
    assert "elever 25" in page
    assert 'value="22"' in page
    assert 'value="Två flyttade"' in page
    assert 'name="version" value="2"' in page
    client.post(url, typed | {"version": 2})
    school_class.refresh_from_db()
    assert school_class.pupils == 22


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"version": "x"}, "version"),
        ({"version": ""}, "version"),
        ({"version": str(10**30)}, "__all__"),
        ({"pupils": "-1"}, "pupils"),
        ({"label": ""}, "label"),
        ({"label": NUL}, "label"),
        ({"label": "x" * 21}, "label"),
        ({"grade": "12"}, "grade"),
        ({"why": ""}, "why"),
        ({"why": "a\x00"}, "why"),
        ({"why": "x" * 201}, "why"),
        ({"why": "Anna, 19900101-1234"}, "why"),
    ],
)
def test_bad_correction_is_refused_at_its_field(client, actors, school_class, fields, at):
    typed = {"label": "5A", "grade": 5, "pupils": "22", "why": "Två flyttade", "version": 1} | fields

    answer = client.post(page_of(actors, "class_correct", school_class.pk), typed)

    assert list(answer.context["form"].errors) == [at]
    school_class.refresh_from_db()
    assert school_class.version == 1


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"closed_on": "2020-02-31"}, "closed_on"),
        ({"closed_on": "2020-07-01"}, "closed_on"),
        ({"closed_on": "0001-01-01"}, "closed_on"),
        ({"closed_on": ""}, "closed_on"),
        ({"closed_on": "\x00"}, "closed_on"),
        ({"why": ""}, "why"),
        ({"version": "2"}, "__all__"),
    ],
)
def test_bad_end_is_refused_at_its_field(client, actors, school_class, fields, at):
    typed = {"closed_on": "2020-01-07", "why": "Slogs ihop med 5B.", "version": 1} | fields

    answer = client.post(page_of(actors, "class_close", school_class.pk), typed)

    assert list(answer.context["form"].errors) == [at]
    school_class.refresh_from_db()
    assert school_class.closed_on is None


def test_page_ends_a_class_and_lets_it_go_on(client, actors, school_class, coordinator):
    url = page_of(actors, "class_close", school_class.pk)

    client.post(url, {"closed_on": "2020-01-07", "why": "Slogs ihop med 5B.", "version": 1})
    assert (
        "Upphörde 2020-01-07: Slogs ihop med 5B."
        in client.get(page_of(actors, "class_list")).content.decode()
    )

    client.post(url, {"closed_on": "", "why": "Fel klass", "version": 2})
    school_class.refresh_from_db()
    assert school_class.closed_on is None


def test_class_of_another_promise_is_not_found(client, actors, coordinator):
    other = SchoolClassFactory(school=SchoolFactory(promise=PromiseFactory(), name="Annan skola"))

    for name in ("class_correct", "class_close", "class_merge"):
        for pk in (other.pk, 0, 10**30):
            assert client.get(page_of(actors, name, pk)).status_code == 404
            assert client.post(page_of(actors, name, pk), {}).status_code == 404


def test_list_says_what_is_not_known(client, actors, school, coordinator):
    SchoolClassFactory(school=school, school_year=2019, label="5A", pupils=None)

    page = client.get(page_of(actors, "class_list")).content.decode()

    assert "Antal elever: uppgift saknas" in page
    assert page.count("Uppgift saknas ·") == 2  # 2018/19 and 2020/21


def test_list_without_schools_says_so(client, actors, coordinator):
    assert "Löftet nämner inga skolor." in client.get(page_of(actors, "class_list")).content.decode()


def test_reader_is_offered_no_button(client, actors, school_class):
    client.force_login(actors.staff)

    page = client.get(page_of(actors, "class_list")).content.decode()

    assert page_of(actors, "class_create") not in page
    assert page_of(actors, "class_correct", school_class.pk) not in page


@pytest.mark.parametrize("times", [1, 20])
def test_list_takes_as_many_queries_however_long(
    client, actors, coordinator, django_assert_num_queries, times
):
    for number in range(times):
        school = SchoolFactory(promise=actors.promise, name=f"Skola {number}")
        for label in ("5A", "5B"):
            SchoolClassFactory(school=school, label=label)

    with django_assert_num_queries(7):
        client.get(page_of(actors, "class_list"))


def test_errors_are_told_in_the_language_of_the_reader(client, actors, school, coordinator):
    url = page_of(actors, "class_create")

    answer = client.post(url, sent(school, ("5A", "0")), headers={"accept-language": "en"})

    assert "Write a whole number from 1 to 60" in answer.content.decode()
