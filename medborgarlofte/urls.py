"""The site's addresses are Swedish: people read them aloud and print them."""

from django.urls import include, path

from accounts.views import AccessibilityView, StartView

urlpatterns = [
    path("", StartView.as_view(), name="start"),
    path("tillganglighet/", AccessibilityView.as_view(), name="accessibility"),
    path("sprak/", include("django.conf.urls.i18n")),
    path("konto/", include("accounts.urls")),
    path("loften/", include("reports.urls")),
    path("loften/<slug:slug>/", include("promises.urls")),
    path("loften/<slug:slug>/aktiviteter/", include("activities.urls")),
]
