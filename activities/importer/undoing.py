"""Taking a whole import back: what it added is voided, what it corrected says again what it said before.

Nothing is deleted. Rows that somebody has changed since are told; they stay, or are voided too, as the coordinator
chooses. docs/adr/0022.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from activities import tallies
from activities.choices import BatchState
from activities.importer.columns import COLUMNS
from activities.importer.reading import RawRow
from activities.importer.rows import Reader, names_of
from activities.models import Activity, ActivityQuerySet, ImportBatch, ImportRow
from activities.services import added_now, correct_activity
from history.models import Change
from history.services import change
from promises.locking import hold
from promises.locks import PeriodLocked, admit
from promises.models import Promise
from promises.permissions import Access, Action
from promises.services import checked_reason

_AT_ONCE = 500


class AlreadyUndone(Exception):
    """The import has been taken back, perhaps by the same press of a button."""


class ChangedMeanwhile(Exception):
    """Other rows have been changed since than the person saw."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking back means. ``added``: activities as they came in; ``touched``: those changed since. ``corrected``:
    rows of the file whose correction stands; ``overtaken``: those whose activity was changed or voided since."""

    added: ActivityQuerySet
    touched: ActivityQuerySet
    corrected: tuple[ImportRow, ...]
    overtaken: tuple[ImportRow, ...]

    @property
    def mark(self) -> str:
        """Which rows stand apart, as something to send back. One query."""
        return f"{self.touched.count()}-{len(self.overtaken)}"


@dataclass(frozen=True, slots=True)
class Undone:
    """``left``: activities that say still what the file said, for no correction could take it back."""

    voided: int
    set_back: int
    left: int


def plan(batch: ImportBatch, access: Access) -> Plan:
    """One query, and what is asked of it."""
    rows = Activity.objects.visible_to(access).filter(import_batch=batch, voided_at=None)
    rows = rows.with_names().select_related("commitment__promise").order_by("occurred_on", "pk")
    lines = list(batch.lines.select_related("activity__commitment", "activity__kind").order_by("number"))
    overtaken = {
        line.pk
        for line in lines
        if line.activity is None or line.activity.is_voided or line.activity.version != line.version
    }
    return Plan(
        added=rows.filter(version=1),
        touched=rows.filter(version__gt=1),
        corrected=tuple(line for line in lines if line.pk not in overtaken),
        overtaken=tuple(line for line in lines if line.pk in overtaken),
    )


def undo(
    *, access: Access, batch: ImportBatch, reason: str, touched_too: bool, seen: str, today: date
) -> Undone:
    """Take an import back, in one transaction with the history of each row. ``seen``: the plan's ``mark`` that the
    person had before them.

    Afterwards the same file can be read in again: voided rows give up their ids. PermissionDenied; ValidationError
    without a reason, or where a period is locked; AlreadyUndone, ChangedMeanwhile.
    """
    access.organisation_for(Action.IMPORT)
    reason = checked_reason(reason)
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = _stored(batch, access)
        found = plan(row, access)
        if found.mark != seen:
            raise ChangedMeanwhile
        voided = [*found.added, *(found.touched if touched_too else ())]
        _void(voided, access=access, held=held, reason=reason)
        set_back = _set_back(found.corrected, batch=row, access=access, reason=reason, today=today)
        row.state, row.undone_at, row.undone_by = BatchState.UNDONE, timezone.now(), access.user
        row.undo_reason = reason
        row.save()
    return Undone(len(voided), set_back, len(found.corrected) - set_back)


def _stored(batch: ImportBatch, access: Access) -> ImportBatch:
    rows = ImportBatch.objects.visible_to(access).select_for_update(of=("self",)).select_related("promise")
    row = rows.filter(pk=batch.pk).first()
    if row is None or row.is_open:
        raise PermissionDenied
    if row.is_undone:
        raise AlreadyUndone
    return row


def _void(rows: Sequence[Activity], *, access: Access, held: Promise, reason: str) -> None:
    """``services.void_activity`` for many: the same rows, history and totals in a few statements.

    Their keys are given up: whoever mends the file and reads it in again means these rows, and they must not be taken
    for there already.
    """
    admitted = admit(held, *(row.days for row in rows), by=access.user, field="why")
    before = tallies.total(added_now(row) for row in rows)
    # At random: a key that can be foreseen can be some file's id already, and then nothing could be taken back.
    new_key = Concat(Value(f"{uuid4().hex}-"), Cast("pk", CharField()), output_field=CharField())
    for start in range(0, len(rows), _AT_ONCE):
        part = Activity.objects.filter(pk__in=[row.pk for row in rows[start : start + _AT_ONCE]])
        part.update(
            voided_at=timezone.now(),
            voided_by=access.user,
            void_reason=reason,
            version=F("version") + 1,
            client_key=new_key,
        )
    Change.objects.bulk_create(
        [
            change(
                row,
                action=Change.Action.VOIDED,
                by=access.user,
                promise_id=row.promise_id,
                old={"voided": False},
                new={"voided": True},
                reason=reason,
                exception_id=admitted.under(row.days),
            )
            for row in rows
        ],
        batch_size=_AT_ONCE,
    )
    tallies.change(before=before, now={})


def _set_back(
    lines: Sequence[ImportRow], *, batch: ImportBatch, access: Access, reason: str, today: date
) -> int:
    """How many say again what they said before. What no correction can do stays: done does not become planned."""
    if not lines:
        return 0
    reader = Reader(names_of(batch.promise), sees_plans=batch.sees_plans, today=today)
    number = 0
    for line in lines:
        row, entry = reader.read(RawRow(line.number, dict.fromkeys(COLUMNS, "") | line.was))
        if row.faults or entry is None or line.activity is None or line.version is None:
            continue
        try:
            correct_activity(
                access=access,
                activity=line.activity,
                entry=entry,
                version=line.version,
                today=today,
                reason=reason,
                imported_as="",
            )
        except PeriodLocked:
            raise
        except ValidationError:
            continue
        number += 1
    return number
