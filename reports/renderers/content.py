"""An Evaluation as a document: which sections, in which order. HTML, PDF and Word all show this."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from reports import changes, kinds
from reports.evaluation import CommitmentLine, Evaluation
from reports.figures import has_known_window, has_many_windows, has_number
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
from reports.sentences import commitment_answer, promise_answer, windows_kept
from reports.wording import titled


def document(evaluation: Evaluation, *, most_rows: int | None = None) -> Document:
    """The whole evaluation in the active language.

    ``most_rows``: a commitment with more activities than this lists them by day or month instead of one by
    one, and says so. None: never.
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
    if evaluation.known_then:
        found.append(_("As known then"))
    return tuple(found)


def _marks_explained(evaluation: Evaluation) -> tuple[str, ...]:
    found = []
    if evaluation.draft:
        found.append(_("DRAFT: the parties have not signed this evaluation."))
    if evaluation.promise.example_data:
        found.append(
            _("Example data: the numbers are made up, and nothing here tells how the real promise went.")
        )
    if evaluation.known_then:
        found.append(
            _("As known then: rows that were logged, or marked as done, after %(day)s are left out.")
            % {"day": texts.day_long(evaluation.as_of)}
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
        Paragraph(promise_answer(evaluation), "lead"),
        Bullets(tuple(_line_sentence(line, evaluation.as_of) for line in evaluation.lines)),
        Paragraph(
            _(
                "The numbers say what was done, not what effect it had. The effects are in a section "
                "of their own."
            ),
            "note",
        ),
    )


def _line_sentence(line: CommitmentLine, as_of: date) -> str:
    """ "Synliga aktiviteter: uppfyllt. 27 av 25, uppfyllt sedan …"."""
    verdict, answer = texts.status_label(line.status).lower(), commitment_answer(line, as_of=as_of)
    if answer.lower().startswith(f"{verdict}."):  # judged in words: the answer says it itself
        return _("%(title)s: %(answer)s") % {
            "title": line.short_title,
            "answer": answer[:1].lower() + answer[1:],
        }
    return _("%(title)s: %(verdict)s. %(answer)s") % {
        "title": line.short_title,
        "verdict": verdict,
        "answer": answer,
    }


def _overview(evaluation: Evaluation) -> tuple[Block, ...]:
    if not evaluation.lines:
        return (Paragraph(_("The promise has no commitments yet.")),)
    return (
        Paragraph(
            _(
                "Fulfilment is rounded down. Each window is judged by itself: a surplus in one never "
                "makes up for another."
            ),
            "note",
        ),
        Table(
            caption=_("Commitments, results and verdicts"),
            description=_(
                "One row for each commitment. The verdict is computed from the numbers; deviation "
                "and reason are "
                "written by the parties."
            ),
            columns=(
                Column(_("Commitment"), 5),
                Column(_("Wording"), 9),
                Column(_("Read as"), 9),
                Column(_("Outcome"), 4),
                Column(_("Fulfilment"), 4, "number"),
                Column(_("Verdict"), 4),
                Column(_("Deviation and reason"), 5),
            ),
            rows=[_overview_row(line, evaluation.as_of) for line in evaluation.lines],
        ),
    )


def _overview_row(line: CommitmentLine, as_of: date) -> tuple[Cell, ...]:
    results: list[str] = []
    shares: list[str] = []
    for target in line.targets:
        windows = target.progress.windows
        if not has_number(target):
            results += kinds.outcomes(line, target)
            continue
        if has_many_windows(target):
            results.append(
                windows_kept(target, as_of=as_of) if has_known_window(target) else texts.not_known()
            )
            continue
        for window in windows:
            name = titled(window)
            results.append(f"{name}: {texts.of_minimum(window)}")
            shares.append(f"{name}: {texts.percent(window.share)}")
    changed = [*changes.changed(line), *_by_original(line, as_of)]
    if len(results) == len(shares) == 1:
        shares = [text.rpartition(": ")[2] for text in shares]
    return (
        f"{line.number}. {line.title}",
        "\n".join(_now_and_before(line.wording, line.original_wording)),
        "\n".join(
            text
            for target in line.targets
            for text in _now_and_before(target.reading, target.original.reading if target.original else "")
        )
        or texts.not_known(),
        "\n".join([*results, *changed]) or texts.not_known(),
        "\n".join(shares) or ("–" if results else texts.not_known()),
        verdict(line),
        _("To be stated by the parties"),
    )


def _now_and_before(now: str, before: str) -> tuple[str, ...]:
    return (now, _("Originally: %(text)s") % {"text": before}) if before and before != now else (now,)


def _by_original(line: CommitmentLine, as_of: date) -> Iterable[str]:
    """The verdict by what was first promised, and the numbers where a cell has room for them."""
    for target in line.targets:
        if target.has_two_results:
            yield changes.by_original_target(target, as_of=as_of)
            if len(target.progress.windows) > 1 and (numbers := changes.original_windows(target)):
                yield numbers


def verdict(line: CommitmentLine) -> Chip:
    return Chip(texts.status_label(line.status), line.status)
