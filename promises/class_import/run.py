"""A file of classes into the register: all or none, with history. What it lacks stays, unless somebody ends it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from history.services import named_source
from promises.class_import.plan import Plan, Step, What, make_plan
from promises.class_import.rows import LAYOUT, ClassRow, read_rows
from promises.locking import hold
from promises.models import Promise, SchoolClass
from promises.register_page import IMPORTED
from promises.registering import Origin, add_class, change_class, check_day, with_pupils
from promises.services import checked_reason
from promises.tables.faults import InvalidImportError, refused
from promises.tables.reading import read, read_bytes
from promises.validators import personal_data_kinds


class RegisterChanged(Exception):
    """The register is not as it was when the person saw what the file would do. ``plan``: what it would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the register has changed")
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Ending:
    """Classes that the file lacks and somebody says have ended."""

    classes: Collection[int]
    day: date
    reason: str


def rows_of(data: bytes, *, name: str, promise: Promise) -> list[ClassRow]:
    """What was sent, read. InvalidImportError."""
    _check_name(name)
    return read_rows(read_bytes(data, name=name, layout=LAYOUT).rows, promise)


def store(
    rows: Sequence[ClassRow],
    *,
    origin: Origin,
    day: date | None = None,
    ending: Ending | None = None,
    seen: str | None = None,
) -> Plan:
    """What was done. ``day``: from when new classes and numbers hold; None: all the läsår. ``seen``: the digest of the
    plan a person said yes to.

    RegisterChanged; ValidationError at "day", "ending_day" or "why".
    """
    with transaction.atomic():
        origin = replace(origin, promise=hold(origin.promise.pk))  # what is locked by now
        plan = make_plan(rows, origin.promise)
        if not plan.changes and ending is None:
            return plan  # sent twice, or nothing to do
        if seen is not None and seen != plan.digest:
            raise RegisterChanged(plan)
        for step in plan.changes:
            check_day(day, step.row.year, "day")
            _take(step, origin, day)
        if ending is not None:
            _end(plan, ending, origin)
    return plan


def origin_of(promise: Promise, *, name: str, by: User | None) -> Origin:
    return Origin(promise, by, named_source(f"{IMPORTED}{name}"))


def import_file(
    path: Path, *, promise: Promise, day: date | None = None, dry_run: bool = False, by: User | None = None
) -> Plan:
    """For a command line. InvalidImportError with every fault."""
    _check_name(path.name)
    rows = read_rows(read(path, LAYOUT).rows, promise)
    if dry_run:
        return make_plan(rows, promise)
    try:
        return store(rows, origin=origin_of(promise, name=path.name, by=by), day=day)
    except ValidationError as error:
        raise refused(" ".join(error.messages)) from None


def _check_name(name: str) -> None:
    if personal_data_kinds(name):
        raise refused(_("The name of the file looks like personal data. Rename it: the name is kept."))


def _take(step: Step, origin: Origin, day: date | None) -> None:
    row = step.row
    if step.what == What.NEW:
        new = SchoolClass(
            school=row.school,
            school_year=row.year,
            grade=row.grade,
            label=row.label,
            pupils=row.pupils,
            opened_on=day,
        )
        add_class(new, origin)
    elif step.stored is not None:
        fields: dict[str, object] = {"grade": row.grade}
        if step.pupils:
            try:
                fields |= with_pupils(step.stored, row.pupils, day)
            except ValidationError as error:
                told = f"{step.stored}: {' '.join(error.messages)}"
                raise ValidationError({"day": [told]}) from None
        change_class(step.stored, fields, origin)


def _end(plan: Plan, ending: Ending, origin: Origin) -> None:
    reason = checked_reason(ending.reason)
    for row in plan.absent:
        if row.pk in ending.classes:
            check_day(ending.day, row.school_year, "ending_day")
            change_class(row, {"closed_on": ending.day, "closed_reason": reason}, origin, reason=reason)


__all__ = ["Ending", "InvalidImportError", "RegisterChanged", "import_file", "origin_of", "rows_of", "store"]
