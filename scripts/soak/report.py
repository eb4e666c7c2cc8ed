"""docs/soak.md: what was tried, and what came out of it."""

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from soak.judge import Outcome
from soak.officers import Sent

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "soak.md"
BEGIN, END = "<!-- result: begin -->", "<!-- result: end -->"


def write(
    outcome: Outcome,
    sent: Sequence[Sent],
    *,
    officers: int,
    seconds: float,
    took: float,
    killed: int,
    workers: int,
) -> None:
    text = PAGE.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    rows = lines(outcome, sent, officers=officers, seconds=seconds, took=took, killed=killed, workers=workers)
    PAGE.write_text(f"{before}{BEGIN}\n\n{rows}\n{END}{after}")


def lines(
    outcome: Outcome,
    sent: Sequence[Sent],
    *,
    officers: int,
    seconds: float,
    took: float,
    killed: int,
    workers: int,
) -> str:
    done = [one for one in sent if one.acknowledged]
    waits = sorted(one.ms for one in done)
    again = sum(1 for one in done if len(lost(one)))
    known = sum(1 for one in done if lost(one) and one.answers[len(lost(one))] == 200)
    twice = sum(1 for one in done if len(one.answers) > len(lost(one)) + 1)
    kinds = sorted({status for one in sent for status in lost(one)})
    machine = f"{os.cpu_count()} processors, Python {platform.python_version()}"
    lost_as = ", ".join(map(str, kinds)) or "none"
    took_them = (
        f"median {statistics.median(waits):.0f} ms, 95 % within {share(waits, 0.95):.0f} ms, longest {waits[-1]:.0f} ms"
        if waits
        else "none was"
    )
    rows = [
        ("day, machine", f"{datetime.now(UTC):%Y-%m-%d}, {machine}"),
        (
            "officers",
            f"{officers} at once for {seconds:.0f} s; {took:.0f} s until the last had sent what was begun",
        ),
        (
            "server",
            f"granian, {workers} workers of 4 threads; {killed} killed meanwhile, and started anew by it",
        ),
        ("entries acknowledged", f"{outcome.acknowledged:,}, {outcome.acknowledged / seconds:.0f} a second"),
        (
            "sent again for want of an answer",
            f"{again} (instead of one: {lost_as}; 0 is a broken connection)",
        ),
        ("of these stored already the first time", f"{known}"),
        ("sent twice on purpose", f"{twice}"),
        ("never acknowledged", f"{outcome.unsure}"),
        ("acknowledged and missing", f"**{outcome.missing}**"),
        ("stored more than once", f"**{outcome.doubled}**"),
        ("rows that nobody sent", f"**{outcome.unknown}**"),
        ("answers that refuse a right entry", f"**{sum(outcome.odd.values())}**"),
        ("history: one beginning for each row", "yes" if outcome.history_agrees else "**no**"),
        ("running totals equal to the rows", "yes" if outcome.totals_agree else "**no**"),
        ("until acknowledged, with every try", took_them),
    ]
    return "| what | result |\n| --- | --- |\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)


def lost(one: Sent) -> list[int]:
    """The answers before the one that acknowledged."""
    first = next((n for n, status in enumerate(one.answers) if status in (200, 201)), len(one.answers))
    return one.answers[:first]


def share(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
