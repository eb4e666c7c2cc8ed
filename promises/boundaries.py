"""Boundaries of areas: which shape of a file belongs to which area, and storing them with history."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history.models import Change
from history.services import record
from promises import boundary
from promises.boundary import BoundaryError, Feature, Shape, fold
from promises.locking import hold
from promises.models import Area, AreaBoundary
from promises.permissions import Access, Action
from promises.services import checked_reason

FAULTS = {
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy(
        "The file is larger than %(most)s MB. Save only the promise's areas, or simplify the boundaries."
    ),
    "packed": gettext_lazy("The file is packed (zip or gzip). Unpack it and choose the GeoJSON file in it."),
    "not_utf8": gettext_lazy("The file is not text in UTF-8. Save it again as GeoJSON in UTF-8."),
    "not_json": gettext_lazy("The file is not JSON: it breaks off at line %(line)s, character %(column)s."),
    "too_deep": gettext_lazy("The file has lists within lists without end. It is no GeoJSON file."),
    "many_parts": gettext_lazy("The file has too many parts. Save only the promise's areas, as GeoJSON."),
    "no_number": gettext_lazy("The file has a number that no coordinate can be (NaN, infinity or too long)."),
    "not_geojson": gettext_lazy(
        "The file is JSON but not GeoJSON: a FeatureCollection, a Feature, a Polygon or a MultiPolygon."
    ),
    "empty_collection": gettext_lazy("The file has no shape in it."),
    "many_shapes": gettext_lazy(
        "The file has %(number)s shapes, at most %(most)s are taken. Save only the promise's areas."
    ),
    "many_points": gettext_lazy(
        "The file has %(number)s points, at most %(most)s are taken. Save only the promise's areas, or "
        "simplify the boundaries to about one metre."
    ),
    "other_system": gettext_lazy(
        "The file says that its coordinates are in %(name)s. Save it again as WGS 84 (EPSG:4326)."
    ),
    "sweref": gettext_lazy(
        "The coordinates seem to be SWEREF 99, in metres. Save the file again as WGS 84 (EPSG:4326)."
    ),
    "not_degrees": gettext_lazy(
        "The coordinates %(x)s, %(y)s are not longitude and latitude. Save the file again as WGS 84 (EPSG:4326)."
    ),
    "swapped": gettext_lazy(
        "Latitude stands before longitude in the file. GeoJSON has longitude first: swap them and save again."
    ),
    "outside": gettext_lazy("The point %(x)s, %(y)s (longitude, latitude) lies outside Sweden."),
    "no_geometry": gettext_lazy("Shape %(number)s has no boundary. Take it out of the file."),
    "no_area": gettext_lazy(
        "Shape %(number)s is no area. Only Polygon and MultiPolygon are taken, no points and lines."
    ),
    "broken": gettext_lazy("The coordinates of shape %(number)s are not written as GeoJSON has them."),
    "short_ring": gettext_lazy(
        "Shape %(number)s has a line with fewer than four points. It surrounds nothing."
    ),
    "open_ring": gettext_lazy("Shape %(number)s is not closed: its last point has to be its first again."),
    "flat_ring": gettext_lazy("Shape %(number)s has no surface: all its points lie in a line."),
}


def fault_text(error: BoundaryError) -> str:
    """A fault in the reader's words."""
    values = {
        name: number_format(value, use_l10n=True, force_grouping=True) if isinstance(value, int) else value
        for name, value in error.values.items()
    }
    return str(FAULTS[error.code]) % values


def matches(areas: Sequence[Area], features: Sequence[Feature]) -> dict[int, int]:
    """area pk -> the feature that bears its code, else its official name, else its own name.

    An area whose official name is another than its own is not looked for by its own: the city's Bellevue is not
    the promise's. ValidationError where two shapes bear the same.
    """
    found: dict[int, int] = {}
    for area in areas:
        official = area.official_name or area.name
        for name in filter(None, (area.code, official)):
            bearers = [number for number, one in enumerate(features) if fold(name) in one.names]
            if len(bearers) > 1:
                text = _(
                    "Shapes %(first)s and %(second)s of the file are both %(name)s. Leave only one in the file."
                )
                raise ValidationError(
                    text % {"first": bearers[0] + 1, "second": bearers[1] + 1, "name": name}
                )
            if bearers:
                found[area.pk] = bearers[0]
                break
    return found


def set_boundaries(*, access: Access, shapes: Mapping[Area, Shape], source: str, reason: str = "") -> int:
    """Store the boundaries of areas, all or none; how many became others. A reason is needed to replace one.

    PermissionDenied; ValidationError at "source" and "why".
    """
    _require(access, shapes)
    if not shapes:
        raise ValidationError(_("Choose the shape of at least one area."))
    if len({_digest(shape) for shape in shapes.values()}) < len(shapes):
        raise ValidationError(_("Two areas cannot have the same shape."))
    changed = 0
    with transaction.atomic():
        hold(access.promise.pk)
        stored = _stored(shapes)
        for area, shape in shapes.items():
            row = stored.get(area.pk) or AreaBoundary(area=area)
            new = {"points": boundary.count_points(shape), "sha256": _digest(shape), "source": source.strip()}
            if all(getattr(row, name) == value for name, value in new.items()):
                continue
            why = checked_reason(reason) if row.points else ""
            old = _shown(row)
            row.shape = boundary.to_json(shape)
            for name, value in new.items():
                setattr(row, name, value)
            action = Change.Action.CORRECTED if row.pk else Change.Action.CREATED
            _save(row, access, action, old=old, reason=why)
            changed += 1
    return changed


def remove_boundary(*, access: Access, area: Area, reason: str) -> None:
    """The map shows the area no more. One without a boundary stays as it is. PermissionDenied, ValidationError."""
    _require(access, [area])
    why = checked_reason(reason)
    with transaction.atomic():
        hold(access.promise.pk)
        row = _stored([area]).get(area.pk)
        if row is None or row.shape is None:
            return
        old = _shown(row)
        row.shape, row.points, row.sha256, row.source = None, 0, "", ""
        _save(row, access, Change.Action.VOIDED, old=old, reason=why)


def _require(access: Access, areas: Mapping[Area, Any] | Sequence[Area]) -> None:
    if not access.allows(Action.REGISTER) or any(area.promise_id != access.promise.pk for area in areas):
        raise PermissionDenied


def _stored(areas: Mapping[Area, Any] | Sequence[Area]) -> dict[int, AreaBoundary]:
    rows = AreaBoundary.objects.filter(area__in=[area.pk for area in areas])
    return {row.area_id: row for row in rows}


def _save(
    row: AreaBoundary, access: Access, action: Change.Action, *, old: dict[str, Any], reason: str
) -> None:
    row.full_clean(exclude=["area", "shape"])
    row.save()
    record(
        row,
        action=action,
        by=access.user,
        promise_id=access.promise.pk,
        old=old,
        new=_shown(row),
        reason=reason,
    )


def _shown(row: AreaBoundary) -> dict[str, Any]:
    """What history keeps: how many points and their hash, never the points."""
    if not row.points:
        return {}
    return {"area": str(row.area), "points": row.points, "sha256": row.sha256, "source": row.source}


def _digest(shape: Shape) -> str:
    return hashlib.sha256(json.dumps(boundary.to_json(shape), separators=(",", ":")).encode()).hexdigest()
