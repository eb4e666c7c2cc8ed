"""All writes to activities: form, import and whatever comes call these. Each is one transaction with its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activities import tallies
from activities.choices import Review, State
from activities.device import SavedThere
from activities.entries import began_as, entry_of, scalars, shown
from activities.models import Activity, Attendance, ImportBatch
from activities.models.activity import new_client_key
from activities.rules import ClassPresent, Entry, enforce
from history.models import Change
from history.services import change, difference, record
from promises.locking import hold
from promises.locks import Admitted, PeriodLocked, admit
from promises.models import Commitment, Promise
from promises.permissions import Access, Action
from promises.set_up import set_up_of

_FOREIGN = ("promise", "commitment", "kind", "school", "logged_by", "import_batch")

_BATCH = 500


class StaleVersion(Exception):
    """Somebody else changed the row meanwhile. ``current`` is the row as it stands."""

    def __init__(self, current: Activity) -> None:
        super().__init__(f"activity {current.pk} is at version {current.version}")
        self.current = current


class KeyTaken(Exception):
    """The client key belongs to a row with another content or of another person."""

    def __init__(self, current: Activity) -> None:
        super().__init__(f"client key of activity {current.pk}")
        self.current = current


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a row comes from: a person at the form, or a file, read in the browser (``batch``) or by command line
    (``by`` None).

    ``saved``: on a phone that kept it for a while.
    """

    by: User | None
    source: str = ""
    batch: ImportBatch | None = None
    imported_as: str = ""
    is_example: bool = False
    saved: SavedThere | None = None


def log_activity(
    *,
    access: Access,
    commitment: Commitment,
    entry: Entry,
    today: date,
    client_key: str = "",
    saved: SavedThere | None = None,
) -> tuple[Activity, bool]:
    """Store a new row; (row, True). The same entry sent again with the same key: (the row that is there, False).

    PermissionDenied, ValidationError with fields, KeyTaken where the key belongs to another entry or person.
    """
    access.organisation_for(Action.LOG)
    _same_promise(commitment, access)
    enforce(
        entry,
        commitment=commitment,
        parties=party_ids(commitment),
        sees_plans=access.is_police,
        today=today,
    )
    try:
        with transaction.atomic():
            held = hold(commitment.promise_id)
            row = create(
                commitment,
                entry,
                client_key=client_key,
                origin=Origin(by=access.user, saved=saved),
                held=held,
                waits=must_wait(held, access),
            )
    except (IntegrityError, PeriodLocked):  # what was saved before the period was locked is saved
        taken = Activity.objects.filter(promise=access.promise, client_key=client_key).first()
        if taken is None:
            raise
        if (
            taken.logged_by_id != access.user.pk
            or taken.commitment_id != commitment.pk
            or not began_as(taken, entry)
        ):
            raise KeyTaken(taken) from None
        return taken, False
    return row, True


def must_wait(held: Promise, access: Access | None) -> bool:
    """Whether what becomes done now waits for review (docs/adr/0016). ``held``: the promise as ``hold`` gives it.

    ``access`` None: a file read in by command line, which nobody has looked at.
    """
    return held.requires_review and not (access is not None and access.allows(Action.REVIEW))


def create(
    commitment: Commitment, entry: Entry, *, client_key: str, origin: Origin, held: Promise, waits: bool
) -> Activity:
    """Store a row whose entry has passed ``enforce``, with its history and in the running totals.

    In the caller's transaction, which holds the promise. PeriodLocked.
    """
    admitted = admit(held, entry.days, by=origin.by)
    row = draft(commitment, entry, client_key=client_key, origin=origin)
    _await_review(row, waits)
    row.save(force_insert=True)
    _relate([(row, entry)])
    _began(row, entry, origin, admitted).save(force_insert=True)
    tallies.change(before={}, now=_adds(row, entry))
    return row


def create_many(
    rows: Sequence[tuple[Activity, Entry]], *, origin: Origin, held: Promise, waits: bool
) -> None:
    """``create`` for many drafts at once: the same rows, history and totals, in a few statements."""
    admitted = admit(held, *(entry.days for _row, entry in rows), by=origin.by)
    for row, _entry in rows:
        _await_review(row, waits)
    with transaction.atomic():
        Activity.objects.bulk_create([row for row, _entry in rows], batch_size=_BATCH)
        _relate(rows)
        Change.objects.bulk_create(
            [_began(row, entry, origin, admitted) for row, entry in rows], batch_size=_BATCH
        )
        tallies.change(before={}, now=tallies.total(_adds(row, entry) for row, entry in rows))


def _relate(rows: Sequence[tuple[Activity, Entry]]) -> None:
    """Areas, parties and classes of new rows: there is nothing yet that could be in the way."""
    areas, parties = Activity.areas.through, Activity.parties.through
    areas._default_manager.bulk_create(
        [areas(activity_id=row.pk, area_id=area.pk) for row, entry in rows for area in entry.areas],
        batch_size=_BATCH,
    )
    parties._default_manager.bulk_create(
        [
            parties(activity_id=row.pk, organisation_id=party.pk)
            for row, entry in rows
            for party in entry.parties
        ],
        batch_size=_BATCH,
    )
    Attendance.objects.bulk_create(
        [
            Attendance(activity=row, school_class=one.school_class, pupils_present=one.pupils_present)
            for row, entry in rows
            for one in entry.classes
        ],
        batch_size=_BATCH,
    )


def draft(commitment: Commitment, entry: Entry, *, client_key: str, origin: Origin) -> Activity:
    """A row that is not stored yet. ValidationError where a field cannot hold what the entry says."""
    row = Activity(
        promise_id=commitment.promise_id,
        commitment=commitment,
        client_key=client_key or new_client_key(),
        logged_by=origin.by,
        import_batch=origin.batch,
        imported_as=origin.imported_as,
        is_example=origin.is_example,
        **scalars(entry),
    )
    if origin.is_example:
        row.logged_at = _as_if_logged(entry)
    if origin.saved is not None:
        row.client_saved_at, row.client_clock_ahead = origin.saved.at, origin.saved.clock_ahead
    row.full_clean(exclude=["id", *_FOREIGN], validate_constraints=False)
    return row


def _await_review(row: Activity, waits: bool) -> None:
    row.review = Review.WAITING if waits and row.state == State.DONE else Review.NONE


def _as_if_logged(entry: Entry) -> datetime:
    """Made-up rows are logged on their made-up evening, monthly numbers a month on: else all of them came late."""
    day = entry.occurred_on + timedelta(days=31 if entry.month_only else 0)
    return timezone.make_aware(datetime.combine(day, time(18)))


def _began(row: Activity, entry: Entry, origin: Origin, admitted: Admitted) -> Change:
    return change(
        row,
        action=Change.Action.CREATED,
        by=origin.by,
        source=origin.source,
        promise_id=row.promise_id,
        old={},
        new=shown(entry) | _review_shown(row.review),
        exception_id=admitted.under(entry.days),
    )


def _review_shown(review: str) -> dict[str, str]:
    """As history keeps it: nothing where a row needs no approval."""
    return {"review": str(review)} if review else {}


def correct_activity(
    *,
    access: Access,
    activity: Activity,
    entry: Entry,
    version: int,
    today: date,
    reason: str = "",
    imported_as: str | None = None,
) -> Activity:
    """Write a new content over a row. ``version``: the one the person saw. ``imported_as``: where the content comes
    from a file, its digest.

    PermissionDenied, StaleVersion, ValidationError. A reason is required once the row was counted, and under an
    exception from a locked period. Where rows are
    reviewed, what somebody else than a reviewer changes waits for it, also what had been approved.
    """
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = locked(activity, access)
        if row.version != version:
            raise StaleVersion(row)
        if row.is_counted and not reason.strip():
            raise ValidationError({"why": [_("Say why the row is corrected: it has been counted.")]})
        if row.state == State.DONE and entry.state != State.DONE:
            raise ValidationError(
                {"state": [_("What is done cannot become planned or cancelled. Void it instead.")]}
            )
        enforce(
            entry,
            commitment=row.commitment,
            parties=party_ids(row.commitment),
            sees_plans=access.is_police,
            today=today,
        )
        if imported_as is not None:
            row.imported_as = imported_as
        return _write(row, entry, access=access, held=held, reason=reason)


def void_activity(*, access: Access, activity: Activity, version: int, reason: str) -> Activity:
    """The row counts no more; it and its history stay. PermissionDenied, StaleVersion, ValidationError."""
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = locked(activity, access)
        if row.version != version:
            raise StaleVersion(row)
        admitted = admit(held, row.days, by=access.user)
        if not reason.strip():
            raise ValidationError({"why": [_("Say why it is voided.")]})
        added = added_now(row)
        row.voided_at, row.voided_by, row.void_reason = timezone.now(), access.user, reason.strip()
        row.version += 1
        row.full_clean(exclude=_FOREIGN)
        row.save()
        record(
            row,
            action=Change.Action.VOIDED,
            by=access.user,
            promise_id=row.promise_id,
            old={"voided": False},
            new={"voided": True},
            reason=row.void_reason,
            exception_id=admitted.under(row.days),
        )
        tallies.change(before=added, now={})
        return row


def repair_totals(commitment: Commitment, *, differences: int, source: str) -> None:
    """Count the running totals again from the rows. The caller holds the promise.

    Kept in history, for the pages show other numbers from now on, and nobody logged anything.
    """
    with transaction.atomic():
        tallies.rebuild(commitment)
        record(
            commitment,
            action=Change.Action.CORRECTED,
            by=None,
            source=source,
            promise_id=commitment.promise_id,
            old={},
            new={"totals_counted_again": differences},
        )


def party_ids(commitment: Commitment) -> frozenset[int]:
    return frozenset(party.organisation_id for party in set_up_of(commitment.promise).parties)


def _same_promise(commitment: Commitment, access: Access) -> None:
    if commitment.promise_id != access.promise.pk:
        raise PermissionDenied


def locked(activity: Activity, access: Access) -> Activity:
    """The row as it is now, held until the transaction ends, if the person may change it."""
    row = (
        Activity.objects.visible_to(access)
        .select_for_update(of=("self",))
        .select_related("commitment__promise")
        .filter(pk=activity.pk)
        .first()
    )
    if row is None or not row.may_be_changed_by(access):
        raise PermissionDenied
    return row


def _write(row: Activity, entry: Entry, *, access: Access, held: Promise, reason: str) -> Activity:
    before = entry_of(row)
    old, new, added = shown(before), shown(entry), _adds(row, before)
    if not difference(old, new):
        return row  # nothing differs: nothing happened
    admitted = admit(held, row.days, entry.days, by=access.user)
    if admitted.exceptions and not (reason.strip() or entry.reason.strip()):
        raise ValidationError({"why": [_("Say why the row is changed: its period is locked.")]})
    was, reviewed = row.state, row.review
    exception_id = admitted.under(row.days, entry.days)
    for name, value in scalars(entry).items():
        setattr(row, name, value)
    row.full_clean(exclude=_FOREIGN, validate_constraints=False)
    act = Change.Action.CORRECTED
    if was != row.state:
        act = {State.DONE: Change.Action.DONE, State.CANCELLED: Change.Action.CANCELLED}.get(
            State(row.state), act
        )
    if was != State.DONE or not access.allows(Action.REVIEW):  # a reviewer's correction approves nothing
        _await_review(row, must_wait(held, access))
    trace = change(
        row,
        action=act,
        by=access.user,
        promise_id=row.promise_id,
        old=old | _review_shown(reviewed),
        new=new | ({"review": str(row.review)} if row.review or reviewed else {}),
        reason=reason.strip(),
        exception_id=exception_id,
    )
    if row.state == State.DONE and was != State.DONE:
        row.done_at = trace.at
        if row.commitment.confidential_until_done:
            row.logged_at = trace.at  # its place in a list would tell that it had been planned before
            row.client_saved_at, row.client_clock_ahead = None, 0  # and so would this
    row.version += 1
    row.save()
    row.areas.set(entry.areas)
    row.parties.set(entry.parties)
    _set_attendance(row, entry.classes)
    trace.save()
    tallies.change(before=added, now=_adds(row, entry))
    return row


def added_now(row: Activity) -> tallies.Totals:
    """What a stored row adds to the running totals as it stands."""
    return _adds(row, entry_of(row))


def _adds(row: Activity, entry: Entry) -> tallies.Totals:
    """What a row adds to the running totals, with the areas, parties and classes that the entry names."""
    return tallies.added_by(
        row,
        tallies.Related(
            areas=tuple({area.pk for area in entry.areas}),
            parties=tuple({party.pk for party in entry.parties}),
            classes=tuple({one.school_class.pk: one.pupils_present for one in entry.classes}.items()),
        ),
    )


def _set_attendance(row: Activity, classes: tuple[ClassPresent, ...]) -> None:
    """What a row says of its classes now; what it said before stands in its history."""
    wanted = {one.school_class.pk: one.pupils_present for one in classes}
    row.attendance.exclude(school_class__in=wanted).delete()
    for pk, pupils in wanted.items():
        Attendance.objects.update_or_create(
            activity=row, school_class_id=pk, defaults={"pupils_present": pupils}
        )
