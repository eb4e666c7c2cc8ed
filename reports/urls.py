from django.urls import path

from reports.views.amend import AmendView
from reports.views.commitment import CommitmentView
from reports.views.dashboard import DashboardView
from reports.views.evaluation import EvaluationView, ExportView
from reports.views.promise_list import PromiseListView

app_name = "reports"
urlpatterns = [
    path("", PromiseListView.as_view(), name="promise_list"),
    path("<slug:slug>/", DashboardView.as_view(), name="dashboard"),
    path("<slug:slug>/ataganden/<int:number>/", CommitmentView.as_view(), name="commitment"),
    path("<slug:slug>/ataganden/<int:number>/andra/", AmendView.as_view(), name="amend"),
    path(
        "<slug:slug>/ataganden/<int:number>/andra/<int:position>/", AmendView.as_view(), name="amend_target"
    ),
    path("<slug:slug>/utvardering/", EvaluationView.as_view(), name="evaluation"),
    path("<slug:slug>/utvardering/export.<slug:form>", ExportView.as_view(), name="export"),
]
