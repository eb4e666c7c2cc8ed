"""The promises of one reader, with what a line about each needs, in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from accounts.choices import OrganisationKind
from accounts.models import User
from promises.choices import PartyRole
from promises.models import Area, Membership, Promise, PromiseParty
from reports.queries.standings import standings, with_newest
from reports.standing import Phase, Standing


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """``parties``: the signing ones, police first. ``logged_at``: as far as the reader may know."""

    promise: Promise
    parties: tuple[str, ...]
    areas: tuple[str, ...]
    standing: Standing
    phase: Phase
    logged_at: datetime | None


def promises_of(user: User, *, today: date) -> list[PromiseFacts]:
    visible = Promise.objects.visible_to(user)
    short = visible.only("slug", "title", "short_title", "starts_on", "ends_on")
    known = with_newest(short.order_by("title", "pk"))
    as_police = set(
        Membership.objects.filter(user=user, organisation__kind=OrganisationKind.POLICE).values_list(
            "promise", flat=True
        )
    )
    parties: dict[int, list[tuple[bool, str]]] = defaultdict(list)
    signing = PromiseParty.objects.filter(promise__in=visible, role=PartyRole.SIGNATORY).order_by("pk")
    for promise, name, short_name, kind in signing.values_list(
        "promise", "organisation__name", "organisation__short_name", "organisation__kind"
    ):
        parties[promise].append((kind != OrganisationKind.POLICE, short_name or name))
    areas: dict[int, list[str]] = defaultdict(list)
    for promise, name in Area.objects.filter(promise__in=visible).values_list("promise", "name"):
        areas[promise].append(name)
    found = standings(known, today=today)
    return [
        PromiseFacts(
            promise=one.promise,
            parties=tuple(name for _other, name in sorted(parties[one.promise.pk], key=lambda pair: pair[0])),
            areas=tuple(areas[one.promise.pk]),
            standing=found[one.promise.pk],
            phase=found[one.promise.pk].phase(
                starts_on=one.promise.starts_on, ends_on=one.promise.ends_on, today=today
            ),
            logged_at=found[one.promise.pk].logged_at_police
            if one.promise.pk in as_police
            else found[one.promise.pk].logged_at,
        )
        for one in known
    ]
