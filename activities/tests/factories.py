from datetime import timedelta

import factory

from accounts.tests.factories import UserFactory
from activities.choices import State
from activities.models import Activity
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
