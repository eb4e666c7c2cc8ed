"""Works out how every promise stands today, so that the first reader of the morning does not wait for it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from promises.models import Promise
from reports.queries.standings import standings, with_newest


class Command(BaseCommand):
    help = "Works out how every promise stands today, for the overview. May be run nightly; nothing depends on it."

    def handle(self, *args: Any, **options: Any) -> None:
        found = standings(with_newest(Promise.objects.all()), today=timezone.localdate())
        self.stdout.write(f"{len(found)} löften.")
