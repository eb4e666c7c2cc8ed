"""The last and the first day that a calendar knows, in every address, form and file that takes a day: refused, and
never an error of the site's own. After the last there is no day, nor a time zone west of it.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.choices import Verdict
from activities.models import Activity, ImportRow
from activities.tests.pages import World, world
from promises.models import Amendment, LockException, Measurement, PeriodLock, SchoolClass
from promises.tests.factories import EffectFactory, IndicatorFactory, PeriodLockFactory

__all__ = ["world"]

STORED = (Activity, Amendment, LockException, Measurement, PeriodLock, SchoolClass)

pytestmark = pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])


@pytest.mark.parametrize(
    "address",
    [
        "?per={day}",
        "ataganden/3/?per={day}",
        "utvardering/?per={day}",
        "aktiviteter/?fran={day}",
        "aktiviteter/?till={day}",
        "aktiviteter/planering/?manad={month}",
        "historik/?fran={day}",
        "historik/?till={day}",
    ],
)
def test_far_day_in_an_address_is_refused(world: World, address: str, day: str):
    asked = address.format(day=day, month=day[:7])

    answer = world.client("coordinator").get(f"/loften/{world.actors.promise.slug}/{asked}")

    assert answer.status_code == 400
    assert day[:7] in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "lasta-perioder/las/?fran={day}&till={day}",
        "aktiviteter/logga/3/?datum={day}",
        "aktiviteter/logga/2/?datum={day}",
    ],
)
def test_far_day_in_an_address_that_fills_in_a_form_is_told(world: World, address: str, day: str):
    answer = world.client("coordinator").get(f"/loften/{world.actors.promise.slug}/{address.format(day=day)}")

    assert day in answer.content.decode()


def test_far_day_in_a_form_is_refused(world: World, day: str):
    promise, client = world.actors.promise, world.client("coordinator")
    base = f"/loften/{promise.slug}/"
    lock = PeriodLockFactory(promise=promise, locked_by=world.user("coordinator"))
    indicator = IndicatorFactory(effect=EffectFactory(promise=promise))
    row = world.log()
    classes = {"school": world.a.school_id, "school_year": world.a.school_year, "grade": "5"}
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-label": "5X", "form-0-pupils": "20"}
    forms = {
        f"lasta-perioder/{lock.pk}/undantag/": {
            "user": world.user("officer").pk, "until": day, "why": "En rättelse"
        },
        "lasta-perioder/las/": {"fran": "2020-01-01", "till": day, "why": "Året är slut"},
        "aktiviteter/logga/3/": world.sent(occurred_on=day),
        f"aktiviteter/{row.pk}/ratta/": world.sent(occurred_on=day, version="1", why="Fel dag"),
        "klasser/nya/": {**classes, **rows, "opened_on": day},
        f"klasser/{world.a.pk}/": {
            "label": "5A", "grade": "5", "pupils": "9", "pupils_from": day, "opened_on": day, "version": "1",
            "why": "Fel",
        },
        f"klasser/{world.a.pk}/avsluta/": {"closed_on": day, "version": "1", "why": "Slut"},
        f"klasser/{world.a.pk}/sla-ihop/": {"classes": [world.b.pk], "label": "5A", "day": day, "why": "Slås"},
        f"effekter/{indicator.pk}/ny-matning/": {"role": "outcome", "value": "5", "measured_on": day},
        "ataganden/3/andra/": {
            "decided_on": day, "wording": "Ny", "reason": "Beslut", "version": "0", "decided_by": [],
        },
    }  # fmt: skip
    before = {model: model._default_manager.count() for model in STORED}
    for address, data in forms.items():
        answer = client.post(base + address, data)
        assert answer.status_code in (200, 400), address
        assert day in answer.content.decode(), address
    assert {model: model._default_manager.count() for model in STORED} == before


def test_far_day_in_a_file_is_refused(world: World, day: str):
    client, base = world.client("coordinator"), f"/loften/{world.actors.promise.slug}/"
    file = SimpleUploadedFile("a.csv", f"åtagande;datum;typ;områden\n3;{day};Fotpatrull;Holma\n".encode())

    answer = client.post(base + "inlasning/", {"file": file}, follow=True)

    assert answer.status_code == 200
    [line] = ImportRow.objects.all()
    assert line.verdict == Verdict.ERROR
    assert "datum" in {one["column"] for one in line.faults}
