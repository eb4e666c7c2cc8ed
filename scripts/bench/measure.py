"""Times, queries and rows touched of cases, the cases taken in turn."""

import json
import random
import re
import statistics
import time
from collections.abc import Iterable
from typing import Any

from django.db import connection

from bench.cases import Case

STEPS = 100  # of SQLite's virtual machine, between two calls of its progress handler


FEWEST = 3
SLOW = 0.3  # seconds: such a case is run in the fewest rounds only, so that the others get theirs


def measure(cases: list[Case], *, rounds: int, seconds: float) -> list[dict[str, Any]]:
    """One line for each case. At most ``rounds`` rounds, and no new one after ``seconds``; at least three."""
    found = [look_at(case) for case in cases]
    times: list[list[float]] = [[] for _ in cases]
    began = time.monotonic()
    for number in range(rounds):
        if number >= FEWEST and time.monotonic() - began > seconds:
            break
        turn = list(zip(cases, times, strict=True))
        random.Random(number).shuffle(turn)  # else one case always finds what another has left in the caches
        for case, taken in turn:
            if number >= FEWEST and statistics.median(taken) > SLOW:
                continue
            start = time.perf_counter()
            case.run()
            taken.append(time.perf_counter() - start)
            if case.after:
                case.after()
    return [
        {"what": case.what, "who": case.who, "ms": statistics.median(taken) * 1000, "rounds": len(taken)}
        | one
        for case, taken, one in zip(cases, times, found, strict=True)
    ]


def look_at(case: Case) -> dict[str, int]:
    """Queries, and what the database had to touch for them; the first run, so it also warms up."""
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    case.run()
    if case.after:
        case.after()
    if connection.vendor == "sqlite":
        touched = [0]
        connection.connection.set_progress_handler(lambda: touched.__setitem__(0, touched[0] + STEPS), STEPS)
    with connection.execute_wrapper(note):
        case.run()
    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(None, STEPS)
        effort = touched[0]
    else:
        effort = sum(rows_touched(*one) for one in statements if re.match(r"\s*(SELECT|WITH)\b", one[0]))
    if case.after:
        case.after()
    asked = [one for one in statements if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", one[0])]
    return {"queries": len(asked), "touched": effort}


def rows_touched(sql: str, params: Any) -> int:
    """PostgreSQL: the rows that the scans of the plan read, those that a filter threw away among them."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.replace(' FOR UPDATE', '')}", params)
        [answer] = cursor.fetchone()
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return round(sum(scanned(node) for node in nodes(plan) if node["Node Type"].endswith("Scan")))


def nodes(plan: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def scanned(node: dict[str, Any]) -> float:
    read = (
        node["Actual Rows"]
        + node.get("Rows Removed by Filter", 0)
        + node.get("Rows Removed by Index Recheck", 0)
    )
    return read * node["Actual Loops"]
