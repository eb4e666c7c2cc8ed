"""manage.py forget_imports: files that were sent in and never read in are thrown away after a while."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import ngettext

from activities.importer.services import forget_older_than

DAYS = 14


class Command(BaseCommand):
    help = "Throw away files of activities that were sent in by browser and never read in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help=f"older than so many days ({DAYS})")

    def handle(self, *_args: Any, days: int, **_options: Any) -> None:
        number = forget_older_than(timezone.now() - timedelta(days=max(days, 0)))
        text = ngettext("%(number)s file thrown away.", "%(number)s files thrown away.", number)
        self.stdout.write(text % {"number": number})
