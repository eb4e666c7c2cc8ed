"""The months that the days' totals add up to."""

from collections import Counter
from typing import Any

from django.db import migrations

AT_ONCE = 500
AXES = ["all", "area", "kind", "party", "known"]
MEASURES = (
    "quantity", "rows", "rows_done", "batches", "minutes", "rows_with_minutes", "reached", "rows_with_reached",
    "rows_joint", "rows_overlapping",
)  # fmt: skip


def fill(apps: Any, schema_editor: Any) -> None:
    commitments, tallies = apps.get_model("promises", "Commitment"), apps.get_model("activities", "Tally")
    for commitment in commitments.objects.order_by().values_list("pk", flat=True):
        months: dict[tuple[Any, ...], Counter[str]] = {}
        of_days = tallies.objects.filter(commitment=commitment, axis__in=AXES)
        for axis, day, member, *amounts in of_days.values_list("axis", "day", "member", *MEASURES):
            month = months.setdefault((f"{axis}-m", day.replace(day=1), member), Counter())
            month.update(dict(zip(MEASURES, amounts, strict=True)))
        tallies.objects.bulk_create(
            (
                tallies(commitment_id=commitment, axis=axis, day=day, member=member, **amounts)
                for (axis, day, member), amounts in months.items()
            ),
            batch_size=AT_ONCE,
        )


def empty(apps: Any, schema_editor: Any) -> None:
    apps.get_model("activities", "Tally").objects.filter(axis__endswith="-m").delete()


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_totals_of_months")]

    operations = [migrations.RunPython(fill, empty)]
