"""One file of every wrong kind, with the words that name what is wrong with it."""

import gzip
import json

from promises.tests.geojson import collection, feature, geometry, square

_MANY = [[13.0 + step / 2_000_000, 55.6] for step in range(199_999)] + [[13.0, 55.6]]

WRONG = [
    (b"", "Filen är tom."),
    (b"<script>alert(1)</script>", "Filen är inte JSON: den går inte att läsa från rad 1, tecken 1."),
    (b"[" * 100_000, "Filen har listor i listor utan slut."),
    (b'{"type": "Polygon", "coordinates": [[[NaN, 55.6]]]}', "Filen har ett tal som inte kan vara en koordinat"),
    (b'{"a": 1}', "Filen är JSON men inte GeoJSON"),
    (gzip.compress(collection(feature())), "Filen är packad (zip eller gzip)."),
    (collection(feature()).decode().encode("utf-16"), "Filen är inte text i UTF-8."),
    (json.dumps(geometry([_MANY])).encode(), "Filen har 200 000 punkter, högst 20 000 tas emot."),
    (collection(feature(geometry(square(374_000.0, 6_163_000.0)))), "Koordinaterna verkar vara SWEREF 99, i meter."),
    (
        collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:3006"}}),
        "Filen säger att koordinaterna är i EPSG:3006. Spara om den som WGS 84 (EPSG:4326).",
    ),
    (collection(feature(geometry([[[y, x] for x, y in square()[0]]]))), "I filen står latitud före longitud."),
    (collection(feature(geometry(square(-73.9, 40.7)))), "Punkten -73.9, 40.7 (longitud, latitud) ligger utanför"),
    (collection(feature(geometry([square()[0][:4]]))), "Yta 1 är inte sluten"),
    (collection(feature(), feature(geometry(square(size=1e-9)))), "Yta 2 har ingen area"),
    (collection(feature(geometry([13.0, 55.6], "Point"))), "Yta 1 är inget område."),
]  # fmt: skip
