"""Evidence of an activity: who may add and take away, what is kept of it, and what is left when something fails."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from activities import storage
from activities.choices import State
from activities.entries import entry_of
from activities.evidence import add_file, add_link, take_away
from activities.models import MOST_EVIDENCE, Activity, Evidence
from activities.review import approve, require_review
from activities.services import correct_activity, void_activity
from activities.showing import shown_evidence
from activities.tallies import differences
from activities.tests.made_files import document, photo, picture
from activities.tests.pages import TODAY, World, make_world, world
from activities.trail import hidden_steps, trail
from history.models import Change
from promises.tests.actors import make_actors
from promises.tests.factories import PromiseFactory

__all__ = ["world"]

LINK = "https://malmo.se/vandring"


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    """The files of one test alone."""
    settings.EVIDENCE_ROOT = tmp_path / "underlag"
    return settings.EVIDENCE_ROOT


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def added(
    world: World, row: Activity, *, by: str = "officer", content: bytes | None = None, title: str = "Torget"
) -> Evidence:
    return add_file(access=world.actors.access(by), activity=row, content=content or picture(), title=title)[
        0
    ]


def linked(world: World, row: Activity, url: str = LINK, *, by: str = "officer", title: str = "") -> Evidence:
    return add_link(access=world.actors.access(by), activity=row, url=url, title=title)[0]


def faults(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def test_picture_is_stored_bare_and_named_at_random(world, folder):
    row = world.log()

    one = added(world, row, content=photo())

    assert (one.kind, one.title, one.width, one.height, one.added_by) == (
        "picture",
        "Torget",
        64,
        48,
        world.user("officer"),
    )
    assert [path.name for path in files(folder)] == [one.stored, f"{one.stored}.small"]
    assert one.size == len(files(folder)[0].read_bytes())
    assert storage.digest(one.stored) == one.sha256
    for path in files(folder):
        assert b"Telefonmakaren" not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_pdf_has_its_pages_and_no_small_picture(world, folder):
    one = added(world, world.log(), content=document(3))

    assert (one.kind, one.pages, one.width) == ("pdf", 3, None)
    assert [path.name for path in files(folder)] == [one.stored]


def test_adding_and_taking_away_stand_in_the_history(world, folder):
    row = world.log()
    one = added(world, row)
    linked(world, row)

    take_away(access=world.actors.access("officer"), evidence=one, reason=" Fel torg ", erase=False)

    row.refresh_from_db()
    changes = list(Change.objects.of(row).order_by("at", "pk"))
    assert row.version == len(changes) == 4
    assert [change.values.get("evidence") for change in changes] == [
        None,
        [[], ["Torget"]],
        [["Torget"], ["Torget", "malmo.se"]],
        [["Torget", "malmo.se"], ["malmo.se"]],
    ]
    assert (changes[3].by, changes[3].reason) == (world.user("officer"), "Fel torg")
    steps = trail(row, world.actors.access("officer"))
    assert [(one.label, one.old, one.new) for one in steps[0].fields] == [("Underlag", "Torget", "")]


def test_one_of_two_pictures_with_one_name_is_told(world, folder):
    row, access = world.log(), world.actors.access("officer")
    one = added(world, row, title="")
    added(world, row, content=picture(size=(9, 9)), title="")

    take_away(access=access, evidence=one, reason="Fel", erase=False)

    fields = [(one.old, one.new) for step in trail(row, access)[:3] for one in step.fields]
    assert fields == [("Bild", ""), ("", "Bild"), ("", "Bild")]


def test_evidence_changes_no_number_and_no_review(world, folder):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    row = world.log()
    approve(access=world.actors.access("coordinator"), versions={row.pk: row.version})

    linked(world, row)

    row.refresh_from_db()
    assert row.is_counted
    assert differences(world.visible) == []


def test_correction_that_was_open_meanwhile_keeps_what_was_typed(world, folder):
    """A version more, and the fields of the row are as they were: the form goes on with the new version."""
    row = world.log()
    linked(world, row)
    row.refresh_from_db()

    corrected = correct_activity(
        access=world.actors.access("officer"),
        activity=row,
        entry=replace(entry_of(row), quantity=3),
        version=2,
        today=TODAY,
        reason="Fel antal",
    )

    assert (corrected.quantity, corrected.version) == (3, 3)
    assert corrected.evidence.count() == 1


def test_same_thing_twice_is_one(world, folder):
    row = world.log()
    one = added(world, row)

    again, is_new = add_file(
        access=world.actors.access("officer"), activity=row, content=picture(), title="Annat"
    )
    link = linked(world, row)
    assert linked(world, row, f" {LINK} ") == link

    assert (again, is_new) == (one, False)
    assert row.evidence.count() == 2
    assert len(files(folder)) == 2
    assert Change.objects.of(row).count() == 3


def test_taken_away_it_can_be_added_again(world, folder):
    row = world.log()
    for _round in range(2):
        one = added(world, row)
        take_away(access=world.actors.access("officer"), evidence=one, reason="Fel", erase=True)

    assert added(world, row).stored
    assert row.evidence.count() == 3


@pytest.mark.parametrize("by", ["officer", "coordinator", "city_coordinator"])
def test_whoever_may_change_the_row_may_add_and_take_away(world, folder, by):
    row = world.log()

    one = added(world, row, by=by)
    take_away(access=world.actors.access(by), evidence=one, reason="Fel", erase=True)

    assert files(folder) == []


@pytest.mark.parametrize("by", ["other_officer", "staff", "contributor", "signatory", "city_signatory"])
def test_who_may_not_change_the_row_may_neither(world, folder, by, monkeypatch):
    row = world.log()
    one = linked(world, row)
    monkeypatch.setattr("activities.evidence.clean", None)  # not even read

    with pytest.raises(PermissionDenied):
        added(world, row, by=by)
    with pytest.raises(PermissionDenied):
        linked(world, row, "https://malmo.se/2", by=by)
    with pytest.raises(PermissionDenied):
        take_away(access=world.actors.access(by), evidence=one, reason="Fel", erase=False)

    assert row.evidence.valid().count() == 1


@pytest.mark.parametrize("by", ["city_coordinator", "contributor", "staff"])
def test_plan_under_secrecy_takes_none_from_others_than_the_police(world, folder, by):
    plan = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1))
    one = linked(world, plan)

    with pytest.raises(PermissionDenied):
        linked(world, plan, "https://malmo.se/2", by=by)
    with pytest.raises(PermissionDenied):
        take_away(access=world.actors.access(by), evidence=one, reason="Fel", erase=False)


def test_row_of_another_promise_is_out_of_reach(world, folder):
    other = make_world(make_actors(PromiseFactory()))
    row = world.log()
    one = linked(world, row)

    with pytest.raises(PermissionDenied):
        add_link(access=other.actors.access("coordinator"), activity=row, url="https://malmo.se/2")
    with pytest.raises(PermissionDenied):
        take_away(access=other.actors.access("coordinator"), evidence=one, reason="Fel", erase=False)


def test_numbers_about_children_have_no_evidence(world, folder):
    row = world.log(commitment=world.numbers, month_only=True)

    for add in (added, linked):
        with pytest.raises(ValidationError) as error:
            add(world, row)
        assert "För åtagande 2 loggas bara månad, antal och område." in faults(error)

    assert files(folder) == []
    assert not Evidence.objects.exists()


def test_voided_row_takes_no_more_and_loses_nothing_but_what_must_go(world, folder):
    row = world.log()
    one, link = added(world, row), linked(world, row)
    void_activity(access=world.actors.access("officer"), activity=row, version=3, reason="Dubbelt")
    access = world.actors.access("officer")

    with pytest.raises(PermissionDenied):
        linked(world, row, "https://malmo.se/2")
    with pytest.raises(ValidationError, match="makulerad"):
        take_away(access=access, evidence=link, reason="Fel", erase=True)
    with pytest.raises(ValidationError, match="makulerad"):
        take_away(access=access, evidence=one, reason="Fel", erase=False)
    erased = take_away(access=access, evidence=one, reason="Ett ansikte syns", erase=True)

    assert erased.erased_at
    assert files(folder) == []
    assert [one.old for step in trail(row, access)[:1] for one in step.fields] == ["Torget", ""]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Filen är tom."),
        (b"MZ" + bytes(100), "varken en bild (JPEG, PNG, WebP) eller en PDF"),
        (b"\0\0\0\x18ftypheic", "Spara den som JPEG"),
        (picture()[:200], "Filen är skadad"),
        (document(201), "fler än 200 sidor"),
        (bytes(11_000_000), "större än 10 MB"),
    ],
)
def test_file_that_cannot_be_kept_leaves_nothing(world, folder, content, words):
    row = world.log()

    with pytest.raises(ValidationError) as error:
        add_file(access=world.actors.access("officer"), activity=row, content=content)

    assert words in faults(error)
    assert error.value.message_dict.keys() == {"file"}
    assert files(folder) == []
    assert Change.objects.of(row).count() == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("javascript:alert(1)", "giltig URL"),
        ("ftp://malmo.se/a", "giltig URL"),
        ("file:///etc/passwd", "giltig URL"),
        ("https://malmo.se/?vem=19900101-1234", "personnummer"),
        ("https://malmo.se/?vem=19900101%2D1234", "personnummer"),
        ("", "obligatoriskt"),
    ],
)
def test_link_that_cannot_be_kept(world, url, words):
    row = world.log()

    with pytest.raises(ValidationError) as error:
        linked(world, row, url)

    assert words in faults(error) or not url
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("title", ["Ring 070-123 45 67", "x" * 121])
def test_title_that_cannot_be_kept_leaves_nothing(world, folder, title):
    with pytest.raises(ValidationError) as error:
        added(world, world.log(), title=title)

    assert "title" in error.value.message_dict
    assert files(folder) == []


def test_ten_are_the_most(world, folder):
    row = world.log()
    for number in range(MOST_EVIDENCE):
        linked(world, row, f"https://malmo.se/{number}")

    for add in (lambda: added(world, row), lambda: linked(world, row)):
        with pytest.raises(ValidationError) as error:
            add()
        assert "redan 10, och fler går inte" in faults(error)
    assert linked(world, row, "https://malmo.se/3")  # which is there already

    take_away(access=world.actors.access("officer"), evidence=row.evidence.first(), reason="Fel", erase=False)
    assert added(world, row)
    assert len(files(folder)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_at_the_limit_are_ten(folder):
    world = make_world(make_actors(PromiseFactory()))
    row = world.log(occurred_on=world.actors.promise.starts_on)
    for number in range(MOST_EVIDENCE - 1):
        linked(world, row, f"https://malmo.se/{number}")
    together = Barrier(2)

    def send(content: bytes) -> str:
        try:
            together.wait(timeout=20)
            add_file(access=world.actors.access("officer"), activity=row, content=content)
        except ValidationError as error:
            return " ".join(error.messages)
        else:
            return "added"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, [picture(), document()]))

    assert answers[0].startswith("Aktiviteten har redan 10")
    assert answers[1] == "added"
    assert row.evidence.valid().count() == MOST_EVIDENCE
    kept = row.evidence.exclude(stored="").get()
    assert {path.name.removesuffix(".small") for path in files(folder)} == {kept.stored}


@pytest.mark.django_db(transaction=True)
def test_same_picture_sent_twice_at_once_is_one(folder):
    world = make_world(make_actors(PromiseFactory()))
    row = world.log(occurred_on=world.actors.promise.starts_on)
    together = Barrier(2)

    def send(content: bytes) -> bool:
        try:
            together.wait(timeout=20)
            return add_file(access=world.actors.access("officer"), activity=row, content=content)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, [picture(), picture()]))

    assert answers == [False, True]
    assert len(files(folder)) == 2


def test_full_disk_is_told_and_leaves_nothing(world, folder, monkeypatch):
    row = world.log()
    write = storage.os.fsync

    def full(number: int) -> None:
        if len(files(folder)) > 1:  # the small picture is there, and half of the large one
            raise OSError(28, "No space left on device")
        write(number)

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(ValidationError) as error:
        added(world, row)

    assert "Filen kunde inte lagras. Inget är sparat." in faults(error)
    assert files(folder) == []
    assert not Evidence.objects.exists()


def test_folder_that_may_not_be_written_is_told(world, settings, tmp_path):
    (tmp_path / "fil").write_text("")
    settings.EVIDENCE_ROOT = tmp_path / "fil"

    with pytest.raises(ValidationError, match="kunde inte lagras"):
        added(world, world.log())


def test_database_that_fails_leaves_no_file(world, folder, monkeypatch):
    row = world.log()
    monkeypatch.setattr(
        "activities.evidence.record", lambda *_args, **_what: (_ for _ in ()).throw(IntegrityError("gone"))
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        added(world, row)

    assert files(folder) == []
    assert not Evidence.objects.exists()


def test_file_that_must_not_exist_is_erased_and_leaves_its_trace(world, folder):
    row = world.log()
    one = added(world, row)
    access = world.actors.access("officer")

    take_away(access=access, evidence=one, reason="Ett ansikte syns", erase=True)

    one.refresh_from_db()
    assert files(folder) == []
    assert (one.stored, one.void_reason, one.voided_by) == ("", "Ett ansikte syns", access.user)
    assert one.erased_at
    (step, *_before) = trail(row, access)
    assert step.why == "Ett ansikte syns"
    assert [(one.label, one.new) for one in step.fields] == [("Underlag", ""), ("Raderad fil", "Torget")]


def test_taken_away_first_and_erased_later(world, folder):
    row = world.log()
    one = added(world, row)
    take_away(access=world.actors.access("officer"), evidence=one, reason="Fel torg", erase=False)
    assert len(files(folder)) == 2

    for _time in range(2):
        take_away(access=world.actors.access("coordinator"), evidence=one, reason="Ansikte", erase=True)

    one.refresh_from_db()
    assert files(folder) == []
    assert (one.void_reason, one.voided_by) == ("Fel torg", world.user("officer"))
    changes = list(Change.objects.of(row).order_by("at", "pk"))
    assert len(changes) == 4
    assert (changes[3].by, changes[3].reason, changes[3].values) == (
        world.user("coordinator"),
        "Ansikte",
        {"erased": [None, "Torget"]},
    )


def test_file_that_cannot_be_erased_is_told_and_nothing_is_changed(world, folder, monkeypatch):
    row = world.log()
    one = added(world, row)

    def busy(*_args: object, **_how: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", busy)
    with pytest.raises(ValidationError, match="kunde inte raderas"):
        take_away(access=world.actors.access("officer"), evidence=one, reason="Ansikte", erase=True)

    one.refresh_from_db()
    assert not one.is_voided
    assert one.stored
    assert len(files(folder)) == 2


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301, "Se 19900101-1234"])
def test_taking_away_needs_a_reason_that_can_be_kept(world, folder, reason):
    one = linked(world, world.log())

    with pytest.raises(ValidationError) as error:
        take_away(access=world.actors.access("officer"), evidence=one, reason=reason, erase=False)

    assert error.value.message_dict.keys() == {"why"}
    one.refresh_from_db()
    assert not one.is_voided


def test_plan_that_is_done_tells_others_nothing_of_before(world, folder):
    """Neither when evidence was added nor that some was taken away, nor by the number of versions."""
    plan = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 5, 1))
    gone, kept = added(world, plan, title="Spaning"), linked(world, plan)
    take_away(access=world.actors.access("officer"), evidence=gone, reason="Fel port", erase=True)
    plan.refresh_from_db()
    done = correct_activity(
        access=world.actors.access("officer"),
        activity=plan,
        entry=replace(entry_of(plan), state=State.DONE),
        version=plan.version,
        today=TODAY,
    )
    staff, police = world.actors.access("staff"), world.actors.access("signatory")

    valid, taken = shown_evidence(done, staff)

    assert [(one.item, one.since) for one in valid] == [(kept, done.logged_at)]
    assert taken == []
    assert kept.added_at < done.logged_at
    (step,) = trail(done, staff)
    assert "Underlag" in {one.label for one in step.fields}
    assert "Raderad fil" not in {one.label for one in step.fields}
    assert "Spaning" not in str(step)
    assert hidden_steps(done, staff) == 4

    valid, taken = shown_evidence(done, police)
    assert [one.since for one in valid] == [kept.added_at]
    assert [one.item for one in taken] == [gone]


def test_erasing_later_what_was_taken_from_the_plan_tells_others_nothing(world, folder):
    """The act comes after the row became known, so it has to stand apart from the row's history."""
    plan = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 5, 1))
    gone = added(world, plan, title="Spaning")
    officer, staff = world.actors.access("officer"), world.actors.access("staff")
    take_away(access=officer, evidence=gone, reason="Fel port", erase=False)
    plan.refresh_from_db()
    entry = replace(entry_of(plan), state=State.DONE)
    done = correct_activity(access=officer, activity=plan, entry=entry, version=plan.version, today=TODAY)
    before, version = trail(done, staff), done.version - hidden_steps(done, staff)

    take_away(access=officer, evidence=gone, reason="Ansikte", erase=True)

    done.refresh_from_db()
    assert files(folder) == []
    assert trail(done, staff) == before
    assert done.version - hidden_steps(done, staff) == version
    (trace,) = Change.objects.of(gone)
    assert (trace.by, trace.reason, trace.values) == (
        world.user("officer"),
        "Ansikte",
        {"erased": [None, "Spaning"]},
    )
    assert trace.promise_id == done.promise_id


def test_evidence_is_never_deleted(world):
    one = linked(world, world.log())

    with pytest.raises(TypeError):
        one.delete()
    with pytest.raises(TypeError):
        Evidence.objects.all().delete()


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "link", "url": ""},
        {"kind": "link", "sha256": "a" * 64},
        {"kind": "pdf", "url": "", "sha256": "a" * 64, "stored": ""},
        {"kind": "picture", "url": "", "sha256": "", "stored": "a" * 32},
        {"void_reason": "utan dag"},
    ],
)
def test_row_that_says_two_things_is_refused_by_the_database(world, values):
    one = linked(world, world.log())

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=one.pk).update(**values)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "a" * 31, "A" * 32, "", "g" * 32])
def test_name_that_is_none_of_ours_opens_nothing(folder, name):
    with pytest.raises(ValueError, match="not the name"):
        storage.open_file(name)


def test_files_are_compared_with_their_rows(world, folder, capsys):
    row = world.log()
    added(world, row)
    added(world, row, content=document())
    linked(world, row)

    call_command("check_evidence")

    assert "2 filer, alla som raderna säger." in capsys.readouterr().out


def test_check_names_what_is_missing_changed_and_left_over(world, folder, capsys, monkeypatch):
    row = world.log()
    missing, changed, bare = (
        added(world, row, content=content) for content in (picture(), document(), picture(size=(9, 9)))
    )
    path = {path.name: path for path in files(folder)}
    path[missing.stored].unlink()
    path[bare.stored + ".small"].unlink()
    path[changed.stored].write_bytes(b"%PDF annan")
    storage.put(b"utan rad", b"liten")
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / ("ab" * 16 + ".part")).write_bytes(b"halv")

    with pytest.raises(CommandError, match="3 fel"):  # what is young may be on its way
        call_command("check_evidence")
    monkeypatch.setattr("activities.management.commands.check_evidence.IN_THE_MAKING", -1)
    with pytest.raises(CommandError, match="6 fel"):
        call_command("check_evidence")
    said = capsys.readouterr().out
    assert f"{missing.stored}: filen saknas" in said
    assert f"{bare.stored}: filen saknas" in said
    assert f"{changed.stored}: filen är inte den som lagrades" in said
    assert said.count("ingen rad nämner den") == 3

    with pytest.raises(CommandError, match="3 fel"):
        call_command("check_evidence", "--remove")
    assert capsys.readouterr().out.count("borttagen") == 3
    assert {one.name for one in files(folder)} == {
        missing.stored + ".small",
        bare.stored,
        changed.stored,
    }


def test_check_without_any_file_or_folder_is_well(db, folder, capsys):
    call_command("check_evidence")

    assert "0 filer" in capsys.readouterr().out
