"""An Evaluation as a document: which sections, in which order, in whose words. HTML, PDF and Word all show this."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.evaluation import CommitmentLine, Evaluation
from reports.renderers import texts
from reports.renderers.closing import closing_sections
from reports.renderers.commitment import commitment_section
from reports.renderers.document import (
    Block,
    Bullets,
    Cell,
    Chip,
    Column,
    Document,
    Facts,
    Paragraph,
    Section,
    Table,
)
from reports.status import Status


def document(evaluation: Evaluation, *, most_rows: int | None = None) -> Document:
    """The whole evaluation in the active language.

    ``most_rows``: a commitment with more activities than this lists them day by day instead of one by one, and
    says so. None: never.
    """
    promise = evaluation.promise
    return Document(
        title=_("Evaluation: %(promise)s") % {"promise": promise.title},
        subtitle=_("As it stood on %(day)s") % {"day": texts.day_long(evaluation.as_of)},
        description=_("What was promised, what was done, and what was not done and why."),
        author=", ".join(promise.parties),
        language=texts.language_tag(),
        marks=marks(evaluation),
        marks_explained=_marks_explained(evaluation),
        cover=_cover(evaluation),
        sections=(
            Section("sammanfattning", _("Summary"), _summary(evaluation)),
            Section("atagandena", _("The commitments at a glance"), _overview(evaluation), landscape=True),
            *(
                commitment_section(line, evaluation=evaluation, most_rows=most_rows)
                for line in evaluation.lines
            ),
            *closing_sections(evaluation),
        ),
    )


def marks(evaluation: Evaluation) -> tuple[str, ...]:
    """What every page and every sheet must carry."""
    found = []
    if evaluation.draft:
        found.append(_("DRAFT"))
    if evaluation.promise.example_data:
        found.append(_("Example data"))
    return tuple(found)


def _marks_explained(evaluation: Evaluation) -> tuple[str, ...]:
    found = []
    if evaluation.draft:
        found.append(_("DRAFT: the parties have not signed this evaluation."))
    if evaluation.promise.example_data:
        found.append(
            _("Example data: the numbers are made up, and nothing here tells how the real promise went.")
        )
    return tuple(found)


def _cover(evaluation: Evaluation) -> Facts:
    promise = evaluation.promise
    rows: list[tuple[str, Cell]] = [
        (_("Promise"), promise.title),
        (
            _("Period"),
            _("%(first)s to %(last)s")
            % {"first": texts.day_long(promise.starts_on), "last": texts.day_long(promise.ends_on)},
        ),
        (_("Parties"), "\n".join(promise.parties) or texts.not_known()),
    ]
    if promise.partners:
        rows.append((_("Together with"), "\n".join(promise.partners)))
    if promise.areas:
        rows.append((_("Areas"), texts.listed(promise.areas)))
    rows += [
        (_("Numbers as of"), texts.day_long(evaluation.as_of)),
        (_("Follow-up"), texts.day_long(promise.follow_up_on)),
        (_("Signatures"), _("Not signed") if evaluation.draft else _("Signed by the parties")),
    ]
    return Facts(tuple(rows))


def _summary(evaluation: Evaluation) -> tuple[Block, ...]:
    return (
        Paragraph(verdict_sentence(evaluation), "lead"),
        Bullets(tuple(line_sentence(line) for line in evaluation.lines)),
        Paragraph(
            _(
                "The numbers say what was done, not what effect it had. The effects are in a section of their own."
            ),
            "note",
        ),
    )


def verdict_sentence(evaluation: Evaluation) -> str:
    """ "1 av 4 åtaganden är uppfyllt, 1 delvis." The evaluation's answer, first."""
    if not evaluation.lines:
        return _("The promise has no commitments yet.")
    counts = {
        status: sum(line.status == status for line in evaluation.lines)
        for status in dict.fromkeys(line.status for line in evaluation.lines)
    }
    total, kept = len(evaluation.lines), counts.pop(Status.KEPT, 0)
    sentence = ngettext(
        "%(kept)s of %(total)s commitment is kept.", "%(kept)s of %(total)s commitments are kept.", total
    ) % {"kept": texts.number(kept), "total": texts.number(total)}
    rest = [f"{texts.number(count)} {texts.status_label(status).lower()}" for status, count in counts.items()]
    if rest:
        sentence += " " + _("The others: %(list)s.") % {"list": texts.listed(rest)}
    return sentence


def line_sentence(line: CommitmentLine) -> str:
    """ "Synliga aktiviteter: uppfyllt. 2019–2020: 27 av 25." One line for each commitment."""
    parts = [f"{line.number}. {line.short_title or line.title}: {texts.status_label(line.status).lower()}."]
    for target in line.targets:
        windows = [f"{window.label}: {texts.of_minimum(window)}" for window in target.progress.windows]
        parts.append(f"{'; '.join(windows)} {line.unit_many}.")
        missing = [
            f"{name} {window.label}"
            for window in target.progress.windows
            if window.status != Status.UPCOMING
            for name in window.missing
        ]
        if missing and len(missing) <= 5:
            parts.append(_("Not met: %(classes)s.") % {"classes": texts.listed(missing)})
    return " ".join(parts)


def _overview(evaluation: Evaluation) -> tuple[Block, ...]:
    if not evaluation.lines:
        return (Paragraph(_("The promise has no commitments yet.")),)
    return (
        Table(
            caption=_("Commitments, results and verdicts"),
            description=_(
                "One row for each commitment. The verdict is computed from the numbers; deviation and reason are "
                "written by the parties."
            ),
            columns=(
                Column(_("Commitment"), 4),
                Column(_("Wording"), 8),
                Column(_("Read as"), 7),
                Column(_("Result"), 4),
                Column(_("Fulfilment"), 3, "number"),
                Column(_("Verdict"), 3),
                Column(_("Deviation and reason"), 5),
            ),
            rows=[_overview_row(line) for line in evaluation.lines],
        ),
        Paragraph(
            _(
                "Fulfilment is rounded down. Each window is judged by itself: a surplus in one never makes up for "
                "another."
            ),
            "note",
        ),
    )


def _overview_row(line: CommitmentLine) -> tuple[Cell, ...]:
    windows = [window for target in line.targets for window in target.progress.windows]
    results = [f"{window.label}: {texts.of_minimum(window)}" for window in windows]
    shares = [f"{window.label}: {texts.percent(window.share)}" for window in windows]
    if len(windows) == 1:
        shares = [texts.percent(windows[0].share)]
    return (
        f"{line.number}. {line.title}",
        line.wording,
        "\n".join(target.reading for target in line.targets) or texts.not_known(),
        "\n".join(results) or texts.not_known(),
        "\n".join(shares) or texts.not_known(),
        verdict(line),
        _("To be stated by the parties"),
    )


def verdict(line: CommitmentLine) -> Chip:
    return Chip(texts.status_label(line.status), line.status)
