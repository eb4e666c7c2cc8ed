"""A promise like Malmö Väster's, in small: two parties, two areas, one commitment at a time. Fixed values."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from accounts.choices import OrganisationKind
from accounts.tests.factories import OrganisationFactory, UserFactory
from promises.choices import AreaRule, CommitmentForm, PartyRole, Role, TargetKind, TargetWindow
from promises.models import (
    Amendment,
    Area,
    Commitment,
    Effect,
    Indicator,
    Kind,
    LockException,
    Membership,
    PeriodLock,
    Promise,
    PromiseParty,
    School,
    SchoolClass,
    Target,
)


class PoliceFactory(OrganisationFactory):
    name = "Lokalpolisområde Söder"
    kind = OrganisationKind.POLICE


class MunicipalityFactory(OrganisationFactory):
    name = "Malmö stad"
    kind = OrganisationKind.MUNICIPALITY


class PromiseFactory(factory.django.DjangoModelFactory):
    """Both parties sign; 2019-01-01 to 2020-12-31."""

    class Meta:
        model = Promise
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"lofte-{n}")
    title = "Malmö Väster 2019–2020"
    short_title = "Malmö Väster"
    wording = "Detta lovar vi."
    purpose = "En tydlig markering."
    starts_on = date(2019, 1, 1)
    ends_on = date(2020, 12, 31)
    follow_up_on = date(2020, 12, 31)

    @factory.post_generation
    def parties(self, create, extracted, **kwargs):
        for organisation in (PoliceFactory(), MunicipalityFactory()):
            PromiseParty.objects.create(promise=self, organisation=organisation, role=PartyRole.SIGNATORY)


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    promise = factory.SubFactory(PromiseFactory)
    name = "Holma"


class CommitmentFactory(factory.django.DjangoModelFactory):
    """Visible activities; traits make the other three of the Malmö promise."""

    class Meta:
        model = Commitment

    class Params:
        counts_only = factory.Trait(
            form=CommitmentForm.COUNTS_ONLY,
            area_rule=AreaRule.OPTIONAL,
            title="Orosanmälningar",
            short_title="SoL-anmälningar",
            unit_one="anmälan",
            unit_many="anmälningar",
        )
        class_meeting = factory.Trait(
            form=CommitmentForm.CLASS_MEETING,
            area_rule=AreaRule.NONE,
            title="Tematräffar",
            short_title="Tematräffar",
            unit_one="klass",
            unit_many="klasser",
        )
        confidential = factory.Trait(
            confidential_until_done=True,
            title="Planlagda insatser",
            short_title="Planlagda insatser",
            unit_one="insats",
            unit_many="insatser",
        )

    promise = factory.SubFactory(PromiseFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = "Synliga aktiviteter"
    short_title = "Synliga aktiviteter"
    wording = "Målet är att genomföra minst 25 synliga aktiviteter i områdena."
    responsible = factory.SubFactory(PoliceFactory)
    form = CommitmentForm.ACTIVITY
    area_rule = AreaRule.REQUIRED
    unit_one = "aktivitet"
    unit_many = "aktiviteter"


class KindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Kind

    commitment = factory.SubFactory(CommitmentFactory)
    code = "fotpatrull"
    name = "Fotpatrull"


class TargetFactory(factory.django.DjangoModelFactory):
    """At least 25 in the whole period."""

    class Meta:
        model = Target
        skip_postgeneration_save = True

    class Params:
        yearly = factory.Trait(
            window=TargetWindow.CALENDAR_YEAR, minimum=50, reading="Minst 50 varje kalenderår."
        )
        coverage = factory.Trait(
            kind=TargetKind.COVERAGE,
            window=TargetWindow.SCHOOL_YEAR,
            minimum=1,
            grade=5,
            reading="Varje klass i årskurs fem minst en gång per läsår.",
        )
        on_request = factory.Trait(
            kind=TargetKind.ON_REQUEST, minimum=None, reading="Varje önskemål under perioden."
        )
        deliverable = factory.Trait(
            kind=TargetKind.DELIVERABLE,
            minimum=None,
            due_on=date(2019, 6, 30),
            reading="Senast den 30 juni 2019.",
        )
        effort = factory.Trait(kind=TargetKind.EFFORT, minimum=None, reading="Inget antal anges i löftet.")

    commitment = factory.SubFactory(CommitmentFactory)
    kind = TargetKind.COUNT
    window = TargetWindow.PERIOD
    minimum = 25
    reading = "Minst 25 under hela perioden, områdena tillsammans."

    @factory.post_generation
    def schools(self, create, extracted, **kwargs):
        if extracted:
            self.schools.set(extracted)


class AmendmentFactory(factory.django.DjangoModelFactory):
    """Both parties: 40 a year instead of 50, from 1 March 2020. Give ``target``."""

    class Meta:
        model = Amendment
        skip_postgeneration_save = True

    commitment = factory.SelfAttribute("target.commitment")
    target = factory.SubFactory(TargetFactory, yearly=True)
    decided_on = date(2020, 3, 1)
    recorded_on = factory.SelfAttribute("decided_on")
    reason = "Färre anmälningar än väntat."
    reference = "STK-2020-15"
    minimum = 40
    reading = "Minst 40 varje kalenderår."

    @factory.post_generation
    def decided_by(self, create, extracted, **kwargs):
        self.decided_by.set(extracted or [PoliceFactory(), MunicipalityFactory()])


class SchoolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = School

    promise = factory.SubFactory(PromiseFactory)
    name = "Holmaskolan"


class SchoolClassFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolClass

    school = factory.SubFactory(SchoolFactory)
    school_year = 2019
    grade = 5
    label = "5A"
    pupils = 24


class EffectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Effect

    promise = factory.SubFactory(PromiseFactory)
    wording = "En tryggare utomhusmiljö."


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Indicator

    effect = factory.SubFactory(EffectFactory)
    name = "Otrygg ute sen kväll"
    unit = "%"
    better = "lower"


class MembershipFactory(factory.django.DjangoModelFactory):
    """A police officer; give role and organisation for the others."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    promise = factory.SubFactory(PromiseFactory)
    organisation = factory.SubFactory(PoliceFactory)
    role = Role.OFFICER


class PeriodLockFactory(factory.django.DjangoModelFactory):
    """The first half of 2019, as the service leaves it. ``first_day``, ``last_day`` for other days."""

    class Meta:
        model = PeriodLock
        skip_postgeneration_save = True

    promise = factory.SubFactory(PromiseFactory)
    first_day = date(2019, 1, 1)
    last_day = date(2019, 6, 30)
    reason = "Halvåret är avslutat"
    locked_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def kept(self, create, extracted, **kwargs):
        self.promise.locked_until = max(self.last_day, self.promise.locked_until or self.last_day)
        self.promise.save(update_fields=["locked_until"])


class LockExceptionFactory(factory.django.DjangoModelFactory):
    """For a week from now."""

    class Meta:
        model = LockException

    lock = factory.SubFactory(PeriodLockFactory)
    user = factory.SubFactory(UserFactory)
    reason = "En rättelse"
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    granted_by = factory.SubFactory(UserFactory)
