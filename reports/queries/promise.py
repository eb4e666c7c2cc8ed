"""What the promise itself says: its texts and parties, and the effects with what was measured."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import Organisation
from activities.models import Activity
from promises.choices import MeasurementRole, PartyRole
from promises.locks import standing_locks
from promises.models import Area, Effect, Measurement, Promise
from reports.evaluation import EffectLine, IndicatorLine, LockedLine, MeasurementLine, PromiseInfo


def parties_of(promise: Promise) -> list[tuple[str, Organisation]]:
    """Their roles and who they are, the police first."""
    parties = [(party.role, party.organisation) for party in promise.parties.select_related("organisation")]
    parties.sort(key=lambda party: not party[1].is_police)  # stable: within a kind as they were entered
    return parties


def promise_info(promise: Promise, areas: list[Area], parties: list[tuple[str, Organisation]]) -> PromiseInfo:
    return PromiseInfo(
        slug=promise.slug,
        title=promise.title,
        wording=promise.wording,
        purpose=promise.purpose,
        basis=tuple(row.text for row in promise.basis.all()),
        follow_up=promise.follow_up,
        source=promise.source,
        starts_on=promise.starts_on,
        ends_on=promise.ends_on,
        follow_up_on=promise.follow_up_on,
        parties=tuple(organisation.name for role, organisation in parties if role == PartyRole.SIGNATORY),
        partners=tuple(organisation.name for role, organisation in parties if role == PartyRole.PARTNER),
        areas=tuple(area.full_name for area in areas),
        example_data=Activity.objects.filter(promise=promise, is_example=True).exists(),
    )


def locked_of(promise: Promise, *, as_of: date) -> tuple[LockedLine, ...]:
    """What lies locked of the days that are counted. Without a query where nothing is."""
    return tuple(
        LockedLine(lock.first_day, lock.last_day, timezone.localtime(lock.locked_at).date())
        for lock in standing_locks(promise)
        if lock.first_day <= as_of
    )


def effects_of(promise: Promise, *, as_of: date) -> tuple[EffectLine, ...]:
    measured = Measurement.objects.filter(voided_on=None, measured_on__lte=as_of)
    effects = Effect.objects.filter(promise=promise).prefetch_related(
        "indicators", Prefetch("indicators__measurements", measured.select_related("area"))
    )
    return tuple(
        EffectLine(
            effect.wording,
            tuple(
                IndicatorLine(
                    name=indicator.name,
                    unit=indicator.unit,
                    better=indicator.better,
                    source=indicator.source,
                    baseline=_measurement(indicator.measurements.all(), MeasurementRole.BASELINE),
                    follow_up=_measurement(indicator.measurements.all(), MeasurementRole.FOLLOW_UP),
                )
                for indicator in effect.indicators.all()
            ),
        )
        for effect in effects
    )


def _measurement(rows: Iterable[Measurement], role: str) -> MeasurementLine | None:
    """The latest of its role; one for all areas together goes before one for a single area."""
    of_role = [row for row in rows if row.role == role]
    row = max(of_role, key=lambda row: (row.area_id is None, row.measured_on, row.pk), default=None)
    if row is None:
        return None
    return MeasurementLine(
        value=row.value,
        n=row.n,
        margin=row.margin,
        measured_on=row.measured_on,
        source=row.source,
        area=row.area.name if row.area else "",
    )
