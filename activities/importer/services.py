"""A file that somebody sends in by browser: kept as rows that were judged, mended row by row, stored all or none.

docs/adr/0022. Whatever is wrong with a file as a whole is an InvalidImportError, and nothing is kept of it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import BatchState, Verdict
from activities.entries import entry_of
from activities.importer.columns import COLUMNS, cells, tidy
from activities.importer.judging import Judged, compare, judge, refuse_impossible_changes, refuse_locked
from activities.importer.reading import RawRow, read_bytes
from activities.importer.rows import Reader, names_of
from activities.importer.run import source_of
from activities.models import ImportBatch, ImportRow
from activities.services import Origin, correct_activity, create_many, must_wait
from promises.locking import hold
from promises.models import Promise
from promises.permissions import Access, Action
from promises.services import checked_reason
from promises.validators import personal_data_kinds

MOST_CHANGES = 1_000
"""Activities that one file may correct: each is written by itself, as in the browser."""

_AT_ONCE = 500
_MOST_NAME = 120


class BeingStored(Exception):
    """Somebody is storing the file just now."""


class AlreadyStored(Exception):
    """The file has been stored, perhaps by the same press of a button."""


class PreviewMoved(Exception):
    """``rows`` of the file would do something else than what the person saw. The preview says it now."""

    def __init__(self, rows: int) -> None:
        super().__init__(f"{rows} rows")
        self.rows = rows


def keep_file(*, access: Access, name: str, data: bytes, today: date) -> ImportBatch:
    """Judge a file and keep its rows until they are stored. InvalidImportError, PermissionDenied.

    Personal data is left out: of its cell only the reason is kept, and of the file's name nothing.
    """
    access.organisation_for(Action.IMPORT)
    sheet = read_bytes(data, name=name)
    batch = ImportBatch(
        promise=access.promise,
        by=access.user,
        sees_plans=access.is_police,
        file_name="" if personal_data_kinds(name) else name[:_MOST_NAME],
        digest=hashlib.sha256(data).hexdigest(),
        columns=list(sheet.columns),
        rows=len(sheet.rows),
    )
    found = _judged(batch, sheet.rows, access=access, today=today)
    _compared(found, batch, held=access.promise, by=access.user)
    with transaction.atomic():
        batch.save(force_insert=True)
        ImportRow.objects.bulk_create([_line(one, batch) for one in found], batch_size=_AT_ONCE)
    return batch


def mend_row(
    *,
    access: Access,
    batch: ImportBatch,
    number: int,
    content: Mapping[str, str],
    today: date,
    everywhere: bool = False,
) -> Judged:
    """Write over a row of a kept file. What is still wrong stands in ``row.faults`` of the answer, and then nothing
    is written. ``everywhere``: also where the same text stands in the same column of other rows to put right.
    BeingStored, AlreadyStored; ImportRow.DoesNotExist.

    Rows with the same id or the same content are judged anew with it: which of them is at fault may be another now.
    """
    access.organisation_for(Action.IMPORT)
    with transaction.atomic():
        batch = _open(batch, access)
        line = batch.lines.get(number=number)
        raw = RawRow(number, dict.fromkeys(COLUMNS, "") | {name: tidy(content[name]) for name in content})
        twins = _twins(batch, line, raw) if everywhere else {}
        edited = [raw, *twins.values()]
        alone = _judged(batch, edited, access=access, today=today)
        lines = [line, *batch.lines.filter(number__in=list(twins))]
        others = _like(
            batch,
            keys={one.key for one in lines} | {one.row.key[:64] for one in alone},
            marks={one.mark for one in lines} | {one.activity.imported_as for one in alone if one.activity},
            but=[one.number for one in edited],
        )
        refused = _refused([*lines[1:], *others])
        raws = sorted([*edited, *map(_raw, others)], key=lambda one: one.number)
        found = _judged(batch, raws, refused=refused, access=access, today=today)
        _compared(found, batch, held=batch.promise, by=access.user)
        mended = next(one for one in found if one.raw.number == number)
        if not mended.row.faults:
            _rewrite([*lines, *others], found, batch)
    return mended


def twins_of(batch: ImportBatch, line: ImportRow) -> int:
    """How many other rows to put right have a text of this row's faults in the same column."""
    wrong = {one["column"]: line.cells[one["column"]] for one in line.faults if one["column"] in line.cells}
    wrong.pop("id", None)
    return sum(
        any(other.cells.get(name) == text for name, text in wrong.items()) for other in _to_mend(batch, line)
    )


def store(
    *,
    access: Access,
    batch: ImportBatch,
    reason: str,
    today: date,
) -> ImportBatch:
    """All rows of a kept file, in one transaction with their history; or none, and the file is as it was.

    ``reason``: why activities are corrected, where the file changes any. How far it has come is written beside the
    transaction. AlreadyStored, BeingStored; PreviewMoved where the rows would no longer do what the preview said;
    ValidationError where rows are at fault, nothing is to be done, or a correction is refused.
    """
    access.organisation_for(Action.IMPORT)
    attempt = _begin(batch, access)
    try:
        return _store(access=access, batch=batch, attempt=attempt, reason=reason, today=today)
    except BaseException:
        with suppress(DatabaseError):
            mine = ImportBatch.objects.filter(pk=batch.pk, attempt=attempt, state=BatchState.STORING)
            mine.update(state=BatchState.CHECKED, progress=0, beat_at=None)
        raise


def discard(*, access: Access, batch: ImportBatch) -> None:
    """Throw a kept file away that was never stored. AlreadyStored, BeingStored."""
    access.organisation_for(Action.IMPORT)
    with transaction.atomic():
        _open(batch, access).delete()


def forget_older_than(moment: datetime) -> int:
    """Throw away all files that were sent in before and never stored; how many there were."""
    old = ImportBatch.objects.filter(at__lt=moment, state__in=[BatchState.CHECKED, BatchState.STORING])
    number = old.count()
    old.delete()
    return number


# --- Judging


def _judged(
    batch: ImportBatch,
    rows: Iterable[RawRow],
    *,
    access: Access,
    today: date,
    refused: Mapping[int, Sequence[tuple[str, str]]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Judged]:
    reader = Reader(names_of(access.promise), sees_plans=batch.sees_plans, today=today)
    origin = Origin(by=access.user, source=source_of(batch.file_name), batch=batch)
    return judge(rows, reader, origin, refused=refused, progress=progress)


def _compared(found: Sequence[Judged], batch: ImportBatch, *, held: Promise, by: User) -> None:
    """``held``: the promise as it is now."""
    compare(found, promise=held, sees_plans=batch.sees_plans)
    refuse_impossible_changes(found)
    refuse_locked(found, held, by=by)


def _line(one: Judged, batch: ImportBatch) -> ImportRow:
    """A judged row as it is kept."""
    secret = one.row.secret
    return ImportRow(
        batch=batch,
        number=one.raw.number,
        cells={name: text for name, text in one.raw.cells.items() if text and name not in secret},
        verdict=one.verdict,
        faults=[
            {
                "column": fault.column,
                "reason": fault.reason,
                "value": fault.value,
                "secret": fault.column in secret,
            }
            for fault in one.row.faults
        ],
        changes=[list(difference) for difference in one.differences],
        key="" if "id" in secret else one.row.key[:64],
        mark=one.activity.imported_as if one.activity else "",
        activity=one.stored if one.verdict == Verdict.CHANGED else None,
    )


def _raw(line: ImportRow) -> RawRow:
    return RawRow(line.number, dict.fromkeys(COLUMNS, "") | line.cells)


def _refused(lines: Iterable[ImportRow]) -> dict[int, list[tuple[str, str]]]:
    """Without its personal data a row would look right; it is not, until somebody has written something else."""
    return {
        line.number: [(one["column"], one["reason"]) for one in line.faults if one["secret"]]
        for line in lines
        if line.verdict == Verdict.ERROR
    }


def _to_mend(batch: ImportBatch, but: ImportRow) -> Iterable[ImportRow]:
    return batch.lines.filter(verdict=Verdict.ERROR).exclude(number=but.number)


def _twins(batch: ImportBatch, line: ImportRow, raw: RawRow) -> dict[int, RawRow]:
    """Other rows to put right, with what is changed in this row changed in them too. An id is each row's own."""
    swaps = {
        name: (was, raw.cells[name])
        for name, was in line.cells.items()
        if name != "id" and was != raw.cells[name]
    }
    found = {}
    for other in _to_mend(batch, line):
        new = {name: text for name, (was, text) in swaps.items() if other.cells.get(name) == was}
        if new:
            found[other.number] = RawRow(other.number, _raw(other).cells | new)
    return found


def _like(batch: ImportBatch, *, keys: set[str], marks: set[str], but: Iterable[int]) -> list[ImportRow]:
    """The other rows with one of these ids or contents."""
    same = Q(key__in=keys - {""}) | Q(mark__in=marks - {""})
    return list(batch.lines.filter(same).exclude(number__in=but).order_by("number"))


def _rewrite(lines: Iterable[ImportRow], found: Iterable[Judged], batch: ImportBatch) -> int:
    """The kept rows say what was found now; how many of them said something else."""
    stored = {line.number: line for line in lines}
    other = []
    for one in found:
        line, now = stored[one.raw.number], _line(one, batch)
        if _said(line) != _said(now):
            now.pk = line.pk
            other.append(now)
    names = ["cells", "verdict", "faults", "changes", "key", "mark", "activity"]
    ImportRow.objects.bulk_update(other, names, batch_size=_AT_ONCE)
    return len(other)


def _said(line: ImportRow) -> tuple[Any, ...]:
    return line.verdict, line.cells, line.faults, line.changes, line.mark, line.activity_id


# --- Storing


def _open(batch: ImportBatch, access: Access) -> ImportBatch:
    """The batch as it is now, held until the transaction ends, if its rows may still be changed."""
    row = (
        ImportBatch.objects.visible_to(access)
        .select_for_update(of=("self",))
        .select_related("promise")
        .filter(pk=batch.pk)
        .first()
    )
    if row is None:
        raise PermissionDenied
    if not row.is_open:
        raise AlreadyStored
    if row.state == BatchState.STORING and not row.is_broken_off(timezone.now()):
        raise BeingStored
    return row


def _begin(batch: ImportBatch, access: Access) -> int:
    with transaction.atomic():
        row = _open(batch, access)
        row.state, row.attempt = BatchState.STORING, row.attempt + 1
        row.progress, row.beat_at = 0, timezone.now()
        row.save(update_fields=["state", "attempt", "progress", "beat_at"])
    return row.attempt


def _store(*, access: Access, batch: ImportBatch, attempt: int, reason: str, today: date) -> ImportBatch:
    mine = ImportBatch.objects.filter(pk=batch.pk, attempt=attempt, state=BatchState.STORING)

    def beat(number: int) -> None:
        with suppress(DatabaseError):  # only a sign of life: where the database is busy it comes later
            mine.update(progress=number, beat_at=timezone.now())

    lines = list(batch.lines.order_by("number"))
    found = _judged(
        batch, map(_raw, lines), refused=_refused(lines), access=access, today=today, progress=beat
    )
    beat(len(found))
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = mine.select_for_update(of=("self",)).select_related("promise").first()
        if row is None:  # another try took over, and has stored it or is about to
            raise BeingStored
        _compared(found, row, held=held, by=access.user)
        moved = sum(_said(line) != _said(_line(one, row)) for line, one in zip(lines, found, strict=True))
        if not moved:
            new, changed = _work(found, reason)
            origin = Origin(by=access.user, source=source_of(row.file_name), batch=row)
            create_many([one.draft for one in new], origin=origin, held=held, waits=must_wait(held, access))
            _correct(changed, lines, access=access, reason=reason, today=today)
            row.lines.exclude(verdict=Verdict.CHANGED).delete()
            row.state, row.stored_at, row.stored_by = BatchState.STORED, timezone.now(), access.user
            row.added, row.corrected = len(new), len(changed)
            row.unchanged = len(found) - len(new) - len(changed)
            row.save()
            return row
    with transaction.atomic():
        row = _mine_again(batch, attempt)
        moved = _rewrite(lines, found, row)
    raise PreviewMoved(moved)


def _mine_again(batch: ImportBatch, attempt: int) -> ImportBatch:
    row = ImportBatch.objects.select_for_update().filter(pk=batch.pk, attempt=attempt).first()
    if row is None or row.state != BatchState.STORING:
        raise BeingStored
    return row


def _work(found: Sequence[Judged], reason: str) -> tuple[list[Judged], list[Judged]]:
    """The new rows and those that change something. ValidationError where that cannot be stored."""
    if any(one.verdict == Verdict.ERROR for one in found):
        raise ValidationError(_("Rows are to be put right first. Nothing is stored."))
    new = [one for one in found if one.verdict == Verdict.NEW]
    changed = [one for one in found if one.verdict == Verdict.CHANGED]
    if not new and not changed:
        raise ValidationError(_("All rows are there already. There is nothing to store."))
    if len(changed) > MOST_CHANGES:
        raise ValidationError(
            _("The file changes %(number)s activities. At most %(most)s at a time: split it.")
            % {"number": len(changed), "most": MOST_CHANGES}
        )
    if changed:
        checked_reason(reason)
    return new, changed


def _correct(
    changed: Sequence[Judged], lines: Iterable[ImportRow], *, access: Access, reason: str, today: date
) -> None:
    by_number = {line.number: line for line in lines}
    for one in changed:
        draft, entry = one.draft
        line, activity = by_number[one.raw.number], one.stored
        if activity is None:
            continue
        line.was = cells(activity.commitment.number, entry_of(activity))
        try:
            now = correct_activity(
                access=access,
                activity=activity,
                entry=entry,
                version=activity.version,
                today=today,
                reason=reason,
                imported_as=draft.imported_as,
            )
        except ValidationError as error:
            raise ValidationError(
                [_("Row %(row)s: %(why)s") % {"row": one.raw.number, "why": why} for why in error.messages]
            ) from None
        line.version = now.version
    touched = [by_number[one.raw.number] for one in changed]
    ImportRow.objects.bulk_update(touched, ["was", "version"], batch_size=_AT_ONCE)
