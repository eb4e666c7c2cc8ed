"""At the root of the site: a service worker answers only for what lies below its own address."""

from django.urls import path

from activities.views import device

app_name = "device"
urlpatterns = [
    path("sw.js", device.WorkerView.as_view(), name="worker"),
    path("manifest.webmanifest", device.ManifestView.as_view(), name="manifest"),
    path("logga/ko/", device.QueueView.as_view(), name="queue"),
    path("logga/ko/skal/", device.QueueShellView.as_view(), name="queue_shell"),
    path("logga/skal/", device.ShellListView.as_view(), name="shells"),
    path("logga/lage/", device.StateView.as_view(), name="state"),
]
