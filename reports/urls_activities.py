"""The addresses of activities, those with figures on them included (reports/views/logging.py)."""

from django.urls import path

from activities import urls
from reports.views.logging import (
    CountingDetailView,
    CountingDoneAsPlannedView,
    CountingDoneView,
    CountingLogView,
)

app_name = urls.app_name
urlpatterns = [
    *urls.urlpatterns,
    path("logga/<int:number>/", CountingLogView.as_view(), name="log_form"),
    path("<int:pk>/", CountingDetailView.as_view(), name="detail"),
    path("<int:pk>/genomford/", CountingDoneView.as_view(), name="done"),
    path("<int:pk>/som-planerat/", CountingDoneAsPlannedView.as_view(), name="done_as_planned"),
]
