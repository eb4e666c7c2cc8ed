"""One Evaluation, six files (docs/adr/0007). Nothing here reads the database or the clock."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.evaluation import Evaluation
from reports.renderers import to_csv, to_docx, to_html, to_json, to_pdf, to_xlsx

__all__ = ["FORMATS", "Format", "file_name"]


@dataclass(frozen=True, slots=True)
class Format:
    """``render``: the whole file, in the active language. ``lists_activities``: it needs the single rows;
    ``streams``: it goes through them once and keeps none."""

    suffix: str
    label: str
    media_type: str
    render: Callable[[Evaluation], bytes]
    lists_activities: bool = True
    streams: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: dict[str, Format] = {
    form.suffix: form
    for form in (
        Format("docx", "Word", f"{_OFFICE}.wordprocessingml.document", to_docx.render),
        Format("pdf", "PDF", "application/pdf", to_pdf.render),
        Format("xlsx", "Excel", f"{_OFFICE}.spreadsheetml.sheet", to_xlsx.render, streams=True),
        Format("html", "HTML", "text/html; charset=utf-8", to_html.render),
        Format("csv", "CSV", "text/csv; charset=utf-8", to_csv.render, lists_activities=False),
        Format("json", "JSON", "application/json", to_json.render),
    )
}


def file_name(evaluation: Evaluation, form: Format) -> str:
    """ "utvardering-lofte-2020-12-31.pdf". A slug has no sign that a file name could not hold."""
    known = "-kant-da" if evaluation.known_then else ""
    return f"utvardering-{evaluation.promise.slug}-{evaluation.as_of.isoformat()}{known}.{form.suffix}"
