"""Where a row that was planned in secret stands in a list no longer tells when it was planned (OSL 18:1-2)."""

from typing import Any

from django.db import migrations
from django.db.models import F


def begin_when_done(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("activities", "Activity").objects
    secret = rows.filter(commitment__confidential_until_done=True, state="done", done_at__isnull=False)
    secret.update(logged_at=F("done_at"))


class Migration(migrations.Migration):
    dependencies = [("activities", "0011_batches_of_members")]

    operations = [migrations.RunPython(begin_when_done, migrations.RunPython.noop)]
