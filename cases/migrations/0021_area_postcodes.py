from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0020_keys_out_of_statistics"),
    ]

    operations = [
        migrations.AddField(
            model_name="area",
            name="postcodes",
            field=models.TextField(blank=True, default="", verbose_name="郵便番号"),
        ),
    ]
