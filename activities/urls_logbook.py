from django.urls import path

from activities.views import logbook

app_name = "logbook"
urlpatterns = [
    path("", logbook.LogbookView.as_view(), name="list"),
    path("export.<slug:fmt>", logbook.LogbookExportView.as_view(), name="export"),
]
