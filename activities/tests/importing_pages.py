"""What the tests of imports in the browser share: a file sent in by a coordinator of ``pages.World``."""

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.importer.services import keep_file
from activities.models import ImportBatch
from activities.tests.pages import TODAY, World

PATROL = {
    "id": "a",
    "datum": "2020-05-01",
    "åtagande": "3",
    "typ": "Fotpatrull",
    "antal": "2",
    "områden": "Holma",
}
PLAN = {
    "id": "hemlig", "datum": "2020-07-01", "åtagande": "4", "typ": "Riktad narkotikainsats", "områden": "Holma",
    "status": "planerad",
}  # fmt: skip


def patrols(number: int, **values: str) -> list[dict[str, str]]:
    """So many rows that are right, each with an id of its own and its day in spring 2020."""
    return [
        PATROL | {"id": f"p{n}", "datum": f"2020-0{1 + n % 5}-{1 + n % 28:02}"} | values
        for n in range(number)
    ]


def content_of(*rows: dict[str, str]) -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def kept(
    world: World, *rows: dict[str, str], who: str = "coordinator", name: str = "rader.csv"
) -> ImportBatch:
    return keep_file(access=world.actors.access(who), name=name, data=content_of(*rows), today=TODAY)


def url(world: World, name: str, *args: Any) -> str:
    return reverse(f"imports:{name}", args=[world.actors.promise.slug, *args])


def upload(world: World, content: bytes, *, name: str = "rader.csv", who: str = "coordinator") -> Any:
    return world.client(who).post(url(world, "list"), {"file": SimpleUploadedFile(name, content)})


def verdicts(batch: ImportBatch) -> dict[int, str]:
    return dict(batch.lines.values_list("number", "verdict"))
