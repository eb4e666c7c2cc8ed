from activities.forms.entry import EntryForm
from activities.forms.evidence import EvidenceFileForm, EvidenceLinkForm, TakeAwayForm
from activities.forms.shapes import ActivityForm, CountForm, MeetingForm, form_class, initial_of
from activities.forms.steps import DoneForm, ReasonForm, SchoolYearForm

__all__ = [
    "ActivityForm",
    "CountForm",
    "DoneForm",
    "EntryForm",
    "EvidenceFileForm",
    "EvidenceLinkForm",
    "MeetingForm",
    "ReasonForm",
    "SchoolYearForm",
    "TakeAwayForm",
    "form_class",
    "initial_of",
]
