from activities.views.done import DoneAsPlannedView, DoneView
from activities.views.evidence import EvidenceAddView, EvidenceFileView, EvidenceRemoveView
from activities.views.listing import ActivityListView
from activities.views.logging import ChooseCommitmentView, LogView
from activities.views.review import AnswerView, ReturnView, ReviewSettingView, ReviewView
from activities.views.row import CancelView, CorrectView, DetailView, VoidView

__all__ = [
    "ActivityListView",
    "AnswerView",
    "CancelView",
    "ChooseCommitmentView",
    "CorrectView",
    "DetailView",
    "DoneAsPlannedView",
    "DoneView",
    "EvidenceAddView",
    "EvidenceFileView",
    "EvidenceRemoveView",
    "LogView",
    "ReturnView",
    "ReviewSettingView",
    "ReviewView",
    "VoidView",
]
