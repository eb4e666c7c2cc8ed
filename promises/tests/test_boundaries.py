"""Which shape is which area, and boundaries stored with history."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from history.models import Change
from promises import boundaries
from promises.area_keys import area_keys
from promises.boundaries import FAULTS, fault_text, matches, remove_boundary, set_boundaries
from promises.boundary import BoundaryError, read_features
from promises.models import AreaBoundary
from promises.tests.factories import AreaFactory
from promises.tests.geojson import MALMO_AREAS, collection, feature, geometry, square

pytestmark = pytest.mark.django_db

WHY = "Ny indelning"


def shapes_of(*starts: float):
    return [
        one.shape for one in read_features(collection(*(feature(geometry(square(west))) for west in starts)))
    ]


@pytest.fixture
def holma(actors):
    return AreaFactory(promise=actors.promise, name="Holma")


@pytest.fixture
def kroksback(actors):
    return AreaFactory(promise=actors.promise, name="Kroksbäck")


def matched(areas, *features):
    return matches(areas, read_features(collection(*features)))


def test_malmo_areas_are_found_by_the_citys_codes(actors):
    areas = [
        AreaFactory(promise=actors.promise, name="Bellevue", official_name="Bellevuegården", code="25506"),
        AreaFactory(promise=actors.promise, name="Holma", code="25611"),
        AreaFactory(promise=actors.promise, name="Kroksbäck", code="25609"),
    ]

    found = matches(areas, read_features(MALMO_AREAS.read_bytes()))

    assert [found[area.pk] for area in areas] == [0, 1, 2]


def test_area_with_another_official_name_is_not_looked_for_by_its_own(actors):
    """The city has a Bellevue too, and it is another place."""
    area = AreaFactory(promise=actors.promise, name="Bellevue", official_name="Bellevuegården", code="25506")

    assert matched([area], feature(namn="Bellevue", kod=23104)) == {}
    assert matched([area], feature(namn="Bellevue"), feature(namn="bellevuegården ")) == {area.pk: 1}


def test_code_goes_before_name(holma):
    holma.code = "25611"

    assert matched([holma], feature(namn="Holma"), feature(namn="Annat", kod="25611")) == {holma.pk: 1}


def test_two_shapes_of_the_same_area_are_refused(holma):
    with pytest.raises(ValidationError, match="Både yta 1 och yta 3 i filen heter Holma"):
        matched([holma], feature(namn="Holma"), feature(namn="Annat"), feature(namn="HOLMA"))


def test_boundaries_are_stored_with_history_without_their_points(actors, holma):
    (shape,) = shapes_of(13.0)

    assert set_boundaries(access=actors.access("coordinator"), shapes={holma: shape}, source=" Stad ") == 1

    row = AreaBoundary.objects.get(area=holma)
    assert (row.points, row.source, row.shape["type"]) == (5, "Stad", "MultiPolygon")
    change = Change.objects.of(row).get()
    assert (change.action, change.by) == ("created", actors.coordinator)
    assert change.values["points"] == [None, 5]
    assert change.values["sha256"] == [None, row.sha256]
    assert "13.0" not in json.dumps(change.values)


def test_same_boundary_again_changes_nothing(actors, holma):
    (shape,) = shapes_of(13.0)
    access = actors.access("coordinator")
    set_boundaries(access=access, shapes={holma: shape}, source="Stad")

    assert set_boundaries(access=access, shapes={holma: shape}, source="Stad") == 0
    assert Change.objects.filter(subject="promises.areaboundary").count() == 1


def test_boundary_is_replaced_only_with_a_reason(actors, holma, kroksback):
    old, new, other = shapes_of(13.0, 14.0, 15.0)
    access = actors.access("city_coordinator")
    set_boundaries(access=access, shapes={holma: old}, source="")

    with pytest.raises(ValidationError) as refused:
        set_boundaries(access=access, shapes={kroksback: other, holma: new}, source="")

    assert "why" in refused.value.message_dict
    assert AreaBoundary.objects.get().shape["coordinates"][0][0][0] == [13.0, 55.6]

    assert set_boundaries(access=access, shapes={kroksback: other, holma: new}, source="", reason=WHY) == 2
    change = Change.objects.of(AreaBoundary.objects.get(area=holma)).first()
    assert (change.action, change.reason) == ("corrected", WHY)


def test_boundary_is_taken_away_with_a_reason_and_can_come_back(actors, holma):
    (shape,) = shapes_of(13.0)
    access = actors.access("coordinator")
    set_boundaries(access=access, shapes={holma: shape}, source="Stad")

    with pytest.raises(ValidationError):
        remove_boundary(access=access, area=holma, reason=" ")
    remove_boundary(access=access, area=holma, reason=WHY)
    remove_boundary(access=access, area=holma, reason=WHY)

    row = AreaBoundary.objects.get()
    assert (row.shape, row.points, row.source) == (None, 0, "")
    assert [one.action for one in Change.objects.of(row)] == ["voided", "created"]
    assert set_boundaries(access=access, shapes={holma: shape}, source="Stad") == 1


def test_area_without_a_boundary_has_none_to_take_away(actors, holma):
    remove_boundary(access=actors.access("coordinator"), area=holma, reason=WHY)

    assert not AreaBoundary.objects.exists()


@pytest.mark.parametrize("name", ["officer", "staff", "contributor", "signatory", "city_signatory"])
def test_only_coordinators_change_boundaries(actors, holma, name):
    (shape,) = shapes_of(13.0)

    with pytest.raises(PermissionDenied):
        set_boundaries(access=actors.access(name), shapes={holma: shape}, source="")
    with pytest.raises(PermissionDenied):
        remove_boundary(access=actors.access(name), area=holma, reason=WHY)


def test_area_of_another_promise_is_refused(actors):
    (shape,) = shapes_of(13.0)

    with pytest.raises(PermissionDenied):
        set_boundaries(access=actors.access("coordinator"), shapes={AreaFactory(): shape}, source="")


def test_two_areas_cannot_have_the_same_shape(actors, holma, kroksback):
    (shape,) = shapes_of(13.0)

    with pytest.raises(ValidationError, match="samma yta"):
        set_boundaries(
            access=actors.access("coordinator"), shapes={holma: shape, kroksback: shape}, source=""
        )
    assert not AreaBoundary.objects.exists()


def test_personal_data_in_the_source_is_refused_and_nothing_stored(actors, holma):
    (shape,) = shapes_of(13.0)

    with pytest.raises(ValidationError) as refused:
        set_boundaries(access=actors.access("coordinator"), shapes={holma: shape}, source="anna@example.se")

    assert "source" in refused.value.message_dict
    assert not AreaBoundary.objects.exists()


def test_every_fault_has_words_that_take_its_values():
    values = dict.fromkeys(("number", "most", "line", "column", "x", "y", "name"), 7)
    for code in FAULTS:
        assert fault_text(BoundaryError(code, **values)).endswith(".")


def test_key_of_an_area_is_plain_and_its_own():
    names = ["Kroksbäck", "Gräns", "Holma", "Hölma", "–", "Holma 2"]

    keys = area_keys(names)

    assert list(keys.values()) == ["kroksback", "grans-2", "holma", "holma-2", "omrade", "holma-2-2"]


def test_boundaries_hold_the_promise_before_they_are_written(actors, holma, monkeypatch):
    """Else another writer's history, begun before, would be seen after theirs (docs/adr/0013)."""
    held = []
    monkeypatch.setattr(boundaries, "hold", lambda pk: held.append((pk, Change.objects.count())))
    (shape,) = shapes_of(13.0)

    set_boundaries(access=actors.access("coordinator"), shapes={holma: shape}, source="Stad")
    remove_boundary(access=actors.access("coordinator"), area=holma, reason=WHY)

    assert held == [(actors.promise.pk, 0), (actors.promise.pk, 1)]
