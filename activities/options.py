"""What may be chosen when something is logged: the commitment's own areas, kinds, parties and classes."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

from accounts.models import Organisation
from activities.choices import State
from activities.models import Activity, Axis, Tally
from activities.rules import Entry, Problem, check
from promises import school_year
from promises.choices import AreaRule
from promises.locks import exceptions_of, lock_of, standing_locks
from promises.models import Area, Commitment, Kind, PeriodLock, School, SchoolClass
from promises.permissions import Access, Action
from promises.set_up import set_up_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Fetched once by the view; forms ask the database nothing. ``own_party``: whom the writer acts for.
    ``closed``: locked periods that the writer has no exception from, the oldest first; ``has_exception``: from another.
    """

    commitment: Commitment
    today: date
    sees_plans: bool
    areas: tuple[Area, ...] = ()
    kinds: tuple[Kind, ...] = ()
    parties: tuple[Organisation, ...] = ()
    own_party: Organisation | None = None
    schools: tuple[School, ...] = ()
    school: School | None = None
    school_year: int | None = None
    classes: tuple[SchoolClass, ...] = ()
    closed: tuple[PeriodLock, ...] = ()
    has_exception: bool = False

    def at(self, school: School, year: int) -> Self:
        """The same with the register of one school and läsår."""
        classes = tuple(SchoolClass.objects.filter(school=school, school_year=year).select_related("school"))
        return replace(self, school=school, school_year=year, classes=classes)

    @property
    def may_plan(self) -> bool:
        """Whether the writer may know of what is not yet done."""
        return self.sees_plans or not self.commitment.confidential_until_done

    @property
    def year_label(self) -> str:
        return "" if self.school_year is None else school_year.label(self.school_year)

    @property
    def school_years(self) -> tuple[int, ...]:
        promise = self.commitment.promise
        return school_year.touching(promise.starts_on, promise.ends_on)

    @property
    def usual_day(self) -> date | None:
        """Today, where the promise and the chosen läsår hold today, and today is not locked."""
        in_year = self.school_year in (None, school_year.containing(self.today))
        holds = in_year and self.commitment.promise.contains(self.today)
        return self.today if holds and not lock_of((self.today, self.today), self.closed) else None

    @property
    def closed_in_words(self) -> str:
        """Which days cannot be chosen; "" where all can."""
        said = [f"{lock.first_day.isoformat()} – {lock.last_day.isoformat()}" for lock in self.closed]
        return (
            _("Locked, so nothing can be logged there: %(days)s.") % {"days": ", ".join(said)} if said else ""
        )

    @property
    def first_open_day(self) -> date:
        """The first day of the promise that is not locked."""
        day = self.commitment.promise.starts_on
        for lock in self.closed:
            if lock.touches(day, day):
                day = lock.last_day + timedelta(days=1)
        return day

    def check(self, entry: Entry) -> list[Problem]:
        return check(
            entry,
            commitment=self.commitment,
            parties=frozenset(party.pk for party in self.parties),
            sees_plans=self.sees_plans,
            today=self.today,
        )


def met_days(options: Options) -> dict[int, date]:
    """Class id -> the day of its first meeting that counts, for the classes at hand. One query.

    Classes that were merged are met by a meeting since: before it some of its pupils may have met nobody.
    """
    since: dict[int, date] = {}
    for one in options.classes:
        if one.merged_into_id is not None and one.closed_on is not None:
            since[one.merged_into_id] = max(since.get(one.merged_into_id, date.min), one.closed_on)
    met = Tally.objects.filter(
        commitment=options.commitment,
        axis=Axis.CLASS,
        rows__gt=0,
        member__in=[one.pk for one in options.classes],
    )
    found: dict[int, date] = {}
    for member, day in met.order_by("day").values_list("member", "day"):
        if day >= since.get(member, date.min):
            found.setdefault(member, day)
    return found


def options_for(commitment: Commitment, *, access: Access, today: date) -> Options:
    """``commitment``'s promise is ``access.promise``."""
    promise = access.promise
    commitment.promise = promise
    locks = standing_locks(promise)
    allowed = exceptions_of(access.user, locks)
    set_up = set_up_of(promise)
    own = [one.organisation for one in access.memberships if access.allows(Action.LOG)]
    base = Options(
        commitment=commitment,
        today=today,
        sees_plans=access.is_police,
        closed=tuple(lock for lock in locks if lock.pk not in allowed),
        has_exception=bool(allowed),
        areas=() if commitment.area_rule == AreaRule.NONE else set_up.areas,
    )
    if commitment.counts_only:
        return base
    return replace(
        base,
        kinds=set_up.kinds.get(commitment.pk, ()),
        parties=tuple(party.organisation for party in set_up.parties),
        own_party=own[0] if own else None,
        schools=tuple(promise.schools.all()) if commitment.class_meeting else (),
    )


def reported_by_month(commitment: Commitment, *, access: Access) -> dict[date, int]:
    """First day of month -> how many are logged already, approved or not, where it is logged by month."""
    rows = Activity.objects.visible_to(access).valid().filter(state=State.DONE, commitment=commitment)
    totals: dict[date, int] = {}
    for day, quantity in rows.order_by().values_list("occurred_on", "quantity"):
        month = day.replace(day=1)
        totals[month] = totals.get(month, 0) + quantity
    return totals
