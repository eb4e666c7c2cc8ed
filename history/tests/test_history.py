"""History is written once, in the caller's transaction, and never changed or deleted."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import models, transaction

from accounts.models import Organisation
from accounts.tests.factories import OrganisationFactory, UserFactory
from history.kept import KeptModel
from history.models import Change
from history.services import change, difference, plain, record
from promises.models import Promise
from promises.tests.factories import PromiseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def trace(organisation):
    return record(
        organisation, action=Change.Action.CREATED, by=UserFactory(), old={}, new={"name": "Polisen"}
    )


@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: Change.objects.filter(pk=row.pk).update(reason="Annat"),
        lambda row: Change.objects.filter(pk=row.pk).delete(),
        lambda row: Change.objects.all().delete(),
        lambda row: Change.objects.bulk_update([row], ["reason"]),
        lambda row: Change.objects.update_or_create(pk=row.pk, defaults={"reason": "Annat"}),
    ],
)
def test_history_is_never_changed_or_deleted(trace, act: Callable[[Change], object]):
    trace.reason = "Annat"

    with pytest.raises(TypeError), transaction.atomic():
        act(trace)

    assert Change.objects.get().reason == ""


@pytest.mark.parametrize(
    "act", [lambda row: row.delete(), lambda row: Promise.objects.filter(pk=row.pk).delete()]
)
def test_rows_with_numbers_are_never_deleted(act: Callable[[Promise], object]):
    row = PromiseFactory()

    with pytest.raises(TypeError, match="never deleted"):
        act(row)

    assert Promise.objects.filter(pk=row.pk).exists()


def test_every_kept_model_refuses_through_its_manager_too():
    """A model that inherits KeptModel and forgets its QuerySet would let go of rows in bulk."""
    for model in KeptModel.__subclasses__():
        with pytest.raises(TypeError, match="never deleted"):
            model.objects.all().delete()


def test_person_in_the_history_is_not_deleted(trace):
    with pytest.raises(models.ProtectedError):
        trace.by.delete()


def test_record_needs_a_person_or_a_source(organisation):
    with pytest.raises(ValueError, match="person or a source"):
        record(organisation, action=Change.Action.CREATED, by=None, old={}, new={})

    row = record(
        organisation, action=Change.Action.CREATED, by=None, source="load_promise", old={}, new={"name": "x"}
    )
    assert row.source == "load_promise"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("load_promise", "Inläsningen av löftet"),
        ("load_examples", "Inläsningen av exemplen"),
        ("check_totals", "Kontrollen av summorna"),
        ("patruller.csv", "patruller.csv"),
        ("", ""),
    ],
)
def test_command_is_shown_in_words_and_a_file_by_its_name(source, shown):
    assert Change(source=source).through == shown


def test_record_is_undone_with_the_act_it_tells_of(organisation):
    with transaction.atomic():
        record(organisation, action=Change.Action.CREATED, by=UserFactory(), old={}, new={})
        transaction.set_rollback(True)

    assert not Change.objects.exists()


def test_change_is_not_stored_until_it_is_saved(organisation):
    change(organisation, action=Change.Action.CREATED, by=UserFactory(), old={}, new={})

    assert not Change.objects.exists()


def test_of_tells_kinds_of_rows_apart(trace, organisation):
    promise = PromiseFactory()
    promise.pk = organisation.pk

    assert list(Change.objects.of(organisation)) == [trace]
    assert list(Change.objects.of(promise)) == []


def test_newest_stands_first(organisation, trace):
    later = record(
        organisation, action=Change.Action.CORRECTED, by=trace.by, old={"name": "a"}, new={"name": "b"}
    )

    assert list(Change.objects.of(organisation)) == [later, trace]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, {}),
        ({"n": 1}, {"n": 1}, {}),
        ({"n": 1}, {"n": 2}, {"n": [1, 2]}),
        ({}, {"n": 0}, {"n": [None, 0]}),
        ({"n": 0}, {}, {"n": [0, None]}),
        ({"n": Decimal("1.50")}, {"n": Decimal("1.5")}, {"n": ["1.50", "1.5"]}),
        ({"day": date(2019, 3, 14)}, {"day": date(2019, 3, 14)}, {}),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, {"a": [["x", "y"], ["y", "x"]]}),
        ({"a": ("x",)}, {"a": ["x"]}, {}),
        ({"n": 0}, {"n": False}, {}),
    ],
)
def test_difference_keeps_what_differs(old, new, expected):
    assert difference(old, new) == expected


def test_plain_is_what_json_can_keep(organisation):
    stockholm = ZoneInfo("Europe/Stockholm")

    assert plain(date(2019, 3, 14)) == "2019-03-14"
    assert plain(time(18, 30)) == "18:30:00"
    assert plain(datetime(2019, 3, 14, 18, 30, tzinfo=stockholm)) == "2019-03-14T18:30:00+01:00"
    assert plain(Decimal("56.50")) == "56.50"
    assert plain(organisation) == str(organisation)
    assert plain(Organisation.objects.all()) == [str(organisation)]
    assert plain({"a": (date(2019, 3, 14), None, True, 3)}) == {"a": ["2019-03-14", None, True, 3]}


def test_values_come_back_from_the_database_as_they_were_written(organisation):
    record(
        organisation,
        action=Change.Action.CREATED,
        by=UserFactory(),
        old={"areas": ["Öster"], "n": None},
        new={"areas": ["Öster", "“Holma”"], "n": 0},
    )

    assert Change.objects.get().values == {"areas": [["Öster"], ["Öster", "“Holma”"]], "n": [None, 0]}
