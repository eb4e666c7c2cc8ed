"""One file, driven by the environment. docs/operations.md lists the variables.

Without any variable this is the local site on SQLite that `make run` starts. With ``PRODUCTION=1`` a missing
secret or host is no start, and everything travels by https.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
EXAMPLE_DATA = env.bool("EXAMPLE_DATA", default=False)
"""The mode of `make run`: example users may sign in, and the start page shows how."""


def _local_secret_key() -> str:
    """The local site's own key, made once: sessions survive a restart and nobody shares a key by default."""
    path = BASE_DIR / "var" / "secret_key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
"""Trust what the proxy says of the visitor: X-Forwarded-Proto, and the last address of X-Forwarded-For."""
if PRODUCTION:
    if not SECRET_KEY:
        raise ImproperlyConfigured("PRODUCTION=1 needs SECRET_KEY, a long random text.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("PRODUCTION=1 needs ALLOWED_HOSTS, for example lofte.example.se.")
    if EXAMPLE_DATA or DEBUG:
        raise ImproperlyConfigured("PRODUCTION=1 does not go with EXAMPLE_DATA=1 or DEBUG=1.")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
elif not SECRET_KEY:
    SECRET_KEY = _local_secret_key()

INSTALLED_APPS = [
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "accounts",
    "history",
    "promises",
    "activities",
    "reports",
    "reminders",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers at random, so their length tells nothing (BREACH)
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "medborgarlofte.middleware.private_pages",
    "medborgarlofte.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "medborgarlofte.urls"
WSGI_APPLICATION = "medborgarlofte.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "promises.context_processors.may",
                "activities.context_processors.example_data",
                "activities.context_processors.device",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue up instead of failing: IMMEDIATE takes the lock when the transaction begins, WAL lets readers go on.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = (
        True  # a database that was restarted is met by a new connection
    )
DATABASES["default"]["ATOMIC_REQUESTS"] = False  # services open their own transactions
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",  # one for all workers
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # with more, some failed sign-ins are forgotten early
    },
    "standings": {  # how each promise stands, worked out once a change and day (docs/adr/0014)
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_standings",
        "TIMEOUT": 7
        * 24
        * 3600,  # a promise that is over stands the same for ever; another is asked about daily
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004"
]  # e-mail is unique whatever its case: constraint user_email_unique, see EmailBackend
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
FREE_TEXT_VALIDATOR = "promises.validators.no_personal_data"  # for accounts, which imports no other app
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working shift: a shared phone is signed out by the next one
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"  # every day in the system is a day here
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected files have hashed names, are compressed and kept for ever by browsers; tests use the sources as they are.
COLLECTED_STATIC = env.bool("COLLECTED_STATIC", default=PRODUCTION)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED_STATIC
WHITENOISE_AUTOREFRESH = not COLLECTED_STATIC

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb")
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["medborgarlofte.uploads.NoFiles"]
EVIDENCE_ROOT = BASE_DIR / env.str("EVIDENCE_ROOT", default="var/evidence")
"""Pictures and PDF on activities. Never a folder that a web server hands out: docs/adr/0024."""
if any(EVIDENCE_ROOT.resolve().is_relative_to(folder) for folder in (STATIC_ROOT, *STATICFILES_DIRS)):
    raise ImproperlyConfigured(
        "EVIDENCE_ROOT lies in a folder that everybody is served from. Choose another."
    )
EVIDENCE_MOST_BYTES = env.int("EVIDENCE_MOST_MB", default=10) * 1_000_000
# In the session, not in a cookie of its own: what somebody saved, and has not been told yet because the network
# failed, is not told to the next person at the same phone.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Reminders (docs/adr/0025). The local site writes mails on the console.
_MAIL = env.str("EMAIL_URL", default="" if PRODUCTION else "consolemail://")
MAIL_CONFIGURED = bool(_MAIL)
"""Without it nothing is sent, and `send_reminders` says so."""
if _MAIL:
    vars().update(env.email_url_config(_MAIL))  # EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT …
EMAIL_TIMEOUT = 30  # seconds
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="" if PRODUCTION else "Medborgarlöfte <lofte@localhost>"
)
SITE_URL = env.str("SITE_URL", default="" if PRODUCTION else "http://127.0.0.1:8000")
"""The site's own address, for links in mails: there is no request to read it from."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
