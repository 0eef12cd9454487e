"""PostgreSQL keeps samples of each column for its planner: wrapped keys must not be among them.

A destroyed key would live on in `pg_statistic`, which no cleaning of its table reaches.
"""

from django.db import migrations


def no_samples(apps, schema_editor):
    _set(schema_editor, 0)


def samples(apps, schema_editor):
    _set(schema_editor, -1)


def _set(schema_editor, statistics):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE cases_datakey ALTER COLUMN wrapped SET STATISTICS {statistics}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_leak_devices_and_files")]

    operations = [migrations.RunPython(no_samples, samples)]
