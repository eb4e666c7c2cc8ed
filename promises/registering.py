"""Writes to the class register, each with its history: new classes, corrections, and what changes during a läsår.

The same thing sent twice (a double press, a page loaded again) is stored once. What a dated change means for
the numbers: docs/adr/0021.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from history.models import Change
from history.services import record
from promises import school_year
from promises.locking import hold
from promises.locks import Admitted, PeriodLocked, admit_school_year
from promises.models import Promise, School, SchoolClass
from promises.models.register import MAX_PUPILS
from promises.permissions import Access
from promises.services import checked_reason, require_register

_CLASS_FIELDS = (
    "school",
    "year_label",
    "grade",
    "label",
    "pupils",
    "pupils_from",
    "opened_on",
    "closed_on",
    "closed_reason",
    "merged_into",
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


@dataclass(frozen=True, slots=True)
class Origin:
    """Who or what writes: a person, or a command that ``source`` names; a file is a source beside the person.

    ``promise``: as ``hold`` gives it, in the transaction.
    """

    promise: Promise
    by: User | None
    source: str = ""

    @classmethod
    def of(cls, access: Access, held: Promise) -> "Origin":
        return cls(held, access.user)


def class_shown(row: SchoolClass) -> dict[str, Any]:
    """What history keeps of a class."""
    values = {name: getattr(row, name) for name in _CLASS_FIELDS}
    return {name: value for name, value in values.items() if value not in (None, "")}


def spelled(label: str) -> str:
    """The same for every way to write a class: "5a", "5 A" and "5A" are one."""
    return "".join(label.split()).casefold()


def check_year(promise: Promise, year: int) -> None:
    """ValidationError at "school_year" where the promise has no day in it."""
    if year not in school_year.touching(promise.starts_on, promise.ends_on):
        text = _("The school year %(year)s does not touch the promise's period.")
        raise ValidationError({"school_year": [text % {"year": school_year.label(year)}]})


def check_day(day: date | None, year: int, field: str) -> None:
    """ValidationError at ``field`` where a day lies outside the läsår of the class."""
    first, last = school_year.span(year)
    if day is not None and not first <= day <= last:
        text = _("%(day)s is not in the school year %(year)s.")
        raise ValidationError({field: [text % {"day": day, "year": school_year.label(year)}]})


def register_classes(
    *,
    access: Access,
    school: School,
    year: int,
    grade: int,
    classes: list[NewClass],
    opened_on: date | None = None,
) -> list[SchoolClass]:
    """Add the classes of a school in one läsår, all or none. ``opened_on`` None: since the läsår began.

    PermissionDenied; ValidationError, whose "row 2" is the second of ``classes``.
    """
    require_register(access, school.promise_id)
    check_year(access.promise, year)
    check_day(opened_on, year, "opened_on")
    if not classes:
        raise ValidationError(_("Write at least one class."))
    faults: dict[str, list[str]] = {}
    made = []
    with transaction.atomic():
        origin = Origin.of(access, hold(access.promise.pk))
        for number, new in enumerate(classes, start=1):
            row = SchoolClass(
                school=school,
                school_year=year,
                grade=grade,
                label=new.label,
                pupils=new.pupils,
                opened_on=opened_on,
            )
            try:
                made.append(add_class(row, origin))
            except PeriodLocked:
                raise
            except ValidationError as error:
                faults[f"row {number}"] = error.messages
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
    pupils_from: date | None = None,
    opened_on: date | None = None,
) -> SchoolClass:
    """Another name, grade, first day or number of pupils, with a reason.

    ``pupils_from``: the day from which ``pupils`` holds, the number before stays before it; None: all the läsår.
    PermissionDenied, StaleClassError, ValidationError.
    """
    check_day(pupils_from, school_class.school_year, "pupils_from")
    check_day(opened_on, school_class.school_year, "opened_on")
    new = {"label": label.strip(), "grade": grade, "opened_on": opened_on}
    with transaction.atomic():
        held = hold(access.promise.pk)  # the earlier numbers are read and written in one
        school_class = SchoolClass.objects.select_related("school").get(pk=school_class.pk)
        numbers = with_pupils(school_class, pupils, pupils_from)
        return _change_class(
            school_class, new | numbers, access=access, held=held, version=version, reason=reason
        )


def close_class(
    *, access: Access, school_class: SchoolClass, day: date | None, version: int, reason: str
) -> SchoolClass:
    """The class ended on a day: from then on it is not asked for. It stays in the register.

    ``day`` None: it goes on after all, by itself. PermissionDenied, StaleClassError, ValidationError.
    """
    check_day(day, school_class.school_year, "closed_on")
    if day is not None and school_class.merged_into_id and day != school_class.closed_on:
        text = _("The class was merged. Let it go on first, and merge it again on the right day.")
        raise ValidationError({"closed_on": [text]})
    new: dict[str, Any] = {"closed_on": day, "closed_reason": reason.strip() if day else ""}
    if day is None:
        new["merged_into"] = None
    with transaction.atomic():
        held = hold(access.promise.pk)
        return _change_class(school_class, new, access=access, held=held, version=version, reason=reason)


def merge_classes(
    *,
    access: Access,
    classes: Sequence[SchoolClass],
    label: str,
    pupils: int | None,
    day: date,
    reason: str,
) -> SchoolClass:
    """From ``day`` on several classes are one, called ``label``: one of them, which goes on, or a new one.

    The others end that day and point at it. ``pupils``: how many it has since; None: as many as they have together
    on ``day``, where that is known of each. PermissionDenied; ValidationError at "classes", "label", "pupils", "day"
    or "why", or of the whole; PeriodLocked at "day".
    """
    for one in classes:
        require_register(access, one.school.promise_id)
    reason = checked_reason(reason)
    label = label.strip()
    if len({(one.school_id, one.school_year, one.grade) for one in classes}) > 1:
        raise ValidationError(
            {"classes": [_("Only classes of one school, school year and grade are merged.")]}
        )
    if len({one.pk for one in classes}) < 2:
        raise ValidationError({"classes": [_("Choose at least two classes.")]})
    check_day(day, classes[0].school_year, "day")
    with transaction.atomic():
        origin = Origin.of(access, hold(access.promise.pk))
        found = SchoolClass.objects.select_related("school", "merged_into")
        rows = list(found.filter(pk__in=[one.pk for one in classes]))
        successor = next((row for row in rows if spelled(row.label) == spelled(label)), None)
        done = _merged_already(rows, successor, label, day)
        if done is not None:
            return done
        _check_mergeable(rows, day)
        admit_school_year(origin.promise, classes[0].school_year, by=origin.by, field="day")
        if pupils is None:
            pupils = _together(rows, day)
        if successor is None:
            successor = SchoolClass(
                school=rows[0].school,
                school_year=rows[0].school_year,
                grade=rows[0].grade,
                label=label,
                pupils=pupils,
                opened_on=day,
            )
            add_class(successor, origin, reason=reason)
        else:
            numbers = with_pupils(successor, pupils, day, field="day")
            change_class(successor, numbers, origin, reason=reason)
        for row in rows:
            if row.pk != successor.pk:
                ended = {"closed_on": day, "closed_reason": reason, "merged_into": successor}
                change_class(row, ended, origin, reason=reason)
    return successor


def _merged_already(
    rows: Iterable[SchoolClass], successor: SchoolClass | None, label: str, day: date
) -> SchoolClass | None:
    """What they were merged into, where just this is stored already."""
    into = {row.merged_into for row in rows if successor is None or row.pk != successor.pk}
    if len(into) != 1 or any(row.merged_into and row.closed_on != day for row in rows):
        return None
    [found] = into
    return found if found is not None and spelled(found.label) == spelled(label) else None


def _check_mergeable(rows: Iterable[SchoolClass], day: date) -> None:
    for row in rows:
        if row.closed_on is not None:
            text = _("%(name)s ended on %(day)s.")
            raise ValidationError({"classes": [text % {"name": row.label, "day": row.closed_on}]})
        if row.opened_on is not None and day <= row.opened_on:
            text = _("%(name)s began on %(day)s. Choose a later day.")
            raise ValidationError({"day": [text % {"name": row.label, "day": row.opened_on}]})


def _together(rows: Sequence[SchoolClass], day: date) -> int | None:
    """How many pupils they have on ``day``; None where that is not known of each. ValidationError at "pupils"."""
    known = [number for row in rows if (number := row.pupils_on(day)) is not None]
    if len(known) < len(rows):
        return None
    if sum(known) > MAX_PUPILS:
        text = _(
            "The classes have %(sum)s pupils together, and a class has at most %(most)s. Write how many it has."
        )
        raise ValidationError({"pupils": [text % {"sum": sum(known), "most": MAX_PUPILS}]})
    return sum(known)


def with_pupils(
    row: SchoolClass, pupils: int | None, day: date | None, *, field: str = "pupils_from"
) -> dict[str, Any]:
    """The fields that say: ``pupils`` from ``day`` on; ``day`` None: all the läsår.

    ValidationError at ``field`` where the number has been changed from a later day already.
    """
    last = row.pupils_from
    if day is None:
        return {"pupils": pupils, "earlier_pupils": []}
    if last is not None and day < last:
        text = _(
            "The number was changed from %(day)s on already. Choose that day or a later one, or none: "
            "then the number holds for all the school year."
        )
        raise ValidationError({field: [text % {"day": last}]})
    if pupils == row.pupils or day == last:
        return {"pupils": pupils, "earlier_pupils": row.earlier_pupils}
    return {"pupils": pupils, "earlier_pupils": [*row.earlier_pupils, [day.isoformat(), row.pupils]]}


def add_class(row: SchoolClass, origin: Origin, *, reason: str = "") -> SchoolClass:
    """Store a new class, in the caller's transaction, which holds the promise. ValidationError."""
    admitted = admit_school_year(origin.promise, row.school_year, by=origin.by)
    _clean_class(row)
    row.save()
    _record_class(row, origin, Change.Action.CREATED, admitted, old={}, reason=reason)
    return row


def change_class(
    row: SchoolClass, new: Mapping[str, Any], origin: Origin, *, reason: str = ""
) -> SchoolClass:
    """Write ``new`` over a row that was just read, in the caller's transaction, which holds the promise.

    Where nothing differs nothing happens. ValidationError.
    """
    if all(getattr(row, name) == value for name, value in new.items()):
        return row
    admitted = admit_school_year(origin.promise, row.school_year, by=origin.by)
    old = class_shown(row)
    for name, value in new.items():
        setattr(row, name, value)
    row.version += 1
    _clean_class(row)
    row.save()
    _record_class(row, origin, Change.Action.CORRECTED, admitted, old=old, reason=reason)
    return row


def _change_class(
    school_class: SchoolClass,
    new: dict[str, Any],
    *,
    access: Access,
    held: Promise,
    version: int,
    reason: str,
) -> SchoolClass:
    """Write ``new`` over the fields of a class, in the caller's transaction. ``version``: the one the person saw."""
    require_register(access, school_class.school.promise_id)
    reason = checked_reason(reason)
    row = SchoolClass.objects.select_related("school", "merged_into").get(pk=school_class.pk)
    if row.version != version and any(getattr(row, name) != value for name, value in new.items()):
        raise StaleClassError(row)
    return change_class(row, new, Origin.of(access, held), reason=reason)


def _clean_class(row: SchoolClass) -> None:
    """The same class under another spelling ("5a", "5 A") is the same class."""
    row.label = row.label.strip()
    row.full_clean(exclude=["school", "merged_into"])
    others = SchoolClass.objects.filter(school=row.school, school_year=row.school_year).exclude(pk=row.pk)
    if any(spelled(other.label) == spelled(row.label) for other in others):
        text = _("%(name)s is in the register of %(school)s %(year)s already.")
        told = text % {"name": row.label, "school": row.school, "year": row.year_label}
        raise ValidationError({"label": [told]})


def _record_class(
    row: SchoolClass,
    origin: Origin,
    action: Change.Action,
    admitted: Admitted,
    *,
    old: dict[str, Any],
    reason: str = "",
) -> None:
    record(
        row,
        action=action,
        by=origin.by,
        source=origin.source,
        promise_id=origin.promise.pk,
        old=old,
        new=class_shown(row),
        reason=reason,
        exception_id=admitted.under(school_year.span(row.school_year)),
    )
