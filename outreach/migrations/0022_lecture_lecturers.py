from django.db import migrations, models


class Migration(migrations.Migration):
    """A lecture has as many lecturers of the roster as speak at it."""

    dependencies = [("outreach", "0021_lecturer_inactive_since")]

    operations = [
        # The name of its one lecturer is free for those of before: both stand side by side until they are copied.
        migrations.AlterField(
            "lecture",
            "assigned",
            models.ForeignKey(
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to="outreach.lecturer",
                verbose_name="担当講師",
            ),
        ),
        migrations.AddField(
            "lecture",
            "lecturers",
            models.ManyToManyField(related_name="lectures", to="outreach.lecturer", verbose_name="担当講師"),
        ),
    ]
