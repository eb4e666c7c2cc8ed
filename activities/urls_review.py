from django.urls import path

from activities import views

app_name = "review"
urlpatterns = [
    path("", views.ReviewView.as_view(), name="list"),
    path("installning/", views.ReviewSettingView.as_view(), name="setting"),
]
