"""What was measured, as tables and as docs/performance.md. Pure: numbers in, text out."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Found = dict[str, Any]
WHO = ("product", "SQL", "bare view", "admin")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def shape(one: Found) -> str:
    return "one promise" if one["promises"] == 1 else f"{one['promises']} promises"


def one_database(one: Found) -> str:
    """The table of one database: median ms (queries; touched) of each case and its floors."""
    cases = {(line["what"], line["who"]): line for line in one["lines"]}
    heads = ["", *WHO]
    rows = [
        [what, *(cell(cases.get((what, who))) for who in WHO)]
        for what in dict.fromkeys(line["what"] for line in one["lines"])
    ]
    rounds = max(line["rounds"] for line in one["lines"])
    title = f"{one['version']}, {one['rows']:,} activities, {shape(one)} ({rounds} rounds)"
    return f"### {title}\n\n" + table(heads, rows) + files(one)


def cell(line: Found | None) -> str:
    if line is None:
        return ""
    return f"{line['ms']:.1f} ({line['queries']}; {line['touched']:,})"


def files(one: Found) -> str:
    if not one["files"]:
        return ""
    heads = ["export", "s", "MB peak", "kB"]
    rows = [
        ["none: Django alone" if file["format"] == "nothing" else f"{file['kind']} {file['format']}",
         f"{file['s']:.1f}", f"{file['mb']:.0f}", f"{file['kb']:.0f}"]
        for file in one["files"]
    ]  # fmt: skip
    return "\n" + table(heads, rows)


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def summary(found: list[Found]) -> str:
    """The bars, each a ratio of medians of one run."""
    rows = [
        [NAMES[database], text, f"{ratio:.2f}", bar, "yes" if holds else "**no**"]
        for database in dict.fromkeys(one["database"] for one in found)
        for text, ratio, bar, holds in bars([one for one in found if one["database"] == database])
    ]
    return table(["database", "what", "measured", "bar", "holds"], rows)


def bars(found: list[Found]) -> Iterable[tuple[str, float, str, bool]]:
    """(what, ratio, bar, whether it holds) for one database, smallest size against largest."""
    spread = sorted((one for one in found if one["promises"] > 1), key=lambda one: one["rows"])
    single = sorted((one for one in found if one["promises"] == 1), key=lambda one: one["rows"])
    for ones, what, most in (
        (spread, "dashboard", 1.5), (spread, "commitment", 1.5), (single, "dashboard", 2.0),
        (single, "list", 1.5), (single, "deep list", 1.5),
    ):  # fmt: skip
        if len(ones) > 1:
            ratio = ms(ones[-1], what) / ms(ones[0], what)
            text = f"{what}, {shape(ones[0])}: {ones[-1]['rows']:,} to {ones[0]['rows']:,} rows"
            yield text, ratio, f"at most {most}", ratio <= most
    if spread:
        ratio = ms(spread[-1], "overview") / ms(spread[-1], "dashboard")
        yield f"overview to one dashboard, {spread[-1]['rows']:,} rows", ratio, "at most 3", ratio <= 3
    for one in spread[-1:] + single[-1:]:
        admin = ms(one, "logging", "admin") / ms(one, "logging")
        bare = ms(one, "logging", "bare view") / ms(one, "logging")
        yield (
            f"logging, times as many a second as the admin, {shape(one)}",
            admin,
            "at least 1.5",
            admin >= 1.5,
        )
        yield f"logging, share of the bare view's, {shape(one)}", bare, "at least 0.4", bare >= 0.4
    for kind, fmt in (("list", "csv"), ("list", "xlsx"), ("evaluation", "csv"), ("evaluation", "xlsx")):
        used = [
            file["mb"]
            for one in single
            for file in one["files"]
            if (file["kind"], file["format"]) == (kind, fmt)
        ]
        if len(used) > 1:
            ratio = used[-1] / used[0]
            yield f"memory of {kind} {fmt}, most rows to fewest", ratio, "at most 1.2", ratio <= 1.2


def ms(one: Found, what: str, who: str = "product") -> float:
    return float(next(line["ms"] for line in one["lines"] if (line["what"], line["who"]) == (what, who)))


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, load {os.getloadavg()[1]:.1f} when it ended"


def page(found: list[Found]) -> str:
    text = (Path(__file__).parent / "performance.md").read_text(encoding="utf-8")
    return (
        text.replace("{day}", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        .replace("{machine}", machine())
        .replace("{summary}", summary(found))
        .replace("{tables}", "\n".join(one_database(one) for one in found))
    )
