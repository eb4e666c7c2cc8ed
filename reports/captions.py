"""Short lines beside numbers, bars and curves: what was promised, what is needed, since when."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import kinds, outlook
from reports.charts import ChartTexts
from reports.enough import enough_of
from reports.evaluation import AreaCount, CommitmentLine, Evaluation, TargetLine
from reports.figures import (
    behind_by,
    has_many_windows,
    has_number,
    is_open,
    is_rhythm,
    is_unreported,
    kept_of,
    reached_on,
    short_by,
    shown_target,
    shown_window,
    unit,
    waiting_in,
)
from reports.pacing import pace_noun
from reports.progress import WindowResult
from reports.remaining import enough_words, hopeless
from reports.sentences import windows_kept
from reports.status import Status
from reports.wording import (
    class_name,
    class_names,
    in_words,
    listed,
    long_date,
    lowered,
    number,
    parts_word,
    percent,
    sentence,
    short_months,
    titled,
)


def promised(line: CommitmentLine) -> str:
    """What was promised in one line: "Minst 50 anmälningar varje kalenderår"."""
    return "; ".join(promised_of(line, target) for target in line.targets) or _("Judged in words")


def promised_of(line: CommitmentLine, target: TargetLine) -> str:
    """One target in one line: "Minst 50 anmälningar varje kalenderår"."""
    if not has_number(target):
        return kinds.promised(target)
    least = target.minimum or 1
    if target.kind == "coverage":
        return ngettext(
            "Every class, each school year",
            "Every class at least %(number)s times, each school year",
            least,
        ) % {"number": in_words(least)}
    phrase = _every(target) % {"number": number(least), "unit": unit(line, least)}
    return _("%(promised)s, each area by itself") % {"promised": phrase} if target.each_area else phrase


def _every(target: TargetLine) -> str:
    phrases = {
        "period": _("At least %(number)s %(unit)s in the whole period"),
        "calendar_year": _("At least %(number)s %(unit)s every calendar year"),
        "promise_year": _("At least %(number)s %(unit)s every year from the promise's first day"),
        "half_year": _("At least %(number)s %(unit)s every half-year"),
        "tertial": _("At least %(number)s %(unit)s every tertial"),
        "quarter": _("At least %(number)s %(unit)s every quarter"),
        "month": _("At least %(number)s %(unit)s every month"),
        "week": _("At least %(number)s %(unit)s every week"),
        "school_year": _("At least %(number)s %(unit)s every school year"),
        "term": _("At least %(number)s %(unit)s every term"),
    }
    return phrases[target.window]


def needed(line: CommitmentLine, target: TargetLine, window: WindowResult, *, as_of: date) -> str:
    """Under the large number: what is left, for how long and at which pace, or since when it is kept."""
    if window.start > as_of:
        return _("begins on %(day)s") % {"day": long_date(window.start, year_of=as_of)}
    if window.status == Status.UNKNOWN:
        return _("no data")
    if window.status == Status.KEPT:
        day = reached_on(line, target, window)
        return "" if day is None else _("since %(day)s") % {"day": long_date(day, year_of=as_of)}
    found = enough_of(window, as_of=as_of)
    if found is None:
        return _("%(number)s missing") % {"number": number(short_by(window))}
    return f"{enough_words(found)}. {hopeless(found)}" if found.hopeless else enough_words(found)


def bar_label(line: CommitmentLine, window: WindowResult, *, as_of: date) -> str:
    """The bar in words: "28 av 50 anmälningar, väntat hittills 37,4"."""
    if window.minimum is None:
        return kinds.words_of(line, [window])
    values = {
        "actual": number(window.actual),
        "minimum": number(window.goal),
        "unit": unit(line, window.goal),
    }
    if not is_open(window, as_of):
        return _("%(actual)s of %(minimum)s %(unit)s") % values
    return _("%(actual)s of %(minimum)s %(unit)s, expected so far %(expected)s") % {
        **values,
        "expected": number(window.pace),
    }


def window_note(target: TargetLine, window: WindowResult, *, as_of: date) -> str:
    """One window under the bar: "2020: väntat hittills 37", "2019: uppfyllt, 52"."""
    values = {"window": titled(window), "actual": number(window.actual)}
    if window.status == Status.UPCOMING:
        return _("%(window)s: not begun") % values
    if window.status == Status.UNKNOWN:
        return _("%(window)s: no data") % values
    if window.status == Status.KEPT:
        return _("%(window)s: kept, %(actual)s") % values
    if target.kind == "coverage":
        return _classes_note(window, open_now=is_open(window, as_of))
    if is_open(window, as_of):
        return _("%(window)s: expected so far %(expected)s") % {**values, "expected": number(window.pace)}
    return _("%(window)s: not kept, %(actual)s") % values


def _classes_note(window: WindowResult, *, open_now: bool) -> str:
    cells = [cell for cell in window.cells if not cell.met]
    if len(cells) == 1:
        text = _("%(window)s: %(name)s is left") if open_now else _("%(window)s: %(name)s was missed")
        return text % {"window": window.label, "name": class_name(cells[0])}
    text = (
        _("%(window)s: %(number)s classes left") if open_now else _("%(window)s: %(number)s classes missed")
    )
    return text % {"window": window.label, "number": number(len(cells))}


def last_logged(day: date | None, *, today: date) -> str:
    """How long ago somebody last logged: a sign of life, or of none."""
    if day is None:
        return _("Nothing logged yet")
    ago = (today - day).days
    if ago <= 0:
        return _("Last logged today")
    if ago == 1:
        return _("Last logged yesterday")
    if ago <= 31:
        return _("Last logged %(days)s days ago") % {"days": number(ago)}
    return _("Last logged on %(day)s") % {"day": long_date(day)}


def logged_late(evaluation: Evaluation) -> str:
    """ "3 av de räknade raderna registrerades efter 31 december 2020.": who read that day's numbers then saw fewer."""
    late = sum(line.process.logged_late for line in evaluation.lines)
    if not late:
        return ""
    return ngettext(
        "%(number)s of the counted entries was logged after %(day)s.",
        "%(number)s of the counted entries were logged after %(day)s.",
        late,
    ) % {"number": number(late), "day": long_date(evaluation.as_of)}


def days_left(evaluation: Evaluation) -> str:
    promise, as_of = evaluation.promise, evaluation.as_of
    if as_of < promise.starts_on:
        days = (promise.starts_on - as_of).days
        return ngettext("Begins in %(days)s day", "Begins in %(days)s days", days) % {"days": number(days)}
    days = (promise.ends_on - as_of).days
    if days <= 0:
        return _("The period is over")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": number(days)}


def overlap_note(line: CommitmentLine) -> str:
    """Why the areas' sum passes the total. "" where it does not."""
    if not line.areas_overlap:
        return ""
    return ngettext(
        "One entry is in two or more areas and stands in each of them, so the sum exceeds the total.",
        "%(number)s entries are in two or more areas and stand in each of them, "
        "so the sum exceeds the total.",
        line.areas_overlap,
    ) % {"number": sentence(in_words(line.areas_overlap))}


def context_line(evaluation: Evaluation, area_names: list[str]) -> str:
    title = pgettext("line above the headline", "%(title)s · %(areas)s")
    return (
        title % {"title": evaluation.promise.title, "areas": listed(area_names)}
        if area_names
        else evaluation.promise.title
    )


def area_count(count: AreaCount) -> str:
    """ "Holma 9"."""
    return f"{count.area} {number(count.actual)}"


def chart_title(line: CommitmentLine, target: TargetLine, *, as_of: date) -> str:
    """The conclusion of the curve: against the pace while there is time, then against the minimum."""
    windows = list(target.progress.windows)
    window = shown_window(windows, as_of)
    if window.start > as_of:
        return _("Nothing to draw before %(day)s") % {"day": long_date(window.start)}
    windows = [one for one in windows if one.start <= as_of]
    over = not is_open(window, as_of)
    if window.status == Status.UNKNOWN and not (over and len(windows) > 1):
        return _("The class register is not complete")
    if not over and window.status != Status.KEPT:
        return outlook.title(line, target, window) or _against_pace(window)
    if over and len(windows) > 1:
        return _("The goal was reached in %(kept)s of %(of)s periods") % {
            "kept": number(sum(one.status == Status.KEPT for one in windows)),
            "of": number(len(windows)),
        }
    day = reached_on(line, target, window)
    if day is not None:
        return _("The goal was reached on %(day)s") % {"day": long_date(day)}
    return _("The goal was reached") if window.status == Status.KEPT else _("The goal was not reached")


def _against_pace(window: WindowResult) -> str:
    behind, ahead = behind_by(window), int(window.actual - window.pace)
    pace = pace_noun(window.calendar)
    if behind:
        return _("%(number)s behind %(pace)s") % {"number": sentence(in_words(behind)), "pace": pace}
    if ahead:
        return _("%(number)s ahead of %(pace)s") % {"number": sentence(in_words(ahead)), "pace": pace}
    return _("In step with %(pace)s") % {"pace": pace}


def chart_key(line: CommitmentLine, target: TargetLine) -> str:
    """How to read the drawing."""
    if has_many_windows(target):
        return _("Filled: kept. Empty frame: not kept. Dot: under way. Short line: no data or not begun.")
    key = _("Solid steps: done. Dashed: %(pace)s towards the goal. Horizontal line: the goal.") % {
        "pace": pace_noun(target.calendar)
    }
    key += " " + _("Pale strip under the dashed line: at risk, lower than that: behind.")
    if _waiting_in_all(line, target):
        key += " " + _("Dotted steps: with what waits for review.")
    if outlook.foreseen_window(target) is None:
        return key
    return " ".join([key, _("Shaded: where it will probably end, dotted in the middle.")])


def _waiting_in_all(line: CommitmentLine, target: TargetLine) -> int:
    return sum(
        count for window in target.progress.windows for _day, count in waiting_in(line, target, window)
    )


def strip_description(target: TargetLine, *, as_of: date) -> str:
    return _("One row for each year, one mark for each %(window)s. %(results)s.") % {
        "window": parts_word(target, 1),
        "results": windows_kept(target, as_of=as_of),
    }


def chart_description(line: CommitmentLine, target: TargetLine) -> str:
    results = "; ".join(
        _("%(window)s: no data") % {"window": titled(window)}
        if is_unreported(window)
        else _("%(window)s: %(actual)s of %(minimum)s")
        % {
            "window": titled(window),
            "actual": number(window.actual),
            "minimum": number(window.goal),
        }
        for window in target.progress.windows
    )
    told = _("Steps for %(what)s day by day, a line for %(pace)s and one for the goal. %(results)s.") % {
        "pace": pace_noun(target.calendar),
        "what": line.unit_many,
        "results": results,
    }
    if waiting := _waiting_in_all(line, target):
        told += " " + _(
            "Dotted steps above them: %(number)s more when what waits for review is approved."
        ) % {"number": number(waiting)}
    foreseen = outlook.foreseen_window(target)
    return " ".join([told, outlook.forecast_line(foreseen)]) if foreseen else told


def chart_texts(line: CommitmentLine, target: TargetLine, *, as_of: date) -> ChartTexts:
    """All words of the curve, for pages and documents alike."""
    return ChartTexts(
        title=_in_area(target, _conclusion(line, target, as_of=as_of)),
        description=strip_description(target, as_of=as_of)
        if has_many_windows(target)
        else chart_description(line, target),
        months=short_months(),
        minimum=lambda count: _("Goal %(count)s") % {"count": number(count)},
        today=lambda count: _("%(count)s so far") % {"count": number(count)},
        number=number,
        waiting=lambda count: _("%(count)s with waiting") % {"count": number(count)},
        kept=lambda kept, of: _("%(kept)s of %(of)s") % {"kept": number(kept), "of": number(of)},
    )


def _conclusion(line: CommitmentLine, target: TargetLine, *, as_of: date) -> str:
    if is_rhythm(target) and kept_of(target.progress.windows, as_of)[1]:
        return windows_kept(target, as_of=as_of)
    return chart_title(line, target, as_of=as_of)


def _in_area(target: TargetLine, title: str) -> str:
    """Of a target that holds in each area by itself one is drawn: the title says which."""
    area = target.progress.windows[0].area
    return _("%(area)s, worst off: %(title)s") % {"area": area, "title": lowered(title)} if area else title


def without_area_note(line: CommitmentLine, target: TargetLine) -> str:
    """ "3 utan område räknas inte i något område." where each area is counted by itself."""
    if not target.each_area or not line.without_area:
        return ""
    return ngettext(
        "%(number)s without an area counts in none of them.",
        "%(number)s without an area count in none of them.",
        line.without_area,
    ) % {"number": number(line.without_area)}


def rhythm_note(target: TargetLine, *, as_of: date) -> str:
    """Under "81 av 104": "veckor, just nu 0 av 1"."""
    windows = target.progress.windows
    word = parts_word(target, kept_of(windows, as_of)[1])
    window = shown_window(windows, as_of)
    if not is_open(window, as_of):
        return word
    values = {
        "windows": word,
        "area": window.area,
        "actual": number(window.actual),
        "minimum": number(window.goal),
    }
    if window.area:
        return _("%(windows)s, %(area)s just now %(actual)s of %(minimum)s") % values
    return _("%(windows)s, just now %(actual)s of %(minimum)s") % values


def year_in_words(target: TargetLine, year: int, windows: Sequence[WindowResult], *, as_of: date) -> str:
    """ "2019: 40 av 52 veckor": over the windows of one year."""
    kept, of = kept_of(windows, as_of)
    if windows[0].start > as_of:
        return _("%(window)s: not begun") % {"window": str(year)}
    return _("%(year)s: %(kept)s of %(of)s %(windows)s") % {
        "year": str(year),
        "kept": number(kept),
        "of": number(of),
        "windows": parts_word(target, of),
    }


def next_up(window: WindowResult) -> str:
    """Whose turn it is in an open läsår: the first that is booked, and how many are not."""
    waiting = [cell for cell in window.cells if not cell.met]
    if not waiting:
        return _("Every class of %(window)s has been met.") % {"window": window.label}
    booked = sorted(
        (cell for cell in waiting if cell.booked_on), key=lambda cell: cell.booked_on or window.end
    )
    unbooked = [cell for cell in waiting if not cell.booked_on and not cell.waiting_on]
    parts = []
    if booked and booked[0].booked_on:
        parts.append(
            _("Next is %(name)s, %(day)s.")
            % {"name": class_name(booked[0]), "day": long_date(booked[0].booked_on)}
        )
    if len(unbooked) in range(1, 4):
        parts.append(_("Not booked: %(names)s.") % {"names": class_names(unbooked)})
    elif unbooked:
        parts.append(_("%(number)s classes are not booked.") % {"number": sentence(in_words(len(unbooked)))})
    return " ".join(parts)


def plans_ahead(planned: int, next_on: date | None, *, as_of: date) -> str:
    """ "2, den första 9 oktober": ``planned`` counts those whose day has not passed."""
    if not planned or next_on is None:
        return pgettext("activities", "None")
    return _("%(number)s, the first on %(day)s") % {
        "number": number(planned),
        "day": long_date(next_on, year_of=as_of),
    }


def period_gone(share: str) -> str:
    """ "87 % av perioden har gått"."""
    return _("%(share)s of the period has passed") % {"share": share}


def waits(number_waiting: int) -> str:
    """Beside a number, never in it: "+ 3 väntar på granskning"; "" where nothing waits."""
    if not number_waiting:
        return ""
    return ngettext("+ %(number)s waits for review", "+ %(number)s wait for review", number_waiting) % {
        "number": number(number_waiting)
    }


def waiting_beside(line: CommitmentLine, as_of: date) -> str:
    """What waits beside the number of the window that is shown; of a rhythm, and without a number, all that waits."""
    target = shown_target(line)
    if target is None or is_rhythm(target) or not has_number(target):
        return waits(sum(entry.actual for entry in line.waiting))
    window = shown_window(target.progress.windows, as_of)
    if window.area:
        return waits(sum(entry.actual for entry in line.waiting))
    return waits(sum(count for _day, count in waiting_in(line, target, window)))


def count_in_window(line: CommitmentLine, target: TargetLine, window: WindowResult, *, as_of: date) -> str:
    """The bar in words, with its window where there are several: "2020: 28 av 50 anmälningar …"."""
    text = bar_label(line, window, as_of=as_of)
    return text if len(target.progress.windows) == 1 else f"{titled(window)}: {text}"


def window_in_words(line: CommitmentLine, window: WindowResult) -> str:
    """ "2019: 52 av 50 anmälningar (104 %)", or what there is to say where there is no number to reach."""
    if window.minimum is None:
        return kinds.window_note(line, window)
    return _("%(window)s: %(actual)s of %(minimum)s %(unit)s (%(share)s)") % {
        "window": titled(window),
        "actual": number(window.actual),
        "minimum": number(window.goal),
        "unit": unit(line, window.goal),
        "share": percent(window.share),
    }
