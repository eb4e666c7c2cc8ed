"""What the parties have changed since the promise was made, and how it went by what was first promised."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from reports import changes
from reports.amended import AmendmentLine
from reports.evaluation import CommitmentLine, Evaluation
from reports.renderers import texts
from reports.renderers.document import Block, Cell, Chip, Facts, Heading, Paragraph


def no_changes() -> str:
    return _("No changes have been decided.")


def change_blocks(evaluation: Evaluation) -> Iterable[Block]:
    """Every decision with what stood before it and what it put there, and both results."""
    if not any(line.amendments for line in evaluation.lines):
        yield Paragraph(no_changes())
        return
    yield Paragraph(
        _(
            "A changed number or day judges what was not over on the day of the decision. Beside it stands, "
            "everywhere, how it went by what was first promised."
        ),
        "note",
    )
    for line in evaluation.lines:
        for one in line.amendments:
            yield Heading(f"{line.number}. {line.short_title}: {changes.what_changed(line, one)}")
            yield Facts(tuple(_decision(one)))
        if line.original_status is not None:
            yield Heading(_("%(title)s: both results") % {"title": f"{line.number}. {line.short_title}"})
            yield Facts(tuple(both_results(line)))


def _decision(one: AmendmentLine) -> Iterable[tuple[str, Cell]]:
    yield _("Decided"), one.decided_on.isoformat()
    yield _("Decided by"), texts.listed(one.decided_by)
    if one.reference:
        yield _("Reference"), one.reference
    yield _("Reason"), one.reason
    if one.target is not None:
        yield from _terms(one)
        yield _("Read as, before"), one.old_reading
        yield _("Read as, now"), one.new_reading
    if one.new_wording:
        yield _("Wording, before"), one.old_wording
        yield _("Wording, now"), one.new_wording
    yield _("Recorded"), one.recorded_on.isoformat()


def _terms(one: AmendmentLine) -> Iterable[tuple[str, Cell]]:
    if one.old_due is not None and one.new_due is not None:
        yield _("Done by, before"), one.old_due.isoformat()
        yield _("Done by, now"), one.new_due.isoformat()
    elif one.new_minimum is not None:
        yield _("At least, before"), texts.known(one.old_minimum)
        yield _("At least, now"), texts.known(one.new_minimum)


def both_results(line: CommitmentLine) -> Iterable[tuple[str, Cell]]:
    """The verdict, and the one by what was first promised. Nothing where no number and no day was changed."""
    if line.original_status is not None:
        yield _("Verdict"), Chip(texts.status_label(line.status), line.status)
        yield (
            _("Verdict by the original target"),
            Chip(texts.status_label(line.original_status), line.original_status),
        )
