from django.urls import path

from reports.views.commitment import CommitmentView
from reports.views.dashboard import DashboardView
from reports.views.promise_list import PromiseListView

app_name = "reports"
urlpatterns = [
    path("", PromiseListView.as_view(), name="promise_list"),
    path("<slug:slug>/", DashboardView.as_view(), name="dashboard"),
    path("<slug:slug>/ataganden/<int:number>/", CommitmentView.as_view(), name="commitment"),
]
