"""Measurements: a value stands once for a day and an area, and is voided, never deleted or written over."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from history.models import Change
from promises.models import Measurement
from promises.services import add_measurement, void_measurement
from promises.templatetags.promises_ui import plain_decimal
from promises.tests.factories import AreaFactory, EffectFactory, IndicatorFactory, PromiseFactory

pytestmark = pytest.mark.django_db

TODAY = date(2020, 12, 31)


@pytest.fixture
def indicator(actors):
    return IndicatorFactory(effect__promise=actors.promise)


@pytest.fixture
def coordinator(actors, client):
    client.force_login(actors.coordinator)
    return actors.coordinator


def measurement(indicator, **fields):
    values = {
        "role": "baseline",
        "value": Decimal("56.5"),
        "n": 180,
        "margin": Decimal("3.2"),
        "measured_on": date(2019, 3, 1),
        "source": "Malmö områdesundersökning 2019",
    }
    return Measurement(indicator=indicator, **(values | fields))


def add(actors, row, who="coordinator"):
    return add_measurement(access=actors.access(who), measurement=row, today=TODAY)


def void(actors, row, who="coordinator", reason="Fel år"):
    return void_measurement(access=actors.access(who), measurement=row, today=TODAY, reason=reason)


def typed(**fields):
    return {
        "role": "baseline",
        "value": "56,5",
        "n": "180",
        "margin": "3,2",
        "measured_on": "2019-03-01",
        "area": "",
        "source": "Malmö områdesundersökning 2019",
    } | fields


def page_of(actors, name, *args):
    return reverse(f"promises:{name}", args=[actors.promise.slug, *args])


def test_add_measurement_keeps_who_and_what(actors, indicator):
    row = add(actors, measurement(indicator))

    [trace] = Change.objects.of(row)
    assert trace.by == actors.coordinator
    assert trace.values["value"] == [None, "56.5"]
    assert trace.values["indicator"] == [None, "Otrygg ute sen kväll"]


def test_same_measurement_twice_is_one(actors, indicator):
    first = add(actors, measurement(indicator))

    second = add(actors, measurement(indicator, value=Decimal("56.50")))

    assert first == second
    assert Measurement.objects.count() == 1
    assert Change.objects.count() == 1


@pytest.mark.parametrize("differs", [{"value": Decimal(57)}, {"n": 181}, {"source": "En annan"}])
def test_another_value_for_the_same_day_and_area_is_refused(actors, indicator, differs):
    add(actors, measurement(indicator))

    with pytest.raises(ValidationError, match=r"Det finns redan ett värde .* 56,5"):
        add(actors, measurement(indicator, **differs))


def test_other_day_area_and_role_are_other_values(actors, indicator):
    add(actors, measurement(indicator))
    add(actors, measurement(indicator, measured_on=date(2019, 3, 2)))
    add(actors, measurement(indicator, area=AreaFactory(promise=actors.promise)))
    add(actors, measurement(indicator, role="follow_up"))

    assert Measurement.objects.count() == 4


def test_value_can_be_given_anew_when_the_old_one_is_voided(actors, indicator):
    void(actors, add(actors, measurement(indicator)))

    assert add(actors, measurement(indicator, value=Decimal(57))).pk


@pytest.mark.parametrize(("day", "fits"), [(TODAY, True), (date(2021, 1, 1), False)])
def test_nothing_is_measured_in_the_future(actors, indicator, day, fits):
    if fits:
        assert add(actors, measurement(indicator, measured_on=day))
    else:
        with pytest.raises(ValidationError, match="har inte varit än"):
            add(actors, measurement(indicator, measured_on=day))


def test_void_keeps_day_reason_and_history(actors, indicator):
    row = void(actors, add(actors, measurement(indicator)))

    assert (row.voided_on, row.void_reason) == (TODAY, "Fel år")
    trace = Change.objects.of(row).first()
    assert (trace.action, trace.reason) == (Change.Action.VOIDED, "Fel år")


def test_voided_twice_stays_as_it_was_voided_first(actors, indicator):
    row = void(actors, add(actors, measurement(indicator)))

    again = void(actors, row, reason="En annan orsak")

    assert again.void_reason == "Fel år"
    assert Change.objects.of(row).count() == 2


@pytest.mark.parametrize("who", ["officer", "staff", "contributor", "signatory"])
def test_only_coordinators_write_measurements(actors, indicator, who):
    row = add(actors, measurement(indicator))

    with pytest.raises(PermissionDenied):
        add(actors, measurement(indicator, role="follow_up"), who)
    with pytest.raises(PermissionDenied):
        void(actors, row, who)


def test_indicator_of_another_promise_is_refused(actors):
    other = IndicatorFactory(effect__promise=PromiseFactory())

    with pytest.raises(PermissionDenied):
        add(actors, measurement(other))


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("officer", (200, 403)),
        ("staff", (200, 403)),
        ("contributor", (200, 403)),
        ("signatory", (200, 403)),
        ("coordinator", (200, 200)),
        ("city_coordinator", (200, 200)),
        ("stranger", (404, 404)),
        ("administrator", (404, 404)),
    ],
)
def test_who_sees_and_who_writes(client, actors, indicator, who, answers):
    see, write = answers
    row = add(actors, measurement(indicator))
    client.force_login(getattr(actors, who))
    urls = [page_of(actors, "measurement_create", indicator.pk), page_of(actors, "measurement_void", row.pk)]

    assert client.get(page_of(actors, "effects")).status_code == see
    assert {client.get(url).status_code for url in urls} == {write}
    assert {client.post(url, {}).status_code for url in urls} == {write}
    row.refresh_from_db()
    assert row.voided_on is None


def test_page_adds_a_value_with_decimal_comma(client, actors, indicator, coordinator):
    url = page_of(actors, "measurement_create", indicator.pk)

    for _ in range(2):
        answer = client.post(url, typed(), follow=True)

    page = answer.content.decode()
    assert Measurement.objects.get().value == Decimal("56.5")
    assert '<td class="number">56,5</td>' in page
    assert '<td class="number">3,2</td>' in page
    assert "Alla områden tillsammans" in page


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"role": ""}, "role"),
        ({"role": "x"}, "role"),
        ({"value": ""}, "value"),
        ({"value": "många"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": "1000000000"}, "value"),
        ({"value": "1,234"}, "value"),
        ({"value": "\x00"}, "value"),
        ({"n": "0"}, "n"),
        ({"n": "-1"}, "n"),
        ({"n": "1,5"}, "n"),
        ({"n": "1000000000"}, "n"),
        ({"n": "9" * 5000}, "n"),
        ({"margin": "-0,1"}, "margin"),
        ({"margin": "stor"}, "margin"),
        ({"measured_on": "2019-02-31"}, "measured_on"),
        ({"measured_on": ""}, "measured_on"),
        ({"measured_on": "9999-12-31"}, "measured_on"),
        ({"area": str(10**30)}, "area"),
        ({"area": "Holma"}, "area"),
        ({"source": ""}, "source"),
        ({"source": "x" * 201}, "source"),
        ({"source": "a\x00b"}, "source"),
        ({"source": "Ring 040-12 34 56"}, "source"),
    ],
)
@pytest.mark.usefixtures("coordinator")
def test_bad_value_is_refused_at_its_field(client, actors, indicator, fields, at):
    answer = client.post(page_of(actors, "measurement_create", indicator.pk), typed(**fields))

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [at]
    assert f'href="#id_{at}' in answer.content.decode()
    assert not Measurement.objects.exists()


def test_area_of_another_promise_by_an_edited_request_is_no_choice(client, actors, indicator, coordinator):
    other = AreaFactory(promise=PromiseFactory())

    answer = client.post(page_of(actors, "measurement_create", indicator.pk), typed(area=other.pk))

    assert list(answer.context["form"].errors) == ["area"]


def test_role_is_offered_without_an_empty_choice(client, actors, indicator, coordinator):
    page = client.get(page_of(actors, "measurement_create", indicator.pk)).content.decode()

    assert page.count('name="role"') == 2
    assert "---------" not in page


def test_page_voids_with_a_reason(client, actors, indicator, coordinator):
    row = add(actors, measurement(indicator))
    url = page_of(actors, "measurement_void", row.pk)

    for why in ("", "x" * 201, "a\x00", "mejl a@example.se"):
        assert list(client.post(url, {"why": why}).context["form"].errors) == ["why"]
    for _ in range(2):
        answer = client.post(url, {"why": "Fel år"}, follow=True)

    assert "Mätningen är makulerad" in answer.content.decode()
    assert "56,5" not in answer.content.decode()
    assert Change.objects.of(row).count() == 2


def test_measurement_and_indicator_of_another_promise_are_not_found(client, actors, coordinator):
    other = IndicatorFactory(effect__promise=PromiseFactory())
    row = measurement(other)
    row.save()

    for name, pk in (("measurement_create", other.pk), ("measurement_void", row.pk)):
        for key in (pk, 0, 10**30):
            assert client.get(page_of(actors, name, key)).status_code == 404
            assert client.post(page_of(actors, name, key), typed(why="x")).status_code == 404


def test_effect_and_indicator_without_values_say_so(client, actors, indicator, coordinator):
    EffectFactory(promise=actors.promise, wording="En minskad droghandel.")

    page = client.get(page_of(actors, "effects")).content.decode()

    assert "Uppgift saknas" in page
    assert "Inget mått är valt" in page


def test_promise_without_effects_says_so(client, actors, coordinator):
    assert "Här kommer de effekter" in client.get(page_of(actors, "effects")).content.decode()


@pytest.mark.parametrize("times", [1, 15])
def test_page_takes_as_many_queries_however_long(
    client, actors, coordinator, django_assert_num_queries, times
):
    for number in range(times):
        indicator = IndicatorFactory(effect__promise=actors.promise, name=f"Mått {number}")
        add(actors, measurement(indicator, area=AreaFactory(promise=actors.promise, name=f"Område {number}")))

    with django_assert_num_queries(7):
        client.get(page_of(actors, "effects"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("56.50", "56,5"),
        ("100.00", "100"),
        ("0.00", "0"),
        ("-3.25", "−3,25"),
        ("12345.60", "12 345,6"),
        (None, "–"),
    ],
)
def test_decimal_is_shown_as_it_was_measured(value, shown):
    told = plain_decimal(None if value is None else Decimal(value))

    assert told.replace("\xa0", " ").replace("-", "−") == shown
