"""The site's addresses are Swedish: people read them aloud and print them."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from accounts.views import AccessibilityView, StartView
from activities.views import LogStartView
from activities.views.feed import CalendarLinkView, FeedView
from reports.views.contribution import ContributionView

urlpatterns = [
    path("", StartView.as_view(), name="start"),
    path("tillganglighet/", AccessibilityView.as_view(), name="accessibility"),
    path("sprak/", login_not_required(set_language), name="set_language"),
    path("", include("activities.urls_device")),
    path("logga/", LogStartView.as_view(), name="log_start"),
    path("konto/mitt-bidrag/", ContributionView.as_view(), name="contribution"),
    path("konto/", include("accounts.urls")),
    path("konto/kalender/", CalendarLinkView.as_view(), name="calendar_link"),
    path("kalender/<slug:token>.ics", FeedView.as_view(), name="calendar_feed"),
    path("konto/paminnelser/", include("reminders.urls")),
    path("konto/anvandare/<int:pk>/roller/", include("promises.urls_roles")),
    path("loften/", include("reports.urls")),
    path("loften/<slug:slug>/", include("promises.urls")),
    path("loften/<slug:slug>/historik/", include("activities.urls_logbook")),
    path("loften/<slug:slug>/aktiviteter/", include("reports.urls_activities")),
    path("loften/<slug:slug>/lasta-perioder/", include("activities.urls_locks")),
    path("loften/<slug:slug>/granskning/", include("activities.urls_review")),
    path("loften/<slug:slug>/inlasning/", include("activities.urls_import")),
]

handler500 = "medborgarlofte.errors.server_fault"
