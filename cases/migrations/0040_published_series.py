import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

_OF_A_CENTRE = "published_figure_once_per_centre"
_OF_NO_CENTRE = "published_figure_once"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0039_residents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "publishedfigure",
            "place",
            models.CharField(blank=True, max_length=100, verbose_name="どこの値か"),
        ),
        migrations.AddField(
            "publishedfigure",
            "dimension",
            models.CharField(blank=True, max_length=32, verbose_name="集計項目"),
        ),
        migrations.AddField(
            "publishedfigure", "code", models.CharField(blank=True, max_length=32, verbose_name="区分コード")
        ),
        migrations.AddField(
            "publishedfigure", "label", models.CharField(blank=True, max_length=100, verbose_name="区分")
        ),
        migrations.RemoveConstraint("publishedfigure", _OF_A_CENTRE),
        migrations.RemoveConstraint("publishedfigure", _OF_NO_CENTRE),
        migrations.AddConstraint(
            "publishedfigure",
            models.UniqueConstraint(
                fields=("centre", "place", "name", "dimension", "label", "year"), name=_OF_A_CENTRE
            ),
        ),
        migrations.AddConstraint(
            "publishedfigure",
            models.UniqueConstraint(
                condition=Q(centre__isnull=True),
                fields=("place", "name", "dimension", "label", "year"),
                name=_OF_NO_CENTRE,
            ),
        ),
        migrations.CreateModel(
            name="FigureFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("lines", models.JSONField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
            ],
        ),
    ]
