"""The table where failed sign-ins are counted: made here, so that `migrate` is all a first start needs."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_users_and_organisations")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
