from activities.views.evidence import EvidenceAddView, EvidenceFileView, EvidenceRemoveView
from activities.views.links import LinksView
from activities.views.listing import ActivityListView
from activities.views.logging import ChooseCommitmentView
from activities.views.review import AnswerView, ReturnView, ReviewSettingView, ReviewView
from activities.views.row import CancelView, CorrectView, VoidView
from activities.views.start import LogStartView

__all__ = [
    "ActivityListView",
    "AnswerView",
    "CancelView",
    "ChooseCommitmentView",
    "CorrectView",
    "EvidenceAddView",
    "EvidenceFileView",
    "EvidenceRemoveView",
    "LinksView",
    "LogStartView",
    "ReturnView",
    "ReviewSettingView",
    "ReviewView",
    "VoidView",
]
