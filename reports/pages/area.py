"""Areas: how much was done where, on a map and in a table, and one area with all that was promised and done there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.filters import list_url
from promises.area_keys import area_keys
from promises.models import Promise
from reports import captions, changes, maps
from reports.evaluation import CommitmentLine, Evaluation
from reports.filters import Filter
from reports.pages.heat import HeatMap, HeatRow, heat_map
from reports.queries import MonthAreaCount
from reports.queries.areas import LastDay, Outline
from reports.wording import in_words, listed, long_date, month_and_year, number, sentence

QUIET_MONTHS = 2  # whole months without anything, after which it is said
LENGTHS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)  # metres
WIDE, NARROW = 640, 320


@dataclass(frozen=True, slots=True)
class Cell:
    """What one commitment has in one area, and the rows behind it ("" where there are none). ``actual`` None: its
    rows name no areas, so nobody knows."""

    line: CommitmentLine
    actual: int | None
    url: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """``total``: over the commitments that ``Places.counted`` names, which are of one kind and can be added."""

    name: str
    url: str
    cells: tuple[Cell, ...]
    total: int
    last: LastDay | None

    @property
    def last_text(self) -> str:
        """As tables have it: a day, or a month where only that is known."""
        if self.last is None:
            return ""
        return f"{self.last.day:%Y-%m}" if self.last.month_only else self.last.day.isoformat()


@dataclass(frozen=True, slots=True)
class AreaMap:
    """``wide`` for a page, ``narrow`` for a phone; ``source`` says where the boundaries are from."""

    title: str
    wide: SafeString
    narrow: SafeString
    sources: tuple[str, ...]
    without: str  # the areas that are not on it


@dataclass(frozen=True, slots=True)
class Places:
    """Every area of a promise. ``lines``: the commitments that name areas. ``adds_up``: more than one is counted."""

    lines: tuple[CommitmentLine, ...]
    counted: tuple[CommitmentLine, ...]
    rows: tuple[AreaRow, ...]
    totals: tuple[int, ...]  # of each of ``lines``, wherever it was done
    as_of: date
    is_filtered: bool

    @property
    def adds_up(self) -> bool:
        return len(self.counted) > 1

    def unit(self, count: int) -> str:
        """What is counted: the commitment's own word, or "insatser" where several are counted together."""
        if len(self.counted) == 1:
            return self.counted[0].unit_one if count == 1 else self.counted[0].unit_many
        return ngettext("effort", "efforts", count)

    def amount(self, count: int) -> str:
        """ "9 insatser"."""
        return f"{number(count)} {self.unit(count)}"


def counted_lines(lines: Sequence[CommitmentLine]) -> tuple[CommitmentLine, ...]:
    """What is done out in the areas. Reports that are only numbers are never added to it: where there is nothing
    else, they are counted by themselves."""
    placed = tuple(line for line in lines if line.areas)
    return tuple(line for line in placed if line.form == "activity") or placed


def area_urls(promise: Promise, names: Sequence[str], query: str) -> dict[str, str]:
    """name -> the area's page. ``names``: all areas of the promise, in its order; ``query``: what links take along."""
    return {
        name: reverse("reports:area", args=[promise.slug, key]) + query
        for name, key in area_keys(names).items()
    }


def places(
    promise: Promise,
    evaluation: Evaluation,
    names: Sequence[str],
    last: Mapping[tuple[str, int], LastDay],
    *,
    chosen: Filter,
    sums: Mapping[tuple[str, int], int] | None,
    wholes: Mapping[int, int] | None,
) -> Places:
    """``names``: all areas, in the promise's order. ``sums`` by area and commitment, and ``wholes``, of what the
    filter chooses; None where it chooses no rows: then the commitment's own numbers stand."""
    lines = tuple(line for line in evaluation.lines if line.areas and line.number in chosen.numbers)
    counted = counted_lines(lines)
    numbers = {line.number for line in counted}
    urls = area_urls(promise, names, chosen.query)

    def row(name: str) -> AreaRow:
        cells = tuple(
            _cell(promise, line, name, chosen=chosen, sums=sums, as_of=evaluation.as_of) for line in lines
        )
        days = [last[name, one] for one in numbers if (name, one) in last]
        return AreaRow(
            name=name,
            url=urls[name],
            cells=cells,
            total=sum(cell.actual or 0 for cell in cells if cell.line.number in numbers),
            last=max(days, key=lambda found: (found.day, not found.month_only), default=None),
        )

    return Places(
        lines=lines,
        counted=counted,
        rows=tuple(row(name) for name in names),
        totals=tuple(
            sum(day.actual for day in line.days) if wholes is None else wholes.get(line.number, 0)
            for line in lines
        ),
        as_of=evaluation.as_of,
        is_filtered=chosen.is_set,
    )


def _cell(
    promise: Promise,
    line: CommitmentLine,
    name: str,
    *,
    chosen: Filter,
    sums: Mapping[tuple[str, int], int] | None,
    as_of: date,
) -> Cell:
    if line.without_area and not any(count.actual for count in line.areas):
        return Cell(line, None, "")
    if sums is None:
        actual = next((count.actual for count in line.areas if count.area == name), 0)
    else:
        actual = sums.get((name, line.number), 0)
    url = list_url(
        promise,
        commitment=line.number,
        area=name,
        kind=chosen.kind_names.get(line.number, ""),
        state="done",
        first=chosen.first(promise),
        last=min(as_of, chosen.last(promise)),
    )
    return Cell(line, actual, url if actual else "")


# --- Sentences


def area_answer(found: Places, row: AreaRow) -> str:
    """ "I Kroksbäck har 9 insatser gjorts, senast 12 mars. Sedan dess har fem månader gått." """
    if not found.lines:
        return _("No commitment names areas.")
    if not row.total or row.last is None:
        text = (
            _("Nothing of what is chosen has been done in %(area)s.")
            if found.is_filtered
            else _("Nothing has been done in %(area)s so far.")
        )
        return text % {"area": row.name}
    text = ngettext(
        "In %(area)s %(amount)s has been done, last on %(day)s.",
        "In %(area)s %(amount)s have been done, last on %(day)s.",
        row.total,
    ) % {"area": row.name, "amount": found.amount(row.total), "day": _when(row.last, found.as_of)}
    months = _months_since(row.last.day, found.as_of)
    if months < QUIET_MONTHS or found.is_filtered:
        return text
    return " ".join([text, _("Since then %(months)s months have passed.") % {"months": in_words(months)}])


def places_answer(found: Places) -> str:
    """Where nothing has happened for a while, or else where most was done."""
    if not found.lines:
        return _("No commitment names areas.")
    if len(found.rows) == 1:
        return area_answer(found, found.rows[0])
    begun = [row for row in found.rows if row.total and row.last]
    if found.is_filtered:  # how long it has been quiet is about all rows
        nothing = _("Nothing of what is chosen has been done in the areas.")
        return map_title(found) + "." if begun else nothing
    if not begun:
        return _("Nothing has been done in the areas so far.")
    return _quiet_or_not(found, begun)


def _quiet_or_not(found: Places, begun: Sequence[AreaRow]) -> str:
    never = [row.name for row in found.rows if not row.total]
    if never:
        return _("Nothing has been done in %(areas)s so far.") % {"areas": listed(never)}
    quietest = min(begun, key=lambda row: row.last.day if row.last else found.as_of)
    if quietest.last and _months_since(quietest.last.day, found.as_of) >= QUIET_MONTHS:
        return _("Nothing in %(area)s since %(day)s.") % {
            "area": quietest.name,
            "day": _when(quietest.last, found.as_of),
        }
    latest = max((row.last for row in begun if row.last), key=lambda last: last.day)
    return _("Something has been done in every area, last on %(day)s.") % {"day": _when(latest, found.as_of)}


def map_title(found: Places) -> str:
    """What the map shows: where most was done and where least."""
    most = max(found.rows, key=lambda row: row.total)
    least = min(found.rows, key=lambda row: row.total)
    if most.total == least.total:
        return _("As much in every area: %(amount)s") % {"amount": found.amount(most.total)}
    return _("Most in %(most)s, %(amount)s, and least in %(least)s, %(number)s") % {
        "most": most.name,
        "amount": found.amount(most.total),
        "least": least.name,
        "number": number(least.total),
    }


def _when(last: LastDay, as_of: date) -> str:
    return month_and_year(last.day) if last.month_only else long_date(last.day, year_of=as_of)


def _months_since(day: date, as_of: date) -> int:
    return (as_of.year - day.year) * 12 + as_of.month - day.month - (as_of.day < day.day)


# --- The map


def area_map(found: Places, outlines: Sequence[Outline], *, here: str = "") -> AreaMap | None:
    """None where no area has a boundary. ``here``: the area the page is about."""
    rows = {row.name: row for row in found.rows}
    drawn = [outline for outline in outlines if outline.area in rows]
    if not drawn:
        return None
    most = max(row.total for row in found.rows)
    areas = [
        maps.MapArea(
            name=outline.area,
            number=number(rows[outline.area].total),
            said=f"{outline.area}: {found.amount(rows[outline.area].total)}",
            shape=outline.shape,
            strength=maps.strength(rows[outline.area].total, most),
            url=rows[outline.area].url,
            here=outline.area == here,
        )
        for outline in drawn
    ]
    missing = [name for name in rows if name not in {outline.area for outline in drawn}]
    return replace(
        drawn_map(areas, map_title(found)),
        sources=tuple(dict.fromkeys(outline.source for outline in drawn if outline.source)),
        without=_("Without a boundary on the map: %(areas)s.") % {"areas": listed(missing)}
        if missing
        else "",
    )


def drawn_map(areas: Sequence[maps.MapArea], title: str) -> AreaMap:
    """The drawing alone, for a page and for a phone."""
    texts = maps.MapTexts(
        title=title,
        description=_("A map of the areas with north up. %(areas)s.")
        % {"areas": "; ".join(area.said for area in areas)},
        metres=tuple((metres, _length(metres)) for metres in LENGTHS),
    )
    wide, narrow = (
        SafeString(maps.draw(areas, texts, ids=ids, width=width))  # maps.py escapes every text
        for ids, width in (("map-wide", WIDE), ("map-narrow", NARROW))
    )
    return AreaMap(title, wide, narrow, (), "")


def _length(metres: int) -> str:
    return f"{number(metres // 1000)} km" if metres >= 1000 else f"{metres} m"


# --- One area


@dataclass(frozen=True, slots=True)
class PromisedHere:
    """A commitment that reaches the area: the whole's verdict, and what of it was done here."""

    cell: Cell
    promised: str
    changed: tuple[str, ...]
    url: str
    amount: str


def promised_here(promise: Promise, found: Places, row: AreaRow, query: str) -> list[PromisedHere]:
    return [
        PromisedHere(
            cell=cell,
            promised=captions.promised(cell.line),
            changed=changes.all_told(cell.line, as_of=found.as_of),
            url=reverse("reports:commitment", args=[promise.slug, cell.line.number]) + query,
            amount=_amount_here(cell, whole),
        )
        for cell, whole in zip(row.cells, found.totals, strict=True)
    ]


def _amount_here(cell: Cell, whole: int) -> str:
    """ "11 av 27 här"."""
    if cell.actual is None:
        return _("The area is not stated")
    return _("%(number)s of %(total)s here") % {"number": number(cell.actual), "total": number(whole)}


def area_heat(
    promise: Promise,
    found: Places,
    row: AreaRow,
    counts: Sequence[MonthAreaCount],
    *,
    year: int,
    query: str,
) -> HeatMap | None:
    """Months × commitments of one area. None where nothing was reported in the year."""
    if not any(count.area == row.name for count in counts):
        return None
    of_lines = [(line, heat_map(promise, line, counts, year=year, as_of=found.as_of)) for line in found.lines]
    rows = tuple(
        HeatRow(
            line.short_title,
            one.cells,
            reverse("reports:commitment", args=[promise.slug, line.number]) + query,
        )
        for line, whole in of_lines
        for one in whole.rows
        if one.area == row.name
    )
    return HeatMap(
        number=0,
        title=_("Month by month in %(area)s") % {"area": row.name},
        caption=str(year),
        months=of_lines[0][1].months,
        rows=rows,
        has_unreported=any(cell.look == "unreported" for one in rows for cell in one.cells),
    )


def kinds_text(kinds: Sequence[tuple[int, str, int]], line_number: int) -> str:
    """ "Fotpatrull 4, Trygghetsvandring 2"."""
    return sentence(", ".join(f"{kind} {number(total)}" for of, kind, total in kinds if of == line_number))
