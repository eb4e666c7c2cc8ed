from activities.models.activity import (
    COUNTED,
    MAX_MINUTES,
    MAX_QUANTITY,
    MAX_REACHED,
    Activity,
    ActivityQuerySet,
)
from activities.models.attendance import Attendance
from activities.models.batch import ImportBatch
from activities.models.evidence import MOST_EVIDENCE, Evidence
from activities.models.import_row import ImportRow
from activities.models.tally import MEASURES, MONTHS, Axis, Tally

__all__ = [
    "COUNTED",
    "MAX_MINUTES",
    "MAX_QUANTITY",
    "MAX_REACHED",
    "MEASURES",
    "MONTHS",
    "MOST_EVIDENCE",
    "Activity",
    "ActivityQuerySet",
    "Attendance",
    "Axis",
    "Evidence",
    "ImportBatch",
    "ImportRow",
    "Tally",
]
