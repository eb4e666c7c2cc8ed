"""The map: whole, escaped, and readable without its colours."""

import itertools
import xml.etree.ElementTree as ET

import pytest

from promises.boundary import read_features
from promises.tests.geojson import MALMO_AREAS, collection, feature, geometry, square
from reports.maps import LABEL_HEIGHT, MapArea, MapTexts, _Label, draw, strength

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = MapTexts("Mest i Holma", "En karta.", tuple((metres, f"{metres} m") for metres in (100, 500, 1000)))


def shape_of(*coordinates, kind="Polygon"):
    (found,) = read_features(collection(feature(geometry(*coordinates, kind=kind))))
    return found.shape


def area(name="Holma", number="9", shape=None, **more):
    values = {"said": f"{name}: {number} insatser", "strength": 1, "url": f"/{name}/"} | more
    return MapArea(name=name, number=number, shape=shape_of() if shape is None else shape, **values)


def drawn(*areas, width=640):
    return ET.fromstring(draw(areas, TEXTS, ids="m", width=width))


def malmo():
    features = read_features(MALMO_AREAS.read_bytes())
    names = ("Bellevue", "Holma", "Kroksbäck")
    return [area(name, str(n), one.shape) for n, (name, one) in enumerate(zip(names, features, strict=True))]


def corners(svg):
    return [
        tuple(map(float, pair.split()))
        for path in svg.iter(f"{SVG}path")
        if "map__area" in path.get("class", "")
        for part in path.get("d")[1:-1].split("ZM")
        for pair in part.split("L")
    ]


@pytest.mark.parametrize("width", [320, 640])
def test_all_areas_lie_within_the_drawing(width):
    svg = drawn(*malmo(), width=width)

    _x, _y, across, down = map(float, svg.get("viewBox").split())
    points = corners(svg)
    assert all(0 < x < across and 0 < y < down for x, y in points)
    assert max(x for x, _y in points) - min(x for x, _y in points) > 0.5 * width
    for plate in svg.iter(f"{SVG}rect"):
        assert 0 <= float(plate.get("x")) <= across - float(plate.get("width"))


def test_north_is_up_and_east_is_right():
    north_east, south_west = shape_of(square(13.1, 55.7)), shape_of(square(13.0, 55.6))

    (ne_x, ne_y), *_rest = corners(drawn(area(shape=north_east), area(shape=south_west)))
    (sw_x, sw_y), *_rest = corners(drawn(area(shape=south_west), area(shape=north_east)))

    assert ne_x > sw_x
    assert ne_y < sw_y


def test_square_on_the_ground_is_a_square_on_the_map():
    """A degree of longitude is 0.56 of a degree of latitude in Malmö."""
    west, south, high = 13.0, 55.6, 0.0056506
    ring = [
        [west, south],
        [west + 0.01, south],
        [west + 0.01, south + high],
        [west, south + high],
        [west, south],
    ]

    points = corners(drawn(area(shape=shape_of([ring]))))

    across = max(x for x, _y in points) - min(x for x, _y in points)
    down = max(y for _x, y in points) - min(y for _x, y in points)
    assert across == pytest.approx(down, rel=0.01)


def test_ruler_is_as_long_as_it_says():
    svg = drawn(area())  # 0.01 degrees: 629 m wide, 1113 m high in a drawing of 612 units

    (ruler,) = (one for one in svg.iter(f"{SVG}g") if one.get("class") == "map__ruler")
    length = float(ruler[0].get("d").split("h")[1].split("v")[0])
    assert ruler[1].text == "100 m"
    assert length == pytest.approx(100 / 1113.2 * 612, rel=0.01)


def test_every_area_is_a_link_that_says_its_number():
    svg = drawn(*malmo())

    links = list(svg.iter(f"{SVG}a"))
    assert [link.get("aria-label") for link in links] == [
        "Bellevue: 0 insatser", "Holma: 1 insatser", "Kroksbäck: 2 insatser"
    ]  # fmt: skip
    assert [link.get("href") for link in links] == ["/Bellevue/", "/Holma/", "/Kroksbäck/"]
    assert ["".join(text.itertext()).split() for text in svg.iter(f"{SVG}text")][:3] == [
        ["Bellevue", "0"], ["Holma", "1"], ["Kroksbäck", "2"]
    ]  # fmt: skip


def test_area_the_page_is_about_is_drawn_last_and_marked():
    first, *others = malmo()
    svg = drawn(area("Här", "3", first.shape, here=True), *others)

    *_before, last = svg.iter(f"{SVG}a")
    assert last.get("aria-current") == "page"
    assert "map__area--here" in last.find(f"{SVG}path").get("class")


def test_no_two_plates_lie_on_each_other_where_there_is_room():
    shapes = [shape_of(square(13.0 + 0.012 * step, 55.6)) for step in range(4)]

    svg = drawn(*(area(f"Ett långt namn {n}", str(n), shape) for n, shape in enumerate(shapes)), width=320)

    plates = [tuple(float(one.get(name)) for name in ("x", "width")) for one in svg.iter(f"{SVG}rect")]
    plates.sort()
    assert all(x + width <= after for (x, width), (after, _w) in itertools.pairwise(plates))
    assert [text.text or text[-1].text for text in svg.iter(f"{SVG}text")]


def test_label_of_a_bent_area_stands_inside_it():
    """The middle of a U is outside it."""
    u = [[0, 0], [10, 0], [10, 10], [7, 10], [7, 3], [3, 3], [3, 10], [0, 10], [0, 0]]
    ring = [[13 + x / 1000, 55.6 + y / 1000] for x, y in u]

    svg = drawn(area(shape=shape_of([ring])))

    (plate,) = svg.iter(f"{SVG}rect")
    x = float(plate.get("x")) + float(plate.get("width")) / 2
    y = float(plate.get("y")) + float(plate.get("height")) / 2
    points = corners(svg)
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    top, bottom = min(y for _x, y in points), max(y for _x, y in points)
    in_gap = left + 0.3 * (right - left) < x < left + 0.7 * (right - left) and y < top + 0.7 * (bottom - top)
    assert not in_gap


def test_hole_is_not_filled():
    svg = drawn(area(shape=shape_of([*square(), *square(13.002, 55.602, 0.002)])))

    (path,) = (one for one in svg.iter(f"{SVG}path") if "map__area" in one.get("class", ""))
    assert path.get("fill-rule") == "evenodd"
    assert path.get("d").count("M") == 2


def test_points_too_near_to_see_are_left_out():
    ring = [[13.0 + 0.1 * step / 5000, 55.6] for step in range(5000)]
    ring += [[13.1, 55.7], [13.0, 55.7], [13.0, 55.6]]

    svg = draw([area(shape=shape_of([ring]))], TEXTS, ids="m", width=640)

    assert len(svg) < 12_000  # 5,000 points on a line of 612 units


def test_markup_in_a_name_is_text():
    svg = draw([area("<script>alert('x')</script>\x01", url='/"><script>')], TEXTS, ids="m", width=640)

    assert "<script" not in svg
    (link,) = ET.fromstring(svg).iter(f"{SVG}a")
    assert link.get("aria-label").startswith("<script>alert('x')</script>: ")


def test_no_shapes_no_drawing():
    assert draw([], TEXTS, ids="m", width=640) == ""
    assert draw([area(shape=())], TEXTS, ids="m", width=640) == ""


@pytest.mark.parametrize(
    ("value", "most", "wanted"), [(0, 9, 0), (1, 9, 1), (3, 9, 1), (4, 9, 2), (9, 9, 3), (1, 1, 1), (0, 0, 0)]
)
def test_strength_is_a_third_of_the_most(value, most, wanted):
    assert strength(value, most) == wanted


def plates(svg):
    return [(float(plate.get("x")), float(plate.get("width"))) for plate in svg.iter(f"{SVG}rect")]


def named(svg):
    return [span.text for span in svg.iter(f"{SVG}tspan") if span.get("class") == "map__name"]


def test_area_of_three_corners_is_drawn():
    triangle = [[[13.0, 55.6], [13.01, 55.6], [13.0, 55.61], [13.0, 55.6]]]

    assert len(corners(drawn(area(shape=shape_of(triangle))))) == 3


def test_label_at_either_edge_stands_two_units_inside():
    """Two narrow areas at the edges, each narrower than its label."""
    west = area("Västra", "1", shape_of(square(13.0, 55.6, 0.0005)))
    east = area("Östra", "2", shape_of(square(13.02, 55.6, 0.0005)))

    (first, _width), (last, width) = plates(drawn(west, east, width=320))

    assert first == pytest.approx(2.0, abs=0.05)
    assert last + width == pytest.approx(318.0, abs=0.05)


def side_by_side(**small):
    """A wide area east of a small one: there is room for one name."""
    return drawn(
        area("Lilla området", "1", shape_of(square(13.0, 55.6025, 0.003)), **small),
        area("Stora området", "2", shape_of(square(13.003, 55.6, 0.008))),
        width=320,
    )


def test_wide_area_has_its_name_before_a_small_one():
    assert named(side_by_side()) == ["Stora området"]


def test_area_that_the_page_is_about_has_its_name_first():
    assert named(side_by_side(here=True)) == ["Lilla området"]


@pytest.mark.parametrize(
    ("x", "y", "touch"),
    [(41.9, 0, True), (42.0, 0, False), (0, LABEL_HEIGHT + 1.9, True), (0, LABEL_HEIGHT + 2, False)],
)
def test_labels_with_less_than_two_units_between_touch(x, y, touch):
    first, second = _Label(100, 100, 30, with_name=True), _Label(100 + x, 100 + y, 50, with_name=True)

    assert first.touches(second) is second.touches(first) is touch


def test_label_stands_in_the_part_with_most_room_beside_a_lake():
    """The lake lies to the west, from bottom to top: the label belongs east of it."""
    lake = [[13.001, 55.6001], [13.001, 55.6099], [13.003, 55.6099], [13.003, 55.6001], [13.001, 55.6001]]
    svg = drawn(area("", "9", shape_of([square()[0], lake])))
    water = [x for x, _y in corners(svg)[4:]]

    ((left, _width),) = plates(svg)

    assert left > max(water)


@pytest.mark.parametrize(("size", "length"), [(0.0273, "1000 m"), (0.0240, "500 m")])
def test_ruler_is_the_longest_that_takes_a_third_of_the_width(size, length):
    """1000 m are 96 and 109 of 320 units."""
    svg = drawn(area(shape=shape_of(square(size=size))), width=320)

    assert [text.text for text in svg.iter(f"{SVG}text") if text.get("font-size") == "13"] == [length]


def test_no_ruler_where_no_length_fits():
    assert draw([area()], MapTexts("", "", ()), ids="m", width=320).endswith("</a></svg>")
