"""Drawings for pages and documents: SVG text, made by hand. Pure, no Django, no clock.

One drawing serves the page, the PDF and, as PNG, the Word file: colours stand as presentation attributes (the
light tokens of static/css/tokens.css), and the site's style sheet replaces them through the classes, dark
mode included. No style attribute anywhere: the content security policy would drop it.

frame.py: paper and words; paths.py: the lines of a window; curve.py: the drawing they make; marks.py: a strip.
"""

from datetime import date

from reports.charts.curve import burn_up, charted_target
from reports.charts.frame import ChartTexts
from reports.charts.marks import strip
from reports.evaluation import CommitmentLine
from reports.figures import has_many_windows

__all__ = ["ChartTexts", "burn_up", "charted_target", "drawing", "strip"]


def drawing(
    line: CommitmentLine,
    *,
    as_of: date,
    starts_on: date,
    ends_on: date,
    texts: ChartTexts,
    narrow: bool = False,
    paper: bool = False,
) -> str:
    """A curve, or a strip where the windows are too many for one. "" where there is no number to reach."""
    target = charted_target(line)
    if target is not None and has_many_windows(target):
        return strip(target.progress.windows, as_of=as_of, texts=texts, narrow=narrow, paper=paper)
    return burn_up(
        line, as_of=as_of, starts_on=starts_on, ends_on=ends_on, texts=texts, narrow=narrow, paper=paper
    )
