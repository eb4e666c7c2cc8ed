from promises.models.amendment import Amendment
from promises.models.boundary import AreaBoundary
from promises.models.commitment import Commitment, Kind, Target
from promises.models.effect import Effect, Indicator, Measurement
from promises.models.lock import LockException, PeriodLock
from promises.models.membership import Membership
from promises.models.promise import Area, Basis, Promise, PromiseParty
from promises.models.register import School, SchoolClass
from promises.models.school_terms import SchoolBreak, SchoolTerm

__all__ = [
    "Amendment",
    "Area",
    "AreaBoundary",
    "Basis",
    "Commitment",
    "Effect",
    "Indicator",
    "Kind",
    "LockException",
    "Measurement",
    "Membership",
    "PeriodLock",
    "Promise",
    "PromiseParty",
    "School",
    "SchoolBreak",
    "SchoolClass",
    "SchoolTerm",
    "Target",
]
