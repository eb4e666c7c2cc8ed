"""What is taken as a boundary, and each thing that is refused by its own name."""

import gzip
import json
import tracemalloc

import pytest

from promises import boundary
from promises.boundary import BoundaryError, count_points, from_json, read_features, signed_area, to_json
from promises.tests.geojson import MALMO_AREAS, collection, feature, geometry, square


def refused(content: bytes) -> BoundaryError:
    with pytest.raises(BoundaryError) as caught:
        read_features(content)
    return caught.value


def test_malmo_file_of_the_city_is_read():
    features = read_features(MALMO_AREAS.read_bytes())

    assert [one.points for one in features] == [45, 119, 376]
    assert features[0].names == ("bellevuegården", "25506")
    assert features[0].label == "Bellevuegården · 25506"


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(geometry()).encode(),
        json.dumps(geometry([square()], "MultiPolygon")).encode(),
        json.dumps(feature()).encode(),
        collection(feature()),
        b"\xef\xbb\xbf" + collection(feature()),
        collection(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}),
        collection(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}),
        collection(feature(), crs=None),
    ],
    ids=["polygon", "multipolygon", "feature", "collection", "bom", "crs84", "epsg-4326", "no-crs"],
)
def test_every_form_of_the_same_square_is_the_same_shape(content):
    (found,) = read_features(content)

    assert found.shape == ((tuple(map(tuple, square()[0])),),)


def test_numbers_are_rounded_to_six_decimals_and_height_is_dropped():
    ring = [[x + 1e-9, y, 14.5] for x, y in square()[0]]

    (found,) = read_features(collection(feature(geometry([ring]))))

    assert found.shape == ((tuple(map(tuple, square()[0])),),)


def test_hole_stays_a_hole():
    coordinates = [*square(), *square(13.002, 55.602, 0.002)]

    (found,) = read_features(collection(feature(geometry(coordinates))))

    assert [len(ring) for ring in found.shape[0]] == [5, 5]


def test_shape_comes_back_from_its_json():
    (found,) = read_features(collection(feature(geometry([square(), square(13.1)], "MultiPolygon"))))

    assert from_json(json.loads(json.dumps(to_json(found.shape)))) == found.shape
    assert count_points(found.shape) == 10


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (gzip.compress(collection(feature())), "packed"),
        (b"PK\x03\x04 shapefile", "packed"),
        (collection(feature()).decode().encode("utf-16"), "not_utf8"),
        ("{'åäö': 1}".encode("latin-1"), "not_utf8"),
        (b"<html><script>alert(1)</script></html>", "not_json"),
        (b'{"type": "FeatureCollection"', "not_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 50_000, "too_deep"),
        (b'{"type": "Polygon", "coordinates": [[[NaN, 55.6]]]}', "no_number"),
        (b'{"type": "Polygon", "coordinates": [[[13, -Infinity]]]}', "no_number"),
        (b'{"type": "Polygon", "coordinates": [[[1e999, 55.6]]]}', "no_number"),
        (b'{"type": "Polygon", "coordinates": [[[' + b"9" * 5_000 + b", 55.6]]]}", "no_number"),
        (b'{"type": "Polygon", "coordinates": [[[' + b"9" * 400 + b", 55.6]]]}", "no_number"),
        (b"[]", "not_geojson"),
        (b"7", "not_geojson"),
        (b'"<script>"', "not_geojson"),
        (b'{"type": "Topology", "objects": {}}', "not_geojson"),
        (b'{"type": "FeatureCollection"}', "not_geojson"),
        (b'{"type": "FeatureCollection", "features": [1]}', "not_geojson"),
        (b'{"type": ["FeatureCollection"]}', "not_geojson"),
        (b'{"type": {"a": 1}}', "not_geojson"),
        (collection(), "empty_collection"),
        (collection(feature(geometry(None)), {"type": "Feature", "geometry": None}), "no_geometry"),
        (collection(feature(geometry([13.0, 55.6], "Point"))), "no_area"),
        (collection(feature(geometry([[13.0, 55.6], [13.1, 55.6]], "LineString"))), "no_area"),
        (collection(feature({"type": "GeometryCollection", "geometries": []})), "no_area"),
        (collection(feature(geometry([]))), "broken"),
        (collection(feature(geometry("[[13, 55]]"))), "broken"),
        (collection(feature(geometry([[]], "MultiPolygon"))), "broken"),
        (collection(feature(geometry([["13", "55"]]))), "broken"),
        (collection(feature(geometry([[["13.0", "55.6"]] * 4]))), "broken"),
        (collection(feature(geometry([[[True, False]] * 4]))), "broken"),
        (collection(feature(geometry([[[13.0]] * 4]))), "broken"),
        (collection(feature(geometry([[{"x": 13}] * 4]))), "broken"),
        (collection(feature(geometry([square()[0][:3]]))), "short_ring"),
        (collection(feature(geometry([[]]))), "short_ring"),
        (collection(feature(geometry([square()[0][:4]]))), "open_ring"),
        (collection(feature(geometry([[[13.0, 55.6], [13.1, 55.7], [13.2, 55.8], [13.0, 55.6]]]))), "flat_ring"),
        (collection(feature(geometry([[[13.0, 55.6]] * 5]))), "flat_ring"),
        (collection(feature(geometry(square(size=1e-8)))), "flat_ring"),
        (collection(feature(geometry(square(374_000.0, 6_163_000.0, 500.0)))), "sweref"),
        (collection(feature(geometry(square(118_254.0, 6_163_000.0, 500.0)))), "sweref"),
        (collection(feature(geometry([[[y, x] for x, y in square(374_000.0, 6_163_000.0)[0]]]))), "sweref"),
        (collection(feature(geometry(square(1_445_000.0, 7_480_000.0, 500.0)))), "not_degrees"),
        (collection(feature(geometry([[[y, x] for x, y in square()[0]]]))), "swapped"),
        (collection(feature(geometry(square(-73.9, 40.7)))), "outside"),
        (collection(feature(geometry(square(0.0, 0.0)))), "outside"),
        (
            collection(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3008"}}),
            "other_system",
        ),
        (collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:43260"}}), "other_system"),
        (collection(feature(), crs="SWEREF99"), "other_system"),
        (collection(*[feature()] * 501), "many_shapes"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)  # fmt: skip
def test_wrong_file_is_refused_by_what_is_wrong(content, code):
    assert refused(content).code == code


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (None, "no_geometry"),
        (geometry([13.0, 55.6], "Point"), "no_area"),
        (geometry([]), "broken"),
        (geometry({"a": 1}, "MultiPolygon"), "broken"),
        (geometry([[]], "MultiPolygon"), "broken"),
        (geometry([[[13.0]] * 4]), "broken"),
        (geometry([[["13.0", "55.6"]] * 4]), "broken"),
        (geometry([square()[0][:3]]), "short_ring"),
        (geometry([square()[0][:4]]), "open_ring"),
        (geometry([[[13.0, 55.6]] * 5]), "flat_ring"),
    ],
)
def test_shape_that_is_wrong_is_named_by_its_number(shape, code):
    error = refused(collection(feature(), {"type": "Feature", "geometry": shape}))

    assert (error.code, error.values) == (code, {"number": 2})


def test_most_shapes_are_taken_and_one_more_is_not():
    assert len(read_features(collection(*[feature()] * 500))) == 500

    assert refused(collection(*[feature()] * 501)).values == {"number": 501, "most": 500}


def test_largest_file_is_taken_and_one_byte_more_is_not():
    content = collection(feature())
    padded = content + b" " * (boundary.MOST_BYTES - len(content))
    assert len(read_features(padded)) == 1

    assert refused(padded + b" ").values == {"most": 10}


def test_place_where_the_json_ends_is_told():
    assert refused(b'{"type":\n "Polygon",,}').values == {"line": 2, "column": 12}


@pytest.mark.parametrize("order", ["<", ">"])
def test_utf_16_is_told_apart_from_any_other_encoding(order):
    content = collection(feature()).decode().encode("utf-16-le" if order == "<" else "utf-16-be")

    assert refused((b"\xff\xfe" if order == "<" else b"\xfe\xff") + content).code == "not_utf8"


def point_at(x: float, y: float) -> bytes:
    """A triangle that begins at a point and is otherwise in Sweden."""
    return collection(feature(geometry([[[x, y], [13.01, 55.6], [13.01, 55.61], [x, y]]])))


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (180.0, 55.6, "outside"),
        (180.5, 55.6, "not_degrees"),
        (-180.5, 55.6, "not_degrees"),
        (13.0, 90.0, "outside"),
        (13.0, 90.5, "not_degrees"),
        (10_000.0, 6_000_000.0, "sweref"),
        (9_999.5, 6_000_000.0, "not_degrees"),
        (10_000.0, 5_999_999.5, "not_degrees"),
        (1_000_000.0, 7_800_000.0, "sweref"),
        (1_000_000.5, 7_800_000.0, "not_degrees"),
        (1_000_000.0, 7_800_000.5, "not_degrees"),
        (9.9, 55.6, "outside"),
        (25.1, 55.6, "outside"),
        (13.0, 54.9, "outside"),
        (13.0, 70.1, "outside"),
    ],
)
def test_place_is_judged_to_its_edges(x, y, code):
    error = refused(point_at(x, y))

    assert error.code == code
    assert error.values == ({} if code == "sweref" else {"x": x, "y": y})


@pytest.mark.parametrize(("x", "y"), [(10.0, 55.0), (25.0, 70.0), (10.0, 70.0), (25.0, 55.0)])
def test_corner_of_sweden_is_in_sweden(x, y):
    assert read_features(point_at(x, y))[0].points == 4


def test_name_of_a_coordinate_system_is_said_only_where_it_is_plain():
    crs = {"type": "name", "properties": {"name": "<script>alert(1)</script>"}}
    assert refused(collection(feature(), crs=crs)).values == {"name": "crs"}
    crs["properties"]["name"] = "urn:ogc:def:crs:EPSG::3006"
    assert refused(collection(feature(), crs=crs)).values == {"name": "urn:ogc:def:crs:EPSG::3006"}


def ring_of(points: int) -> list[list[float]]:
    """A closed ring of so many points, up one side and down the other."""
    half = points // 2
    up = [[13.0, 55.6 + 0.1 * step / half] for step in range(half)]
    down = [[13.1, 55.7 - 0.1 * step / half] for step in range(points - half - 1)]
    return [*up, *down, up[0]]


def test_most_points_are_taken_and_one_more_is_not():
    (found,) = read_features(collection(feature(geometry([ring_of(20_000)]))))
    assert found.points == 20_000

    error = refused(collection(feature(geometry([ring_of(20_001)]))))
    assert (error.code, error.values) == ("many_points", {"number": 20_001, "most": 20_000})


def test_two_hundred_thousand_points_are_counted_without_being_taken_apart():
    content = collection(feature(geometry([ring_of(200_000)])))
    tracemalloc.start()
    error = refused(content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (error.code, error.values["number"]) == ("many_points", 200_000)
    assert peak < 2.5 * len(content)  # the text and its bytes; lists of floats would take ten times as much


@pytest.mark.parametrize(
    "bomb", [b"[" + b"{}," * 500_000, b"[" + b"0," * 500_000], ids=["objects", "numbers"]
)
def test_file_of_many_parts_is_refused_before_it_is_taken_apart(bomb):
    assert refused(bomb).code == "many_parts"


def test_file_larger_than_allowed_is_refused():
    assert refused(b" " * (boundary.MOST_BYTES + 1)).code == "too_large"


def test_label_never_holds_what_could_be_markup():
    (found,) = read_features(
        collection(feature(name="<script>alert(1)</script>", kod=25506, note="x" * 300, nested={"a": [1]}))
    )

    assert found.label == "25506"
    assert found.names == ("<script>alert(1)</script>", "25506")


def test_feature_is_named_by_its_id_and_its_first_three_plain_values():
    row = {**feature(a="Kroksbäck", b="x" * 80, c="y" * 81, d="Holma  väst", e=25506.0, f=True), "id": 7}

    (found,) = read_features(collection(row))

    assert found.names == ("7", "kroksbäck", "x" * 80, "holma väst", "25506")
    assert found.label == "7 · Kroksbäck · Holma  väst"


def test_area_of_a_ring_is_signed_by_its_turn():
    ring = [tuple(point) for point in square(size=1.0)[0]]

    assert signed_area(ring) == pytest.approx(1.0)
    assert signed_area(ring[::-1]) == pytest.approx(-1.0)


def test_to_json_is_a_multipolygon_of_geojson():
    (found,) = read_features(collection(feature()))

    assert to_json(found.shape) == {"type": "MultiPolygon", "coordinates": [square()]}
