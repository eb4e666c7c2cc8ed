"""What is offered when something is logged."""

from datetime import date

from django.utils import timezone

from activities.choices import State
from activities.options import reported_by_month
from activities.tests.factories import ActivityFactory
from promises.tests.factories import CommitmentFactory


def test_reported_by_month_tells_what_counts(actors):
    commitment = CommitmentFactory(promise=actors.promise, counts_only=True)
    for quantity in (2, 3):
        ActivityFactory(commitment=commitment, occurred_on=date(2019, 3, 1), quantity=quantity)
    ActivityFactory(commitment=commitment, occurred_on=date(2019, 4, 1), quantity=0)
    ActivityFactory(
        commitment=commitment,
        occurred_on=date(2019, 5, 1),
        voided_at=timezone.now(),
        voided_by=actors.officer,
        void_reason="Dubbelt",
    )
    ActivityFactory(commitment=commitment, occurred_on=date(2019, 6, 1), state=State.PLANNED)
    ActivityFactory(commitment=CommitmentFactory(promise=actors.promise), occurred_on=date(2019, 7, 1))

    assert reported_by_month(commitment, access=actors.access("staff")) == {
        date(2019, 3, 1): 5,
        date(2019, 4, 1): 0,
    }
