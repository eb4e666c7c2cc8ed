"""Boundary files as people send them, right and wrong."""

import json
from typing import Any

from django.conf import settings

MALMO_AREAS = settings.BASE_DIR / "promises" / "data" / "malmo-areas.geojson"


def square(west: float = 13.0, south: float = 55.6, size: float = 0.01) -> list[list[list[float]]]:
    """The coordinates of a Polygon."""
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def geometry(coordinates: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": kind, "coordinates": square() if coordinates is None else coordinates}


def feature(shape: Any = None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry() if shape is None else shape}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()
