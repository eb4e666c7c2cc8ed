"""What no reader of one page would notice: colours outside the tokens, too little contrast, missing icons."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from activities.choices import State
from reports.status import Status

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
ICONS = (ROOT / "static" / "img" / "icons.svg").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [
    path for path in TEMPLATES if not path.stem.endswith("_document")
]  # a document carries its style with it

# What stands on what: text 4.5:1 (WCAG 1.4.3), borders of controls and the parts of a chart 3:1 (1.4.11).
TEXT = [
    *((text, ground) for text in ("ink", "muted", "accent", "behind") for ground in ("paper", "card")),
    ("ink", "accent-soft"),
    ("muted", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *((name, f"{name}-soft") for name in ("kept", "pace", "risk", "behind", "unknown")),
    ("on-heat-1", "heat-1"),
    ("on-heat-2", "heat-2"),
    ("on-heat-3", "heat-3"),
    ("ink", "track"),
]
SHAPES = [
    ("control", "paper"),
    ("control", "card"),
    ("accent", "track"),
    ("ink", "track"),
    ("elapsed", "paper"),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6}|var\(--[\w-]+\));", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6}|var\(--[\w-]+\));", dark.split("\n}\n")[0]))
    return {name: found[value[6:-1]] if value.startswith("var") else value for name, value in found.items()}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def used_icons() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for name in re.findall(r"img/icons\.svg' %\}#([\w-]+)\"", path.read_text()):
            yield path.name, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_contrast_of_text(scheme, text, ground):
    found = colours(scheme)

    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_contrast_of_shapes(scheme, shape, ground):
    found = colours(scheme)

    assert contrast(found[shape], found[ground]) >= 3


def test_contrast_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(
    "path", [path for path in sorted(CSS.glob("*.css")) if path.name != "tokens.css"], ids=str
)
def test_colours_stand_in_tokens_only(path):
    named = re.findall(
        r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|:\s*(?:white|black|gr[ae]y)\b", path.read_text()
    )

    assert named == []


def test_tokens_every_var_is_defined():
    written = TOKENS + "".join(path.read_text() for path in CSS.glob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", written))
    used = set(re.findall(r"var\((--(?!bs-)[\w-]+)", written))

    assert used - defined == set()


@pytest.mark.parametrize("code", [*Status, *State, "voided", "waiting", "returned"])
def test_status_has_its_own_icon(code):
    assert f'<symbol id="status-{code}" ' in ICONS


def test_icons_used_in_templates_exist():
    missing = [
        (page, name)
        for page, name in used_icons()
        if f'<symbol id="{name}" ' not in ICONS and name != "status-"
    ]

    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_style_or_script(path):
    """The content security policy would drop both without a word."""
    page = path.read_text()

    assert not re.search(r"\sstyle=|<style\b|<script(?![^>]*\ssrc=)|\son\w+=", page)
