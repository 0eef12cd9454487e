from django.db import migrations, models


class Migration(migrations.Migration):
    """A warning that is out before its approval stands among the releases, too."""

    dependencies = [("outreach", "0005_bulletin_audience")]

    operations = [
        migrations.RemoveConstraint(model_name="bulletin", name="bulletin_urgent_prints_no_number"),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_urgent", False),
                    models.Q(("period", "NONE"), models.Q(("urgent_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="bulletin_urgent_prints_no_number",
            ),
        ),
    ]
