"""When what had been planned was marked as done: for rows there are already, from their history."""

from typing import Any

from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    activities, changes = apps.get_model("activities", "Activity"), apps.get_model("history", "Change")
    marked = (
        changes.objects.filter(subject="activities.activity", subject_id=OuterRef("pk"), action="done")
        .order_by()
        .values("subject_id")
        .annotate(latest=Max("at"))
        .values("latest")
    )
    activities.objects.filter(state="done").update(done_at=Subquery(marked))


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_activity_and_attendance"), ("history", "0001_change")]

    operations = [
        migrations.AddField(
            "activity",
            "done_at",
            models.DateTimeField("marked as done", null=True, blank=True, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
