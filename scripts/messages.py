"""Keep locale/sv/LC_MESSAGES/django.po in step with the strings in code and templates.

`make messages` extracts all strings, keeps the translations there are, drops what no longer occurs, lists what
is missing, and compiles. `--check` writes nothing and exits 1 unless the catalogue is complete. Nothing is ever
guessed: a string that changed by one letter is a new, untranslated one.

Not `manage.py makemessages`: that guesses ("fuzzy"), puts temporary files among the templates, and cannot be
asked whether a catalogue is complete.
"""

import argparse
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polib
from compile_messages import compile_all
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "sv" / "LC_MESSAGES" / "django.po"
# Not the product's own words: other people's code, generated files, and tests, which quote strings.
SKIPPED = {
    "node_modules",
    "mutants",
    "staticfiles",
    "static",
    "var",
    "tests",
    "migrations",
    "scripts",
    "locale",
    "docs",
}
TEMPLATE_SUFFIXES = {".html", ".txt"}
KEYWORDS = [
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
]
# %(name)s, %s, %d, {name}: what must stand in the translation too. "%%" is a plain percent sign.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
METADATA = {
    "Project-Id-Version": "Medborgarlöfte",
    "Language": "sv",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}

Key = tuple[str | None, str, str]


def key(entry: polib.POEntry) -> Key:
    """What makes two entries the same string: context, singular and plural."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def source_files(*suffixes: str) -> list[Path]:
    """The product's files with one of ``suffixes``, relative to the root, sorted."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = [name for name in names if name not in SKIPPED and not name.startswith(".")]
        found += [Path(folder, name).relative_to(ROOT) for name in files if Path(name).suffix in suffixes]
    return sorted(found)


def xgettext(files: list[Path], folder: Path) -> polib.POFile:
    """Extract the strings of ``files`` (Python source, relative to ``folder``)."""
    if not files:
        return polib.POFile()
    # File names without line numbers: enough to find the place, and an edit above it is no change here.
    command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--add-location=file", "--output=-"]
    command += ["--add-comments=Translators", "--files-from=-", *(f"--keyword={word}" for word in KEYWORDS)]
    listed = "\n".join(map(str, files))
    done = subprocess.run(command, check=False, cwd=folder, input=listed, capture_output=True, text=True)
    if done.returncode or done.stderr:
        sys.exit(f"xgettext cannot read the source:\n{done.stderr.strip()}")
    return polib.pofile(done.stdout) if done.stdout else polib.POFile()


def extract() -> dict[Key, polib.POEntry]:
    """Every translatable string in code and templates, by its key."""
    entries: dict[Key, polib.POEntry] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        templates = source_files(*TEMPLATE_SUFFIXES)
        for path in templates:
            copy = folder / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(templatize((ROOT / path).read_text(encoding="utf-8")), encoding="utf-8")
        for entry in [*xgettext(source_files(".py"), ROOT), *xgettext(templates, folder)]:
            known = entries.setdefault(key(entry), entry)
            if known is not entry:
                known.occurrences = sorted({*known.occurrences, *entry.occurrences})
    return entries


def read_catalogue() -> dict[Key, polib.POEntry]:
    return {key(entry): entry for entry in polib.pofile(str(CATALOGUE))} if CATALOGUE.exists() else {}


def texts(entry: polib.POEntry) -> list[str]:
    """The translations: one, or one per plural form."""
    return (
        [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)]
        if entry.msgid_plural
        else [entry.msgstr]
    )


def is_translated(entry: polib.POEntry) -> bool:
    forms = 2 if entry.msgid_plural else 1
    return len(texts(entry)) == forms and all(text.strip() for text in texts(entry))


def merge(
    extracted: dict[Key, polib.POEntry], catalogue: dict[Key, polib.POEntry]
) -> dict[Key, polib.POEntry]:
    """Give each extracted string the translation that the catalogue has."""
    for identity, entry in extracted.items():
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.msgstr, entry.msgstr_plural = "", {0: "", 1: ""} if entry.msgid_plural else {}
        found = catalogue.get(identity)
        if found is not None and is_translated(found) and not found.fuzzy:
            entry.msgstr, entry.msgstr_plural = found.msgstr, found.msgstr_plural
    return extracted


def problems(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with the translation of one string, in words."""
    if not is_translated(entry):
        yield "not translated"
        return
    if entry.fuzzy:
        yield "marked fuzzy: Django ignores it"
    # A singular may leave the number out ("one report"): each form is held against both of the original.
    originals = [placeholders(entry.msgid), placeholders(entry.msgid_plural or entry.msgid)]
    for text in texts(entry):
        if placeholders(text) not in originals:
            yield f"other placeholders in {text!r}"
        if line_ends(text) != line_ends(entry.msgid):
            yield f"line break at the start or end differs in {text!r}"


def line_ends(text: str) -> tuple[bool, bool]:
    """Whether a text begins, and whether it ends, with a line break: gettext wants both texts alike."""
    return text.startswith("\n"), text.endswith("\n")


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text.replace("%%", "")))


def report(entries: dict[Key, polib.POEntry]) -> int:
    """Print every problem with the file it stands in; return their number."""
    count = 0
    for entry in entries.values():
        where = ", ".join(sorted({name for name, _ in entry.occurrences}))
        for problem in problems(entry):
            context = f" (context {entry.msgctxt!r})" if entry.msgctxt else ""
            print(f"{where}: {entry.msgid!r}{context}: {problem}")
            count += 1
    return count


def check() -> int:
    """Exit status 0 if the catalogue is complete and holds nothing else."""
    extracted, catalogue = extract(), read_catalogue()
    absent = [identity for identity in extracted if identity not in catalogue]
    stale = [identity for identity in catalogue if identity not in extracted]
    for identity in absent:
        print(f"{extracted[identity].occurrences[0][0]}: {identity[1]!r}: not in the catalogue")
    for identity in stale:
        print(f"{CATALOGUE.relative_to(ROOT)}: {identity[1]!r}: no longer used")
    wrong = report({identity: entry for identity, entry in catalogue.items() if identity in extracted})
    if absent or stale or wrong:
        print("The Swedish catalogue is not complete: `make messages` updates it and lists what is missing.")
        return 1
    print(f"Translations: all {len(extracted)} strings are in Swedish.")
    return 0


def update() -> int:
    """Rewrite the catalogue; exit status 0 even if strings are missing: they are listed."""
    entries = merge(extract(), read_catalogue())
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.header = "Swedish texts of Medborgarlöfte. `make messages` keeps them in step with the code."
    catalogue.metadata = METADATA
    order = sorted(
        entries.values(), key=lambda e: (e.msgid.casefold(), e.msgid, e.msgctxt or "", e.msgid_plural)
    )
    catalogue.extend(order)
    text = f"{catalogue}\n"
    if not CATALOGUE.exists() or CATALOGUE.read_text(encoding="utf-8") != text:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        unfinished = CATALOGUE.with_suffix(f".{os.getpid()}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(CATALOGUE)
    compile_all()
    wrong = report(entries)
    print(
        f"{len(entries)} strings, {wrong} to mend." if wrong else f"{len(entries)} strings, all translated."
    )
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other run of this script is going on: two at once would undo each other."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "messages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 unless complete")
    options = parser.parse_args()
    if not shutil.which("xgettext"):
        sys.exit("Translations need GNU gettext: sudo apt install gettext (macOS: brew install gettext)")
    settings.configure()  # templatize() reads Django's defaults; the project's own settings play no part here
    with alone():
        return check() if options.check else update()


if __name__ == "__main__":
    sys.exit(main())
