"""The amendments of a promise file: stored like those of the browser, each once, never changed by a file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from promises import definition
from promises.amending import Wanted, amendment_shown, check, same_amendment, store
from promises.models import Amendment, Commitment
from promises.yaml_file import Problem

Added = Callable[[Amendment, Mapping[str, Any]], None]


def load_amendments(
    commitment: Commitment,
    items: Sequence[definition.Amendment],
    path: str,
    *,
    parties: Mapping[str, Organisation],
    added: Added,
) -> tuple[list[Problem], list[Amendment]]:
    """What is wrong, and the stored rows that the file speaks of. ``parties``: by name in small letters.

    One that is stored with the same words is passed over, also where somebody has voided it since. In order of
    the day of decision: what a decision changes depends on the earlier ones.
    """
    problems: list[Problem] = []
    seen: list[Amendment] = []
    targets = list(commitment.targets.all())
    for number, item in sorted(enumerate(items), key=lambda pair: pair[1].decided_on):
        place = f"{path}.amendments[{number}]"
        organisations = [parties[name.casefold()] for name in item.decided_by]
        wanted = Wanted(
            decided_on=item.decided_on,
            decided_by=organisations,
            reason=item.reason,
            reference=item.reference,
            wording=item.wording,
            target=None if item.target is None else targets[item.target - 1],
            minimum=item.minimum,
            reading=item.reading,
            due_on=item.due_on,
        )
        row = wanted.row(commitment)
        there = same_amendment(row, organisations) or same_amendment(row, organisations, voided=True)
        if there is not None:
            seen.append(there)
            continue
        if (other := _of_the_same_day(row)) is not None:
            seen.append(other)
            problems.append(Problem(place, _stored_otherwise(other)))
            continue
        try:
            check(row, organisations)
        except ValidationError as error:
            problems += _problems(error, place)
            continue
        store(row, organisations)
        seen.append(row)
        added(row, amendment_shown(row, organisations))
    return problems, seen


def _of_the_same_day(row: Amendment) -> Amendment | None:
    """A standing one of the day that changes the same thing."""
    rows = Amendment.objects.standing().filter(commitment=row.commitment, decided_on=row.decided_on)
    rows = rows.filter(target=row.target) if row.target else rows.exclude(wording="")
    found: Amendment | None = rows.first()
    return found


def _stored_otherwise(row: Amendment) -> str:
    return _(
        "A decision of %(day)s is stored with other words. A decision is not changed by a file: void the "
        "stored one under “About the promise”, then this one can be loaded."
    ) % {"day": row.decided_on}


def _problems(error: ValidationError, place: str) -> list[Problem]:
    if not hasattr(error, "error_dict"):
        return [Problem(place, reason) for reason in error.messages]
    return [
        Problem(place if name == "__all__" else f"{place}.{name}", reason)
        for name, reasons in error.message_dict.items()
        for reason in reasons
    ]
