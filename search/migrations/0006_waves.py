import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0033_audit_of_steps"),
        ("search", "0005_letters_given_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("found_on", models.DateField()),
                ("seen_on", models.DateField()),
                ("terms", models.BinaryField()),
                ("weeks", models.JSONField(default=list)),
                ("count", models.PositiveIntegerField()),
                ("expected", models.FloatField()),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "候補"), ("NAMED", "手口にした"), ("DISMISSED", "見送った")],
                        default="OPEN",
                        max_length=16,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_count", models.PositiveIntegerField(default=0)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.centre"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WaveCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="search.wave"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="wave",
            index=models.Index(fields=["centre", "state", "-seen_on"], name="wave_of_centre"),
        ),
        migrations.AddConstraint(
            model_name="wavecase",
            constraint=models.UniqueConstraint(fields=("wave", "case"), name="wave_case_once"),
        ),
    ]
