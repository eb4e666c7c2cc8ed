"""The product's addresses, Django's admin, and the bare views."""

from django.contrib import admin
from django.urls import include, path

from bench import bare, stock_admin

stock_admin.register(admin.site)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("bare/promises/", bare.promises),
    path("bare/promise/<int:pk>/", bare.promise),
    path("bare/commitment/<int:pk>/", bare.commitment),
    path("bare/list/<int:pk>/", bare.activities),
    path("bare/log/<int:pk>/", bare.log),
    path("", include("medborgarlofte.urls")),
]
