"""The classes of the open läsår that nobody has met or booked, each with the form to plan a visit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from promises.permissions import Access, Action
from reports.evaluation import CommitmentLine
from reports.progress import ClassCell, WindowResult
from reports.wording import in_words, sentence


@dataclass(frozen=True, slots=True)
class ClassLeft:
    label: str
    url: str  # the form, filled in; "" for who may not plan


@dataclass(frozen=True, slots=True)
class SchoolLeft:
    name: str
    classes: tuple[ClassLeft, ...]


@dataclass(frozen=True, slots=True)
class ClassesLeft:
    """One commitment's läsår that is open now. ``booked``: how many have a meeting planned; ``without_register``:
    schools whose classes nobody has entered."""

    title: str
    year: str
    url: str
    schools: tuple[SchoolLeft, ...]
    left: int
    of: int
    booked: str
    without_register: tuple[str, ...]

    @property
    def answer(self) -> str:
        if not self.left:
            return _("The class register of %(year)s is not complete") % {"year": self.year}
        text = ngettext(
            "One class has neither been met nor booked in the school year %(year)s",
            "%(number)s classes have neither been met nor booked in the school year %(year)s",
            self.left,
        )
        return text % {"number": sentence(in_words(self.left)), "year": self.year}


def classes_left(lines: Sequence[CommitmentLine], access: Access, *, today: date) -> list[ClassesLeft]:
    """By the arithmetic of the grid on the commitment's own page; nothing where its plans are secret to the reader."""
    found = []
    for line in lines:
        if line.process.planned is None:
            continue
        for target in line.targets:
            window = _window_to_plan(target.progress.windows, today) if target.kind == "coverage" else None
            if window is not None:
                found.append(_left_in(line, window, access))
    return [one for one in found if one.left or one.without_register]


def _window_to_plan(windows: Sequence[WindowResult], today: date) -> WindowResult | None:
    """The läsår that has a day left after today: on its last day it is the next one's turn."""
    return next((window for window in windows if window.end > today), None)


def _left_in(line: CommitmentLine, window: WindowResult, access: Access) -> ClassesLeft:
    promise = access.promise
    may_plan = access.allows(Action.LOG)
    left: dict[str, list[ClassCell]] = defaultdict(list)
    for cell in window.cells:
        if not (cell.met or cell.booked_on or cell.waiting_on):
            left[cell.school].append(cell)
    booked = sum(cell.booked_on is not None and not cell.met for cell in window.cells)
    form = reverse("activities:log_form", args=[promise.slug, line.number])
    return ClassesLeft(
        title=line.short_title,
        year=window.label,
        url=reverse("reports:commitment", args=[promise.slug, line.number]),
        schools=tuple(
            SchoolLeft(
                school,
                tuple(
                    ClassLeft(cell.label, f"{form}?{_visit(school, window, cell)}" if may_plan else "")
                    for cell in sorted(cells, key=lambda cell: cell.label)
                ),
            )
            for school, cells in sorted(left.items())
        ),
        left=sum(len(cells) for cells in left.values()),
        of=len(window.cells),
        booked=_booked(booked),
        without_register=window.schools_without_register,
    )


def _booked(number: int) -> str:
    if not number:
        return ""
    text = ngettext("One class is booked.", "%(number)s classes are booked.", number)
    return text % {"number": sentence(in_words(number))}


def _visit(school: str, window: WindowResult, cell: ClassCell) -> str:
    return urlencode({"planerad": 1, "skola": school, "lasar": window.label, "klasser": cell.label})
