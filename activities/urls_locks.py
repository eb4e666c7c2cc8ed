from django.urls import path

from activities.views import locks

app_name = "locks"
urlpatterns = [
    path("", locks.LockListView.as_view(), name="list"),
    path("las/", locks.LockCreateView.as_view(), name="create"),
    path("<int:pk>/las-upp/", locks.UnlockView.as_view(), name="unlock"),
    path("<int:pk>/undantag/", locks.ExceptionCreateView.as_view(), name="exception"),
    path("undantag/<int:pk>/avsluta/", locks.ExceptionEndView.as_view(), name="exception_end"),
]
