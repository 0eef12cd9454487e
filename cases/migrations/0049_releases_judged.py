"""Releases are proposed, judged and approved; what was frozen for them and the rules of centres have tables."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0048_surges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FrozenCounts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("traits", models.CharField(blank=True, max_length=120)),
                ("data", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="FrozenDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("as_of", models.BigIntegerField()),
                ("edition", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["edition", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReleasedTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("title", models.CharField(blank=True, max_length=200)),
                ("content", models.TextField(blank=True)),
                ("withheld", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="ReleaseRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_below", models.PositiveSmallIntegerField(verbose_name="一般向け: これ未満は非公表")),
                (
                    "members_below",
                    models.PositiveSmallIntegerField(verbose_name="構成員向け: これ未満は非公表"),
                ),
                ("rounding", models.PositiveSmallIntegerField(verbose_name="一般向け見守り通信の丸め")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("set_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="release",
            options={"ordering": ["-proposed_at", "-pk"]},
        ),
        migrations.RenameField(
            model_name="release",
            old_name="by",
            new_name="approved_by",
        ),
        migrations.AddField(
            model_name="release",
            name="about",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="release",
            name="approved_at",
            field=models.DateTimeField(null=True, verbose_name="承認日時"),
        ),
        migrations.AddField(
            model_name="release",
            name="asked",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="release",
            name="centre",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="corrects",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="cases.release",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="figures",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="release",
            name="form",
            field=models.CharField(
                choices=[
                    ("EXACT", "そのままの件数(少ない件数は非公表)"),
                    ("ROUND_5", "5件単位に丸めた件数"),
                    ("ROUND_10", "10件単位に丸めた件数"),
                ],
                default="EXACT",
                max_length=8,
                verbose_name="件数の出し方",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="is_alone",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="release",
            name="is_urgent",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="release",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.job"
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="kind",
            field=models.CharField(
                choices=[
                    ("BULLETIN", "見守り通信"),
                    ("OPEN_DATA", "オープンデータ"),
                    ("REPORT", "年報・月報の公表版"),
                    ("COUNCIL", "議会などへの資料"),
                    ("PAGE", "ホームページなど"),
                    ("ACTIVITY", "活動の実績"),
                    ("WARNING", "件数のない注意喚起"),
                ],
                default="BULLETIN",
                max_length=10,
                verbose_name="種類",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="knew",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="release",
            name="notice",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="訂正のお知らせ"),
        ),
        migrations.AddField(
            model_name="release",
            name="number",
            field=models.PositiveIntegerField(null=True, verbose_name="番号"),
        ),
        migrations.AddField(
            model_name="release",
            name="proposed_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="提案日時"),
        ),
        migrations.AddField(
            model_name="release",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="refused",
            field=models.TextField(blank=True, default="", verbose_name="公表できない理由"),
        ),
        migrations.AddField(
            model_name="release",
            name="state",
            field=models.CharField(
                choices=[
                    ("QUEUED", "判定待ち"),
                    ("JUDGING", "判定中"),
                    ("JUDGED", "承認待ち"),
                    ("RELEASED", "公表"),
                    ("REFUSED", "公表できない"),
                    ("WITHDRAWN", "取下げ"),
                ],
                default="QUEUED",
                max_length=10,
                verbose_name="状態",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="title",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="題名"),
        ),
        migrations.AlterField(
            model_name="laterreview",
            name="kind",
            field=models.CharField(
                choices=[
                    ("BREAK_GLASS", "緊急の閲覧"),
                    ("BULLETIN", "見守り通信の承認"),
                    ("DISPOSAL", "記録の廃棄"),
                    ("ERASURE", "個別の消去"),
                    ("DISCLOSURE", "外部への提供"),
                    ("KEY_DESTRUCTION", "鍵の廃棄"),
                    ("CASE_APPROVAL", "相談の決裁"),
                    ("RELEASE", "数の公表の承認"),
                ],
                max_length=20,
                verbose_name="種類",
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="as_of",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="release",
            name="audience",
            field=models.CharField(
                choices=[("members", "見守りネットワーク構成員"), ("public", "一般")],
                max_length=8,
                verbose_name="公表先",
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="definition",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="release",
            name="released_at",
            field=models.DateTimeField(null=True, verbose_name="公表日時"),
        ),
        migrations.AlterField(
            model_name="release",
            name="shown",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="release",
            name="subject",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="frozencounts",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="frozen_counts", to="cases.release"
            ),
        ),
        migrations.AddField(
            model_name="frozendays",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="frozen_days", to="cases.release"
            ),
        ),
        migrations.AddField(
            model_name="releasedtable",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tables", to="cases.release"
            ),
        ),
        migrations.AddField(
            model_name="releaserule",
            name="centre",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
            ),
        ),
        migrations.AddField(
            model_name="releaserule",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="frozendays",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="frozen_days_end"
            ),
        ),
        migrations.AddConstraint(
            model_name="releasedtable",
            constraint=models.UniqueConstraint(fields=("release", "place"), name="released_table_place"),
        ),
        migrations.AddConstraint(
            model_name="releaserule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("public_below__gte", models.F("members_below")), ("members_below__gte", 1)
                ),
                name="release_rule_public_is_stricter",
            ),
        ),
        migrations.AddConstraint(
            model_name="releaserule",
            constraint=models.CheckConstraint(
                condition=models.Q(("rounding__in", (0, 5, 10))), name="release_rule_rounding"
            ),
        ),
    ]
