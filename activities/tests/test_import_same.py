"""The same file twice adds nothing, and nothing that is there is changed (docs/adr/0006)."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from activities.entries import entry_of
from activities.importer.run import import_file
from activities.models import Activity
from activities.services import Origin, correct_activity, create_many, draft, log_activity, void_activity
from activities.tests.importing import MEETING, MONTH, SECRET, TODAY, VISIBLE, Files, full_faults, furnish
from history.models import Change
from promises.tests.factories import PromiseFactory


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


@pytest.fixture
def promise(db):
    return furnish(PromiseFactory())


def run(path, promise, **options):
    result = import_file(path, promise=promise, today=TODAY, **options)
    return result.added, result.unchanged


@pytest.mark.parametrize("key", ["", "blankett-1"])
def test_same_file_twice_adds_nothing(files, promise, key):
    rows = [VISIBLE | {"id": key}, MEETING, MONTH, SECRET]

    assert run(files.csv(*rows), promise) == (4, 0)
    assert run(files.csv(*rows), promise) == (0, 4)
    assert (Activity.objects.count(), Change.objects.filter(subject="activities.activity").count()) == (4, 4)


def test_same_rows_in_another_shape_add_nothing(files, promise):
    run(files.csv(VISIBLE | {"områden": "Holma|Kroksbäck", "status": ""}), promise)
    again = {
        "Status": "Genomförd",
        "OMRÅDEN": "kroksbäck|Holma",
        "antal": 2,
        "typ": "fotpatrull",
        "åtagande": 3,
        "datum": "2019-03-14",
    }

    assert run(files.xlsx(again, name="annan.xlsx"), promise) == (0, 1)


def test_equal_rows_of_one_file_are_as_many(files, promise):
    assert run(files.csv(VISIBLE, VISIBLE), promise) == (2, 0)
    assert run(files.csv(VISIBLE, VISIBLE, VISIBLE), promise) == (1, 2)
    assert run(files.csv(VISIBLE), promise) == (0, 1)


def test_row_with_an_id_is_not_counted_among_its_equals(files, promise):
    run(files.csv(VISIBLE), promise)

    assert run(files.csv(VISIBLE | {"id": "a"}, VISIBLE | {"id": ""}), promise) == (1, 1)


def test_same_row_in_another_promise_is_another(files, promise):
    other = furnish(PromiseFactory())
    row = VISIBLE | {"id": "a"}

    assert run(files.csv(row), promise) == (1, 0)
    assert run(files.csv(row), other) == (1, 0)


def test_same_id_with_other_content_is_told_and_changes_nothing(files, promise):
    run(files.csv(VISIBLE | {"id": "a"}), promise)

    [fault] = full_faults(
        files.csv(MONTH, VISIBLE | {"id": "a", "antal": "5", "typ": "Nattvandring"}), promise
    )

    assert (fault.row, fault.column, fault.value) == (3, "id", "a")
    assert "antal: 2 → 5" in fault.reason
    assert "typ: Fotpatrull → Nattvandring" in fault.reason
    assert [row.quantity for row in Activity.objects.all()] == [2]


def test_row_corrected_in_the_browser_is_still_the_imported_one(files, actors):
    promise, access = furnish(actors.promise), actors.access("officer")
    run(files.csv(VISIBLE | {"id": "a"}), promise, access=access)
    row = Activity.objects.get()
    correct_activity(
        access=access,
        activity=row,
        entry=replace(entry_of(row), quantity=4),
        version=1,
        today=TODAY,
        reason="Två till",
    )

    assert run(files.csv(VISIBLE | {"id": "a"}), promise) == (0, 1)  # as it was imported
    assert run(files.csv(VISIBLE | {"id": "a", "antal": "4"}), promise) == (0, 1)  # as it stands
    assert Activity.objects.get().quantity == 4


def test_voided_row_is_not_brought_back(files, actors):
    promise, access = furnish(actors.promise), actors.access("officer")
    run(files.csv(VISIBLE), promise, access=access)
    void_activity(access=access, activity=Activity.objects.get(), version=1, reason="Fel dag")

    assert run(files.csv(VISIBLE), promise) == (0, 1)
    assert Activity.objects.get().is_voided


def test_row_logged_in_the_browser_is_known_by_its_id(files, actors):
    promise, access = furnish(actors.promise), actors.access("officer")
    run(files.csv(VISIBLE | {"id": "a"}), promise)
    entry = entry_of(Activity.objects.get())
    log_activity(
        access=access, commitment=promise.commitments.get(number=3), entry=entry, today=TODAY, client_key="b"
    )

    assert run(files.csv(VISIBLE | {"id": "b"}), promise) == (0, 1)


def test_one_bad_row_stores_nothing(files, promise):
    full_faults(files.csv(VISIBLE, VISIBLE | {"antal": "många"}), promise)

    assert not Activity.objects.exists()


def test_dry_run_says_what_would_happen(files, promise):
    run(files.csv(VISIBLE), promise)

    assert run(files.csv(VISIBLE, MONTH), promise, dry_run=True) == (1, 1)
    assert Activity.objects.count() == 1


@pytest.mark.parametrize("name", ["staff", "signatory"])
def test_import_by_somebody_who_may_not_log(files, actors, name):
    with pytest.raises(PermissionDenied):
        run(files.csv(VISIBLE), furnish(actors.promise), access=actors.access(name))


def test_file_name_with_personal_data(files, promise):
    [fault] = full_faults(files.csv(VISIBLE, name="19800101-1234.csv"), promise)

    assert "1980" not in str(fault)


def test_create_many_keeps_what_one_by_one_keeps(files, actors):
    """History and lists of the rows are the same as those of a row from the form."""
    promise, access = furnish(actors.promise), actors.access("officer")
    run(files.csv(MEETING, VISIBLE | {"parter": "Malmö stad"}), promise)
    imported = list(Activity.objects.order_by("logged_at"))

    for row in imported:
        one, _created = log_activity(
            access=access, commitment=row.commitment, entry=entry_of(row), today=TODAY
        )
        assert entry_of(one) == entry_of(row)
        [trace], [other] = Change.objects.of(row), Change.objects.of(one)
        assert (trace.action, trace.values) == (other.action, other.values)


def test_create_many_asks_far_less_than_once_a_row(files, promise, django_assert_max_num_queries):
    rows = [VISIBLE | {"id": str(number)} for number in range(300)]

    with django_assert_max_num_queries(40):
        run(files.csv(*rows), promise)
    assert Change.objects.filter(subject="activities.activity").count() == 300


def test_create_many_is_all_or_nothing(promise, files):
    run(files.csv(VISIBLE | {"id": "a"}), promise)
    stored = Activity.objects.get()
    entry = entry_of(stored)
    origin = Origin(by=None, source="import test")
    drafts = [(draft(stored.commitment, entry, client_key=key, origin=origin), entry) for key in ("b", "a")]

    with pytest.raises(IntegrityError):
        create_many(drafts, origin=origin, held=promise, waits=False)

    assert Activity.objects.count() == 1
    assert Change.objects.filter(subject="activities.activity").count() == 1


# --- The command


def test_command_imports_and_says_so(files, promise, capsys):
    call_command("import_activities", files.csv(VISIBLE, MONTH), promise=promise.slug)

    assert "2" in capsys.readouterr().out
    assert Activity.objects.count() == 2


def test_command_dry_run_stores_nothing(files, promise):
    call_command("import_activities", files.csv(VISIBLE), promise=promise.slug, dry_run=True)

    assert not Activity.objects.exists()


def test_command_names_row_column_and_value(files, promise):
    path = files.csv(*[VISIBLE] * 5, VISIBLE | {"antal": "många"})

    with pytest.raises(CommandError) as caught:
        call_command("import_activities", path, promise=promise.slug)

    for word in ("7", "antal", "många"):
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_command_lists_all_faults_and_their_number(files, promise):
    path = files.csv(VISIBLE | {"antal": "många"}, VISIBLE | {"datum": "x"})

    with pytest.raises(CommandError) as caught:
        call_command("import_activities", path, promise=promise.slug)

    assert len(str(caught.value).splitlines()) == 3


def test_command_value_cannot_steer_the_terminal(files, promise):
    with pytest.raises(CommandError) as caught:
        call_command(
            "import_activities", files.csv(VISIBLE | {"typ": "\x1b[2Jx\ny" + "z" * 500}), promise=promise.slug
        )

    assert "\x1b" not in str(caught.value)
    assert "z" * 100 not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_command_unknown_promise(files, promise):
    with pytest.raises(CommandError, match="finns-inte"):
        call_command("import_activities", files.csv(VISIBLE), promise="finns-inte")


def test_command_by_somebody(files, actors):
    promise = furnish(actors.promise)
    call_command(
        "import_activities", files.csv(VISIBLE), promise=promise.slug, by=actors.officer.email.upper()
    )

    row = Activity.objects.get()
    assert row.logged_by == actors.officer
    [trace] = Change.objects.of(row)
    assert (trace.by, trace.source) == (actors.officer, "import rader.csv")


@pytest.mark.parametrize("name", ["staff", "stranger", "administrator"])
def test_command_by_somebody_who_may_not(files, actors, name):
    promise, email = furnish(actors.promise), getattr(actors, name).email

    with pytest.raises(CommandError, match=email):
        call_command("import_activities", files.csv(VISIBLE), promise=promise.slug, by=email)


def test_command_by_nobody_known(files, promise):
    with pytest.raises(CommandError, match="ingen@example"):
        call_command("import_activities", files.csv(VISIBLE), promise=promise.slug, by="ingen@example.se")
