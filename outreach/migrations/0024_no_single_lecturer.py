from django.db import migrations


class Migration(migrations.Migration):
    """Nothing reads the one lecturer of before any more."""

    dependencies = [("outreach", "0023_lecturers_kept")]

    operations = [migrations.RemoveField("lecture", "assigned")]
