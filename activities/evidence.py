"""Writes of evidence: add a link or a file to an activity, take it away, erase a file (docs/adr/0024).

Each is one transaction with its history on the activity. What evidence there is changes no number: nothing waits
for review again, and no running total moves. In a locked period it does not change either (docs/adr/0023).
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import storage
from activities.choices import EvidenceKind
from activities.files.cleaning import Cleaned, clean
from activities.files.kinds import Unfit
from activities.files.pdf import MOST_PAGES
from activities.files.pictures import MOST_PIXELS
from activities.models import MOST_EVIDENCE, Activity, Evidence
from activities.services import locked
from history.models import Change
from history.services import record
from promises.locking import hold
from promises.locks import admit
from promises.models import Promise
from promises.permissions import Access
from promises.services import checked_reason

FAULTS: Mapping[str, Any] = {
    "empty": gettext_lazy("The file is empty. Choose another one."),
    "large": gettext_lazy("The file is larger than %(megabytes)s MB. Choose a smaller one."),
    "heic": gettext_lazy(
        "This is a HEIC picture, as an iPhone takes them. Save it as JPEG and choose it again: in Photos, share it "
        "with “Most compatible”."
    ),
    "gif": gettext_lazy("GIF pictures are not taken. Save it as JPEG or PNG."),
    "svg": gettext_lazy("SVG drawings are not taken. Save it as PNG or PDF."),
    "other": gettext_lazy("This is neither a picture (JPEG, PNG, WebP) nor a PDF, whatever it is called."),
    "pixels": gettext_lazy(
        "The picture has more than %(megapixels)s million pixels. Make it smaller and choose it again."
    ),
    "moving": gettext_lazy("Moving pictures are not taken. Save one picture of it as JPEG."),
    "unreadable": gettext_lazy("The file is damaged and cannot be read. Save it anew and choose it again."),
    "encrypted": gettext_lazy("The PDF is locked with a password. Save it without one and choose it again."),
    "pages": gettext_lazy("The PDF has more than %(pages)s pages. Choose the pages that show it."),
    "complex": gettext_lazy(
        "The PDF is too complicated to be made safe. Print it to a new PDF and choose that."
    ),
    "heavy": gettext_lazy(
        "The file takes too much time or memory to read. Make it smaller and choose it again."
    ),
}
"""Why a file is not kept (``activities.files.kinds.Unfit``), and what to do instead."""


def add_link(*, access: Access, activity: Activity, url: str, title: str = "") -> tuple[Evidence, bool]:
    """(the new row, True); the same link again: (the one that is there, False). PermissionDenied, ValidationError."""
    row = Evidence(
        activity=activity, kind=EvidenceKind.LINK, url=url.strip(), title=title.strip(), added_by=access.user
    )
    row.full_clean(exclude=["activity", "added_by"], validate_constraints=False)
    return _add(row, access, url=row.url)


def add_file(*, access: Access, activity: Activity, content: bytes, title: str = "") -> tuple[Evidence, bool]:
    """Keep what ``clean`` leaves of a picture or PDF. Returns as ``add_link`` does.

    PermissionDenied, ValidationError (code "large" where it is too large). The file is on the disk before its row
    is stored; where the row cannot be stored the file is removed again.
    """
    _may_take(activity, access)  # before the work of reading a file; asked again when the row is held
    cleaned = _cleaned(content)
    row = Evidence(
        activity=activity,
        kind=EvidenceKind.PICTURE if cleaned.is_picture else EvidenceKind.PDF,
        title=title.strip(),
        sha256=hashlib.sha256(cleaned.content).hexdigest(),
        size=len(cleaned.content),
        width=cleaned.width,
        height=cleaned.height,
        pages=cleaned.pages,
        added_by=access.user,
    )
    row.full_clean(exclude=["activity", "added_by"], validate_constraints=False)
    try:
        row.stored = storage.put(cleaned.content, cleaned.small)
    except OSError:
        raise ValidationError(
            {"file": [_("The file could not be stored. Nothing is saved. Try again in a while.")]}
        ) from None
    is_new = False
    try:
        kept, is_new = _add(row, access, sha256=row.sha256)
    finally:
        if not is_new:
            with suppress(OSError):  # check_evidence finds what is left
                storage.remove(row.stored)
    return kept, is_new


def take_away(*, access: Access, evidence: Evidence, reason: str, erase: bool) -> Evidence:
    """The evidence no longer shows the activity; it and its history stay. ``erase``: the file itself goes for good.

    Also a file whose evidence, or whose activity, was voided before can be erased. What has been done already is
    no fault and leaves no second trace. PermissionDenied, ValidationError.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        held = hold(access.promise.pk)
        activity = _held(evidence, access)
        row = activity.evidence.select_for_update(of=("self",)).get(pk=evidence.pk)
        erases = erase and row.has_file
        if row.is_voided and not erases:
            return row
        if activity.is_voided and not erases:
            raise ValidationError({"why": [_("The row has been voided.")]})
        before, name = _names(activity), row.stored
        is_of_the_plan = _was_gone_before_known(row, activity)
        if not row.is_voided:
            row.voided_at, row.voided_by, row.void_reason = timezone.now(), access.user, reason
        if erases:
            row.stored, row.erased_at = "", timezone.now()
        row.full_clean(exclude=["activity", "added_by"])
        row.save()
        gone: dict[str, Any] = {"erased": str(row)} if erases else {}
        if is_of_the_plan:
            _record_apart(row, activity, access, held=held, new=gone, reason=reason)
        else:
            _record(activity, access, held=held, before=before, reason=reason, also=gone)
        if erases:
            # Last, and before the end of the transaction: should that fail the file is gone all the same, which is
            # the lesser evil, and check_evidence says so.
            try:
                storage.remove(name)
            except OSError:
                text = _("The file could not be erased. Nothing is changed. Try again in a while.")
                raise ValidationError({"why": [text]}) from None
    return row


def may_have(activity: Activity) -> bool:
    """Reports about children are numbers and nothing else (OSL 26:1)."""
    return not activity.commitment.counts_only


def _cleaned(content: bytes) -> Cleaned:
    """ValidationError."""
    most = settings.EVIDENCE_MOST_BYTES
    try:
        return clean(content, most=most)
    except Unfit as unfit:
        words = FAULTS[unfit.code] % {
            "megabytes": most // 1_000_000,
            "megapixels": MOST_PIXELS // 1_000_000,
            "pages": MOST_PAGES,
        }
        raise ValidationError({"file": [ValidationError(words, code=unfit.code)]}) from None


def _add(row: Evidence, access: Access, **same: str) -> tuple[Evidence, bool]:
    with transaction.atomic():
        held = hold(access.promise.pk)
        activity = locked(row.activity, access)
        if (there := activity.evidence.valid().filter(**same).first()) is not None:
            return there, False
        _may_take(activity, access)
        before = _names(activity)
        row.activity = activity
        row.full_clean(exclude=["activity", "added_by"])
        row.save(force_insert=True)
        _record(activity, access, held=held, before=before)
    return row, True


def _may_take(activity: Activity, access: Access) -> None:
    """PermissionDenied, ValidationError."""
    if not activity.may_be_changed_by(access):
        raise PermissionDenied
    if not may_have(activity):
        raise ValidationError(
            _("Only month, number and area are logged for commitment %(number)s.")
            % {"number": activity.commitment.number}
        )
    if activity.evidence.valid().count() >= MOST_EVIDENCE:
        raise ValidationError(
            _("The activity has %(most)s already, which is the most. Take one away first.")
            % {"most": MOST_EVIDENCE}
        )


def _held(evidence: Evidence, access: Access) -> Activity:
    """The activity, held until the transaction ends, where the person may take something away from it."""
    activity = (
        Activity.objects.visible_to(access)
        .select_for_update(of=("self",))
        .select_related("commitment__promise")
        .filter(pk=evidence.activity_id)
        .first()
    )
    if activity is None or not activity.is_in_hands_of(access):
        raise PermissionDenied
    return activity


def _was_gone_before_known(row: Evidence, activity: Activity) -> bool:
    """Taken away while a plan was secret, and now it is done: others than the police know nothing of it."""
    return (
        row.voided_at is not None
        and activity.commitment.confidential_until_done
        and row.voided_at < activity.logged_at
    )


def _names(activity: Activity) -> list[str]:
    return [str(one) for one in activity.evidence.valid().order_by("added_at", "pk")]


def _record(
    activity: Activity,
    access: Access,
    *,
    held: Promise,
    before: list[str],
    reason: str = "",
    also: Mapping[str, Any] | None = None,
) -> None:
    """PeriodLocked, and then nothing of it is stored."""
    admitted = admit(held, activity.days, by=access.user)
    activity.version += 1
    activity.save(update_fields=["version"])
    record(
        activity,
        action=Change.Action.CORRECTED,
        by=access.user,
        promise_id=activity.promise_id,
        old={"evidence": before},
        new={"evidence": _names(activity), **(also or {})},
        reason=reason,
        exception_id=admitted.under(activity.days),
    )


def _record_apart(
    row: Evidence, activity: Activity, access: Access, *, held: Promise, new: Mapping[str, Any], reason: str
) -> None:
    """History of the evidence alone. On the activity it would tell everybody that there was something before it was
    done, and so that it had been planned (OSL 18:1-2). PeriodLocked."""
    admitted = admit(held, activity.days, by=access.user)
    record(
        row,
        action=Change.Action.CORRECTED,
        by=access.user,
        promise_id=activity.promise_id,
        old={},
        new=new,
        reason=reason,
        exception_id=admitted.under(activity.days),
    )
