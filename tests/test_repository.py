"""Rules about the source itself that no linter knows. Each rule has a sample that it must refuse."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "activities", "history", "promises", "reminders", "reports", "medborgarlofte"]
OURS = [*APPS, "templates", "static", "docs", "scripts", "tests", "locale"]
OTHERS = {"vendor", "__pycache__", "node_modules"}
TEXT = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".md",
    ".sh",
    ".yaml",
    ".yml",
    ".json",
    ".toml",
    ".ini",
    ".typ",
}

Rule = Callable[[str], Iterator[str]]


def files(*folders: str, suffixes: set[str]) -> list[Path]:
    """Our own files with one of ``suffixes`` below ``folders``, vendored ones left out."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return sorted(p for p in found if p.suffix in suffixes and not OTHERS & set(p.relative_to(ROOT).parts))


def broken(rule: Rule, paths: list[Path]) -> list[str]:
    """Every place that breaks ``rule``, as "file: what"."""
    return [
        f"{path.relative_to(ROOT)}: {what}"
        for path in paths
        for what in rule(path.read_text(encoding="utf-8"))
    ]


def calls(source: str) -> Iterator[tuple[ast.Call, str]]:
    """Each call in Python source, with the dotted text of what is called."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def writes_without_history(source: str) -> Iterator[str]:
    """Writes that skip save(), full_clean() and the Change row: only services do that, knowingly."""
    for node, name in calls(source):
        last = name.rpartition(".")[2]
        on_rows = re.search(r"objects|\.(filter|exclude|all|select_for_update)\(", name)
        if last in {"bulk_create", "bulk_update"} or (last in {"update", "delete"} and on_rows):
            yield f"line {node.lineno}: {name}()"


def writes_activities(source: str) -> Iterator[str]:
    """Makes or changes activities. Whatever does must keep the running totals with them (docs/adr/0013)."""
    rows, related = r"(Activity|Attendance)", r"\.(areas|parties|attendance)"
    makes = rf"^Activity$|\b{rows}\.objects\.(\w+_)?create$|{related}\.(set|add|remove|clear|create)$"
    for node, name in calls(source):
        if re.search(makes, name):
            yield f"line {node.lineno}: {name}()"


def writes_past_the_lock(source: str) -> Iterator[str]:
    """A function that stores activities, or moves what they add up to, without asking whether their period is
    locked: ``admit(held, row.days, by=access.user)`` in its transaction (docs/adr/0023)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            stores = [
                name
                for name in called
                if re.search(r"^(activity\.save|tallies\.change|Activity\.objects\.bulk_)", name)
            ]
            if stores and "admit" not in called:
                yield f"line {node.lineno}: {node.name}()"


def asks_with_an_old_promise(source: str) -> Iterator[str]:
    """``hold(…)`` whose answer is thrown away, where the guard of locked periods is asked afterwards, in the function
    or in one of the module's that it calls: ``locked_until`` is then what it was before it was this writer's turn."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    calls_of = {
        one.name: {ast.unparse(call.func) for call in ast.walk(one) if isinstance(call, ast.Call)}
        for one in found
    }
    asking = {"admit", "admit_school_year", "add_class", "change_class"}
    while more := {name for name, called in calls_of.items() if called & asking} - asking:
        asking |= more
    for one in found:
        for node in ast.walk(one) if one.name in asking else ():
            thrown = node.value if isinstance(node, ast.Expr) else None
            if isinstance(thrown, ast.Call) and ast.unparse(thrown.func).rpartition(".")[2] == "hold":
                yield f"line {node.lineno}: {one.name}()"


def reads_the_clock(source: str) -> Iterator[str]:
    """Today's date: elsewhere it is an argument (`as_of`), so that each figure can be had for any day."""
    for node, name in calls(source):
        if re.search(r"\b(date|datetime)\.today$|\b(localdate|utcnow)$", name):
            yield f"line {node.lineno}: {name}()"


def machine_paths(text: str) -> Iterator[str]:
    """Folders of one machine, which no other machine has."""
    yield from re.findall(r"(?<![\w.])/(?:home|Users|root|work)/\w[\w./-]*", text)


def loads_from_elsewhere(text: str) -> Iterator[str]:
    """Anything a browser would fetch from another server. A link (<a>) is followed by a person, and may."""
    text = re.sub(r"<a\b[^>]*>", "", text)
    yield from re.findall(r"(?:\b(?:src|srcset|href|action|data)\s*=\s*[\"']?|url\(\s*[\"']?|@import\s+[\"'])"
                          r"(?:https?:)?//[^\s\"')>]+", text)  # fmt: skip
    yield from re.findall(r"\b(?:fetch|import|importScripts)\(\s*[\"'`](?:https?:)?//[^\"'`]+", text)


def breaks_the_csp(html: str) -> Iterator[str]:
    """What the content security policy blocks: inline style, inline script, handlers in attributes."""
    html = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", html, flags=re.DOTALL)
    yield from re.findall(r"<[a-z][^>]*\s(style\s*=|on[a-z]+\s*=)", html)
    yield from re.findall(r"<style\b", html)
    yield from re.findall(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")[^>]*>", html)


def left_behind(text: str) -> Iterator[str]:
    """Marks of unfinished work."""
    yield from re.findall(
        r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|console\.(?:log|debug)|\bdebugger;", text
    )


def test_writes_with_history_go_through_services():
    python = files("accounts", "activities", "promises", "reminders", "reports", suffixes={".py"})
    allowed = {"services", "migrations", "tests", "tallies"}  # tallies: derived numbers, without history
    checked = [
        path
        for path in python
        if not allowed & {path.stem, *path.relative_to(ROOT).parts}
        and path not in (ROOT / "activities" / "review.py", ROOT / "activities" / "importer" / "undoing.py")
    ]

    assert broken(writes_without_history, checked) == []


def test_only_the_services_of_activities_write_them():
    python = files(*APPS, suffixes={".py"})
    allowed = {ROOT / "activities" / "services.py", ROOT / "activities" / "review.py"}
    checked = [p for p in python if p not in allowed and not {"migrations", "tests"} & set(p.parts)]

    assert broken(writes_activities, checked) == []


def test_every_function_that_stores_activities_asks_whether_their_period_is_locked():
    python = files(*APPS, suffixes={".py"})
    writers = [p for p in python if not {"migrations", "tests"} & set(p.parts) and p.stem != "tallies"]

    assert broken(writes_past_the_lock, writers) == []


def test_the_guard_of_locked_periods_is_asked_with_the_promise_as_it_is_held():
    python = files(*APPS, suffixes={".py"})
    checked = [p for p in python if not {"migrations", "tests"} & set(p.parts)]

    assert broken(asks_with_an_old_promise, checked) == []


def test_only_views_and_commands_read_the_clock():
    allowed = {"views", "commands", "tests", "migrations"}
    checked = [
        p for p in files(*APPS, suffixes={".py"}) if not allowed & {p.stem, *p.relative_to(ROOT).parts}
    ]

    assert broken(reads_the_clock, checked) == []


def test_nothing_names_a_folder_of_one_machine():
    paths = [p for p in files(*OURS, suffixes=TEXT) if p != Path(__file__).resolve()]
    paths += [ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "conftest.py"]

    assert broken(machine_paths, paths) == []


def test_pages_load_nothing_from_elsewhere():
    pages = files("templates", *APPS, suffixes={".html", ".svg"})

    assert broken(loads_from_elsewhere, [*pages, *files("static", suffixes={".css", ".js", ".svg"})]) == []


def test_pages_keep_to_the_content_security_policy():
    # *_document.html is handed out as one file and opened from a disk: it carries its style.
    pages = [p for p in files("templates", suffixes={".html"}) if not p.stem.endswith("_document")]

    assert broken(breaks_the_csp, pages) == []


def test_nothing_is_left_unfinished():
    assert broken(left_behind, files(*OURS, suffixes=TEXT)) == []


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (writes_without_history, "Activity.objects.bulk_create(rows)", "rows.append(row)"),
        (
            writes_without_history,
            "promise.activities.filter(pk=1).update(quantity=2)",
            "known.update(quantity=2)",
        ),
        (writes_without_history, "Activity.objects.all().delete()", "path.delete()"),
        (writes_activities, "Activity(quantity=2).save()", "Activity.objects.filter(quantity=2)"),
        (writes_activities, "Activity.objects.get_or_create(pk=1)", "Tally.objects.create(pk=1)"),
        (writes_activities, "row.areas.set(areas)", "entry.areas.index(area)"),
        (
            writes_past_the_lock,
            "def store(activity):\n    activity.save()",
            "def store(activity, held):\n    admit(held, activity.days)\n    activity.save()",
        ),
        (
            writes_past_the_lock,
            "def store(rows):\n    Activity.objects.bulk_create(rows)",
            "def read():\n    return Activity.objects.filter()",
        ),
        (
            asks_with_an_old_promise,
            "def store(old):\n    hold(old.pk)\n    admit(old, DAYS)",
            "def store(old):\n    held = hold(old.pk)\n    admit(held, DAYS)",
        ),
        (
            asks_with_an_old_promise,
            "def store(old):\n    hold(old.pk)\n    take(old)\n\ndef take(old):\n    add_class(ROW, old)",
            "def lock(old):\n    hold(old.pk)\n\ndef take(held):\n    add_class(ROW, held)",
        ),
        (reads_the_clock, "start = date.today()", "start = as_of"),
        (reads_the_clock, "start = datetime.date.today()", "label = texts.today()"),
        (reads_the_clock, "start = timezone.localdate()", "DateField(default=timezone.localdate)"),
        (machine_paths, "see /home/somebody/notes", "see docs/home/notes and https://example.se/home/x"),
        (loads_from_elsewhere, '<script src="https://cdn.example/x.js">', '<a href="https://polisen.se">'),
        (
            loads_from_elsewhere,
            '<link href="//cdn.example/x.css">',
            "<link href=\"{% static 'css/app.css' %}\">",
        ),
        (
            loads_from_elsewhere,
            "a { background: url(https://x.example/a.png) }",
            "a { background: url(a.png) }",
        ),
        (loads_from_elsewhere, 'fetch("https://x.example/a")', 'fetch("/a")'),
        (breaks_the_csp, '<p class="x" style="color: red">', '<p class="style">'),
        (breaks_the_csp, '<button onclick="go()">', '<button data-on="x">'),
        (breaks_the_csp, "<script>go()</script>", '<script src="x.js" defer></script>'),
        (left_behind, "# TO" + "DO: later", "# what to do: later"),
        (left_behind, "console" + ".log(x)", "console.error(x)"),
    ],
)
def test_rule_refuses_the_bad_and_only_the_bad(rule, bad, good):
    assert list(rule(bad)) != []
    assert list(rule(good)) == []
