"""Kinds beside talks, several days, online meetings, and the roster of lecturers and rooms."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.protection.sealed


def take_over(apps: Any, _editor: Any) -> None:
    """What a lecture turned out to be is the best word for what it was planned as."""
    apps.get_model("outreach", "Lecture").objects.filter(result_kind="EVENT").update(kind="EVENT")


def give_up(apps: Any, _editor: Any) -> None:
    """Results of the new kinds have no place in the old table: these are to be recorded again."""
    later = apps.get_model("outreach", "Lecture").objects.exclude(result_kind__in=["", "LECTURE", "EVENT"])
    later.update(state="CONFIRMED", sessions=None, people=None, quantity=None, views=None, result_kind="")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0055_contact_tags"),
        ("outreach", "0011_devices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Lecturer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("label", models.CharField(max_length=120, verbose_name="呼び名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("COUNSELLOR", "相談員"),
                            ("PROMOTER", "推進員"),
                            ("OFFICER", "職員"),
                            ("OUTSIDE", "外部の講師"),
                        ],
                        max_length=10,
                        verbose_name="区分",
                    ),
                ),
                ("name", cases.protection.sealed.SealedField(label="lecturer.name")),
                ("phone", cases.protection.sealed.SealedField(label="lecturer.phone")),
                ("mail", cases.protection.sealed.SealedField(label="lecturer.mail")),
                ("themes", models.JSONField(default=list, verbose_name="話せるテーマ")),
                ("weekdays", models.JSONField(default=list, verbose_name="担当できる曜日")),
                ("yearly_cap", models.PositiveSmallIntegerField(null=True, verbose_name="年度の上限回数")),
                ("is_active", models.BooleanField(default=True, verbose_name="担当できる")),
                ("forgotten_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["kind", "label"],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, verbose_name="部屋")),
                ("capacity", models.PositiveSmallIntegerField(null=True, verbose_name="定員")),
                ("equipment", models.CharField(blank=True, max_length=400, verbose_name="設備")),
                ("is_active", models.BooleanField(default=True, verbose_name="使える")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="lecture",
            name="lecture_done_has_result",
        ),
        migrations.AddField(
            model_name="lecture",
            name="application",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lecture",
            name="go_on",
            field=models.CharField(blank=True, max_length=800, verbose_name="重なっても行う理由"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="kind",
            field=models.CharField(
                choices=[
                    ("LECTURE", "講座"),
                    ("EVENT", "イベント"),
                    ("PANEL", "パネル展"),
                    ("HANDOUT", "配布"),
                    ("POSTING", "掲示"),
                    ("LOAN", "貸与"),
                    ("MEETING", "会議"),
                    ("STREAM", "配信"),
                ],
                default="LECTURE",
                max_length=8,
                verbose_name="種類",
            ),
        ),
        migrations.AddField(
            model_name="lecture",
            name="last_on",
            field=models.DateField(null=True, verbose_name="最終日"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="meeting",
            field=cases.protection.sealed.SealedField(label="lecture.meeting"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="mode",
            field=models.CharField(
                choices=[
                    ("IN_PERSON", "会場"),
                    ("ONLINE", "オンライン"),
                    ("BOTH", "会場とオンライン"),
                    ("ARCHIVED", "録画の公開"),
                ],
                default="IN_PERSON",
                max_length=9,
                verbose_name="開き方",
            ),
        ),
        migrations.AddField(
            model_name="lecture",
            name="quantity",
            field=models.PositiveIntegerField(null=True, verbose_name="数量"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="sequence",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="lecture",
            name="travel_after",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="帰りの移動"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="travel_before",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="行きの移動"),
        ),
        migrations.AddField(
            model_name="lecture",
            name="views",
            field=models.PositiveIntegerField(null=True, verbose_name="視聴数"),
        ),
        migrations.AlterField(
            model_name="lecture",
            name="result_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("LECTURE", "講座"),
                    ("EVENT", "イベント"),
                    ("PANEL", "パネル展"),
                    ("HANDOUT", "配布"),
                    ("POSTING", "掲示"),
                    ("LOAN", "貸与"),
                    ("MEETING", "会議"),
                    ("STREAM", "配信"),
                ],
                max_length=8,
                verbose_name="実施の種類",
            ),
        ),
        migrations.AddField(
            model_name="lecturer",
            name="centre",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lecturers", to="cases.centre"
            ),
        ),
        migrations.AddField(
            model_name="lecture",
            name="assigned",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lectures",
                to="outreach.lecturer",
                verbose_name="担当講師",
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="centre",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rooms", to="cases.centre"
            ),
        ),
        migrations.AddField(
            model_name="lecture",
            name="room",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lectures",
                to="outreach.room",
                verbose_name="部屋",
            ),
        ),
        migrations.AddConstraint(
            model_name="lecture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sessions__isnull", False),
                        ("state", "DONE"),
                        models.Q(
                            models.Q(
                                ("result_kind", "LECTURE"),
                                ("people__isnull", False),
                                ("quantity__isnull", True),
                            ),
                            models.Q(
                                ("result_kind", "EVENT"),
                                ("people__isnull", False),
                                ("quantity__isnull", True),
                            ),
                            models.Q(
                                ("result_kind", "PANEL"), ("quantity__isnull", True), ("views__isnull", True)
                            ),
                            models.Q(
                                ("result_kind", "HANDOUT"),
                                ("quantity__isnull", False),
                                ("views__isnull", True),
                            ),
                            models.Q(
                                ("result_kind", "POSTING"),
                                ("people__isnull", True),
                                ("quantity__isnull", False),
                                ("views__isnull", True),
                            ),
                            models.Q(
                                ("result_kind", "LOAN"),
                                ("people__isnull", True),
                                ("quantity__isnull", False),
                                ("views__isnull", True),
                            ),
                            models.Q(
                                ("result_kind", "MEETING"),
                                ("people__isnull", False),
                                ("quantity__isnull", True),
                            ),
                            models.Q(
                                ("result_kind", "STREAM"),
                                ("people__isnull", True),
                                ("quantity__isnull", True),
                                ("views__isnull", False),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("state", "DONE"), _negated=True),
                        ("people__isnull", True),
                        ("result_kind", ""),
                        ("sessions__isnull", True),
                        ("quantity__isnull", True),
                        ("views__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="lecture_done_has_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="lecture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("last_on__isnull", True), ("last_on__gt", models.F("held_on")), _connector="OR"
                ),
                name="lecture_last_day_is_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="lecturer",
            constraint=models.UniqueConstraint(fields=("centre", "label"), name="lecturer_label_once"),
        ),
        migrations.AddConstraint(
            model_name="lecturer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("forgotten_at__isnull", True),
                    models.Q(
                        ("is_active", False),
                        ("mail__isnull", True),
                        ("name__isnull", True),
                        ("phone__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="lecturer_forgotten_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("centre", "name"), name="room_name_once"),
        ),
        migrations.RunPython(take_over, give_up),
    ]
