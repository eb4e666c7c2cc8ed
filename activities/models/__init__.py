from activities.models.activity import (
    COUNTED,
    MAX_MINUTES,
    MAX_QUANTITY,
    MAX_REACHED,
    Activity,
    ActivityQuerySet,
)
from activities.models.attendance import Attendance
from activities.models.batch import ImportBatch, ImportRow
from activities.models.tally import MEASURES, MONTHS, Axis, Tally

__all__ = [
    "COUNTED",
    "MAX_MINUTES",
    "MAX_QUANTITY",
    "MAX_REACHED",
    "MEASURES",
    "MONTHS",
    "Activity",
    "ActivityQuerySet",
    "Attendance",
    "Axis",
    "ImportBatch",
    "ImportRow",
    "Tally",
]
