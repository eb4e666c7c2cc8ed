"""Writes that people make to a promise's register, measurements and roles: each with its history."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from history.models import Change
from history.services import record
from promises import school_year
from promises.choices import Role
from promises.models import Measurement, Membership, Promise, School, SchoolClass
from promises.permissions import Access, Action

_CLASS_FIELDS = ("school", "year_label", "grade", "label", "pupils", "closed_on", "closed_reason")
_MEASUREMENT_FIELDS = ("indicator", "role", "value", "n", "margin", "measured_on", "area", "source", "void_reason")


class StaleClass(Exception):
    """Somebody else changed the class meanwhile. ``current`` is the class as it stands."""

    def __init__(self, current: SchoolClass) -> None:
        super().__init__(f"class {current.pk} is at version {current.version}")
        self.current = current


@dataclass(frozen=True, slots=True)
class NewClass:
    label: str
    pupils: int | None


def class_shown(row: SchoolClass) -> dict[str, Any]:
    """What history keeps of a class."""
    values = {name: getattr(row, name) for name in _CLASS_FIELDS}
    return {name: value for name, value in values.items() if value not in (None, "")}


def measurement_shown(row: Measurement) -> dict[str, Any]:
    """What history keeps of a measurement."""
    values = {name: getattr(row, name) for name in _MEASUREMENT_FIELDS}
    return {name: value for name, value in values.items() if value not in (None, "")}


def register_classes(
    *, access: Access, school: School, year: int, grade: int, classes: list[NewClass]
) -> list[SchoolClass]:
    """Add the classes of a school in one läsår, all or none. PermissionDenied, ValidationError."""
    _require_register(access, school.promise_id)
    promise = access.promise
    if year not in school_year.touching(promise.starts_on, promise.ends_on):
        raise ValidationError(
            _("The school year %(year)s does not touch the promise's period.") % {"year": school_year.label(year)}
        )
    if not classes:
        raise ValidationError(_("Write at least one class."))
    made = []
    with transaction.atomic():
        for new in classes:
            row = SchoolClass(school=school, school_year=year, grade=grade, label=new.label, pupils=new.pupils)
            _clean_class(row)
            row.save()
            _record_class(row, access, Change.Action.CREATED, old={})
            made.append(row)
    return made


def correct_class(
    *, access: Access, school_class: SchoolClass, label: str, pupils: int | None, version: int, reason: str
) -> SchoolClass:
    """Another name or number of pupils, with a reason. PermissionDenied, StaleClass, ValidationError."""
    with transaction.atomic():
        row = _locked_class(access, school_class, version)
        if not reason.strip():
            raise ValidationError({"why": [_("Say why the class is corrected.")]})
        old = class_shown(row)
        row.label, row.pupils = label, pupils
        return _save_class(row, access, old=old, reason=reason)


def close_class(
    *, access: Access, school_class: SchoolClass, day: date, version: int, reason: str
) -> SchoolClass:
    """The class was merged or ended on a day: from then on it is not asked for. It stays in the register."""
    with transaction.atomic():
        row = _locked_class(access, school_class, version)
        first, last = school_year.span(row.school_year)
        if not first <= day <= last:
            raise ValidationError(
                {"closed_on": [_("%(day)s is not in the school year %(year)s.") % {"day": day, "year": row.year_label}]}
            )
        old = class_shown(row)
        row.closed_on, row.closed_reason = day, reason.strip()
        return _save_class(row, access, old=old, reason=reason)


def add_measurement(*, access: Access, measurement: Measurement) -> Measurement:
    """Store a new value of an indicator. PermissionDenied, ValidationError."""
    _require_register(access, measurement.indicator.effect.promise_id)
    with transaction.atomic():
        measurement.full_clean(exclude=["indicator"])
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
    """The value is shown no more; it and its history stay. PermissionDenied, ValidationError."""
    _require_register(access, measurement.indicator.effect.promise_id)
    if not reason.strip():
        raise ValidationError({"why": [_("Say why it is voided.")]})
    with transaction.atomic():
        row = Measurement.objects.select_for_update().get(pk=measurement.pk)
        if row.voided_on is not None:
            raise PermissionDenied
        row.voided_on, row.void_reason = today, reason.strip()
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


def give_role(*, by: User, user: User, promise: Promise, organisation: Organisation, role: Role) -> Membership:
    """PermissionDenied unless an administrator gives it; ValidationError where role and party do not go together."""
    if not by.is_administrator:
        raise PermissionDenied
    row = Membership(user=user, promise=promise, organisation=organisation, role=role)
    if not promise.parties.filter(organisation=organisation).exists():
        raise ValidationError({"organisation": [_("“%(party)s” is not a party to this promise.") % {"party": organisation}]})
    if role == Role.OFFICER and not organisation.is_police:
        raise ValidationError({"role": [_("A police officer belongs to the police.")]})
    if role in (Role.STAFF, Role.CONTRIBUTOR) and organisation.is_police:
        raise ValidationError({"role": [_("Municipal staff do not belong to the police.")]})
    with transaction.atomic():
        row.full_clean()
        row.save()
        record(
            row, action=Change.Action.CREATED, by=by, promise_id=promise.pk, old={}, new=_membership_shown(row)
        )
    return row


def take_role(*, by: User, membership: Membership) -> None:
    """The person has the role no more; history keeps that they had. PermissionDenied."""
    if not by.is_administrator:
        raise PermissionDenied
    with transaction.atomic():
        record(
            membership,
            action=Change.Action.VOIDED,
            by=by,
            promise_id=membership.promise_id,
            old=_membership_shown(membership),
            new={},
        )
        membership.delete()


def _membership_shown(row: Membership) -> dict[str, Any]:
    return {"user": row.user.email, "organisation": row.organisation, "role": row.role}


def _require_register(access: Access, promise_id: int) -> None:
    if not access.allows(Action.REGISTER) or promise_id != access.promise.pk:
        raise PermissionDenied


def _locked_class(access: Access, school_class: SchoolClass, version: int) -> SchoolClass:
    _require_register(access, school_class.school.promise_id)
    row = SchoolClass.objects.select_for_update(of=("self",)).select_related("school").get(pk=school_class.pk)
    if row.version != version:
        raise StaleClass(row)
    return row


def _save_class(row: SchoolClass, access: Access, *, old: dict[str, Any], reason: str) -> SchoolClass:
    row.version += 1
    _clean_class(row)
    row.save()
    _record_class(row, access, Change.Action.CORRECTED, old=old, reason=reason.strip())
    return row


def _clean_class(row: SchoolClass) -> None:
    """The same class under another spelling ("5a", "5 A") is the same class."""
    row.label = row.label.strip()
    row.full_clean(exclude=["school"])
    spelled = row.label.replace(" ", "").casefold()
    others = SchoolClass.objects.filter(school=row.school, school_year=row.school_year).exclude(pk=row.pk)
    if any(other.label.replace(" ", "").casefold() == spelled for other in others):
        raise ValidationError(
            {
                "label": [
                    _("%(name)s is in the register of %(school)s %(year)s already.")
                    % {"name": row.label, "school": row.school, "year": row.year_label}
                ]
            }
        )


def _record_class(
    row: SchoolClass, access: Access, action: Change.Action, *, old: dict[str, Any], reason: str = ""
) -> None:
    record(
        row,
        action=action,
        by=access.user,
        promise_id=access.promise.pk,
        old=old,
        new=class_shown(row),
        reason=reason,
    )
