from activities.views.evidence import EvidenceAddView, EvidenceFileView, EvidenceRemoveView
from activities.views.listing import ActivityListView
from activities.views.logging import ChooseCommitmentView, LogView
from activities.views.planning import PlanView
from activities.views.review import AnswerView, ReturnView, ReviewSettingView, ReviewView
from activities.views.row import CancelView, CorrectView, DetailView, DoneView, VoidView

__all__ = [
    "ActivityListView",
    "AnswerView",
    "CancelView",
    "ChooseCommitmentView",
    "CorrectView",
    "DetailView",
    "DoneView",
    "EvidenceAddView",
    "EvidenceFileView",
    "EvidenceRemoveView",
    "LogView",
    "PlanView",
    "ReturnView",
    "ReviewSettingView",
    "ReviewView",
    "VoidView",
]
