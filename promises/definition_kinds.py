"""What is wrong with a target that has no number to reach (docs/adr/0010)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from promises.definition_reading import Found, as_day, as_list


def kind_problems(
    place: str, target: dict[str, Any], commitment: dict[str, Any], span: tuple[date, date] | None
) -> Found:
    """``span``: the promise's period, where it is one."""
    yield from _on_request(place, target, commitment)
    yield from _deliverable(place, target, commitment, span)


def _on_request(place: str, target: dict[str, Any], commitment: dict[str, Any]) -> Found:
    if target.get("kind") != "on_request":
        return
    if commitment.get("form") == "counts_only":
        yield (
            f"{place}.kind",
            _("Requests are logged one by one, each with the day it was asked for, and not as numbers only."),
        )
    if commitment.get("confidential_until_done") is True:
        yield (
            f"{place}.kind",
            _(
                "What is asked for and not answered must be told, and plans are secret here. Take out "
                "confidential_until_done, or choose another kind of target."
            ),
        )


def _deliverable(
    place: str, target: dict[str, Any], commitment: dict[str, Any], span: tuple[date, date] | None
) -> Found:
    if target.get("kind") != "deliverable":
        return
    if commitment.get("form") == "counts_only":
        yield f"{place}.kind", _("A deliverable is done on a day, and only numbers by month are logged here.")
    if len(as_list(commitment, "targets")) > 1:
        yield (
            f"{place}.kind",
            _(
                "A deliverable is the only target of its commitment: the first activity logged there is the "
                "delivery. Make a commitment of its own of it."
            ),
        )
    due_on = as_day(target, "due_on")
    if due_on is not None and span and not span[0] <= due_on <= span[1]:
        shown = {"day": due_on, "first": span[0], "last": span[1]}
        yield f"{place}.due_on", _("The day %(day)s lies outside the period %(first)s – %(last)s.") % shown
