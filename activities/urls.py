from django.urls import path

from activities import views
from activities.views.device import FormShellView
from activities.views.export import ListExportView

app_name = "activities"
# What shows figures is added by reports/urls_activities.py: the form, the page of a row, and marking a plan as done.
urlpatterns = [
    path("", views.ActivityListView.as_view(), name="list"),
    path("export.<slug:fmt>", ListExportView.as_view(), name="export"),
    path("logga/", views.ChooseCommitmentView.as_view(), name="log"),
    path("logga/<int:number>/skal/", FormShellView.as_view(), name="log_shell"),
    path("lankar/", views.LinksView.as_view(), name="links"),
    path("<int:pk>/ratta/", views.CorrectView.as_view(), name="correct"),
    path("<int:pk>/stall-in/", views.CancelView.as_view(), name="cancel"),
    path("<int:pk>/skicka-tillbaka/", views.ReturnView.as_view(), name="return"),
    path("<int:pk>/svara/", views.AnswerView.as_view(), name="answer"),
    path("<int:pk>/makulera/", views.VoidView.as_view(), name="void"),
    path("<int:pk>/underlag/", views.EvidenceAddView.as_view(), name="evidence_add"),
    path("<int:pk>/underlag/<int:evidence>/", views.EvidenceFileView.as_view(), name="evidence_file"),
    path(
        "<int:pk>/underlag/<int:evidence>/ta-bort/",
        views.EvidenceRemoveView.as_view(),
        name="evidence_remove",
    ),
]
