from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_whole_card"),
    ]

    operations = [
        migrations.AddField(
            model_name="area",
            name="postcodes",
            field=models.TextField(blank=True, default="", verbose_name="郵便番号"),
        ),
    ]
