"""Areas on a map, drawn as SVG from their boundaries: no tiles, nothing from elsewhere. Pure, no Django.

Longitude and latitude become x and y by the equirectangular projection with the middle latitude's cosine: over a
city it is wrong by less than the width of a line. Every length below is in the units of the viewBox. Colours come
from the site's style sheet through classes; what an area's colour says stands in it as a number too.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from promises.boundary import Point, Shape

METRES_PER_DEGREE = 111_320.0
MARGIN = 14.0
LABEL_HEIGHT = 24.0
NUMBER_SIZE = 15
ENOUGH = 70.0  # room for a short label; a wider place is no better
_SCANS = 24
STRENGTHS = 3


@dataclass(frozen=True, slots=True)
class MapArea:
    """``strength`` 0 for none, 1 to 3 for little to much. ``said``: what a screen reader says of it, whole.

    ``number`` is written in it, ``name`` too where there is room. ``url`` "": no link.
    """

    name: str
    number: str
    said: str
    shape: Shape
    strength: int
    url: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class MapTexts:
    """``metres``: 500 -> "500 m"."""

    title: str
    description: str
    metres: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class _Plane:
    """Degrees to the drawing, north up."""

    west: float
    north: float
    squeeze: float  # how much narrower a degree of longitude is
    scale: float  # units per degree of latitude
    left: float
    top: float
    width: int
    height: int

    def at(self, point: Point) -> Point:
        lon, lat = point
        return (
            self.left + (lon - self.west) * self.squeeze * self.scale,
            self.top + (self.north - lat) * self.scale,
        )


def strength(value: int, most: int) -> int:
    """0 for none; otherwise which third of the largest number it is in, 1 to 3. ``most`` below 3 counts as 3."""
    return -(-value * STRENGTHS // max(most, STRENGTHS))


def draw(areas: Sequence[MapArea], texts: MapTexts, *, ids: str, width: int) -> str:
    """``ids``: what the drawing's ids begin with, once on a page. "" where no area has a shape."""
    areas = [area for area in areas if area.shape]
    if not areas:
        return ""
    plane = _fit([area.shape for area in areas], width)
    drawn = [(area, _projected(area.shape, plane)) for area in areas]
    labels = _labels(drawn, plane)
    # the one the page is about last, so that no neighbour covers its outline
    ordered = sorted(zip(drawn, labels, strict=True), key=lambda one: one[0][0].here)
    parts = [_area(area, shape, label) for (area, shape), label in ordered]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="group" viewBox="0 0 {plane.width} '
        f'{plane.height}" aria-labelledby="{ids}-title" aria-describedby="{ids}-desc">'
        f'<title id="{ids}-title">{_escaped(texts.title)}</title>'
        f'<desc id="{ids}-desc">{_escaped(texts.description)}</desc>'
        f"{''.join(parts)}{_ruler(plane, texts)}</svg>"
    )


def _fit(shapes: Iterable[Shape], width: int) -> _Plane:
    """As large as the width allows, but never higher than wide; room for the ruler below."""
    points = [point for shape in shapes for polygon in shape for ring in polygon for point in ring]
    west, east = min(lon for lon, _lat in points), max(lon for lon, _lat in points)
    south, north = min(lat for _lon, lat in points), max(lat for _lon, lat in points)
    squeeze = cos(radians((south + north) / 2))
    room = width - 2 * MARGIN
    across, down = (east - west) * squeeze, north - south
    scale = room / max(across, down)
    height = round(down * scale + 2 * MARGIN) + 30
    left = (width - across * scale) / 2
    return _Plane(west, north, squeeze, scale, left, MARGIN, width, height)


def _projected(shape: Shape, plane: _Plane) -> list[list[list[Point]]]:
    """On a grid of half a unit; points that fall on the one before say nothing more."""
    return [[_ring([plane.at(point) for point in ring]) for ring in polygon] for polygon in shape]


def _ring(points: Iterable[Point]) -> list[Point]:
    kept: list[Point] = []
    for x, y in points:
        point = (round(x * 2) / 2, round(y * 2) / 2)
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


def _path(shape: list[list[list[Point]]]) -> str:
    rings = (ring for polygon in shape for ring in polygon if len(ring) > 3)
    return "".join(f"M{'L'.join(f'{x:g} {y:g}' for x, y in ring[:-1])}Z" for ring in rings)


# --- Labels


@dataclass(frozen=True, slots=True)
class _Label:
    x: float
    y: float
    width: float
    with_name: bool

    def touches(self, other: "_Label") -> bool:
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + 2
            and abs(self.y - other.y) < LABEL_HEIGHT + 2
        )


def _labels(drawn: Sequence[tuple[MapArea, list[list[list[Point]]]]], plane: _Plane) -> list[_Label]:
    """The number in every area; the name beside it where that stands on no other label. Wide areas first."""
    middles = [_middle(shape) for _area, shape in drawn]
    order = sorted(range(len(drawn)), key=lambda one: (not drawn[one][0].here, -middles[one][2]))
    placed = [
        _label(x, y, area.number, plane, with_name=False)
        for (area, _shape), (x, y, _room) in zip(drawn, middles, strict=True)
    ]
    for one in order:
        area = drawn[one][0]
        x, y, _room = middles[one]
        named = _label(x, y, f"{area.name}  {area.number}", plane, with_name=True)
        if area.name and not any(named.touches(other) for other in placed if other is not placed[one]):
            placed[one] = named
    return placed


def _label(x: float, y: float, text: str, plane: _Plane, *, with_name: bool) -> _Label:
    width = len(text) * NUMBER_SIZE * 0.54 + 16
    inside = min(max(x, width / 2 + 2), plane.width - width / 2 - 2)
    return _Label(inside, y, width, with_name)


def _middle(shape: list[list[list[Point]]]) -> tuple[float, float, float]:
    """(x, y, room): where a line across the area is inside it for long enough, as near to its middle as can be."""
    found: list[tuple[float, float, float, float]] = []  # (from the middle, x, y, room)
    for polygon in shape:
        heights = [y for _x, y in polygon[0]]
        low, high = min(heights), max(heights)
        for step in range(1, _SCANS):
            y = low + (high - low) * step / _SCANS + 0.01  # never through a point of the half-unit grid
            crossings = sorted(_crossings(polygon, y))
            found += [
                (abs(y - (low + high) / 2), (left + right) / 2, y, right - left)
                for left, right in zip(crossings[::2], crossings[1::2], strict=False)
            ]
    widest = max((room for *_place, room in found), default=0.0)
    wide_enough = [one for one in found if one[3] >= min(ENOUGH, 0.7 * widest)]
    if not wide_enough:  # smaller than the grid
        return (*shape[0][0][0], 0.0)
    _away, x, y, room = min(wide_enough)
    return x, y, room


def _crossings(polygon: list[list[Point]], y: float) -> Iterable[float]:
    for ring in polygon:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 <= y) != (y2 <= y):
                yield x1 + (y - y1) * (x2 - x1) / (y2 - y1)


# --- Parts of the drawing


def _area(area: MapArea, shape: list[list[list[Point]]], label: _Label) -> str:
    here = " map__area--here" if area.here else ""
    name = f'<tspan class="map__name">{_escaped(area.name)}</tspan>  ' if label.with_name else ""
    inside = (
        f"<title>{_escaped(area.said)}</title>"
        f'<path class="map__area map__area--{area.strength}{here}" fill-rule="evenodd" d="{_path(shape)}"/>'
        f'<rect class="map__plate" x="{label.x - label.width / 2:.1f}" y="{label.y - LABEL_HEIGHT / 2:.1f}" '
        f'width="{label.width:.1f}" height="{LABEL_HEIGHT:g}" rx="6"/>'
        f'<text class="map__text" x="{label.x:.1f}" y="{label.y + 5:.1f}" text-anchor="middle" '
        f'font-size="{NUMBER_SIZE}" xml:space="preserve">{name}<tspan class="map__number">'
        f"{_escaped(area.number)}</tspan></text>"
    )
    said = f'aria-label="{_escaped(area.said)}"'
    if area.url:
        current = ' aria-current="page"' if area.here else ""
        return f'<a class="map__link" href="{_escaped(area.url)}" {said}{current}>{inside}</a>'
    return f'<g role="img" {said}>{inside}</g>'


def _ruler(plane: _Plane, texts: MapTexts) -> str:
    """A length to measure by: the longest of ``texts.metres`` that takes at most a third of the width."""
    per_metre = plane.scale / METRES_PER_DEGREE
    fitting = [(metres, text) for metres, text in texts.metres if metres * per_metre <= plane.width / 3]
    if not fitting:
        return ""
    metres, text = max(fitting)
    length = metres * per_metre
    y = plane.height - 10
    return (
        f'<g class="map__ruler" aria-hidden="true"><path d="M{MARGIN:g} {y - 5}v5h{length:.1f}v-5" fill="none"/>'
        f'<text x="{MARGIN + length + 8:.1f}" y="{y}" font-size="13">{_escaped(text)}</text></g>'
    )


def _escaped(text: str) -> str:
    """XML text: markup escaped, and control characters, which no XML may hold, left out."""
    return escape("".join(char for char in text if char >= " " or char in "\t\n"))
