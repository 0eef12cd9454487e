"""The report of a lecture that was held, the steps before one with their days, and the school calendar."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0057_rumours"),
        ("outreach", "0015_programme_collected"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LectureReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bands", models.JSONField(default=dict, verbose_name="年代別の人数")),
                ("answered", models.PositiveIntegerField(null=True, verbose_name="回答数")),
                ("answers", models.JSONField(default=dict, verbose_name="アンケート")),
                ("next_themes", models.JSONField(default=dict, verbose_name="今後聞きたいテーマ")),
                ("asked", models.TextField(blank=True, verbose_name="質問")),
                ("cases", models.PositiveIntegerField(null=True, verbose_name="この講座から来た相談")),
                ("filed_at", models.DateTimeField(auto_now=True)),
                (
                    "filed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lecture",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report",
                        to="outreach.lecture",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LectureStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("LECTURER", "講師に日時と会場を確かめる"),
                            ("MATERIALS", "教材と配布物を用意する"),
                            ("APPLICANT", "申込者に連絡する"),
                        ],
                        max_length=10,
                    ),
                ),
                ("done_at", models.DateTimeField(auto_now_add=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lecture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="outreach.lecture",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("lecture", "kind"), name="lecture_step_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("decide", models.PositiveSmallIntegerField(default=21, verbose_name="開催を決める")),
                ("lecturer", models.PositiveSmallIntegerField(default=14, verbose_name="講師に確かめる")),
                ("materials", models.PositiveSmallIntegerField(default=7, verbose_name="教材を用意する")),
                ("applicant", models.PositiveSmallIntegerField(default=3, verbose_name="申込者に連絡する")),
                (
                    "centre",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lecture_reminders",
                        to="cases.centre",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applicant__lte", 366),
                            ("decide__lte", 366),
                            ("lecturer__lte", 366),
                            ("materials__lte", 366),
                        ),
                        name="lecture_reminders_within_a_year",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("school", models.CharField(blank=True, max_length=60, verbose_name="学校")),
                (
                    "kind",
                    models.CharField(
                        choices=[("HOLIDAY", "休業"), ("EXAM", "試験"), ("EVENT", "行事")],
                        max_length=8,
                        verbose_name="種類",
                    ),
                ),
                ("first", models.DateField(verbose_name="初日")),
                ("last", models.DateField(verbose_name="最終日")),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="名前")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="school_days",
                        to="cases.centre",
                    ),
                ),
            ],
            options={
                "ordering": ["first", "school"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("centre", "school", "kind", "first", "last"), name="school_days_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="school_days_in_order"
                    ),
                ],
            },
        ),
    ]
