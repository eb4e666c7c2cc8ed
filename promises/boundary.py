"""The boundaries in a GeoJSON file, checked to the last point before anything is kept. Pure, no Django.

RFC 7946: longitude and latitude in degrees (WGS 84), in that order. Only coordinates leave this module for the
database; names and codes of a file serve to find the area and are then forgotten. docs/boundary-format.md.
"""

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

Point = tuple[float, float]  # longitude, latitude in degrees
Ring = tuple[Point, ...]  # closed: the first point stands again at the end
Polygon = tuple[Ring, ...]  # the outline, then its holes
Shape = tuple[Polygon, ...]

MOST_BYTES = 10_000_000
MOST_POINTS = 20_000
MOST_SHAPES = 500
DECIMALS = 6  # 11 cm
SWEDEN = (10.0, 55.0, 25.0, 70.0)  # west, south, east, north
_MOST_PARTS = 400_000  # brackets and commas: what a file of 20,000 points never comes near
_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
_POINT = re.compile(r"\[\s*-?\d")
_SAFE = re.compile(r"[\w .,:;()/&'’+–-]{1,60}")
_WGS84 = re.compile(r"(?:.*[:/])?(?:CRS84|CRS84h|4326|4979|WGS ?84)", re.IGNORECASE)


class BoundaryError(ValueError):
    """What is wrong with a file: ``code`` is a key of promises/boundaries.py, ``values`` what its words name."""

    def __init__(self, code: str, **values: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Feature:
    """A shape in a file. ``names``: its id and the plain values of its properties, folded, to find its area by.

    ``label``: the values that can be shown to choose by; "" where none can.
    """

    shape: Shape
    names: tuple[str, ...]
    label: str

    @property
    def points(self) -> int:
        return count_points(self.shape)


def count_points(shape: Shape) -> int:
    return sum(len(ring) for polygon in shape for ring in polygon)


def fold(value: object) -> str:
    """A name or code as it is compared: " Kroksbäck " is "kroksbäck", 25506.0 is "25506"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()).casefold()


def read_features(content: bytes) -> tuple[Feature, ...]:
    """The shapes of a GeoJSON file, rounded to six decimals. BoundaryError for the first thing that is wrong."""
    text = _text(content)
    _check_size(text)
    data = _parsed(text)
    if not isinstance(data, dict):
        raise BoundaryError("not_geojson")
    _check_system(data)
    rows = _features(data)
    if not rows:
        raise BoundaryError("empty_collection")
    if len(rows) > MOST_SHAPES:
        raise BoundaryError("many_shapes", number=len(rows), most=MOST_SHAPES)
    raw = [list(_polygons(row.get("geometry"), number)) for number, row in enumerate(rows, start=1)]
    points = [point for polygons in raw for polygon in polygons for ring in polygon for point in ring]
    if len(points) > MOST_POINTS:
        raise BoundaryError("many_points", number=len(points), most=MOST_POINTS)
    _check_place(points)
    features = []
    for number, (row, polygons) in enumerate(zip(rows, raw, strict=True), start=1):
        shape = tuple(tuple(_ring(ring, number) for ring in polygon) for polygon in polygons)
        names, label = _names(row)
        features.append(Feature(shape, names, label))
    return tuple(features)


# --- The file


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise BoundaryError("too_large", most=MOST_BYTES // 1_000_000)
    if content.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise BoundaryError("packed")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BoundaryError("not_utf8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BoundaryError("not_utf8") from None
    if not text.strip():
        raise BoundaryError("empty")
    return text


def _check_size(text: str) -> None:
    """Before the file is taken apart: a list of points takes ten times the memory of its text."""
    points = sum(1 for _found in _POINT.finditer(text))
    if (
        points > MOST_POINTS + MOST_SHAPES + 1
    ):  # a shape, and the file, may have a "bbox", which looks like a point
        raise BoundaryError("many_points", number=points, most=MOST_POINTS)
    if sum(map(text.count, "[{,")) > _MOST_PARTS:
        raise BoundaryError("many_parts")


def _parsed(text: str) -> Any:
    def refuse(_constant: str) -> NoReturn:
        raise BoundaryError("no_number")

    try:
        return json.loads(text, parse_constant=refuse)
    except BoundaryError:
        raise
    except json.JSONDecodeError as error:
        raise BoundaryError("not_json", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise BoundaryError("too_deep") from None
    except ValueError:  # a number of thousands of digits
        raise BoundaryError("no_number") from None


def _features(data: dict[str, Any]) -> list[dict[str, Any]]:
    kind = data.get("type")
    if kind == "FeatureCollection":
        rows = data.get("features")
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and row.get("type") == "Feature" for row in rows
        ):
            raise BoundaryError("not_geojson")
        return rows
    if kind == "Feature":
        return [data]
    if isinstance(kind, str) and kind in _GEOMETRIES:
        return [{"geometry": data}]
    raise BoundaryError("not_geojson")


def _check_system(data: dict[str, Any]) -> None:
    """Old files may name their coordinate system; GeoJSON of today knows only WGS 84."""
    crs = data.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and _WGS84.fullmatch(name):
        return
    shown = name if isinstance(name, str) and _SAFE.fullmatch(name) else "crs"
    raise BoundaryError("other_system", name=shown)


# --- One shape


def _polygons(geometry: object, number: int) -> Iterator[list[list[Point]]]:
    if not isinstance(geometry, dict):
        raise BoundaryError("no_geometry", number=number)
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryError("no_area", number=number)
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise BoundaryError("broken", number=number)
    for polygon in polygons:
        if (
            not isinstance(polygon, list)
            or not polygon
            or not all(isinstance(ring, list) for ring in polygon)
        ):
            raise BoundaryError("broken", number=number)
        yield [[_point(position, number) for position in ring] for ring in polygon]


def _point(position: object, number: int) -> Point:
    if not isinstance(position, list) or len(position) < 2:
        raise BoundaryError("broken", number=number)
    x, y = position[:2]
    for value in (x, y):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BoundaryError("broken", number=number)
    try:
        point = (float(x), float(y))
    except OverflowError:
        raise BoundaryError("no_number") from None
    if not all(isfinite(value) for value in point):
        raise BoundaryError("no_number")
    return point


def _check_place(points: Sequence[Point]) -> None:
    """Degrees, in the right order, in Sweden."""
    beyond = next((point for point in points if abs(point[0]) > 180 or abs(point[1]) > 90), None)
    if beyond is not None:
        low, high = sorted(beyond)
        if 10_000 <= low <= 1_000_000 and 6_000_000 <= high <= 7_800_000:
            raise BoundaryError("sweref")
        raise BoundaryError("not_degrees", x=beyond[0], y=beyond[1])
    if points and all(_is_in_sweden(lat, lon) for lon, lat in points):
        raise BoundaryError("swapped")
    outside = next((point for point in points if not _is_in_sweden(*point)), None)
    if outside is not None:
        raise BoundaryError("outside", x=outside[0], y=outside[1])


def _is_in_sweden(lon: float, lat: float) -> bool:
    west, south, east, north = SWEDEN
    return west <= lon <= east and south <= lat <= north


def _ring(raw: Sequence[Point], number: int) -> Ring:
    if len(raw) < 4:
        raise BoundaryError("short_ring", number=number)
    if raw[0] != raw[-1]:
        raise BoundaryError("open_ring", number=number)
    ring: list[Point] = []
    for lon, lat in raw:
        point = (round(lon, DECIMALS), round(lat, DECIMALS))
        if not ring or ring[-1] != point:
            ring.append(point)
    if len(ring) < 4 or not signed_area(ring):
        raise BoundaryError("flat_ring", number=number)
    return tuple(ring)


def signed_area(ring: Sequence[Point]) -> float:
    """In square degrees, around the first point so that nothing is lost to rounding; 0 for a line."""
    (x0, y0), area = ring[0], 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        area += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return area / 2 if abs(area) > 1e-13 else 0.0


def _names(row: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    properties = row.get("properties")
    values = [row.get("id"), *(properties.values() if isinstance(properties, dict) else ())]
    plain = [
        value
        for value in values
        if isinstance(value, str | int | float) and not isinstance(value, bool) and len(str(value)) <= 80
    ]
    shown = [text for text in map(str, plain) if _SAFE.fullmatch(text)][:3]
    return tuple(dict.fromkeys(filter(None, map(fold, plain)))), " · ".join(shown)


# --- Kept as JSON


def to_json(shape: Shape) -> dict[str, Any]:
    """As the database keeps it: a MultiPolygon and nothing else."""
    return {
        "type": "MultiPolygon",
        "coordinates": [[[list(point) for point in ring] for ring in polygon] for polygon in shape],
    }


def from_json(kept: dict[str, Any]) -> Shape:
    return tuple(
        tuple(tuple((lon, lat) for lon, lat in ring) for ring in polygon) for polygon in kept["coordinates"]
    )
