import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A bulletin tells several examples and keeps texts worked over by hand; a centre has limits of its own."""

    dependencies = [
        ("cases", "0055_contact_tags"),
        ("outreach", "0017_supporters_and_kpis"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="bulletin",
            name="more_examples",
            field=models.JSONField(default=list, verbose_name="ほかの事例"),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="sources",
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name="bulletinstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("STARTED", "作成"),
                    ("SUBMITTED", "確認依頼"),
                    ("RETURNED", "差し戻し"),
                    ("APPROVED", "承認"),
                    ("ISSUED", "発行"),
                    ("URGENT", "至急で発行(承認前)"),
                    ("AFTERWARDS", "発行後の承認"),
                    ("OBJECTED", "発行後の不承認"),
                    ("VARIANT", "手直しした文の承認"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="BulletinRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sentence_letters", models.PositiveSmallIntegerField(verbose_name="1文の長さ(字)")),
                ("kanji_percent", models.PositiveSmallIntegerField(verbose_name="漢字の割合(%)")),
                ("large_pages", models.PositiveSmallIntegerField(verbose_name="大きな文字のページ数")),
                (
                    "reading_morae",
                    models.PositiveSmallIntegerField(verbose_name="読み上げる速さ(1分間の拍数)"),
                ),
                ("spoken_letters", models.PositiveSmallIntegerField(verbose_name="読み上げの1文の長さ(字)")),
                (
                    "centre",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BulletinVariant",
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
                            ("ward", "広報紙"),
                            ("short", "140字"),
                            ("reading", "読み上げ"),
                            ("easy", "やさしい日本語"),
                        ],
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="題")),
                ("text", models.TextField(verbose_name="文")),
                ("of_digest", models.CharField(max_length=32)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="outreach.bulletin",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "kind"), name="bulletin_variant_once")
                ],
            },
        ),
    ]
