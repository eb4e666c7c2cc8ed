from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_standings_cache_table"),
        ("promises", "0008_review"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="amendment",
            name="amendment_target_whole",
        ),
        migrations.AddField(
            model_name="amendment",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="new day"),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on", None), ("minimum", None), ("reading", ""), ("target", None)),
                    models.Q(
                        ("target__isnull", False),
                        models.Q(("reading", ""), _negated=True),
                        models.Q(
                            ("minimum", None),
                            models.Q(("due_on", None), ("minimum__gte", 1)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="amendment_target_whole",
                violation_error_message="Write both the new number, at least 1, and how it is read.",
            ),
        ),
    ]
