"""For servers that speak ASGI; the site itself is written for WSGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medborgarlofte.settings")

application = get_asgi_application()
