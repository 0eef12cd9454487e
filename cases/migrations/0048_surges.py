"""Surges: evaluations with their inputs, cards, waves, verdicts, a centre's rules and breaks of its series."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
_CELL = (
    ("scam", models.CharField(blank=True, max_length=32)),
    ("age", models.CharField(blank=True, max_length=16)),
    ("area", models.CharField(blank=True, max_length=32)),
)


def _to(model: str, how: object = django.db.models.deletion.PROTECT, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=how, to=model, **{"related_name": "+", **more})


def _uid(**more: object) -> models.UUIDField:
    return models.UUIDField(editable=False, unique=True, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0047_feed_oldest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SurgeInputs",
            fields=[
                ("id", _ID),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("content", models.BinaryField()),
                ("stored_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="SurgeEvaluation",
            fields=[
                ("id", _ID),
                ("uid", _uid(default=uuid.uuid4)),
                ("week_ends", models.DateField()),
                ("as_of", models.BigIntegerField()),
                ("evaluated_at", models.DateTimeField(auto_now_add=True)),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("NIGHT", "毎日の調べ"),
                            ("LIVE", "その日の知らせ"),
                            ("PAST", "さかのぼった調べ"),
                        ],
                        max_length=8,
                    ),
                ),
                ("rules", models.JSONField()),
                ("engine", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64)),
                ("weeks_before_end", models.PositiveSmallIntegerField()),
                ("weeks", models.PositiveSmallIntegerField()),
                ("cases", models.PositiveIntegerField()),
                ("typed", models.PositiveIntegerField()),
                ("is_small_centre", models.BooleanField()),
                ("cells", models.PositiveIntegerField()),
                ("evaluated", models.PositiveIntegerField()),
                ("not_evaluated", models.JSONField(default=dict)),
                ("centre", _to("cases.centre")),
                ("inputs", _to("cases.surgeinputs", django.db.models.deletion.SET_NULL, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["centre", "-week_ends", "-id"], name="surge_evaluation_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("typed__lte", models.F("cases"))),
                        name="surge_typed_are_of_the_cases",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evaluated__lte", models.F("cells"))),
                        name="surge_evaluated_are_of_the_cells",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurgeWave",
            fields=[
                ("id", _ID),
                *_CELL,
                ("uid", _uid(default=uuid.uuid4)),
                ("first_alarmed_on", models.DateField()),
                ("last_alarmed_on", models.DateField()),
                ("noticed_at", models.DateTimeField(auto_now_add=True)),
                ("centre", _to("cases.centre")),
                ("merged_into", _to("cases.surgewave", null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["centre", "-last_alarmed_on"], name="surge_wave_open")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_alarmed_on__gte", models.F("first_alarmed_on"))),
                        name="surge_wave_ends_not_before_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurgeCard",
            fields=[
                ("id", _ID),
                *_CELL,
                ("position", models.PositiveSmallIntegerField()),
                ("basis", models.CharField(max_length=16)),
                ("years", models.PositiveSmallIntegerField()),
                ("week_count", models.FloatField()),
                ("week_mean", models.FloatField(null=True)),
                ("week_upper", models.FloatField(null=True)),
                ("four_count", models.FloatField(null=True)),
                ("four_mean", models.FloatField(null=True)),
                ("four_upper", models.FloatField(null=True)),
                ("probability", models.CharField(max_length=32)),
                ("smallest_wave", models.PositiveIntegerField(null=True)),
                ("fewer_would_end", models.PositiveIntegerField(null=True)),
                ("parts", models.JSONField(default=list)),
                ("total_rises", models.BooleanField()),
                ("evaluation", _to("cases.surgeevaluation", related_name="cards")),
                ("wave", _to("cases.surgewave", related_name="cards")),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "position"), name="surge_card_position_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurgeVerdict",
            fields=[
                ("id", _ID),
                ("uid", _uid()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("TRUE", "本当に増えている"),
                            ("FALSE", "たまたま(増えていない)"),
                            ("UNKNOWN", "まだ分からない"),
                        ],
                        max_length=8,
                        verbose_name="判断",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="理由・メモ")),
                ("decided_at", models.DateTimeField(auto_now_add=True)),
                ("by", _to(settings.AUTH_USER_MODEL, null=True)),
                ("card", _to("cases.surgecard")),
                ("wave", _to("cases.surgewave", related_name="verdicts")),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="SurgeSettings",
            fields=[
                ("id", _ID),
                (
                    "false_share_percent",
                    models.PositiveSmallIntegerField(verbose_name="たまたまの割合のめやす(%)"),
                ),
                ("fewest_week", models.PositiveSmallIntegerField(verbose_name="1週間の最少件数")),
                ("fewest_four", models.PositiveSmallIntegerField(verbose_name="4週間の最少件数")),
                (
                    "small_centre",
                    models.PositiveIntegerField(verbose_name="小さいセンターの年間件数(未満)"),
                ),
                (
                    "centre",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SurgeBreak",
            fields=[
                ("id", _ID),
                ("uid", _uid()),
                ("scam", models.CharField(max_length=32, verbose_name="手口")),
                ("on", models.DateField(verbose_name="いつから")),
                ("note", models.CharField(max_length=100, verbose_name="何が変わったか")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("by", _to(settings.AUTH_USER_MODEL, null=True)),
                ("centre", _to("cases.centre")),
            ],
            options={
                "ordering": ["-on", "scam"],
                "constraints": [
                    models.UniqueConstraint(fields=("centre", "scam", "on"), name="surge_break_once_a_day")
                ],
            },
        ),
    ]
