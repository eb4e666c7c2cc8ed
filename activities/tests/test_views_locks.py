"""The pages of locked periods, and what a lock looks like on the pages of rows."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.choices import State
from activities.locks import lock_period
from activities.models import Activity
from activities.review import require_review
from activities.tests.pages import TODAY, text_of, world
from activities.views.row import mark
from promises.models import LockException, PeriodLock
from promises.tests.factories import LockExceptionFactory, PeriodLockFactory

__all__ = ["world"]

INSIDE, AFTER = date(2019, 5, 1), date(2020, 5, 1)


def url(world, name="list", *args):
    return reverse(f"locks:{name}", args=[world.actors.promise.slug, *args])


@pytest.fixture
def locked(world) -> PeriodLock:
    return PeriodLockFactory(promise=world.actors.promise, locked_by=world.user("coordinator"))


def exception_for(world, locked, name="officer", **values) -> LockException:
    return LockExceptionFactory(
        lock=locked, user=world.user(name), granted_by=world.user("coordinator"), **values
    )


def sent(**values):
    return {"fran": "2019-01-01", "till": "2019-12-31", "why": "Året är avslutat"} | values


# --- Locking


def test_page_offers_the_last_year_that_has_closed_and_tells_what_it_covers(world):
    world.log(occurred_on=INSIDE)
    world.log(occurred_on=INSIDE, state=State.PLANNED)
    world.log(occurred_on=AFTER)

    answer = world.client("coordinator").get(url(world, "create"))

    text = text_of(answer)
    assert "2019-01-01 – 2019-12-31" in text
    assert "2 aktiviteter" in text
    assert "1 är planerad, varken genomförd eller inställd" in text
    assert "väntar på granskning" not in text


def test_page_offers_what_comes_after_the_last_lock(world, locked):
    assert "2019-07-01 – 2019-12-31" in text_of(world.client("coordinator").get(url(world, "create")))
    PeriodLockFactory(promise=locked.promise, first_day=date(2019, 7, 1), last_day=date(2019, 12, 31))
    assert "2020-01-01 – 2020-05-31" in text_of(world.client("coordinator").get(url(world, "create")))


def test_lock_is_made_in_the_browser(world):
    client = world.client("city_coordinator")

    answer = client.post(url(world, "create"), sent(), follow=True)

    row = PeriodLock.objects.get()
    assert (row.first_day, row.last_day) == (date(2019, 1, 1), date(2019, 12, 31))
    assert "2019-01-01 till 2019-12-31 är låst." in text_of(answer)
    assert f"Låst av {row.locked_by}" in text_of(answer)


def test_what_waits_is_told_and_has_to_be_ticked(world):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    world.log(occurred_on=INSIDE)
    client = world.client("coordinator")

    asked = text_of(client.get(url(world, "create")))
    assert "1 väntar på granskning" in asked
    assert "Den kan inte godkännas sedan och räknas inte." in asked
    assert "frivilligt" not in asked  # the period is not locked without it
    unticked = client.post(url(world, "create"), sent())
    assert "Godkänn den först, eller kryssa för att den får vänta" in text_of(unticked)
    world.log(occurred_on=INSIDE)
    assert not PeriodLock.objects.exists()

    changed = client.post(url(world, "create"), sent(accepted="1"))
    assert "Nu är det ett annat antal som väntar" in text_of(changed)
    assert not PeriodLock.objects.exists()

    assert client.post(url(world, "create"), sent(accepted="2")).status_code == 302
    assert PeriodLock.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"why": " "}, "Skriv varför"),
        ({"fran": "2018-12-31"}, "2018-12-31 ligger utanför löftets period"),
        ({"till": "2019-02-31"}, "2019-02-31"),
        ({"fran": "2020-01-01"}, "2019-12-31 kommer före 2020-01-01"),
        ({"till": "2020-06-02"}, "2020-06-02 har inte kommit än"),
    ],
)
def test_what_cannot_be_locked_is_told_and_nothing_typed_is_lost(world, values, words):
    answer = world.client("coordinator").post(url(world, "create"), sent(**values))

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert not PeriodLock.objects.exists()


@pytest.mark.parametrize(
    "query", ["?fran=x&till=2019-01-01", "?fran=2019-03-01&till=2019-02-01", "?till=2019-01-01"]
)
def test_days_that_cannot_be_read_are_named(world, query):
    answer = world.client("coordinator").get(url(world, "create") + query)

    assert answer.status_code == 200
    assert 'name="why"' not in answer.content.decode()
    assert "error-summary" in answer.content.decode()


def test_secret_plans_are_not_in_what_others_are_told_that_a_lock_covers(world):
    world.log(commitment=world.secret, occurred_on=INSIDE, state=State.PLANNED)

    assert "1 aktivitet" in text_of(world.client("coordinator").get(url(world, "create")))
    assert "0 aktiviteter" in text_of(world.client("city_coordinator").get(url(world, "create")))


def test_unlocking_in_the_browser(world, locked):
    client = world.client("coordinator")

    assert "Skriv varför" in text_of(client.post(url(world, "unlock", locked.pk), {"why": ""}))
    answer = client.post(url(world, "unlock", locked.pk), {"why": "Rader saknas"}, follow=True)

    text = text_of(answer)
    assert "Ingen period är låst" in text
    assert "Rader saknas" in text
    assert "inte låst längre" in text_of(client.get(url(world, "unlock", locked.pk), follow=True))


# --- Exceptions


def test_exception_is_granted_and_ended_in_the_browser(world, locked):
    client = world.client("coordinator")
    person = world.user("officer")
    data = {"user": person.pk, "until": str(timezone.localdate() + timedelta(days=7)), "why": "En rättelse"}
    page = text_of(client.get(url(world, "exception", locked.pk)))
    assert str(person) in page
    assert str(world.user("staff")) not in page  # does not log

    # the clock of the database is the real one, the day on the page is the test's
    LockException.objects.all()
    exception = exception_for(world, locked)
    told = text_of(world.client("staff").get(url(world)))
    assert f"{person} får ändra här till och med {exception.last_day}" in told
    assert "Avsluta nu" not in told
    answer = client.post(url(world, "exception_end", exception.pk), follow=True)

    assert f"Undantaget för {person} är avslutat." in text_of(answer)
    assert "avslutades" in text_of(answer)
    assert data["why"] in text_of(answer)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"user": ""}, "Välj en person."),
        ({"user": "99999"}, "99999"),
        ({"user": "x"}, "finns inte bland valen"),
        ({"until": "2020-13-01"}, "2020-13-01"),
        ({"until": "9999-12-31"}, "”9999-12-31” kan inte vara rätt år"),
        ({"until": ""}, "Skriv datum."),
        ({"why": ""}, "Skriv varför"),
    ],
)
def test_exception_form_names_what_is_wrong(world, locked, values, words):
    data = {"user": world.user("officer").pk, "until": "2020-06-05", "why": "En rättelse"} | values

    answer = world.client("coordinator").post(url(world, "exception", locked.pk), data)

    assert words in text_of(answer)
    assert not LockException.objects.exists()


def test_exception_a_coordinator_gave_themselves_is_told_as_such(world, locked):
    exception_for(world, locked, "coordinator")

    assert "åt sig själv" in text_of(world.client("city_coordinator").get(url(world)))


def test_locks_of_another_promise_are_not_to_be_found(world):
    foreign = LockExceptionFactory()
    client = world.client("coordinator")

    assert client.get(url(world, "unlock", foreign.lock_id)).status_code == 404
    assert client.post(url(world, "exception", foreign.lock_id)).status_code == 404
    assert client.post(url(world, "exception_end", foreign.pk)).status_code == 404


# --- Rows


def test_locked_row_has_a_banner_and_no_buttons(world, locked):
    row = world.log(occurred_on=date(2019, 7, 1))
    Activity.objects.filter(pk=row.pk).update(occurred_on=INSIDE)

    for name in ("officer", "coordinator", "staff"):
        answer = world.client(name).get(world.row_url(row))
        text, page = text_of(answer), answer.content.decode()
        assert "Perioden 2019-01-01 till 2019-06-30 är låst sedan" in text
        for link in ("ratta/", "makulera/"):
            assert world.row_url(row, link) not in page


def test_page_that_changes_a_locked_row_leads_back_and_says_why(world, locked):
    row = world.log(occurred_on=date(2019, 7, 1))
    Activity.objects.filter(pk=row.pk).update(occurred_on=INSIDE)

    for page in ("ratta/", "makulera/"):
        answer = world.client("officer").get(world.row_url(row, page), follow=True)
        assert answer.redirect_chain[-1][0] == world.row_url(row)
        assert "är låst sedan" in text_of(answer)


def test_form_sent_after_the_lock_is_refused_and_keeps_what_was_typed(world):
    row = world.log(occurred_on=INSIDE)
    lock_period(
        access=world.actors.access("coordinator"), first=INSIDE, last=INSIDE, reason="Stängt", today=TODAY
    )

    answer = world.client("officer").post(
        world.row_url(row, "ratta/"),
        world.sent(occurred_on=str(INSIDE), quantity="7", version=1, why="Räknade fel"),
    )

    assert "är låst sedan" in text_of(answer)
    assert "Räknade fel" in answer.content.decode()
    void = world.client("officer").post(world.row_url(row, "makulera/"), {"version": 1, "why": "Dubblett"})
    assert "är låst sedan" in text_of(void)
    assert "Dubblett" in void.content.decode()
    row.refresh_from_db()
    assert row.version == 1


def test_new_row_in_a_locked_period_is_refused_at_the_date(world, locked):
    answer = world.client("officer").post(
        f"{world.base}logga/3/", world.sent(occurred_on="2019-06-30", note="Lugnt vid torget")
    )

    page = answer.content.decode()
    assert "är låst sedan" in text_of(answer)
    assert 'href="#id_occurred_on"' in page
    assert "Lugnt vid torget" in page
    assert not Activity.objects.exists()


def test_log_form_says_which_days_are_locked(world, locked):
    page = world.client("officer").get(f"{world.base}logga/3/").content.decode()

    assert "2019-01-01 – 2019-06-30" in page
    assert 'min="2019-07-01"' in page
    months = world.client("officer").get(f"{world.base}logga/2/").content.decode()
    assert "juni 2019 (låst)" in months
    assert "juli 2019 (låst)" not in months
    exception_for(world, locked)
    assert 'min="2019-01-01"' in world.client("officer").get(f"{world.base}logga/3/").content.decode()


def test_whoever_has_an_exception_sees_the_buttons_and_is_asked_why(world, locked):
    row = world.log(occurred_on=date(2019, 7, 1), state=State.PLANNED)
    Activity.objects.filter(pk=row.pk).update(occurred_on=INSIDE)
    exception_for(world, locked)
    client = world.client("officer")

    text = text_of(client.get(world.row_url(row)))
    assert "Du har ett undantag till och med" in text
    assert "Markera som genomförd" in text
    unsaid = client.post(world.row_url(row, "genomford/"), {"version": 1, "occurred_on": str(INSIDE)})
    assert "Skriv varför raden ändras" in text_of(unsaid)
    done = client.post(
        world.row_url(row, "genomford/"),
        {"version": 1, "occurred_on": str(INSIDE), "why": "Aldrig markerad"},
        follow=True,
    )

    assert "med undantag, i en låst period" in text_of(done)
    assert Activity.objects.get().state == State.DONE


def test_list_and_planning_mark_what_is_locked(world, locked):
    for state in (State.DONE, State.PLANNED):
        row = world.log(occurred_on=date(2019, 7, 1), state=state)
        Activity.objects.filter(pk=row.pk).update(occurred_on=INSIDE)
    world.log(occurred_on=AFTER, state=State.PLANNED)

    listed = text_of(world.client("staff").get(world.base))
    planned = text_of(world.client("officer").get(f"{world.base}planering/"))

    assert listed.count("Låst") == 2 * 2  # on a phone the state stands in another cell
    assert planned.count("Låst") == 1
    assert planned.count("Ställ in") == 1


def test_review_leaves_out_what_is_locked(world, locked):
    require_review(access=world.actors.access("coordinator"), required=True, reason="Beslut")
    shut, free = world.log(occurred_on=date(2019, 7, 1)), world.log(occurred_on=AFTER)
    Activity.objects.filter(pk=shut.pk).update(occurred_on=INSIDE)
    page = reverse("review:list", args=[world.actors.promise.slug])
    client = world.client("coordinator")

    content = client.get(page).content.decode()
    assert f"sett-{shut.pk}" not in content
    assert f"sett-{free.pk}" in content
    shut.refresh_from_db()
    refused = client.post(page, {"rad": [shut.pk], f"sett-{shut.pk}": mark(shut), "gor": "valda"})
    assert refused.status_code == 409
    assert "är låst sedan" in text_of(refused)
    assert Activity.objects.waiting().count() == 2


def test_dashboard_and_evaluation_say_what_is_locked(world, locked):
    exception_for(world, locked, "coordinator")

    for name in ("reports:dashboard", "reports:evaluation"):
        text = text_of(world.client("staff").get(reverse(name, args=[world.actors.promise.slug])))
        assert "Låst till och med 2019-06-30, undantag för" in text


def test_pages_ask_the_database_the_same_with_few_and_many_locked_rows(world, django_assert_num_queries):
    client = world.client("coordinator")

    def asked() -> list[int]:
        found = []
        for address in (url(world), world.base):
            with django_assert_num_queries(25, exact=False) as caught:
                client.get(address)
            found.append(len(caught))
        return found

    def lock_month(month: int) -> None:
        world.log(occurred_on=date(2019, month, 1))
        row = PeriodLockFactory(
            promise=world.actors.promise, first_day=date(2019, month, 1), last_day=date(2019, month, 28)
        )
        exception_for(world, row)
        world.actors.promise.refresh_from_db()

    lock_month(12)
    few = asked()
    for month in range(1, 12):
        lock_month(month)

    assert asked() == few


def test_phone_is_told_in_json_that_the_period_is_locked_and_what_was_saved_before_is_saved(world):
    client, address = world.client("officer"), f"{world.base}logga/3/"
    sent_before = world.sent(occurred_on=str(INSIDE))
    headers = {"accept": "application/json"}
    assert client.post(address, sent_before, headers=headers).status_code == 201
    PeriodLockFactory(promise=world.actors.promise)

    again = client.post(address, sent_before, headers=headers)
    late = client.post(address, world.sent(occurred_on=str(INSIDE)), headers=headers)

    assert (again.status_code, late.status_code) == (200, 423)
    assert "är låst sedan" in late.json()["faults"][0]["message"]
    assert Activity.objects.count() == 1
