"""Every page against WCAG 2.2 AA: light and dark, phone and desk, full and empty. Axe finds what it can."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.urls import get_resolver, reverse
from playwright.sync_api import Page

from accounts.models import User
from accounts.services import invitation_path
from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.evidence import add_file
from activities.importer.services import keep_file, store
from activities.models import Activity, Evidence, ImportBatch
from activities.tests.factories import count_again
from activities.tests.made_files import document, picture
from promises.choices import MeasurementRole, Role
from promises.models import Amendment, Indicator, Measurement, Promise, SchoolClass
from promises.permissions import access_to
from promises.tests.factories import AmendmentFactory, LockExceptionFactory, PeriodLockFactory
from reminders.choices import Kind
from reminders.tokens import token
from tests.e2e.conftest import DESK, PHONE, OpenPage, member
from tests.test_doors import names

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COORDINATOR, ADMINISTRATOR, NOBODY = "coordinator", "administrator", "nobody"


def violations(page: Page) -> list[str]:
    """One line for each fault: the rule and where it is broken."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async (rules) => (await axe.run(rules)).violations", RULES)
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def overflows(page: Page) -> bool:
    """Whether the page itself scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def row(**wanted: object) -> Activity:
    return Activity.objects.filter(voided_at=None, **wanted).first()


def whole(promise: Promise) -> list[object]:
    """The arguments of an address that is about a promise as a whole, so that there is one for an empty promise."""
    return [promise.slug]


Where = Callable[[Promise], list[object]]
PAGES: dict[str, tuple[str, Where]] = {
    "start": (NOBODY, lambda promise: []),
    "accessibility": (NOBODY, lambda promise: []),
    "accounts:login": (NOBODY, lambda promise: []),
    "accounts:profile": (COORDINATOR, lambda promise: []),
    "accounts:password": (COORDINATOR, lambda promise: []),
    "calendar_link": (COORDINATOR, lambda promise: []),
    "reminders:settings": (COORDINATOR, lambda promise: []),
    "accounts:user_list": (ADMINISTRATOR, lambda promise: []),
    "accounts:user_create": (ADMINISTRATOR, lambda promise: []),
    "accounts:user_edit": (
        ADMINISTRATOR,
        lambda promise: [User.objects.get(email="coordinator.police@example.se").pk],
    ),
    "roles:list": (ADMINISTRATOR, lambda promise: [User.objects.filter(is_administrator=False).first().pk]),
    "reports:promise_list": (COORDINATOR, lambda promise: []),
    "reports:dashboard": (COORDINATOR, whole),
    "reports:commitment": (COORDINATOR, lambda promise: [promise.slug, 3]),
    "reports:areas": (COORDINATOR, whole),
    "reports:area": (COORDINATOR, lambda promise: [promise.slug, "kroksback"]),
    "reports:boundaries": (COORDINATOR, whole),
    "reports:boundary_remove": (COORDINATOR, lambda promise: [promise.slug, "kroksback"]),
    "reports:quality": (COORDINATOR, whole),
    "reports:meeting": (COORDINATOR, whole),
    "reports:meeting_commitment": (COORDINATOR, lambda promise: [promise.slug, 3]),
    "reports:meeting_close": (COORDINATOR, whole),
    "reports:evaluation": (COORDINATOR, whole),
    "reports:amend": (COORDINATOR, lambda promise: [promise.slug, 2]),
    "reports:amend_target": (COORDINATOR, lambda promise: [promise.slug, 3, 1]),
    "promises:amendment_void": (COORDINATOR, lambda promise: [promise.slug, Amendment.objects.first().pk]),
    "promises:about": (COORDINATOR, whole),
    "promises:effects": (COORDINATOR, whole),
    "promises:measurement_create": (
        COORDINATOR,
        lambda promise: [promise.slug, Indicator.objects.first().pk],
    ),
    "promises:measurement_void": (
        COORDINATOR,
        lambda promise: [promise.slug, Measurement.objects.first().pk],
    ),
    "promises:class_list": (COORDINATOR, whole),
    "promises:class_create": (COORDINATOR, whole),
    "promises:class_import": (COORDINATOR, whole),
    "promises:class_correct": (COORDINATOR, lambda promise: [promise.slug, SchoolClass.objects.first().pk]),
    "promises:class_close": (COORDINATOR, lambda promise: [promise.slug, SchoolClass.objects.first().pk]),
    "promises:class_merge": (COORDINATOR, lambda promise: [promise.slug, SchoolClass.objects.first().pk]),
    "activities:list": (COORDINATOR, whole),
    "reports:plan": (COORDINATOR, whole),
    "imports:list": (COORDINATOR, whole),
    "imports:detail": (
        COORDINATOR,
        lambda promise: [promise.slug, ImportBatch.objects.get(state="checked").pk],
    ),
    "imports:row": (
        COORDINATOR,
        lambda promise: [promise.slug, ImportBatch.objects.get(state="checked").pk, 2],
    ),
    "imports:undo": (COORDINATOR, lambda promise: [promise.slug, ImportBatch.objects.get(state="stored").pk]),
    "activities:return": (COORDINATOR, lambda promise: [promise.slug, row(review="waiting").pk]),
    "activities:answer": (COORDINATOR, lambda promise: [promise.slug, row(review="returned").pk]),
    "logbook:list": (COORDINATOR, whole),
    "locks:list": (COORDINATOR, whole),
    "locks:create": (COORDINATOR, whole),
    "locks:unlock": (COORDINATOR, lambda promise: [promise.slug, promise.locks.first().pk]),
    "locks:exception": (COORDINATOR, lambda promise: [promise.slug, promise.locks.first().pk]),
    "review:list": (COORDINATOR, whole),
    "review:setting": (COORDINATOR, whole),
    "activities:log": (COORDINATOR, whole),
    "activities:links": (COORDINATOR, whole),
    "contribution": (COORDINATOR, lambda promise: []),
    "activities:log_form": (COORDINATOR, lambda promise: [promise.slug, 3]),
    "activities:log_shell": (COORDINATOR, lambda promise: [promise.slug, 3]),
    "device:queue": (COORDINATOR, lambda promise: []),
    "device:queue_shell": (COORDINATOR, lambda promise: []),
    "activities:detail": (COORDINATOR, lambda promise: [promise.slug, row(state=State.DONE).pk]),
    "activities:correct": (COORDINATOR, lambda promise: [promise.slug, row(state=State.DONE).pk]),
    "activities:void": (COORDINATOR, lambda promise: [promise.slug, row(state=State.DONE).pk]),
    "activities:evidence_add": (COORDINATOR, lambda promise: [promise.slug, row(state=State.DONE).pk]),
    "activities:evidence_remove": (
        COORDINATOR,
        lambda promise: [promise.slug, row(state=State.DONE).pk, Evidence.objects.first().pk],
    ),
    "activities:done": (COORDINATOR, lambda promise: [promise.slug, row(state=State.PLANNED).pk]),
    "activities:cancel": (COORDINATOR, lambda promise: [promise.slug, row(state=State.PLANNED).pk]),
}
NO_PAGE = {
    "promises:class_template",
    "activities:done_as_planned",  # a press, which leads to the plans or to activities:done
    "calendar_feed",
    "log_start",  # goes on to a promise; its own page is looked at in test_quick
    "accounts:logout",
    "accounts:user_invite",
    "accounts:invitation",  # below: their addresses are made for one person
    "reminders:unsubscribe",
    "roles:remove",
    "locks:exception_end",
    "set_language",
    "device:worker",
    "device:manifest",
    "device:shells",
    "device:state",
    "reports:export",
    "activities:export",
    "logbook:export",
    "imports:template",
    "imports:progress",
    "imports:marked",
    "imports:discard",
    "activities:evidence_file",
}
LOOKS = [("light", DESK), ("dark", PHONE)]


@pytest.fixture
def examples(transactional_db: None, settings) -> Promise:
    settings.EXAMPLE_DATA = True
    call_command("load_examples", verbosity=0)
    promise = Promise.objects.get()
    Promise.objects.update(requires_review=True)
    for number, done in enumerate(Activity.objects.counted().filter(commitment__number=3)[:4]):
        Activity.objects.filter(pk=done.pk).update(review="waiting" if number else "returned")
    count_again(promise)
    member(promise, Role.COORDINATOR, "police")
    Measurement.objects.create(
        indicator=Indicator.objects.first(),
        role=MeasurementRole.BASELINE,
        value="51.0",
        n=159,
        margin="8.0",
        measured_on=promise.starts_on,
        source="Trygghetsmätning",
    )
    AmendmentFactory(target=promise.commitments.get(number=2).targets.get())
    access = access_to(promise.slug, User.objects.get(email="coordinator.police@example.se"))
    header, right = "datum;åtagande;typ;områden\n", "2019-05-03;3;Fotpatrull;Holma\n"
    wrong = header + "2019-05-02;3;Fotpatrul;Holma\n" + right
    last = promise.ends_on
    stored = keep_file(access=access, name="maj.csv", data=(header + right).encode(), today=last)
    store(access=access, batch=stored, reason="", today=last)
    keep_file(access=access, name="rader.csv", data=wrong.encode(), today=last)
    for content in (picture(size=(800, 600)), document()):
        add_file(access=access, activity=row(state=State.DONE), content=content, title="Torget")
    first, person = promise.starts_on, access.user
    lock = PeriodLockFactory(
        promise=promise, first_day=first, last_day=first.replace(month=1, day=31), locked_by=person
    )
    LockExceptionFactory(lock=lock, user=person, granted_by=person)
    return promise


def reader(who: str, promise: Promise) -> User | None:
    if who == ADMINISTRATOR:
        return User.objects.get(email="admin@example.se")
    return User.objects.get(email="coordinator.police@example.se") if who == COORDINATOR else None


REFUSED = "?omrade=Atlantis"  # no such area: the page that says so is looked at as well


def faults_of(page: Page, address: str) -> list[str]:
    """What is wrong with a page in each of its looks, which it takes on as it stands: it is asked for once, by
    somebody who wants no motion, so that no colour is met half-way to another."""
    answer = page.goto(address)
    found = [] if answer.status == (400 if REFUSED in address else 200) else [f"answers {answer.status}"]
    for scheme, viewport in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(viewport)
        found += [f"{scheme} {fault}" for fault in violations(page)]
    for width in (PHONE["width"], 320):
        page.set_viewport_size({"width": width, "height": 640})
        if overflows(page):
            found.append(f"{width} pixels: the page scrolls sideways")
    return [f"{address}: {fault}" for fault in found]


def test_every_page_is_looked_at():
    assert set(names(get_resolver().url_patterns)) == PAGES.keys() | NO_PAGE


def test_no_page_with_data_has_a_fault(open_page: OpenPage, examples: Promise):
    pages = {
        who: open_page(reader(who, examples), reduced_motion="reduce")
        for who in (COORDINATOR, ADMINISTRATOR, NOBODY)
    }
    addresses = [(who, reverse(name, args=where(examples))) for name, (who, where) in PAGES.items()]
    filters = ("?omrade=Holma&period=2019", "?omrade=Holma&typ=fotpatrull&per=2020-06-30", REFUSED)
    addresses += [
        (COORDINATOR, reverse(name, args=args) + query)
        for name, args in (("reports:dashboard", [examples.slug]), ("reports:commitment", [examples.slug, 3]))
        for query in filters
    ]
    addresses += [
        (COORDINATOR, reverse(name, args=[examples.slug, number]))
        for name in ("reports:commitment", "activities:log_form")
        for number in (1, 2, 4)
    ]
    addresses += [
        (COORDINATOR, reverse(name, args=args) + query)
        for name, args, query in (
            ("reports:dashboard", [examples.slug], "?per=2019-09-30"),
            ("reports:commitment", [examples.slug, 1], "?per=2019-09-30"),
            ("reports:evaluation", [examples.slug], "?per=2019-09-30&kand=1"),
        )
    ]
    plans = reverse("reports:plan", args=[examples.slug])
    addresses += [
        (COORDINATOR, plans + query)
        for query in ("?vy=lista", "?manad=2020-10", "?manad=2020-10&vy=lista", REFUSED)
    ]
    administrator = reader(ADMINISTRATOR, examples)
    addresses.append((NOBODY, invitation_path(UserFactory(), by=administrator)))
    addresses.append((NOBODY, reverse("reminders:unsubscribe", args=[token(administrator.pk, list(Kind))])))
    faults = [fault for who, address in addresses for fault in faults_of(pages[who], address)]
    assert faults == []


def test_no_page_of_an_empty_promise_has_a_fault(open_page: OpenPage, malmo: Promise, coordinator: User):
    page = open_page(coordinator, reduced_motion="reduce")
    addresses = [reverse(name, args=[malmo.slug]) for name, (_who, where) in PAGES.items() if where is whole]
    addresses += [
        reverse(name, args=[malmo.slug, number])
        for name in ("reports:commitment", "activities:log_form")
        for number in (1, 2, 3, 4)
    ]
    assert len(addresses) > 12
    assert [fault for address in addresses for fault in faults_of(page, address)] == []


def test_form_with_faults_has_none_of_its_own(open_page: OpenPage, malmo: Promise, coordinator: User):
    page = open_page(coordinator, viewport=PHONE)
    page.goto(reverse("activities:log_form", args=[malmo.slug, 3]))
    page.get_by_role("button", name="Spara", exact=True).click()
    page.locator(".error-summary").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize(("scheme", "viewport"), LOOKS, ids=["light-desk", "dark-phone"])
def test_what_is_kept_on_the_phone_has_no_fault(
    open_page: OpenPage, malmo: Promise, coordinator: User, scheme: str, viewport
):
    """An entry of each state, and signing out while one waits."""
    page = open_page(coordinator, viewport=viewport, color_scheme=scheme)
    page.goto(reverse("device:queue"))
    page.evaluate(
        """async () => {
          const entry = { user: WRITER, action: "/x/", pairs: [], title: "Synliga aktiviteter", saved_at: Date.now() };
          const words = ["Fotpatrull", "Holma"];
          const faults = [{ label: "Anteckning", message: "Ett telefonnummer får inte stå här." }];
          await Kept.put({ ...entry, words, key: "1", state: "waiting" });
          await Kept.put({ ...entry, words, key: "2", state: "refused", faults });
          await Kept.put({ ...entry, words, key: "3", state: "sent", sent_at: Date.now(), row: "/" });
        }"""
    )
    page.evaluate("location.hash = 'logga-ut'")
    page.get_by_role("heading", name="2 aktiviteter är inte skickade").wait_for()
    for summary in page.locator(".kept__remove summary:visible").all():
        summary.click()
    assert violations(page) == []
    assert not overflows(page)


@pytest.mark.parametrize(("scheme", "viewport"), LOOKS, ids=["light-desk", "dark-phone"])
def test_page_that_asks_before_a_change_is_saved_has_no_fault(
    open_page: OpenPage, examples: Promise, scheme: str, viewport
):
    """Filled in and sent by keyboard; nothing is stored before the second step."""
    page = open_page(reader(COORDINATOR, examples), viewport=viewport, color_scheme=scheme)
    page.goto(reverse("reports:amend", args=[examples.slug, 3]))
    page.get_by_label("Beslutsdag").fill("2020-05-04")
    page.get_by_label("Minst, bedöms för").fill("20")
    page.get_by_label("Läses som").fill("Minst 20 under hela perioden.")
    page.get_by_label("Varför ändras det?").fill("Torget byggs om.")
    page.get_by_role("button", name="Se vad som ändras").press("Enter")
    page.get_by_role("heading", name="Vad ändringen innebär").wait_for()
    assert violations(page) == []
    assert not overflows(page)
    assert Amendment.objects.count() == 1  # the one of the examples
    page.get_by_role("button", name="Spara ändringen").press("Enter")
    page.get_by_text("Ändringen är sparad.").wait_for()
    assert violations(page) == []
    assert Amendment.objects.count() == 2


def test_page_of_a_day_that_cannot_be_shown_has_no_fault(
    open_page: OpenPage, malmo: Promise, coordinator: User
):
    page = open_page(coordinator, viewport={"width": 320, "height": 640})
    assert page.goto(reverse("reports:dashboard", args=[malmo.slug]) + "?per=1999-01-01").status == 400
    assert violations(page) == []
    assert not overflows(page)


def test_another_day_is_chosen_with_the_keyboard(open_page: OpenPage, examples: Promise):
    page = open_page(reader(COORDINATOR, examples), java_script_enabled=False)
    page.goto(reverse("reports:dashboard", args=[examples.slug]))
    page.get_by_text("Visa läget en annan dag").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Visa läget den").fill("2019-09-30")
    page.get_by_role("button", name="Visa").press("Enter")
    page.get_by_text("Läget den 30 september 2019.").wait_for()


def test_error_pages_have_no_fault(open_page: OpenPage, malmo: Promise, coordinator: User):
    page = open_page(coordinator)
    for address in ("/loften/finns-inte/", reverse("accounts:user_list")):
        assert page.goto(address).status in (403, 404)
        assert violations(page) == []


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<img src='/static/img/favicon.svg'>", "image-alt"),
        ("<input type='text'>", "label"),
        ("<font color='#dddddd'>blekt</font>", "color-contrast"),
    ],
)
def test_a_fault_on_a_page_is_found(open_page: OpenPage, live_server, html: str, rule: str):
    """The gate can fail: a fault planted in a page of the site is reported by its rule."""
    page = open_page()
    page.goto(reverse("accessibility"))
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", html)
    assert any(fault.startswith(rule) for fault in violations(page))
