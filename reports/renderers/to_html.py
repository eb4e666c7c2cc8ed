"""One HTML file that stands by itself: styles and icons are inside it, and it fetches nothing."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reports.evaluation import Evaluation
from reports.renderers.content import document

STYLES = ("css/tokens.css", "css/pieces.css", "css/evaluation.css")


def render(evaluation: Evaluation) -> bytes:
    context = {"document": document(evaluation), "styles": _styles(), "icons_svg": _icons()}
    return render_to_string("reports/evaluation_document.html", context).encode()


@cache
def _styles() -> SafeString:
    return SafeString("\n".join(_static(name) for name in STYLES))


@cache
def _icons() -> SafeString:
    """The site's own symbols, to be referred to within the file."""
    return SafeString(_static("img/icons.svg"))


def _static(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_text(encoding="utf-8")
