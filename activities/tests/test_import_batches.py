"""A file kept, mended and stored: all of it or nothing, and never twice (docs/adr/0022)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from activities.entries import entry_of
from activities.importer import services
from activities.importer.faults import InvalidImportError
from activities.importer.services import (
    AlreadyStored,
    BeingStored,
    PreviewMoved,
    discard,
    forget_older_than,
    mend_row,
    store,
    twins_of,
)
from activities.models import Activity, ImportBatch, ImportRow
from activities.review import require_review
from activities.services import correct_activity, void_activity
from activities.tallies import differences
from activities.tests.importing_pages import PATROL, PLAN, kept, patrols, verdicts
from activities.tests.pages import TODAY, world
from history.models import Change

__all__ = ["world"]

PRIVATE = "ring 070-123 45 67"


def storing(world, batch, *, who="coordinator", reason="Rättat i arket"):
    return store(access=world.actors.access(who), batch=batch, reason=reason, today=TODAY)


def mend(world, batch, number, content, **options):
    return mend_row(
        access=world.actors.access("coordinator"),
        batch=batch,
        number=number,
        content=content,
        today=TODAY,
        **options,
    )


# --- Kept and judged


def test_file_is_kept_with_a_verdict_for_each_row(world):
    storing(world, kept(world, PATROL, PATROL | {"id": "b"}))

    batch = kept(
        world,
        PATROL,
        PATROL | {"id": "b", "antal": "5"},
        PATROL | {"id": "c"},
        PATROL | {"id": "d", "antal": "få"},
    )

    assert verdicts(batch) == {2: "same", 3: "changed", 4: "new", 5: "error"}
    assert (batch.rows, batch.by, batch.state) == (4, world.user("coordinator"), "checked")
    changed = batch.lines.get(number=3)
    assert changed.changes == [["antal", "2", "5"]]
    assert changed.activity.client_key == "b"
    [fault] = batch.lines.get(number=5).faults
    assert (fault["column"], fault["value"], fault["secret"]) == ("antal", "få", False)
    assert "heltal" in fault["reason"]
    assert Activity.objects.count() == 2


def test_personal_data_in_a_cell_is_not_kept_and_the_row_stays_wrong(world, caplog):
    batch = kept(world, PATROL | {"anteckning": PRIVATE}, PATROL | {"id": "0701234567"})

    assert PRIVATE not in str(list(ImportRow.objects.values()))
    assert "0701234567" not in str(list(ImportRow.objects.values()))
    assert "070" not in caplog.text
    assert verdicts(batch) == {2: "error", 3: "error"}
    assert "anteckning" not in batch.lines.get(number=2).cells
    with pytest.raises(ValidationError, match="att rätta"):
        storing(world, batch)
    assert not Activity.objects.exists()


def test_file_name_with_personal_data_is_not_kept(world):
    batch = kept(world, PATROL, name="anna.svensson@malmo.se.csv")

    assert batch.file_name == ""
    storing(world, batch)
    assert Change.objects.get(action="created").source == "import"


def test_file_with_a_fault_of_its_form_is_not_kept(world):
    with pytest.raises(InvalidImportError):
        kept(world, PATROL | {"datom": "x"})

    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("who", ["officer", "staff", "signatory"])
def test_only_coordinators_keep_and_store(world, who):
    batch = kept(world, PATROL)

    with pytest.raises(PermissionDenied):
        kept(world, PATROL, who=who)
    with pytest.raises(PermissionDenied):
        storing(world, batch, who=who)


@pytest.mark.parametrize(
    ("content", "column"),
    [({"åtagande": "4", "typ": "Riktad narkotikainsats"}, "åtagande"), ({"status": "planerad"}, "status")],
)
def test_change_that_no_correction_could_make_is_a_fault(world, content, column):
    storing(world, kept(world, PATROL))

    batch = kept(world, PATROL | content)

    assert [one["column"] for one in batch.lines.get().faults] == [column]


def test_voided_row_is_not_changed_and_says_so(world):
    storing(world, kept(world, PATROL))
    void_activity(
        access=world.actors.access("coordinator"),
        activity=Activity.objects.get(),
        version=1,
        reason="Dubblett",
    )

    assert verdicts(kept(world, PATROL)) == {2: "same"}
    [fault] = kept(world, PATROL | {"antal": "3"}).lines.get().faults
    assert "makulerad" in fault["reason"]


# --- Mended


def test_mended_row_is_judged_again_and_kept(world):
    batch = kept(world, PATROL | {"typ": "Fotpatrul", "anteckning": PRIVATE}, PATROL | {"id": "b"})

    judged = mend(world, batch, 2, PATROL | {"anteckning": "Lugnt"})

    assert judged.row.faults == []
    assert verdicts(batch) == {2: "new", 3: "new"}
    assert batch.lines.get(number=2).cells["anteckning"] == "Lugnt"
    assert storing(world, batch).added == 2


def test_row_mended_with_another_fault_is_left_as_it_was(world):
    batch = kept(world, PATROL | {"typ": "Fotpatrul"})

    judged = mend(world, batch, 2, PATROL | {"antal": PRIVATE})

    assert [fault.column for fault in judged.row.faults] == ["antal"]
    assert batch.lines.get().cells["typ"] == "Fotpatrul"
    assert PRIVATE not in str(list(ImportRow.objects.values()))


def test_mending_an_id_clears_the_other_row_that_had_it(world):
    batch = kept(world, PATROL, PATROL | {"antal": "4"}, PATROL | {"id": "b"})
    assert verdicts(batch) == {2: "new", 3: "error", 4: "new"}

    mend(world, batch, 2, PATROL | {"id": "c"})

    assert verdicts(batch) == {2: "new", 3: "new", 4: "new"}
    mend(world, batch, 2, PATROL | {"id": "b"})
    assert verdicts(batch) == {2: "new", 3: "new", 4: "error"}


def test_mended_row_that_equals_another_without_id_is_a_second_one(world):
    bare = PATROL | {"id": ""}
    storing(world, kept(world, bare))
    batch = kept(world, bare | {"typ": "Fotpatrul"}, bare)
    assert verdicts(batch) == {2: "error", 3: "same"}

    mend(world, batch, 2, bare)

    assert verdicts(batch) == {2: "same", 3: "new"}


def test_same_fault_is_mended_in_all_rows_at_once(world):
    wrong = [PATROL | {"id": f"p{n}", "typ": "Fotpatrul"} for n in range(3)]
    batch = kept(world, *wrong, PATROL | {"id": "q", "typ": "Fotpatrul", "antal": "x"}, PATROL | {"id": "r"})
    assert twins_of(batch, batch.lines.get(number=2)) == 3

    mend(world, batch, 2, wrong[0] | {"typ": "Fotpatrull"}, everywhere=True)

    assert verdicts(batch) == {2: "new", 3: "new", 4: "new", 5: "error", 6: "new"}
    assert [one["column"] for one in batch.lines.get(number=5).faults] == ["antal"]
    assert [line.cells["id"] for line in batch.lines.all()] == ["p0", "p1", "p2", "q", "r"]


def test_stored_file_is_not_mended(world):
    batch = kept(world, PATROL)
    storing(world, batch)

    with pytest.raises(AlreadyStored):
        mend(world, batch, 2, PATROL)


# --- Stored


def test_store_makes_the_rows_of_whoever_presses_with_history_and_totals(world):
    batch = kept(world, *patrols(30))

    stored = storing(world, batch)

    assert (stored.added, stored.corrected, stored.unchanged, stored.state) == (30, 0, 0, "stored")
    rows = Activity.objects.all()
    assert {row.logged_by for row in rows} == {world.user("coordinator")}
    assert {row.import_batch_id for row in rows} == {batch.pk}
    assert Change.objects.filter(action="created", source="import rader.csv").count() == 30
    assert not ImportRow.objects.exists()  # what they said stands in the activities now
    assert differences(world.visible) == []


def test_rows_of_a_coordinator_count_at_once_where_rows_are_reviewed(world):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")

    storing(world, kept(world, PATROL))

    assert Activity.objects.get().is_counted


def test_same_file_again_adds_nothing(world):
    storing(world, kept(world, *patrols(5)))

    with pytest.raises(ValidationError, match="finns redan"):
        storing(world, kept(world, *patrols(5)))
    assert Activity.objects.count() == 5


def test_ten_thousand_rows_with_one_bad_row_store_nothing_and_name_it(world):
    rows = patrols(10_000)
    rows[7_000]["typ"] = "Fotpatrul"

    batch = kept(world, *rows)

    wrong = batch.lines.get(verdict="error")
    assert (wrong.number, wrong.faults[0]["column"], wrong.faults[0]["value"]) == (7_002, "typ", "Fotpatrul")
    assert batch.lines.filter(verdict="new").count() == 9_999
    with pytest.raises(ValidationError):
        storing(world, batch)
    assert not Activity.objects.exists()
    mend(world, batch, 7_002, rows[7_000] | {"typ": "Fotpatrull"})
    assert storing(world, batch).added == 10_000
    if (
        connection.vendor == "postgresql"
    ):  # plans by what it last heard of the tables; autovacuum comes too late here
        connection.cursor().execute("ANALYZE")
    assert differences(world.visible) == []


def test_changes_need_a_reason_and_stand_in_the_history(world):
    storing(world, kept(world, PATROL))
    batch = kept(world, PATROL | {"antal": "5"}, PATROL | {"id": "b"})

    with pytest.raises(ValidationError):
        storing(world, batch, reason=" ")
    assert Activity.objects.count() == 1
    stored = storing(world, batch, reason="Räknat om")

    assert (stored.added, stored.corrected) == (1, 1)
    row = Activity.objects.get(client_key="a")
    assert (row.quantity, row.version) == (5, 2)
    change = Change.objects.of(row).get(action="corrected")
    assert (change.reason, change.by) == ("Räknat om", world.user("coordinator"))
    assert row.import_batch != batch  # it was there before
    assert differences(world.visible) == []
    assert verdicts(kept(world, PATROL | {"antal": "5"})) == {2: "same"}


def test_corrected_by_hand_after_a_file_changed_it_stays_so(world):
    storing(world, kept(world, PATROL))
    storing(world, kept(world, PATROL | {"antal": "5"}))
    row = Activity.objects.get()
    correct_activity(
        access=world.actors.access("coordinator"),
        activity=row,
        entry=replace(entry_of(row), quantity=7),
        version=2,
        today=TODAY,
        reason="Två till",
    )

    assert verdicts(kept(world, PATROL | {"antal": "5"})) == {2: "same"}


def test_too_many_changes_are_refused_whole(world, monkeypatch):
    storing(world, kept(world, *patrols(3)))
    monkeypatch.setattr(services, "MOST_CHANGES", 2)

    with pytest.raises(ValidationError, match="3 aktiviteter"):
        storing(world, kept(world, *patrols(3, antal="9")))
    assert {row.quantity for row in Activity.objects.all()} == {2}


def test_correction_that_is_refused_stores_nothing_at_all(world, monkeypatch):
    storing(world, kept(world, *patrols(2)))
    batch = kept(world, *patrols(2, antal="9"), PATROL)
    real = services.correct_activity

    def refuse_the_second(**values):
        if values["activity"].client_key == "p1":
            raise ValidationError({"occurred_on": ["Perioden är låst."]})
        return real(**values)

    monkeypatch.setattr(services, "correct_activity", refuse_the_second)

    with pytest.raises(ValidationError, match=r"Rad 3: Perioden är låst\."):
        storing(world, batch)

    assert {row.quantity for row in Activity.objects.all()} == {2}
    assert ImportBatch.objects.get(pk=batch.pk).state == "checked"
    assert differences(world.visible) == []


def test_row_that_somebody_changed_since_the_preview_is_shown_again(world):
    storing(world, kept(world, PATROL))
    batch = kept(world, PATROL | {"antal": "5"}, PATROL | {"id": "b"})
    row = Activity.objects.get()
    correct_activity(
        access=world.actors.access("coordinator"),
        activity=row,
        entry=replace(entry_of(row), quantity=4),
        version=1,
        today=TODAY,
        reason="Fel",
    )

    with pytest.raises(PreviewMoved) as moved:
        storing(world, batch)

    assert moved.value.rows == 1
    assert batch.lines.get(number=2).changes == [["antal", "4", "5"]]
    assert Activity.objects.get().quantity == 4
    assert storing(world, batch).corrected == 1


def test_rule_that_came_after_the_preview_holds_when_storing(world):
    batch = kept(world, PATROL)
    world.patrol.name = "Promenad"
    world.patrol.save()

    with pytest.raises(PreviewMoved):
        storing(world, batch)

    assert verdicts(batch) == {2: "error"}
    assert not Activity.objects.exists()


def test_second_press_of_the_button_stores_nothing_more(world):
    batch = kept(world, PATROL)
    storing(world, batch)

    with pytest.raises(AlreadyStored):
        storing(world, batch)
    assert Activity.objects.count() == 1


def test_file_that_is_being_stored_is_left_alone_until_it_is_silent(world):
    batch = kept(world, PATROL)
    ImportBatch.objects.update(state="storing", attempt=1, beat_at=timezone.now())

    for act in (
        lambda: storing(world, batch),
        lambda: mend(world, batch, 2, PATROL),
        lambda: discard(access=world.actors.access("coordinator"), batch=batch),
    ):
        with pytest.raises(BeingStored):
            act()

    ImportBatch.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert storing(world, batch).added == 1


def test_try_that_was_taken_over_stores_nothing(world, monkeypatch):
    """The first was silent for so long that a second began: only one of them stores."""
    batch, real = kept(world, PATROL), services._judged

    def slowly(*args, **kwargs):
        found = real(*args, **kwargs)
        ImportBatch.objects.filter(pk=batch.pk).update(attempt=2, beat_at=timezone.now())
        return found

    monkeypatch.setattr(services, "_judged", slowly)

    with pytest.raises(BeingStored):
        storing(world, batch)
    assert not Activity.objects.exists()
    assert list(ImportBatch.objects.values_list("attempt", "state")) == [(2, "storing")]  # the other's


def test_database_gone_in_the_middle_leaves_nothing(world, monkeypatch):
    batch = kept(world, PATROL)

    def gone(*_args, **_kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(services, "create_many", gone)
    with pytest.raises(DatabaseError):
        storing(world, batch)

    monkeypatch.undo()
    assert not Activity.objects.exists()
    assert ImportBatch.objects.get().state == "checked"


def test_how_far_it_has_come_is_written_beside_the_transaction(world, monkeypatch):
    batch, seen, real = kept(world, *patrols(5)), [], services.hold

    def look(pk):
        seen.append(ImportBatch.objects.get().progress)
        return real(pk)

    monkeypatch.setattr(services, "hold", look)

    storing(world, batch)

    assert seen == [5]


# --- Who may know of it


def test_municipality_does_not_see_what_the_police_sent_in(world):
    """How many rows it has, and that it came, would tell of plans under secrecy."""
    police, city = kept(world, PLAN), kept(world, PATROL, who="city_coordinator")

    def seen(who):
        return set(ImportBatch.objects.visible_to(world.actors.access(who)))

    assert seen("coordinator") == {police, city}
    assert seen("city_coordinator") == {city}
    with pytest.raises(PermissionDenied):
        storing(world, police, who="city_coordinator")


def test_file_of_the_municipality_is_judged_as_theirs_whoever_stores_it(world):
    batch = kept(world, PLAN, who="city_coordinator")
    assert verdicts(batch) == {2: "error"}

    with pytest.raises(ValidationError):
        storing(world, batch, who="coordinator")
    judged = mend(world, batch, 2, PLAN)
    assert judged.row.faults
    assert not Activity.objects.exists()


def test_id_of_a_secret_plan_is_neither_same_nor_changed(world):
    storing(world, kept(world, PLAN))
    done = PLAN | {"status": "genomförd", "datum": "2020-05-01"}

    for content in (done, PATROL | {"id": "hemlig"}):
        [fault] = kept(world, content, who="city_coordinator").lines.get().faults
        assert (fault["column"], "går inte att använda" in fault["reason"]) == ("id", True)


# --- Thrown away


def test_file_thrown_away_is_gone_with_its_rows(world):
    batch = kept(world, PATROL)

    discard(access=world.actors.access("coordinator"), batch=batch)

    assert not ImportBatch.objects.exists()
    assert not ImportRow.objects.exists()


def test_stored_file_is_not_thrown_away(world):
    batch = kept(world, PATROL)
    storing(world, batch)

    with pytest.raises(AlreadyStored):
        discard(access=world.actors.access("coordinator"), batch=batch)


def test_old_files_that_were_never_stored_are_forgotten(world):
    old, new, done = kept(world, PATROL), kept(world, PATROL), kept(world, PATROL | {"id": "b"})
    storing(world, done)
    ImportBatch.objects.filter(pk__in=[old.pk, done.pk]).update(at=timezone.now() - timedelta(days=15))

    assert forget_older_than(timezone.now() - timedelta(days=14)) == 1
    assert set(ImportBatch.objects.all()) == {new, done}


def test_command_forgets_what_is_two_weeks_old(world, capsys):
    kept(world, PATROL)
    ImportBatch.objects.update(at=timezone.now() - timedelta(days=15))

    call_command("forget_imports")

    assert "1 fil slängd" in capsys.readouterr().out
    assert not ImportBatch.objects.exists()
