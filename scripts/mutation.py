"""`make mutants`: plant small faults in the pure modules, one at a time, and count how many the tests notice.

mutmut plants and runs (its settings: pyproject.toml); this writes what came out of it into docs/mutants.md. Ends
with status 1 where fewer than 95 of 100 were noticed. A run that was stopped goes on where it was, unless code or
tests have changed since: mutmut would go on with the old ones.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).resolve().parent.parent
RESULTS = (
    ROOT / "mutants"
)  # mutmut's folder: a changed copy of the code, and beside each module what happened
PAGE = ROOT / "docs" / "mutants.md"
BEGIN, END = "<!-- result: begin -->", "<!-- result: end -->"
BAR = 95  # of 100
NOTICED = {"killed", "timeout", "caught by type check"}  # a fault that never ends is noticed as well


@dataclass(frozen=True, slots=True)
class Module:
    name: str
    noticed: int
    missed: tuple[str, ...]  # names that `mutmut show` takes

    @property
    def planted(self) -> int:
        return self.noticed + len(self.missed)


def read_results(folder: Path) -> list[Module]:
    """What happened to each fault, module by module. ValueError where one was not tried."""
    modules = []
    for path in sorted(folder.rglob("*.py.meta")):
        outcome = {
            name: status_by_exit_code[code]
            for name, code in json.loads(path.read_text())["exit_code_by_key"].items()
        }
        if untried := [name for name, status in outcome.items() if status == "not checked"]:
            raise ValueError(f"{len(untried)} faults were not tried, {untried[0]} for one")
        if outcome:
            missed = tuple(name for name, status in outcome.items() if status not in NOTICED)
            modules.append(
                Module(
                    path.relative_to(folder).as_posix()[: -len(".meta")], len(outcome) - len(missed), missed
                )
            )
    return modules


def rounded_down(noticed: int, planted: int) -> str:
    """ "99,9 %" is never "100 %"."""
    thousandths = noticed * 1000 // planted
    return f"{thousandths // 10}.{thousandths % 10} %"


def as_table(modules: list[Module]) -> str:
    """The table of docs/mutants.md, and under it the faults that nothing noticed, counted by function."""
    lines = ["| module | planted | noticed | share |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| `{module.name}` | {module.planted} | {module.noticed} | {rounded_down(module.noticed, module.planted)} |"
        for module in modules
    ]
    noticed, planted = totals(modules)
    lines.append(f"| **all** | **{planted}** | **{noticed}** | **{rounded_down(noticed, planted)}** |")
    missed = Counter(function_of(name) for module in modules for name in module.missed)
    if missed:
        lines += ["", "Not noticed, by function:", ""]
        lines += [f"- `{function}`: {number}" for function, number in sorted(missed.items())]
    return "\n".join(lines)


def totals(modules: list[Module]) -> tuple[int, int]:
    return sum(module.noticed for module in modules), sum(module.planted for module in modules)


def function_of(mutant: str) -> str:
    """ "reports.windows.x__weeks__mutmut_3" -> "reports.windows._weeks"; methods as Class.method."""
    module, _, name = mutant.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{name[1:].strip('ǁ').replace('ǁ', '.') if name.startswith('xǁ') else name[2:]}"


def write_page(table: str, *, today: str) -> None:
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\nRun on {today}.\n\n{table}\n\n{END}{after}")


def inputs(root: Path) -> Iterator[Path]:
    """All files that mutmut copies and runs, in order; nothing that is made from them."""
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["mutmut"]
    yield root / "pyproject.toml"
    for name in [*settings["source_paths"], *settings["also_copy"]]:
        found = [root / name, *(root / name).rglob("*")]
        yield from sorted(
            path
            for path in found
            if path.is_file() and path.suffix not in {".pyc", ".mo"} and path.name != PAGE.name
        )


def begin(root: Path) -> bool:
    """Whether a run that was stopped goes on. Its folder is emptied where a file has changed since it began."""
    folder = root / RESULTS.name
    digest = hashlib.sha256()
    for path in inputs(root):
        digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    begun_with = folder / "inputs.sha256"
    if begun_with.is_file() and begun_with.read_text() == digest.hexdigest():
        return True
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    begun_with.write_text(digest.hexdigest())
    return False


def main() -> int:
    if begin(ROOT):
        print("Going on where the last run stopped.")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(os.cpu_count() or 1)]
    if subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode:
        print("mutmut did not come to its end; see above.", file=sys.stderr)
        return 1
    modules = read_results(RESULTS)
    table = as_table(modules)
    write_page(table, today=datetime.now(tz=UTC).date().isoformat())
    print(f"\n{table}\n\nWritten to {PAGE.relative_to(ROOT)}.")
    noticed, planted = totals(modules)
    if noticed * 100 < planted * BAR:
        print(f"Fewer than {BAR} of 100 were noticed.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
