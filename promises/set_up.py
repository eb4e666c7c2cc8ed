"""Areas, kinds and parties of a promise, kept in the process from one request to the next.

They change a few times a year and are asked for whenever somebody logs: three reads of the ten that saving took.
The promise, which each request reads anyway, carries a stamp that is renewed with every save of such a row, so what
another process has changed is seen by the next request here.
"""

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from promises.models import Area, Kind, Promise, PromiseParty

_MOST = 200  # promises; a district has some tens
_SECONDS = 60.0  # for what passes the stamp by: a row written past the models, an organisation renamed


@dataclass(frozen=True, slots=True)
class SetUp:
    """Rows that all requests share: to be read, not changed. ``kinds``: commitment id -> its kinds."""

    stamp: str
    read_at: float
    areas: tuple[Area, ...]
    kinds: dict[int, tuple[Kind, ...]]
    parties: tuple[PromiseParty, ...]


_kept: OrderedDict[int, SetUp] = OrderedDict()


def set_up_of(promise: Promise) -> SetUp:
    """Three queries, or none. ``promise`` was read in this request."""
    now = monotonic()
    known = _kept.get(promise.pk)
    if known is None or known.stamp != promise.set_up_stamp or now - known.read_at > _SECONDS:
        known = _read(promise, now)
        _kept[promise.pk] = known  # one step, so threads need no lock: both would keep the same
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return known


def forget() -> None:
    _kept.clear()


def _read(promise: Promise, now: float) -> SetUp:
    kinds: dict[int, tuple[Kind, ...]] = {}
    for kind in Kind.objects.filter(commitment__promise=promise.pk):
        kinds[kind.commitment_id] = (*kinds.get(kind.commitment_id, ()), kind)
    return SetUp(
        stamp=promise.set_up_stamp,
        read_at=now,
        areas=tuple(Area.objects.filter(promise=promise.pk)),
        kinds=kinds,
        parties=tuple(PromiseParty.objects.filter(promise=promise.pk).select_related("organisation")),
    )
