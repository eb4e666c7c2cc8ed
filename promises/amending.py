"""Writing down that the parties have changed what they promised, and taking such an entry back (docs/adr/0012)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Organisation
from history.models import Change
from history.services import record
from promises.choices import PartyRole, TargetKind
from promises.locking import hold
from promises.models import Amendment, Commitment, Promise, Target
from promises.permissions import Access, Action
from promises.services import checked_reason

MOST = 1_000_000  # as in a promise file
MOST_TIMES = 100

_FIELDS = ("decided_on", "reference", "reason", "wording", "minimum", "due_on", "reading", "recorded_on")


class StaleAmendmentError(Exception):
    """Somebody else has changed the commitment meanwhile; ``version`` is the one it has now."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the commitment's amendments are at version {version}")
        self.version = version


@dataclass(frozen=True, slots=True)
class Stands:
    """What one target, or with ``target`` None the wording alone, is on a day after all decisions up to then."""

    wording: str
    target: Target | None
    minimum: int | None
    reading: str
    due_on: date | None = None


def version_of(commitment: Commitment) -> int:
    """Grows with each decision that is written down or voided: rows are never deleted."""
    rows = Amendment.objects.filter(commitment=commitment)
    return rows.count() + rows.exclude(voided_on=None).count()


def stands(commitment: Commitment, target: Target | None, *, before: date | None = None) -> Stands:
    """``before``: only decisions of earlier days. None: all of them."""
    rows = Amendment.objects.filter(commitment=commitment).standing().order_by("decided_on", "pk")
    return _stands(commitment, target, rows if before is None else rows.filter(decided_on__lt=before))


def _stands(commitment: Commitment, target: Target | None, rows: Iterable[Amendment]) -> Stands:
    wording = commitment.wording
    terms: Target | Amendment | None = target
    for row in rows:
        wording = row.wording or wording
        if target is not None and row.target_id == target.pk:
            terms = row
    if terms is None:
        return Stands(wording, None, None, "")
    return Stands(wording, target, terms.minimum, terms.reading, terms.due_on)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as it was written down, voided or not, with what stood before it."""

    row: Amendment
    before: Stands
    decided_by: str


def all_told(commitment: Commitment, rows: Sequence[Amendment]) -> list[Told]:
    """``rows``: every decision on the commitment, in order of day, with ``target`` and ``decided_by`` at hand."""
    standing = [row for row in rows if row.voided_on is None]
    return [
        Told(
            row,
            _stands(commitment, row.target, [one for one in standing if one.decided_on < row.decided_on]),
            " · ".join(organisation.name for organisation in row.decided_by.all()),
        )
        for row in rows
    ]


def amendment_shown(row: Amendment, decided_by: Iterable[Organisation]) -> dict[str, Any]:
    """What history keeps of a decision."""
    values = {"commitment": row.commitment, "target": row.target and row.target.position + 1}
    values |= {name: getattr(row, name) for name in _FIELDS} | {"decided_by": list(decided_by)}
    return {name: value for name, value in values.items() if value not in (None, "")}


def signing_parties(promise: Promise) -> list[Organisation]:
    """In the order of the promise."""
    parties = promise.parties.filter(role=PartyRole.SIGNATORY).select_related("organisation")
    return [party.organisation for party in parties]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to write down. ``wording`` "": it stays. ``target`` None: no target changes."""

    decided_on: date
    decided_by: Sequence[Organisation]
    reason: str
    reference: str = ""
    wording: str = ""
    target: Target | None = None
    minimum: int | None = None
    reading: str = ""
    due_on: date | None = None

    def row(self, commitment: Commitment, **more: Any) -> Amendment:
        """Not stored and not checked; without what stood already on the day of the decision."""
        row = Amendment(
            commitment=commitment,
            decided_on=self.decided_on,
            reference=self.reference.strip(),
            reason=self.reason.strip(),
            wording=self.wording.strip(),
            target=self.target,
            minimum=self.minimum,
            due_on=self.due_on,
            reading=self.reading.strip(),
            **more,
        )
        _leave_out_what_stays(row)
        return row


def amend(*, access: Access, commitment: Commitment, wanted: Wanted, version: int, today: date) -> Amendment:
    """Store the decision, or return the one that says just the same. ``version``: the one the person saw.

    PermissionDenied; StaleAmendmentError; ValidationError at the fields of ``Amendment``.
    """
    _require(access, commitment)
    with transaction.atomic():
        hold(access.promise.pk)
        commitment = Commitment.objects.select_related("promise").get(pk=commitment.pk)
        row = wanted.row(commitment, recorded_on=today)
        there = same_amendment(row, wanted.decided_by)
        if there is not None:
            return there
        current = version_of(commitment)
        if current != version:
            raise StaleAmendmentError(current)
        check(row, wanted.decided_by)
        store(row, wanted.decided_by)
        record(
            row,
            action=Change.Action.CREATED,
            by=access.user,
            promise_id=access.promise.pk,
            old={},
            new=amendment_shown(row, wanted.decided_by),
        )
    return row


def draft(*, access: Access, commitment: Commitment, wanted: Wanted, today: date) -> Amendment:
    """The decision as it would be stored, checked. PermissionDenied, ValidationError."""
    _require(access, commitment)
    row = wanted.row(commitment, recorded_on=today)
    check(row, wanted.decided_by)
    return row


def void_amendment(*, access: Access, amendment: Amendment, today: date, reason: str) -> Amendment:
    """The entry was wrong: no such decision was taken. It stays to be seen, and changes nothing any more.

    One that is voided already stays as it was voided. PermissionDenied, ValidationError.
    """
    _require(access, amendment.commitment)
    reason = checked_reason(reason)
    with transaction.atomic():
        hold(access.promise.pk)
        row = Amendment.objects.select_related("commitment__promise", "target").get(pk=amendment.pk)
        if row.voided_on is not None:
            return row
        row.voided_on, row.void_reason = today, reason
        row.full_clean()
        row.save()
        record(
            row,
            action=Change.Action.VOIDED,
            by=access.user,
            promise_id=access.promise.pk,
            old={"voided": False},
            new={"voided": True},
            reason=reason,
        )
    return row


def check(row: Amendment, decided_by: Sequence[Organisation]) -> None:
    """ValidationError where the decision cannot be what the parties decided."""
    if not row.wording and row.target is None:
        raise ValidationError(_("Nothing is changed. Write what is new."))
    row.full_clean(exclude=["commitment"])
    faults: dict[str, list[str]] = {}
    parties = signing_parties(row.commitment.promise)
    if not decided_by:
        faults["decided_by"] = [_("Choose who took the decision.")]
    for organisation in decided_by:
        if organisation not in parties:
            text = _("“%(party)s” does not sign this promise.")
            faults["decided_by"] = [text % {"party": organisation}]
    if row.target is not None:
        faults |= _target_faults(row, row.target)
    if faults:
        raise ValidationError(faults)


def _leave_out_what_stays(row: Amendment) -> None:
    """A wording, a number or a day that stood already on the day of the decision is no part of it."""
    before = stands(row.commitment, row.target, before=row.decided_on)
    if row.wording == before.wording:
        row.wording = ""
    if (row.minimum, row.due_on, row.reading) == (before.minimum, before.due_on, before.reading):
        row.target, row.minimum, row.due_on, row.reading = None, None, None, ""


def _target_faults(row: Amendment, target: Target) -> dict[str, list[str]]:
    most = MOST_TIMES if target.kind == TargetKind.COVERAGE else MOST
    if row.minimum is not None and row.minimum > most:
        return {"minimum": [_("Write at most %(most)s.") % {"most": most}]}
    before = stands(row.commitment, target, before=row.decided_on)
    if (
        row.minimum != before.minimum
        and _names(row.reading, before.minimum)
        and not _names(row.reading, row.minimum)
    ):
        text = _("The reading still says %(old)s. Write how the new number is read.")
        return {"reading": [text % {"old": before.minimum}]}
    return _day_faults(row, before.due_on) if row.due_on != before.due_on else {}


def _day_faults(row: Amendment, old: date | None) -> dict[str, list[str]]:
    """A new day lies ahead when it is decided: one that had passed would break what could not be kept any more."""
    if row.due_on is not None and row.due_on < row.decided_on:
        text = _("%(day)s had passed when it was decided. Choose %(first)s or a later day.")
        return {"due_on": [text % {"day": row.due_on, "first": row.decided_on}]}
    if _names_day(row.reading, old) and not _names_day(row.reading, row.due_on):
        text = _("The reading still says %(old)s. Write how the new day is read.")
        return {"reading": [text % {"old": old}]}
    return {}


def _names(reading: str, number: int | None) -> bool:
    return bool(re.search(rf"(?<!\d){number}(?!\d)", reading))


def _names_day(reading: str, day: date | None) -> bool:
    """As "2019-06-30", "30 juni 2019" or "30 juni" without another year."""
    if day is None:
        return False
    written = date_format(day, pgettext("date", "j F"))
    pattern = rf"(?<!\d)(?:{day.isoformat()}(?!\d)|{re.escape(written)}(?!\w)(?!\s+(?!{day.year}\b)\d{{4}}))"
    return bool(re.search(pattern, reading, re.IGNORECASE))


def store(row: Amendment, decided_by: Iterable[Organisation]) -> None:
    row.save()
    row.decided_by.set(decided_by)


def same_amendment(
    row: Amendment, decided_by: Iterable[Organisation], *, voided: bool = False
) -> Amendment | None:
    """A standing decision that says just the same, or a voided one."""
    rows = Amendment.objects.filter(voided_on__isnull=not voided).filter(
        commitment=row.commitment,
        decided_on=row.decided_on,
        reference=row.reference,
        reason=row.reason,
        wording=row.wording,
        target=row.target,
        minimum=row.minimum,
        due_on=row.due_on,
        reading=row.reading,
    )
    wanted = {organisation.pk for organisation in decided_by}
    same: list[Amendment] = [found for found in rows if {one.pk for one in found.decided_by.all()} == wanted]
    return same[0] if same else None


def _require(access: Access, commitment: Commitment) -> None:
    if not access.allows(Action.AMEND) or commitment.promise_id != access.promise.pk:
        raise PermissionDenied
