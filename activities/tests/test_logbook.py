"""A promise's log: every act in a sentence, page by page, filtered, searched and as a file; and who may know what."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities.choices import State
from activities.entries import entry_of
from activities.locks import grant_exception, lock_period
from activities.logbook import reading
from activities.models import Activity
from activities.review import approve, require_review, return_row
from activities.services import correct_activity, void_activity
from activities.tests.pages import TODAY, World, text_of, world
from history.models import Change
from history.services import record
from promises.choices import Role
from promises.models import Membership
from promises.registering import NewClass, register_classes
from promises.services import give_role, take_role
from promises.tests.factories import AmendmentFactory, TargetFactory

__all__ = ["world"]


def url(world: World, name: str = "list", *args: str) -> str:
    return reverse(f"logbook:{name}", args=[world.actors.promise.slug, *args])


def read(world: World, who: str = "staff", **query: str) -> str:
    return text_of(world.client(who).get(url(world), query))


def sentences(world: World, who: str = "staff", **query: str) -> list[str]:
    """As the page has them, the newest first."""
    page = world.client(who).get(url(world), query).context["page"]
    return [line.sentence for line in page.lines]


def correct(
    world: World, row: Activity, name: str = "officer", why: str = "Räknade fel", **values
) -> Activity:
    row = Activity.objects.get(pk=row.pk)
    return correct_activity(
        access=world.actors.access(name),
        activity=row,
        entry=replace(entry_of(row), **values),
        version=row.version,
        today=TODAY,
        reason=why,
    )


def at(change: Change, moment: datetime) -> None:
    """History is never changed, but for a test that needs another day."""
    super(type(Change.objects.all()), Change.objects.filter(pk=change.pk)).update(at=moment)


def secret_done(world: World) -> Activity:
    """Planned, changed and done; the plan had other words than what was done."""
    plan = world.log(commitment=world.secret, state=State.PLANNED, note="ryggsäck", minutes=90)
    correct(world, plan, why="ryggskott", minutes=60)
    return correct(world, plan, why="klart", state=State.DONE, note="lugnt")


# --- Sentences


def test_log_tells_what_was_done_with_a_row(world):
    row = world.log(quantity=2)
    correct(world, row, quantity=3)
    void_activity(access=world.actors.access("coordinator"), activity=row, version=2, reason="Dubblett")
    officer, coordinator = world.user("officer"), world.user("coordinator")

    assert sentences(world) == [
        f"{coordinator} makulerade fotpatrull i Holma 1 maj 2020",
        f"{officer} rättade fotpatrull i Holma 1 maj 2020",
        f"{officer} loggade fotpatrull i Holma 1 maj 2020",
    ]
    text = read(world)
    assert "Antal: 2 → blev 3" in text
    assert "Varför: Räknade fel" in text
    assert "Varför: Dubblett" in text
    assert world.row_url(row) in world.client("staff").get(url(world)).content.decode()


def test_log_tells_of_plans_reviews_locks_and_exceptions(world):
    coordinator = world.actors.access("coordinator")
    plan = world.log(state=State.PLANNED)
    correct(world, plan, state=State.CANCELLED, reason="Sjukdom")
    require_review(access=coordinator, required=True, reason="Beslut")
    row = world.log()
    return_row(access=coordinator, activity=row, version=1, reason="Var?")
    approve(access=coordinator, versions={row.pk: 2})
    lock = lock_period(
        access=coordinator, first=date(2020, 5, 1), last=date(2020, 5, 1), reason="Stängt", today=TODAY
    )
    grant_exception(
        access=coordinator,
        lock=lock,
        user=world.user("officer"),
        until=timezone.now() + timedelta(days=3),
        reason="En rättelse",
    )
    correct(world, row, quantity=4)

    verbs = [
        one.removeprefix(f"{world.user('officer')} ").removeprefix(f"{coordinator.user} ")
        for one in sentences(world)
    ]
    assert [one.split(" ")[0] for one in verbs] == [
        "rättade", "beviljade", "låste", "godkände", "skickade", "loggade", "ändrade", "ställde", "planerade",
    ]  # fmt: skip
    text = read(world)
    assert "med undantag, i en låst period" in text
    assert "2020-05-01 – 2020-05-01" in text
    assert "Sjukdom" in text


def test_log_tells_of_register_roles_and_decisions(world):
    register_classes(
        access=world.actors.access("coordinator"),
        school=world.school,
        year=2019,
        grade=5,
        classes=[NewClass("5C", 20)],
    )
    administrator, person = world.user("administrator"), world.user("stranger")
    role = give_role(
        by=administrator,
        user=person,
        promise=world.actors.promise,
        organisation=Membership.objects.get(user=world.user("staff")).organisation,
        role=Role.CONTRIBUTOR,
    )
    take_role(by=administrator, membership=role)
    amendment = AmendmentFactory(target=TargetFactory(commitment=world.visible, yearly=True))
    record(
        amendment,
        action=Change.Action.CREATED,
        by=world.user("coordinator"),
        promise_id=world.actors.promise.pk,
        old={},
        new={"minimum": 40, "reading": "Minst 40."},
        reason="",
    )

    told = sentences(world)

    assert told[0] == f"{world.user('coordinator')} skrev in ett beslut: 3. Synliga aktiviteter"
    assert told[1].startswith(f"{administrator} tog tillbaka en roll: {person.email}, ")
    assert told[2].startswith(f"{administrator} gav en roll: {person.email}, Kommunens personal som loggar")
    assert "5C" in told[3]
    assert "Minst 40." in read(world)


def test_log_of_another_promise_is_another(world):
    world.log()
    stranger = world.user("stranger")
    other = stranger.memberships.get().promise

    page = world.client("stranger").get(reverse("logbook:list", args=[other.slug]))

    assert page.context["page"].lines == []


def test_log_names_no_command(world):
    record(
        world.actors.promise,
        action=Change.Action.CORRECTED,
        by=None,
        source="load_promise",
        promise_id=world.actors.promise.pk,
        old={"title": "Ett"},
        new={"title": "Två"},
        reason="",
    )

    assert sentences(world)[0].startswith("Inläsningen av löftet ")
    assert "load_promise" not in read(world).lower()


def test_log_is_empty_at_first_and_says_what_will_be_here(world):
    assert "Här kommer allt som loggas" in read(world)


# --- Secrecy


@pytest.mark.parametrize("who", ["staff", "city_coordinator"])
def test_secret_plan_begins_when_it_is_done(world, who):
    row = secret_done(world)
    correct(world, row, quantity=2)
    officer = world.user("officer")

    assert sentences(world, who) == [
        f"{officer} rättade riktad narkotikainsats i Holma 1 maj 2020",
        f"{officer} loggade riktad narkotikainsats i Holma 1 maj 2020",
    ]
    assert len(sentences(world, "coordinator")) == 4
    page = read(world, who)
    for word in ("ryggsäck", "ryggskott", "klart", "planera", "genomförd:"):
        assert word not in page.lower().replace("planlagda", "").replace("planering", "")


@pytest.mark.parametrize("who", ["staff", "city_coordinator"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"handelse": "done"}, 0),
        ({"handelse": "created"}, 1),
        ({"handelse": "corrected"}, 0),
        ({"sok": "ryggsäck"}, 0),
        ({"sok": "ryggskott"}, 0),
        ({"sok": "klart"}, 0),
        ({"sok": "planera"}, 0),
        ({"sok": "loggade"}, 1),
        ({"atagande": "4"}, 1),
        ({"vad": "aktivitet"}, 1),
    ],
)
def test_no_filter_and_no_search_finds_what_was_before(world, who, query, found):
    secret_done(world)

    assert len(sentences(world, who, **query)) == found


@pytest.mark.parametrize("state", [State.PLANNED, State.CANCELLED])
def test_secret_plan_that_is_not_done_is_not_in_the_log_of_others(world, state):
    plan = world.log(commitment=world.secret, state=State.PLANNED)
    if state == State.CANCELLED:
        correct(world, plan, state=state, reason="Sjukdom")

    assert sentences(world, "city_coordinator") == []
    assert sentences(world, "officer") != []
    void_activity(
        access=world.actors.access("officer"),
        activity=plan,
        version=Activity.objects.get().version,
        reason="X",
    )
    assert sentences(world, "city_coordinator") == []


def test_place_in_the_address_is_a_moment_and_no_number_with_gaps(world):
    world.log()
    for _ in range(reading.PER_PAGE):
        world.log(commitment=world.secret, state=State.PLANNED)
    for _ in range(reading.PER_PAGE):
        world.log()
    page = world.client("staff").get(url(world)).context["page"]

    first_shown = Change.objects.order_by("-pk")[reading.PER_PAGE - 1]
    assert page.older == str(reading.Place(first_shown.at))
    assert str(first_shown.pk) != page.older


def test_what_stands_beside_activities_is_not_shown_to_others_before_it_is_known(world):
    """Should a kind of row come that nobody has thought of here, it is the police's until somebody has."""
    Change.objects.create(
        by=world.user("officer"),
        promise_id=world.actors.promise.pk,
        subject="activities.something",
        subject_id=1,
        action=Change.Action.CREATED,
    )

    assert sentences(world, "staff") == []
    assert len(sentences(world, "officer")) == 1


# --- Page by page


def walk(world: World, who: str = "staff", **query: str) -> list[list[str]]:
    """The sentences page by page, by following "Äldre"."""
    pages, client = [], world.client(who)
    while True:
        page = client.get(url(world), query).context["page"]
        pages.append([f"{line.at.isoformat()} {line.sentence}" for line in page.lines])
        if not page.older:
            return pages
        query = query | {"efter": page.older}


def test_pages_have_every_act_once(world, monkeypatch):
    monkeypatch.setattr(reading, "PER_PAGE", 3)
    for number in range(8):
        world.log(quantity=number)

    pages = walk(world)

    assert [len(page) for page in pages] == [3, 3, 2]
    assert len({line for page in pages for line in page}) == 8


def test_acts_of_one_moment_are_never_parted(world, monkeypatch):
    monkeypatch.setattr(reading, "PER_PAGE", 3)
    for number in range(8):
        world.log(quantity=number)
    moment = datetime(2020, 5, 2, 8, tzinfo=UTC)
    changes = list(Change.objects.order_by("pk"))
    for number, change in enumerate(changes):
        at(change, moment if number in (2, 3, 4, 5) else moment + timedelta(minutes=number - 4))

    pages = walk(world)

    lines = [line for page in pages for line in page]
    assert len(lines) == 8
    assert any(
        sum(moment.astimezone(timezone.get_current_timezone()).isoformat() in one for one in page) == 4
        for page in pages
    )


def test_newer_leads_back_to_the_same_pages(world, monkeypatch):
    monkeypatch.setattr(reading, "PER_PAGE", 3)
    for number in range(7):
        world.log(quantity=number)
    client = world.client("staff")
    first = client.get(url(world)).context["page"]
    second = client.get(url(world), {"efter": first.older}).context["page"]

    back = client.get(url(world), {"fore": second.newer}).context["page"]

    assert [line.at for line in back.lines] == [line.at for line in first.lines]


def test_search_says_how_far_it_has_looked_and_leads_on(world, monkeypatch):
    monkeypatch.setattr(reading, "SEARCHED", 4)
    world.log(note="x")
    correct(world, Activity.objects.get(), why="Nålen", quantity=2)
    for _ in range(9):
        world.log()

    client = world.client("staff")
    page = client.get(url(world), {"sok": "nålen"})
    assert "Inget här passar filtret. Sökt till och med" in text_of(page)

    assert sum(len(found) for found in walk(world, sok="NÅLEN")) == 1


def test_filter_says_how_far_it_has_looked(world, monkeypatch):
    monkeypatch.setattr(reading, "FILTERED", 4)
    first = world.log("coordinator")
    for _ in range(9):
        world.log()

    pages = walk(world, person=str(first.logged_by_id))

    assert [len(page) for page in pages] == [0, 0, 1]


def test_what_happens_now_and_then_is_found_behind_any_number_of_rows(world, monkeypatch):
    monkeypatch.setattr(reading, "FILTERED", 4)
    lock_period(
        access=world.actors.access("coordinator"),
        first=date(2019, 1, 1),
        last=date(2019, 1, 31),
        reason="Stängt",
        today=TODAY,
    )
    for _ in range(9):
        world.log()

    assert [len(page) for page in walk(world, vad="lasning")] == [1]
    assert [len(page) for page in walk(world, vad="lasning", sok="stängt")] == [1]
    monkeypatch.setattr(reading, "FEW", 0)
    assert sum(len(page) for page in walk(world, vad="lasning")) == 1


# --- Filters


def test_filters_take_what_they_say(world):
    row = world.log()
    world.log(commitment=world.numbers, quantity=3, occurred_on=date(2020, 5, 1), month_only=True)
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    correct(world, row, "coordinator", quantity=2, why="Vid torget")
    officer = world.user("officer")

    assert len(sentences(world)) == 4
    assert len(sentences(world, vad="aktivitet")) == 3
    assert len(sentences(world, vad="lofte")) == 1
    assert len(sentences(world, vad="lasning")) == 0
    assert len(sentences(world, handelse="corrected")) == 2
    assert len(sentences(world, person=str(officer.pk))) == 2
    assert len(sentences(world, person="fil")) == 0
    assert len(sentences(world, atagande="3")) == 2
    assert len(sentences(world, atagande="2")) == 1
    assert len(sentences(world, sok="TORGET")) == 1
    assert len(sentences(world, sok="fotpatrull", handelse="created")) == 1
    assert len(sentences(world, undantag="1")) == 0
    assert (
        len(sentences(world, vad="aktivitet", atagande="3", handelse="corrected", person=str(officer.pk)))
        == 0
    )


def test_days_are_days_here(world):
    """Half past midnight in Sweden is the day before in UTC."""
    world.log()
    at(Change.objects.get(), datetime(2020, 5, 1, 22, 30, tzinfo=UTC))

    assert len(sentences(world, fran="2020-05-02", till="2020-05-02")) == 1
    assert len(sentences(world, fran="2020-05-03")) == 0
    assert len(sentences(world, till="2020-05-01")) == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("person=99999", "är ingen som har eller har haft en roll här"),
        ("vad=atlantis", "”atlantis” finns inte"),
        ("handelse=x", "”x” finns inte"),
        ("atagande=9", "”9” finns inte"),
        ("fran=2020-13-01", "2020-13-01"),
        ("till=9999-12-31", "”9999-12-31” kan inte vara rätt år"),
        ("fran=0001-01-01", "”0001-01-01” kan inte vara rätt år"),
        ("fran=2020-05-02&till=2020-05-01", "2020-05-01 kommer före 2020-05-02"),
        ("vad=aktivitet&vad=klass", "Bara ett värde i taget"),
        ("banan=1", "banan"),
        ("efter=x", "är ingen plats i historiken"),
        ("efter=99999999999999999999", "är ingen plats i historiken"),
        ("efter=1&fore=2", "Bara ett av"),
        ("undantag=2", "”2” finns inte"),
        ("sok=" + "x" * 101, "100"),
    ],
)
def test_what_the_address_asks_for_and_is_not_there_is_refused(world, query, words):
    world.log()

    answer = world.client("staff").get(f"{url(world)}?{query}")

    assert answer.status_code == 400
    assert words.lower() in text_of(answer).lower()
    assert "loggade" not in text_of(answer)


def test_person_who_has_left_can_still_be_asked_for(world):
    world.log("contributor")
    membership = world.user("contributor").memberships.get()
    take_role(by=world.user("administrator"), membership=membership)

    assert len(sentences(world, person=str(world.user("contributor").pk))) == 1


def test_person_filter_names_nobody_for_what_they_planned_in_secret(world):
    """Somebody who only ever planned, and has no role any more, is not to be told of by a name in a list."""
    world.log("other_officer", commitment=world.secret, state=State.PLANNED)
    Membership.objects.filter(user=world.user("other_officer")).delete()

    assert str(world.user("other_officer")) not in world.client("staff").get(url(world)).content.decode()


# --- Files


def cells(answer) -> list[list[str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_csv_has_what_the_page_has(world):
    row = world.log(quantity=2)
    correct(world, row, quantity=3, why="=1+1")
    world.log("coordinator")

    head, *lines = cells(world.client("coordinator").get(url(world, "export", "csv"), {"atagande": "3"}))

    assert head == ["tid", "vem", "händelse", "vad", "om", "åtagande", "ändringar", "varför", "undantag"]
    assert [line[2] for line in lines] == sentences(world, "coordinator")
    corrected = lines[1]
    assert corrected[3:] == ["Rättad", "Aktiviteter", "3", "Antal: 2 → 3", "'=1+1", ""]
    assert len(cells(world.client("coordinator").get(url(world, "export", "csv"), {"sok": "=1+1"}))) == 2


def test_xlsx_has_the_same(world):
    world.log()
    correct(world, Activity.objects.get(), quantity=3, why="=1+1")

    answer = world.client("signatory").get(url(world, "export", "xlsx"))

    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[2] for row in rows[1:]] == sentences(world, "signatory")
    assert rows[1][5] == 3
    assert rows[1][7] == "=1+1"
    assert sheet["H2"].data_type == "s"


def test_file_has_every_act_however_many(world, monkeypatch):
    monkeypatch.setattr(reading, "PER_PAGE", 2)
    monkeypatch.setattr(reading, "_AT_ONCE", 3)
    monkeypatch.setattr(reading, "SEARCHED", 2)
    for number in range(11):
        world.log(quantity=number)

    for query in ({}, {"sok": "fotpatrull"}, {"vad": "aktivitet"}):
        _head, *lines = cells(world.client("coordinator").get(url(world, "export", "csv"), query))
        assert len(lines) == 11


def test_file_through_a_filter_that_does_not_exist_leads_to_the_page_that_says_so(world):
    answer = world.client("coordinator").get(url(world, "export", "csv") + "?vad=atlantis", follow=True)

    assert answer.status_code == 400
    assert world.client("coordinator").get(url(world, "export", "pdf")).status_code == 404


# --- What it costs


@pytest.mark.parametrize("who", ["coordinator", "city_coordinator"])
def test_log_asks_the_database_the_same_at_3_and_at_300_acts(world, django_assert_num_queries, who):
    client = world.client(who)
    queries = [{}, {"vad": "aktivitet"}, {"sok": "fotpatrull"}, {"sok": "fel", "atagande": "3"}]

    def asked(query: dict[str, str]) -> int:
        with django_assert_num_queries(40, exact=False) as caught:
            client.get(url(world), query)
        return len(caught)

    def act() -> None:
        correct(world, world.log(classes=()), quantity=2)
        secret_done(world)

    act()
    few = [asked(query) for query in queries]
    for _ in range(59):
        act()

    assert Change.objects.count() == 300
    assert [asked(query) for query in queries] == few
