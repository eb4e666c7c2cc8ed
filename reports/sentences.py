"""The answer as a sentence, for a promise and for a commitment. Every number comes from the Evaluation."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import kinds
from reports.enough import enough_of
from reports.evaluation import CommitmentLine, Evaluation, TargetLine
from reports.figures import (
    FAILED,
    OFF_PACE,
    all_counted,
    behind_by,
    failed_windows,
    has_known_window,
    has_number,
    is_judged_by_numbers,
    is_open,
    is_rhythm,
    kept_of,
    nothing_logged,
    on_track,
    reached_on,
    short_by,
    shown_target,
    shown_window,
    unit,
)
from reports.progress import WindowResult
from reports.remaining import hopeless, missed_classes, pace_words
from reports.status import Status
from reports.wording import in_words, listed, long_date, named, number, parts_word, sentence, titled

MOST_PROBLEMS = 2  # in the headline; the rows below have them all


# --- the promise ------------------------------------------------------------------------------------------


def promise_answer(evaluation: Evaluation) -> str:
    """One to three short sentences: how many commitments stand well, and what does not."""
    problems: list[str] = []
    if evaluation.as_of >= evaluation.promise.starts_on and not nothing_logged(evaluation):
        judged = [line for line in evaluation.lines if is_judged_by_numbers(line)]
        problems = _problems(evaluation, judged)[:MOST_PROBLEMS]
    return " ".join([promise_summary(evaluation), *problems])


def promise_summary(evaluation: Evaluation) -> str:
    """How many commitments stand well, and none by its name; or why nobody can say."""
    promise, as_of = evaluation.promise, evaluation.as_of
    if not evaluation.lines:
        return _("The promise has no commitments yet.")
    if as_of < promise.starts_on:
        return _("The promise begins on %(day)s.") % {"day": long_date(promise.starts_on)}
    over = as_of >= promise.ends_on
    if nothing_logged(evaluation):
        return _("Nothing was logged.") if over else _("Nobody has logged anything yet.")
    judged = [line for line in evaluation.lines if is_judged_by_numbers(line)]
    if not judged:
        return _("No commitment is judged by numbers.")
    return _how_many_kept(judged) if over else _how_many_on_pace(judged)


def _how_many_on_pace(lines: list[CommitmentLine]) -> str:
    good, total = sum(on_track(line) for line in lines), len(lines)
    if good == total:
        if total == 1:
            return _("The commitment is on pace.")
        if total == 2:
            return _("Both commitments are on pace.")
        return _("All %(total)s commitments are on pace.") % {"total": in_words(total)}
    if good == 0:
        if total == 1:
            return _("The commitment is not on pace.")
        return _("None of %(total)s commitments is on pace.") % {"total": in_words(total)}
    return ngettext(
        "One of %(total)s commitments is on pace.", "%(good)s of %(total)s commitments are on pace.", good
    ) % {"good": sentence(in_words(good)), "total": in_words(total)}


def _how_many_kept(lines: list[CommitmentLine]) -> str:
    kept, total = sum(line.status == Status.KEPT for line in lines), len(lines)
    partly = sum(line.status == Status.PARTLY_KEPT for line in lines)
    if kept == total:
        if total == 1:
            return _("The commitment is kept.")
        if total == 2:
            return _("Both commitments are kept.")
        return _("All %(total)s commitments are kept.") % {"total": in_words(total)}
    if total == 1:
        return _("The commitment is partly kept.") if partly else _("The commitment is not kept.")
    if kept == 0:
        summary = _("None of %(total)s commitments is kept") % {"total": in_words(total)}
    else:
        summary = ngettext(
            "One of %(total)s commitments is kept", "%(kept)s of %(total)s commitments are kept", kept
        ) % {"kept": sentence(in_words(kept)), "total": in_words(total)}
    if not partly:
        return f"{summary}."
    return ngettext("%(summary)s, one partly.", "%(summary)s, %(partly)s partly.", partly) % {
        "summary": summary,
        "partly": in_words(partly),
    }


def _problems(evaluation: Evaluation, lines: list[CommitmentLine]) -> list[str]:
    """What does not stand well, one for each commitment: what can still be mended, then what was missed."""
    as_of = evaluation.as_of
    open_now: list[tuple[Status, str]] = []
    missed: list[tuple[Status, str]] = []
    for line in lines:
        target = shown_target(line)
        if target is None:
            continue
        if not has_number(target):
            if found := kinds.problem(line, target, as_of=as_of):
                (open_now if kinds.can_be_mended(target, as_of=as_of) else missed).append(found)
            continue
        window = shown_window(target.progress.windows, as_of)
        if is_open(window, as_of) and (text := _open_problem(line, window)):
            open_now.append((window.status, text))
        elif failures := failed_windows(line, as_of):
            of_target, failed = failures[-1]
            missed.append((failed.status, _missed(line, of_target, failed, as_of)))
    # sorted() keeps the order of the promise where two are as bad
    ranked = [*sorted(open_now, key=_worst_first), *sorted(missed, key=_worst_first)]
    return [text for _status, text in ranked]


def _worst_first(problem: tuple[Status, str]) -> int:
    order = [Status.NOT_KEPT, Status.BEHIND, Status.UNKNOWN, Status.AT_RISK]
    return order.index(problem[0])


def _open_problem(line: CommitmentLine, window: WindowResult) -> str:
    title = sentence(line.short_title)
    if window.status in OFF_PACE and window.cells:
        behind = behind_by(window)
        return ngettext("%(title)s: one class behind.", "%(title)s: %(number)s classes behind.", behind) % {
            "title": title,
            "number": in_words(behind),
        }
    if window.status in OFF_PACE and window.area:
        return _("%(title)s: %(area)s is %(number)s behind.") % {
            "title": title,
            "area": window.area,
            "number": in_words(behind_by(window)),
        }
    if window.status in OFF_PACE:
        return _("%(title)s: %(number)s behind.") % {"title": title, "number": in_words(behind_by(window))}
    if window.status == Status.UNKNOWN:
        return _("%(title)s: the class register is missing.") % {"title": title}
    return ""


def _missed(line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date) -> str:
    title = sentence(line.short_title)
    if is_rhythm(target) and has_known_window(target):
        return _("%(title)s: %(kept)s.") % {"title": title, "kept": windows_kept(target, as_of=as_of)}
    if window.status == Status.UNKNOWN:
        if window.schools_without_register:
            return _("%(title)s: the class register of %(window)s is missing.") % {
                "title": title,
                "window": named(window),
            }
        return _("%(title)s: no data for %(window)s.") % {"title": title, "window": named(window)}
    if target.kind == "coverage":
        return _("%(title)s: %(what)s") % {"title": title, "what": f"{missed_classes(window)}."}
    values = {"title": title, "actual": number(window.actual), "minimum": number(window.goal)}
    if len(target.progress.windows) == 1:
        return _("%(title)s: %(actual)s of %(minimum)s.") % values
    return _("%(title)s: %(actual)s of %(minimum)s in %(window)s.") % {
        **values,
        "window": named(window),
    }


# --- one commitment ---------------------------------------------------------------------------------------


def commitment_answer(line: CommitmentLine, *, as_of: date) -> str:
    """What is left to do, since when it is kept, or what is missing."""
    target = shown_target(line)
    if target is None:
        done = line.process.done
        return _("Judged in words. Logged so far: %(number)s.") % {"number": number(done)}
    if has_number(target):
        return _number_answer(line, target, as_of)
    return kinds.answer(line, target, as_of=as_of)


def _number_answer(line: CommitmentLine, target: TargetLine, as_of: date) -> str:
    windows = target.progress.windows
    window = shown_window(windows, as_of)
    if window.start > as_of:
        return _("Begins on %(day)s.") % {"day": long_date(window.start)}
    if window.area and is_open(window, as_of) and window.status in OFF_PACE:
        return _worst_area(line, window, as_of)
    if is_rhythm(target) and kept_of(windows, as_of)[1]:
        return _rhythm_answer(line, target, window, as_of)
    if not is_open(window, as_of) and len(windows) > 1:
        return _all_windows(line, target, as_of)
    answer = _coverage_answer if target.kind == "coverage" else _count_answer
    return answer(line, target, window, as_of)


def _worst_area(line: CommitmentLine, window: WindowResult, as_of: date) -> str:
    behind = _("%(area)s is %(number)s behind.") % {
        "area": window.area,
        "number": in_words(behind_by(window)),
    }
    return f"{behind} {_left(line, window, as_of)}"


def windows_kept(target: TargetLine, *, as_of: date) -> str:
    """ "81 av 104 veckor uppfyllda": of the windows whose verdict stands."""
    kept, of = kept_of(target.progress.windows, as_of)
    if target.each_area:
        return _("%(kept)s of %(of)s kept, each area by itself") % {"kept": number(kept), "of": number(of)}
    return ngettext("%(kept)s of %(of)s %(windows)s kept", "%(kept)s of %(of)s %(windows)s kept", of) % {
        "kept": number(kept),
        "of": number(of),
        "windows": parts_word(target, of),
    }


def _rhythm_answer(line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date) -> str:
    if not has_known_window(target):
        return _("No data.")
    total = all_counted(line, target)
    answer = _("%(kept)s, %(total)s %(unit)s in all.") % {
        "kept": windows_kept(target, as_of=as_of),
        "total": number(total),
        "unit": unit(line, total),
    }
    unknown = sum(one.status == Status.UNKNOWN for one in target.progress.windows)
    if unknown:
        answer += " " + _("No data for %(number)s %(windows)s.") % {
            "number": number(unknown),
            "windows": parts_word(target, unknown),
        }
    if is_open(window, as_of) and window.status != Status.KEPT:
        answer += " " + _("%(window)s so far: %(actual)s of %(minimum)s.") % {
            "window": titled(window),
            "actual": number(window.actual),
            "minimum": number(window.goal),
        }
    return answer


def _count_answer(line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date) -> str:
    if window.status == Status.UNKNOWN:
        return _("No data.")
    count = {"actual": number(window.actual), "minimum": number(window.goal)}
    if window.status == Status.KEPT:
        day = reached_on(line, target, window)
        if day is None:
            return _("%(actual)s of %(minimum)s, kept.") % count
        return _("%(actual)s of %(minimum)s, kept since %(day)s.") % {**count, "day": long_date(day)}
    missing = short_by(window)
    if not is_open(window, as_of):
        return ngettext(
            "%(actual)s of %(minimum)s: %(missing)s %(unit)s is missing.",
            "%(actual)s of %(minimum)s: %(missing)s %(unit)s are missing.",
            missing,
        ) % {**count, "missing": in_words(missing), "unit": unit(line, missing)}
    return _left(line, window, as_of)


def _coverage_answer(line: CommitmentLine, target: TargetLine, window: WindowResult, as_of: date) -> str:
    if window.schools_without_register:
        return _("The class register is missing for %(schools)s, %(window)s.") % {
            "schools": listed(window.schools_without_register),
            "window": named(window),
        }
    if window.status == Status.UNKNOWN:
        return _("No data.")
    if window.status == Status.KEPT:
        day = reached_on(line, target, window)
        if day is None:
            return _("Every class of %(window)s has been met.") % {"window": named(window)}
        return _("Every class of %(window)s has been met, the last one on %(day)s.") % {
            "window": named(window),
            "day": long_date(day),
        }
    if not is_open(window, as_of):
        return sentence(f"{missed_classes(window)}.")
    return _left(line, window, as_of)


def _all_windows(line: CommitmentLine, target: TargetLine, as_of: date) -> str:
    """When all that has begun is over: each window by itself, for one never makes up for another."""
    windows = [window for window in target.progress.windows if window.start <= as_of]
    if target.kind == "coverage":
        failed = [window for window in windows if window.status in FAILED]
        if not failed:
            return _("Every class has been met, every school year.")
        return sentence(" ".join(sentence(_failed_coverage(window)) for window in failed))
    return " ".join(_closed_window(line, window) for window in windows)


def _closed_window(line: CommitmentLine, window: WindowResult) -> str:
    if window.status == Status.UNKNOWN:
        return _("%(window)s: no data.") % {"window": titled(window)}
    values = {
        "window": titled(window),
        "actual": number(window.actual),
        "minimum": number(window.goal),
    }
    if window.status == Status.KEPT:
        return _("%(window)s: %(actual)s of %(minimum)s, kept.") % values
    missing = short_by(window)
    return ngettext(
        "%(window)s: %(actual)s of %(minimum)s, %(missing)s is missing.",
        "%(window)s: %(actual)s of %(minimum)s, %(missing)s are missing.",
        missing,
    ) % {**values, "missing": in_words(missing)}


def _failed_coverage(window: WindowResult) -> str:
    if window.schools_without_register:
        return _("the class register is missing for %(schools)s, %(window)s.") % {
            "schools": listed(window.schools_without_register),
            "window": named(window),
        }
    if window.status == Status.UNKNOWN:
        return _("no data for %(window)s.") % {"window": named(window)}
    return f"{missed_classes(window)}."


def _left(line: CommitmentLine, window: WindowResult, as_of: date) -> str:
    """How many more and by when, at which pace, and whether the pace so far leads there."""
    found = enough_of(window, as_of=as_of)
    left = sentence(_so_many_more(line, short_by(window), window, as_of))
    if found is None:
        return f"{left}."
    pace = pace_words(found)
    return " ".join(filter(None, [f"{left}: {pace}." if pace else f"{left}.", hopeless(found)]))


def _so_many_more(line: CommitmentLine, count: int, window: WindowResult, as_of: date) -> str:
    values = {"number": in_words(count), "unit": unit(line, count)}
    if window.end == date(as_of.year, 12, 31):  # a later one is not "the new year" to whoever reads it
        return _("%(number)s more %(unit)s before the new year") % values
    return _("%(number)s more %(unit)s by %(day)s") % {**values, "day": long_date(window.end)}
