"""Writes that people make to a promise's measurements and roles: each with its history. Classes: registering.py.

The same thing sent twice (a double press, a page loaded again) is stored once.
"""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from history.models import Change
from history.services import record
from promises.choices import PartyRole, Role
from promises.locking import hold
from promises.models import Measurement, Membership, Promise
from promises.permissions import Access, Action
from promises.validators import no_personal_data

MAX_REASON = 200

_MEASUREMENT_FIELDS = (
    "indicator",
    "role",
    "value",
    "n",
    "margin",
    "measured_on",
    "area",
    "source",
    "void_reason",
)


def measurement_shown(row: Measurement) -> dict[str, Any]:
    """What history keeps of a measurement."""
    values = {name: getattr(row, name) for name in _MEASUREMENT_FIELDS}
    return {name: value for name, value in values.items() if value not in (None, "")}


def add_measurement(*, access: Access, measurement: Measurement, today: date) -> Measurement:
    """Store a new value of an indicator, or return the one that says just the same.

    PermissionDenied, ValidationError.
    """
    require_register(access, measurement.indicator.effect.promise_id)
    if measurement.measured_on > today:
        text = _("%(day)s has not come yet. Choose a day up to today.")
        raise ValidationError({"measured_on": [text % {"day": measurement.measured_on}]})
    with transaction.atomic():
        hold(access.promise.pk)
        measurement.full_clean(exclude=["indicator"])
        there = (
            Measurement.objects.filter(
                indicator=measurement.indicator,
                role=measurement.role,
                measured_on=measurement.measured_on,
                area=measurement.area,
                voided_on=None,
            )
            .select_related("area", "indicator")
            .first()
        )
        if there is not None and measurement_shown(there) == measurement_shown(measurement):
            return there
        if there is not None:
            text = _("There is a value for this day and area already: %(value)s. Void it first.")
            raise ValidationError({"measured_on": [text % {"value": number_format(there.value.normalize())}]})
        measurement.save()
        record(
            measurement,
            action=Change.Action.CREATED,
            by=access.user,
            promise_id=access.promise.pk,
            old={},
            new=measurement_shown(measurement),
        )
    return measurement


def void_measurement(*, access: Access, measurement: Measurement, today: date, reason: str) -> Measurement:
    """The value is shown no more; it and its history stay. One that is voided already stays as it was voided.

    PermissionDenied, ValidationError.
    """
    require_register(access, measurement.indicator.effect.promise_id)
    reason = checked_reason(reason)
    with transaction.atomic():
        hold(access.promise.pk)
        row = Measurement.objects.select_related("indicator").get(pk=measurement.pk)
        if row.voided_on is not None:
            return row
        row.voided_on, row.void_reason = today, reason
        row.full_clean(exclude=["indicator"])
        row.save()
        record(
            row,
            action=Change.Action.VOIDED,
            by=access.user,
            promise_id=access.promise.pk,
            old={"voided": False},
            new={"voided": True},
            reason=row.void_reason,
        )
    return row


def give_role(
    *, by: User, user: User, promise: Promise, organisation: Organisation, role: Role
) -> Membership:
    """PermissionDenied unless an administrator gives it; ValidationError where role and party do not fit."""
    if not by.is_administrator:
        raise PermissionDenied
    party = promise.parties.filter(organisation=organisation).first()
    if party is None:
        text = _("“%(party)s” is not a party to this promise.")
        raise ValidationError({"organisation": [text % {"party": organisation}]})
    if role == Role.OFFICER and not organisation.is_police:
        raise ValidationError({"role": [_("A police officer belongs to the police.")]})
    if role in (Role.STAFF, Role.CONTRIBUTOR) and organisation.is_police:
        raise ValidationError({"role": [_("Municipal staff do not belong to the police.")]})
    if role == Role.SIGNATORY and party.role != PartyRole.SIGNATORY:
        raise ValidationError(
            {"role": [_("“%(party)s” does not sign this promise.") % {"party": organisation}]}
        )
    row = Membership(user=user, promise=promise, organisation=organisation, role=role)
    try:
        with transaction.atomic():
            hold(promise.pk)  # one at a time: nobody may end up in two parties
            _require_one_party(row)
            row.full_clean()
            row.save()
            record(
                row,
                action=Change.Action.CREATED,
                by=by,
                promise_id=promise.pk,
                old={},
                new=_membership_shown(row),
            )
    except IntegrityError:
        raise ValidationError(_("The person has this role already.")) from None
    return row


def take_role(*, by: User, membership: Membership) -> None:
    """The person has the role no more; history keeps that they had. PermissionDenied."""
    if not by.is_administrator:
        raise PermissionDenied
    with transaction.atomic():
        hold(membership.promise_id)
        row = Membership.objects.select_related("user", "organisation").filter(pk=membership.pk).first()
        if row is None:
            return  # somebody was quicker
        record(
            row,
            action=Change.Action.VOIDED,
            by=by,
            promise_id=row.promise_id,
            old=_membership_shown(row),
            new={},
        )
        row.delete()


def _require_one_party(new: Membership) -> None:
    """Who sees secret plans and for whom somebody signs hangs on the party: a person has one in a promise."""
    other = (
        Membership.objects.filter(user=new.user, promise=new.promise)
        .exclude(organisation=new.organisation)
        .select_related("organisation")
        .first()
    )
    if other is not None:
        text = _("The person works for “%(party)s” in this promise. Take back that role first.")
        raise ValidationError({"organisation": [text % {"party": other.organisation}]})


def _membership_shown(row: Membership) -> dict[str, Any]:
    return {"user": row.user.email, "organisation": row.organisation, "role": row.role}


def require_register(access: Access, promise_id: int) -> None:
    if not access.allows(Action.REGISTER) or promise_id != access.promise.pk:
        raise PermissionDenied


def checked_reason(reason: str) -> str:
    """A reason as it is kept. ValidationError at "why"."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"why": [_("Say why.")]})
    if len(reason) > MAX_REASON:
        raise ValidationError({"why": [_("Write at most %(most)s characters.") % {"most": MAX_REASON}]})
    try:
        no_personal_data(reason)
    except ValidationError as error:
        raise ValidationError({"why": error}) from None
    return reason
