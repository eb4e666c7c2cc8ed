"""A whole file by command line: judged row by row, compared with what is there, and stored all or not at all.

What "the same row" means is told in docs/adr/0006.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activities.choices import Verdict
from activities.importer.columns import COLUMNS
from activities.importer.faults import Fault, InvalidImportError, refused
from activities.importer.judging import Difference, Judged, compare, judge, refuse_locked
from activities.importer.reading import read
from activities.importer.rows import Reader, names_of
from activities.services import Origin, create_many, must_wait
from history.services import named_source
from promises.locking import hold
from promises.models import Promise
from promises.permissions import Access, Action
from promises.validators import personal_data_kinds


@dataclass(frozen=True, slots=True)
class Result:
    """``unchanged``: rows of the file that were there already."""

    added: int
    unchanged: int


def import_file(
    path: Path,
    *,
    promise: Promise,
    today: date,
    access: Access | None = None,
    dry_run: bool = False,
    is_example: bool = False,
) -> Result:
    """Store the rows that are not there yet, in one transaction, with history. Nothing is changed or deleted.

    ``access``: whose rows they become; None: nobody's, read in by command line. InvalidImportError with every
    fault of every row; PermissionDenied where the person may not log.
    """
    if access is not None:
        access.organisation_for(Action.LOG)
    if personal_data_kinds(path.name):
        raise refused(_("The name of the file looks like personal data. Rename it: the name is kept."))
    origin = Origin(
        by=access.user if access else None,
        source=source_of(path.name),
        is_example=is_example,
    )
    sees_plans = access is None or access.is_police
    reader = Reader(names_of(promise), sees_plans=sees_plans, today=today)
    found = judge(read(path).rows, reader, origin)
    try:
        with transaction.atomic():
            # The second of two imports sees what the first stored. People who log wait only for what is below.
            held = hold(promise.pk)
            compare(found, promise=promise, sees_plans=sees_plans)
            _refuse_changes(found)
            refuse_locked(found, held, by=origin.by)
            if faults := [fault for one in found for fault in one.row.faults]:
                raise InvalidImportError(sorted(faults, key=_place))
            new = [one.draft for one in found if one.verdict == Verdict.NEW]
            if not dry_run:
                create_many(new, origin=origin, held=held, waits=must_wait(held, access))
    except IntegrityError:
        raise refused(
            _("Somebody else stored the same rows at the same time. Import the file again.")
        ) from None
    return Result(added=len(new), unchanged=len(found) - len(new))


def source_of(file_name: str) -> str:
    """What the history calls a file."""
    return named_source(f"import {file_name}")


def _refuse_changes(found: Sequence[Judged]) -> None:
    """By command line nobody answers for a change: it is a fault that names the columns."""
    for one in found:
        if one.verdict == Verdict.CHANGED:
            one.row.fault(
                "id",
                _(
                    "The row is there already with other content (%(differences)s). "
                    "The import changes nothing: correct it in the browser."
                )
                % {"differences": ", ".join(map(_in_words, one.differences))},
            )


def _in_words(difference: Difference) -> str:
    name, was, text = difference
    return f"{name}: {_short(was)} → {_short(text)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 40 else f"{line[:40]}…") or "–"


def _place(fault: Fault) -> tuple[int, int]:
    return fault.row or 0, COLUMNS.index(fault.column) if fault.column in COLUMNS else len(COLUMNS)
