"""Who reads a bulletin; those of before were written for members."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_urgent")]

    operations = [
        migrations.AddField(
            model_name="bulletin",
            name="audience",
            field=models.CharField(
                choices=[("members", "見守りネットワークの構成員"), ("public", "一般(広報紙・ホームページ)")],
                default="members",
                max_length=8,
                verbose_name="読む人",
            ),
        ),
    ]
