from django.urls import path

from reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.SettingsView.as_view(), name="settings"),
    path("stang-av/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
]
