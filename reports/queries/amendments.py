"""The decisions that have changed a promise by a day, in one query."""

from datetime import date

from django.db.models import F

from accounts.choices import OrganisationKind
from promises.models import Amendment, Promise
from reports.amended import Decision


def decisions_of(*promises: Promise, as_of: date, known_then: bool = False) -> dict[int, list[Decision]]:
    """Commitment -> its standing decisions taken by ``as_of``, in order of day.

    ``known_then``: only those that were also written down by then.
    """
    rows = Amendment.objects.standing().filter(commitment__promise__in=promises, decided_on__lte=as_of)
    if known_then:
        rows = rows.filter(recorded_on__lte=as_of)
    found: dict[int, Decision] = {}
    parties: dict[int, list[tuple[bool, str]]] = {}
    for pk, organisation, kind, *values in rows.order_by("decided_on", "pk").values_list(
        "pk",
        F("decided_by__name"),
        F("decided_by__kind"),
        "commitment",
        "target",
        "decided_on",
        "recorded_on",
        "reference",
        "reason",
        "wording",
        "minimum",
        "reading",
        "due_on",
    ):
        parties.setdefault(pk, []).append((kind != OrganisationKind.POLICE, organisation))
        commitment, target, decided_on, recorded_on, reference, reason, wording, *terms = values
        minimum, reading, due_on = terms
        found[pk] = Decision(
            commitment=commitment,
            target=target,
            decided_on=decided_on,
            recorded_on=recorded_on,
            decided_by=tuple(name for _other, name in sorted(parties[pk])),  # police first
            reference=reference,
            reason=reason,
            wording=wording,
            minimum=minimum,
            reading=reading,
            due_on=due_on,
        )
    decisions: dict[int, list[Decision]] = {}
    for one in found.values():
        decisions.setdefault(one.commitment, []).append(one)
    return decisions
