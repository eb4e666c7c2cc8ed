from django.urls import path

from promises.views import roles

app_name = "roles"
urlpatterns = [
    path("", roles.RoleListView.as_view(), name="list"),
    path("<int:role_pk>/ta-bort/", roles.RoleRemoveView.as_view(), name="remove"),
]
