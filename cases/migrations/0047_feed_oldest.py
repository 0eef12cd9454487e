"""The oldest waiting row of a consumer is found without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0046_opening_hours")]

    operations = [
        migrations.AddIndex(
            model_name="feedrow", index=models.Index(fields=["consumer", "queued_at"], name="feed_oldest")
        ),
    ]
