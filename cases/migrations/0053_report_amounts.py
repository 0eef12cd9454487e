"""Of each row of yen of an issued report: its middle and largest amounts, and what erasure took out of it since."""

import django.db.models.deletion
from django.db import migrations, models

_COUNTS = ("n", "below", "at_low", "at_high", "above", "at_largest")


class Migration(migrations.Migration):
    dependencies = [("cases", "0052_code_maps")]

    operations = [
        migrations.CreateModel(
            name="ReportAmounts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=16)),
                ("group", models.CharField(max_length=8)),
                ("is_before", models.BooleanField()),
                ("senior_from", models.PositiveSmallIntegerField()),
                ("young_to", models.PositiveSmallIntegerField()),
                ("low", models.BigIntegerField(null=True)),
                ("high", models.BigIntegerField(null=True)),
                ("largest", models.BigIntegerField(null=True)),
                ("total", models.BigIntegerField(default=0)),
                *((name, models.PositiveIntegerField(default=0)) for name in _COUNTS),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="amounts", to="cases.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["report", "measure", "group", "is_before"], name="report_amounts_once"
                    )
                ],
            },
        ),
    ]
