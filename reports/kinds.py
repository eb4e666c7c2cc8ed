"""What is said of targets without a number to reach: on request, deliverable, effort (docs/adr/0010)."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.evaluation import CommitmentLine, TargetLine
from reports.figures import Units, asked_and_answered, has_many_windows, is_open, unanswered, unit
from reports.progress import Delivery, Unanswered, WindowResult
from reports.status import Status
from reports.wording import in_words, listed, long_date, number, sentence, window_title

NAMED = 3  # so many unanswered requests are told one by one in a sentence


def promised(target: TargetLine) -> str:
    """What was promised in one line: "Varje önskemål besvaras"."""
    if target.kind == "on_request":
        return _("Every request is answered")
    if target.due_on is not None:
        return _("Done by %(day)s") % {"day": long_date(target.due_on)}
    return _("Judged in words, no number to reach")


def answer(line: CommitmentLine, target: TargetLine, *, as_of: date) -> str:
    """The commitment in one or two sentences."""
    windows = target.progress.windows
    if target.kind != "effort" and target.progress.status == Status.UPCOMING:
        return _("Begins on %(day)s.") % {"day": long_date(windows[0].start)}
    if target.kind == "on_request":
        return _requests_answer(windows, as_of=as_of)
    if (delivery := windows[0].delivery) is not None:
        return sentence(f"{_delivery_words(delivery, windows[0].status)}.")
    total = target.progress.total
    return _("Judged in words. So far %(number)s %(unit)s.") % {
        "number": number(total),
        "unit": unit(line, total),
    }


def outcome_so_far(target: TargetLine, *, as_of: date) -> str:
    """All windows in a few words: "3 av 4 önskemål besvarade". "" before the first day and for an effort."""
    windows = target.progress.windows
    if windows[0].start > as_of:
        return ""
    if target.kind == "on_request":
        asked, answered, _waiting = asked_and_answered(windows)
        return _answered_of(answered, asked) if asked else no_requests()
    delivery = windows[0].delivery
    return "" if delivery is None else _delivery_words(delivery, windows[0].status)


def _requests_answer(windows: Sequence[WindowResult], *, as_of: date) -> str:
    asked, answered, waiting = asked_and_answered(windows)
    if not asked:
        return _("No requests came.") if windows[-1].end <= as_of else _("Nobody has asked yet.")
    words = [f"{_answered_of(answered, asked)}."]
    if waiting:
        words.append(
            ngettext("%(number)s is not yet due.", "%(number)s are not yet due.", waiting)
            % {"number": sentence(in_words(waiting))}
        )
    missed = unanswered(windows)
    if missed:
        words.append(_unanswered_sentence(missed))
    return " ".join(words)


def _unanswered_sentence(missed: Sequence[Unanswered]) -> str:
    if len(missed) > NAMED:
        return _("%(number)s were not answered.") % {"number": sentence(in_words(len(missed)))}
    return _("Not answered: asked for on %(days)s.") % {
        "days": listed([long_date(one.asked_on) for one in missed])
    }


def _answered_of(answered: int, asked: int) -> str:
    return ngettext(
        "%(answered)s of %(asked)s request answered", "%(answered)s of %(asked)s requests answered", asked
    ) % {"answered": number(answered), "asked": number(asked)}


def _delivery_words(delivery: Delivery, status: Status) -> str:
    due = long_date(delivery.due_on)
    if delivery.done_on is None:
        if status == Status.NOT_KEPT:
            return _("not done, promised by %(day)s") % {"day": due}
        return _("to be done by %(day)s") % {"day": due}
    done = long_date(delivery.done_on)
    if not delivery.days_late:
        return _("done on %(done)s, promised by %(day)s") % {"done": done, "day": due}
    return ngettext(
        "done on %(done)s, %(days)s day after the promised day",
        "done on %(done)s, %(days)s days after the promised day",
        delivery.days_late,
    ) % {"done": done, "days": number(delivery.days_late)}


def requests_answered(asked: int) -> str:
    """Under "4 av 5": "önskemål besvarade"."""
    return ngettext("request answered", "requests answered", asked) if asked else ""


def no_requests() -> str:
    return _("no requests")


def delivered(delivery: Delivery) -> str:
    """One word for whether it is there."""
    return _("not done") if delivery.done_on is None else pgettext("deliverable", "done")


def delivery_day(delivery: Delivery) -> str:
    """Under it: the day it was done, or the one it was promised by."""
    if delivery.done_on is None:
        return _("promised by %(day)s") % {"day": long_date(delivery.due_on)}
    return long_date(delivery.done_on)


def words_of(line: Units, windows: Sequence[WindowResult]) -> str:
    """The outcome of one window, or of several together: "4 av 5 önskemål besvarade", "12 aktiviteter"."""
    if windows[0].requests is not None:
        asked, answered, _waiting = asked_and_answered(windows)
        return _answered_of(answered, asked) if asked else no_requests()
    if (delivery := windows[0].delivery) is not None:
        return _delivery_words(delivery, windows[0].status)
    total = sum(window.actual for window in windows)
    return f"{number(total)} {unit(line, total)}"


def window_note(line: CommitmentLine, window: WindowResult) -> str:
    """ "2019: 4 av 5 önskemål besvarade"."""
    if window.status == Status.UPCOMING:
        return _("%(window)s: not begun") % {"window": window_title(window.label)}
    return f"{window_title(window.label)}: {words_of(line, [window])}"


def outcomes(line: CommitmentLine, target: TargetLine) -> list[str]:
    """The outcome window by window; of many windows, and of what has one day, all together."""
    windows = target.progress.windows
    if len(windows) == 1 or has_many_windows(target):
        return [words_of(line, windows)]
    return [window_note(line, window) for window in windows]


def year_note(line: CommitmentLine, year: int, windows: Sequence[WindowResult], *, as_of: date) -> str:
    """ "2019: 3 av 4 önskemål besvarade": over the windows of one year."""
    if windows[0].start > as_of:
        return _("%(window)s: not begun") % {"window": str(year)}
    return f"{year}: {words_of(line, windows)}"


def unanswered_words(one: Unanswered) -> str:
    """What became of a request that was not answered."""
    if one.cancelled:
        return _("cancelled")
    return _("not done, agreed for %(day)s") % {"day": one.day.isoformat()}


def problem(line: CommitmentLine, target: TargetLine, *, as_of: date) -> tuple[Status, str] | None:
    """What does not stand well, for the promise's headline: (how bad, the sentence)."""
    title = sentence(line.short_title)
    window = target.progress.windows[0]
    if missed := unanswered(target.progress.windows):
        status = Status.BEHIND if target.progress.status == Status.BEHIND else Status.NOT_KEPT
        return status, ngettext(
            "%(title)s: one request was not answered.",
            "%(title)s: %(number)s requests were not answered.",
            len(missed),
        ) % {"title": title, "number": in_words(len(missed))}
    if window.delivery is None or window.status != Status.NOT_KEPT:
        return None
    days = window.delivery.days_late
    if days:
        return Status.NOT_KEPT, ngettext(
            "%(title)s: done %(days)s day late.", "%(title)s: done %(days)s days late.", days
        ) % {"title": title, "days": number(days)}
    due = long_date(window.delivery.due_on, year_of=as_of)
    return Status.NOT_KEPT, _("%(title)s: not done by %(day)s.") % {"title": title, "day": due}


def can_be_mended(target: TargetLine, *, as_of: date) -> bool:
    """There is still time in which something can be done about it."""
    windows = target.progress.windows
    delivered = windows[0].delivery is not None and windows[0].delivery.done_on is not None
    return not delivered and any(is_open(window, as_of) for window in windows)
