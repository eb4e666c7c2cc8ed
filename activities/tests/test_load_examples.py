"""What `make run` shows first: the worked example's story, told once, and in nobody's way."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Sum

from accounts.examples import PASSWORD
from accounts.models import User
from activities.choices import State
from activities.entries import entry_of
from activities.management.commands.load_examples import BOUNDARY_SOURCE, DEFINITION, PEOPLE, ROWS, SLUG
from activities.models import Activity
from activities.services import correct_activity
from history.models import Change
from promises.choices import Role
from promises.models import AreaBoundary, Membership, Promise, SchoolClass
from promises.permissions import access_to
from promises.tests.factories import PromiseFactory, SchoolClassFactory

WORKED_EXAMPLE = settings.BASE_DIR / "reports" / "tests" / "worked_example.yaml"


@pytest.fixture
def loaded(db):
    call_command("load_examples")
    return Promise.objects.get(slug=SLUG)


def counted(number, **narrowed):
    rows = Activity.objects.counted().filter(commitment__number=number, **narrowed)
    return rows.aggregate(total=Sum("quantity"))["total"]


def test_example_adds_up_to_the_worked_example(loaded):
    assert (counted(2, occurred_on__year=2019), counted(2, occurred_on__year=2020)) == (52, 47)
    assert (counted(3), counted(4)) == (27, 24)
    visible = Activity.objects.filter(commitment__number=3)
    assert visible.count() == 31
    assert visible.exclude(voided_at=None).count() == 2
    assert visible.filter(state=State.CANCELLED).count() == 1
    assert visible.filter(state=State.PLANNED).count() == 1
    assert Activity.objects.filter(commitment__number=4, state=State.PLANNED).count() == 3


def test_example_has_the_areas_on_a_map(loaded):
    rows = AreaBoundary.objects.filter(area__promise=loaded).select_related("area")

    assert {row.area.name: row.points for row in rows} == {"Bellevue": 45, "Holma": 119, "Kroksbäck": 376}
    assert {row.source for row in rows} == {BOUNDARY_SOURCE}


def test_example_has_the_days_of_the_worked_example(loaded):
    wanted = yaml.safe_load(WORKED_EXAMPLE.read_text(encoding="utf-8"))

    for commitment in wanted["commitments"]:
        days = [row.get("day") or date.fromisoformat(f"{row['month']}-01") for row in commitment["rows"]]
        stored = Activity.objects.filter(commitment__number=commitment["number"])
        if commitment["number"] == 4:  # the example has two more, which the pandemic stopped
            stored = stored.exclude(state=State.CANCELLED)
        assert sorted(stored.values_list("occurred_on", flat=True)) == sorted(days)


def test_example_misses_one_class_in_one_year(loaded):
    met = Activity.objects.counted().values_list("attendance__school_class", flat=True)
    missed = SchoolClass.objects.exclude(pk__in=[pk for pk in met if pk])

    assert [str(one) for one in missed] == ["Holmaskolan 5B 2019/20"]
    assert SchoolClass.objects.count() == 18


def test_example_has_a_nil_report(loaded):
    assert Activity.objects.counted().filter(commitment__number=2, quantity=0).count() == 1


def test_example_rows_are_marked_and_have_history(loaded):
    assert not Activity.objects.filter(is_example=False).exists()
    assert Change.objects.filter(subject="activities.activity", action="created").count() == 96
    assert Activity.objects.filter(logged_by__email="polis@example.se").count() == 96


def test_example_people_one_for_each_role(loaded):
    roles = set(Membership.objects.values_list("role", flat=True))

    assert roles == set(Role)
    assert all(user.is_example and user.check_password(PASSWORD) for user in User.objects.all())
    assert User.objects.count() == len(PEOPLE) + 1
    assert User.objects.get(is_administrator=True).email == "admin@example.se"


def test_example_contains_no_measurement_and_no_source_of_its_own(loaded):
    assert "Polisen" in loaded.source
    assert not any(effect.indicators.exclude(measurements=None).exists() for effect in loaded.effects.all())


def test_second_time_does_nothing(loaded, django_assert_max_num_queries):
    before = (Activity.objects.count(), Change.objects.count(), User.objects.count())

    with django_assert_max_num_queries(3):
        call_command("load_examples")

    assert (Activity.objects.count(), Change.objects.count(), User.objects.count()) == before


def test_second_time_leaves_what_somebody_changed(loaded):
    access = access_to(SLUG, User.objects.get(email="polis@example.se"))
    row = Activity.objects.get(client_key="exempel-3-01")
    correct_activity(
        access=access,
        activity=row,
        entry=replace(entry_of(row), persons_reached=40),
        version=1,
        today=date(2021, 1, 1),
        reason="Fem till kom",
    )
    Membership.objects.filter(user__email="stad@example.se").delete()

    call_command("load_examples")

    assert Activity.objects.get(client_key="exempel-3-01").persons_reached == 40
    assert not Membership.objects.filter(user__email="stad@example.se").exists()


def test_the_file_can_be_imported_by_hand_and_adds_nothing(loaded):
    call_command("import_activities", ROWS, promise=SLUG)

    assert Activity.objects.count() == 96


def test_promise_loaded_by_hand_gets_the_example(db):
    call_command("load_promise", DEFINITION)

    call_command("load_examples")

    assert Activity.objects.count() == 96


@pytest.mark.parametrize("begun", ["another promise", "a class", "an address"])
def test_where_somebody_has_begun_nothing_is_loaded(db, begun):
    if begun == "another promise":
        PromiseFactory()
    elif begun == "a class":
        call_command("load_promise", DEFINITION)
        SchoolClassFactory(school=Promise.objects.get().schools.first())
    else:
        User.objects.create_user("polis@example.se", "en-lång-lösenfras")

    call_command("load_examples")

    assert not Activity.objects.exists()
    assert not User.objects.filter(is_example=True).exists()


def test_not_in_production(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("load_examples")
    assert not Promise.objects.exists()


def test_the_example_file_is_a_file_as_excel_saves_it():
    content = Path(ROWS).read_bytes()

    assert content.startswith(b"\xef\xbb\xbfid;datum;")
