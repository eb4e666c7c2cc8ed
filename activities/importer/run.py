"""A whole file: judged row by row, compared with what is there, and stored all or not at all.

What "the same row" means is told in docs/adr/0006.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.importer.columns import COLUMNS, cells, digest
from activities.importer.faults import Fault, InvalidImportError, refused
from activities.importer.reading import RawRow, read
from activities.importer.rows import Reader, Row, names_of
from activities.models import Activity
from activities.rules import Entry
from activities.services import Origin, create_many, draft, entry_of, must_wait
from promises.locking import hold
from promises.locks import binding_locks, lock_of, refusal, standing_locks
from promises.models import Promise
from promises.permissions import Access, Action
from promises.validators import personal_data_kinds

_MOST_SOURCE = 80  # of history's ``source``
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Result:
    """``unchanged``: rows of the file that were there already."""

    added: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _New:
    row: Row
    entry: Entry
    activity: Activity
    content: dict[str, str]


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
        source=f"import {path.name}"[:_MOST_SOURCE],
        is_example=is_example,
    )
    sees_plans = access is None or access.is_police
    reader = Reader(names_of(promise), sees_plans=sees_plans, today=today)
    faults: list[Fault] = []
    found = list(_judged(read(path).rows, reader, origin, faults))
    try:
        with transaction.atomic():
            # The second of two imports sees what the first stored. People who log wait only for what is below.
            held = hold(promise.pk)
            new = list(_not_there_yet(found, promise, sees_plans, faults))
            _refuse_locked(new, held, origin.by, faults)
            if faults:
                raise InvalidImportError(sorted(faults, key=_place))
            if not dry_run:
                create_many(
                    [(one.activity, one.entry) for one in new],
                    origin=origin,
                    held=held,
                    waits=must_wait(held, access),
                )
    except IntegrityError:
        raise refused(
            _("Somebody else stored the same rows at the same time. Import the file again.")
        ) from None
    return Result(added=len(new), unchanged=len(found) - len(new))


def _judged(rows: Iterable[RawRow], reader: Reader, origin: Origin, faults: list[Fault]) -> Iterator[_New]:
    """The rows without fault, as drafts under their keys; the faults of the others go to ``faults``."""
    first_with: dict[str, int] = {}
    copies: Counter[str] = Counter()
    for raw in rows:
        row, entry = reader.read(raw)
        if row.key and row.key in first_with:
            reason = _("The same id stands in row %(row)s. Each row has an id of its own, or none.")
            row.fault("id", reason % {"row": first_with[row.key]})
        first_with.setdefault(row.key, row.number)
        if entry is not None and row.commitment is not None and not row.faults:
            content = cells(row.commitment.number, entry)
            mark = digest(content)
            copies[mark] += not row.key
            key = row.key or _derived(reader.names.promise, mark, copies[mark])
            try:
                activity = draft(
                    row.commitment, entry, client_key=key, origin=replace(origin, imported_as=mark)
                )
            except ValidationError as error:
                for name, reasons in error.message_dict.items():
                    row.blame(name, " ".join(reasons))
            else:
                yield _New(row, entry, activity, content)
        faults.extend(row.faults)


def _derived(promise: Promise, mark: str, occurrence: int) -> str:
    """The key of a row without an id: what it says, and the number of such rows up to it."""
    return hashlib.sha256(f"{promise.slug}\n{mark}\n{occurrence}".encode()).hexdigest()


def _not_there_yet(
    found: list[_New], promise: Promise, sees_plans: bool, faults: list[Fault]
) -> Iterator[_New]:
    """Those whose key is free. Under a taken key the same content must stand, or it is a fault."""
    for start in range(0, len(found), _AT_ONCE):
        part = found[start : start + _AT_ONCE]
        stored = {
            activity.client_key: activity
            for activity in Activity.objects.filter(
                promise=promise, client_key__in=[one.activity.client_key for one in part]
            ).with_names()
        }
        open_to_writer = stored
        if not sees_plans:
            open_ones = Activity.objects.filter(pk__in=[one.pk for one in stored.values()])
            shown = set(open_ones.open_to_both_parties().values_list("pk", flat=True))
            open_to_writer = {key: one for key, one in stored.items() if one.pk in shown}
        for one in part:
            key = one.activity.client_key
            if key not in stored:
                yield one
            elif key not in open_to_writer:  # a plan under secrecy: not a word of what it is
                one.row.fault("id", _("This id cannot be used. Give the row another one."))
                faults.extend(one.row.faults)
            elif differences := _differences(stored[key], one):
                one.row.fault(
                    "id",
                    _(
                        "The row is there already with other content (%(differences)s). "
                        "The import changes nothing: correct it in the browser."
                    )
                    % {"differences": differences},
                )
                faults.extend(one.row.faults)


def _refuse_locked(new: list[_New], held: Promise, by: User | None, faults: list[Fault]) -> None:
    """Every row in a locked period, so that the file can be put right at once; the service refuses the first."""
    locks = standing_locks(held) if by is None else binding_locks(held, by)
    for one in new:
        lock = lock_of(one.entry.days, locks)
        if lock is not None:
            one.row.blame("occurred_on", refusal(lock))
            faults.extend(one.row.faults)


def _differences(stored: Activity, new: _New) -> str:
    """By column "old → new"; "" where the file says what the row says now, or what it was imported as."""
    if stored.imported_as == new.activity.imported_as:
        return ""
    old = cells(stored.commitment.number, entry_of(stored))
    pairs = [(name, old[name], text) for name, text in new.content.items() if old[name] != text]
    return ", ".join(f"{name}: {_short(was)} → {_short(text)}" for name, was, text in pairs)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= 40 else f"{line[:40]}…") or "–"


def _place(fault: Fault) -> tuple[int, int]:
    return fault.row or 0, COLUMNS.index(fault.column) if fault.column in COLUMNS else len(COLUMNS)
