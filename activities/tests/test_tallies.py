"""The running totals: equal to the rows after every act, proved by the command, and mended by it."""

import logging
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import tallies
from activities.entries import entry_of
from activities.importer.run import import_file
from activities.models import Activity, Axis, Tally
from activities.review import answer, approve, require_review, return_row
from activities.rules import ClassPresent
from activities.services import correct_activity, log_activity, void_activity
from activities.tests.factories import ActivityFactory, count_again
from activities.tests.importing import Files
from activities.tests.pages import TODAY, World, world
from history.models import Change
from promises.tests.factories import CommitmentFactory, KindFactory

__all__ = ["world"]

FIRST, LAST = date(2019, 1, 1), date(2020, 12, 31)


def wrong(promise):
    """Every number that is not what the rows add up to."""
    return [one for commitment in promise.commitments.all() for one in tallies.differences(commitment)]


def numbers(commitment, axis=Axis.ALL, *measures):
    """(day, member, then the measures) of every total that is not empty."""
    kept = Tally.objects.filter(commitment=commitment, axis=axis, rows__gt=0).order_by(
        "day", "member", "present"
    )
    return list(kept.values_list("day", "member", *measures))


# --- What one row adds


def test_row_adds_each_measure_once_and_its_members(world):
    parties = [party.organisation for party in world.actors.promise.parties.all()][:2]
    row = world.log(
        areas=(world.holma, world.kroksback),
        parties=tuple(parties),
        quantity=3,
        minutes=45,
        persons_reached=20,
    )

    kept = Tally.objects.get(commitment=world.visible, axis=Axis.ALL)
    assert {name: getattr(kept, name) for name in tallies.MEASURES} == {
        "quantity": 3,
        "rows": 1,
        "rows_done": 1,
        "batches": 1,
        "minutes": 45,
        "rows_with_minutes": 1,
        "reached": 20,
        "rows_with_reached": 1,
        "rows_joint": 1,
        "rows_overlapping": 1,
    }
    day = row.occurred_on
    assert numbers(world.visible, Axis.AREA, "quantity") == [
        (day, world.holma.pk, 3),
        (day, world.kroksback.pk, 3),
    ]
    assert numbers(world.visible, Axis.KIND, "quantity") == [(day, world.patrol.pk, 3)]
    assert [member for _day, member in numbers(world.visible, Axis.PARTY)] == sorted(
        one.pk for one in parties
    )


def test_nil_report_is_a_row_and_no_activity(world):
    world.log(quantity=0, kind=None)

    assert numbers(world.visible, Axis.ALL, "quantity", "rows", "rows_done") == [
        (date(2020, 5, 1), 0, 0, 1, 0)
    ]


def test_row_without_area_is_under_none(world):
    world.log(commitment=world.numbers, quantity=4)

    assert numbers(world.numbers, Axis.AREA, "quantity") == [(date(2020, 5, 1), 0, 4)]


def test_meeting_is_kept_by_class_and_pupils_present(world):
    world.log(
        commitment=world.meetings,
        school=world.school,
        school_year=2019,
        classes=(
            ClassPresent(school_class=world.a, pupils_present=20),
            ClassPresent(school_class=world.b, pupils_present=None),
        ),
    )

    kept = Tally.objects.filter(commitment=world.meetings, axis=Axis.CLASS).order_by("member")
    assert list(kept.values_list("member", "present", "rows")) == [(world.a.pk, 20, 1), (world.b.pk, 0, 1)]


@pytest.mark.parametrize(
    ("known_at", "day"),
    [
        (datetime(2020, 4, 1, tzinfo=UTC), date(2020, 5, 1)),  # logged beforehand: its own day
        (datetime(2020, 5, 1, 21, 59, tzinfo=UTC), date(2020, 5, 1)),
        (datetime(2020, 5, 1, 22, 0, tzinfo=UTC), date(2020, 5, 2)),  # midnight in Stockholm
        (datetime(2021, 3, 1, tzinfo=UTC), date(2021, 3, 1)),  # after the promise
    ],
)
def test_row_is_known_on_the_later_of_two_days(db, known_at, day):
    row = ActivityFactory(occurred_on=date(2020, 5, 1), logged_at=known_at)

    assert [found for found, _member in numbers(row.commitment, Axis.KNOWN)] == [day]
    assert wrong(row.promise) == []


@pytest.mark.parametrize(
    ("day", "counts"),
    [(FIRST - timedelta(days=1), 0), (FIRST, 1), (LAST, 1), (LAST + timedelta(days=1), 0)],
)
def test_rows_outside_the_period_add_nothing(db, day, counts):
    row = ActivityFactory(occurred_on=day)

    assert len(numbers(row.commitment)) == counts
    assert wrong(row.promise) == []


def test_plans_and_cancellations_add_nothing(world):
    world.log(state="planned", occurred_on=date(2020, 7, 1))
    world.log(state="cancelled", reason="Pandemin")

    assert not Tally.objects.exists()


def test_correction_moves_what_the_row_added(world):
    row = world.log(quantity=2)
    new = replace(entry_of(row), occurred_on=date(2020, 5, 3), areas=(world.kroksback,), kind=world.walk)

    correct_activity(
        access=world.actors.access("officer"),
        activity=row,
        entry=new,
        version=1,
        today=TODAY,
        reason="Fel dag",
    )

    moved = date(2020, 5, 3)
    assert numbers(world.visible, Axis.ALL, "quantity") == [(moved, 0, 2)]
    assert numbers(world.visible, Axis.AREA, "quantity") == [(moved, world.kroksback.pk, 2)]
    assert numbers(world.visible, Axis.KIND, "quantity") == [(moved, world.walk.pk, 2)]
    assert wrong(world.actors.promise) == []


def test_refused_row_leaves_the_totals(world):
    world.log()
    with pytest.raises(ValidationError):
        world.log(occurred_on=TODAY + timedelta(days=1))

    assert wrong(world.actors.promise) == []


def test_month_is_what_its_days_add_up_to(world):
    for day in (date(2020, 4, 30), date(2020, 5, 1), date(2020, 5, 31)):
        world.log(occurred_on=day, quantity=2)

    assert numbers(world.visible, Axis.MONTH_ALL, "quantity", "rows") == [
        (date(2020, 4, 1), 0, 2, 1),
        (date(2020, 5, 1), 0, 4, 2),
    ]
    assert [day for day, _member in numbers(world.visible, Axis.MONTH_AREA)] == [
        date(2020, 4, 1),
        date(2020, 5, 1),
    ]


# --- Any sequence of acts


class Walk:
    """People and files at work, by chance that is the same every time."""

    def __init__(self, world: World, seed: int, files: Files) -> None:
        self.world, self.chance, self.files = world, random.Random(seed), files
        self.officer = world.actors.access("officer")
        self.coordinator = world.actors.access("coordinator")
        self.parties = [party.organisation for party in world.actors.promise.parties.all()]
        self.seen: set[str] = set()

    def step(self) -> None:
        acts = [self.log, self.log, self.log, self.correct, self.correct, self.void, self.read_file]
        acts += [self.approve, self.send_back, self.answer]
        act = self.chance.choice(acts)
        self.seen.add(act.__name__)
        act()

    def entry(self, commitment, state):
        chance, world = self.chance, self.world
        values = {
            "state": state,
            "occurred_on": date(2020, 5, 1) + timedelta(days=chance.randrange(6)),
            "quantity": chance.choice([0, 1, 1, 3]),
            "parties": tuple(chance.sample(self.parties, chance.randrange(len(self.parties) + 1))),
        }
        if commitment == world.numbers:
            return values | {"parties": ()}
        values |= {"minutes": chance.choice([None, 30, 90]), "persons_reached": chance.choice([None, 0, 12])}
        if commitment == world.meetings:
            classes = chance.sample([world.a, world.b], chance.randrange(1, 3))
            met = tuple(
                ClassPresent(school_class=one, pupils_present=chance.choice([None, 18, 22]))
                for one in classes
            )
            return values | {
                "kind": world.theme,
                "quantity": 1,
                "school": world.school,
                "school_year": 2019,
                "classes": met,
            }
        areas = chance.sample([world.holma, world.kroksback], chance.randrange(1, 3))
        return values | {"kind": chance.choice([world.patrol, world.walk]), "areas": tuple(areas)}

    def log(self):
        commitment = self.chance.choice([self.world.visible, self.world.meetings, self.world.numbers])
        state = "done"
        if commitment == self.world.visible:
            state = self.chance.choice(["done", "done", "planned"])
        entry = self.entry(commitment, state)
        if state == "planned":
            entry |= {"quantity": 1, "persons_reached": None}
        self.world.log(commitment=commitment, **entry)

    def correct(self):
        """Any other content; plans become done or cancelled."""
        row = self.any_row()
        if row is None:
            return
        done = self.chance.random() < 0.8
        if row.state == "planned" and not done:
            new = replace(entry_of(row), state="cancelled", reason="Regn")
        elif row.state == "cancelled":
            return
        else:
            new = replace(entry_of(row), **self.entry(row.commitment, "done"))
        own = row.logged_by_id == self.officer.user.pk
        correct_activity(
            access=self.officer if own and self.chance.random() < 0.5 else self.coordinator,
            activity=row,
            entry=new,
            version=row.version,
            today=TODAY,
            reason="Rättat",
        )

    def void(self):
        row = self.any_row()
        if row is not None:
            void_activity(access=self.coordinator, activity=row, version=row.version, reason="Dubblett")

    def approve(self):
        """Whatever waits or was sent back of a few rows, in one go."""
        rows = list(Activity.objects.not_approved().order_by("occurred_on", "quantity", "logged_at"))
        some = self.chance.sample(rows, self.chance.randrange(len(rows) + 1))
        approve(access=self.coordinator, versions={row.pk: row.version for row in some})

    def send_back(self):
        row = self.any_row()
        if row is not None and row.state == "done":
            return_row(access=self.coordinator, activity=row, version=row.version, reason="Vilken dag?")

    def answer(self):
        row = Activity.objects.not_approved().filter(review="returned", logged_by__isnull=False).first()
        if row is not None:
            answer(access=self.coordinator, activity=row, version=row.version, text="Den dagen.")

    def read_file(self):
        rows = [
            {
                "datum": f"2020-05-0{self.chance.randrange(1, 7)}",
                "åtagande": "3",
                "typ": "Fotpatrull",
                "antal": str(self.chance.randrange(4)),
                "områden": self.chance.choice(["Holma", "Holma|Kroksbäck"]),
            }
            for _ in range(3)
        ]
        import_file(self.files.csv(*rows), promise=self.world.actors.promise, today=TODAY)

    def any_row(self):
        rows = list(Activity.objects.valid().order_by("occurred_on", "quantity", "logged_at"))
        return self.chance.choice(rows) if rows else None


@pytest.mark.parametrize("seed", range(4))
def test_totals_are_the_rows_after_every_act(world, tmp_path, caplog, seed):
    walk = Walk(world, seed, Files(tmp_path))
    require_review(access=walk.coordinator, required=True, reason="Beslut")
    for _ in range(40):
        walk.step()
        assert wrong(world.actors.promise) == []

    assert walk.seen == {"log", "correct", "void", "read_file", "approve", "send_back", "answer"}
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]  # nothing had to be mended


def test_totals_take_the_same_queries_for_many_rows(world, tmp_path):
    def queries(count, name):
        rows = [
            {
                "datum": f"2019-{1 + n % 12:02}-{1 + n % 28:02}",
                "åtagande": "3",
                "typ": "Fotpatrull",
                "antal": "1",
                "områden": "Holma",
            }
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as caught:
            import_file(Files(tmp_path).csv(*rows, name=name), promise=world.actors.promise, today=TODAY)
        return sum("activities_tally" in query["sql"] for query in caught)

    assert queries(3, "a.csv") == queries(90, "b.csv") == 1


# --- Proving and mending


def test_check_totals_says_that_all_is_right(world, capsys):
    world.log()

    call_command("check_totals")

    assert capsys.readouterr().out == "De löpande summorna stämmer med raderna.\n"


@pytest.mark.parametrize(
    ("axis", "change", "said"),
    [
        (Axis.ALL, {"quantity": 7}, "quantity: 7 sparat, 2 räknat"),
        (Axis.ALL, {"minutes": 5}, "minutes: 5 sparat, 0 räknat"),
        (Axis.AREA, {"member": 4711}, "område 4711 · quantity: 2 sparat, 0 räknat"),
        (Axis.MONTH_KIND, {"quantity": 9}, "slag, månad"),
        (Axis.KNOWN, {"rows": 0}, "känt · rows: 0 sparat, 1 räknat"),
    ],
)
def test_check_totals_catches_a_wrong_total_and_mends_it(world, capsys, axis, change, said):
    world.log(quantity=2)
    Tally.objects.filter(commitment=world.visible, axis=axis).update(**change)

    with pytest.raises(CommandError, match="--repair"):
        call_command("check_totals", world.actors.promise.slug)
    out = capsys.readouterr().out
    assert said in out
    assert out.startswith(f"{world.actors.promise.slug} · 3 · ")
    assert wrong(world.actors.promise) != []  # looking changes nothing

    call_command("check_totals", world.actors.promise.slug, repair=True)

    assert wrong(world.actors.promise) == []
    trace = Change.objects.of(world.visible).get()
    assert (trace.source, trace.by, trace.promise_id) == ("check_totals", None, world.actors.promise.pk)


def test_check_totals_catches_a_row_written_past_the_services(world):
    row = world.log()
    Activity.objects.filter(pk=row.pk).update(quantity=5)

    with pytest.raises(CommandError):
        call_command("check_totals")


def test_check_totals_of_one_promise_leaves_the_others_alone(world):
    world.log()
    Tally.objects.update(quantity=9)
    other = CommitmentFactory().promise

    call_command("check_totals", other.slug, repair=True)

    assert wrong(world.actors.promise) != []


def test_check_totals_unknown_promise(db):
    with pytest.raises(CommandError, match="finns-inte"):
        call_command("check_totals", "finns-inte")


def test_voiding_what_a_wrong_total_does_not_hold_counts_again_and_says_so(world, caplog):
    """A total that something else broke stands in nobody's way."""
    row = world.log(quantity=2)
    Tally.objects.filter(axis=Axis.AREA).update(quantity=1)

    void_activity(access=world.actors.access("officer"), activity=row, version=1, reason="Fel")

    assert wrong(world.actors.promise) == []
    assert "did not hold" in caplog.text


def test_count_again_is_what_the_services_would_have_kept(world):
    row = world.log(quantity=2)
    Activity.objects.filter(pk=row.pk).update(quantity=5)

    count_again(world.actors.promise)

    assert numbers(world.visible, Axis.ALL, "quantity") == [(row.occurred_on, 0, 5)]


def test_logging_twice_with_one_key_adds_once(world):
    entry = entry_of(world.log())
    KindFactory(commitment=world.visible, code="annat", name="Annat")
    for _ in range(2):
        log_activity(
            access=world.actors.access("officer"),
            commitment=world.visible,
            entry=entry,
            today=TODAY,
            client_key="en-gang",
        )

    assert numbers(world.visible, Axis.ALL, "rows") == [(entry.occurred_on, 0, 2)]
