"""The running totals of the rows there are already, counted by the database."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.models import Count, DateField, F, Q, Sum
from django.db.models.functions import Coalesce, Greatest, TruncDate

AT_ONCE = 500


def fill(apps: Any, schema_editor: Any) -> None:
    activities, tallies = apps.get_model("activities", "Activity"), apps.get_model("activities", "Tally")
    rows = activities.objects.order_by().filter(
        state="done",
        voided_at=None,
        occurred_on__gte=F("commitment__promise__starts_on"),
        occurred_on__lte=F("commitment__promise__ends_on"),
    )
    made = {}
    in_all = rows.values("commitment_id", "occurred_on").annotate(
        sum_quantity=Sum("quantity"),
        sum_rows=Count("pk"),
        sum_rows_done=Count("pk", filter=Q(quantity__gt=0)),
        sum_batches=Count("pk", filter=Q(quantity__gt=1) | Q(month_only=True)),
        sum_minutes=Coalesce(Sum("minutes"), 0),
        sum_rows_with_minutes=Count("minutes"),
        sum_reached=Coalesce(Sum("persons_reached"), 0),
        sum_rows_with_reached=Count("persons_reached"),
    )
    for row in in_all:
        sums = {name.removeprefix("sum_"): n for name, n in row.items() if name.startswith("sum_")}
        commitment, day = row["commitment_id"], row["occurred_on"]
        made[commitment, day] = tallies(commitment_id=commitment, day=day, axis="all", **sums)
    for measure, relation in (("rows_joint", "parties"), ("rows_overlapping", "areas")):
        several = rows.values("pk").annotate(n=Count(relation)).filter(n__gte=2).values("pk")
        in_several = (
            activities.objects.filter(pk__in=several).order_by().values_list("commitment", "occurred_on")
        )
        for commitment, day, number in in_several.annotate(n=Count("pk")):
            setattr(made[commitment, day], measure, number)
    tallies.objects.bulk_create(made.values(), batch_size=AT_ONCE)
    tallies.objects.bulk_create(by_member(rows, tallies), batch_size=AT_ONCE)


def by_member(rows: Any, tallies: Any) -> Iterator[Any]:
    known = Greatest("occurred_on", TruncDate(Coalesce("done_at", "logged_at")), output_field=DateField())
    meetings = rows.filter(attendance__isnull=False)
    groups = {
        "area": (rows, ["occurred_on", "areas"]),
        "kind": (rows.filter(kind__isnull=False), ["occurred_on", "kind"]),
        "party": (rows.filter(parties__isnull=False), ["occurred_on", "parties"]),
        "class": (meetings, ["occurred_on", "attendance__school_class", "attendance__pupils_present"]),
        "known": (rows.annotate(known_on=known), ["known_on"]),
    }
    for axis, (found, names) in groups.items():
        grouped = found.values_list("commitment", *names).annotate(
            sum_quantity=Sum("quantity"), sum_rows=Count("pk")
        )
        for commitment, day, *members, quantity, number in grouped:
            member, present = [one or 0 for one in (*members, 0, 0)][:2]
            yield tallies(
                commitment_id=commitment, day=day, axis=axis, member=member, present=present, quantity=quantity,
                rows=number,
            )  # fmt: skip


def empty(apps: Any, schema_editor: Any) -> None:
    apps.get_model("activities", "Tally").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_running_totals")]

    operations = [migrations.RunPython(fill, empty)]
