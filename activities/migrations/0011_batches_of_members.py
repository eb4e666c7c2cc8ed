"""How many rows for several events stand behind each area's, kind's, party's and class's totals, by day and month."""

from collections import Counter
from typing import Any

from django.db import migrations
from django.db.models import Count, DateField, F, Q
from django.db.models.functions import Coalesce, Greatest, TruncDate


def fill(apps: Any, schema_editor: Any) -> None:
    activities, tallies = apps.get_model("activities", "Activity"), apps.get_model("activities", "Tally")
    rows = activities.objects.order_by().filter(
        Q(quantity__gt=1) | Q(month_only=True),
        state="done",
        voided_at=None,
        review="",
        occurred_on__gte=F("commitment__promise__starts_on"),
        occurred_on__lte=F("commitment__promise__ends_on"),
    )
    known = Greatest("occurred_on", TruncDate(Coalesce("done_at", "logged_at")), output_field=DateField())
    meetings = rows.filter(attendance__isnull=False)
    groups = {
        "area": (rows, ["occurred_on", "areas"]),
        "kind": (rows.filter(kind__isnull=False), ["occurred_on", "kind"]),
        "party": (rows.filter(parties__isnull=False), ["occurred_on", "parties"]),
        "class": (meetings, ["occurred_on", "attendance__school_class", "attendance__pupils_present"]),
        "known": (rows.annotate(known_on=known), ["known_on"]),
    }
    months: Counter[tuple[Any, ...]] = Counter()
    for axis, (found, names) in groups.items():
        for commitment, day, *members, batches in found.values_list("commitment", *names).annotate(
            n=Count("pk")
        ):
            member, present = [one or 0 for one in (*members, 0, 0)][:2]
            kept = tallies.objects.filter(
                commitment=commitment, axis=axis, day=day, member=member, present=present
            )
            kept.update(batches=batches)
            months[commitment, f"{axis}-m", day.replace(day=1), member] += batches
    for (commitment, axis, month, member), batches in months.items():
        kept = tallies.objects.filter(
            commitment=commitment, axis=axis, day=month, member=member
        )  # none for classes
        kept.update(batches=batches)


class Migration(migrations.Migration):
    dependencies = [("activities", "0010_review")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
