"""What changes in the register during a läsår, from a day on: mergers, new classes, other numbers of pupils."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from history.models import Change
from promises.models import SchoolClass
from promises.registering import (
    NewClass,
    StaleClassError,
    close_class,
    correct_class,
    merge_classes,
    register_classes,
)
from promises.tests.factories import PeriodLockFactory, PromiseFactory, SchoolClassFactory, SchoolFactory

pytestmark = pytest.mark.django_db

DAY = date(2020, 1, 15)


@pytest.fixture
def school(actors):
    return SchoolFactory(promise=actors.promise)


@pytest.fixture
def a(school):
    return SchoolClassFactory(school=school, label="5A", pupils=20)


@pytest.fixture
def b(school):
    return SchoolClassFactory(school=school, label="5B", pupils=14)


@pytest.fixture
def coordinator(actors, client):
    client.force_login(actors.coordinator)
    return actors.coordinator


def merge(actors, *classes, who="coordinator", **fields):
    values = {"label": "5A", "pupils": 34, "day": DAY, "reason": "För få elever."} | fields
    return merge_classes(access=actors.access(who), classes=list(classes), **values)


def correct(actors, row, **fields):
    values = {
        "label": row.label,
        "grade": row.grade,
        "pupils": row.pupils,
        "version": row.version,
        "reason": "Ny klasslista",
    }
    return correct_class(access=actors.access("coordinator"), school_class=row, **(values | fields))


def page_of(actors, name, *args):
    return reverse(f"promises:{name}", args=[actors.promise.slug, *args])


# --- Merging


def test_merge_ends_one_and_lets_the_other_go_on(actors, a, b):
    found = merge(actors, a, b)

    b.refresh_from_db()
    assert found == a
    assert (b.closed_on, b.merged_into, b.closed_reason, b.pupils) == (DAY, a, "För få elever.", 14)
    assert (found.closed_on, found.pupils, found.pupils_on(date(2020, 1, 14)), found.pupils_on(DAY)) == (
        None,
        34,
        20,
        34,
    )


def test_merge_into_a_new_class(actors, a, b):
    found = merge(actors, a, b, label=" 5AB ")

    assert (found.label, found.opened_on, found.pupils, found.grade) == ("5AB", DAY, 34, 5)
    rows = SchoolClass.objects.filter(merged_into=found)
    assert {(row.label, row.closed_on) for row in rows} == {("5A", DAY), ("5B", DAY)}


def test_merge_keeps_history_of_each_class(actors, a, b):
    merge(actors, a, b)

    ended, went_on = Change.objects.of(b).get(), Change.objects.of(a).get()
    assert ended.by == actors.coordinator
    assert ended.values["merged_into"] == [None, "Holmaskolan 5A 2019/20"]
    assert (ended.values["closed_on"], ended.reason) == ([None, "2020-01-15"], "För få elever.")
    assert went_on.values == {"pupils": [20, 34], "pupils_from": [None, "2020-01-15"]}


@pytest.mark.parametrize("label", ["5A", "5 a", "5AB"])
def test_merge_twice_is_one_merger(actors, a, b, label):
    first = merge(actors, a, b, label=label)
    again = merge(actors, a, b, label=label)

    assert again == first
    assert SchoolClass.objects.filter(merged_into=first).count() == SchoolClass.objects.count() - 1
    assert Change.objects.of(b).count() == 1


@pytest.mark.parametrize("label", ["5A", "5AB"])
@pytest.mark.parametrize("pupils", [1, 20, 33])
def test_merge_with_a_number_takes_that_number(actors, a, b, label, pupils):
    assert merge(actors, a, b, label=label, pupils=pupils).pupils_on(DAY) == pupils


@pytest.mark.parametrize("label", ["5A", "5AB"])
@pytest.mark.parametrize(("of_b", "together"), [(14, 34), (40, 60), (None, None)])
def test_merge_without_a_number_takes_the_sum_of_what_is_known(actors, a, label, of_b, together):
    b = SchoolClassFactory(school=a.school, label="5B", pupils=of_b)

    assert merge(actors, a, b, label=label, pupils=None).pupils_on(DAY) == together


def test_merge_without_a_number_takes_the_numbers_of_the_day(actors, school, a, b):
    """Not those of the day before it, nor what they became later in the school year."""
    b = correct(actors, b, pupils=16, pupils_from=DAY)
    c = SchoolClassFactory(school=school, label="5C", pupils=4)
    c = correct(actors, c, pupils=9, pupils_from=date(2020, 3, 1))

    assert merge(actors, a, b, c, pupils=None).pupils_on(DAY) == 20 + 16 + 4


def test_sum_that_no_class_can_have_is_told_at_the_number(actors, school, a):
    b = SchoolClassFactory(school=school, label="5B", pupils=41)

    with pytest.raises(ValidationError) as refused:
        merge(actors, a, b, pupils=None)
    assert list(refused.value.message_dict) == ["pupils"]
    assert "61" in refused.value.messages[0]
    assert not SchoolClass.objects.exclude(closed_on=None).exists()


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"day": date(2020, 7, 1)}, "day"),
        ({"day": date(2019, 6, 30)}, "day"),
        ({"reason": " "}, "why"),
        ({"reason": "Anna, 19900101-1234"}, "why"),
        ({"label": ""}, "label"),
        ({"label": "070-123 45 67"}, "label"),
        ({"label": "5C"}, "label"),
        ({"pupils": 61}, "__all__"),
    ],
)
def test_bad_merger_changes_nothing(actors, a, b, fields, at):
    SchoolClassFactory(school=a.school, label="5C")

    with pytest.raises(ValidationError) as refused:
        merge(actors, a, b, **fields)

    assert list(refused.value.message_dict) == [at]
    assert not SchoolClass.objects.exclude(closed_on=None).exists()
    assert not Change.objects.exists()


@pytest.mark.parametrize("days", [(date(2019, 7, 1)), (date(2020, 6, 30))])
def test_merge_on_the_edges_of_the_year(actors, a, b, days):
    assert merge(actors, a, b, day=days) == a


def test_one_class_is_no_merger(actors, a):
    with pytest.raises(ValidationError) as refused:
        merge(actors, a, a)
    assert list(refused.value.message_dict) == ["classes"]


@pytest.mark.parametrize("fields", [{"school_year": 2018}, {"grade": 4}])
def test_classes_of_another_year_or_grade_are_not_merged(actors, school, a, fields):
    other = SchoolClassFactory(school=school, label="5X", **fields)

    with pytest.raises(ValidationError) as refused:
        merge(actors, a, other)
    assert list(refused.value.message_dict) == ["classes"]


def test_ended_class_is_not_merged(actors, a, b):
    close_class(access=actors.access("coordinator"), school_class=b, day=DAY, version=1, reason="Flyttade.")

    with pytest.raises(ValidationError, match="5B"):
        merge(actors, a, b)


def test_class_is_not_merged_before_it_began(actors, school, a):
    new = SchoolClassFactory(school=school, label="5C", opened_on=DAY)

    with pytest.raises(ValidationError) as refused:
        merge(actors, a, new)
    assert list(refused.value.message_dict) == ["day"]


@pytest.mark.parametrize("who", ["officer", "staff", "contributor", "signatory"])
def test_only_coordinators_merge(actors, a, b, who):
    with pytest.raises(PermissionDenied):
        merge(actors, a, b, who=who)


def test_classes_of_another_promise_are_not_merged(actors, a):
    other = SchoolClassFactory(school=SchoolFactory(promise=PromiseFactory(), name="Annan skola"), label="5B")

    with pytest.raises(PermissionDenied):
        merge(actors, a, other)


def test_merged_class_goes_on_after_all(actors, a, b):
    merge(actors, a, b)
    b.refresh_from_db()

    row = close_class(
        access=actors.access("coordinator"), school_class=b, day=None, version=b.version, reason="Fel klass."
    )

    assert (row.closed_on, row.merged_into) == (None, None)


def test_day_of_a_merger_is_not_moved_alone(actors, a, b):
    merge(actors, a, b)
    b.refresh_from_db()

    with pytest.raises(ValidationError) as refused:
        close_class(
            access=actors.access("coordinator"),
            school_class=b,
            day=date(2020, 2, 1),
            version=b.version,
            reason="Fel dag.",
        )
    assert list(refused.value.message_dict) == ["closed_on"]


# --- Numbers of pupils, and new classes


@pytest.mark.parametrize(
    ("day", "before"),
    [(None, 22), (DAY, 20)],
)
def test_number_from_a_day_keeps_the_number_before(actors, a, day, before):
    row = correct(actors, a, pupils=22, pupils_from=day)

    assert (row.pupils_on(date(2020, 1, 14)), row.pupils_on(DAY)) == (before, 22)


def test_numbers_follow_each_other(actors, a):
    row = correct(actors, a, pupils=22, pupils_from=DAY)
    row = correct(actors, row, pupils=25, pupils_from=date(2020, 3, 1))

    days = [date(2019, 8, 20), DAY, date(2020, 2, 29), date(2020, 3, 1)]
    assert [row.pupils_on(day) for day in days] == [20, 22, 22, 25]


def test_number_of_the_same_day_is_corrected(actors, a):
    row = correct(actors, a, pupils=22, pupils_from=DAY)
    row = correct(actors, row, pupils=23, pupils_from=DAY)

    assert row.earlier == ((DAY, 20),)
    assert row.pupils == 23


def test_number_for_all_the_year_takes_the_days_away(actors, a):
    row = correct(actors, a, pupils=22, pupils_from=DAY)
    row = correct(actors, row, pupils=22, pupils_from=None)

    assert row.pupils_on(date(2019, 8, 20)) == 22


def test_number_is_not_changed_before_it_was_changed(actors, a):
    row = correct(actors, a, pupils=22, pupils_from=DAY)

    with pytest.raises(ValidationError) as refused:
        correct(actors, row, pupils=23, pupils_from=date(2020, 1, 14))
    assert list(refused.value.message_dict) == ["pupils_from"]


@pytest.mark.parametrize("field", ["pupils_from", "opened_on"])
@pytest.mark.parametrize("day", [date(2019, 6, 30), date(2020, 7, 1)])
def test_day_outside_the_year_is_refused(actors, a, field, day):
    with pytest.raises(ValidationError) as refused:
        correct(actors, a, pupils=22, **{field: day})
    assert list(refused.value.message_dict) == [field]


def test_stale_change_of_numbers_is_told(actors, a):
    correct(actors, a, pupils=22, pupils_from=DAY)

    with pytest.raises(StaleClassError):
        correct(actors, a, pupils=23, version=1)


def test_new_class_from_a_day(actors, school):
    [row] = register_classes(
        access=actors.access("coordinator"),
        school=school,
        year=2019,
        grade=5,
        classes=[NewClass("5C", 18)],
        opened_on=DAY,
    )

    assert [row.is_open(day) for day in (date(2020, 1, 14), DAY)] == [False, True]


@pytest.mark.parametrize(
    "value",
    ["x", [["2020-01-15"]], [["2020-02-01", 20], ["2020-01-15", 20]], [["2020-01-15", 61]], [["x", 2]]],
)
def test_earlier_numbers_are_checked(a, value):
    a.earlier_pupils = value

    with pytest.raises(ValidationError) as refused:
        a.full_clean()
    assert list(refused.value.message_dict) == ["earlier_pupils"]


# --- The pages


def test_page_merges_two_classes(client, actors, a, b, coordinator):
    url = page_of(actors, "class_merge", b.pk)
    assert "5A, 20 elever" in client.get(url).content.decode()

    answer = client.post(
        url, {"classes": [a.pk], "label": "5A", "pupils": "34", "day": "2020-01-15", "why": "För få elever."}
    )

    assert answer.status_code == 302
    page = client.get(page_of(actors, "class_list")).content.decode()
    assert "5A och 5B är klass 5A från och med 15 januari 2020." in page
    assert "Ingår i 5A från 2020-01-15: För få elever." in page
    assert "20 elever före 2020-01-15" in page


@pytest.mark.usefixtures("coordinator")
def test_page_adds_the_numbers_and_names_the_merger(client, actors, school, a, b):
    c = SchoolClassFactory(school=school, label="5C", pupils=10)
    url = page_of(actors, "class_merge", b.pk)
    assert "Tomt: summan av klassernas antal" in client.get(url).content.decode()

    typed = {
        "classes": [c.pk, a.pk],
        "label": "5X",
        "pupils": "",
        "day": "2020-01-12",
        "why": "För få elever.",
    }
    page = client.post(url, typed, follow=True).content.decode()

    assert "5A, 5B och 5C är klass 5X från och med 12 januari 2020." in page
    assert SchoolClass.objects.get(label="5X").pupils == 44


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"classes": []}, "classes"),
        ({"classes": ["0"]}, "classes"),
        ({"classes": [str(10**30)]}, "classes"),
        ({"classes": ["x"]}, "classes"),
        ({"label": ""}, "label"),
        ({"label": "\x00"}, "label"),
        ({"day": ""}, "day"),
        ({"day": "2020-07-01"}, "day"),
        ({"why": ""}, "why"),
        ({"pupils": "många"}, "pupils"),
        ({"pupils": "500"}, "pupils"),
        ({"pupils": "0"}, "pupils"),
    ],
)
def test_bad_merger_is_told_at_its_field(client, actors, b, fields, at):
    a = SchoolClassFactory(school=b.school, label="5A")
    typed = {"classes": [a.pk], "label": "5A", "pupils": "34", "day": "2020-01-15", "why": "För få."} | fields

    answer = client.post(page_of(actors, "class_merge", b.pk), typed)

    assert list(answer.context["form"].errors) == [at]
    b.refresh_from_db()
    assert b.closed_on is None


@pytest.mark.usefixtures("coordinator")
def test_number_changed_from_a_later_day_is_told_at_the_day(client, actors, a, b):
    correct(actors, a, pupils=25, pupils_from=date(2020, 3, 1))

    assert merge_faults(client, actors, a, b) == ["day"]


@pytest.mark.usefixtures("coordinator")
@pytest.mark.parametrize("label", ["5A", "5AB"])
def test_year_that_is_locked_is_told_at_the_day(client, actors, a, b, label):
    PeriodLockFactory(promise=actors.promise, first_day=date(2019, 7, 1), last_day=date(2020, 6, 30))

    assert merge_faults(client, actors, a, b, label=label) == ["day"]


def merge_faults(client, actors, a, b, label="5A"):
    typed = {"classes": [a.pk], "label": label, "pupils": "34", "day": "2020-01-15", "why": "För få."}
    answer = client.post(page_of(actors, "class_merge", b.pk), typed)
    b.refresh_from_db()
    assert b.closed_on is None
    return list(answer.context["form"].errors)


def test_page_of_a_class_offers_a_merger_where_there_is_another(client, actors, a, coordinator):
    url = page_of(actors, "class_correct", a.pk)
    link = page_of(actors, "class_merge", a.pk)

    assert link not in client.get(url).content.decode()
    SchoolClassFactory(school=a.school, label="5B")
    assert link in client.get(url).content.decode()


def test_page_changes_a_number_from_a_day(client, actors, a, coordinator):
    typed = {
        "label": "5A",
        "grade": 5,
        "pupils": "22",
        "pupils_from": "2020-01-15",
        "why": "Två nya",
        "version": 1,
    }

    client.post(page_of(actors, "class_correct", a.pk), typed)

    a.refresh_from_db()
    assert (a.pupils, a.earlier) == (22, ((DAY, 20),))
    assert client.get(page_of(actors, "class_correct", a.pk)).context["form"].initial["pupils_from"] == DAY


@pytest.mark.usefixtures("coordinator")
def test_list_counts_the_classes_of_each_year(client, actors, a, b):
    merge(actors, a, b)
    SchoolClassFactory(school=a.school, school_year=2020, label="5A", pupils=None)

    years = client.get(page_of(actors, "class_list")).context["years"]

    assert [(year.label, year.number, year.pupils) for year in years] == [
        ("2018/19", 0, None),
        ("2019/20", 1, 34),
        ("2020/21", 1, None),
    ]
