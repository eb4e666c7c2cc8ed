"""The filter of the calendar of plans, as it stands in its address.

    /loften/<slug>/aktiviteter/planering/?vy=lista&manad=2020-03&atagande=3&omrade=Holma&part=malmo-stad

``vy``: manad or lista · ``manad``: a month of the promise · ``atagande``: number · ``omrade``, ``part``: as on the
dashboard (docs/adr/0014). What there is not is refused, with what there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import slugify
from django.utils.translation import gettext as _

from promises.choices import AreaRule
from promises.models import Area, Commitment, Promise
from reports.filters import (
    AREA,
    PARTY,
    Asked,
    Choice,
    Field,
    FilterRefused,
    as_query,
    choose,
    refuse_unknown_names,
)
from reports.queries.planning import Chosen
from reports.wording import month_and_year, sentence

COMMITMENT, MONTH, VIEW = "atagande", "manad", "vy"
FILTERS = (COMMITMENT, AREA, PARTY)
AS_MONTH, AS_LIST = "manad", "lista"


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """``values``: what is chosen of the filters. ``month``: the first day of the calendar month shown; ``months``:
    those of the promise."""

    fields: tuple[Field, ...]
    values: Mapping[str, str]
    month: date
    months: tuple[date, ...]
    view: str
    usual: date  # the month that an address without one shows
    chosen: Chosen
    line: str

    @property
    def is_set(self) -> bool:
        return bool(self.values)

    @property
    def as_list(self) -> bool:
        return self.view == AS_LIST

    @property
    def day(self) -> tuple[tuple[str, str], ...]:
        """What the form of the filters keeps."""
        return tuple(
            _parts({}, month=self.month if self.month != self.usual else None, view=self.view).items()
        )

    @property
    def day_query(self) -> str:
        """The same page without the filters."""
        return as_query(dict(self.day))

    def query(self, *, month: date | None = None, view: str = "") -> str:
        month = month or self.month
        parts = _parts(self.values, month=month if month != self.usual else None, view=view or self.view)
        return as_query(parts)

    @property
    def first(self) -> date:
        return self.month

    @property
    def last(self) -> date:
        return _next_month(self.month) - timedelta(days=1)


def _parts(values: Mapping[str, str], *, month: date | None, view: str) -> dict[str, str]:
    parts = dict(values)
    if view != AS_MONTH:
        parts[VIEW] = view
    if month is not None:
        parts[MONTH] = f"{month:%Y-%m}"
    return parts


def read_plan_filter(
    asked: Asked, promise: Promise, *, commitments: Sequence[Commitment], areas: Sequence[Area], today: date
) -> PlanFilter:
    """FilterRefused where the address asks for what there is not."""
    refuse_unknown_names(asked, (*FILTERS, VIEW, MONTH))
    months = tuple(_months(promise))
    usual = min(max(today, promise.starts_on), promise.ends_on).replace(day=1)
    parties = {str(row.responsible): slugify(str(row.responsible)) for row in commitments}
    places = areas if any(row.area_rule != AreaRule.NONE for row in commitments) else ()
    fields = (
        Field(
            COMMITMENT,
            _("Commitment"),
            _("All commitments"),
            tuple(Choice(str(row.number), f"{row.number}. {row.short_title}") for row in commitments),
        ),
        Field(AREA, _("Area"), _("All areas"), tuple(Choice(row.name, row.full_name) for row in places)),
        Field(
            PARTY,
            _("Responsible"),
            _("All parties"),
            tuple(Choice(value, name) for name, value in sorted(parties.items())),
        ),
    )
    page = {
        VIEW: Field(VIEW, "", "", (Choice(AS_MONTH, _("Month")), Choice(AS_LIST, _("List")))),
        MONTH: Field(
            MONTH, "", "", tuple(Choice(f"{one:%Y-%m}", sentence(month_and_year(one))) for one in months)
        ),
    }
    values: dict[str, str] = {}
    fitting = list(commitments)
    for field in fields:
        value = choose(asked, field, kept=values)
        if not value:
            continue
        fitting = [row for row in fitting if _fits(row, field.name, value, parties)]
        if not fitting:
            words = _("“%(value)s” in “%(name)s” fits no commitment together with the rest of the filter.")
            raise FilterRefused(words % {"value": value, "name": field.name})
        values[field.name] = value
    view = choose(asked, page[VIEW], kept=values) or AS_MONTH
    month = choose(asked, page[MONTH], kept=_parts(values, month=None, view=view))
    return PlanFilter(
        fields=tuple(
            Field(one.name, one.label, one.every, one.choices, values.get(one.name, "")) for one in fields
        ),
        values=values,
        month=date.fromisoformat(f"{month}-01") if month else usual,
        months=months,
        view=view,
        usual=usual,
        chosen=Chosen(
            None if fitting == list(commitments) else [row.pk for row in fitting],
            next((row for row in areas if row.name == values.get(AREA)), None),
        ),
        line=_line(fields, values),
    )


def _fits(row: Commitment, name: str, value: str, parties: Mapping[str, str]) -> bool:
    if name == COMMITMENT:
        return str(row.number) == value
    if name == AREA:
        return row.area_rule != AreaRule.NONE
    return parties[str(row.responsible)] == value


def _line(fields: Sequence[Field], values: Mapping[str, str]) -> str:
    words = [
        choice.label for field in fields for choice in field.choices if choice.value == values.get(field.name)
    ]
    return _("Chosen: %(what)s.") % {"what": " · ".join(words)} if words else ""


def _months(promise: Promise) -> list[date]:
    found = [promise.starts_on.replace(day=1)]
    while (following := _next_month(found[-1])) <= promise.ends_on:
        found.append(following)
    return found


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
