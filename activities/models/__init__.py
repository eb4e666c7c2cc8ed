from activities.models.activity import MAX_MINUTES, MAX_QUANTITY, MAX_REACHED, Activity, ActivityQuerySet
from activities.models.attendance import Attendance

__all__ = ["MAX_MINUTES", "MAX_QUANTITY", "MAX_REACHED", "Activity", "ActivityQuerySet", "Attendance"]
