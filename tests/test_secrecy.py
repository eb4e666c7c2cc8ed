"""Who may not know of secret plans reads the same site whether there are any or not, to the last byte."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.choices import State
from activities.entries import entry_of
from activities.evidence import add_link
from activities.importer.services import store
from activities.models import Activity, Evidence, ImportBatch
from activities.paging import Key
from activities.review import require_review, return_row
from activities.services import correct_activity
from activities.tests.importing_pages import PLAN, kept
from activities.tests.pages import TODAY, World, world
from promises.tests.factories import TargetFactory

__all__ = ["world"]

PAGES = [
    "", "ataganden/3/", "ataganden/4/", "utvardering/", "om/", "klasser/", "effekter/", "aktiviteter/planering/",
    "aktiviteter/planering/?manad=2020-03", "aktiviteter/planering/?manad=2020-07",
    "aktiviteter/planering/?manad=2020-08&vy=lista", "aktiviteter/planering/?omrade=Holma",
    "aktiviteter/planering/?atagande=4&vy=lista&manad=2020-07",
    "aktiviteter/?granskning=vantar", "aktiviteter/?granskning=atersand", "granskning/", "granskning/installning/",
    "aktiviteter/logga/4/", "aktiviteter/logga/", "aktiviteter/lankar/", "aktiviteter/lankar/?atagande=4",
    "aktiviteter/logga/4/?omraden=Holma",
    "aktiviteter/?visa=alla", "aktiviteter/?atagande=4", "aktiviteter/?lage=planned",
    "aktiviteter/?lage=cancelled", "aktiviteter/?lage=voided", "aktiviteter/?sok=rygg", "aktiviteter/?ar=2020",
    "omraden/", "omraden/holma/", "omraden/?per=2020-05-01", "omraden/holma/?per=2020-05-01",
    "?per=2020-05-01", "?per=2020-03-01", "ataganden/4/?per=2020-05-01", "utvardering/?per=2020-05-01",
    "utvardering/?per=2020-05-01&kand=1", "?omrade=Holma", "?period=2020", "?period=2020-H1&omrade=Holma",
    "ataganden/4/?omrade=Holma&period=2020-H2", "?typ=atlantis", "ataganden/4/?typ=atlantis",
    "kvalitet/", "kvalitet/?per=2020-05-01", "kvalitet/?omrade=Holma",
    "historik/", "historik/?vad=aktivitet", "historik/?handelse=done", "historik/?handelse=created",
    "historik/?atagande=4", "historik/?sok=rygg", "historik/?sok=planera", "historik/?fran=2020-01-01",
    "lasta-perioder/", "lasta-perioder/las/?fran=2020-01-01&till=2020-05-31",
    "inlasning/", "mote/", "mote/4/", "mote/nu/", "mote/4/?per=2020-05-01",
]  # fmt: skip
FILES = ["html", "json", "csv", "docx", "xlsx"]
CHANGES_ANYWAY = re.compile(r'name="(csrfmiddlewaretoken|client_key)" value="[^"]*"')


def everything(world: World, name: str) -> dict[str, str]:
    """All that a person can read, by its address."""
    client, slug = world.client(name), world.actors.promise.slug
    found = {}
    for page in PAGES:
        found[page] = CHANGES_ANYWAY.sub("", client.get(f"/loften/{slug}/{page}").content.decode())
    for address in ("/logga/", "/konto/mitt-bidrag/"):
        found[address] = CHANGES_ANYWAY.sub("", client.get(address, follow=True).content.decode())
    for kind, formats, query in (
        ("reports:export", FILES, ""),
        ("reports:export", FILES, "?per=2020-05-01"),
        ("reports:export", FILES, "?per=2020-05-01&kand=1"),
        ("activities:export", ["csv", "xlsx"], ""),
        ("logbook:export", ["csv", "xlsx"], ""),
    ):
        for fmt in formats:
            answer = client.get(reverse(kind, args=[slug, fmt]) + query)
            content = b"".join(answer)
            if content.startswith(b"PK"):  # docProps says when the file was made
                archive = ZipFile(BytesIO(content))
                names = [name for name in archive.namelist() if not name.startswith("docProps")]
                content = b"".join(archive.read(name) for name in names)
            found[f"{kind} {fmt}{query}"] = CHANGES_ANYWAY.sub("", content.decode(errors="replace"))
    return found


@pytest.mark.parametrize("name", ["staff", "contributor", "city_coordinator", "city_signatory"])
def test_site_is_the_same_with_and_without_secret_plans(world: World, name: str):
    TargetFactory(commitment=world.secret)
    TargetFactory(commitment=world.visible)
    world.log()
    world.log(commitment=world.secret)
    secret = [
        world.log(commitment=world.secret, state=State.PLANNED, occurred_on=day, note="ryggsäck", minutes=90)
        for day in (date(2020, 3, 1), date(2020, 7, 1), date(2020, 8, 1))
    ]
    reviewer = world.actors.access("coordinator")
    require_review(access=reviewer, required=True, reason="Beslut")
    waiting = world.log(commitment=world.secret, occurred_on=date(2020, 5, 3), note="väntar")
    returned = world.log(commitment=world.secret, occurred_on=date(2020, 5, 4), note="återsänd")
    return_row(access=reviewer, activity=returned, version=1, reason="Var?")
    assert (waiting.review, returned.state) == ("waiting", "done")  # done, so that both parties know of them
    for row in secret:
        add_link(access=reviewer, activity=row, url="https://malmo.se/rygg", title="ryggsäcken")
    officer = world.client("officer")
    access = world.actors.access("coordinator")
    store(access=access, batch=kept(world, PLAN), reason="", today=TODAY)
    kept(world, PLAN | {"id": "b"})
    officer.post(world.row_url(secret[1], "stall-in/"), {"version": 2, "reason": "ryggont"})
    officer.post(world.row_url(secret[2], "makulera/"), {"version": 2, "why": "ryggont"})
    hidden = QuerySet(Activity).filter(commitment=world.secret).exclude(state=State.DONE)
    hidden_evidence = QuerySet(Evidence).filter(activity__in=hidden)
    assert hidden_evidence.count() == 3
    assert sorted(row.state for row in hidden) == ["cancelled", "planned", "planned", "planned"]
    police = world.client("coordinator")
    to_police = police.get(world.base).content

    before = everything(world, name)
    hidden_evidence.delete()
    hidden.delete()
    ImportBatch.objects.all().delete()

    assert everything(world, name) == before
    assert police.get(world.base).content != to_police


@pytest.mark.parametrize("name", ["staff", "city_coordinator"])
def test_day_before_a_secret_plan_was_done_tells_nothing_of_it(world: World, name: str):
    """Planned then, done now: whoever goes back to that day reads what was to be read before there was a plan."""
    TargetFactory(commitment=world.secret)
    world.log(commitment=world.secret, occurred_on=date(2020, 4, 1))
    addresses = [f"{page}?per=2020-05-01" for page in ("", "ataganden/4/", "utvardering/")]

    def read() -> list[str]:
        client = world.client(name)
        pages = [client.get(f"/loften/{world.actors.promise.slug}/{address}") for address in addresses]
        assert {page.status_code for page in pages} == {200}
        return [CHANGES_ANYWAY.sub("", page.content.decode()) for page in pages]

    before = read()
    plan = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 7, 1))
    planned = read()
    correct_activity(
        access=world.actors.access("officer"),
        activity=plan,
        entry=replace(entry_of(plan), state=State.DONE),
        version=1,
        today=date(2020, 7, 1),
    )

    assert planned == before
    assert read() == before


@pytest.mark.parametrize("name", ["staff", "city_coordinator"])
def test_place_in_the_list_does_not_tell_that_a_done_row_was_planned(world: World, name: str):
    """A place is a moment in the address, and anybody may try one: below it lies what was logged before."""
    plan = world.log(commitment=world.secret, state=State.PLANNED, occurred_on=date(2020, 5, 1))
    while_planned = Key(plan.occurred_on, timezone.now(), 1)
    correct_activity(
        access=world.actors.access("officer"),
        activity=plan,
        entry=replace(entry_of(plan), state=State.DONE),
        version=1,
        today=date(2020, 6, 1),
    )
    client, address, link = world.client(name), world.base, f'href="{world.row_url(plan)}'

    assert link in client.get(address, {"fore": str(while_planned)}).content.decode()
    assert link not in client.get(address, {"efter": str(while_planned)}).content.decode()
