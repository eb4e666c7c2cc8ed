from django.urls import path

from reports.views.amend import AmendView
from reports.views.area import AreaListView, AreaView
from reports.views.boundary import BoundariesView, BoundaryRemoveView
from reports.views.commitment import CommitmentView
from reports.views.dashboard import DashboardView
from reports.views.evaluation import EvaluationView, ExportView
from reports.views.meeting import MeetingCloseView, MeetingCommitmentView, MeetingView
from reports.views.overview import OverviewView
from reports.views.planning import PlanView
from reports.views.quality import QualityView

app_name = "reports"
urlpatterns = [
    path("", OverviewView.as_view(), name="promise_list"),
    path("<slug:slug>/", DashboardView.as_view(), name="dashboard"),
    path("<slug:slug>/ataganden/<int:number>/", CommitmentView.as_view(), name="commitment"),
    path("<slug:slug>/ataganden/<int:number>/andra/", AmendView.as_view(), name="amend"),
    path(
        "<slug:slug>/ataganden/<int:number>/andra/<int:position>/", AmendView.as_view(), name="amend_target"
    ),
    path("<slug:slug>/omraden/", AreaListView.as_view(), name="areas"),
    path("<slug:slug>/omraden/grans/", BoundariesView.as_view(), name="boundaries"),
    path("<slug:slug>/omraden/<slug:area>/", AreaView.as_view(), name="area"),
    path(
        "<slug:slug>/omraden/<slug:area>/ta-bort-grans/", BoundaryRemoveView.as_view(), name="boundary_remove"
    ),
    path("<slug:slug>/mote/", MeetingView.as_view(), name="meeting"),
    path("<slug:slug>/mote/<int:number>/", MeetingCommitmentView.as_view(), name="meeting_commitment"),
    path("<slug:slug>/mote/nu/", MeetingCloseView.as_view(), name="meeting_close"),
    path("<slug:slug>/aktiviteter/planering/", PlanView.as_view(), name="plan"),
    path("<slug:slug>/kvalitet/", QualityView.as_view(), name="quality"),
    path("<slug:slug>/utvardering/", EvaluationView.as_view(), name="evaluation"),
    path("<slug:slug>/utvardering/export.<slug:form>", ExportView.as_view(), name="export"),
]
