"""A phone in the field: the network cut, the site gone in the middle of a sending, the tab closed. Every entry is
there exactly once in the end, and nothing of anybody stays on the phone (docs/adr/0018)."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from accounts.models import User
from activities.models import Activity
from promises import school_year
from promises.choices import Role
from promises.models import Kind, Promise
from promises.tests.factories import SchoolClassFactory, SchoolFactory
from tests.e2e.conftest import PHONE, member
from tests.e2e.wire import Wire

QUEUE = "/logga/ko/"


@pytest.fixture
def wire(live_server: Any) -> Iterator[Wire]:
    one = Wire(live_server.url)
    yield one
    one.close()


class Phone:
    """A browser with its own folder: what it keeps survives that it is closed and opened again."""

    def __init__(self, driver: Playwright, launch: dict[str, Any], folder: str, wire: Wire) -> None:
        self._driver, self._launch, self._folder, self._wire = driver, launch, folder, wire
        self.errors: list[str] = []
        self.start()

    def start(self) -> None:
        self.context: BrowserContext = self._driver.chromium.launch_persistent_context(
            self._folder, base_url=self._wire.url, locale="sv-SE", viewport=PHONE, **self._launch
        )
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    def restart(self) -> None:
        self.context.close()
        self.start()

    def sign_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": cookie,
                    "domain": "localhost",
                    "path": "/",
                    "expires": time.time() + 3600,
                }
            ]
        )

    def keep_forms(self, promise: Promise) -> None:
        """A visit with network, and the forms are on the phone."""
        self.page.goto(reverse("reports:dashboard", args=[promise.slug]))
        wait_until(lambda: bool(self.page.evaluate("Kept.note('shells')")))

    def kept(self) -> list[dict[str, Any]]:
        wait_until(
            lambda: bool(self.page.evaluate("typeof Kept !== 'undefined'"))
        )  # a page that has just come
        entries: list[dict[str, Any]] = self.page.evaluate("Kept.all()")
        return entries

    def addresses(self) -> list[str]:
        found: list[str] = self.page.evaluate(
            """async () => {
              const all = [];
              for (const name of await caches.keys())
                for (const one of await (await caches.open(name)).keys()) all.push(one.url);
              return all.map((one) => one.replace(location.origin, ""));
            }"""
        )
        return sorted(found)


@pytest.fixture
def phone(driver: Playwright, launch: dict[str, Any], tmp_path: Any, wire: Wire) -> Iterator[Phone]:
    one = Phone(driver, launch, str(tmp_path / "phone"), wire)
    yield one
    one.context.close()
    assert not one.errors


@pytest.fixture
def officer(running: Promise) -> User:
    return member(running, Role.OFFICER, "police")


@pytest.fixture
def ready(phone: Phone, running: Promise, officer: User) -> Phone:
    """An officer's phone that has been used once."""
    phone.sign_in(officer)
    phone.keep_forms(running)
    return phone


def form(promise: Promise, number: int = 3) -> str:
    return reverse("activities:log_form", args=[promise.slug, number])


def log(page: Page, address: str, note: str = "", *, kind: str = "Fotpatrull") -> None:
    page.goto(address)
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_label("Anteckning").fill(note)
    page.get_by_role("button", name="Spara", exact=True).click()


def log_offline(phone: Phone, promise: Promise, *notes: str) -> None:
    for note in notes:
        log(phone.page, form(promise), note)
        phone.page.get_by_role("heading", name="Sparad på telefonen").wait_for()


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it does not come"
        time.sleep(0.05)


def notes() -> list[str]:
    return sorted(Activity.objects.values_list("note", flat=True))


def test_form_opens_without_network_and_what_is_saved_comes_when_it_is_back(ready, running, officer, wire):
    page = ready.page
    with wire.cut():
        page.goto(form(running))
        assert page.get_by_label("Datum").input_value() == timezone.localdate().isoformat()
        log_offline(ready, running, "ett", "två")
        page.goto(QUEUE)
        expect(page.locator("[data-group=waiting] li")).to_have_count(2)
        expect(page.locator(".banner--calm")).to_have_text("2 aktiviteter väntar på att skickas")
        assert not Activity.objects.exists()
        ready.restart()  # the phone is put away

    ready.page.goto(QUEUE)
    expect(ready.page.locator("[data-group=sent] li")).to_have_count(2)
    assert notes() == ["ett", "två"]
    row = Activity.objects.first()
    assert (row.kind.name, row.logged_by) == ("Fotpatrull", officer)
    assert [area.name for area in row.areas.all()] == ["Holma"]
    assert row.client_saved_at is not None
    assert row.client_saved_at < row.logged_at


def test_it_is_sent_when_the_browser_says_that_the_network_is_back(ready, running):
    ready.context.set_offline(True)
    log_offline(ready, running, "i tunneln")
    assert not Activity.objects.exists()

    ready.context.set_offline(False)

    wait_until(Activity.objects.exists)
    assert notes() == ["i tunneln"]


def test_closed_tab_loses_nothing(ready, running, wire):
    with wire.cut():
        log_offline(ready, running, "kvar")
        ready.page.close()
    ready.page = ready.new_page()
    ready.page.goto(reverse("reports:dashboard", args=[running.slug]))

    wait_until(Activity.objects.exists)
    assert notes() == ["kvar"]


def test_answer_that_is_lost_after_the_row_was_stored_makes_no_second_row(ready, running, wire):
    ready.page.goto(form(running))
    ready.page.get_by_label("Fotpatrull", exact=True).check()
    ready.page.get_by_label("Holma", exact=True).check()
    with wire.mute():
        ready.page.get_by_role("button", name="Spara", exact=True).click()
        ready.page.get_by_role("heading", name="Sparad på telefonen").wait_for()

    ready.page.goto(QUEUE)
    expect(ready.page.locator("[data-group=sent] li")).to_have_count(1)
    assert Activity.objects.count() == 1
    (left,) = ready.kept()
    assert (left["state"], left["pairs"], left["action"], left["faults"]) == ("sent", [], "", [])


def test_answer_that_is_lost_while_the_queue_is_sent_makes_no_second_row(ready, running, wire):
    with wire.cut():
        log_offline(ready, running, "ett", "två", "tre")
    stored = ready.page.evaluate("Sending.sign()")
    assert stored == "here"

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    ready.page.route("**/logga/3/", lose, times=2)
    ready.page.evaluate("Sending.all()")
    ready.page.evaluate("Sending.all()")
    assert Activity.objects.count() == 1  # the first one, twice
    ready.page.goto(QUEUE)
    expect(ready.page.locator("[data-group=sent] li")).to_have_count(3)
    assert notes() == ["ett", "tre", "två"]


def test_with_network_it_is_saved_at_once_and_nothing_stays_on_the_phone(ready, running):
    log(ready.page, form(running), "direkt\ntvå rader")

    ready.page.get_by_text("Sparad: ").first.wait_for()
    assert notes() == ["direkt\r\ntvå rader"]  # as a browser sends a form
    assert ready.kept() == []


def test_faults_stand_at_their_fields_on_the_site_s_own_page(ready, running):
    page = ready.page
    page.goto(form(running))
    page.get_by_label("Anteckning").fill("Ring 070-123 45 67")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.locator(".error-summary").wait_for()
    assert "telefonnummer" in page.locator(".error-summary").inner_text()
    wait_until(lambda: ready.kept() == [])  # the page has it

    page.get_by_label("Anteckning").fill("Lugnt")
    page.get_by_label("Fotpatrull", exact=True).check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_role("button", name="Spara", exact=True).click()

    page.get_by_text("Sparad: ").first.wait_for()
    assert notes() == ["Lugnt"]


def test_entry_that_is_refused_says_why_and_is_put_right(ready, running, wire):
    page = ready.page
    with wire.cut():
        log_offline(ready, running, "Ring 070-123 45 67", "bra")
    page.goto(QUEUE)
    entry = page.locator("[data-group=refused] li.kept__entry")
    expect(entry).to_have_count(1)
    expect(entry.locator("[data-faults]")).to_contain_text("Anteckning – ")
    wait_until(lambda: notes() == ["bra"])

    entry.get_by_role("button", name="Rätta").click()
    page.locator(".error-summary").wait_for()
    assert page.get_by_label("Anteckning").input_value() == "Ring 070-123 45 67"
    assert page.get_by_label("Holma", exact=True).is_checked()
    page.get_by_label("Anteckning").fill("Ring växeln")
    page.get_by_role("button", name="Spara", exact=True).click()

    page.get_by_text("Sparad: ").first.wait_for()
    assert notes() == ["Ring växeln", "bra"]
    assert [one for one in ready.kept() if one["state"] != "sent"] == []


def test_form_that_has_changed_meanwhile_is_filled_in_as_far_as_it_fits(ready, running, wire):
    page = ready.page
    with wire.cut():
        log_offline(ready, running, "gammalt slag")
    kind = Kind.objects.get(name="Fotpatrull")
    kind.commitment = running.commitments.get(number=4)
    kind.save()
    page.goto(QUEUE)

    page.get_by_role("button", name="Rätta").click()

    page.locator(".error-summary").wait_for()
    assert page.get_by_label("Anteckning").input_value() == "gammalt slag"
    assert not Activity.objects.exists()


def test_entry_is_thrown_away_only_after_a_second_press(ready, running, wire):
    with wire.cut():
        log_offline(ready, running, "fel")
        ready.page.goto(QUEUE)
        ready.page.locator("summary", has_text="Släng").click()
        ready.page.get_by_role("button", name="Släng den").click()
        ready.page.get_by_text("Inget väntar på den här telefonen").wait_for()
    assert ready.kept() == []


def test_session_that_is_lost_loses_no_entry(ready, running, officer):
    page = ready.page
    page.goto(form(running))
    page.get_by_label("Fotpatrull", exact=True).check()
    page.get_by_label("Holma", exact=True).check()
    ready.context.clear_cookies()
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_text("Logga in igen så skickas den").wait_for()
    assert not Activity.objects.exists()

    page.get_by_role("link", name="Logga in").click()
    expect(page.locator("[data-count=anybody]")).to_contain_text("väntar på att skickas")
    ready.sign_in(officer)
    page.goto(QUEUE)

    expect(page.locator("[data-group=sent] li")).to_have_count(1)
    assert Activity.objects.get().logged_by == officer


def test_another_person_at_the_same_phone_neither_sends_nor_sees_it(ready, running, officer, wire):
    page = ready.page
    with wire.cut():
        log_offline(ready, running, "min egen")
    ready.context.clear_cookies()
    other = member(running, Role.CONTRIBUTOR, "municipality")
    ready.sign_in(other)
    page.goto(QUEUE)
    page.get_by_text("Inget väntar på den här telefonen").wait_for()
    assert page.evaluate("Sending.all()") == "done"
    assert not Activity.objects.exists()

    page.goto(reverse("reports:dashboard", args=[running.slug]))
    page.locator("summary", has_text="Mer").click()
    page.locator(".tabbar").get_by_role("button", name="Logga ut").click()
    page.get_by_role("button", name="Logga in").wait_for()
    assert [one["pairs"] != [] for one in ready.kept()] == [True]  # it is not theirs to throw away

    ready.sign_in(officer)
    page.goto(QUEUE)
    expect(page.locator("[data-group=sent] li")).to_have_count(1)
    assert Activity.objects.get().logged_by == officer


def test_signing_out_asks_about_what_waits_and_empties_the_phone(ready, running, wire):
    page = ready.page
    with wire.cut():
        log_offline(ready, running, "ett", "två")
        page.goto(f"{QUEUE}#logga-ut")
        page.get_by_role("button", name="Logga ut och släng dem").click()
        page.get_by_text(
            "Det finns inget nät, så du är fortfarande inloggad"
        ).wait_for()  # nothing is thrown away while that fails
        assert len(ready.kept()) == 2
    page.route("**/logga/3/", lambda route: route.abort())  # one that goes on waiting with network
    page.goto(reverse("reports:dashboard", args=[running.slug]))
    page.locator("summary", has_text="Mer").click()
    page.locator(".tabbar").get_by_role("button", name="Logga ut").click()
    page.get_by_role("heading", name="2 aktiviteter är inte skickade").wait_for()
    page.get_by_role("link", name="Avbryt").click()
    expect(page.locator("#logga-ut")).to_be_hidden()
    assert len(ready.kept()) == 2

    page.goto(f"{QUEUE}#logga-ut")
    page.get_by_role("button", name="Logga ut och släng dem").click()

    page.wait_for_url("**/")
    page.get_by_role("button", name="Logga in").wait_for()
    assert ready.kept() == []
    assert ready.addresses() == []
    assert not Activity.objects.exists()
    page.goto(QUEUE)
    assert "/konto/logga-in/" in page.url


def test_signing_out_after_sending_what_waits(ready, running, wire):
    page = ready.page
    with wire.cut():
        log_offline(ready, running, "ett", "två")
        page.goto(f"{QUEUE}#logga-ut")
    page.get_by_role("button", name="Skicka först").click()

    page.get_by_role("button", name="Logga in").wait_for()
    assert notes() == ["ett", "två"]
    assert ready.kept() == []


def test_phone_that_is_emptied_while_the_page_is_drawn_shows_no_error(ready):
    """As when somebody signs out: the browser takes the database away from whatever reads it just then."""
    ready.page.goto(QUEUE)
    ready.kept()
    ready.page.evaluate(
        """async () => {
          let reads = 0;
          Kept.all = async () => { reads += 1; throw new DOMException("Connection is closing", "AbortError"); };
          dispatchEvent(new Event("keptchange"));
          while (reads < 2) await new Promise((resolve) => setTimeout(resolve, 20));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }"""
    )
    assert ready.errors == []


def test_only_empty_forms_are_kept(ready, running, officer):
    secret = running.commitments.get(confidential_until_done=True)
    row = Activity.objects.create(
        promise=running,
        commitment=secret,
        kind=secret.kinds.first(),
        state="planned",
        occurred_on=running.ends_on,
        note="Hemlig plan",
        logged_by=officer,
    )
    ready.page.goto(row.get_absolute_url())
    ready.page.goto(reverse("activities:list", args=[running.slug]))
    ready.page.evaluate("Kept.setNote('shells', null)")
    ready.keep_forms(running)

    pages = [one for one in ready.addresses() if not one.startswith("/static/")]
    assert pages == sorted([QUEUE, *(form(running, number) for number in (1, 2, 3, 4))])
    texts = {
        one: ready.page.evaluate("async (one) => (await caches.match(one)).text()", one) for one in pages
    }
    for text in texts.values():
        for private in ("Hemlig plan", officer.email, str(officer)):
            assert private not in text
        assert not re.search(r'csrfmiddlewaretoken" value="[^"]', text)
    assert 'value="planned"' in texts[form(running)]
    assert 'value="planned"' not in texts[form(running, 4)]
    assert 'name="client_key" value=""' in texts[form(running)]


def test_plan_under_secrecy_is_never_kept_on_the_phone(ready, running, wire):
    page = ready.page
    page.goto(form(running, 4))
    kind = page.locator("input[name=kind]").first
    kind.check()
    page.get_by_label("Holma", exact=True).check()
    page.get_by_label("Planerad", exact=True).check()
    with wire.cut():
        page.get_by_role("button", name="Spara", exact=True).click()
        page.get_by_role("heading", name="Inget nät").wait_for()
        assert ready.kept() == []
        page.goto(form(running, 4))
        expect(page.get_by_label("Planerad", exact=True)).to_have_count(0)


def test_any_other_page_without_network_leads_to_the_forms(ready, running, wire):
    with wire.cut():
        ready.page.goto(reverse("activities:list", args=[running.slug]))
        ready.page.get_by_role("heading", name="Inget nät").wait_for()
        ready.page.get_by_role("link", name="Synliga aktiviteter").click()
        ready.page.get_by_label("Fotpatrull", exact=True).wait_for()


def test_two_tabs_send_each_entry_once(ready, running, wire):
    with wire.cut():
        log_offline(ready, running, *(f"nummer {number}" for number in range(5)))
    sent: list[str] = []
    ready.context.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    other = ready.new_page()
    for page in (ready.page, other):
        page.goto(QUEUE, wait_until="commit")
    expect(other.locator("[data-group=sent] li")).to_have_count(5)

    assert Activity.objects.count() == 5
    assert len(sent) == 5


def test_200_entries_that_waited_are_all_there_once(ready, running, wire):
    with wire.cut():
        log_offline(ready, running, "nummer 0")
        ready.page.evaluate(
            """async () => {
              const [first] = await Kept.all();
              for (let number = 1; number < 200; number += 1) {
                const pairs = first.pairs.map(([name, value]) => [name, name === "note" ? `nummer ${number}` : value]);
                await Kept.put({ ...first, key: crypto.randomUUID(), pairs });
              }
            }"""
        )
    ready.page.goto(QUEUE)

    wait_until(lambda: Activity.objects.count() == 200, seconds=120)
    expect(ready.page.locator("[data-group=sent] li.kept__entry")).to_have_count(200, timeout=20_000)
    assert notes() == sorted(f"nummer {number}" for number in range(200))


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "behind"])
def test_clock_of_the_phone_a_day_wrong(phone, running, officer, wire, ahead):
    phone.context.add_init_script(
        f"""(() => {{
          const Right = Date, wrong = {int(ahead.total_seconds() * 1000)};
          globalThis.Date = class extends Right {{
            constructor(...given) {{ given.length ? super(...given) : super(Right.now() + wrong); }}
            static now() {{ return Right.now() + wrong; }}
          }};
          // The worker, whose clock cannot be set here, is not to send.
          Object.defineProperty(ServiceWorkerRegistration.prototype, "sync", {{ value: undefined }});
        }})()"""
    )
    phone.sign_in(officer)
    phone.keep_forms(running)
    phone.page.evaluate("Sending.sign()")  # the site tells the time
    with wire.cut():
        phone.page.goto(form(running))
        today = timezone.localdate()
        assert phone.page.get_by_label("Datum").input_value() == today.isoformat()
        log_offline(phone, running, "klockan går fel")
    phone.page.goto(QUEUE)
    expect(phone.page.locator("[data-group=sent] li")).to_have_count(1)

    row = Activity.objects.get()
    assert row.occurred_on == today
    assert abs(row.logged_at - timezone.now()) < timedelta(minutes=1)
    assert timedelta(0) <= row.logged_at - row.client_saved_at < timedelta(minutes=1)
    assert abs(row.client_clock_ahead - ahead.total_seconds()) < 60


def test_class_meeting_is_logged_without_network(phone, running, officer, wire):
    school = running.schools.first() or SchoolFactory(promise=running)
    year = school_year.containing(timezone.localdate())
    SchoolClassFactory(school=school, label="5A", pupils=24, school_year=year)
    phone.sign_in(officer)
    phone.keep_forms(running)
    page = phone.page
    with wire.cut():
        page.goto(form(running, 1))
        page.get_by_role("button", name=school.name).click()
        page.get_by_label("Närvarande elever från 5A").fill("22")
        for kind in page.locator("input[name=kind]").all()[:1]:
            kind.check()
        page.get_by_role("button", name="Spara", exact=True).click()
        page.get_by_role("heading", name="Sparad på telefonen").wait_for()
    page.goto(QUEUE)
    expect(page.locator("[data-group=sent] li")).to_have_count(1)
    assert Activity.objects.get().attendance.get().pupils_present == 22


def test_browser_finds_that_the_site_can_be_installed(ready):
    session = ready.context.new_cdp_session(ready.page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["url"].endswith("/manifest.webmanifest")
    assert manifest["errors"] == []
    errors = [one["errorId"] for one in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [one for one in errors if one != "in-incognito"] == []


def test_opened_from_the_home_screen_without_network_it_shows_the_forms(ready, running, wire):
    start = ready.page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((one) => one.json())"
    )["start_url"]
    with wire.cut():
        ready.page.goto(start)
        ready.page.get_by_role("link", name="Synliga aktiviteter").click()
        ready.page.get_by_label("Fotpatrull", exact=True).wait_for()


def test_locked_period_is_refused_with_the_reason(ready, running, wire):
    """As the site says it: 423 with the words at the day."""
    with wire.cut():
        log_offline(ready, running, "för sent")
    fault = {"field": "occurred_on", "label": "Datum", "message": "November är låst."}
    ready.context.route(
        "**/logga/3/",
        lambda route: (
            route.fulfill(status=423, json={"status": "locked", "faults": [fault]})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    ready.page.goto(QUEUE)

    refused = ready.page.locator("[data-group=refused] [data-faults]")
    expect(refused).to_have_text("Datum – November är låst.")
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "body": "<title>Logga in på tågets nät</title>", "content_type": "text/html"},
        {"status": 503, "body": "Underhåll", "content_type": "text/plain"},
        {"status": 500, "body": "", "content_type": "text/html"},
        {"status": 404, "body": "Sidan finns inte", "content_type": "text/html"},
        {"status": 200, "body": "{}", "content_type": "application/json"},
    ],
    ids=["another-network", "maintenance", "fault", "not-the-site", "empty"],
)
def test_answer_that_is_not_the_site_s_own_leaves_the_entry_waiting(ready, running, wire, answer):
    with wire.cut():
        log_offline(ready, running, "väntar")
    ready.context.route(
        "**/logga/3/",
        lambda route: route.fulfill(**answer) if route.request.method == "POST" else route.continue_(),
    )
    ready.page.goto(QUEUE)
    ready.page.evaluate("Sending.all()")
    assert [one["state"] for one in ready.kept()] == ["waiting"]
    ready.context.unroute("**/logga/3/")
    ready.page.get_by_role("button", name="Skicka nu").click()
    expect(ready.page.locator("[data-group=sent] li")).to_have_count(1)
    assert notes() == ["väntar"]


def test_several_saved_one_after_another_with_network(ready, running):
    """Save and log another: the next form is there, and each is one row."""
    page = ready.page
    page.goto(form(running))
    for number in range(3):
        page.get_by_label("Fotpatrull", exact=True).check()
        page.get_by_label("Holma", exact=True).check()
        page.get_by_label("Anteckning").fill(f"nummer {number}")
        with page.expect_navigation(url="**/logga/3/?*"):
            page.get_by_role("button", name="Spara och logga en till").click()
        page.get_by_text("Sparad: ").first.wait_for()
    assert notes() == ["nummer 0", "nummer 1", "nummer 2"]
    assert ready.kept() == []
