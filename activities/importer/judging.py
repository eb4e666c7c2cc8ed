"""Rows of a file, each by the rules of the form, then compared with what is there (docs/adr/0006)."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import State, Verdict
from activities.entries import entry_of
from activities.importer.columns import cells, digest
from activities.importer.reading import RawRow
from activities.importer.rows import Reader, Row
from activities.models import Activity
from activities.rules import Entry
from activities.services import Origin, draft
from promises.locks import binding_locks, lock_of, refusal, standing_locks
from promises.models import Promise

_AT_ONCE = 500

Difference = tuple[str, str, str]
"""Column, what stands there, what the file says."""


@dataclass(slots=True)
class Judged:
    """One row. ``entry``, ``activity`` (a draft under its key) and ``content`` where it is free of fault;
    ``stored``: the activity that has its key, if there is one that the writer may know of."""

    raw: RawRow
    row: Row
    entry: Entry | None = None
    activity: Activity | None = None
    content: dict[str, str] = field(default_factory=dict)
    stored: Activity | None = None
    differences: list[Difference] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        if self.row.faults or self.activity is None:
            return Verdict.ERROR
        if self.stored is None:
            return Verdict.NEW
        return Verdict.CHANGED if self.differences else Verdict.SAME

    @property
    def draft(self) -> tuple[Activity, Entry]:
        """Only of a row without fault."""
        assert self.activity is not None  # noqa: S101  # told to mypy
        assert self.entry is not None  # noqa: S101
        return self.activity, self.entry


def judge(
    rows: Iterable[RawRow],
    reader: Reader,
    origin: Origin,
    *,
    refused: Mapping[int, Sequence[tuple[str, str]]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Judged]:
    """Each row by itself and beside the others of the file. ``progress`` is told how many are done, now and then.

    ``refused``: by number of the row, the cells whose personal data was not kept (``Reader.read``).
    """
    found: list[Judged] = []
    first_with: dict[str, int] = {}
    copies: Counter[str] = Counter()
    for raw in rows:
        row, entry = reader.read(raw, (refused or {}).get(raw.number, ()))
        one = Judged(raw, row)
        if row.key and row.key in first_with:
            reason = _("The same id stands in row %(row)s. Each row has an id of its own, or none.")
            row.fault("id", reason % {"row": first_with[row.key]})
        first_with.setdefault(row.key, row.number)
        if entry is not None and row.commitment is not None and not row.faults:
            content = cells(row.commitment.number, entry)
            mark = digest(content)
            copies[mark] += not row.key
            key = row.key or _derived(reader.names.promise, mark, copies[mark])
            try:
                activity = draft(
                    row.commitment, entry, client_key=key, origin=replace(origin, imported_as=mark)
                )
            except ValidationError as error:
                for name, reasons in error.message_dict.items():
                    row.blame(name, " ".join(reasons))
            else:
                one.entry, one.activity, one.content = entry, activity, content
        found.append(one)
        if progress is not None and len(found) % _AT_ONCE == 0:
            progress(len(found))
    return found


def compare(found: Sequence[Judged], *, promise: Promise, sees_plans: bool) -> None:
    """Tell each row without fault what stands under its key. A plan the writer may not know of is a fault that says
    nothing of it."""
    judged = [one for one in found if one.activity is not None and not one.row.faults]
    for start in range(0, len(judged), _AT_ONCE):
        part = {one.draft[0].client_key: one for one in judged[start : start + _AT_ONCE]}
        rows = Activity.objects.filter(promise=promise, client_key__in=list(part)).with_names()
        stored = {activity.client_key: activity for activity in rows.select_related("promise")}
        open_to_writer = stored
        if not sees_plans:
            open_ones = Activity.objects.filter(pk__in=[one.pk for one in stored.values()])
            shown = set(open_ones.open_to_both_parties().values_list("pk", flat=True))
            open_to_writer = {key: one for key, one in stored.items() if one.pk in shown}
        for key, activity in stored.items():
            one = part[key]
            if key in open_to_writer:
                one.stored = activity
                one.differences = _differences(activity, one)
            else:
                one.row.fault("id", _("This id cannot be used. Give the row another one."))


def refuse_impossible_changes(found: Iterable[Judged]) -> None:
    """Of the rows that would change an activity: a fault where no correction could do it."""
    for one in found:
        if one.verdict != Verdict.CHANGED or one.stored is None or one.entry is None:
            continue
        if one.stored.is_voided:
            one.row.fault("id", _("The row has been voided and does not come back. Give it another id."))
        elif one.stored.commitment != one.row.commitment:
            one.row.fault(
                "åtagande",
                _("The row stands under commitment %(number)s. Void it there, and give this one another id.")
                % {"number": one.stored.commitment.number},
            )
        elif one.stored.state == State.DONE and one.entry.state != State.DONE:
            one.row.fault("status", _("What is done cannot become planned or cancelled. Void it instead."))


def refuse_locked(found: Iterable[Judged], held: Promise, *, by: User | None) -> None:
    """Every row that would write in a locked period, so that the file can be put right at once; the service refuses
    the first. ``by`` None: a command line, which has no exception."""
    locks = standing_locks(held) if by is None else binding_locks(held, by)
    for one in found:
        if one.entry is None or one.verdict not in (Verdict.NEW, Verdict.CHANGED):
            continue
        days = [one.entry.days, *([one.stored.days] if one.stored is not None else [])]
        lock = next((lock for several in days if (lock := lock_of(several, locks)) is not None), None)
        if lock is not None:
            one.row.blame("occurred_on", refusal(lock))


def _derived(promise: Promise, mark: str, occurrence: int) -> str:
    """The key of a row without an id: what it says, and the number of such rows up to it."""
    return hashlib.sha256(f"{promise.slug}\n{mark}\n{occurrence}".encode()).hexdigest()


def _differences(stored: Activity, new: Judged) -> list[Difference]:
    """None where the file says what the row says now, or what it was imported as."""
    if new.activity is None or stored.imported_as == new.activity.imported_as:
        return []
    old = cells(stored.commitment.number, entry_of(stored))
    return [(name, old[name], text) for name, text in new.content.items() if old[name] != text]
