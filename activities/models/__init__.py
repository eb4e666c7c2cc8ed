from activities.models.activity import (
    COUNTED,
    MAX_MINUTES,
    MAX_QUANTITY,
    MAX_REACHED,
    Activity,
    ActivityQuerySet,
)
from activities.models.attendance import Attendance

__all__ = [
    "COUNTED",
    "MAX_MINUTES",
    "MAX_QUANTITY",
    "MAX_REACHED",
    "Activity",
    "ActivityQuerySet",
    "Attendance",
]
