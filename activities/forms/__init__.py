from activities.forms.entry import ActivityForm, CountForm, EntryForm, MeetingForm, form_class, initial_of
from activities.forms.steps import DoneForm, ReasonForm, SchoolYearForm

__all__ = [
    "ActivityForm",
    "CountForm",
    "DoneForm",
    "EntryForm",
    "MeetingForm",
    "ReasonForm",
    "SchoolYearForm",
    "form_class",
    "initial_of",
]
