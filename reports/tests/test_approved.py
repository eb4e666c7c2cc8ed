"""Drawings and JSON that a person has looked at and approved: none changes unseen.

A picture has no right or wrong that a rule could tell, so each case is compared byte for byte with the file in
``approved/``. Where a drawing was meant to change, write the files anew and look at them, as pictures and in the diff:

    APPROVE=1 .venv/bin/python -m pytest reports/tests/test_approved.py
    git diff reports/tests/approved

Where a case was added or taken away, that writes or removes its file too. The cases are in approved_drawings.py.
"""

import os
from pathlib import Path

import pytest
from lxml import etree

from reports.tests.approved_drawings import CASES, readable

APPROVED = Path(__file__).parent / "approved"
APPROVING = "APPROVE" in os.environ


@pytest.mark.parametrize("name", CASES)
def test_approved_is_unchanged(name):
    text = readable(name, CASES[name]())
    path = APPROVED / name
    if APPROVING:
        path.write_text(text, encoding="utf-8")

    assert path.is_file(), f"{name} is new: look at it and approve it (see above)"
    assert text == path.read_text(encoding="utf-8")


def test_every_approved_file_has_a_case():
    left_over = {path.name for path in APPROVED.iterdir()} - set(CASES)
    if APPROVING:
        for name in left_over:
            (APPROVED / name).unlink()
        left_over = set()

    assert left_over == set()


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith(".svg")])
def test_approved_drawing_is_one_svg_with_words(name):
    """Nobody approves an empty file by mistake."""
    root = etree.fromstring(CASES[name]())

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.findtext("{*}title")
    assert root.findtext("{*}desc")
