"""The product's settings with Django's own admin beside it, as a floor to measure against. Only for `make bench`."""

from medborgarlofte import settings as product
from medborgarlofte.settings import *  # noqa: F403  # the same product in every other way

INSTALLED_APPS = [*product.INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["*"]
SILENCED_SYSTEM_CHECKS = [*product.SILENCED_SYSTEM_CHECKS, "admin.E408", "admin.E409", "admin.E410"]
STORAGES = product.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
