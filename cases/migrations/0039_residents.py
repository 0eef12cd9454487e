import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0038_refused_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PopulationTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("as_of", models.DateField(verbose_name="基準日")),
                ("source", models.CharField(max_length=300, verbose_name="出典")),
                ("is_made_up", models.BooleanField(default=False, verbose_name="架空の人口")),
                ("content", models.JSONField()),
                ("notes", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="population_tables",
                        to="cases.centre",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
                        fields=("centre", "as_of"),
                        name="population_once_a_day",
                    ),
                    models.CheckConstraint(condition=~Q(source=""), name="population_has_source"),
                    models.CheckConstraint(
                        condition=Q(ended_at__isnull=True)
                        | Q(confirmed_at__isnull=False, ended_at__gte=F("confirmed_at")),
                        name="population_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Residents",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(max_length=32)),
                ("sex", models.CharField(blank=True, max_length=8)),
                ("first", models.PositiveSmallIntegerField()),
                ("end", models.PositiveSmallIntegerField()),
                ("people", models.PositiveIntegerField(null=True)),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="residents",
                        to="cases.populationtable",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("table", "area", "sex", "first", "end"), name="residents_once_a_class"
                    ),
                    models.CheckConstraint(
                        condition=Q(end__lte=999, first__lt=F("end")), name="residents_class_has_ages"
                    ),
                    models.CheckConstraint(condition=Q(sex__in=("", "MALE", "FEMALE")), name="residents_sex"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TownDistrict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("town", models.CharField(max_length=100, verbose_name="町丁目")),
                ("area", models.CharField(blank=True, max_length=32, verbose_name="地区コード")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="town_districts",
                        to="cases.centre",
                    ),
                ),
            ],
            options={
                "ordering": ["town"],
                "constraints": [
                    models.UniqueConstraint(fields=("centre", "town"), name="town_district_once_a_town")
                ],
            },
        ),
    ]
