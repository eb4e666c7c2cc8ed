"""What may be logged: one set of rules for the form, the import and every service (docs/adr/0002).

``check`` gets rows that are fetched already and asks the database nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from activities.choices import State
from activities.models import MAX_MINUTES, MAX_QUANTITY, MAX_REACHED
from activities.models.activity import days_of
from promises import school_year
from promises.choices import AreaRule
from promises.models import Area, Commitment, Kind, School, SchoolClass
from promises.models.register import MAX_PUPILS


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPresent:
    """A class a meeting is for. ``pupils_present`` None: planned, or nobody counted."""

    school_class: SchoolClass
    pupils_present: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody wants to log, as typed and looked up, before it is judged."""

    state: State
    occurred_on: date
    asked_on: date | None = None
    month_only: bool = False
    starts_at: time | None = None
    minutes: int | None = None
    kind: Kind | None = None
    areas: tuple[Area, ...] = ()
    quantity: int = 1
    parties: tuple[Organisation, ...] = ()
    persons_reached: int | None = None
    school: School | None = None
    school_year: int | None = None
    classes: tuple[ClassPresent, ...] = field(default=())
    link: str = ""
    note: str = ""
    reason: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """First and last day that the row stands for."""
        return days_of(self.occurred_on, month_only=self.month_only)


Problem = tuple[str, str]
"""The field of Entry at fault, and the message: what is wrong and what to write instead."""


def check(
    entry: Entry, *, commitment: Commitment, parties: frozenset[int], sees_plans: bool, today: date
) -> list[Problem]:
    """Every fault, in the order of the form. ``parties``: ids of the promise's organisations. ``commitment`` has been
    asked whether it is ``on_request``, or has its targets at hand.

    ``sees_plans``: whether the writer may know of plans under secrecy, and so may write one.
    """
    return [
        *_state(entry, commitment, sees_plans),
        *_asked(entry, commitment, today),
        *_day(entry, commitment, today),
        *_kind(entry, commitment),
        *_areas(entry, commitment),
        *_numbers(entry),
        *_parties(entry, parties),
        *_classes(entry, commitment),
        *_counts_only(entry, commitment),
    ]


def enforce(
    entry: Entry, *, commitment: Commitment, parties: frozenset[int], sees_plans: bool, today: date
) -> None:
    """ValidationError with every fault under its field."""
    faults: dict[str, list[str]] = {}
    for name, message in check(
        entry, commitment=commitment, parties=parties, sees_plans=sees_plans, today=today
    ):
        faults.setdefault(name, []).append(message)
    if faults:
        raise ValidationError(faults)


def _state(entry: Entry, commitment: Commitment, sees_plans: bool) -> Iterator[Problem]:
    if commitment.confidential_until_done and entry.state != State.DONE and not sees_plans:
        yield "state", _("Plans for this commitment are written by the police only. Log it when it is done.")
    if entry.state == State.CANCELLED and not entry.reason.strip():
        yield "reason", _("Say why it was cancelled.")
    if entry.state != State.CANCELLED and entry.reason.strip():
        yield "reason", _("A reason is written only for what was cancelled.")


def _asked(entry: Entry, commitment: Commitment, today: date) -> Iterator[Problem]:
    """A row of a commitment that answers requests is one request (docs/adr/0010)."""
    if not commitment.on_request:
        if entry.asked_on is not None:
            yield (
                "asked_on",
                _("Commitment %(number)s is logged without a day it was asked for.")
                % {"number": commitment.number},
            )
        return
    if entry.quantity != 1:
        yield "quantity", _("Each request is a row of its own: the number is 1.")
    promise = commitment.promise
    if entry.asked_on is None:
        yield "asked_on", _("Write the day it was asked for.")
    elif entry.asked_on > today:
        yield (
            "asked_on",
            _("%(day)s has not come yet. Write the day somebody asked, up to today.")
            % {"day": entry.asked_on},
        )
    elif not promise.contains(entry.asked_on):
        yield (
            "asked_on",
            _("%(day)s is outside the promise's period, %(first)s to %(last)s.")
            % {"day": entry.asked_on, "first": promise.starts_on, "last": promise.ends_on},
        )
    elif entry.occurred_on < entry.asked_on:
        yield (
            "occurred_on",
            _("%(day)s is before it was asked for, %(asked)s.")
            % {"day": entry.occurred_on, "asked": entry.asked_on},
        )


def _day(entry: Entry, commitment: Commitment, today: date) -> Iterator[Problem]:
    promise = commitment.promise
    if not promise.contains(entry.occurred_on):
        yield (
            "occurred_on",
            _("%(day)s is outside the promise's period, %(first)s to %(last)s.")
            % {"day": entry.occurred_on, "first": promise.starts_on, "last": promise.ends_on},
        )
    elif entry.state == State.DONE and entry.occurred_on > today:
        yield (
            "occurred_on",
            _("%(day)s has not come yet. Choose a day up to today, or log it as planned.")
            % {"day": entry.occurred_on},
        )
    if entry.month_only and not commitment.counts_only:
        yield "occurred_on", _("Write the day, not only the month.")


def _kind(entry: Entry, commitment: Commitment) -> Iterator[Problem]:
    if entry.kind is None:
        if not commitment.counts_only and entry.quantity != 0:
            yield "kind", _("Choose what it was.")
    elif entry.kind.commitment_id != commitment.pk:
        yield (
            "kind",
            _("“%(kind)s” is not a kind of commitment %(number)s.")
            % {
                "kind": entry.kind,
                "number": commitment.number,
            },
        )


def _areas(entry: Entry, commitment: Commitment) -> Iterator[Problem]:
    for area in entry.areas:
        if area.promise_id != commitment.promise_id:
            yield "areas", _("“%(area)s” is not an area of this promise.") % {"area": area}
    if len({area.pk for area in entry.areas}) != len(entry.areas):
        yield "areas", _("The same area stands twice.")
    if commitment.area_rule == AreaRule.NONE and entry.areas:
        yield "areas", _("This commitment is logged without an area.")
    if commitment.area_rule == AreaRule.REQUIRED and not entry.areas and entry.quantity != 0:
        yield "areas", _("Choose at least one area.")
    if commitment.counts_only and len(entry.areas) > 1:
        yield "areas", _("Give the number for one area at a time, or for all without an area.")


def _numbers(entry: Entry) -> Iterator[Problem]:
    if not 0 <= entry.quantity <= MAX_QUANTITY:
        yield (
            "quantity",
            _("%(number)s is not possible. Write a whole number from 0 to %(most)s.")
            % {
                "number": entry.quantity,
                "most": MAX_QUANTITY,
            },
        )
    if entry.minutes is not None and not 1 <= entry.minutes <= MAX_MINUTES:
        yield (
            "minutes",
            _("%(number)s is not possible. Write a whole number from 1 to %(most)s.")
            % {
                "number": entry.minutes,
                "most": MAX_MINUTES,
            },
        )
    if entry.persons_reached is not None and not 0 <= entry.persons_reached <= MAX_REACHED:
        yield (
            "persons_reached",
            _("%(number)s is not possible. Write a whole number from 0 to %(most)s.")
            % {
                "number": entry.persons_reached,
                "most": MAX_REACHED,
            },
        )


def _parties(entry: Entry, parties: frozenset[int]) -> Iterator[Problem]:
    for organisation in entry.parties:
        if organisation.pk not in parties:
            yield "parties", _("“%(party)s” is not a party to this promise.") % {"party": organisation}
    if len({organisation.pk for organisation in entry.parties}) != len(entry.parties):
        yield "parties", _("The same party stands twice.")


def _classes(entry: Entry, commitment: Commitment) -> Iterator[Problem]:
    if not commitment.class_meeting:
        if entry.school or entry.school_year or entry.classes:
            yield (
                "school",
                _("Commitment %(number)s is logged without school and classes.")
                % {"number": commitment.number},
            )
        return
    if entry.school is None:
        yield "school", _("Choose the school.")
        return
    if entry.school.promise_id != commitment.promise_id:
        yield "school", _("“%(school)s” is not a school of this promise.") % {"school": entry.school}
        return
    if entry.school_year is None:
        yield "school_year", _("Choose the school year.")
        return
    first, last = school_year.span(entry.school_year)
    if not first <= entry.occurred_on <= last:
        yield (
            "school_year",
            _("%(day)s is not in the school year %(year)s.")
            % {
                "day": entry.occurred_on,
                "year": school_year.label(entry.school_year),
            },
        )
    yield from _attendance(entry, entry.school, entry.school_year)


def _attendance(entry: Entry, school: School, year: int) -> Iterator[Problem]:
    if not entry.classes and entry.quantity != 0:
        yield "classes", _("Choose the classes.")
    seen: set[int] = set()
    for present in entry.classes:
        one = present.school_class
        if one.school_id != school.pk or one.school_year != year:
            yield (
                "classes",
                _("%(name)s is not a class at %(school)s in %(year)s.")
                % {
                    "name": one.label,
                    "school": school,
                    "year": school_year.label(year),
                },
            )
        elif one.opened_on is not None and entry.occurred_on < one.opened_on:
            yield "classes", _("%(name)s began on %(day)s.") % {"name": one.label, "day": one.opened_on}
        elif not one.is_open(entry.occurred_on):
            yield "classes", _("%(name)s ended on %(day)s.") % {"name": one.label, "day": one.closed_on}
        if one.pk in seen:
            yield "classes", _("%(name)s stands twice.") % {"name": one.label}
        seen.add(one.pk)
        if present.pupils_present is not None:
            yield from _pupils(one, present.pupils_present, entry.occurred_on)


def _pupils(one: SchoolClass, pupils: int, day: date) -> Iterator[Problem]:
    if pupils < 1:
        yield (
            "classes",
            _("%(name)s: %(number)s present is not possible. Leave the class out if nobody came.")
            % {
                "name": one.label,
                "number": pupils,
            },
        )
    most = one.pupils_on(day) or MAX_PUPILS
    if pupils > most:
        yield (
            "classes",
            _("%(name)s: %(number)s present, but the class has %(most)s pupils.")
            % {
                "name": one.label,
                "number": pupils,
                "most": most,
            },
        )


def _counts_only(entry: Entry, commitment: Commitment) -> Iterator[Problem]:
    """Reports about children are numbers and nothing else (OSL 26:1; DESIGN "The model")."""
    if not commitment.counts_only:
        return
    named = {
        "note": entry.note,
        "link": entry.link,
        "kind": entry.kind,
        "starts_at": entry.starts_at,
        "minutes": entry.minutes,
        "persons_reached": entry.persons_reached,
        "parties": entry.parties,
    }
    for name, value in named.items():
        if value:
            yield (
                name,
                _("Only month, number and area are logged for commitment %(number)s.")
                % {"number": commitment.number},
            )
    if entry.state != State.DONE:
        yield "state", _("A number is logged when it is known: it is neither planned nor cancelled.")
