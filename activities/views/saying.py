"""What is said after something was saved, and what a form counts towards: the same words on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import State
from activities.models import Activity
from activities.usual import logged_just_before, minutes_between
from activities.wording import in_words
from promises.models import Commitment

ANOTHER = "en_till"
"""The button that saves and comes back to the form."""
_SAVED_WORDS = {
    "ny": gettext_lazy("Saved: %(activity)s."),
    "redan": gettext_lazy("Already saved: %(activity)s."),
}
_PLANNED_WORDS = gettext_lazy("Planned: %(activity)s.")


@dataclass(frozen=True, slots=True)
class Twin:
    """``row`` says just what ``other`` said so many minutes before: perhaps one thing that was logged twice."""

    row: Activity
    other: Activity
    minutes: int


def twin_of(row: Activity) -> Twin | None:
    if row.is_voided or (other := logged_just_before(row)) is None:
        return None
    return Twin(row, other, minutes_between(other.logged_at, row.logged_at))


class SayingMixin:
    """Activities know no figures: ``standing`` and ``standing_after`` are empty here, and said by
    ``reports.views.logging``, whose views are the ones that have an address."""

    request: HttpRequest

    def standing(self, commitment: Commitment) -> Sequence[str]:
        """How the commitment stands, a line for each target: "27 av 25 synliga aktiviteter"."""
        return ()

    def standing_after(self, row: Activity) -> str:
        """How it stands now that the row counts: "Nu 23 av 25 synliga aktiviteter."."""
        return ""

    def thanks(self, row: Activity, *, how: str, today: date) -> str:
        """All that is said when a row (``with_names``) has been saved. ``how``: "ny", or "redan" where it was sent
        twice; "" of anything else."""
        said = _SAVED_WORDS.get(how)
        if said is None:
            return ""
        if how == "ny" and row.state == State.PLANNED:
            said = _PLANNED_WORDS
        return self.with_standing(said % {"activity": in_words(row, today)}, row)

    def with_standing(self, text: str, row: Activity) -> str:
        """What was done, and what it did: how the commitment stands now, or that the row does not count yet."""
        text = with_review(text, row)
        after = self.standing_after(row) if row.is_counted else ""
        return f"{text} {after}" if after else text

    def say(self, row: Activity, *, how: str, today: date) -> Twin | None:
        """The thanks, above the page; and whether the person wrote the same shortly before."""
        if not (text := self.thanks(row, how=how, today=today)):
            return None
        messages.success(self.request, text)
        return twin_of(row)


def with_review(text: str, row: Activity) -> str:
    """What is said after saving, and that the row does not count yet."""
    return f"{text} {_('It counts when a coordinator has approved it.')}" if row.is_waiting else text
