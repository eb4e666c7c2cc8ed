"""Bring the database up to date and load the example promise; safe to repeat, quick when nothing is to do."""

import os
import sys
from pathlib import Path

import django
from compile_messages import compile_all
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError


def collect_static() -> None:
    """Hashed and compressed copies of static/, made anew when a source is newer than they are."""
    sources = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*")]
    made = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not made.exists() or made.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def prepare() -> None:
    """Texts, tables, static files, examples (the command leaves alone what is there)."""
    compile_all()  # before Django reads them
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medborgarlofte.settings")
    os.environ.setdefault("COLLECTED_STATIC", "1")  # what the browser gets is compressed, as in production
    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        collect_static()
        call_command("load_examples")
    except (CommandError, DatabaseError, ImproperlyConfigured) as error:
        sys.exit(f"The database could not be prepared: {error}")


if __name__ == "__main__":
    prepare()
