"""Evidence as one reader sees it."""

from dataclasses import dataclass
from datetime import datetime

from activities.models import Activity, Evidence
from promises.permissions import Access


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence. ``may_open``: its link or file can be opened by the reader."""

    item: Evidence
    since: datetime
    may_open: bool


def shown_evidence(row: Activity, access: Access) -> tuple[list[Shown], list[Shown]]:
    """One query: what shows the activity, and what was taken away from it."""
    may = row.is_in_hands_of(access)
    shown = [
        Shown(one, one.since(access), (one.has_file or bool(one.url)) and (may or not one.is_voided))
        for one in Evidence.objects.of(row, access)
    ]
    return [one for one in shown if not one.item.is_voided], [one for one in shown if one.item.is_voided]
