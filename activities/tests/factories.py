from datetime import timedelta

import factory

from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.models import Activity
from activities.tallies import Related, added_by, change, rebuild
from promises.tests.factories import CommitmentFactory


class ActivityFactory(factory.django.DjangoModelFactory):
    """A counted activity on the first day of the period, without history. ``day``: days into the period."""

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    class Params:
        day = 0
        planned = factory.Trait(state=State.PLANNED)
        cancelled = factory.Trait(state=State.CANCELLED, reason="Pandemin")

    commitment = factory.SubFactory(CommitmentFactory)
    promise = factory.SelfAttribute("commitment.promise")
    logged_by = factory.SubFactory(UserFactory)
    state = State.DONE

    @factory.lazy_attribute
    def occurred_on(self):
        return self.commitment.promise.starts_on + timedelta(days=self.day)

    @factory.post_generation
    def areas(self, create, extracted, **kwargs):
        if extracted:
            self.areas.set(extracted)

    @factory.post_generation
    def parties(self, create, extracted, **kwargs):
        if extracted:
            self.parties.set(extracted)

    @factory.post_generation
    def totals(self, create, extracted, **kwargs):
        """Last of all, as the services do. What a test writes into the row later, ``count_again`` finds."""
        related = Related(
            areas=tuple(area.pk for area in self.areas.all()),
            parties=tuple(party.pk for party in self.parties.all()),
        )
        change(before={}, now=added_by(self, related))


def count_again(promise):
    """For a test that wrote rows past the services: the running totals as they would have kept them."""
    for commitment in promise.commitments.all():
        rebuild(commitment)
