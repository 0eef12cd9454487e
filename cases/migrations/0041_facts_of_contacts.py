"""What an issue asks of figures beyond the first columns: 経過, the caller, 内容別分類, harm, levels of goods."""

from django.db import migrations, models

_CODES = (
    "caller_sex", "caller_area", "caller_occupation", "issue_main", "product_middle", "continuity", "harm",
    "harm_kind", "harm_degree", "contact_kind",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("cases", "0040_published_series")]

    operations = [
        *(
            migrations.AddField("casefact", name, models.CharField(max_length=32, default=""))
            for name in _CODES
        ),
        migrations.AddField("casefact", "caller_age_band", models.CharField(max_length=16, default="")),
        migrations.AddField("casefact", "impaired", models.CharField(max_length=8, default="")),
        migrations.AddField("casefact", "issues", models.TextField(default="")),
        migrations.AddField("casefact", "minutes", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("casefact", "contact_uid", models.UUIDField(null=True)),
        migrations.AddField(
            "casefact",
            "what",
            models.CharField(max_length=8, choices=[("CASE", "相談"), ("CONTACT", "経過")], default="CASE"),
        ),
        migrations.AddConstraint(
            "casefact",
            models.CheckConstraint(
                name="fact_is_of_case_or_contact", condition=models.Q(what__in=("CASE", "CONTACT"))
            ),
        ),
        migrations.AddField(
            "centre",
            "senior_from",
            models.PositiveSmallIntegerField(default=65, verbose_name="高齢者とする年齢(以上)"),
        ),
        migrations.AddField(
            "centre",
            "young_to",
            models.PositiveSmallIntegerField(default=29, verbose_name="若者とする年齢(以下)"),
        ),
        migrations.AddConstraint(
            "centre",
            models.CheckConstraint(
                name="centre_age_limits_of_bands",
                condition=models.Q(senior_from__in=(60, 65, 70, 75))
                & models.Q(young_to__in=(17, 19, 29, 39)),
            ),
        ),
    ]
