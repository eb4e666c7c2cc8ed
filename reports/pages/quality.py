"""What somebody should look at in the rows behind the numbers, and what was looked at and found well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from promises.permissions import Access
from reports.evaluation import Evaluation
from reports.pages import findings
from reports.pages.findings import Finding, Rows
from reports.quality import LATE_DAYS
from reports.wording import in_words, long_date, number, percent, sentence

MOST = 20  # lines of one kind; the others are counted
OF_SINGLE_ROWS = frozenset({"twice", "large", "late"})


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding. ``rule``: when something is pointed out. ``more``: findings beyond the first twenty."""

    code: str
    title: str
    rule: str
    findings: tuple[Finding, ...]
    more: int = 0

    @property
    def number(self) -> int:
        return len(self.findings) + self.more


def checks(evaluation: Evaluation, rows: Rows, access: Access, *, single_rows: bool = False) -> list[Check]:
    """Every kind of finding, those without one too: what was looked for and not found is worth knowing.

    ``single_rows``: only what is said of a row by itself. Of some of a commitment's rows nobody can say
    that something is missing among them.
    """
    promise, as_of = evaluation.promise, evaluation.as_of
    if as_of < promise.starts_on:
        return []
    found = [
        _check(
            "silent",
            _("Missing numbers"),
            _("Months without a number, not even a zero, and periods that are over without one row."),
            findings.silent(evaluation, access),
        ),
        _check(
            "overdue",
            _("Planned, and the day has passed"),
            _("What is still planned on a day that has passed."),
            findings.overdue(evaluation, access),
        ),
        _check(
            "twice",
            _("May be logged twice"),
            _("The same day, commitment, kind and areas, or the same classes, and not at different times."),
            findings.twice(rows, access, as_of),
        ),
        _check(
            "large",
            _("Unusually large numbers"),
            _(
                "Far above what is usual for the commitment: more than 10 and five times the middle row; "
                "longer than 12 hours; or more than 200 persons and ten times the middle row."
            ),
            findings.large(evaluation, rows, access),
        ),
        _check(
            "quiet",
            _("Nothing logged for a long time"),
            _("No row for more than four weeks and twice as long as an even pace would leave between two."),
            findings.quiet(evaluation, access),
        ),
        _check(
            "register",
            _("Class register"),
            _(
                "Schools without classes, classes without a number of pupils, "
                "and meetings with more pupils than the class has."
            ),
            findings.register(evaluation, access),
        ),
        _check(
            "unreviewed",
            _("Not approved"),
            _("What waits for review, and what was sent back and not put right yet."),
            findings.unreviewed(evaluation, access),
        ),
        _check(
            "late",
            _("Logged long afterwards"),
            _(
                "Logged more than %(days)s days after the day it was done; a monthly number, after the month’s end."
            )
            % {"days": LATE_DAYS},
            findings.late(evaluation, rows, access),
        ),
        _check(
            "areas",
            _("Areas not reached"),
            _("Areas without one row although others have several, and rows that do not say where."),
            findings.areas(evaluation, access),
        ),
    ]
    return [check for check in found if not single_rows or check.code in OF_SINGLE_ROWS]


def answer(evaluation: Evaluation, found: Sequence[Check]) -> str:
    """ "Tre saker behöver någon. Inget annat misstänkt." """
    if not found:
        return _("The promise begins on %(day)s.") % {"day": long_date(evaluation.promise.starts_on)}
    total = sum(check.number for check in found)
    if not total:
        return _("Nothing in the rows needs anybody.")
    return ngettext(
        "One thing needs somebody. Nothing else is suspected.",
        "%(number)s things need somebody. Nothing else is suspected.",
        total,
    ) % {"number": sentence(in_words(total))}


def evidence(evaluation: Evaluation, rows: Rows) -> list[str]:
    """How many rows have something that shows them, where anybody has given such a thing at all. No fault."""
    told = []
    for line in evaluation.lines:
        counts = rows.counts.get(line.number)
        if counts and counts.with_evidence:
            told.append(
                _(
                    "%(title)s: %(shown)s of %(rows)s rows have a link, a picture or a PDF that shows them (%(share)s)."
                )
                % {
                    "title": sentence(line.short_title),
                    "shown": number(counts.with_evidence),
                    "rows": number(counts.rows),
                    "share": percent(Fraction(counts.with_evidence, counts.rows)),
                }
            )
    return told


def _check(code: str, title: str, rule: str, found: Iterable[Finding]) -> Check:
    findings = tuple(found)
    return Check(code, title, rule, findings[:MOST], max(len(findings) - MOST, 0))
