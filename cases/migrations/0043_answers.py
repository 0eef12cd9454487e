"""Questions of the numbers page that are kept, answers that were published, and their corrections."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
_UID = models.UUIDField(editable=False, unique=True)


def _to(model: str, how: object, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=how, to=model, **{"related_name": "+", **more})


def _by() -> models.ForeignKey:
    return _to(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, null=True)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0042_facts_stated_anew"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NumbersQuestion",
            fields=[
                ("id", _ID),
                ("uid", _UID),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                ("address", models.TextField()),
                ("is_shared", models.BooleanField(default=False, verbose_name="センターで共有する")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("centre", _to("cases.centre", django.db.models.deletion.PROTECT)),
                ("owner", _to(settings.AUTH_USER_MODEL, django.db.models.deletion.CASCADE)),
            ],
            options={
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["centre", "owner"], name="numbers_question_of")],
            },
        ),
        migrations.CreateModel(
            name="PublishedAnswer",
            fields=[
                ("id", _ID),
                ("uid", _UID),
                ("number", models.PositiveIntegerField(verbose_name="番号")),
                ("title", models.CharField(max_length=100, verbose_name="何への回答か")),
                ("answered_on", models.DateField(verbose_name="答えた日")),
                ("address", models.TextField()),
                ("question_key", models.CharField(max_length=64)),
                ("definition", models.JSONField()),
                ("numbers", models.JSONField()),
                ("as_of", models.BigIntegerField()),
                ("erased", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("by", _by()),
                ("centre", _to("cases.centre", django.db.models.deletion.PROTECT)),
            ],
            options={
                "ordering": ["-number"],
                "indexes": [models.Index(fields=["question_key", "centre"], name="answer_by_question")],
                "constraints": [
                    models.UniqueConstraint(fields=("centre", "number"), name="answer_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerCorrection",
            fields=[
                ("id", _ID),
                ("uid", _UID),
                ("number", models.PositiveIntegerField(verbose_name="訂正の番号")),
                ("notice", models.CharField(max_length=200, verbose_name="訂正のお知らせ")),
                ("definition", models.JSONField()),
                ("numbers", models.JSONField()),
                ("as_of", models.BigIntegerField()),
                ("erased", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("by", _by()),
                ("centre", _to("cases.centre", django.db.models.deletion.PROTECT)),
                (
                    "answer",
                    _to(
                        "cases.publishedanswer", django.db.models.deletion.PROTECT, related_name="corrections"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("centre", "number"), name="answer_correction_number_once")
                ],
            },
        ),
    ]
