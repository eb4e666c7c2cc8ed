"""One commitment in the document: what was promised, how it went, and the rows behind the numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from reports import captions, changes, outlook, pacing, remaining, wording
from reports.charts import charted_target, drawing
from reports.evaluation import ActivityLine, CommitmentLine, Evaluation, TargetLine
from reports.figures import (
    by_year,
    has_known_window,
    has_many_windows,
    has_number,
    in_worst_area,
    nothing_known,
)
from reports.progress import ClassCell, WindowResult
from reports.renderers import texts
from reports.renderers.amended import both_results
from reports.renderers.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Chip,
    Column,
    Facts,
    Heading,
    Paragraph,
    Section,
    Table,
)
from reports.renderers.without_number import without_a_number
from reports.sentences import windows_kept
from reports.status import Status

NONE = "–"


def commitment_section(
    line: CommitmentLine, *, evaluation: Evaluation, most_rows: int | None = None
) -> Section:
    return Section(
        f"atagande-{line.number}",
        _("Commitment %(number)s: %(title)s") % {"number": line.number, "title": line.title},
        (
            Paragraph(line.wording, "quote"),
            *_original_wording(line),
            _facts(line),
            *_results(line, evaluation.as_of),
            *_chart(line, evaluation),
            *_areas(line),
            *_kinds(line),
            *_classes(line),
            *_activities(line, most_rows),
        ),
        new_page=True,
    )


def _original_wording(line: CommitmentLine) -> Iterable[Block]:
    if line.original_wording:
        yield Paragraph(_("The wording as it was first promised:"), "note")
        yield Paragraph(line.original_wording, "quote")


def _facts(line: CommitmentLine) -> Facts:
    verdict: tuple[str, Cell] = (_("Verdict"), Chip(texts.status_label(line.status), line.status))
    rows = [*both_results(line)] or [verdict]
    for target in line.targets:
        rows.append((_("Read as"), target.reading))
        if target.original:
            rows.append((_("Originally read as"), target.original.reading))
    rows += [(_("Changed"), changes.what_changed(line, one)) for one in line.amendments]
    rows.append((_("Responsible"), line.responsible))
    if line.partners:
        rows.append((_("Together with"), texts.listed(line.partners)))
    return Facts(tuple(rows))


def _results(line: CommitmentLine, as_of: date) -> Iterable[Block]:
    yield Heading(_("Outcome"))
    if not line.targets:
        yield Paragraph(_("The commitment has no number to reach and is judged in words by the parties."))
    for target in line.targets:
        if not has_number(target):
            yield from without_a_number(line, target)
            if target.has_two_results:
                yield Paragraph(changes.by_original_target(target, as_of=as_of))
                yield from without_a_number(line, target.as_promised)
            continue
        yield from _result_of(line, target, as_of)
        if target.original:
            yield from _original_result(target, as_of)


def _result_of(line: CommitmentLine, target: TargetLine, as_of: date) -> Iterable[Block]:
    progress = target.progress
    if has_many_windows(target):
        yield from _year_by_year(target, as_of)
        yield from _pace(target)
        yield from _without_area(line, target)
        yield from _lost(target, as_of)
        return
    yield Table(
        caption=_("Result in each window")
        if len(line.targets) == 1
        else _("Result in each window: %(reading)s") % {"reading": target.reading},
        columns=_window_columns(_("Window")),
        rows=[_window_row(window, target) for window in progress.windows],
    )
    if progress.of > 1:
        yield Paragraph(_kept_windows(target))
    yield from _pace(target)
    yield from _without_area(line, target)
    yield from _lost(target, as_of)
    for window in progress.windows:
        yield from _window_notes(window, target, as_of)


def _original_result(target: TargetLine, as_of: date) -> Iterable[Block]:
    """The same windows by the number that was first promised."""
    promised = target.as_promised
    yield Paragraph(changes.by_original_target(target, as_of=as_of))
    if has_many_windows(promised):
        return
    yield Table(
        caption=_("Result by the original target: %(reading)s") % {"reading": promised.reading},
        columns=_window_columns(_("Window, original target")),
        rows=[_window_row(window, promised) for window in promised.progress.windows],
    )


def _window_columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first, 4),
        Column(_("From"), 4, "date"),
        Column(_("To"), 4, "date"),
        Column(_("At least"), 3, "number"),
        Column(_("Outcome"), 3, "number"),
        Column(_("Fulfilment"), 4, "number"),
        Column(_("Expected"), 3, "number"),
        Column(_("Verdict"), 5),
    )


def _pace(target: TargetLine) -> Iterable[Block]:
    if notes := pacing.pace_notes(target):
        yield Paragraph(" ".join(notes), "note")


def _without_area(line: CommitmentLine, target: TargetLine) -> Iterable[Block]:
    if note := captions.without_area_note(line, target):
        yield Paragraph(note, "note")


def _lost(target: TargetLine, as_of: date) -> Iterable[Block]:
    if lost := remaining.lost_line(target, as_of=as_of):
        yield Paragraph(lost)


def _year_by_year(target: TargetLine, as_of: date) -> Iterable[Block]:
    """More windows than a page holds: added up by year, and those that were not kept by name."""
    windows = target.progress.windows
    yield Paragraph(
        _("%(kept)s. %(total)s in all.")
        % {"kept": windows_kept(target, as_of=as_of), "total": texts.number(target.progress.total)}
        if has_known_window(target)
        else _("No data.")
    )
    yield Table(
        caption=_("Windows kept, year by year: %(reading)s") % {"reading": target.reading},
        columns=(
            Column(_("Year"), 3),
            Column(_("Windows"), 3, "number"),
            Column(_("Windows kept"), 3, "number"),
            Column(_("Windows not kept"), 3, "number"),
            Column(_("Windows without data"), 3, "number"),
            Column(_("Outcome"), 3, "number"),
        ),
        rows=[_year_row(year, of_year) for year, of_year in by_year(windows).items()],
    )
    for title, status in (
        (_("Not kept: %(windows)s."), Status.NOT_KEPT),
        (_("No data: %(windows)s."), Status.UNKNOWN),
    ):
        names = [wording.named(window) for window in windows if window.status == status]
        if names:
            yield Paragraph(title % {"windows": texts.listed(names)})
    yield Paragraph(
        _(
            "Each window by itself is in the spreadsheet, the CSV file and the JSON file of the same evaluation."
        ),
        "note",
    )
    for window in windows:
        yield from _window_notes(window, target, as_of)


def _year_row(year: int, windows: Sequence[WindowResult]) -> tuple[Cell, ...]:
    statuses = Counter(window.status for window in windows)
    known = any(window.reported for window in windows) or Status.UNKNOWN not in statuses
    return (
        str(year),
        texts.number(len(windows)),
        texts.number(statuses[Status.KEPT]),
        texts.number(statuses[Status.NOT_KEPT]),
        texts.number(statuses[Status.UNKNOWN]),
        texts.number(sum(window.actual for window in windows)) if known else texts.not_known(),
    )


def _window_row(window: WindowResult, target: TargetLine) -> tuple[Cell, ...]:
    return (
        wording.titled(window),
        window.start.isoformat(),
        window.end.isoformat(),
        _minimum(window, target),
        _actual(window),
        texts.percent(window.share),
        wording.number(window.pace),
        Chip(texts.status_label(window.status), window.status),
    )


def _minimum(window: WindowResult, target: TargetLine) -> str:
    """A class register that is empty gives no number to reach, which is not the same as zero."""
    if target.kind == "coverage" and not window.cells:
        return texts.not_known()
    return texts.number(window.goal)


def _actual(window: WindowResult) -> str:
    return texts.number(window.actual) if window.reported or window.actual else _nothing(window)


def _nothing(window: WindowResult) -> str:
    """Nothing counted: zero while there is time or where a nil report says so, else nobody knows."""
    return texts.not_known() if window.status == Status.UNKNOWN else texts.number(0)


def _kept_windows(target: TargetLine) -> str:
    return _("Kept in %(kept)s of %(of)s windows. Each stands alone.") % {
        "kept": texts.number(target.progress.kept),
        "of": texts.number(target.progress.of),
    }


def _window_notes(window: WindowResult, target: TargetLine, as_of: date) -> Iterable[Block]:
    if left := remaining.enough_line(window, as_of=as_of):
        yield Paragraph(left)
    if foreseen := outlook.forecast_line(window):
        yield Paragraph(foreseen)
    if window.cut:
        yield Paragraph(
            _("%(window)s: only the days within the promise count, and the number to reach is the whole one.")
            % {"window": wording.titled(window)}
            if target.kind != "coverage"
            else _("%(window)s: only the days within the promise count.")
            % {"window": wording.titled(window)},
            "note",
        )
    if window.schools_without_register:
        yield Paragraph(
            _("%(window)s: no class register for %(schools)s, so what the share would be of is not known.")
            % {"window": window.label, "schools": texts.listed(window.schools_without_register)},
            "note",
        )
    if window.missing and window.status != Status.UPCOMING:
        yield Paragraph(
            _("%(window)s: not met %(classes)s.")
            % {"window": window.label, "classes": texts.listed(window.missing)}
        )


def _chart(line: CommitmentLine, evaluation: Evaluation) -> Iterable[Block]:
    target = charted_target(line)
    if target is None:
        return
    line, target = in_worst_area(line, target, evaluation.as_of)
    words = captions.chart_texts(line, target, as_of=evaluation.as_of)

    def draw(*, narrow: bool = False, paper: bool = False) -> str:
        promise = evaluation.promise
        return drawing(
            line,
            as_of=evaluation.as_of,
            starts_on=promise.starts_on,
            ends_on=promise.ends_on,
            texts=words,
            narrow=narrow,
            paper=paper,
        )

    yield Chart(
        title=words.title,
        alt=words.description,
        key=captions.chart_key(line, target),
        wide=draw(),
        narrow=draw(narrow=True),
        paper=draw(paper=True),
    )


def _sum(line: CommitmentLine, actual: int) -> str:
    return texts.not_known() if nothing_known(line) else texts.number(actual)


def _areas(line: CommitmentLine) -> Iterable[Block]:
    if not line.areas:
        return
    yield Heading(_("By area"))
    rows: list[tuple[Cell, ...]] = [(area.area, _sum(line, area.actual)) for area in line.areas]
    if line.without_area:
        rows.append((_("No area stated"), texts.number(line.without_area)))
    yield Table(
        caption=_("Result in each area"),
        columns=(Column(_("Area"), 4), Column(_("Outcome"), 2, "number")),
        rows=rows,
    )
    if line.areas_overlap:
        yield Paragraph(captions.overlap_note(line), "note")


def _kinds(line: CommitmentLine) -> Iterable[Block]:
    if not line.kinds:
        return
    yield Heading(_("By kind"))
    yield Table(
        caption=_("Result for each kind"),
        columns=(Column(_("Kind"), 4), Column(_("Outcome"), 2, "number")),
        rows=[(kind.kind, _sum(line, kind.actual)) for kind in line.kinds],
    )


def _classes(line: CommitmentLine) -> Iterable[Block]:
    for target in line.targets:
        if target.kind != "coverage":
            continue
        yield Heading(_("Classes met"))
        windows = target.progress.windows
        cells = {(cell.school, cell.label, window.label): cell for window in windows for cell in window.cells}
        if cells:
            yield _grid(cells, windows)
        else:
            yield Paragraph(_("There is no class register: which classes there were is not known."))
        yield Table(
            caption=_("Classes and pupils in each school year"),
            columns=(
                Column(_("School year"), 3),
                Column(_("Classes"), 2, "number"),
                Column(_("Classes met"), 2, "number"),
                Column(_("Pupils"), 2, "number"),
                Column(_("Pupils met"), 2, "number"),
            ),
            rows=[
                (
                    window.label,
                    _minimum(window, target),
                    texts.number(window.actual) if window.cells else texts.not_known(),
                    texts.known(window.pupils),
                    texts.known(window.pupils_met),
                )
                for window in windows
            ],
        )
        yield from _register_notes(windows)
        over = [cell.name for window in windows for cell in window.cells if cell.over_enrolled]
        if over:
            yield Paragraph(
                _("More pupils met than the register has: %(classes)s. One of the numbers is wrong.")
                % {"classes": texts.listed(over)},
                "note",
            )


def _register_notes(windows: tuple[WindowResult, ...]) -> Iterable[Block]:
    notes = [wording.register_note(note) for window in windows for note in window.register_notes]
    if notes:
        yield Paragraph(_("The class register changed during the school year:"), "note")
        yield Bullets(tuple(notes))


def _grid(cells: dict[tuple[str, str, str], ClassCell], windows: tuple[WindowResult, ...]) -> Table:
    names = sorted({(school, label) for school, label, _window in cells})
    return Table(
        caption=_("School classes and school years: met, booked or missing"),
        columns=(
            Column(_("School"), 4),
            Column(_("Class"), 2),
            *(Column(window.label, 4) for window in windows),
        ),
        rows=[
            (
                school,
                label,
                *(_class_cell(cells.get((school, label, window.label)), window) for window in windows),
            )
            for school, label in names
        ],
    )


def _class_cell(cell: ClassCell | None, window: WindowResult) -> Cell:
    if cell is None:
        return NONE
    if cell.met and cell.met_on:
        met = _("met %(day)s") % {"day": cell.met_on.isoformat()}
        if cell.pupils_met is not None and cell.pupils is not None:
            met += "\n" + _("%(met)s of %(pupils)s pupils") % {"met": cell.pupils_met, "pupils": cell.pupils}
        return met
    if cell.waiting_on:
        return _("waiting for review %(day)s") % {"day": cell.waiting_on.isoformat()}
    if cell.booked_on:
        return _("booked %(day)s") % {"day": cell.booked_on.isoformat()}
    if cell.part_met_on:
        return _("missing") + "\n" + _("in part met %(day)s") % {"day": cell.part_met_on.isoformat()}
    return _("not met yet") if window.status == Status.UPCOMING else _("missing")


def _activities(line: CommitmentLine, most_rows: int | None) -> Iterable[Block]:
    yield Heading(_("All that counted, day by day"))
    if not line.activities:
        yield Paragraph(_("Nothing has been counted."))
    elif most_rows is not None and len(line.activities) > most_rows:
        yield Paragraph(
            _(
                "The commitment has %(rows)s. They are added up here; each row by itself is in the "
                "spreadsheet, the Word file and the web page of the same evaluation."
            )
            % {"rows": texts.rows(len(line.activities))},
            "note",
        )
        yield _added_up(line, most_rows)
    else:
        yield _one_by_one(line)


def _added_up(line: CommitmentLine, most_rows: int) -> Table:
    """By day; by month where there are too many days as well.

    Rows that know only their month stand under it.
    """
    by_day = len(line.days) <= most_rows

    def when(row: ActivityLine) -> str:
        return row.day.isoformat() if by_day and not row.month_only else f"{row.day:%Y-%m}"

    rows: list[tuple[Cell, ...]] = []
    for day, group in groupby(line.activities, key=when):
        found = list(group)
        rows.append(
            (
                day,
                texts.number(len(found)),
                texts.number(sum(row.quantity for row in found)),
                _counted(row.kind or row.school for row in found),
                _counted(area for row in found for area in row.areas),
            )
        )
    return Table(
        caption=_("Counted rows, added up by day") if by_day else _("Counted rows, added up by month"),
        columns=(
            Column(_("Date") if by_day else _("Month"), 3, "date"),
            Column(_("Rows"), 2, "number"),
            Column(_("Number"), 3, "number"),
            Column(_("Kind"), 9),
            Column(_("Areas"), 6),
        ),
        rows=rows,
    )


def _counted(words: Iterable[str]) -> str:
    """ "Fotpatrull 9, skolbesök 3"."""
    return ", ".join(f"{word} {texts.number(count)}" for word, count in Counter(words).items() if word)


def _one_by_one(line: CommitmentLine) -> Table:
    """A column that no row fills is left out: counts-only rows have no kind, few have a time."""
    all_columns = (
        Column(_("Date"), 4, "date"),
        Column(_("Kind"), 6),
        Column(_("School and classes"), 6),
        Column(_("Areas"), 5),
        Column(_("Number"), 3, "number"),
        Column(_("Parties"), 7),
        Column(_("Reached"), 3, "number"),
        Column(_("Minutes"), 3, "number"),
    )
    rows = [_activity_row(row) for row in line.activities]
    filled = [any(column) for column in zip(*rows, strict=True)]
    return Table(
        caption=_("Counted rows in order of day"),
        columns=tuple(column for column, used in zip(all_columns, filled, strict=True) if used),
        rows=[tuple(cell or NONE for cell, used in zip(row, filled, strict=True) if used) for row in rows],
    )


def _activity_row(row: ActivityLine) -> tuple[str, ...]:
    return (
        texts.day_of(row),
        row.kind,
        " ".join(part for part in (row.school, ", ".join(row.classes)) if part),
        ", ".join(row.areas),
        texts.number(row.quantity),
        ", ".join(row.parties),
        "" if row.persons_reached is None else texts.number(row.persons_reached),
        "" if row.minutes is None else texts.number(row.minutes),
    )
