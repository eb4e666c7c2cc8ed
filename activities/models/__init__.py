from activities.models.activity import (
    COUNTED,
    MAX_MINUTES,
    MAX_QUANTITY,
    MAX_REACHED,
    Activity,
    ActivityQuerySet,
)
from activities.models.attendance import Attendance
from activities.models.tally import MEASURES, Axis, Tally

__all__ = [
    "COUNTED",
    "MAX_MINUTES",
    "MAX_QUANTITY",
    "MAX_REACHED",
    "MEASURES",
    "Activity",
    "ActivityQuerySet",
    "Attendance",
    "Axis",
    "Tally",
]
