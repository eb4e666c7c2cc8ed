"""The scripts behind make: what they refuse, and that they refuse it in one line."""

import socket
import subprocess
import sys
from pathlib import Path

import messages
import polib
import pytest
import serve

ROOT = Path(__file__).resolve().parent.parent


def entry(msgid: str, *translations: str, plural: str = "", flags: tuple[str, ...] = ()) -> polib.POEntry:
    if plural:
        forms = dict(enumerate(translations))
        return polib.POEntry(msgid=msgid, msgid_plural=plural, msgstr_plural=forms, flags=list(flags))
    return polib.POEntry(msgid=msgid, msgstr=translations[0], flags=list(flags))


@pytest.mark.parametrize(
    "good",
    [
        entry("Save", "Spara"),
        entry("%(n)s of %(m)s", "%(n)s av %(m)s"),
        entry("%(m)s: %(n)s", "%(n)s för %(m)s"),
        entry("85 %% done", "85 %% klart"),
        entry("one report", "en anmälan", "%(n)s anmälningar", plural="%(n)s reports"),
    ],
)
def test_messages_accepts_a_whole_translation(good):
    assert list(messages.problems(good)) == []


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (entry("Save", ""), "not translated"),
        (entry("Save", "  "), "not translated"),
        (entry("%(n)s report", "%(n)s anmälan", "", plural="%(n)s reports"), "not translated"),
        (entry("Save", "Spara", flags=("fuzzy",)), "fuzzy"),
        (entry("%(n)s of %(m)s", "%(n)s av m"), "placeholders"),
        (entry("%(number)s rows", "%(antal)s rader"), "placeholders"),
        (entry("%(n)s rows", "%(n)s av %(n)s rader"), "placeholders"),
        (entry("{name} left", "{namn} gick"), "placeholders"),
        (entry("line\n", "rad"), "line break"),
    ],
)
def test_messages_names_what_is_wrong(bad, problem):
    assert problem in " ".join(messages.problems(bad))


def test_messages_keeps_what_the_catalogue_has_and_guesses_nothing():
    extracted = {messages.key(e): e for e in [entry("Save", ""), entry("Log", ""), entry("Log it", "")]}
    doubtful = entry("Log", "Logga", flags=("fuzzy",))
    catalogue = {messages.key(e): e for e in [entry("Save", "Spara"), doubtful, entry("Gone", "Borta")]}

    merged = messages.merge(extracted, catalogue)

    assert [(e.msgid, e.msgstr) for e in merged.values()] == [("Save", "Spara"), ("Log", ""), ("Log it", "")]


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80 80", "²", ""])
def test_serve_refuses_what_is_no_port(text):
    with pytest.raises(SystemExit, match="is not a port"):
        serve.checked_port(text)


def test_serve_says_that_a_port_is_taken_before_it_touches_the_database():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        command = [sys.executable, ROOT / "scripts" / "serve.py", str(port)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"Port {port} cannot be used (Address already in use). Choose another: make run PORT=8001"
    ]
