"""Whether every acknowledged entry is there exactly once. Pure but for the type of what is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from soak.officers import Sent
from soak.people import Stored


@dataclass(frozen=True, slots=True)
class Outcome:
    """Numbers of entries. ``unsure``: never acknowledged, which may be there or not, but not twice. ``odd``: answers
    that an entry should never get, by status."""

    acknowledged: int
    unsure: int
    missing: int
    doubled: int
    unknown: int
    odd: dict[int, int]
    history_agrees: bool
    totals_agree: bool

    @property
    def holds(self) -> bool:
        wrong = self.missing or self.doubled or self.unknown or self.odd
        return self.acknowledged > 0 and not wrong and self.history_agrees and self.totals_agree

    def in_words(self) -> str:
        history = "agrees" if self.history_agrees else "DIFFERS"
        totals = "agree" if self.totals_agree else "DIFFER"
        return (
            f"{self.acknowledged} acknowledged: {self.missing} missing, {self.doubled} doubled; {self.unknown} rows "
            f"that nobody sent, {self.unsure} never acknowledged, odd answers {self.odd or 'none'}; "
            f"history {history}, totals {totals}"
        )


EXPECTED = frozenset({0, 200, 201, 500, 502, 503, 504})
"""200 and 201 acknowledge; with the others an entry is sent again. Anything else refuses an entry that was right."""


def judge(sent: Sequence[Sent], stored: Stored) -> Outcome:
    """An entry is known by its note as well as by its key: the same under a new key would be doubled, too."""
    by_note = Counter[str]()
    for (_key, note), number in stored.rows.items():
        by_note[note] += number
    acknowledged = [one for one in sent if one.acknowledged]
    answers = Counter(status for one in sent for status in one.answers)
    notes = {one.note for one in sent}
    return Outcome(
        acknowledged=len(acknowledged),
        unsure=len(sent) - len(acknowledged),
        missing=sum(1 for one in acknowledged if (one.key, one.note) not in stored.rows),
        doubled=sum(1 for number in by_note.values() if number > 1),
        unknown=sum(number for note, number in by_note.items() if note not in notes),
        odd={status: number for status, number in sorted(answers.items()) if status not in EXPECTED},
        history_agrees=stored.created == stored.rows.total(),
        totals_agree=stored.totals_agree,
    )
