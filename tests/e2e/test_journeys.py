"""The five usual entries on a phone, counted in taps. `JOURNEYS=1` writes docs/journeys.md, with seconds and pictures.

Seconds are counted, not timed with people: the time that the site took here, and for the person the keystroke-level
model of Card, Moran and Newell (CACM 23:7, 1980), 1.35 s to decide and 1.1 s to point for each tap, 0.28 s for each
key. Tests assert taps only.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page

from accounts.models import User
from activities.choices import State
from activities.models import Activity
from activities.rules import Entry
from activities.services import log_activity
from promises import school_year
from promises.choices import Role
from promises.models import Promise
from promises.permissions import access_to
from promises.tests.factories import SchoolClassFactory
from tests.e2e.conftest import OpenPage, member

HOME_SCREEN = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DECIDE, POINT, KEY = 1.35, 1.1, 0.28  # seconds
DOCS = Path(settings.BASE_DIR) / "docs"
BEGIN, END = "<!-- result: begin -->", "<!-- result: end -->"


@dataclass
class Finger:
    """One journey from the icon on the home screen on. ``keys``: digits typed on the number pad."""

    page: Page
    name: str
    taps: int = 0
    keys: int = 0
    waited: float = 0.0

    def open_site(self) -> None:
        self.taps += 1
        self._wait(lambda: self.page.goto("/logga/"))

    def tap(self, what: Locator) -> None:
        self.taps += 1
        self._wait(lambda: what.tap(force=what.evaluate("one => one.matches('input')")))

    def choose(self, what: Locator, label: str) -> None:
        """From a list that the phone unfolds: one tap opens it, one takes."""
        self.taps += 2
        what.select_option(label=label)

    def type(self, what: Locator, digits: str) -> None:
        self.taps += 1
        self.keys += len(digits)
        what.fill(digits)

    def save(self) -> None:
        self._picture()
        self.tap(self.page.get_by_role("button", name="Spara", exact=True))
        self._wait(self.page.get_by_text("Sparad").first.wait_for)

    def _wait(self, act: Callable[[], object]) -> None:
        began = time.monotonic()
        act()
        self.waited += time.monotonic() - began

    def _picture(self) -> None:
        if os.environ.get("JOURNEYS"):
            self.page.screenshot(path=DOCS / "journeys" / f"{self.name}.png")

    @property
    def seconds(self) -> float:
        return self.taps * (DECIDE + POINT) + self.keys * KEY + self.waited


TITLES = {
    "same-again": "A visible activity like the last one",
    "another": "Another visible activity: another kind, another area",
    "number": "The month's number of SoL reports",
    "plan-done": "A planned operation is done",
    "school": "A theme meeting with two classes of a school",
}
MOST = {"same-again": 3, "another": 5, "number": 6, "plan-done": 3, "school": 7}
"""Taps. The usual case, the first, is to be had in three and in ten seconds."""


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, Finger]]:
    """All journeys of this run; written down in the end where that is asked for."""
    fingers: dict[str, Finger] = {}
    yield fingers
    if os.environ.get("JOURNEYS") and fingers.keys() == TITLES.keys():
        page = DOCS / "journeys.md"
        text = page.read_text(encoding="utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n\n{table(fingers)}\n{END}{after}", encoding="utf-8")


def table(fingers: dict[str, Finger]) -> str:
    rows = [
        f"| {TITLES[name]} | {one.taps} | {one.keys} | {one.waited:.1f} | {one.seconds:.1f} |"
        f" ![The phone before the last tap](journeys/{name}.png) |\n"
        for name in TITLES
        for one in [fingers[name]]
    ]
    head = "| entry | taps | keys | s the site took | s in all | just before the last tap |\n"
    return head + "| --- | ---: | ---: | ---: | ---: | --- |\n" + "".join(rows)


@pytest.fixture
def officer(running: Promise) -> User:
    return member(running, Role.OFFICER, "police")


@pytest.fixture
def begin(open_page: OpenPage, officer: User, found: dict[str, Finger]) -> Callable[[str], Finger]:
    def start(name: str) -> Finger:
        found[name] = Finger(open_page(officer, **HOME_SCREEN), name)
        return found[name]

    return start


def log(promise: Promise, officer: User, number: int, **entry: object) -> Activity:
    commitment = promise.commitments.get(number=number)
    values = {"state": State.DONE, "occurred_on": timezone.localdate(), "kind": commitment.kinds.first()}
    return log_activity(
        access=access_to(promise.slug, officer),
        commitment=commitment,
        entry=Entry(**values | entry),  # type: ignore[arg-type]  # fields by name
        today=timezone.localdate(),
    )[0]


def test_a_visible_activity_like_the_last_one(running, officer, begin):
    log(running, officer, 3, areas=(running.areas.get(name="Kroksbäck"),))
    finger = begin("same-again")
    finger.open_site()
    finger.tap(finger.page.get_by_role("link", name="Logga igen"))
    finger.save()

    assert finger.taps <= MOST["same-again"]
    first, second = Activity.objects.order_by("logged_at")
    assert (second.kind, list(second.areas.all())) == (first.kind, list(first.areas.all()))


def test_another_visible_activity(running, officer, begin):
    log(running, officer, 3, areas=(running.areas.get(name="Kroksbäck"),))
    finger = begin("another")
    page = finger.page
    finger.open_site()
    finger.tap(page.get_by_role("link", name="Synliga aktiviteter").first)
    finger.tap(page.get_by_label("Trygghetsvandring"))
    finger.tap(page.get_by_label("Holma", exact=True))
    finger.save()

    assert finger.taps <= MOST["another"]
    row = Activity.objects.order_by("logged_at").last()
    assert (row.kind.name, [area.name for area in row.areas.all()]) == ("Trygghetsvandring", ["Holma"])


def test_number_of_a_month(running, officer, begin):
    finger = begin("number")
    page = finger.page
    finger.open_site()
    finger.tap(page.get_by_role("link", name="SoL-anmälningar").first)
    month = page.get_by_label("Månad").locator("option").nth(1).inner_text()
    finger.choose(page.get_by_label("Månad"), month)
    finger.type(page.get_by_label("Antal"), "4")
    finger.save()

    assert finger.taps <= MOST["number"]
    assert Activity.objects.get().quantity == 4


def test_planned_operation_is_done(running, officer, begin):
    row = log(running, officer, 4, state=State.PLANNED, areas=(running.areas.get(name="Holma"),))
    finger = begin("plan-done")
    page = finger.page
    finger.open_site()
    finger.tap(page.get_by_role("link", name="Planering").last)
    finger._picture()
    finger.tap(page.get_by_role("button", name="Genomförd"))
    page.get_by_role("status").get_by_text("Genomförd: ").wait_for()

    assert finger.taps <= MOST["plan-done"]
    row.refresh_from_db()
    assert row.is_counted


def test_theme_meeting_with_two_classes(running, officer, begin):
    today = timezone.localdate()
    school = running.schools.first()
    year = school_year.containing(today)
    for label, pupils in (("5A", 24), ("5B", 22)):
        SchoolClassFactory(school=school, school_year=year, grade=5, label=label, pupils=pupils)
    finger = begin("school")
    page = finger.page
    finger.open_site()
    finger.tap(page.get_by_role("link", name="Tematräffar").first)
    school_visit(finger, school.name)
    finger.save()

    assert finger.taps <= MOST["school"]
    row = Activity.objects.get()
    assert sorted(row.attendance.values_list("school_class__label", "pupils_present")) == [
        ("5A", 24),
        ("5B", 22),
    ]


def school_visit(finger: Finger, school: str) -> None:
    page = finger.page
    finger.tap(page.get_by_role("button", name=school))
    for number in range(2):
        finger.tap(page.get_by_label("Alla", exact=False).nth(number))


def test_seconds_follow_from_taps_and_keys():
    finger = Finger(None, "x", taps=3, keys=2, waited=0.5)  # type: ignore[arg-type]  # no page is asked

    assert finger.seconds == pytest.approx(3 * 2.45 + 2 * 0.28 + 0.5)
