"""Change one place of a definition by its path, as the error messages name it."""

import re
from typing import Any

GONE = object()


def put(data: Any, path: str, value: Any) -> None:
    """put(data, "commitments[1].number", 2); with GONE the key is taken out. A list's next place appends."""
    *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
    for step in way:
        data = data[step]
    if value is GONE:
        del data[last]
    elif isinstance(data, list) and last == len(data):
        data.append(value)
    else:
        data[last] = value
