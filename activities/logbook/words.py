"""Acts in sentences: who did what, what it was before and after, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from activities.trail import FieldChange, field_changes
from activities.wording import in_words
from history.models import Change
from promises import school_year
from promises.choices import Role
from promises.models import (
    Amendment,
    AreaBoundary,
    LockException,
    Measurement,
    Membership,
    PeriodLock,
    SchoolClass,
)
from promises.permissions import Access

ACTIVITY = Activity._meta.label_lower
SET_UP = "lofte"


@dataclass(frozen=True, slots=True)
class Group:
    """What acts are about, as the filter names it."""

    label: Any
    subjects: tuple[str, ...]


def _group(label: Any, *kinds: type[models.Model]) -> Group:
    return Group(label, tuple(kind._meta.label_lower for kind in kinds))


GROUPS: Mapping[str, Group] = {
    "aktivitet": _group(gettext_lazy("Activities"), Activity),
    "beslut": _group(gettext_lazy("Changes of what was promised"), Amendment),
    "lasning": _group(gettext_lazy("Locked periods and exceptions"), PeriodLock, LockException),
    "klass": _group(gettext_lazy("Class register"), SchoolClass),
    "matning": _group(gettext_lazy("Measurements"), Measurement),
    "roll": _group(gettext_lazy("Roles"), Membership),
    "grans": _group(gettext_lazy("Boundaries of areas"), AreaBoundary),
    SET_UP: _group(gettext_lazy("The promise itself and its settings")),
}
"""The last one has all subjects that no other has."""

A = Change.Action
_OF_ROWS: Mapping[str, Any] = {
    A.CREATED: gettext_lazy("%(who)s logged %(what)s"),
    A.CORRECTED: gettext_lazy("%(who)s corrected %(what)s"),
    A.DONE: gettext_lazy("%(who)s marked as done: %(what)s"),
    A.CANCELLED: gettext_lazy("%(who)s cancelled %(what)s"),
    A.VOIDED: gettext_lazy("%(who)s voided %(what)s"),
    A.APPROVED: gettext_lazy("%(who)s approved %(what)s"),
    A.RETURNED: gettext_lazy("%(who)s sent back %(what)s"),
    A.ANSWERED: gettext_lazy("%(who)s answered about %(what)s"),
}
_PLANNED = gettext_lazy("%(who)s planned %(what)s")
_OTHERS: Mapping[tuple[str, str], Any] = {
    (Amendment._meta.label_lower, A.CREATED): gettext_lazy("%(who)s wrote down a decision: %(what)s"),
    (Amendment._meta.label_lower, A.VOIDED): gettext_lazy("%(who)s voided a decision: %(what)s"),
    (PeriodLock._meta.label_lower, A.CREATED): gettext_lazy("%(who)s locked the period %(what)s"),
    (PeriodLock._meta.label_lower, A.VOIDED): gettext_lazy("%(who)s unlocked the period %(what)s"),
    (LockException._meta.label_lower, A.CREATED): gettext_lazy("%(who)s granted an exception: %(what)s"),
    (LockException._meta.label_lower, A.VOIDED): gettext_lazy("%(who)s ended an exception: %(what)s"),
    (SchoolClass._meta.label_lower, A.CREATED): gettext_lazy("%(who)s put a class in the register: %(what)s"),
    (SchoolClass._meta.label_lower, A.CORRECTED): gettext_lazy(
        "%(who)s changed a class in the register: %(what)s"
    ),
    (Measurement._meta.label_lower, A.CREATED): gettext_lazy("%(who)s wrote down a measurement: %(what)s"),
    (Measurement._meta.label_lower, A.VOIDED): gettext_lazy("%(who)s voided a measurement: %(what)s"),
    (Membership._meta.label_lower, A.CREATED): gettext_lazy("%(who)s gave a role: %(what)s"),
    (Membership._meta.label_lower, A.VOIDED): gettext_lazy("%(who)s took back a role: %(what)s"),
    (AreaBoundary._meta.label_lower, A.CREATED): gettext_lazy("%(who)s put in the boundary of %(what)s"),
    (AreaBoundary._meta.label_lower, A.CORRECTED): gettext_lazy("%(who)s replaced the boundary of %(what)s"),
    (AreaBoundary._meta.label_lower, A.VOIDED): gettext_lazy("%(who)s took away the boundary of %(what)s"),
}
_ANY: Mapping[str, Any] = {
    A.CREATED: gettext_lazy("%(who)s added %(kind)s: %(what)s"),
    A.VOIDED: gettext_lazy("%(who)s removed %(kind)s: %(what)s"),
}
_ELSE = gettext_lazy("%(who)s changed %(kind)s: %(what)s")
_LABELS: Mapping[str, Any] = {
    "year_label": gettext_lazy("school year"),
    "points": gettext_lazy("points"),
    "decided_by": gettext_lazy("decided by"),
    "ended": gettext_lazy("ended"),
    "erased": gettext_lazy("File erased"),
    "totals_counted_again": gettext_lazy("totals counted again"),
    "requires_review": gettext_lazy("rows are reviewed before they count"),
}
_PAGES: Mapping[str, str] = {
    Amendment._meta.label_lower: "promises:about",
    PeriodLock._meta.label_lower: "locks:list",
    LockException._meta.label_lower: "locks:list",
    SchoolClass._meta.label_lower: "promises:class_list",
    Measurement._meta.label_lower: "promises:effects",
    AreaBoundary._meta.label_lower: "reports:areas",
}
_TELL_CREATED = frozenset({Amendment._meta.label_lower, LockException._meta.label_lower})
_SILENT = frozenset({"voided", "sha256", "last_day", "first_day", "user", "commitment"})
"""What the sentence says already, or what nobody reads."""


@dataclass(frozen=True, slots=True)
class Line:
    """One act. ``url``: of what it was about; "" where that has no page. ``number``: of the commitment."""

    at: datetime
    who: str
    sentence: str
    group: str
    action: str
    url: str
    number: int | None
    fields: tuple[FieldChange, ...]
    why: str
    by_exception: bool

    def has(self, text: str) -> bool:
        """Whether the line says ``text``, which is in small letters already."""
        said = [
            self.sentence,
            self.why,
            self.action,
            *(f"{one.label} {one.old} {one.new}" for one in self.fields),
        ]
        return any(text in part.casefold() for part in said)


def lines_of(acts: Sequence[Change], access: Access) -> list[Line]:
    """A constant number of queries: one for each kind of subject, and what activities need for their names.

    ``acts``: with ``by`` at hand, and only those that the reader may know of.
    """
    subjects: dict[str, set[int]] = {}
    for one in acts:
        subjects.setdefault(one.subject, set()).add(one.subject_id)
    rows = (
        Activity.objects.filter(pk__in=subjects.pop(ACTIVITY, ())).with_names()
        if ACTIVITY in subjects
        else ()
    )
    known: dict[tuple[str, int], Any] = {(ACTIVITY, row.pk): row for row in rows}
    for label, pks in subjects.items():
        if label != Membership._meta.label_lower:  # gone when it is taken back; its values say it all
            known |= {(label, row.pk): row for row in _rows(label, pks)}
    return [_line(one, known.get((one.subject, one.subject_id)), access) for one in acts]


def _rows(label: str, pks: Iterable[int]) -> Iterable[models.Model]:
    try:
        model = apps.get_model(label)
    except LookupError:
        return ()
    found: Iterable[models.Model] = model._base_manager.select_related().filter(pk__in=list(pks))
    return found


def _line(one: Change, row: Any, access: Access) -> Line:
    who = f"{one.by} ({one.through})" if one.by and one.source else str(one.by or one.through)
    what, url, number, kind = _what(one, row, access)
    template = _template(one)
    return Line(
        at=timezone.localtime(one.at),
        who=who,
        sentence=str(template) % {"who": who, "what": what, "kind": kind},
        group=next(
            (str(group.label) for group in GROUPS.values() if one.subject in group.subjects),
            str(GROUPS[SET_UP].label),
        ),
        action=str(A(one.action).label),
        url=url,
        number=number,
        fields=_fields(one, row),
        why=one.reason,
        by_exception=one.exception_id is not None,
    )


def _template(one: Change) -> Any:
    if one.subject == ACTIVITY:
        planned = one.values.get("state", [None, None])[1] == "planned"
        return _PLANNED if one.action == A.CREATED and planned else _OF_ROWS[one.action]
    found = _OTHERS.get((one.subject, one.action))
    return found or _ANY.get(one.action, _ELSE)


def _what(one: Change, row: Any, access: Access) -> tuple[str, str, int | None, str]:
    """What it was about, its page, the number of its commitment, and what kind of thing it is."""
    slug = access.promise.slug
    kind = _kind(one.subject)
    if one.subject == Membership._meta.label_lower:
        return _role(one), "", None, kind
    if row is None:
        return kind, "", None, kind
    if isinstance(row, Activity):
        row.promise = access.promise
        return (
            in_words(row, timezone.localtime(one.at).date()),
            row.get_absolute_url(),
            row.commitment.number,
            kind,
        )
    page = _PAGES.get(one.subject)
    commitment = getattr(row, "commitment", None)
    number = getattr(commitment, "number", None) or getattr(row, "number", None)
    url = reverse(page, args=[slug]) if page else ""
    return _named(row), url, number if isinstance(number, int) else None, kind


def _named(row: models.Model) -> str:
    if isinstance(row, Amendment):
        return str(row.commitment)
    if isinstance(row, LockException):
        return _("%(who)s in %(period)s") % {"who": row.user, "period": row.lock}
    text = str(row)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _role(one: Change) -> str:
    """ "anna@example.se, Samordnare, Malmö stad": the row is gone once the role is taken back."""
    old, new = ({name: pair[side] for name, pair in one.values.items()} for side in (0, 1))
    said = new if new.get("user") else old
    role = said.get("role")
    names = [said.get("user"), Role(role).label if role in Role.values else role, said.get("organisation")]
    return ", ".join(str(name) for name in names if name)


def _kind(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label


def _fields(one: Change, row: Any) -> tuple[FieldChange, ...]:
    """What became what. Of what came into being the sentence and its page tell, but for a few words of a decision."""
    if one.subject == Membership._meta.label_lower or (
        one.action == A.CREATED and one.subject not in _TELL_CREATED
    ):
        return ()
    if one.subject == ACTIVITY:
        return field_changes(one, month_only=bool(row is not None and row.month_only))
    return tuple(
        FieldChange(_label(one.subject, name), _value(name, old), _value(name, new))
        for name, (old, new) in one.values.items()
        if name not in _SILENT and _value(name, new) != one.reason
    )


def _label(subject: str, name: str) -> str:
    found = _LABELS.get(name)
    if found is None:
        try:
            found = getattr(apps.get_model(subject)._meta.get_field(name), "verbose_name", name)
        except (LookupError, FieldDoesNotExist):
            found = name
    text = str(found)
    return text[:1].upper() + text[1:]


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if name == "school_year":
        return school_year.label(int(value))
    return str(value)
