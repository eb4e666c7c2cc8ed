"""All promises of a reader: one line each, what needs somebody first, and the answer over all as a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import captions, labels
from reports.filters import (
    AREA,
    PARTY,
    PERIOD,
    Asked,
    Choice,
    Field,
    choose,
    refuse_unknown_names,
)
from reports.queries.overview import PromiseFacts
from reports.standing import Phase
from reports.status import Status, badness
from reports.wording import in_words, listed, long_date, number, sentence, short_months

STATE = "lage"
NAMES = (AREA, PARTY, PERIOD, STATE)
RUNNING = (Phase.NEEDS, Phase.RUNNING)
MOST_NAMED = 3  # promises that the first line names


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """All that stands in a line, ready to be written. ``status`` "": nothing is judged yet."""

    url: str
    title: str
    where: str
    period: str
    percent: str
    answer: str
    status: str
    status_label: str
    about: str
    logged: str


@dataclass(frozen=True, slots=True)
class Group:
    """``folded``: closed until somebody opens it."""

    code: str
    title: str
    lines: tuple[OverviewLine, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class OverviewFilter:
    """``values``: parameter -> value, only what is chosen."""

    fields: tuple[Field, ...]
    values: dict[str, str]
    line: str

    day: tuple[tuple[str, str], ...] = ()
    day_query: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.values)


def read_overview_filter(
    asked: Asked, facts: Sequence[PromiseFacts]
) -> tuple[OverviewFilter, list[PromiseFacts]]:
    """The filter of the address and the promises that fit it. FilterRefused where it cannot be shown."""
    refuse_unknown_names(asked, NAMES)
    areas = sorted({area for one in facts for area in one.areas})
    parties = sorted({party for one in facts for party in one.parties})
    years = sorted({year for one in facts for year in _years(one)})
    fields = (
        Field(AREA, _("Area"), _("All areas"), tuple(Choice(area, area) for area in areas)),
        Field(PARTY, _("Party"), _("All parties"), tuple(Choice(slugify(name), name) for name in parties)),
        Field(PERIOD, _("Year"), _("All years"), tuple(Choice(str(year), str(year)) for year in years)),
        Field(STATE, _("State"), _("All promises"), tuple(Choice(*pair) for pair in _states().items())),
    )
    values: dict[str, str] = {}
    for field in fields:
        if value := choose(asked, field, kept=values):
            values[field.name] = value
    chosen = tuple(
        Field(one.name, one.label, one.every, one.choices, values.get(one.name, "")) for one in fields
    )
    fitting = [one for one in facts if _fits(one, values)]
    words = [
        next(choice.label for choice in field.choices if choice.value == field.chosen)
        for field in chosen
        if field.chosen
    ]
    line = ""
    if words:
        line = _("Chosen: %(what)s. %(number)s of %(total)s promises.") % {
            "what": " · ".join(words),
            "number": number(len(fitting)),
            "total": number(len(facts)),
        }
    return OverviewFilter(chosen, values, line), fitting


def overview_answer(facts: Sequence[PromiseFacts]) -> str:
    """The first line: how many need somebody now, and which."""
    running = [one for one in facts if one.phase in RUNNING]
    needing = _in_order([one for one in running if one.phase == Phase.NEEDS])
    if not running:
        return _none_running(sum(one.phase == Phase.UPCOMING for one in facts))
    if len(running) == 1:
        (one,) = running
        text = _("%(name)s needs somebody now.") if needing else _("%(name)s needs nobody right now.")
        return text % {"name": one.promise}
    values = {"number": sentence(in_words(len(needing))), "total": in_words(len(running))}
    if not needing:
        return _("None of %(total)s running promises needs somebody now.") % values
    if len(needing) > MOST_NAMED:
        return _("%(number)s of %(total)s running promises need somebody now.") % values
    values["names"] = listed([str(one.promise) for one in needing])
    text = ngettext(
        "One of %(total)s running promises needs somebody now: %(names)s.",
        "%(number)s of %(total)s running promises need somebody now: %(names)s.",
        len(needing),
    )
    return text % values


def _none_running(upcoming: int) -> str:
    if not upcoming:
        return _("No promise is running.")
    text = ngettext(
        "No promise is running. One is to begin.", "No promise is running. %(number)s are to begin.", upcoming
    )
    return text % {"number": sentence(in_words(upcoming))}


def overview_groups(facts: Sequence[PromiseFacts], *, today: date, folds: bool) -> list[Group]:
    """What needs somebody first, then running, upcoming and ended; only those that have a promise.

    ``folds``: what is over is folded where something is not.
    """
    titles = {
        Phase.NEEDS: _("Needs somebody now"),
        Phase.RUNNING: _("Running"),
        Phase.UPCOMING: _("To begin"),
        Phase.ENDED: _("Over"),
    }
    write = _Writer(today)
    groups = []
    for phase, title in titles.items():
        own = _in_order([one for one in facts if one.phase == phase])
        if own:
            folded = folds and phase == Phase.ENDED and len(own) < len(facts)
            lines = tuple(write.line(one) for one in own)
            groups.append(Group(phase.value, f"{title} ({number(len(own))})", lines, folded))
    return groups


def _in_order(facts: Iterable[PromiseFacts]) -> list[PromiseFacts]:
    """Within a group: the worst first, then what ends or begins soonest; what is over, the latest first."""

    def rank(one: PromiseFacts) -> tuple[int, int, str]:
        if one.phase == Phase.ENDED:
            return (0, -one.promise.ends_on.toordinal(), one.promise.title)
        if one.phase == Phase.UPCOMING:
            return (0, one.promise.starts_on.toordinal(), one.promise.title)
        worst = one.standing.worst
        return (badness(worst.status) if worst else 0, one.promise.ends_on.toordinal(), one.promise.title)

    return sorted(facts, key=rank)


class _Writer:
    """Writes lines. What many lines share is worked out once: a reader may have 500."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.months = short_months()
        self.labels = {status: labels.status_label(status) for status in Status}
        self.logged: dict[date | None, str] = {}

    def line(self, one: PromiseFacts) -> OverviewLine:
        promise, worst = one.promise, one.standing.worst
        status = Status.UPCOMING if one.phase == Phase.UPCOMING else worst and worst.status
        days = (promise.ends_on - promise.starts_on).days + 1
        gone = min(max((self.today - promise.starts_on).days + 1, 0), days)
        return OverviewLine(
            url=reverse("reports:dashboard", args=[promise.slug]),
            title=promise.title,
            where=" · ".join([*one.parties, listed(one.areas)] if one.areas else one.parties),
            period=f"{self.month(promise.starts_on)} – {self.month(promise.ends_on)}",
            percent=str(gone * 100 // days),  # as text: a template would ask how numbers are written here
            answer=_answer(one),
            status=status.value if status else "",
            status_label=self.labels[status] if status else "",
            about=_about(one),
            logged=self.last_logged(one) if one.phase in RUNNING else "",
        )

    def month(self, day: date) -> str:
        return f"{self.months[day.month - 1]} {day.year}"

    def last_logged(self, one: PromiseFacts) -> str:
        day = timezone.localtime(one.logged_at).date() if one.logged_at else None
        if day not in self.logged:
            self.logged[day] = captions.last_logged(day, today=self.today)
        return self.logged[day]


def _answer(one: PromiseFacts) -> str:
    """ "3 av 4 i fas", "2 av 4 uppfyllda", "Börjar 1 januari 2027"."""
    standing = one.standing
    if not standing.lines:
        return _("No commitments yet")
    if one.phase == Phase.UPCOMING:
        return _("Begins on %(day)s") % {"day": long_date(one.promise.starts_on)}
    judged = len(standing.judged)
    if not judged:
        return _("Judged in words")
    if one.phase == Phase.ENDED:
        return _("%(kept)s of %(of)s kept") % {"kept": number(standing.kept), "of": number(judged)}
    return _("%(good)s of %(of)s on pace") % {"good": number(standing.on_track), "of": number(judged)}


def _about(one: PromiseFacts) -> str:
    """Which commitment has the status of the line; "" where they all have it."""
    worst = one.standing.worst
    if worst is None or one.phase == Phase.UPCOMING:
        return ""
    if len({line.status for line in one.standing.lines}) == 1 and len(one.standing.lines) > 1:
        return ""
    return sentence(worst.short_title)


def _years(one: PromiseFacts) -> range:
    return range(one.promise.starts_on.year, one.promise.ends_on.year + 1)


def _states() -> dict[str, str]:
    return {
        Phase.NEEDS.value: _("Needs somebody now"),
        Phase.RUNNING.value: _("Running"),
        Phase.UPCOMING.value: _("To begin"),
        Phase.ENDED.value: _("Over"),
    }


def _fits(one: PromiseFacts, values: dict[str, str]) -> bool:
    if AREA in values and values[AREA] not in one.areas:
        return False
    if PARTY in values and values[PARTY] not in {slugify(party) for party in one.parties}:
        return False
    if PERIOD in values and int(values[PERIOD]) not in _years(one):
        return False
    if STATE in values:
        wanted = RUNNING if values[STATE] == Phase.RUNNING else (Phase(values[STATE]),)
        return one.phase in wanted
    return True
