"""School terms that come with the system: promises/data/school-terms-NAME.yaml, to be named by a definition."""

from pathlib import Path
from typing import Any

from promises.yaml_file import read

FOLDER = Path(__file__).parent / "data"
PREFIX = "school-terms-"


def names() -> list[str]:
    return sorted(file.stem.removeprefix(PREFIX) for file in FOLDER.glob(f"{PREFIX}*.yaml"))


def ready(name: str) -> list[dict[str, Any]]:
    """The terms as a definition would write them. ValueError where there are none of that name."""
    if name not in names():
        raise ValueError(f"no school terms called {name!r}")
    terms: list[dict[str, Any]] = read(FOLDER / f"{PREFIX}{name}.yaml").data["school_terms"]
    return terms
