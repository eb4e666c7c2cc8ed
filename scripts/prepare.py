"""Bring the database up to date and load the example promise; safe to repeat, quick when nothing is to do."""

import os
import sys
from pathlib import Path

import django
from compile_messages import compile_all
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError


def prepare() -> None:
    """Compile the Swedish texts, migrate, load the examples (the command leaves alone what is there)."""
    compile_all()  # before Django reads them
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medborgarlofte.settings")
    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_examples")
    except (CommandError, DatabaseError, ImproperlyConfigured) as error:
        sys.exit(f"The database could not be prepared: {error}")


if __name__ == "__main__":
    prepare()
