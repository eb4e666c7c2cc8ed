"""Writes that people make to a promise's register, measurements and roles: each with its history.

The same thing sent twice (a double press, a page loaded again) is stored once.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from history.models import Change
from history.services import record
from promises import school_year
from promises.choices import PartyRole, Role
from promises.locking import hold
from promises.locks import Admitted, admit_school_year
from promises.models import Measurement, Membership, Promise, School, SchoolClass
from promises.permissions import Access, Action
from promises.validators import no_personal_data

MAX_REASON = 200

_CLASS_FIELDS = ("school", "year_label", "grade", "label", "pupils", "closed_on", "closed_reason")
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


class StaleClassError(Exception):
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
    """Add the classes of a school in one läsår, all or none.

    PermissionDenied; ValidationError, whose "row 2" is the second of ``classes``.
    """
    _require_register(access, school.promise_id)
    promise = access.promise
    if year not in school_year.touching(promise.starts_on, promise.ends_on):
        raise ValidationError(
            {
                "school_year": [
                    _("The school year %(year)s does not touch the promise's period.")
                    % {"year": school_year.label(year)}
                ]
            }
        )
    if not classes:
        raise ValidationError(_("Write at least one class."))
    faults: dict[str, list[str]] = {}
    made = []
    with transaction.atomic():
        admitted = admit_school_year(hold(promise.pk), year, promise=promise, by=access.user)
        for number, new in enumerate(classes, start=1):
            row = SchoolClass(
                school=school, school_year=year, grade=grade, label=new.label, pupils=new.pupils
            )
            try:
                _clean_class(row)
            except ValidationError as error:
                faults[f"row {number}"] = error.messages
                continue
            row.save()
            _record_class(row, access, Change.Action.CREATED, admitted, old={})
            made.append(row)
        if faults:
            raise ValidationError(faults)
    return made


def correct_class(
    *,
    access: Access,
    school_class: SchoolClass,
    label: str,
    grade: int,
    pupils: int | None,
    version: int,
    reason: str,
) -> SchoolClass:
    """Another name, grade or number of pupils, with a reason.

    PermissionDenied, StaleClassError, ValidationError.
    """
    return _change_class(
        school_class,
        {"label": label.strip(), "grade": grade, "pupils": pupils},
        access=access,
        version=version,
        reason=reason,
    )


def close_class(
    *, access: Access, school_class: SchoolClass, day: date | None, version: int, reason: str
) -> SchoolClass:
    """The class was merged or ended on a day: from then on it is not asked for. It stays in the register.

    ``day`` None: it goes on after all. PermissionDenied, StaleClassError, ValidationError.
    """
    first, last = school_year.span(school_class.school_year)
    if day is not None and not first <= day <= last:
        text = _("%(day)s is not in the school year %(year)s.")
        raise ValidationError({"closed_on": [text % {"day": day, "year": school_class.year_label}]})
    return _change_class(
        school_class,
        {"closed_on": day, "closed_reason": reason.strip() if day else ""},
        access=access,
        version=version,
        reason=reason,
    )


def add_measurement(*, access: Access, measurement: Measurement, today: date) -> Measurement:
    """Store a new value of an indicator, or return the one that says just the same.

    PermissionDenied, ValidationError.
    """
    _require_register(access, measurement.indicator.effect.promise_id)
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
    _require_register(access, measurement.indicator.effect.promise_id)
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


def _require_register(access: Access, promise_id: int) -> None:
    if not access.allows(Action.REGISTER) or promise_id != access.promise.pk:
        raise PermissionDenied


def _change_class(
    school_class: SchoolClass, new: dict[str, Any], *, access: Access, version: int, reason: str
) -> SchoolClass:
    """Write ``new`` over the fields of a class. ``version``: the one the person saw."""
    _require_register(access, school_class.school.promise_id)
    reason = checked_reason(reason)
    with transaction.atomic():
        held = hold(access.promise.pk)
        row = SchoolClass.objects.select_related("school").get(pk=school_class.pk)
        if all(getattr(row, name) == value for name, value in new.items()):
            return row  # nothing differs: nothing happened
        if row.version != version:
            raise StaleClassError(row)
        admitted = admit_school_year(held, row.school_year, promise=access.promise, by=access.user)
        old = class_shown(row)
        for name, value in new.items():
            setattr(row, name, value)
        row.version += 1
        _clean_class(row)
        row.save()
        _record_class(row, access, Change.Action.CORRECTED, admitted, old=old, reason=reason)
        return row


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
    row: SchoolClass,
    access: Access,
    action: Change.Action,
    admitted: Admitted,
    *,
    old: dict[str, Any],
    reason: str = "",
) -> None:
    record(
        row,
        action=action,
        by=access.user,
        promise_id=access.promise.pk,
        old=old,
        new=class_shown(row),
        reason=reason,
        exception_id=admitted.under(school_year.span(row.school_year)),
    )
